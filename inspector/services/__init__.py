"""The use cases, without a screen: the window and the command line are two front ends."""
