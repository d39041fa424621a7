"""Event History Inspector: open an existing event store and replay its state, read-only.

This module holds the version and nothing else, so that importing the package costs nothing and
pulls in no layer.
"""

__version__ = "0.1.0"
