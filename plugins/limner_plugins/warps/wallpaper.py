"""The warp ``wallpaper``."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
from pydantic import Field

from limner.plugin import Array, Context, Params, Warp, fixed, namespace
from limner_plugins.warps._fitting import fitted_sides, repeat_height
from limner_plugins.warps._groups import GROUPS, HANDED, GroupName, Vector, sides


class Wallpaper(Warp):
    """The exact symmetry of one of the 17 wallpaper groups, without seams.

    x' and y' are two waves that the group leaves invariant, each a sum over the wave numbers k of the cell's lattice,
    averaged over the group's symmetries: f(p) = Re Σ_k c_k exp(2πi k·p), 0 < |k| ≤ detail, with complex c_k drawn from
    the normal distribution of σ = |k|^-smoothness. Equivalent points are equal to every later encoder, and nearby
    points stay near. In p4 and p6 the chiral part is scaled to half of the energy; otherwise it would be too faint to
    see.

    With ``fit``, a whole number of repeats fills the picture along both sides, so that its copies side by side have no
    seam. A repeat is the smallest upright rectangle of whole periods: one cell, or 1 x √3 cell widths in the hexagonal
    lattice (p3, p3m1, p31m, p6, p6m). The cells are stretched to fit, and those of p1 and p2 also sheared. The larger
    ``cells`` and the better the sides of the picture suit, the less they change.

    The averaged coefficients are stored in θ, as those of products of cosines and sines along the two sides of the
    cell.
    Source: F. Farris, "Creating Symmetry", 2015: wallpaper functions as group averages of plane waves.
    """

    conditional_fields = (
        (
            "aspect",
            "group",
            *(name for name, group in GROUPS.items() if group.lattice in ("oblique", "rectangular", "rhombic")),
        ),
        ("angle", "group", *(name for name, group in GROUPS.items() if group.lattice == "oblique")),
    )

    group: GroupName = Field(default="p4", description="wallpaper group, by its crystallographic short name")
    cells: float = Field(
        default=2.0,
        gt=0,
        le=1000,
        description="cells across the short side; whole numbers make square cells tile, fit makes all of them tile",
    )
    fit: bool = Field(
        default=False, description="stretch the cells so that the picture tiles: whole repeats along both sides"
    )
    detail: int = Field(
        default=3, ge=3, le=8, description="largest number of waves across a cell; below 3 some groups look alike"
    )
    smoothness: float = Field(default=1.5, ge=0, le=8, description="attenuation of finer waves")
    reach: float = Field(
        default=0.5, gt=0, le=1000, description="part of the picture that a cell shows: root mean square of x' and y'"
    )
    aspect: float = Field(
        default=1.0,
        ge=0.01,
        le=100,
        description="height of a cell over its width; fixed for square and hexagonal groups",
    )
    angle: float = Field(
        default=90.0, ge=10, le=170, description="angle between the sides of a cell in degrees, for p1 and p2"
    )

    @classmethod
    def examples(cls) -> tuple[Wallpaper, ...]:
        """Return one group of each lattice."""
        return (
            cls(),
            cls(group="p2", angle=70.0, cells=3.5),
            cls(group="pgg", aspect=1.6, smoothness=0.0, reach=0.3),
            cls(group="cmm", aspect=0.5, detail=4),
            cls(group="p6m", detail=8, smoothness=2.0),
            cls(group="p1", angle=65.0, cells=3.0, fit=True),
        )

    @classmethod
    def random_settings(cls, rng: np.random.Generator) -> Wallpaper:
        """Return any group, in a few cells."""
        names = list(GROUPS)
        return cls(group=names[int(rng.integers(len(names)))], cells=float(rng.integers(1, 4)))

    def init_params(self, rng: np.random.Generator) -> dict[str, fixed]:
        """Return the coefficients of x' and y', averaged over the group, of mean square 1.

        They go by the wave along the cell's first side, then by that along its second.
        """
        return {"waves": fixed(np.stack([self._wave(rng), self._wave(rng)]))}

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the two waves at the points."""
        xp, b, waves = namespace(xy), ctx.bounds, params["waves"]
        short = min(b.x1 - b.x0, b.y1 - b.y0)
        (ax, ay), (bx, by) = self.sides()
        scale = self.cells / (short * (ax * by - ay * bx))
        if self.fit:
            repeat = repeat_height(GROUPS[self.group].lattice, self.sides())
            (ax, ay), (bx, by) = fitted_sides(self.sides(), repeat, (b.x1 - b.x0, b.y1 - b.y0), self.cells)
            scale = 1.0 / (ax * by - ay * bx)
        x, y = scale * xy[0, :], scale * xy[1, :]
        along, across = self._products(by * x - bx * y), self._products(ax * y - ay * x)
        rows = [xp.sum(xp.matmul(waves[i, :, :], across) * along, axis=0) for i in range(2)]
        return (self.reach * short / 2) * xp.stack(rows)

    def sides(self) -> tuple[Vector, Vector]:
        """Return the cell's sides, in units of its width."""
        return sides(GROUPS[self.group].lattice, self.aspect, self.angle)

    def _harmonics(self) -> int:
        """Return the largest number of waves along a side: more than ``detail`` if the sides are oblique."""
        return int(self.detail * (2 / sqrt(3) if GROUPS[self.group].lattice == "hexagonal" else 1))

    def _length(self, n: np.ndarray, m: np.ndarray) -> np.ndarray:
        """Return |k| in the metric of the group, so that its symmetries map the drawn waves to drawn waves."""
        length: np.ndarray = np.sqrt(n * n + m * m + (n * m if GROUPS[self.group].lattice == "hexagonal" else 0))
        return length

    def _products(self, u: Array) -> Array:
        """Return 1, cos 2πu, cos 4πu, ..., sin 2πu, sin 4πu, ..., each computed from the two before it."""
        xp = namespace(u)
        u = 2 * pi * (u - xp.floor(u))
        c, s = xp.cos(u), xp.sin(u)
        cosines, sines = [xp.ones_like(u), c], [xp.zeros_like(u), s]
        for _ in range(self._harmonics() - 1):
            cosines.append(2.0 * c * cosines[-1] - cosines[-2])
            sines.append(2.0 * c * sines[-1] - sines[-2])
        return xp.stack([*cosines, *sines[1:]])

    def _wave(self, rng: np.random.Generator) -> np.ndarray:
        """Return one wave's coefficients of the products, ``(h, h)``."""
        h = self._harmonics()
        c = self._averaged(rng)
        c = (c + np.conj(c[::-1, ::-1])) / 2  # the same real part, with every wave next to its opposite
        if self.group in HANDED:  # the chiral part is weak by nature; without half of the energy it would be invisible
            even, odd = (c + c.T) / 2, (c - c.T) / 2
            c = even + odd * (np.linalg.norm(even) / np.linalg.norm(odd))
        c /= np.linalg.norm(c)
        out = np.zeros((2 * h + 1, 2 * h + 1))
        for n in range(-h, h + 1):
            for m in range(-h, h + 1):
                # Re c exp(i(nu + mv)) = Re c (cos nu + i sin nu)(cos mv + i sin mv)
                z, i, j = c[n + h, m + h], abs(n), abs(m)
                out[i, j] += z.real
                if n and m:
                    out[i + h, j + h] -= z.real * np.sign(n * m)
                if n:
                    out[i + h, j] -= z.imag * np.sign(n)
                if m:
                    out[i, j + h] -= z.imag * np.sign(m)
        return out

    def _averaged(self, rng: np.random.Generator) -> np.ndarray:
        """Return c_k for k from (-h, -h) to (h, h): the symmetry (g, t) maps the wave k to gᵀk with the phase k·t."""
        h = self._harmonics()
        n, m = np.meshgrid(np.arange(-h, h + 1), np.arange(-h, h + 1), indexing="ij")
        length = self._length(n, m)
        kept = (length > 0) & (length <= self.detail + 1e-9)
        drawn = rng.normal(size=(2, *n.shape))
        drawn = (drawn[0] + 1j * drawn[1]) * np.where(kept, np.maximum(length, 1.0) ** -self.smoothness, 0.0)
        out = np.zeros(n.shape, dtype=complex)
        n, m, drawn = n[kept], m[kept], drawn[kept]
        for g in GROUPS[self.group].symmetries():
            phase = 2 * pi * (n * float(g.s) + m * float(g.t))
            np.add.at(out, (n * g.a + m * g.c + h, n * g.b + m * g.d + h), drawn * np.exp(1j * phase))
        return out
