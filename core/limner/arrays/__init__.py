"""Array-API helpers: the namespace of an array, backend primitives, the layout of θ, interpolation, activations."""
