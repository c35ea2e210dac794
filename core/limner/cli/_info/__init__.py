"""The descriptions that ``limner info`` prints."""
