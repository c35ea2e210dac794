"""Pictures as pixels: read, crop, dither, compare and measure them."""
