"""Temporary files, reserved outputs, and the removal of what killed processes have left."""
