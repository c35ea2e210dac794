"""Parts of the TIFF format."""
