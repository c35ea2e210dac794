"""The states of a fit as a movie and as a strip."""
