"""Faces: found in photographs, cut out to one size, and described in a table."""
