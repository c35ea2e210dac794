"""What moves θ towards a target."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in trainers."""
    registry.trainer(
        "backprop",
        "limner_plugins.trainers.backprop:Backprop",
        summary="down the gradient: by an optimizer, in batches, with a schedule",
    )
    registry.trainer(
        "rprop",
        "limner_plugins.trainers.rprop:Rprop",
        summary="by the gradient's signs, with a step size for each number",
    )
    registry.trainer(
        "lm",
        "limner_plugins.trainers.lm:Lm",
        summary="Levenberg-Marquardt: for networks of a few thousand numbers, by their curvature",
    )
    registry.trainer(
        "lbfgs",
        "limner_plugins.trainers.lbfgs:Lbfgs",
        summary="quasi-Newton steps by L-BFGS, for networks of any size",
    )
    registry.trainer(
        "genetic",
        "limner_plugins.trainers.genetic:Genetic",
        summary="a population, bred, mutated and, if wished, refined by another trainer",
    )
    registry.trainer(
        "cmaes",
        "limner_plugins.trainers.cmaes:Cmaes",
        summary="CMA-ES: no gradient, a normal distribution that follows the better samples",
    )
    registry.trainer(
        "restart",
        "limner_plugins.trainers.restart:Restart",
        summary="several short runs of another trainer, the best of which goes on",
    )
    registry.trainer(
        "adversarial",
        "limner_plugins.trainers.adversarial:Adversarial",
        summary="two players: a discriminator that tells made pictures from real ones, and the network that deceives it",
    )
