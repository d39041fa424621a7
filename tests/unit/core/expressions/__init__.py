"""The expression language: random trees, a reference reading of them, and examples."""
