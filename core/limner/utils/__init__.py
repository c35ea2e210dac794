"""Helpers without domain knowledge: atomic files, memory, seeds and validation messages."""
