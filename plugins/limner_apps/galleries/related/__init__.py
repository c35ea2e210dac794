"""Related pieces of a gallery, and the differences between them."""
