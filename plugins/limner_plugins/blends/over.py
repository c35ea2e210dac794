"""The blend ``over``."""

from __future__ import annotations

from collections.abc import Sequence

from limner.plugin import Array, Blend, namespace
from limner_plugins.common.opacity import straight


class Over(Blend):
    """Each layer over those below it, which show through where it is transparent: a sticker on a picture.

    Source: T. Porter and T. Duff, "Compositing digital images", 1984 (their operator over).
    """

    @property
    def blends_opacity(self) -> bool:
        """Return True."""
        return True

    def forward(self, layers: Sequence[Array]) -> Array:
        """Return the layers on top of each other; if all are opaque, the last one."""
        result = layers[0]
        for layer in layers[1:]:
            result = _over(result, layer) if layer.shape[0] == 4 else layer
        return result


def _over(below: Array, above: Array) -> Array:
    """Return one layer over another, RGBA ``(4, n)``."""
    xp = namespace(above)
    top = xp.clip(above[3:, :], 0.0, 1.0)  # interpolated pixels can exceed this range
    rest = (1.0 - top) * xp.clip(below[3:, :], 0.0, 1.0)
    opacity = top + rest
    colours = straight(top * above[:3, :] + rest * below[:3, :], opacity)
    return xp.concat([colours, opacity], axis=0)
