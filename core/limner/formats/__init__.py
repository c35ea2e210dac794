"""Image and video formats: interfaces, embedded data, and the choice of a format by file name."""
