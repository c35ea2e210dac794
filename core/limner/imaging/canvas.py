"""The canvas: the pixels to render, and the blocks in which they are rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from limner.errors import LimnerError
from limner.utils.arguments import check_int, check_ints, check_number
from limner.utils.limits import MAX_SIDE, MAX_SUPERSAMPLE

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.arrays.standard import Namespace


class Bounds(NamedTuple):
    """The edges of a picture in the coordinates of its frame."""

    x0: float
    x1: float
    y0: float
    y1: float


class Block(NamedTuple):
    """A rectangle of pixels rendered at once: rows ``top`` to ``bottom``, columns ``left`` to ``right`` (exclusive)."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(frozen=True)
class Canvas:
    """The size of a picture, and the part of it to render.

    Attributes:
        size: width and height of the whole picture, in pixels; for a print, the trim size.
        region: left, top, width and height of the part to render, in pixels; None for the whole picture.
        supersample: samples per pixel along each side.
        time: the position in an animation, 0 to 1.
        bleed: pixels to render beyond each edge, which are cut off after printing. Those inside do not depend on it.
        mirrored: whether the bleed mirrors the picture at its edges, instead of computing it beyond them.

    Raises:
        LimnerError: a side is not from 1 to 4,194,304, another number is out of range, the region exceeds the
            picture, or the bleed exceeds half of its shorter side or comes with a region.
    """

    size: tuple[int, int]
    region: tuple[int, int, int, int] | None = None
    supersample: int = 1
    time: float = 0.0
    bleed: int = 0
    mirrored: bool = False

    def __post_init__(self) -> None:
        width, height = check_ints("size", self.size, 2)
        supersample = check_int("supersample", self.supersample)
        object.__setattr__(self, "size", (width, height))
        object.__setattr__(self, "supersample", supersample)
        if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
            raise LimnerError(f"`size`: each side must be 1 to {MAX_SIDE} pixels, got {width}x{height}")
        if not 1 <= self.supersample <= MAX_SUPERSAMPLE:
            raise LimnerError(f"`supersample`: must be 1 to {MAX_SUPERSAMPLE}, got {self.supersample}")
        if not 0 <= check_number("time", self.time) <= 1:
            raise LimnerError(f"`time`: must be 0 to 1, got {self.time}")
        self._check_bleed()
        if self.region is None:
            return
        left, top, w, h = self.effective_region
        if left < 0 or top < 0 or w < 1 or h < 1 or left + w > width or top + h > height:
            raise LimnerError(f"`region`: must lie inside the picture of {width}x{height}, got {left},{top},{w},{h}")

    def _check_bleed(self) -> None:
        width, height = self.size
        bleed = check_int("bleed", self.bleed)
        object.__setattr__(self, "bleed", bleed)
        if bleed and self.region is not None:
            raise LimnerError("`bleed`: a region lies inside the picture and has no bleed; omit `bleed` or `region`")
        most = min(width, height) // 2
        if not 0 <= bleed <= most:
            raise LimnerError(
                f"`bleed`: must be 0 to {most} pixels, half of the shorter side of the picture, got {bleed} pixels"
            )
        if max(width, height) + 2 * bleed > MAX_SIDE:
            raise LimnerError(f"`bleed`: picture and bleed must have at most {MAX_SIDE} pixels a side; reduce `size`")

    @property
    def effective_region(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the part to render, in pixels: the region, or the whole picture with bleed."""
        if self.region is None:
            width, height = self.size
            return -self.bleed, -self.bleed, width + 2 * self.bleed, height + 2 * self.bleed
        left, top, width, height = check_ints("region", self.region, 4)
        return left, top, width, height

    @property
    def output_size(self) -> tuple[int, int]:
        """Width and height of the part to render, in pixels."""
        return self.effective_region[2], self.effective_region[3]

    def blocks(self, points: int) -> Iterator[Block]:
        """Yield the part to render as blocks of at most about ``points`` samples, from top left to bottom right.

        A block is several whole rows, or a part of one row if a row has more samples. The division depends only on the
        canvas and ``points``, not on the machine, because the last bits of a matrix product depend on its width. For
        the same reason, bleed does not change the blocks inside the edges.
        """
        pixels = max(1, points // self.supersample**2)
        left, top, width, height = self.effective_region
        if not self.bleed:
            yield from _divided(left, top, width, height, pixels)
            return
        right, bottom = self.size
        yield from _divided(left, top, width, self.bleed, pixels)
        for block in _divided(0, 0, right, bottom, pixels):
            rows = block.bottom - block.top  # the bleed to its left and right has as many
            if block.left == 0:
                yield from _divided(left, block.top, self.bleed, rows, pixels)
            yield block
            if block.right == right:
                yield from _divided(right, block.top, self.bleed, rows, pixels)
        yield from _divided(left, bottom, width, self.bleed, pixels)

    def samples_of(self, block: Block, xp: Namespace, dtype: Any, device: Any) -> Array:
        """Return the sample positions of a block, ``(2, n)``: column and row in pixels, row by row.

        Pixel (i, j) covers rows i to i + 1 and columns j to j + 1; without supersampling, the sample is at its centre.
        """
        s = self.supersample

        def axis(start: int, stop: int) -> Array:
            ticks = xp.arange((stop - start) * s, dtype=dtype, device=device)
            return (ticks + 0.5) / s + start

        columns, rows = axis(block.left, block.right), axis(block.top, block.bottom)
        shape = (rows.shape[0], columns.shape[0])
        return xp.stack(
            [
                xp.reshape(xp.broadcast_to(columns[None, :], shape), (-1,)),
                xp.reshape(xp.broadcast_to(rows[:, None], shape), (-1,)),
            ]
        )


def _divided(left: int, top: int, width: int, height: int, pixels: int) -> Iterator[Block]:
    """Yield a rectangle as blocks of at most ``pixels`` pixels."""
    if width <= pixels:
        step = pixels // width
        for row in range(top, top + height, step):
            yield Block(row, min(row + step, top + height), left, left + width)
    else:
        for row in range(top, top + height):
            for column in range(left, left + width, pixels):
                yield Block(row, row + 1, column, min(column + pixels, left + width))


def mirrored_at_edges(positions: Array, size: tuple[int, int], xp: Namespace) -> Array:
    """Return positions ``(2, n)``, with those beyond the edges of a picture mirrored at these edges."""
    return xp.stack([_mirrored(positions[0, :], size[0], xp), _mirrored(positions[1, :], size[1], xp)])


def _mirrored(positions: Array, side: int, xp: Namespace) -> Array:
    """Return positions along an axis, with those before 0 and beyond ``side`` mirrored at these edges."""
    after = xp.where(positions > side, 2.0 * side - positions, positions)
    return xp.where(after < 0, -after, after)
