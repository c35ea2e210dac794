"""Colour modes that mix the colours of a palette: their base class, and the generator of palettes."""
