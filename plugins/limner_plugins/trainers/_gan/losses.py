"""What each of two players loses: the discriminator on what is real and what is made, the generator on what is made.

Each takes the discriminator's numbers, the higher the surer that a picture is real, and gives losses and their derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isnan, log, nan
from typing import TypeAlias

from limner.plugin import Array, namespace

Loss: TypeAlias = tuple[Array, Array]


@dataclass(frozen=True)
class AdversarialLoss:
    """``real(r, label)``, where label is what a real picture is to be given; ``made(f)``; and ``fooled(f)``.

    ``middle(label)`` is the number above which the discriminator takes a picture for real: what it answers at best to one that
    is as often real as made. NaN where only differences tell.
    """

    real: Callable[[Array, float], Loss]
    generated: Callable[[Array], Loss]
    generator: Callable[[Array], Loss]
    threshold: Callable[[float], float]

    def num_correct(self, r: Array, f: Array, label: float) -> float:
        """How many numbers of the discriminator were on their side of the middle."""
        xp, fixed = namespace(r), self.threshold(label)
        threshold = 0.5 * (xp.mean(r) + xp.mean(f)) if isnan(fixed) else fixed
        return float(xp.sum(xp.astype(r > threshold, r.dtype)) + xp.sum(xp.astype(f <= threshold, f.dtype)))


def _cross_entropy(x: Array, label: float) -> Loss:
    """Binary cross-entropy of σ(x) and a label: log(1 + eˣ) - label x."""
    xp = namespace(x)
    softplus = xp.log1p(xp.exp(-xp.abs(x))) + xp.maximum(x, 0.0)
    return softplus - label * x, 0.5 * xp.tanh(0.5 * x) + (0.5 - label)


def _square(x: Array, label: float) -> Loss:
    difference = x - label
    return 0.5 * difference * difference, difference


def _linear(x: Array, slope: float) -> Loss:
    return slope * x, slope * namespace(x).ones_like(x)


def _hinge(x: Array, sign: float) -> Loss:
    """max(0, 1 - sign x)."""
    xp = namespace(x)
    margin = 1.0 - sign * x
    return xp.maximum(margin, 0.0), -sign * xp.astype(margin > 0, x.dtype)


ADVERSARIAL_LOSSES: Mapping[str, AdversarialLoss] = {
    "bce": AdversarialLoss(
        _cross_entropy,
        lambda f: _cross_entropy(f, 0.0),
        lambda f: _cross_entropy(f, 1.0),
        lambda label: log(label / (2.0 - label)),  # σ is label/2 there
    ),
    "least-squares": AdversarialLoss(
        _square, lambda f: _square(f, 0.0), lambda f: _square(f, 1.0), lambda label: 0.5 * label
    ),
    "hinge": AdversarialLoss(
        lambda r, label: _hinge(r, 1.0),  # noqa: ARG005
        lambda f: _hinge(f, -1.0),
        lambda f: _linear(f, -1.0),
        lambda label: 0.0,  # noqa: ARG005
    ),
    "wasserstein": AdversarialLoss(
        lambda r, label: _linear(r, -1.0),  # noqa: ARG005
        lambda f: _linear(f, 1.0),
        lambda f: _linear(f, -1.0),
        lambda label: nan,  # noqa: ARG005
    ),
}
"""The contests by name.

- ``bce``: I. Goodfellow et al., "Generative adversarial nets", 2014, with the generator's loss that does not saturate.
- ``least-squares``: X. Mao et al., "Least squares generative adversarial networks", 2017.
- ``hinge``: J. Lim and J. Ye, "Geometric GAN", 2017.
- ``wasserstein``: M. Arjovsky et al., "Wasserstein GAN", 2017; it wants a penalty on the discriminator's slope.
"""
