"""From the options of a movie to its plan: everything is checked before the first frame."""
