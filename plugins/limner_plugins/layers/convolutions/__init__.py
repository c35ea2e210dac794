"""Layers that slide a kernel over pictures, and the products that implement them."""
