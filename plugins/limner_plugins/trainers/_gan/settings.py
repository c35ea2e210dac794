"""The settings of the adversarial trainer."""

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
"""Adam with a smaller β₁, as A. Radford et al. (2016) recommend for adversarial training."""


class AdversarialSettings(Trainer):
    """The validated settings of ``adversarial``."""

    conditional_fields = (("label", "adversarial_loss", "bce", "least-squares"),)

    discriminator: Annotated[StageSpec[Discriminator], Nested("network")] = Field(
        default="patch-discriminator", validate_default=True, description="discriminator network"
    )
    adversarial_loss: Literal["bce", "least-squares", "hinge", "wasserstein"] = Field(
        default="bce", description="adversarial loss of discriminator and generator"
    )
    weight: float = Field(
        default=100.0, ge=0, le=1e6, description="weight λ of the recipe's loss relative to the adversarial loss"
    )
    label: float = Field(
        default=0.9,
        ge=0.5,
        le=1,
        description="target label of real pictures for bce and least-squares; below 1 for one-sided label smoothing",
    )
    penalty: float = Field(
        default=0.0,
        ge=0,
        le=1e6,
        description="weight of the gradient penalty; 10 is usual for wasserstein",
    )
    augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = Field(
        default=(),
        description="augmentations of the discriminator's real and generated pictures, for small training sets",
    )
    batch: int = Field(default=16, ge=1, le=65_536, description="batch size in pictures")
    discriminator_steps: int = Field(
        default=1, ge=1, le=100, description="steps of the discriminator per step of the generator"
    )
    discriminator_every: int = Field(
        default=1, ge=1, le=100, description="steps of the generator per step of the discriminator"
    )
    warmup: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="fraction of the budget for generator warm-up with the recipe's loss alone",
    )
    optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default=ADAM, validate_default=True, description="optimizer of the generator"
    )
    learning_rate: float = Field(default=2e-4, gt=0, le=1000, description="learning rate η of the generator")
    discriminator_optimizer: Annotated[StageSpec[Optimizer], Nested("optimizer")] = Field(
        default=ADAM, validate_default=True, description="optimizer of the discriminator"
    )
    discriminator_learning_rate: float = Field(
        default=2e-4, gt=0, le=1000, description="learning rate of the discriminator"
    )
    average: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="decay of a moving average (EMA) of the generator's θ, which is evaluated and saved; 0 for none",
    )
    final: float = Field(
        default=1.0,
        ge=0,
        le=1,
        description="final factor of both learning rates, which decay linearly over the second half of the budget",
    )

    @model_validator(mode="after")
    def _check_warmup(self) -> Self:
        if self.warmup and not self.weight:
            raise ValueError(
                "warmup: warm-up needs the recipe's loss, but weight is 0; raise weight or set warmup to 0"
            )
        return self

    @model_validator(mode="after")
    def _check_penalty(self) -> Self:
        if self.penalty and self.network.uses_batch_statistics():
            raise ValueError(
                "penalty: the gradient penalty does not work with batch normalisation; set"
                " trainer.discriminator.norm=instance or none"
            )
        return self

    @model_validator(mode="after")
    def _check_balance(self) -> Self:
        if self.discriminator_steps > 1 and self.discriminator_every > 1:
            raise ValueError("discriminator_steps and discriminator_every are both above 1; set one of them to 1")
        return self

    @property
    def network(self) -> Discriminator:
        """The discriminator network."""
        return self.discriminator.stage

    def discriminator_layout(self, pairs: PairsProblem) -> ParameterLayout:
        """Return the layout of the discriminator's parameters."""
        return self.network.layout_for(3 + pairs.channels * self.network.sees_source, 1)

    def discriminator_pass(self, phi: Params, num_images: int) -> DiscriminatorPass:
        """Return the discriminator with its parameters ``phi``, for a batch of ``num_images`` images."""
        return DiscriminatorPass(
            self.network,
            phi,
            ADVERSARIAL_LOSSES[self.adversarial_loss],
            self.label,
            self.penalty,
            self.augment,
            num_images,
        )
