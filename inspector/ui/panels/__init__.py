"""Panels: thin views over the window's models. A panel never calls another panel."""
