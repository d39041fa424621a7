"""What an event, a stream, a replay and a difference are.

Pure: imports the standard library only. Everything here is a value or a function of values,
so it can be tested without a database and without a screen.
"""
