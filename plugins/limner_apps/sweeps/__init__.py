"""Paint or fit many variations of a recipe; interrupted sweeps resume."""
