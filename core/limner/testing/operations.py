"""The maps of the stages of each role, by which the checks call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from limner.arrays.namespace import empty_theta, namespace
from limner.arrays.parameters import ParameterLayout, Params, flat_gradient
from limner.errors import LimnerError
from limner.stages.augment import Augment
from limner.stages.blend import Blend
from limner.stages.color import ColorMode
from limner.stages.conditioning import ConditioningEncoder
from limner.stages.context import Samples
from limner.stages.encoder import Encoder
from limner.stages.frame import Frame
from limner.stages.image_filter import ImageFilter
from limner.stages.loss import Loss
from limner.stages.network import ImageNetwork, Network
from limner.stages.warp import Warp
from limner.testing.probe import CONTEXT, SEED, Map, uniform
from limner.testing.subject import InterfaceViolationError

if TYPE_CHECKING:
    from limner.arrays.namespace import Array
    from limner.stages.base import Stage
    from limner.stages.network import Pullback
    from limner.testing.subject import Subject

SIZES = ((6, 6), (7, 4), (4, 9))  # square, wide, tall
FANS = ((3, 4), (1, 1), (5, 3), (3, 3))  # (features, channels)
BLEND_LAYERS = 3  # layers of a blend without an upper limit
AUGMENT_CHANNELS = (3, 1, 5)  # channels of augmented images
IMAGE_SIZE = (8, 8)  # height and width of images


def maps_of(subject: Subject[Stage]) -> list[Map]:
    """Return the maps of a stage: those that its role declares, or those of its interface.

    Raises:
        AssertionError: neither declares any.
    """
    stage = subject.stage
    if subject.maps:
        return list(subject.maps(stage))
    makers: dict[type[Stage], Callable[[Any], list[Map]]] = {
        Frame: _frame,
        Warp: _warp,
        Encoder: _encoder,
        Network: _network,
        ColorMode: _color,
        Blend: _blend,
        Loss: _loss,
        Augment: _augment,
    }
    make = next((make for interface, make in makers.items() if isinstance(stage, interface)), None)
    if make is None:
        raise AssertionError(
            f"{subject}: the kit does not know how to call this role; pass maps='module:function' to add_role"
        )
    return make(stage)


def _theta(stage: Any, layout: ParameterLayout, *fans: int) -> np.ndarray:
    return layout.pack(stage.init_params(np.random.default_rng(SEED), *fans))


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
    layout = stage.param_layout()
    return [
        Map(
            label="",
            rows=2,
            draw=uniform(2, -1.5, 1.5),
            forward=lambda theta, xy: stage.forward(Params(layout, theta), xy, CONTEXT),
            layout=layout,
            theta=_theta(stage, layout),
        )
    ]


def _encoder(stage: Encoder) -> list[Map]:
    layout, k = stage.param_layout(), stage.num_features()
    theta = _theta(stage, layout)

    def encoder_map(domain: str, draw: Callable[[int], tuple[np.ndarray]], samples: Callable[[Array], Samples]) -> Map:
        def vjp(theta: Array, x: Array) -> tuple[Array, Callable[[Array], tuple[Array, None]]]:
            params = Params(layout, theta)
            y, pull = stage.vjp(params, samples(x), CONTEXT)
            return y, lambda dy: (_flat_gradient(pull(dy), params), None)

        def forward(theta: Array, x: Array) -> Array:
            return stage.forward(Params(layout, theta), samples(x), CONTEXT)

        rest = _as_height_width(stage.output_size) if isinstance(stage, ImageFilter) and domain == "image" else tuple
        return Map(f" for {domain}s", k, draw, forward, vjp, layout, theta, rest)

    buttons = stage.num_buttons() if isinstance(stage, ConditioningEncoder) else k
    stage_maps = {
        "point": (uniform(2, -1.5, 1.5), lambda x: Samples(xy=x)),
        "code": (uniform(buttons, 0.0, 1.0), lambda x: Samples(code=x)),
        "image": (uniform(3, 0.0, 1.0, *IMAGE_SIZE), lambda x: Samples(images=x)),
    }
    maps = [encoder_map(domain, *stage_maps[domain]) for domain in stage_maps if domain in stage.domains]
    if isinstance(stage, ConditioningEncoder):

        def indexed_samples(x: Array) -> Samples:
            xp = namespace(x)
            return Samples(xy=x, index=xp.astype(xp.clip(xp.floor(x[0, :] * buttons), 0, buttons - 1), xp.int64))

        maps.append(encoder_map("picture", uniform(2, 0.0, 1.0 - 1e-6), indexed_samples))
    return maps


def _network(stage: Network) -> list[Map]:
    rest = () if stage.domains & {"point", "code"} else IMAGE_SIZE

    def of(fan_in: int, fan_out: int) -> Map:
        layout = stage.layout_for(fan_in, fan_out)
        return Map(
            label=f" with {fan_in} features and {fan_out} channels",
            rows=fan_out,
            draw=uniform(fan_in, -1.5, 1.5, *rest),
            forward=lambda theta, x: stage.forward(Params(layout, theta), x, CONTEXT),
            vjp=lambda theta, x: _flat_vjp(stage.vjp, Params(layout, theta), x),
            layout=layout,
            theta=_theta(stage, layout, fan_in, fan_out),
            rest=_as_height_width(stage.output_size) if rest and isinstance(stage, ImageNetwork) else tuple,
        )

    return [of(*fan) for fan in fans_of(stage)]


def _flat_gradient(gradient: Mapping[str, Array], params: Params) -> Array:
    """Return gradients by name as one vector.

    Raises:
        InterfaceViolationError: the names or shapes are not those of the parameters.
    """
    if not isinstance(gradient, Mapping):
        problem = f"returned {type(gradient).__name__} for the gradients of the parameters"
        raise InterfaceViolationError(f"{problem}; return a mapping from names to arrays")
    try:
        return flat_gradient(gradient, params)
    except (KeyError, ValueError) as error:
        names = ", ".join(p.name for p in params.layout.parameters if p.trainable) or "nothing"
        raise InterfaceViolationError(f"is wrong: {error.args[0]}; return the gradients of {names}") from error


def _flat_vjp(
    vjp: Callable[..., tuple[Array, Pullback]], params: Params, x: Array
) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:
    """Call a vjp of parameters and an input; its pullback returns the gradient of the parameters as one vector."""
    y, pull = vjp(params, x, CONTEXT)

    def pullback(dy: Array) -> tuple[Array, Array]:
        gradients = pull(dy)
        if not isinstance(gradients, tuple) or len(gradients) != 2:
            problem = f"returned {type(gradients).__name__}"
            raise InterfaceViolationError(
                f"{problem}; return the gradients of the parameters by name, and that of the input"
            )
        return _flat_gradient(gradients[0], params), gradients[1]

    return y, pullback


def _as_height_width(
    size: Callable[[tuple[int, int]], tuple[int, int]],
) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
    """Return a function of (height, width) that applies one of (width, height)."""

    def rest(shape: tuple[int, ...]) -> tuple[int, ...]:
        width, height = size((shape[1], shape[0]))
        return height, width

    return rest


def fans_of(stage: Network) -> list[tuple[int, int]]:
    """Return the (features, channels) of ``FANS`` that a network accepts; it may require equal numbers, for example."""

    def is_accepted(fan: tuple[int, int]) -> bool:
        try:
            stage.param_layout(*fan)
        except LimnerError:
            return False
        return True

    return [fan for fan in FANS if is_accepted(fan)]


def with_alpha(stage: ColorMode) -> list[ColorMode]:
    """Return a colour mode without alpha, with folded opacity, and with plain opacity."""
    opacities = ({"alpha": False}, {"alpha": True}, {"alpha": True, "opacity": "plain"})
    return [stage.model_copy(update=update) for update in opacities]


def _color(stage: ColorMode) -> list[Map]:
    def of(mode: ColorMode) -> Map:
        layout = mode.param_layout()
        return Map(
            label=" with alpha" if mode.alpha else " without alpha",
            rows=3 + int(mode.alpha),
            draw=uniform(mode.channels(), 0.0, 1.0),
            forward=lambda theta, x: mode.rgba(Params(layout, theta), x, CONTEXT),
            vjp=lambda theta, x: _flat_vjp(mode.rgba_vjp, Params(layout, theta), x),
            layout=layout,
            theta=_theta(mode, layout),
        )

    return [of(mode) for mode in with_alpha(stage)]


def _blend(stage: Blend) -> list[Map]:
    """Return maps from all layers of a blend, stacked along the first axis, so that each layer's gradient is tested."""

    def of(count: int) -> Map:
        def split(x: Array) -> list[Array]:
            return [x[3 * i : 3 * i + 3, ...] for i in range(count)]

        def vjp(theta: Array, x: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:  # noqa: ARG001
            y, pull = stage.vjp(split(x))
            return y, lambda dy: (empty_theta(dy), namespace(dy).concat(pull(dy), axis=0))

        return Map(
            label=f" of {count} layers",
            rows=3,
            draw=uniform(3 * count, 0.0, 1.0),
            forward=lambda theta, x: stage.forward(split(x)),  # noqa: ARG005
            vjp=vjp,
        )

    low, high = stage.layer_bounds
    return [of(count) for count in sorted({low, min(high, max(low, BLEND_LAYERS))})]


def _loss(stage: Loss) -> list[Map]:
    """Return the map of a loss, which is unreduced: it gives each number a loss, of itself or of its neighbourhood."""
    rest = () if stage.domains & {"point", "code"} else IMAGE_SIZE
    pictures, targets = uniform(3, 0.0, 1.0, *rest), uniform(3, 0.0, 1.0, *rest, seed=SEED + 1)

    def vjp(theta: Array, y: Array, target: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:  # noqa: ARG001
        value, pull = stage.vjp(y, target)
        return value, lambda dvalue: (empty_theta(dvalue), pull(dvalue))

    return [
        Map(
            label="",
            rows=3,
            draw=lambda n: (*pictures(n), *targets(n)),
            forward=lambda theta, y, target: stage.forward(y, target),  # noqa: ARG005
            vjp=vjp,
        )
    ]


def _augment(stage: Augment) -> list[Map]:
    """Return maps for images of several channel counts; a second array seeds one generator per image."""

    def generators(seeds: Array) -> list[np.random.Generator]:
        return [np.random.default_rng(int(seeds[0, i])) for i in range(seeds.shape[1])]

    def vjp(theta: Array, x: Array, seeds: Array) -> tuple[Array, Callable[[Array], tuple[Array, Array]]]:  # noqa: ARG001
        y, pull = stage.vjp(x, generators(seeds))
        return y, lambda dy: (empty_theta(dy), pull(dy))

    def of(count: int) -> Map:
        pictures = uniform(count, 0.0, 1.0, *IMAGE_SIZE)
        return Map(
            label=f" of {count} channels",
            rows=count,
            draw=lambda n: (*pictures(n), SEED + np.arange(float(n))[None]),
            forward=lambda theta, x, seeds: stage.forward(x, generators(seeds)),  # noqa: ARG005
            vjp=vjp,
        )

    return [of(count) for count in AUGMENT_CHANNELS]
