"""What a diagram shows, as plain data, and how it follows from a recipe."""
