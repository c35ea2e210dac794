"""Models: the stages of a recipe as one function of θ."""
