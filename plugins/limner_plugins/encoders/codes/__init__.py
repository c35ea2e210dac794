"""Encoders that are constant over a picture: which of several pictures it is, or the time of an animation."""
