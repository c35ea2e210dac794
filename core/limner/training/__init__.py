"""Fitting: a recipe learns pictures, step by step, with checkpoints and a history."""
