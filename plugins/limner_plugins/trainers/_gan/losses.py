"""Adversarial losses: of the discriminator on real and generated images, and of the generator on generated images.

Each takes the discriminator's scores, higher for images that look real, and returns losses and their derivatives.
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
    """The losses of discriminator and generator.

    Attributes:
        real: the discriminator's loss on scores of real images, given their target label.
        generated: the discriminator's loss on scores of generated images.
        generator: the generator's loss on scores of generated images.
        threshold: the score above which an image counts as real, given the label: the optimal score of an image that is
            equally likely real or generated. NaN if only differences of scores are meaningful.
    """

    real: Callable[[Array, float], Loss]
    generated: Callable[[Array], Loss]
    generator: Callable[[Array], Loss]
    threshold: Callable[[float], float]

    def num_correct(self, r: Array, f: Array, label: float) -> float:
        """Return how many scores are on the correct side of the threshold; without one, of the mean of all scores."""
        xp, fixed = namespace(r), self.threshold(label)
        threshold = 0.5 * (xp.mean(r) + xp.mean(f)) if isnan(fixed) else fixed
        return float(xp.sum(xp.astype(r > threshold, r.dtype)) + xp.sum(xp.astype(f <= threshold, f.dtype)))


def _cross_entropy(x: Array, label: float) -> Loss:
    """Return the binary cross-entropy of σ(x) and a label: log(1 + eˣ) - label x."""
    xp = namespace(x)
    softplus = xp.log1p(xp.exp(-xp.abs(x))) + xp.maximum(x, 0.0)
    return softplus - label * x, 0.5 * xp.tanh(0.5 * x) + (0.5 - label)


def _square(x: Array, label: float) -> Loss:
    """Return ½ (x - label)²."""
    difference = x - label
    return 0.5 * difference * difference, difference


def _linear(x: Array, slope: float) -> Loss:
    """Return slope x."""
    return slope * x, slope * namespace(x).ones_like(x)


def _hinge(x: Array, sign: float) -> Loss:
    """Return max(0, 1 - sign x)."""
    xp = namespace(x)
    margin = 1.0 - sign * x
    return xp.maximum(margin, 0.0), -sign * xp.astype(margin > 0, x.dtype)


ADVERSARIAL_LOSSES: Mapping[str, AdversarialLoss] = {
    "bce": AdversarialLoss(
        _cross_entropy,
        lambda f: _cross_entropy(f, 0.0),
        lambda f: _cross_entropy(f, 1.0),
        lambda label: log(label / (2.0 - label)),  # where σ is label / 2
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
"""The adversarial losses by name.

- ``bce``: I. Goodfellow et al., "Generative adversarial nets", 2014, with the generator's loss that does not saturate.
- ``least-squares``: X. Mao et al., "Least squares generative adversarial networks", 2017.
- ``hinge``: J. Lim and J. Ye, "Geometric GAN", 2017.
- ``wasserstein``: M. Arjovsky et al., "Wasserstein GAN", 2017; it needs a bounded gradient of the discriminator, for
  example by a gradient penalty.
"""
