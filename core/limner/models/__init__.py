"""The stages of a recipe as one function of θ."""
