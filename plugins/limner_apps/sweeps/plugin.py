"""The role ``executor``, and the executors that come with limner."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Add the role, and register the built-in executors."""
    registry.add_role(
        "executor",
        "limner_apps.sweeps.executor:Executor",
        checks="limner_apps.sweeps.executors.checks:CHECKS",
        template="limner_apps.sweeps:template",
    )
    lead = "limner_apps.sweeps.executors"
    registry.add("executor", "local", f"{lead}.local:Local", summary="processes on this machine")
    registry.add("executor", "dask", f"{lead}.dask:Dask", summary="a Dask cluster: local, or one that is running")
