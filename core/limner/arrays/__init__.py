"""Array-API helpers: namespaces, backend primitives, named parameters in θ, derived gradients, activations."""
