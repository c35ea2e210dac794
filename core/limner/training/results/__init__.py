"""What a fit gives to a program: the result, its history, and the snapshots that callbacks get."""
