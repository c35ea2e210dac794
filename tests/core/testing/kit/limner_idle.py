"""A plugin that registers nothing."""

from limner.plugin import hookimpl


@hookimpl
def limner_register(registry):
    """Register nothing."""
