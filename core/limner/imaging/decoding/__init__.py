"""Decode pictures: profiles, orientation, transparency, deep levels, and files whose metadata is damaged."""
