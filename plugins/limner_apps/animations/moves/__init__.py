"""Moves: settings of a recipe that change while a movie plays, with easing and periods of their own."""
