"""Movies as artworks: their record, how they are played back, and the stills that their frames show."""
