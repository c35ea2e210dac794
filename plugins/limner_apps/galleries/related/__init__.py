"""Which pieces of a gallery belong together, and what differs between them."""
