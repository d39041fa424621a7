"""View models, Qt item models, and the counting behind what is drawn."""
