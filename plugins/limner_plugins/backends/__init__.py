"""Array backends."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in backends."""
    registry.backend("numpy", "limner_plugins.backends.numpy_:NumPy", summary="NumPy on all CPU cores")
    registry.backend("cupy", "limner_plugins.backends.cupy_:CuPy", summary="CuPy on an NVIDIA GPU")
