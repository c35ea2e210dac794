"""What a model is asked in training and what it should answer: points of images, or whole images."""
