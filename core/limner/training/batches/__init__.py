"""Training batches: inputs of a model and the target values, for points of images or for whole images."""
