"""Recipes: how stages are composed, read, overridden, validated and written."""
