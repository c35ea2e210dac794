"""Where the cells of a sweep are worked on."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in executors."""
    registry.executor("local", "limner_plugins.executors.local:Local", summary="processes on this machine")
    registry.executor(
        "dask",
        "limner_plugins.executors.dask:Dask",
        summary="a Dask cluster: one started for the run, or one that runs",
    )
