"""The picture of the architecture, for make_architecture.py: boxes in rows, and arrows between them, as SVG."""
