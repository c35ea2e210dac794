"""Sweeps: every variation of a recipe is painted or fitted, and the runs can be resumed."""
