"""Printing: what is shown, as pages with a header, through a preview or into a PDF file.

What is printed is a value made of a few kinds of blocks; laying it out needs no printer, so that
pages can be counted, tested and stopped. Qt's printing library is loaded when somebody prints.
"""
