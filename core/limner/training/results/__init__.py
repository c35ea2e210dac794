"""The results of a fit in Python: the trained artwork, the history, and the snapshots for callbacks."""
