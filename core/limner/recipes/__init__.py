"""A recipe: stages under their names, read from TOML or JSON, overridden and written again."""
