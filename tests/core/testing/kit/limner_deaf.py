"""A plugin whose hook for events knows one type of them."""

from limner.plugin import hookimpl


@hookimpl
def limner_event(event):
    return event.done / event.total
