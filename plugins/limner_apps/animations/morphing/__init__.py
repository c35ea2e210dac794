"""From one artwork to the next: through the parameters of a recipe, or by a cross-fade."""
