"""Programs around a window on a real screen: one shows it, others read it and press keys.

Those that read run with the system's Python, whose ``python3-pyatspi`` is not a package of pip.
"""
