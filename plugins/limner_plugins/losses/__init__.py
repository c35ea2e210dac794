"""The built-in losses."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in losses."""
    registry.loss("mse", "limner_plugins.losses.mse:Mse", summary="squared error")
    registry.loss("mae", "limner_plugins.losses.mae:Mae", summary="absolute error")
    registry.loss(
        "huber",
        "limner_plugins.losses.huber:Huber",
        summary="squared error near the target, absolute error far from it",
    )
    registry.loss(
        "fann-tanh",
        "limner_plugins.losses.fann_tanh:FannTanh",
        summary="error function of libfann, with more weight on errors near 1",
    )
    registry.loss("ssim", "limner_plugins.losses.ssim:Ssim", summary="structural similarity, close to human perception")
