"""Parts of the PNG format."""
