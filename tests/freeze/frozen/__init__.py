"""Small runs of limner, and digests of all that comes of them."""
