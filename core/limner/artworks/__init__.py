"""Artworks: a recipe with its θ, painted, rendered, opened, blended and verified."""
