"""Layers of image networks, one idea per module; they are not stages, and several networks share them."""
