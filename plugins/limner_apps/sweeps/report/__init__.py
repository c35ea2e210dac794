"""Reports of a sweep: tables, a contact sheet and an animation."""
