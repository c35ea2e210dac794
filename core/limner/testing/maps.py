"""Every stage that computes, seen the same way: a function of θ and of arrays whose second axis counts points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.canvas import Bounds
from limner.layout import Layout
from limner.namespace import empty_theta
from limner.samples import Context, Samples

if TYPE_CHECKING:
    from limner.color import ColorMode
    from limner.encoder import Encoder
    from limner.frame import Frame
    from limner.loss import Loss
    from limner.namespace import Array
    from limner.network import Network
    from limner.testing.subject import Subject
    from limner.warp import Warp

CONTEXT = Context(size=(6, 4), bounds=Bounds(-1.5, 1.5, -1.0, 1.0), seed=7, time=0.25)
SIZES = ((6, 6), (7, 4), (4, 9))  # square, wide, tall
FANS = ((3, 4), (1, 1), (5, 3))  # features in, channels out
IMAGE = (8, 8)  # height and width where a stage speaks images
SEED = 20_260_101


@dataclass(frozen=True)
class Map:
    """One way to ask a stage.

    Attributes:
        label: which way, for messages.
        rows: the first axis of the output.
        draw: host arrays, float64, for n points; gradients are asked for the first of them.
        forward: of θ and those arrays.
        vjp: the same, with a pullback ``dy -> (dtheta, dx)``; dx is None where the stage gives none.
        layout: of θ.
        theta: as the stage draws it.
    """

    label: str
    rows: int
    draw: Callable[[int], tuple[np.ndarray, ...]]
    forward: Callable[..., Array]
    vjp: Callable[..., tuple[Array, Callable[[Array], tuple[Array, Array | None]]]] | None = None
    layout: Layout = field(default_factory=Layout)
    theta: np.ndarray = field(default_factory=lambda: np.empty(0, dtype=np.float32))


def maps_of(subject: Subject) -> list[Map]:
    """The ways to ask a stage of a kind; none for kinds that do not compute (a writer, say)."""
    makers: dict[str, Callable[[Any], list[Map]]] = {
        "frame": _frame,
        "warp": _warp,
        "encoder": _encoder,
        "network": _network,
        "color": _color,
        "loss": _loss,
    }
    return makers[subject.kind](subject.stage) if subject.kind in makers else []


def uniform(rows: int, low: float, high: float, *rest: int, seed: int = SEED) -> Callable[[int], tuple[np.ndarray]]:
    """Draws ``(rows, n, ...)``, the same first points whatever n is."""

    def draw(n: int) -> tuple[np.ndarray]:
        points = np.random.default_rng(seed).uniform(low, high, (n, rows, *rest))
        return (np.ascontiguousarray(np.swapaxes(points, 0, 1)),)

    return draw


def _theta(stage: Any, layout: Layout) -> np.ndarray:
    return np.asarray(stage.draw(layout, np.random.default_rng(SEED)))


def _frame(stage: Frame) -> list[Map]:
    def of(size: tuple[int, int]) -> Map:
        return Map(
            label=f" for a picture of {size[0]}x{size[1]}",
            rows=2,
            draw=uniform(2, 0.0, float(min(size))),
            forward=lambda theta, pixels: stage.forward(pixels, size),  # noqa: ARG005
        )

    return [of(size) for size in SIZES]


def _warp(stage: Warp) -> list[Map]:
    layout = stage.layout()
    return [
        Map(
            label="",
            rows=2,
            draw=uniform(2, -1.5, 1.5),
            forward=lambda theta, xy: stage.forward(theta, xy, CONTEXT),
            layout=layout,
            theta=_theta(stage, layout),
        )
    ]


def _encoder(stage: Encoder) -> list[Map]:
    layout, k = stage.layout(), stage.features()
    theta = _theta(stage, layout)

    def asked(domain: str, draw: Callable[[int], tuple[np.ndarray]], samples: Callable[[Array], Samples]) -> Map:
        def vjp(theta: Array, x: Array) -> tuple[Array, Callable[[Array], tuple[Array, None]]]:
            y, pull = stage.vjp(theta, samples(x), CONTEXT)
            return y, lambda dy: (pull(dy), None)

        def forward(theta: Array, x: Array) -> Array:
            return stage.forward(theta, samples(x), CONTEXT)

        return Map(f" for {domain}s", k, draw, forward, vjp, layout, theta)

    ways = {
        "point": (uniform(2, -1.5, 1.5), lambda x: Samples(xy=x)),
        "code": (uniform(k, 0.0, 1.0), lambda x: Samples(code=x)),
        "image": (uniform(3, 0.0, 1.0, *IMAGE), lambda x: Samples(images=x)),
    }
    return [asked(domain, *ways[domain]) for domain in ways if domain in stage.domains]


def _network(stage: Network) -> list[Map]:
    rest = () if stage.domains & {"point", "code"} else IMAGE

    def of(fan_in: int, fan_out: int) -> Map:
        layout = stage.layout(fan_in, fan_out)
        return Map(
            label=f" with {fan_in} features and {fan_out} channels",
            rows=fan_out,
            draw=uniform(fan_in, -1.5, 1.5, *rest),
            forward=lambda theta, x: stage.forward(theta, x, CONTEXT),
            vjp=lambda theta, x: stage.vjp(theta, x, CONTEXT),
            layout=layout,
            theta=_theta(stage, layout),
        )

    return [of(*fan) for fan in FANS]


def with_alpha(stage: ColorMode) -> list[ColorMode]:
    """A colour mode without and with its alpha channel."""
    return [stage.model_copy(update={"alpha": alpha}) for alpha in (False, True)]


def _color(stage: ColorMode) -> list[Map]:
    def of(mode: ColorMode) -> Map:
        layout = mode.layout()
        return Map(
            label=" with alpha" if mode.alpha else " without alpha",
            rows=3 + int(mode.alpha),
            draw=uniform(mode.channels(), 0.0, 1.0),
            forward=lambda theta, x: mode.forward(theta, x, CONTEXT),
            vjp=lambda theta, x: mode.vjp(theta, x, CONTEXT),
            layout=layout,
            theta=_theta(mode, layout),
        )

    return [of(mode) for mode in with_alpha(stage)]


def _loss(stage: Loss) -> list[Map]:
    """A loss is unreduced, so its gradient is the pullback of a map from each number to its own loss."""
    pictures, targets = uniform(3, 0.0, 1.0), uniform(3, 0.0, 1.0, seed=SEED + 1)

    def vjp(theta: Array, y: Array, target: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:  # noqa: ARG001
        value = stage.value(y, target)
        return value, lambda dy: (empty_theta(dy), dy * stage.gradient(y, target))

    return [
        Map(
            label="",
            rows=3,
            draw=lambda n: (*pictures(n), *targets(n)),
            forward=lambda theta, y, target: stage.value(y, target),  # noqa: ARG005
            vjp=vjp,
        )
    ]
