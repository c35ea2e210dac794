"""Networks of units: circles and lines, blocks and bands."""
