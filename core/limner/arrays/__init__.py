"""Arrays: namespaces, backend primitives, named parameters in θ, automatic differentiation, activations."""
