"""The loss ``ssim``."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from pydantic import Field

from limner.plugin import Array, Domain, Loss, namespace
from limner_plugins.common.axes import across, gaussian

SIGMA, RADIUS = 1.5, 5  # in pixels: a window of 11 x 11
C1, C2 = 0.01**2, 0.03**2  # (K1 L)² and (K2 L)², with the range L = 1


class Ssim(Loss):
    """1 - SSIM, the structural dissimilarity: compares luminance, contrast and structure around each pixel.

    Each channel is compared separately, in a Gaussian window of σ = 1.5, truncated to 11 x 11 pixels. Pixels are
    mirrored at the borders, so that there is a value for each pixel. ``alpha`` mixes the dissimilarity with the
    absolute error, which fixes the brightness of uniform areas: α (1 - SSIM) + (1 - α) |y - target|.

    Sources: Z. Wang et al., "Image quality assessment: from error visibility to structural similarity", 2004; for the
    mixture, H. Zhao et al., "Loss functions for image restoration with neural networks", 2017.
    """

    domains: ClassVar[frozenset[Domain]] = frozenset({"image"})

    alpha: float = Field(
        default=1.0, ge=0, le=1, description="α, the weight of 1 - SSIM; the weight of |y - target| is 1 - α"
    )

    @classmethod
    def examples(cls) -> tuple[Ssim, ...]:
        """Return the pure dissimilarity, and a mixture with the absolute error."""
        return cls(), cls(alpha=0.84, reduction="sum")

    def forward(self, y: Array, target: Array) -> Array:
        """Return the loss of each pixel."""
        return self._mixed(_Windows.of(y, target).similarity(), y, target)

    def vjp(self, y: Array, target: Array) -> tuple[Array, Callable[[Array], Array]]:
        """Return the loss of each pixel and the pullback."""
        windows = _Windows.of(y, target)
        similarity = windows.similarity()

        def pullback(dvalue: Array) -> Array:
            dy = windows.pull(-self.alpha * dvalue, similarity, y, target)
            return dy if self.alpha == 1 else dy + (1.0 - self.alpha) * dvalue * namespace(y).sign(y - target)

        return self._mixed(similarity, y, target), pullback

    def _mixed(self, similarity: Array, y: Array, target: Array) -> Array:
        value = self.alpha * (1.0 - similarity)
        return value if self.alpha == 1 else value + (1.0 - self.alpha) * namespace(y).abs(y - target)


class _Windows(NamedTuple):
    """Statistics around each pixel: the means of y and of the target, and the four terms of Wang's formula.

    SSIM = (2 m t + C1)(2 cov + C2) / ((m² + t² + C1)(var + var' + C2)) = light · pattern / (lights · patterns).
    """

    mean: Array
    other: Array
    light: Array
    pattern: Array
    lights: Array
    patterns: Array

    @classmethod
    def of(cls, y: Array, target: Array) -> _Windows:
        m, t = _blurred(y), _blurred(target)
        spread = _blurred(y * y + target * target) - (m * m + t * t)
        together = _blurred(y * target) - m * t
        return cls(m, t, 2.0 * m * t + C1, 2.0 * together + C2, m * m + t * t + C1, spread + C2)

    def similarity(self) -> Array:
        return self.light * self.pattern / (self.lights * self.patterns)

    def pull(self, dsimilarity: Array, similarity: Array, y: Array, target: Array) -> Array:
        """Return the gradient of y from that of the similarity."""
        over = dsimilarity / (self.lights * self.patterns)
        dlight, dpattern = over * self.pattern, over * self.light
        dlights, dpatterns = -dsimilarity * similarity / self.lights, -dsimilarity * similarity / self.patterns
        dmean = 2.0 * (self.other * (dlight - dpattern) + self.mean * (dlights - dpatterns))
        return _blurred(dmean) + 2.0 * (y * _blurred(dpatterns) + target * _blurred(dpattern))


def _blurred(x: Array) -> Array:
    """Return the weighted means within the window; the operation is its own pullback."""
    return across(x, *(gaussian(size, SIGMA, RADIUS) for size in x.shape[2:]))
