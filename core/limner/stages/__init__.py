"""The interfaces that stages implement, one per module."""
