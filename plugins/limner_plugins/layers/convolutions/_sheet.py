"""Pictures in a row, with zeros between them."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, device, namespace

Size = tuple[int, int]


@dataclass(frozen=True)
class FlatSheet:
    """How pictures of a height and width lie in a row: each row ``gap`` longer, each picture as many rows higher."""

    size: Size
    gap: int

    @property
    def width(self) -> int:
        """Columns from one row to the next."""
        return self.size[1] + self.gap

    @property
    def points(self) -> int:
        """Columns from one picture to the next."""
        return (self.size[0] + self.gap) * self.width

    def empty(self, rows: int, n: int, lead: int, tail: int, like: Array) -> tuple[Array, Array]:
        """Zeros for so many pictures with columns before and behind them; and the pictures' places among them."""
        xp, columns = namespace(like), n * self.points
        flat = xp.zeros((rows, lead + columns + tail), dtype=like.dtype, device=device(like))
        return flat, self.pictures(flat[:, lead : lead + columns], n)

    def pictures(self, flat: Array, n: int) -> Array:
        """The pictures among ``(c, columns)``."""
        height, width = self.size
        whole = (flat.shape[0], n, height + self.gap, width + self.gap)
        return namespace(flat).reshape(flat, whole)[:, :, :height, :width]


def laid(x: Array, sheet: FlatSheet, before: int, reach: int) -> Array:
    """Pictures in a row, so that a tap at 0 sees ``before`` up and left of a place, and the last ``reach`` beyond."""
    lead = before * (sheet.width + 1)
    flat, places = sheet.empty(x.shape[0], x.shape[1], lead, reach * (sheet.width + 1), x)
    places[...] = x
    return flat
