"""Dense networks: layers over one flat θ, stacks of them, and the base class of such networks."""
