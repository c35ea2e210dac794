"""The channels of a model's output that are compared with an image's planes."""

from __future__ import annotations

from limner.arrays.namespace import Array, namespace

CHANNELS = {1: (0,), 2: (0, 3), 3: (0, 1, 2), 4: (0, 1, 2, 3)}
"""The model's channels that are compared, by the number of planes of an image: a gray image has only the first."""


class ComparedChannels(tuple[int, ...]):
    """The compared channels of a model's RGB or RGBA output."""

    __slots__ = ()

    @staticmethod
    def of(planes: int) -> ComparedChannels:
        """Return the compared channels for an image's number of planes."""
        return ComparedChannels(CHANNELS[planes])

    def choose(self, colours: Array) -> Array:
        """Return the compared channels of the model's output."""
        if colours.shape[0] == len(self):
            return colours
        return namespace(colours).stack([colours[row, :] for row in self])

    def spread(self, dy: Array, colours: Array) -> Array:
        """Return the gradient of all channels of ``colours``: 0 in those that are not compared."""
        if colours.shape[0] == len(self):
            return dy
        xp = namespace(dy)
        compared = {row: dy[i, :] for i, row in enumerate(self)}
        return xp.stack([compared.get(row, 0.0 * dy[0, :]) for row in range(colours.shape[0])])
