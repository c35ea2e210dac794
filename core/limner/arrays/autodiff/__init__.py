"""Reverse-mode differentiation of functions written in the array API standard."""
