"""Restyling: another look for an artwork, with the parameters that still fit."""
