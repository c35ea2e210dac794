"""The playhead of a movie: where in its motion it is at each moment, so that every step changes the picture equally."""
