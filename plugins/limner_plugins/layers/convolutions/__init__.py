"""Layers that slide a kernel over pictures, and the products that they are made of."""
