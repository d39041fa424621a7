"""The application's own fold, in a process of its own.

A replayer is a command that reads JSON Lines on its standard input and answers each with one on
its standard output (:mod:`inspector.replayers.messages`). It may be written in any language,
next to the application's own classes. What it says is *exact*: it is the application speaking.

Two are ready-made: JavaScript projections as KurrentDB users write them, run by a worker of our
own without access to anything, and Python applications of the ``eventsourcing`` library, run in
the application's own interpreter.

Imports ``inspector.core``. Promises that no foreign code runs in this process, that every wait
has an end, and that whatever the other side does becomes a finding at its event.
"""
