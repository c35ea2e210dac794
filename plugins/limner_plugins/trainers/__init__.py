"""The built-in trainers."""

from limner.plugin import Registry, hookimpl


@hookimpl
def limner_register(registry: Registry) -> None:
    """Register the built-in trainers."""
    registry.trainer(
        "backprop",
        "limner_plugins.trainers.backprop:Backprop",
        summary="gradient descent with an optimizer, batches and a learning-rate schedule",
    )
    registry.trainer(
        "rprop",
        "limner_plugins.trainers.rprop:Rprop",
        summary="resilient backpropagation: gradient signs with a step size for each parameter",
    )
    registry.trainer(
        "lm",
        "limner_plugins.trainers.lm:Lm",
        summary="Levenberg-Marquardt, for networks of up to a few thousand parameters",
    )
    registry.trainer(
        "lbfgs",
        "limner_plugins.trainers.lbfgs:Lbfgs",
        summary="L-BFGS: quasi-Newton steps, for networks of any size",
    )
    registry.trainer(
        "genetic",
        "limner_plugins.trainers.genetic:Genetic",
        summary="genetic algorithm: a population with crossover, mutation and optional refinement",
    )
    registry.trainer(
        "cmaes",
        "limner_plugins.trainers.cmaes:Cmaes",
        summary="CMA-ES: gradient-free search with an adaptive normal distribution",
    )
    registry.trainer(
        "restart",
        "limner_plugins.trainers.restart:Restart",
        summary="several short runs of another trainer, of which the best continues",
    )
    registry.trainer(
        "adversarial",
        "limner_plugins.trainers.adversarial:Adversarial",
        summary="generative adversarial training: the network against a discriminator",
    )
