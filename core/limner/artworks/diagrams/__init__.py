"""Diagrams of artworks and recipes."""
