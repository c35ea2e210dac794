"""Parts of the GIF format."""
