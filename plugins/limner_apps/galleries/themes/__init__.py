"""The built-in themes; other themes fall back on the templates of ``paper``."""
