"""Pages about a whole store, each in place of timeline and columns until Esc leaves it."""
