"""Dialogs: opening a store, choosing among several, and why a layout was recognised."""
