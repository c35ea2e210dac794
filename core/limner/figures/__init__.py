"""Figures for people: contact sheets, comparisons, example grids and plots."""
