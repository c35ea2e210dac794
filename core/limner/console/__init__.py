"""Options, messages, progress bars and previews shared by all commands."""
