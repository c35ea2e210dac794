"""The discriminator's inputs, its loss and gradient, and its gradient for the generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import NamedTuple

from limner.plugin import (
    Array,
    Augment,
    Context,
    Discriminator,
    Example,
    Params,
    StageSpec,
    device,
    flat_gradient,
    namespace,
)
from limner_plugins.trainers._gan.losses import AdversarialLoss, Loss

NORM_EPSILON = 1e-12
"""Added to the squared norm of a gradient, so that the norm is differentiable at 0."""
DIFFERENCE_RMS = 0.01
"""The root mean square step of pixels for a difference of two gradients.

With a smaller step, rounding in float32 and the few kinks of leaky activations in between dominate the difference.
"""


class GeneratedTile(NamedTuple):
    """A tile of a step, with the generator's output.

    Attributes:
        example: inputs and targets.
        ctx: the context of the tile.
        generated: the generated images, ``(3, n, h, w)``.
        generator_pullback: the pullback from the generated images to the generator's θ.
        discriminator_input: the generated images as the discriminator's input: augmented, with the source if paired.
        input_pullback: the pullback from the discriminator's input to the generated images.
    """

    example: Example
    ctx: Context
    generated: Array
    generator_pullback: Callable[[Array], Array]
    discriminator_input: Array
    input_pullback: Callable[[Array], Array]


class DiscriminatorGradient(NamedTuple):
    """The discriminator's loss and gradient on a tile, and how many of its scores are correct."""

    loss: Array
    gradient: Array
    num_correct: float
    num_scores: int


@dataclass(frozen=True)
class DiscriminatorPass:
    """A discriminator with its parameters and an adversarial loss.

    Attributes:
        discriminator: the discriminator network.
        params: the discriminator's parameters.
        adversarial_loss: the losses of discriminator and generator.
        label: the target label of real images.
        penalty: the weight of the gradient penalty (‖∇ₓ D‖ - 1)²; 0 for none.
        augments: augmentations of real and generated images.
        num_images: number of images in all tiles of the step.
    """

    discriminator: Discriminator
    params: Params
    adversarial_loss: AdversarialLoss
    label: float
    penalty: float
    augments: Sequence[StageSpec[Augment]]
    num_images: int

    def discriminator_gradient(self, tile: GeneratedTile) -> DiscriminatorGradient:
        """Return the discriminator's loss on real and generated images, and its gradient by the discriminator's θ."""
        real, generated, ctx = self._real_input(tile), tile.discriminator_input, replace(tile.ctx, input_gradient=False)
        r, real_loss, real_gradient = self._loss_and_gradient(
            real, lambda r: self.adversarial_loss.real(r, self.label), ctx
        )
        f, generated_loss, generated_gradient = self._loss_and_gradient(generated, self.adversarial_loss.generated, ctx)
        loss, gradient = real_loss + generated_loss, real_gradient + generated_gradient
        if self.penalty:
            penalty, penalty_gradient = self._penalty(real, generated, tile.ctx)
            loss, gradient = loss + penalty, gradient + penalty_gradient
        return DiscriminatorGradient(
            loss, gradient, self.adversarial_loss.num_correct(r, f, self.label), 2 * prod(r.shape)
        )

    def generator_gradient(self, tile: GeneratedTile) -> tuple[Array, Array]:
        """Return the generator's adversarial loss, and its gradient by the generated images, ``(3, n, h, w)``."""
        f, pull = self.discriminator.vjp(self.params, tile.discriminator_input, replace(tile.ctx, theta_gradient=False))
        loss, df = self.adversarial_loss.generator(f)
        scale = 1.0 / self._num_scores(f)
        return scale * namespace(f).sum(loss), tile.input_pullback(pull(scale * df)[1])

    def _loss_and_gradient(
        self, x: Array, loss_function: Callable[[Array], Loss], ctx: Context
    ) -> tuple[Array, Array, Array]:
        """Return scores, their summed loss and its gradient by the discriminator's θ; the pullback is freed at once."""
        y, pull = self.discriminator.vjp(self.params, x, ctx)
        losses, dy = loss_function(y)
        scale = 1.0 / self._num_scores(y)
        return y, scale * namespace(y).sum(losses), flat_gradient(pull(scale * dy)[0], self.params)

    def _num_scores(self, scores: Array) -> int:
        """Return the number of scores for the images of all tiles."""
        return self.num_images * int(prod(scores.shape) // scores.shape[1])

    def _real_input(self, tile: GeneratedTile) -> Array:
        """Return the discriminator's input for real images, with the same source if it is paired."""
        real = augmented(self.augments, tile.example.target, tile.ctx)[0]
        return (
            namespace(real).concat([tile.discriminator_input[:-3, ...], real], axis=0)
            if self.discriminator.sees_source
            else real
        )

    def _penalty(self, real: Array, generated: Array, ctx: Context) -> tuple[Array, Array]:
        """Return the gradient penalty between real and generated images, and its gradient by the discriminator's θ.

        Let g = ∇ₓ D at a random mixture of both, and v the derivative of the penalty by g. With v fixed, the gradient
        is that of g·v by θ, which is the derivative of ∇θ D along v. It is computed as a central difference of two
        gradients: for smooth activations the error is of second order in their distance; for activations with kinks the
        result is the mean over the interval. Channels of the source, which both sides share, are excluded from g.

        Source: I. Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
        """
        xp, n = namespace(real), real.shape[1]
        drawn = [ctx.rng("between", i).random() for i in range(n)]
        fraction = xp.reshape(xp.asarray(drawn, dtype=real.dtype, device=device(real)), (1, n, 1, 1))
        mixture = fraction * real + (1.0 - fraction) * generated
        gradient = self._mean_score_gradients(mixture, replace(ctx, theta_gradient=False))[1]
        gradient = xp.concat([0.0 * gradient[:-3, ...], gradient[-3:, ...]], axis=0)
        norm = xp.sqrt(xp.sum(gradient * gradient, axis=(0, 2, 3), keepdims=True) + NORM_EPSILON)
        excess = norm - 1.0
        direction = gradient / norm
        step = max(DIFFERENCE_RMS * prod(mixture[-3:, 0, ...].shape) ** 0.5, float(xp.finfo(real.dtype).eps) ** (1 / 3))
        weight = (2.0 * self.penalty / self.num_images) * excess
        theta_only = replace(ctx, input_gradient=False)
        ahead = self._mean_score_gradients(mixture + step * direction, theta_only, weight)[0]
        behind = self._mean_score_gradients(mixture - step * direction, theta_only, weight)[0]
        return (self.penalty / self.num_images) * xp.sum(excess * excess), (ahead - behind) / (2.0 * step)

    def _mean_score_gradients(self, x: Array, ctx: Context, weight: Array | float = 1.0) -> tuple[Array, Array]:
        """Return the gradients, by θ and by x, of the weighted mean score of each image."""
        y, pull = self.discriminator.vjp(self.params, x, ctx)
        score_weight = y.shape[1] / prod(y.shape)
        gradient, dx = pull(weight * (score_weight * namespace(y).ones_like(y)))
        return flat_gradient(gradient, self.params), dx


def discriminator_input(
    discriminator: Discriminator,
    augments: Sequence[StageSpec[Augment]],
    example: Example,
    generated: Array,
    ctx: Context,
) -> tuple[Array, Callable[[Array], Array]]:
    """Return the discriminator's input for generated images, with the source if it sees that, and the pullback."""
    picture, back = augmented(augments, generated, ctx)
    if not discriminator.sees_source:
        return picture, back
    source = augmented(augments, resized_like(example.features, generated), ctx)[0]
    return namespace(generated).concat([source, picture], axis=0), lambda dx: back(dx[source.shape[0] :, ...])


def augmented(
    augments: Sequence[StageSpec[Augment]], images: Array, ctx: Context
) -> tuple[Array, Callable[[Array], Array]]:
    """Return augmented images and the pullback; source, target and output of an example are augmented alike."""
    pulls = []
    for i, part in enumerate(augments):
        rngs = [ctx.rng("critique", i, j) for j in range(images.shape[1])]
        images, pull = part.stage.vjp(images, rngs)
        pulls.append(pull)

    def back(dy: Array) -> Array:
        for pull in reversed(pulls):
            dy = pull(dy)
        return dy

    return images, back


def scores(discriminator: Discriminator, theta: Array, features: Array, generated: Array, ctx: Context) -> Array:
    """Return the mean score of each image, ``(n,)``; batch normalisation uses the statistics of these images."""
    xp = namespace(generated)
    x = xp.concat([resized_like(features, generated), generated], axis=0) if discriminator.sees_source else generated
    params = discriminator.layout_for(x.shape[0], 1).views(theta)
    y = discriminator.forward(params, x, replace(ctx, training=discriminator.uses_batch_statistics()))
    return xp.mean(xp.reshape(xp.permute_dims(y, (1, 0, 2, 3)), (generated.shape[1], -1)), axis=1)


def resized_like(source: Array, picture: Array) -> Array:
    """Return a source's channels at a picture's size, by nearest-neighbour sampling."""
    (h, w), (picture_height, picture_width) = source.shape[2:], picture.shape[2:]
    if (h, w) == (picture_height, picture_width):
        return source
    xp = namespace(source)
    rows = xp.asarray([i * h // picture_height for i in range(picture_height)], device=device(source))
    columns = xp.asarray([i * w // picture_width for i in range(picture_width)], device=device(source))
    return xp.take(xp.take(source, rows, axis=2), columns, axis=3)
