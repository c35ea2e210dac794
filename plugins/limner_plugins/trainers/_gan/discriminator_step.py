"""A discriminator at work: what it is shown, what it learns of it, and what it tells the network that made it."""

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

MIN_SQUARED_NORM = 1e-12
"""Below it, a slope has no direction."""
DIFFERENCE_RMS = 0.01
"""How far pixels go, root mean square, for a difference of two gradients.

Closer by, they differ by little but float32's rounding and the few corners of a leaky discriminator that lie between.
"""


class GeneratedTile(NamedTuple):
    """A tile of a step: the example, what the network made of it, and the pullback to its θ.

    ``shown`` is what the discriminator is shown of what was made, and ``back`` the pullback to that: both players look at it.
    """

    example: Example
    ctx: Context
    generated: Array
    generator_pullback: Callable[[Array], Array]
    discriminator_input: Array
    input_pullback: Callable[[Array], Array]


class DiscriminatorGradient(NamedTuple):
    """What a tile gives the discriminator: Σ of its losses, its gradient, and how often it was right of how many numbers."""

    loss: Array
    gradient: Array
    num_correct: float
    num_scores: int


@dataclass(frozen=True)
class DiscriminatorPass:
    """A discriminator with its θ, in a contest.

    Attributes:
        discriminator: the network.
        params: its own.
        contest: what the players lose.
        label: what a real picture is to be given.
        penalty: the weight of (‖∇ₓ D‖ - 1)²; 0 asks for none.
        augments: vary what the discriminator is shown, real and made alike.
        pictures: of a step, in all tiles.
    """

    discriminator: Discriminator
    params: Params
    adversarial_loss: AdversarialLoss
    label: float
    penalty: float
    augments: Sequence[StageSpec[Augment]]
    num_images: int

    def discriminator_gradient(self, tile: GeneratedTile) -> DiscriminatorGradient:
        """The discriminator's loss of real and made pictures, and its gradient by the discriminator's θ."""
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
        """What the network loses to the discriminator, and the gradient of that by what it made, ``(3, n, h, w)``."""
        f, pull = self.discriminator.vjp(self.params, tile.discriminator_input, replace(tile.ctx, theta_gradient=False))
        loss, df = self.adversarial_loss.generator(f)
        scale = 1.0 / self._num_scores(f)
        return scale * namespace(f).sum(loss), tile.input_pullback(pull(scale * df)[1])

    def _loss_and_gradient(
        self, x: Array, loss_function: Callable[[Array], Loss], ctx: Context
    ) -> tuple[Array, Array, Array]:
        """The discriminator's numbers, Σ of what they lose, and its gradient; what it kept for a pullback goes at once."""
        y, pull = self.discriminator.vjp(self.params, x, ctx)
        losses, dy = loss_function(y)
        scale = 1.0 / self._num_scores(y)
        return y, scale * namespace(y).sum(losses), flat_gradient(pull(scale * dy)[0], self.params)

    def _num_scores(self, scores: Array) -> int:
        """Of all tiles' pictures."""
        return self.num_images * int(prod(scores.shape) // scores.shape[1])

    def _real_input(self, tile: GeneratedTile) -> Array:
        """What the discriminator is shown of what is real, beside the same source."""
        real = augmented(self.augments, tile.example.target, tile.ctx)[0]
        return (
            namespace(real).concat([tile.discriminator_input[:-3, ...], real], axis=0)
            if self.discriminator.paired
            else real
        )

    def _penalty(self, real: Array, generated: Array, ctx: Context) -> tuple[Array, Array]:
        """The penalty on slopes between real and made pictures, and its gradient by the discriminator's θ.

        With g = ∇ₓ D at a mixture and v the penalty's derivative by g, kept fixed, it is the gradient of g·v by θ: the
        derivative of ∇θ D along v, taken as a difference of two gradients: exact up to the square of how far they lie
        apart where activations are smooth, and the mean between the two where they have corners. Along the source,
        which is the same on both sides, nothing is asked of the slope.

        Source: I. Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
        """
        xp, n = namespace(real), real.shape[1]
        drawn = [ctx.rng("between", i).random() for i in range(n)]
        fraction = xp.reshape(xp.asarray(drawn, dtype=real.dtype, device=device(real)), (1, n, 1, 1))
        mixture = fraction * real + (1.0 - fraction) * generated
        gradient = self._mean_score_gradients(mixture, replace(ctx, theta_gradient=False))[1]
        gradient = xp.concat([0.0 * gradient[:-3, ...], gradient[-3:, ...]], axis=0)
        norm = xp.sqrt(xp.sum(gradient * gradient, axis=(0, 2, 3), keepdims=True) + MIN_SQUARED_NORM)
        excess = norm - 1.0
        direction = gradient / norm
        step = max(DIFFERENCE_RMS * prod(mixture[-3:, 0, ...].shape) ** 0.5, float(xp.finfo(real.dtype).eps) ** (1 / 3))
        weight = (2.0 * self.penalty / self.num_images) * excess
        theta_only = replace(ctx, input_gradient=False)
        ahead = self._mean_score_gradients(mixture + step * direction, theta_only, weight)[0]
        behind = self._mean_score_gradients(mixture - step * direction, theta_only, weight)[0]
        return (self.penalty / self.num_images) * xp.sum(excess * excess), (ahead - behind) / (2.0 * step)

    def _mean_score_gradients(self, x: Array, ctx: Context, weight: Array | float = 1.0) -> tuple[Array, Array]:
        """The gradients, by θ and by x, of the mean of each picture's numbers, weighted."""
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
    """What a discriminator looks at of what was made, its source first where it is paired, and the pullback to the picture."""
    picture, back = augmented(augments, generated, ctx)
    if not discriminator.paired:
        return picture, back
    source = augmented(augments, resized_like(example.features, generated), ctx)[0]
    return namespace(generated).concat([source, picture], axis=0), lambda dx: back(dx[source.shape[0] :, ...])


def augmented(
    augments: Sequence[StageSpec[Augment]], images: Array, ctx: Context
) -> tuple[Array, Callable[[Array], Array]]:
    """The images augmented: what is drawn for a picture is the same whatever is shown of it."""
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
    """The mean of a discriminator's numbers for each picture, ``(n,)``; one that looks at a batch together does here too."""
    xp = namespace(generated)
    x = xp.concat([resized_like(features, generated), generated], axis=0) if discriminator.paired else generated
    params = discriminator.layout_for(x.shape[0], 1).views(theta)
    y = discriminator.forward(params, x, replace(ctx, training=discriminator.uses_batch_statistics()))
    return xp.mean(xp.reshape(xp.permute_dims(y, (1, 0, 2, 3)), (generated.shape[1], -1)), axis=1)


def resized_like(source: Array, picture: Array) -> Array:
    """A source's channels at a picture's size: each number as a block, or as the first of a block."""
    (h, w), (picture_height, picture_width) = source.shape[2:], picture.shape[2:]
    if (h, w) == (picture_height, picture_width):
        return source
    xp = namespace(source)
    rows = xp.asarray([i * h // picture_height for i in range(picture_height)], device=device(source))
    columns = xp.asarray([i * w // picture_width for i in range(picture_width)], device=device(source))
    return xp.take(xp.take(source, rows, axis=2), columns, axis=3)
