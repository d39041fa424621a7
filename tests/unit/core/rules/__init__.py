"""Rules files: loading with its mistakes, hops, folds and their truth."""
