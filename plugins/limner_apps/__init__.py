"""The built-in applications, each built on the public modules alone."""
