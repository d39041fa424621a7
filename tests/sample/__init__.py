"""Tests of the data the project makes: the bundled sample store and the benchmark stores."""
