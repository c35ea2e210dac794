"""The interfaces that stages implement, one a file, and what is passed along the chain of stages."""
