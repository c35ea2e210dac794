"""Image to image: data sets, training, evaluation and inference."""
