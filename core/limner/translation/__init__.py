"""Image to image: a network is trained on pairs of pictures, then applied to others."""
