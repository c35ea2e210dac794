"""Contact sheets, comparisons, example grids, mosaics and plots."""
