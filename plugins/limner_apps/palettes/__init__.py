"""``limner palettes``: the palettes of all colour modes, and the colours of photographs and artworks."""
