"""The settings of the adversarial trainer, and the discriminator that they describe."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from limner.plugin import (
    Augment,
    Discriminator,
    Nested,
    Optimizer,
    PairsProblem,
    ParameterLayout,
    Params,
    StageSpec,
    Trainer,
)
from limner_plugins.trainers._gan.discriminator_step import DiscriminatorPass
from limner_plugins.trainers._gan.losses import ADVERSARIAL_LOSSES

ADAM = {"kind": "adam", "beta1": 0.5}
"""Adam with a shorter memory, as A. Radford et al. (2016) train two networks against one another."""


class AdversarialSettings(Trainer):
    """The fields of ``adversarial``, validated; a step reads them from here."""

    discriminator: Annotated[StageSpec[Discriminator], Nested("network")] = Field(
        default="patch-discriminator", validate_default=True, description="the network that judges"
    )
    adversarial_loss: Literal["bce", "least-squares", "hinge", "wasserstein"] = Field(
        default="bce", description="the adversarial loss: what the two lose to one another"
    )
    weight: float = Field(default=100.0, ge=0, le=1e6, description="λ, of the recipe's loss beside the contest")
    label: float = Field(
        default=0.9,
        ge=0.5,
        le=1,
        description="what a real picture is to be given by bce and least-squares; below 1"
        " the discriminator stays less sure (one-sided label smoothing)",
    )
    penalty: float = Field(
        default=0.0,
        ge=0,
        le=1e6,
        description="the weight of the gradient penalty, on the discriminator's slope; wasserstein wants 10",
    )
    augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = Field(
        default=(),
        description="vary what the discriminator is shown, real and made alike, so that few pictures suffice",
    )
    batch: int = Field(default=16, ge=1, le=65_536, description="pictures a step looks at")
    discriminator_steps: int = Field(
        default=1, ge=1, le=100, description="steps of the discriminator for each of the network"
    )
    discriminator_every: int = Field(
        default=1, ge=1, le=100, description="the discriminator learns at every so many steps only"
    )
    warmup: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="the share of the budget in which the network learns from the recipe's loss alone, and after which"
        " the discriminator comes in",
    )
    optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default=ADAM, validate_default=True, description="how the network's gradient becomes a step"
    )
    learning_rate: float = Field(default=2e-4, gt=0, le=1000, description="η, the network's learning rate")
    discriminator_optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default=ADAM, validate_default=True, description="how the discriminator's gradient becomes a step"
    )
    discriminator_learning_rate: float = Field(
        default=2e-4, gt=0, le=1000, description="the discriminator's learning rate"
    )
    average: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="how slowly a moving average (EMA) of the network's θ follows it; that is what is shown and saved,"
        " calmer than any one step. 0 takes the last step",
    )
    final: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="what is left of both rates at the end, falling in a line over the second half of the budget",
    )

    @model_validator(mode="after")
    def _check_warmup(self) -> Self:
        if self.warmup and not self.weight:
            raise ValueError(
                "warmup learns from the recipe's loss alone, and weight=0 leaves that out; set one of both"
            )
        return self

    @model_validator(mode="after")
    def _check_penalty(self) -> Self:
        if self.penalty and self.network.uses_batch_statistics():
            raise ValueError(
                "penalty asks how steep the discriminator is at each picture, and batch normalisation mixes them; choose"
                " trainer.discriminator.norm=instance or none"
            )
        return self

    @model_validator(mode="after")
    def _check_balance(self) -> Self:
        if self.discriminator_steps > 1 and self.discriminator_every > 1:
            raise ValueError(
                "discriminator_steps gives the discriminator more steps and discriminator_every fewer; set one of them to 1"
            )
        return self

    @property
    def network(self) -> Discriminator:
        """The discriminator."""
        return self.discriminator.stage

    def discriminator_layout(self, pairs: PairsProblem) -> ParameterLayout:
        """The discriminator's."""
        return self.network.layout_for(3 + pairs.channels * self.network.paired, 1)

    def discriminator_pass(self, phi: Params, num_images: int) -> DiscriminatorPass:
        """The discriminator at work on a batch of so many pictures."""
        return DiscriminatorPass(
            self.network,
            phi,
            ADVERSARIAL_LOSSES[self.adversarial_loss],
            self.label,
            self.penalty,
            self.augment,
            num_images,
        )
