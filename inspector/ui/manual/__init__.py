"""The manual in a window of its own; loaded when it is first opened."""
