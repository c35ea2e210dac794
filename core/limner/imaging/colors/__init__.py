"""Colours as text."""
