"""The only package that opens a database: connections, catalogs, and reading by key.

Read-only by construction. May import layouts' protocol, core, SQLAlchemy and the drivers.
"""
