"""The images of a training: read to one size, cut into patches, and paired with their targets."""
