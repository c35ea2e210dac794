"""limner's built-in stages, one a file, registered through the same hook as anybody else's."""
