"""Benchmarks, run by hand: stores of a known size, peers to compare with, and the figures.

Nothing here is collected as a test of speed: a wall clock proves nothing on a shared machine.
`generate` writes the stores, `floors` times the peers; `opening`, `replaying`, `pages`,
`window_speed`, `browsing` and `core_speed` print the figures. README.md says how to run them.
"""
