"""The multiresolution grid against the paper, written down as slow loops; where it lies; and its gradient."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.interpolate import BSpline

import limner
from limner.arrays.parameters import Params
from limner.arrays.primitives import scatter_add
from limner.imaging.canvas import Bounds, Canvas
from limner.registry.registry import registry
from limner.stages.context import Context, Samples

WIDE = Bounds(-1.5, 1.5, -1.0, 1.0)
POINTS = np.random.default_rng(0).uniform(-2.5, 2.5, (2, 150))
SETTINGS = {
    "dense": {"levels": 3, "coarsest": 2, "finest": 11},
    "hashed": {"levels": 2, "coarsest": 40, "finest": 400, "log2_table": 5},
    "both, wide": {"levels": 4, "coarsest": 3, "finest": 33, "log2_table": 7, "aspect": 1.5},
    "both, tall, smooth": {"levels": 3, "width": 3, "coarsest": 9, "finest": 40, "log2_table": 9, "aspect": 0.4}
    | {"interpolation": "smoothstep"},
    "both, wide, spline": {"levels": 3, "coarsest": 2, "finest": 30, "log2_table": 8, "aspect": 1.3}
    | {"interpolation": "spline"},
    "more cells than entries": {"levels": 1, "coarsest": 4096, "finest": 4096, "log2_table": 3},
}


def made(**settings):
    return registry().load("encoder", "grid")(**settings)


def drawn(grid, dtype=np.float64):
    return np.random.default_rng(1).normal(size=grid.param_layout().size).astype(dtype)


def told(grid, points=POINTS, bounds=WIDE, theta=None):
    theta = drawn(grid) if theta is None else theta
    params = Params(grid.param_layout(), theta)
    return grid.forward(params, Samples(xy=np.asarray(points, dtype=theta.dtype)), Context((3, 2), bounds=bounds))


def shares(at, cells, interpolation):
    """The corners of a line of cells that a position takes a share of, and their shares."""
    if interpolation == "spline":  # the basis function of SciPy, over a line that is mirrored at its ends
        hat = BSpline.basis_element([-1.5, -0.5, 0.5, 1.5], extrapolate=False)
        line = {x: float(np.nan_to_num(hat(at - x))) for x in range(int(at) - 1, int(at) + 3)}
        return [(min(abs(x), 2 * cells - x), share) for x, share in line.items() if share]
    low = int(at)
    t = at - low
    t = 3 * t**2 - 2 * t**3 if interpolation == "smoothstep" else t
    return [(low, 1 - t), (low + 1, t)]


def by_the_paper(grid, theta, point, bounds):
    """Equations 2 to 4 of the paper for one point, a corner after the other."""
    wide, high = bounds.x1 - bounds.x0, bounds.y1 - bounds.y0
    side = max(wide / grid.aspect, high)
    centre = (bounds.x0 + bounds.x1) / 2, (bounds.y0 + bounds.y1) / 2
    u = [(p - c) / s + 0.5 for p, c, s in zip(point, centre, (grid.aspect * side, side), strict=True)]
    u = [1 - abs(v % 2 - 1) for v in u]
    most, features, start = 2**grid.log2_table, {}, 0
    table = theta.reshape(grid.width, -1)
    for level in range(grid.levels):
        n = round(grid.coarsest * (grid.finest / grid.coarsest) ** (level / max(1, grid.levels - 1)))
        cells = [round(n * max(1, grid.aspect)), round(n * max(1, 1 / grid.aspect))]
        size = min(most, (cells[0] + 1) * (cells[1] + 1))
        columns, rows = (shares(v * k, k, grid.interpolation) for v, k in zip(u, cells, strict=True))
        for f in range(grid.width):
            total = 0.0
            for x, across in columns:
                for y, down in rows:
                    dense = (cells[0] + 1) * (cells[1] + 1) <= most
                    at = x + (cells[0] + 1) * y if dense else ((x * 1) ^ (y * 2654435761)) % most
                    total += across * down * table[f, start + at]
            features[f, level] = total
        start += size
    assert start == table.shape[1]
    return [features[key] for key in sorted(features)]


@pytest.mark.parametrize("name", SETTINGS)
def test_features_are_the_paper_s(name):
    grid = made(**SETTINGS[name])
    wanted = [by_the_paper(grid, drawn(grid), point, WIDE) for point in POINTS.T]
    assert np.allclose(told(grid), np.transpose(wanted), atol=1e-9)
    assert np.allclose(told(grid, theta=drawn(grid, np.float32)), np.transpose(wanted), atol=2e-2)


def test_sizes_of_layouts():
    def size(**settings):
        return made(**settings).param_layout().size

    assert size(levels=3, coarsest=4, finest=16) == 2 * (5**2 + 9**2 + 17**2)
    assert size(levels=3, coarsest=4, finest=16, log2_table=6) == 2 * (5**2 + 2 * 64)
    assert size(levels=1, coarsest=4, finest=900, width=3, aspect=1.5) == 3 * 5 * 7
    assert size(levels=1, coarsest=4, finest=900, width=3, aspect=0.5) == 3 * 5 * 9
    assert size(levels=32, coarsest=4096, finest=65536, log2_table=10, width=1) == 32 * 1024
    assert made().num_features() == 16


def test_a_plane_on_the_corners_is_a_plane_between_them():
    grid = made(levels=1, width=1, coarsest=6, finest=6, aspect=1.5)
    y, x = np.mgrid[-1:1:7j, -1.5:1.5:10j]
    inside = POINTS * [[0.6], [0.4]]
    assert np.allclose(told(grid, inside, theta=(2 * x - y).ravel())[0], 2 * inside[0] - inside[1])
    assert np.allclose(told(grid, [[1.5, -1.5], [1.0, -1.0]], theta=(2 * x - y).ravel())[0], [2.0, -2.0])


def test_smoothstep_has_no_creases():
    def kink(interpolation):
        grid = made(levels=1, coarsest=4, finest=4, interpolation=interpolation)
        left, middle, right = (told(grid, [[0.5 + step], [0.3]], Bounds(-1, 1, -1, 1)) for step in (-1e-4, 0, 1e-4))
        return np.abs(left + right - 2 * middle).max() / 1e-4

    assert kink("bilinear") > 0.5
    assert kink("smoothstep") < 0.02


def test_a_grid_covers_pictures_of_any_aspect_undistorted():
    grid = made(aspect=1.5, coarsest=4, finest=30)
    square = POINTS * 0.4
    assert np.array_equal(told(grid, square), told(grid, square, Bounds(-1, 1, -1, 1)))  # the middle of the wide one
    assert np.allclose(told(grid, 0.5 * POINTS + 3, Bounds(2.25, 3.75, 2.5, 3.5)), told(grid))  # another frame
    ends = told(made(), [[-1.5, 1.5], [0, 0]])  # fitted to squares, painted wide: its whole width is seen
    assert np.allclose(ends, told(made(), [[-1, 1], [0, 0]], Bounds(-1, 1, -1, 1)))
    assert np.allclose(told(made(), [[0.3], [-1.0]]), told(made(), [[0.2], [-2 / 3]], Bounds(-1, 1, -1, 1)))


def test_beyond_the_picture_lies_its_mirror_image():
    grid = made(levels=3, coarsest=4, finest=40, aspect=1.5)
    assert np.allclose(told(grid, [[1.7], [-1.2]]), told(grid, [[1.3], [-0.8]]))
    far = told(grid, np.asarray([[1e30, -3e7, 4.5], [0.0, 3e38, 1.0]]), theta=drawn(grid, np.float32))
    assert np.isfinite(far).all()
    with np.errstate(invalid="ignore"):
        lost = told(grid, [[np.nan, 0.1, np.inf], [0.0, 0.1, 0.0]])
    assert np.isnan(lost).all(axis=0).tolist() == [True, False, True]


def pulled(grid, dtype=np.float64, backend=None):
    dy = np.random.default_rng(2).normal(size=(grid.num_features(), POINTS.shape[1])).astype(dtype)
    ctx = Context((3, 2), bounds=WIDE, backend=backend)
    theta = drawn(grid, dtype)
    pullback = grid.vjp(Params(grid.param_layout(), theta), Samples(xy=POINTS.astype(dtype)), ctx)[1]
    return dy, theta, pullback(dy)["table"].ravel()


@pytest.mark.parametrize("name", SETTINGS)
def test_gradients_are_those_of_a_linear_map(name):
    """Features are linear in θ, so a directional difference of any length is exact."""
    grid = made(**SETTINGS[name])
    dy, theta, gradient = pulled(grid)
    for seed in range(5):
        way = np.random.default_rng(seed).normal(size=theta.size)
        slope = np.sum(dy * (told(grid, theta=theta + way) - told(grid, theta=theta)))
        assert gradient @ way == pytest.approx(slope, rel=1e-9)
    numpy = registry().load("backend", "numpy")()
    assert np.allclose(pulled(grid, backend=numpy)[2], gradient, atol=1e-9)
    quick = pulled(grid, np.float32, numpy)[2]
    assert quick.dtype == np.float32
    assert np.allclose(quick, gradient, atol=2e-2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("whole", [np.int32, np.int64])
def test_scatter_adds_are_those_of_numpy(dtype, whole):
    rng = np.random.default_rng(3)
    index, values = rng.integers(0, 50, 600).astype(whole), rng.normal(size=(3, 600)).astype(dtype)
    index[index == 17] = 18
    wanted = np.zeros((3, 60))
    np.add.at(wanted, (slice(None), index), values)
    for add in (registry().load("backend", "numpy")().scatter_add, scatter_add):
        for i, v, sums in ((index, values, wanted), (index[:0], values[:, :0], 0 * wanted)):
            got = add(i, v, 60)
            assert got.dtype == dtype
            assert got.shape == (3, 60)
            assert np.allclose(got, sums, atol=1e-4 if dtype == np.float32 else 1e-12)


def recipe(**settings):
    part = {"kind": "grid", "init_scale": 1.0, **settings}
    return {"encoder": [part], "network": {"kind": "mlp", "width": 8, "depth": 2}}


@pytest.mark.parametrize("size", [(60, 40), (40, 60)])
def test_a_region_is_a_cut_of_the_whole(size):
    art = limner.paint(recipe(coarsest=5, finest=24, log2_table=7, aspect=size[0] / size[1]), seed=4)
    whole = art.render(size)
    assert np.array_equal(art.render(size, region=(7, 5, 20, 30)), whole[5:35, 7:27])


def test_tiles_do_not_show():
    grid, canvas = made(finest=100), Canvas((64, 48))
    frame, params = registry().load("frame", "centred")(), Params(grid.param_layout(), drawn(grid, np.float32))
    ctx = Context(canvas.size, bounds=frame.bounds(canvas.size))
    painted = []
    for points in (10**6, 500):
        blocks = [canvas.samples_of(b, np, np.float32, None) for b in canvas.blocks(points)]
        seen = [grid.forward(params, Samples(xy=frame.forward(b, canvas.size)), replace(ctx, tile=1)) for b in blocks]
        painted.append(np.concatenate(seen, axis=1))
    assert np.array_equal(*painted)


def test_a_spline_has_a_corner_for_every_pixel_that_the_table_can_hold():
    spline, other = made(interpolation="spline"), made(interpolation="smoothstep")
    assert other.settings_for((256, 256))["finest"] == 192
    assert spline.settings_for((256, 256)) == {"aspect": 1.0, "finest": 279, "coarsest": 148, "log2_table": 19}
    for size in ((3, 2), (60, 40), (768, 512), (6000, 4000)):
        fields = spline.settings_for(size)
        corners = (fields["finest"] * 1.5 + 1) * (fields["finest"] + 1)
        assert min(size[0] * size[1], 2**18) <= corners <= 2**19


def test_a_spline_has_no_kink_and_no_flat_place_at_its_corners():
    grid = made(levels=1, coarsest=4, finest=4, interpolation="spline")
    places = 0.5 + np.asarray([-0.25, 0.0, 0.25])[:, None] + np.asarray([-1e-5, 0.0, 1e-5])  # corners and between
    features = [[told(grid, [[x], [0.3]], Bounds(-1, 1, -1, 1))[0, 0] for x in row] for row in places]
    before, behind = np.diff(features, axis=1).T / 1e-5
    assert np.allclose(before, behind, atol=1e-2)
    assert (np.abs(behind) > 0.05).all()
