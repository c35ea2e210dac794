"""Pictures laid out in one row, with zeros between them."""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, device, namespace

Size = tuple[int, int]


@dataclass(frozen=True)
class FlatSheet:
    """The layout of pictures in a row: every picture row is ``gap`` longer, every picture ``gap`` rows higher.

    Attributes:
        size: height and width of the pictures.
        gap: zeros after each row, and rows of zeros after each picture.
    """

    size: Size
    gap: int

    @property
    def width(self) -> int:
        """The number of columns from one picture row to the next."""
        return self.size[1] + self.gap

    @property
    def points(self) -> int:
        """The number of columns from one picture to the next."""
        return (self.size[0] + self.gap) * self.width

    def empty(self, rows: int, n: int, lead: int, tail: int, like: Array) -> tuple[Array, Array]:
        """Return zeros for n pictures with ``lead`` columns before and ``tail`` after them, and a view of them."""
        xp, columns = namespace(like), n * self.points
        flat = xp.zeros((rows, lead + columns + tail), dtype=like.dtype, device=device(like))
        return flat, self.pictures(flat[:, lead : lead + columns], n)

    def pictures(self, flat: Array, n: int) -> Array:
        """Return the pictures ``(c, n, h, w)`` as a view of ``(c, columns)``."""
        height, width = self.size
        whole = (flat.shape[0], n, height + self.gap, width + self.gap)
        return namespace(flat).reshape(flat, whole)[:, :, :height, :width]


def lay_out(x: Array, sheet: FlatSheet, before: int, reach: int) -> Array:
    """Return pictures laid out in a row.

    The first tap sees the position ``before`` up and left of an output, the last one ``reach`` down and right of it.
    """
    lead = before * (sheet.width + 1)
    flat, pictures = sheet.empty(x.shape[0], x.shape[1], lead, reach * (sheet.width + 1), x)
    pictures[...] = x
    return flat
