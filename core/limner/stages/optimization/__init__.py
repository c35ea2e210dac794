"""Optimization: trainers, the optimizers that they use, and the problems that they solve."""
