"""Layers of image networks, one idea a file: what is not a stage and serves several networks."""
