"""The built-in themes but for paper, whose templates are what other themes fall back on."""
