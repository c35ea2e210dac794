"""Array-API helpers: namespaces, backend primitives, the layout of θ, activations."""
