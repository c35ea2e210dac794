"""Movies of artworks: ``limner animate``, its motions, and how a movie is played back."""
