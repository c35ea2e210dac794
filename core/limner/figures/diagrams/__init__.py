"""Diagrams of the networks of recipes and artworks, as SVG."""
