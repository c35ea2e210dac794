"""The contents of artwork files: what a file is, its manifest, and its parameters."""
