"""The registry: stages by role and name, filled by plugins through pluggy; commands, hooks and events."""
