"""Functions shared by several families of built-in stages."""
