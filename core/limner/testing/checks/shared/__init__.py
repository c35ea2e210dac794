"""Checks that stages of several roles share."""
