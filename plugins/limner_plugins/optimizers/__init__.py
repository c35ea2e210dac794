"""The built-in optimizers: update rules for parameters."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in optimizers."""
    registry.optimizer("sgd", "limner_plugins.optimizers.sgd:Sgd", summary="plain gradient descent")
    registry.optimizer(
        "momentum", "limner_plugins.optimizers.momentum:Momentum", summary="gradient descent with a velocity"
    )
    registry.optimizer(
        "nesterov",
        "limner_plugins.optimizers.nesterov:Nesterov",
        summary="momentum that looks ahead along its velocity",
    )
    registry.optimizer(
        "rmsprop",
        "limner_plugins.optimizers.rmsprop:Rmsprop",
        summary="gradient descent divided by the root mean square of the gradient",
    )
    registry.optimizer(
        "adam", "limner_plugins.optimizers.adam:Adam", summary="momentum over root mean square, both bias-corrected"
    )
    registry.optimizer("adamw", "limner_plugins.optimizers.adamw:Adamw", summary="Adam with decoupled weight decay")
    registry.optimizer(
        "lion",
        "limner_plugins.optimizers.lion:Lion",
        summary="steps of equal size in the direction of the momentum's sign",
    )
