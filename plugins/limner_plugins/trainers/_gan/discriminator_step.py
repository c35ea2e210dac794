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

STILL = 1e-12
"""Below it, a slope has no direction."""
REACH = 0.01
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

    def discriminator_gradient(self, seen: GeneratedTile) -> DiscriminatorGradient:
        """The discriminator's loss of real and made pictures, and its gradient by the discriminator's θ."""
        real, made, ctx = self._real(seen), seen.discriminator_input, replace(seen.ctx, input_gradient=False)
        r, real_loss, of_real = self._lost(real, lambda r: self.adversarial_loss.real(r, self.label), ctx)
        f, made_loss, of_made = self._lost(made, self.adversarial_loss.generated, ctx)
        loss, gradient = real_loss + made_loss, of_real + of_made
        if self.penalty:
            extra, slope = self._penalty(real, made, seen.ctx)
            loss, gradient = loss + extra, gradient + slope
        return DiscriminatorGradient(
            loss, gradient, self.adversarial_loss.num_correct(r, f, self.label), 2 * prod(r.shape)
        )

    def generator_gradient(self, seen: GeneratedTile) -> tuple[Array, Array]:
        """What the network loses to the discriminator, and the gradient of that by what it made, ``(3, n, h, w)``."""
        f, pull = self.discriminator.vjp(self.params, seen.discriminator_input, replace(seen.ctx, theta_gradient=False))
        loss, df = self.adversarial_loss.generator(f)
        share = 1.0 / self._numbers(f)
        return share * namespace(f).sum(loss), seen.input_pullback(pull(share * df)[1])

    def _lost(self, x: Array, loses: Callable[[Array], Loss], ctx: Context) -> tuple[Array, Array, Array]:
        """The discriminator's numbers, Σ of what they lose, and its gradient; what it kept for a pullback goes at once."""
        y, pull = self.discriminator.vjp(self.params, x, ctx)
        losses, dy = loses(y)
        share = 1.0 / self._numbers(y)
        return y, share * namespace(y).sum(losses), flat_gradient(pull(share * dy)[0], self.params)

    def _numbers(self, judged: Array) -> int:
        """Of all tiles' pictures."""
        return self.num_images * int(prod(judged.shape) // judged.shape[1])

    def _real(self, seen: GeneratedTile) -> Array:
        """What the discriminator is shown of what is real, beside the same source."""
        real = augmented(self.augments, seen.example.target, seen.ctx)[0]
        return (
            namespace(real).concat([seen.discriminator_input[:-3, ...], real], axis=0)
            if self.discriminator.sees_source
            else real
        )

    def _penalty(self, real: Array, made: Array, ctx: Context) -> tuple[Array, Array]:
        """The penalty on slopes between real and made pictures, and its gradient by the discriminator's θ.

        With g = ∇ₓ D at a mixture and v the penalty's derivative by g, kept fixed, it is the gradient of g·v by θ: the
        derivative of ∇θ D along v, taken as a difference of two gradients: exact up to the square of how far they lie
        apart where activations are smooth, and the mean between the two where they have corners. Along the source,
        which is the same on both sides, nothing is asked of the slope.

        Source: I. Gulrajani et al., "Improved training of Wasserstein GANs", 2017.
        """
        xp, n = namespace(real), real.shape[1]
        drawn = [ctx.rng("between", i).random() for i in range(n)]
        part = xp.reshape(xp.asarray(drawn, dtype=real.dtype, device=device(real)), (1, n, 1, 1))
        between = part * real + (1.0 - part) * made
        slope = self._pulled(between, replace(ctx, theta_gradient=False))[1]
        slope = xp.concat([0.0 * slope[:-3, ...], slope[-3:, ...]], axis=0)
        length = xp.sqrt(xp.sum(slope * slope, axis=(0, 2, 3), keepdims=True) + STILL)
        off = length - 1.0
        along = slope / length
        step = max(REACH * prod(between[-3:, 0, ...].shape) ** 0.5, float(xp.finfo(real.dtype).eps) ** (1 / 3))
        weight = (2.0 * self.penalty / self.num_images) * off
        at = replace(ctx, input_gradient=False)
        ahead = self._pulled(between + step * along, at, weight)[0]
        behind = self._pulled(between - step * along, at, weight)[0]
        return (self.penalty / self.num_images) * xp.sum(off * off), (ahead - behind) / (2.0 * step)

    def _pulled(self, x: Array, ctx: Context, weight: Array | float = 1.0) -> tuple[Array, Array]:
        """The gradients, by θ and by x, of the mean of each picture's numbers, weighted."""
        y, pull = self.discriminator.vjp(self.params, x, ctx)
        each = y.shape[1] / prod(y.shape)
        gradient, dx = pull(weight * (each * namespace(y).ones_like(y)))
        return flat_gradient(gradient, self.params), dx


def discriminator_input(
    discriminator: Discriminator, augments: Sequence[StageSpec[Augment]], example: Example, made: Array, ctx: Context
) -> tuple[Array, Callable[[Array], Array]]:
    """What a discriminator looks at of what was made, its source first where it is paired, and the pullback to the picture."""
    picture, back = augmented(augments, made, ctx)
    if not discriminator.sees_source:
        return picture, back
    source = augmented(augments, resized_like(example.features, made), ctx)[0]
    return namespace(made).concat([source, picture], axis=0), lambda dx: back(dx[source.shape[0] :, ...])


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


def scores(discriminator: Discriminator, theta: Array, features: Array, made: Array, ctx: Context) -> Array:
    """The mean of a discriminator's numbers for each picture, ``(n,)``; one that looks at a batch together does here too."""
    xp = namespace(made)
    x = xp.concat([resized_like(features, made), made], axis=0) if discriminator.sees_source else made
    params = discriminator.layout_for(x.shape[0], 1).views(theta)
    y = discriminator.forward(params, x, replace(ctx, training=discriminator.uses_batch_statistics()))
    return xp.mean(xp.reshape(xp.permute_dims(y, (1, 0, 2, 3)), (made.shape[1], -1)), axis=1)


def resized_like(source: Array, picture: Array) -> Array:
    """A source's channels at a picture's size: each number as a block, or as the first of a block."""
    (h, w), (high, wide) = source.shape[2:], picture.shape[2:]
    if (h, w) == (high, wide):
        return source
    xp = namespace(source)
    rows = xp.asarray([i * h // high for i in range(high)], device=device(source))
    columns = xp.asarray([i * w // wide for i in range(wide)], device=device(source))
    return xp.take(xp.take(source, rows, axis=2), columns, axis=3)
