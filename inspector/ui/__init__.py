"""The window: the only package that imports Qt and pyqtgraph.

Shows values of ``inspector.core`` that ``inspector.services`` delivers. Imports neither SQL nor
``inspector.storage``. Text that comes from a store is shown as plain text everywhere.
"""
