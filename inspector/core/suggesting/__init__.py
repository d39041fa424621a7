"""Proposing rules out of what a store holds: names, versions, hops, and effects on state.

Everything here is a guess with its evidence, for somebody to accept or not; nothing is used
without that. Imports ``inspector.core`` only.
"""
