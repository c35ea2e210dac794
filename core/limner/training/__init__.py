"""Fit a recipe to images: plans, the training loop, batches, checkpoints and history."""
