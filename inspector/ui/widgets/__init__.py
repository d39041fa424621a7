"""Widgets that know values and looks, but no store: each can be shown alone."""
