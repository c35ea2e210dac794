"""Artworks with other settings or further stages, and the parameters that they had."""
