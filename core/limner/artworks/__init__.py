"""Artworks: paint, open, render, save, blend and verify them."""
