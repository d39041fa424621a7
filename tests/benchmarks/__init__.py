"""Benchmarks, run by hand: stores of a known size, peers to compare with, and the figures.

Nothing here is collected as a test of speed: a wall clock proves nothing on a shared machine.
`generate` writes the stores, `floors` times the peers, the other modules are their parts.
"""
