"""Write what a sweep leaves besides its trials: tables, a contact sheet and an animation."""
