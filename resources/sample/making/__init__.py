"""Parts of `make_sample_store.py`: who buys what and when, and how it is played.

The shop's own software, package `shop`, lies beside it in the folder `application`.
"""
