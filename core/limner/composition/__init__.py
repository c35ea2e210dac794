"""Recipes: read, override, validate and write how stages are composed."""
