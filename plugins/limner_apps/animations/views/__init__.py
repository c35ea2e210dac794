"""Views of an artwork: other parts of the plane that its function covers."""
