"""From a role and a name to a class, over pluggy, and the events that plugins can listen to."""
