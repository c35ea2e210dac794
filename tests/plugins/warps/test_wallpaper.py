"""The 17 plane groups: each picture has its group's symmetries, and no others."""

from itertools import product
from math import cos, pi, sin, sqrt

import numpy as np
import pytest

import limner
from limner.plugin import Bounds, Context, Params
from limner_plugins.warps._groups import GROUPS
from limner_plugins.warps.wallpaper import Wallpaper

CONTEXT = Context(size=(100, 100), bounds=Bounds(-1.0, 1.0, -1.0, 1.0))
POINTS = np.random.default_rng(5).uniform(-1.5, 1.5, (2, 500))
GRID = 24
ASPECT, ANGLE, CELLS = 1.25, 70.0, 1.6

TURNS = {n: np.array([[cos(2 * pi / n), -sin(2 * pi / n)], [sin(2 * pi / n), cos(2 * pi / n)]]) for n in (2, 3, 4, 6)}
LEFT_RIGHT = np.diag([-1.0, 1.0])
UP_DOWN = np.diag([1.0, -1.0])
DIAGONAL = np.array([[0.0, 1.0], [1.0, 0.0]])
NONE = (0.0, 0.0)
W, H = 1.0, ASPECT  # the cell, or the centred rectangle, in units of its width
S = sqrt(3)

# From pictures of the groups, not from the stage: motions p -> M p + t that generate each, its translations first.
RECTANGLE = [(np.eye(2), (W, 0.0)), (np.eye(2), (0.0, H))]
RHOMBUS = [(np.eye(2), (W / 2, H / 2)), (np.eye(2), (-W / 2, H / 2))]
SQUARE = [(np.eye(2), (1.0, 0.0)), (np.eye(2), (0.0, 1.0))]
HEXAGON = [(np.eye(2), (1.0, 0.0)), (np.eye(2), (0.5, S / 2))]
PARALLELOGRAM = [
    (np.eye(2), (1.0, 0.0)),
    (np.eye(2), (ASPECT * cos(ANGLE * pi / 180), ASPECT * sin(ANGLE * pi / 180))),
]
GENERATORS = {
    "p1": PARALLELOGRAM,
    "p2": [*PARALLELOGRAM, (TURNS[2], NONE)],
    "pm": [*RECTANGLE, (LEFT_RIGHT, NONE)],
    "pg": [*RECTANGLE, (LEFT_RIGHT, (0.0, H / 2))],
    "cm": [*RHOMBUS, (LEFT_RIGHT, NONE)],
    "pmm": [*RECTANGLE, (LEFT_RIGHT, NONE), (UP_DOWN, NONE)],
    "pmg": [*RECTANGLE, (TURNS[2], NONE), (LEFT_RIGHT, (W / 2, 0.0))],
    "pgg": [*RECTANGLE, (TURNS[2], NONE), (LEFT_RIGHT, (W / 2, H / 2))],
    "cmm": [*RHOMBUS, (LEFT_RIGHT, NONE), (UP_DOWN, NONE)],
    "p4": [*SQUARE, (TURNS[4], NONE)],
    "p4m": [*SQUARE, (TURNS[4], NONE), (LEFT_RIGHT, NONE), (DIAGONAL, NONE)],
    "p4g": [*SQUARE, (TURNS[4], NONE), (DIAGONAL, (0.5, 0.5))],
    "p3": [*HEXAGON, (TURNS[3], NONE)],
    "p3m1": [*HEXAGON, (TURNS[3], NONE), (LEFT_RIGHT, NONE)],
    "p31m": [*HEXAGON, (TURNS[3], NONE), (UP_DOWN, NONE)],
    "p6": [*HEXAGON, (TURNS[6], NONE)],
    "p6m": [*HEXAGON, (TURNS[6], NONE), (LEFT_RIGHT, NONE), (UP_DOWN, NONE)],
}
ORDER = dict(zip(GENERATORS, (1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 3, 6, 6, 6, 12), strict=True))  # of the point group


def stage_of(group, **settings):
    return Wallpaper(group=group, **settings)


def drawn(stage, seed=0, dtype=np.float64):
    layout = stage.param_layout()
    return Params(layout, layout.pack(stage.init_params(np.random.default_rng(seed))).astype(dtype))


def test_there_are_seventeen():
    assert len(GENERATORS) == len(GROUPS) == 17
    assert {name: len(group.symmetries()) for name, group in GROUPS.items()} == ORDER


@pytest.mark.parametrize("group", GENERATORS)
def test_the_generators_of_the_group_change_nothing(group):
    stage = stage_of(group, aspect=ASPECT, angle=ANGLE, cells=CELLS)
    params, width = drawn(stage), 2 / CELLS
    seen = stage.forward(params, POINTS, CONTEXT)
    for matrix, shift in GENERATORS[group]:
        again = stage.forward(params, matrix @ POINTS + width * np.array(shift)[:, None], CONTEXT)
        assert np.abs(again - seen).max() < 1e-5


def symmetries_found(stage, params):
    """Every motion of the square's or hexagon's group with any shift on a fine grid, and how well it fits, -1 to 1.

    On the grid of one cell a motion permutes points; all its shifts are one correlation, by Fourier transforms.
    """
    hexagonal = GROUPS[stage.group].lattice == "hexagonal"
    metric = np.array([[1.0, -0.5], [-0.5, 1.0]]) if hexagonal else np.eye(2)
    ticks = np.arange(GRID)
    u, v = (a.ravel() for a in np.meshgrid(ticks, ticks, indexing="ij"))
    xy = (2 / stage.cells) * np.array(stage.sides()).T @ np.stack([u, v]) / GRID
    field = stage.forward(params, xy, CONTEXT)
    spectrum = np.fft.fft2(field.reshape(2, GRID, GRID))
    for a, b, c, d in product((-1, 0, 1), repeat=4):
        m = np.array([[a, b], [c, d]])
        if np.allclose(m.T @ metric @ m, metric):
            there = field[:, (a * u + b * v) % GRID * GRID + (c * u + d * v) % GRID].reshape(2, GRID, GRID)
            fit = np.fft.ifft2((np.conj(np.fft.fft2(there)) * spectrum).sum(axis=0)).real / (field**2).sum()
            yield (a, b, c, d), fit


@pytest.mark.parametrize("group", GENERATORS)
@pytest.mark.parametrize("seed", range(5))
def test_there_is_no_other_symmetry(group, seed):
    """In cells that are square or hexagonal themselves, where extra symmetry could hide."""
    stage = stage_of(group)
    held = 0
    for _, fit in symmetries_found(stage, drawn(stage, seed)):
        perfect = fit > 1 - 1e-6
        held += int(perfect.any())
        assert perfect.sum() <= 1  # two shifts would make the cell smaller
        assert perfect.any() or fit.max() < 0.97
    assert held == ORDER[group]


def test_the_search_for_symmetries_can_fail():
    """The waves of p4 without their handed part have mirrors: what p4m has."""
    stage = stage_of("p4")
    params = drawn(stage)
    waves = params["waves"]
    level = (waves + waves.swapaxes(1, 2)) / 2
    found = [fit.max() > 1 - 1e-6 for _, fit in symmetries_found(stage, params.with_flat(level.ravel()))]
    assert sum(found) == ORDER["p4m"]


@pytest.mark.parametrize("detail", [3, 5, 8])
@pytest.mark.parametrize("group", ["p4", "p6"])
def test_turning_groups_are_visibly_handed(group, detail):
    for seed in range(10):
        stage = stage_of(group, detail=detail)
        fits = [fit.max() for _, fit in symmetries_found(stage, drawn(stage, seed))]
        assert max(fit for fit in fits if fit < 1 - 1e-6) < 0.9


@pytest.mark.parametrize("group", GENERATORS)
def test_it_is_smooth_and_as_large_as_it_says(group):
    stage = stage_of(group, cells=1.0, reach=0.25, aspect=0.8, angle=110.0)
    params = drawn(stage)
    at = np.random.default_rng(8).uniform(-8, 8, (2, 40_000))
    seen = stage.forward(params, at, CONTEXT)
    assert np.allclose(np.sqrt((seen**2).mean(axis=1)), 0.25, rtol=0.05)
    step = stage.forward(params, at + 1e-6, CONTEXT) - seen
    assert np.abs(step).max() < 1e-4


def test_float32_is_enough():
    for group in GENERATORS:
        stage = stage_of(group, cells=6.0)
        params = drawn(stage)
        exact = stage.forward(params, POINTS, CONTEXT)
        assert np.abs(stage.forward(drawn(stage, dtype="f4"), POINTS.astype("f4"), CONTEXT) - exact).max() < 1e-4


def test_whole_square_cells_tile_the_picture():
    table = dict(limner.paint("marbling", seed=4).recipe.table())
    table["warp"] = [{"kind": "wallpaper", "group": "p4g", "cells": 3.0}]
    picture = limner.paint(table, seed=4).render((240, 240), bits=16).astype(float)
    assert np.abs(picture - np.roll(picture, 80, axis=1)).max() < 1500  # of 65535: float32, through nine layers
    assert np.abs(picture - np.rot90(picture)).max() < 1500


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(("size", "cells"), [((500, 433), 2.5), ((433, 500), 4.0), ((97, 301), 0.7)])
def test_a_fitted_pattern_tiles_at_any_size(group, size, cells):
    stage = stage_of(group, cells=cells, fit=True, aspect=ASPECT, **({"angle": ANGLE} if group in ("p1", "p2") else {}))
    width, height = (2.0 * side / min(size) for side in size)
    context = Context(size=size, bounds=Bounds(-width / 2, width / 2, -height / 2, height / 2))
    params = drawn(stage)
    here = stage.forward(params, POINTS, context)
    for dx, dy in ((width, 0.0), (0.0, height), (-width, height)):
        there = stage.forward(params, POINTS + np.array([[dx], [dy]]), context)
        np.testing.assert_allclose(there, here, atol=1e-9)
    assert np.ptp(here) > 0.1


@pytest.mark.parametrize("group", ["p6", "p1"])
def test_the_edges_of_a_fitted_picture_continue_on_the_opposite_side(group):
    warps = [{"kind": "affine"}, {"kind": "wallpaper", "group": group, "fit": True}]
    table = dict(limner.paint("ink", seed=4).recipe.table()) | {"warp": warps}
    picture = limner.paint(table, seed=4).render((100, 87), bits=16).astype(float)
    for shift in ((2.0 * 100 / 87, 0.0), (0.0, 2.0)):
        warps[0] = {"kind": "affine", "shift": shift}
        moved = limner.paint(table, seed=4).render((100, 87), bits=16).astype(float)
        assert np.quantile(np.abs(moved - picture), 0.99) < 1500  # of 65535: float32, through many layers


def test_a_fitted_cell_keeps_its_shape_where_the_size_suits_it():
    params = drawn(stage_of("p6", cells=2.0))
    for size, cells in (((1000.0, 1000.0 * S), 1.0), ((1000.0, 500.0 * S), 2.0 / (2.0 / S))):
        bounds = Bounds(0.0, size[0], 0.0, size[1])
        context = Context(size=(8, 8), bounds=bounds)
        points = 500.0 * (POINTS + 1.5)
        free = stage_of("p6", cells=cells).forward(params, points, context)
        np.testing.assert_allclose(stage_of("p6", cells=cells, fit=True).forward(params, points, context), free, 1e-6)


def test_the_waves_are_the_seed_s_and_not_trainable():
    stage = stage_of("p6m")
    assert not stage.param_layout().trainable.any()
    assert stage.param_layout().size * 4 < 1024
    assert not np.allclose(drawn(stage, 0).flat, drawn(stage, 1).flat)
