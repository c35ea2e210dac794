"""Outlines of shapes, letters and silhouettes, as signed distances."""
