"""Optimization: trainers, the optimizers that they hold, and the problems that they solve."""
