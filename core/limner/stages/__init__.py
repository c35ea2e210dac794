"""The interfaces that stages implement, one in each module."""
