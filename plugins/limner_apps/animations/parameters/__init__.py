"""The parameters that motions move: which ones, how far, and the stills that they give."""
