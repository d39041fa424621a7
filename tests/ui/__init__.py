"""Tests of the window and its parts, without a screen."""
