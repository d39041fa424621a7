"""Pictures of the window as it is meant to look; ``python -m tests.ui.reference`` renews them."""
