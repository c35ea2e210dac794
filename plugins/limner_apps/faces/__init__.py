"""Find faces in photographs and crop them to one size."""
