"""Encoders that are the same all over a picture: which one of several it is, or which moment of an animation."""
