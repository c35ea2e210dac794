"""Paint, render, open, blend and verify artworks."""
