"""Encoders that are plain functions of the coordinates."""
