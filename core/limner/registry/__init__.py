"""From a role and a name to a class, over pluggy; commands, hooks and events."""
