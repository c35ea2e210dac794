"""Convolution as one product a tap, slid along pictures that lie in a row with zeros between them.

On pictures with zeros between their rows and between one another, flattened to ``(c, columns)``, a tap sees a plain
slice of columns: nothing is copied for it, and the whole batch is one product. What comes out where there are zeros
is nobody's, and left out. A stride of s is s² such pictures, one for each phase; those of one row of the kernel lie
one below the other, so that weights are read as they lie in θ, ``(d, k, k, c)``.
"""

from __future__ import annotations

from dataclasses import dataclass

from limner.plugin import Array, Context, Taps, device, namespace
from limner_plugins.layers.geometry import Geometry

Size = tuple[int, int]


@dataclass(frozen=True)
class Sheet:
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


def laid(x: Array, sheet: Sheet, before: int, reach: int) -> Array:
    """Pictures in a row, so that a tap at 0 sees ``before`` up and left of a place, and the last ``reach`` beyond."""
    lead = before * (sheet.width + 1)
    flat, places = sheet.empty(x.shape[0], x.shape[1], lead, reach * (sheet.width + 1), x)
    places[...] = x
    return flat


def correlate(weights: Array, x: Array, geometry: Geometry, small: Size, ctx: Context) -> Array:
    """The convolution of ``(c, n, h, w)``: ``(d, n, *small)``."""
    flat, sheet, taps = _told(x, geometry, small)
    n = x.shape[1] * sheet.points
    return sheet.pictures(ctx.primitives.slide(_by_taps(weights, geometry), flat, taps, n), x.shape[1])


def spread(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Its transpose: from ``(d, n, *small)`` to ``(c, n, *large)``."""
    if geometry.stride == 1:
        return _back(weights, dy, geometry, large, ctx)
    return _phases_back(weights, dy, geometry, large, ctx)


def by_weights(flat: Array, start: int, dy: Array, x: Array, geometry: Geometry, ctx: Context) -> None:
    """The gradient ``(d, k, k, c)`` of the weights for ``dy`` ``(d, n, *small)``, written into a vector."""
    seen, sheet, taps = _told(x, geometry, dy.shape[2:])
    sums = ctx.primitives.slide_outer(laid(dy, sheet, 0, 0), seen, taps, x.shape[0] * geometry.stride)
    flat[start : start + dy.shape[0] * geometry.kernel**2 * x.shape[0]] = namespace(sums).reshape(sums, (-1,))


def _told(x: Array, geometry: Geometry, small: Size) -> tuple[Array, Sheet, Taps]:
    """What the taps slide over, and where they look."""
    g = geometry
    if g.stride == 1:
        gap = max(g.before, g.after, small[0] - x.shape[2], 0)
        source, sheet = Sheet(x.shape[2:], gap), Sheet(small, gap + x.shape[2] - small[0])
        reach = g.dilation * (g.kernel - 1)
        return laid(x, source, g.before, reach - g.before), sheet, _window(g.kernel, g.dilation, sheet.width)
    return _phased(x, g, small)


def _window(kernel: int, dilation: int, width: int) -> Taps:
    return (kernel, 0, dilation * width), (kernel, 0, dilation)


def _back(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """The transpose of a convolution with a stride of 1 is one, its taps in reverse."""
    g = geometry
    reach = g.dilation * (g.kernel - 1)
    turned = Geometry(g.kernel, 1, reach - g.before, reach - g.after, g.dilation)
    flat, sheet, taps = _told(dy, turned, large)
    y = ctx.primitives.slide(_reversed(weights), flat, taps, dy.shape[1] * sheet.points)
    return sheet.pictures(y, dy.shape[1])


def _reversed(weights: Array) -> Array:
    """Weights ``(d, rows, columns, c)`` of the transpose: ``(c, rows, columns, d)``, the last tap first."""
    xp = namespace(weights)
    return xp.permute_dims(xp.flip(weights, axis=(1, 2)), (3, 1, 2, 0))


def _by_taps(weights: Array, geometry: Geometry) -> Array:
    """Weights as taps see phases: for a stride of s, s neighbours in a row of the kernel are one tap's."""
    d, k, _, c = weights.shape
    s = geometry.stride
    return weights if s == 1 else namespace(weights).reshape(weights, (d, k // s, s, k // s, s * c))


def _phased(x: Array, geometry: Geometry, small: Size) -> tuple[Array, Sheet, Taps]:
    """The phases of x, those of row i first, and in it those of column j; and where the taps look."""
    g, s, c, n = geometry, geometry.stride, x.shape[0], x.shape[1]
    more = g.kernel // s - 1
    sheet = Sheet(small, more)
    flat, _ = sheet.empty(s * s * c, n, 0, more * (sheet.width + 1), x)
    whole = Sheet((small[0] + more, small[1] + more), 0)
    columns = n * sheet.points
    for i in range(s):
        for j in range(s):
            (to_i, of_i), (to_j, of_j) = (
                _phase(g, i, x.shape[2], whole.size[0]),
                _phase(g, j, x.shape[3], whole.size[1]),
            )
            row = (i * s + j) * c
            whole.pictures(flat[row : row + c, :columns], n)[:, :, to_i, to_j] = x[:, :, of_i, of_j]
    return flat, sheet, ((g.kernel // s, 0, sheet.width), (s, s * c, 0), (g.kernel // s, 0, 1))


def _phase(geometry: Geometry, phase: int, inputs: int, places: int) -> tuple[slice, slice]:
    """Along an axis, which places of a phase hold which inputs: place p holds input ``p s + phase - before``."""
    s, shift = geometry.stride, phase - geometry.before
    lo = max(0, -(shift // s))
    hi = max(lo, min(places, (inputs - 1 - shift) // s + 1))
    first = lo * s + shift
    return slice(lo, hi), slice(first, first + max(0, (hi - lo - 1) * s + 1), s)


def _phases_back(weights: Array, dy: Array, geometry: Geometry, large: Size, ctx: Context) -> Array:
    """Each row of phases is a convolution of dy with a stride of 1; they are put where they belong."""
    g, s, xp = geometry, geometry.stride, namespace(dy)
    c, n, more = weights.shape[3], dy.shape[1], g.kernel // s - 1
    whole = Sheet((dy.shape[2] + more, dy.shape[3] + more), 0)
    flat = laid(dy, Sheet(dy.shape[2:], more), more, 0)
    taps = _window(more + 1, 1, whole.width)
    dx = xp.zeros((c, n, *large), dtype=dy.dtype, device=device(dy))
    split = _by_taps(weights, g)
    for i in range(s):
        part = ctx.primitives.slide(_reversed(split[:, :, i, :, :]), flat, taps, n * whole.points)
        for j in range(s):
            (of_i, to_i), (of_j, to_j) = _phase(g, i, large[0], whole.size[0]), _phase(g, j, large[1], whole.size[1])
            dx[:, :, to_i, to_j] = whole.pictures(part[j * c : (j + 1) * c, :], n)[:, :, of_i, of_j]
    return dx
