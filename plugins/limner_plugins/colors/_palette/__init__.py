"""Palettes: the named ones, the generator of harmonies, and the base class of colour modes that mix their colours."""
