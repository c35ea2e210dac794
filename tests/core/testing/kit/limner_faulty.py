"""Stages with one fault each. ``FAULTS`` says which check must catch it."""

from __future__ import annotations

import json
import struct
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from time import sleep
from typing import Any, ClassVar

import numpy as np
from limner_sound import (
    ROLES,
    SoundAugment,
    SoundBackend,
    SoundBlend,
    SoundColor,
    SoundDetector,
    SoundDiscriminatorNetwork,
    SoundEncoder,
    SoundExecutor,
    SoundFilter,
    SoundFrame,
    SoundHandNetwork,
    SoundImageFormat,
    SoundLoss,
    SoundLossyImageFormat,
    SoundMask,
    SoundMotion,
    SoundNetwork,
    SoundOptimizer,
    SoundSquareNetwork,
    SoundTrainer,
    SoundVideoFormat,
    SoundWarp,
)
from pydantic import ConfigDict, Field, PrivateAttr, field_serializer

from limner.app.artworks import Still
from limner.plugin import (
    Bounds,
    Detection,
    EmbeddedData,
    Encoder,
    LimnerError,
    Loss,
    Parameter,
    ParameterLayout,
    State,
    TrainerTraits,
    fixed,
    from_host,
    hookimpl,
    namespace,
)

FAULTS = []


def caught_by(*checks, summary="with a fault"):
    """Register the class as faulty, caught by these checks: ``[case-]name``, where no case is the host."""

    def register(cls):
        bases = {base.__name__ for base in cls.__mro__}
        sorts = {"SoundFilter": "encoder", "SoundDiscriminatorNetwork": "network"}
        sort = next((role for base, role in sorts.items() if base in bases), None)
        names = {k: "ColorMode" if k == "color" else k.title().replace("-", "") for k in ROLES}
        role = sort or next(k for k in ROLES if {f"Sound{names[k]}", names[k]} & bases)
        name = "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")
        FAULTS.append((role, name, cls, checks, summary))
        return cls

    return register


# Arrays.


@caught_by("numpy-forward_keeps_inputs")
class MutatingWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        xy += 1.0
        return xy


@caught_by("numpy-forward_dtype")
class PromotingWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy * np.float64(1.5)


@caught_by("strict-forward_dtype")
class PromotingArrayWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        xp = namespace(xy)
        return xy * xp.ones((2, 1), dtype=xp.float64 if "strict" in xp.__name__ else xy.dtype)


@caught_by("strict_device1-forward_shape")
class StrayConstantWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy + namespace(xy).ones((2, 1), dtype=xy.dtype)


@caught_by("strict-forward_device")
class NumPyOnlyWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return np.sin(xy)


@caught_by("strict_no_float64-forward_shape")
class Float64Warp(SoundWarp):
    def forward(self, params, xy, ctx):
        xp = namespace(xy)
        return xp.astype(xp.astype(xy, xp.float64), xy.dtype)


@caught_by("numpy-forward_shape")
class FlatWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy[:1, :]


@caught_by("forward_splits")
class GregariousWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        xp = namespace(xy)
        return xy - xp.sum(xy, axis=1, keepdims=True)


@caught_by("forward_finite")
class SingularWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        with np.errstate(all="ignore"):
            return xy / namespace(xy).sqrt(xy[0:1, :] ** 2 + xy[1:2, :] ** 2)


@caught_by("numpy-forward_repeats")
class RandomWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy + float(np.random.default_rng().normal())


@caught_by("numpy-forward_repeats")
class RememberingWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy + float(next(CALLS))


CALLS = count()


@caught_by("strict-forward_agrees")
class PartisanWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy + 1.0 if isinstance(xy, np.ndarray) else xy


# θ.


@caught_by("nothing_trainable")
class TrainableWarp(SoundWarp):
    def init_params(self, rng):
        return {"lattice": rng.normal(size=3)}


@caught_by("init_params_repeat")
class UnseededEncoder(SoundEncoder):
    def init_params(self, rng):
        return {"gain": np.random.default_rng().normal(size=1)}


@caught_by("init_params_repeat")
class GlobalRandomEncoder(SoundEncoder):
    def init_params(self, rng):
        np.random.seed(3)
        return {"gain": np.random.normal(size=1)}


@caught_by("init_params_repeat")
class WastefulEncoder(SoundEncoder):
    def init_params(self, rng):
        rng.normal()
        return {"gain": np.ones(1)}


@caught_by("init_params")
class FlatParamsNetwork(SoundNetwork):
    def param_layout(self, fan_in, fan_out):
        return ParameterLayout((Parameter("W", (fan_out, fan_in)), Parameter("b", (fan_out,))))

    def init_params(self, rng, fan_in, fan_out):
        return rng.normal(size=fan_in * fan_out + fan_out)


@caught_by("init_params")
class ShortParamsNetwork(SoundNetwork):
    def param_layout(self, fan_in, fan_out):
        return ParameterLayout((Parameter("W", (fan_out, fan_in)), Parameter("b", (fan_out, 1))))


@caught_by("init_params")
class InfiniteNetwork(SoundNetwork):
    def init_params(self, rng, fan_in, fan_out):
        with np.errstate(all="ignore"):
            return {"W": rng.normal(size=(fan_out, fan_in)) / np.zeros(()), "b": np.zeros(fan_out)}


@caught_by("init_params")
class HalfFixedEncoder(SoundEncoder):
    """Draws a fixed number where its layout has a trainable one."""

    def param_layout(self):
        return ParameterLayout((Parameter("gain", (1,)),))

    def init_params(self, rng):
        return {"gain": fixed(rng.normal(size=1))}


@caught_by("param_layout")
class TwinParametersNetwork(SoundNetwork):
    def param_layout(self, fan_in, fan_out):
        return ParameterLayout((Parameter("W", (fan_out, fan_in)), Parameter("W", (fan_out,))))


@caught_by("param_layout")
class UndecidedEncoder(SoundEncoder):
    def param_layout(self):
        return ParameterLayout((Parameter("gain", (1 + next(CALLS) % 2,)),))


# Gradients by name.


@caught_by("numpy-vjp_output")
class MisnamedGradientNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: ({"weights": pull(dy)[0]["W"], "b": pull(dy)[0]["b"]}, pull(dy)[1])


@caught_by("numpy-vjp_output")
class MissingGradientNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: ({"W": pull(dy)[0]["W"]}, pull(dy)[1])


@caught_by("numpy-vjp_output")
class TransposedGradientNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: ({"W": pull(dy)[0]["W"].T, "b": pull(dy)[0]["b"]}, pull(dy)[1])


@caught_by("numpy-vjp_output")
class FlatGradientNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (np.concatenate([a.ravel() for a in pull(dy)[0].values()]), pull(dy)[1])


@caught_by("numpy-vjp_output")
class HalfAPullbackNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: pull(dy)[0]


# Gradients that cannot be derived: each is one sentence with the line.


@caught_by("traced")
class OverwritingNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        y = params["W"] @ x
        y[0, :] = 0.0
        return y


@caught_by("traced")
class BranchingNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        y = params["W"] @ x
        return y if params["b"][0] > 100 else 2 * y


@caught_by("traced")
class UnknownOperationNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        y = params["W"] @ x
        return namespace(x).sort(y, axis=0)


@caught_by("traced")
class NumPyFunctionNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        return np.concatenate([params["W"] @ x])


@caught_by("traced")
class FlatReadingNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        return namespace(x).tanh(params["W"] @ x) + params.flat[0]


# Gradients written by hand.


def wrong_by(factor):
    """Return a function that multiplies gradients by name."""
    return lambda gradient: {name: array * factor for name, array in gradient.items()}


@caught_by("vjp_theta")
class WrongThetaNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (wrong_by(1.01)(pull(dy)[0]), pull(dy)[1])


@caught_by("vjp_input")
class WrongInputNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (pull(dy)[0], pull(dy)[1] * 0.99)


@caught_by("vjp_derived")
class NearlyRightNetwork(SoundHandNetwork):
    """Wrong by less than finite differences can tell."""

    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (wrong_by(1 + 4e-6)(pull(dy)[0]), pull(dy)[1])


@caught_by("vjp_adds_up")
class AveragingNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (wrong_by(1 / max(1, x.shape[1]))(pull(dy)[0]), pull(dy)[1])


@caught_by("vjp_linear")
class AccumulatingNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        total = []

        def pullback(dy):
            gradient, dx = pull(dy)
            total.append(gradient)
            return {name: sum(each[name] for each in total) for name in gradient}, dx

        return y, pullback


@caught_by("numpy-vjp_output")
class TwoFacedNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y + 0.1, pull


@caught_by("numpy-vjp_array_types")
class PromotingPullbackNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (pull(dy)[0], pull(dy)[1] * np.float64(1))


@caught_by("numpy-vjp_keeps_inputs")
class MutatingPullbackNetwork(SoundHandNetwork):
    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)

        def pullback(dy):
            dy *= 1.0 - y * y  # dy is the caller's
            return pull(dy / (1.0 - y * y))

        return y, pullback


@caught_by("jacobian")
class WrongJacobianNetwork(SoundHandNetwork):
    def jacobian(self, params, x, ctx):
        y, rows = super().jacobian(params, x, ctx)
        return y, lambda dy: rows(dy) * 1.01


@caught_by("inference_floats")
class WeightlessNetwork(SoundNetwork):
    def inference_floats(self, fan_in, fan_out):
        return 0


@caught_by("discriminator")
class RestlessNetwork(SoundDiscriminatorNetwork):
    def with_updated_buffers(self, params):
        return params.with_flat(params.flat / 2)


@caught_by("discriminator")
class BlindNetwork(SoundDiscriminatorNetwork):
    def receptive_field(self):
        return 0


@caught_by("vjp_adds_up")
class StandardisedNetwork(SoundHandNetwork):
    """Its pullback, not its forward, looks at all points at once."""

    def vjp(self, params, x, ctx):
        y, pull = super().vjp(params, x, ctx)
        return y, lambda dy: (pull(dy)[0], pull(dy - namespace(dy).sum(dy, axis=1, keepdims=True))[1])


# Signatures.


@caught_by("signatures")
class OldSignatureEncoder(Encoder):
    """Reads θ as one vector, by the interface that was."""

    def num_features(self):
        return 2

    def forward(self, theta, samples, ctx):
        return samples.xy


@caught_by("signatures")
class NarrowSignatureNetwork(SoundNetwork):
    def forward(self, params, x):
        return super().forward(params, x, None)


@caught_by("signatures")
class WideSignatureNetwork(SoundNetwork):
    def vjp(self, params, x, ctx, scale):
        return super().vjp(params, x, ctx)


@caught_by("signatures")
class SwappedSignatureColor(SoundColor):
    def forward(self, x, params, ctx):
        return x


@caught_by("signatures")
class NarrowParamsNetwork(SoundNetwork):
    def init_params(self, rng):
        return {}


@caught_by("signatures")
class FormlessLoss(Loss):
    """Implements the method of the interface that was."""

    def value(self, y, target):
        return (y - target) ** 2


@caught_by("signatures")
class InstanceExamplesWarp(SoundWarp):
    def examples(self):
        return (self,)


# Frames, colour modes, losses.


@caught_by("frame_affine")
class BentFrame(SoundFrame):
    def forward(self, pixels, size):
        return pixels * pixels * self.step


@caught_by("frame_bounds")
class LoosenedFrame(SoundFrame):
    def bounds(self, size):
        return Bounds(0.0, (size[0] - 1) * self.step, 0.0, (size[1] - 1) * self.step)


@caught_by("vjp_input")
class WrongBlend(SoundBlend):
    def vjp(self, layers):
        y, pull = super().vjp(layers)
        return y, lambda dy: pull(dy)[::-1]


@caught_by("blend_gradients")
class StackingBlend(SoundBlend):
    def vjp(self, layers):
        y, pull = super().vjp(layers)
        return y, lambda dy: np.stack(pull(dy))


@caught_by("blend_arity")
class LonelyBlend(SoundBlend):
    min_layers: ClassVar[int] = 1


@caught_by("traced")
class MutatingBlend(SoundBlend):
    def forward(self, layers):
        layers[0][...] = 0.5 * (layers[0] + layers[1])
        return super().forward(layers)


@caught_by("fans")
class FussyNetwork(SoundSquareNetwork):
    def param_layout(self, fan_in, fan_out):
        raise LimnerError("not this many either")


@caught_by("fans")
class RudeNetwork(SoundNetwork):
    def param_layout(self, fan_in, fan_out):
        if fan_in != fan_out:
            raise ValueError("give as many features as channels")
        return super().param_layout(fan_in, fan_out)


@caught_by("color_range")
class GlaringColor(SoundColor):
    def forward(self, params, x, ctx):
        return 1.5 * x * x


@caught_by("color_out_of_range")
class SquareRootColor(SoundColor):
    def forward(self, params, x, ctx):
        with np.errstate(all="ignore"):
            return namespace(x).sqrt(x)

    def vjp(self, params, x, ctx):
        y = namespace(x).sqrt(x)
        return y, lambda drgb: ({}, 0.5 * drgb / y)


@caught_by("channels")
class MiscountingColor(SoundColor):
    def channels(self):
        return 3


@caught_by("mask_opacity")
class GlaringMask(SoundMask):
    def forward(self, params, xy, rgb, ctx):
        return 1.5 * super().forward(params, xy, rgb, ctx)


@caught_by("numpy-forward_shape")
class FlatMask(SoundMask):
    def forward(self, params, xy, rgb, ctx):
        return super().forward(params, xy, rgb, ctx) * rgb


@caught_by("mask_colors")
class BurningMask(SoundMask):
    def rgba(self, params, xy, colours, ctx):
        return 2.0 * super().rgba(params, xy, colours, ctx)


@caught_by("nothing_trainable")
class TrainableMask(SoundMask):
    def init_params(self, rng):
        return {"edge": rng.normal(size=1)}


@caught_by("vjp_input")
class WrongColor(SoundColor):
    def vjp(self, params, x, ctx):
        return x * x, lambda drgb: ({}, x * drgb)


@caught_by("vjp_input")
class WrongLoss(SoundLoss):
    def vjp(self, y, target):
        return self.forward(y, target), lambda dvalue: 2.0 * (y - target) * dvalue


# Filters.


@caught_by("filter_independence")
class NeighbourlyFilter(SoundFilter):
    def grain(self, samples, ctx):
        drawn = ctx.rng("grain").uniform(0.5, 1.0, (2, *samples.images.shape[1:]))
        return from_host(drawn, samples.images)


@caught_by("filter_to_rgb")
class LayeredFilter(SoundFilter):
    def to_rgb(self, features):
        return features


@caught_by("numpy-forward_shape")
class OversizedFilter(SoundFilter):
    def output_size(self, size):
        return size


# Augmentations.


@caught_by("vjp_input")
class WrongAugment(SoundAugment):
    def vjp(self, images, rngs):
        return super().vjp(images, rngs)[0], lambda dy: dy


@caught_by("forward_splits")
class MixingAugment(SoundAugment):
    def forward(self, images, rngs):
        return super().forward(images, [rngs[0] for _ in rngs])


@caught_by("augment_draws")
class GreedyAugment(SoundAugment):
    def forward(self, images, rngs):
        for rng in rngs:
            rng.uniform(size=images.shape[0])
        return super().forward(images, rngs)


# Optimizers.


@caught_by("numpy-update_array_types")
class WideOptimizer(SoundOptimizer):
    def update(self, theta, gradient, slots, learning_rate, step):
        after, slots = super().update(theta, gradient, slots, learning_rate, step)
        return after.astype(np.float64), slots


@caught_by("numpy-update_array_types")
class MutatingOptimizer(SoundOptimizer):
    def update(self, theta, gradient, slots, learning_rate, step):
        theta -= learning_rate * gradient
        return theta.copy(), slots


@caught_by("numpy-update_keeps_inputs")
class OverwritingOptimizer(SoundOptimizer):
    def update(self, theta, gradient, slots, learning_rate, step):
        after = super().update(theta, gradient, slots, learning_rate, step)
        slots["velocity"][:] = 0
        return after


@caught_by("numpy-update_array_types")
class ForgetfulOptimizer(SoundOptimizer):
    def update(self, theta, gradient, slots, learning_rate, step):
        return super().update(theta, gradient, slots, learning_rate, step)[0], {}


@caught_by("minimises")
class ClimbingOptimizer(SoundOptimizer):
    def update(self, theta, gradient, slots, learning_rate, step):
        return super().update(theta, -gradient, slots, learning_rate, step)


# Trainers.


@caught_by("numpy-step_array_types")
class MutatingTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        theta -= 0.5 * (theta - done.theta)
        return done


@caught_by("numpy-step_keeps_inputs")
class OverwritingTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        state.arrays["velocity"][:] = 0
        return done


@caught_by("numpy-step_array_types")
class DroppingTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        return replace(super().step(problem, theta, state, ctx), state=State())


@caught_by("frozen_parameters")
class CarelessTrainer(SoundTrainer):
    def take_step(self, problem, theta, state, ctx):
        return self.step(problem, theta, state, ctx)


@caught_by("metrics")
class RepetitiveTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return replace(done, metrics={"loss": done.loss})


@caught_by("metrics")
class LyingTrainer(SoundTrainer):
    def traits(self):
        return TrainerTraits(full_batch=True)

    def step(self, problem, theta, state, ctx):
        return replace(super().step(problem, theta, state, ctx), loss=7.0)


@caught_by("numpy-step_array_types")
class TupleTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return done.theta, done.state, {"loss": done.loss}


@caught_by("descends")
class ClimbingTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return replace(done, theta=2.0 * theta - done.theta)


@caught_by("numpy-step_repeats")
class ForgetfulTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return replace(done, theta=done.theta + 1e-3 * next(CALLS) * (done.theta - theta))


@caught_by("loss")
class SilentTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        return replace(super().step(problem, theta, state, ctx), loss=float("nan"))


@caught_by("numpy-step_array_types")
class OpaqueTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return replace(done, state=State(done.state.arrays, {"steps": np.ones(3)}))


# Image formats.


@caught_by("pixels")
class RoughImageFormat(SoundLossyImageFormat):
    def lose(self, band, info):
        return band * 0 + 2 ** (info.bits - 1)


@caught_by("embedded")
class ForgetfulImageFormat(SoundLossyImageFormat):
    def write(self, file, info, bands, embedded, digest):
        bands = (self.lose(band[..., :3], info) for band in bands)
        SoundImageFormat.write(self, file, replace(info, channels=3), bands, embedded, digest)


@caught_by("format_attributes")
class FussyImageFormat(SoundLossyImageFormat):
    def check(self, info):
        raise LimnerError("not this one either")


@caught_by("pixels")
class LossyImageFormat(SoundImageFormat):
    def read_pixels(self, file):
        info, bands = super().read_pixels(file)
        return info, (band // 2 * 2 for band in bands)


@caught_by("embedded")
class AsciiImageFormat(SoundImageFormat):
    def read_embedded(self, file):
        got = super().read_embedded(file)
        return EmbeddedData(got.manifest.encode("ascii", "replace").decode(), got.theta, got.digest)


@caught_by("embedded")
class MuteImageFormat(SoundImageFormat):
    def read_embedded(self, file):
        super().read_embedded(file)


@caught_by("dpi")
class DimensionlessImageFormat(SoundImageFormat):
    def read_pixels(self, file):
        info, bands = super().read_pixels(file)
        return type(info)(info.width, info.height, info.channels, info.bits), bands


@caught_by("matches")
class GreedyImageFormat(SoundImageFormat):
    @classmethod
    def matches(cls, head):
        return True


@caught_by("pixels")
class HastyImageFormat(SoundImageFormat):
    def write(self, file, info, bands, embedded, digest):
        digest()
        super().write(file, info, bands, embedded, digest)


@caught_by("truncated")
class TrustingImageFormat(SoundImageFormat):
    def read(self, file):
        data = file.read()
        length, _ = struct.unpack("<II", data[8:16])
        return json.loads(data[16 : 16 + length]), data[16 + length :]


class ShyOfAlpha(SoundImageFormat):
    def check(self, info):
        super().check(info)
        if info.channels == 4:
            raise LimnerError("no alpha")


@caught_by("declared_alpha")
class UndeclaredAlphaImageFormat(ShyOfAlpha):
    """Refuses alpha without a word of it in the declaration."""


@caught_by("declared_alpha")
class ModestAlphaImageFormat(SoundImageFormat):
    supports_alpha: ClassVar[bool] = False


@caught_by("declared_alpha")
class CarelessAlphaImageFormat(SoundLossyImageFormat):
    def check(self, info):
        """Takes everything."""


@caught_by("declared_depths")
class BoastingDepthImageFormat(SoundImageFormat):
    def check(self, info):
        super().check(info)
        if info.bits == 16:
            raise LimnerError("not so deep")


@caught_by("declared_depths")
class ModestDepthImageFormat(SoundImageFormat):
    bit_depths: ClassVar[tuple[int, ...]] = (8,)


@caught_by("declared_dpi")
class ModestDpiImageFormat(SoundImageFormat):
    supports_dpi: ClassVar[bool] = False


@caught_by("declared_theta")
class ModestThetaImageFormat(SoundImageFormat):
    max_theta: ClassVar[int] = 0


@caught_by("declared_loss")
class ModestLossImageFormat(SoundImageFormat):
    lossy: ClassVar[bool] = True


# Video formats.


@caught_by("declared_frames_alpha")
class ModestAlphaVideoFormat(SoundVideoFormat):
    supports_alpha: ClassVar[bool] = False


@caught_by("declared_frames_alpha")
class UndeclaredAlphaVideoFormat(SoundVideoFormat):
    def check(self, video):
        super().check(video)
        if video.alpha:
            raise LimnerError("no opacity")


@caught_by("declared_durations")
class ModestTimeVideoFormat(SoundVideoFormat):
    supports_durations: ClassVar[bool] = False


@caught_by("declared_durations")
class TimelessVideoFormat(SoundVideoFormat):
    def read_frames(self, path):
        return (frame._replace(seconds=0.0) for frame in super().read_frames(path))


@caught_by("declared_audio")
class SilentVideoFormat(SoundVideoFormat):
    supports_audio: ClassVar[bool] = True


@caught_by("declared_audio")
class DeafVideoFormat(SoundVideoFormat):
    def check(self, video):
        super().check(replace(video, audio=None))


@caught_by("frames")
class KeepingVideoFormat(SoundVideoFormat):
    @contextmanager
    def record(self, path, video):
        kept = []
        yield kept.append
        with super().record(path, video) as take:
            for frame in kept:
                take(frame)


@caught_by("frames")
class BackwardVideoFormat(SoundVideoFormat):
    def read_frames(self, path):
        return reversed(list(super().read_frames(path)))


@caught_by("frames")
class DroppingVideoFormat(SoundVideoFormat):
    def read_frames(self, path):
        yield from list(super().read_frames(path))[:-1]


@caught_by("frames")
class BoastingVideoFormat(SoundVideoFormat):
    min_psnr: ClassVar[float] = 60.0

    @contextmanager
    def record(self, path, video):
        with super().record(path, video) as take:
            yield lambda frame: take(frame // 8 * 8)


@caught_by("durations")
class HastyVideoFormat(SoundVideoFormat):
    @contextmanager
    def record(self, path, video):
        with super().record(path, replace(video, hold=0.0)) as take:
            yield take


@caught_by("repeat")
class TirelessVideoFormat(SoundVideoFormat):
    def check(self, video):
        super().check(replace(video, repeat=0))


@caught_by("repeat")
class StutteringVideoFormat(SoundVideoFormat):
    max_repeat: ClassVar[int] = 9

    @contextmanager
    def record(self, path, video):
        with super().record(path, video) as take:
            yield take
            if video.repeat > 1:
                take(np.zeros((video.height, video.width, video.channels), np.uint8))


@caught_by("manifest")
class ForgetfulVideoFormat(SoundVideoFormat):
    def read_embedded(self, path):
        return None


@caught_by("error_propagates")
class SwallowingVideoFormat(SoundVideoFormat):
    @contextmanager
    def record(self, path, video):
        with suppress(KeyError), super().record(path, video) as take:
            yield take


@caught_by("error_propagates")
class MaskingVideoFormat(SoundVideoFormat):
    @contextmanager
    def record(self, path, video):
        try:
            with super().record(path, video) as take:
                yield take
        except KeyError as error:
            raise ValueError("too short") from error


@caught_by("error_propagates")
class StrayThreadVideoFormat(SoundVideoFormat):
    @contextmanager
    def record(self, path, video):
        stop = threading.Event()
        thread = threading.Thread(target=stop.wait, args=(2.0,))
        thread.start()
        with super().record(path, video) as take:
            yield take
        stop.set()
        thread.join()


@caught_by("damaged")
class TrustingVideoFormat(SoundVideoFormat):
    def read_embedded(self, path):
        return json.loads(path.read_bytes().partition(b"\n")[0])["video"]["manifest"] or None


@caught_by("video_attributes")
class LoudVideoFormat(SoundVideoFormat):
    suffixes: ClassVar[tuple[str, ...]] = ("VIDEO",)


# Backends.


@caught_by("map_order")
class ShuffledBackend(SoundBackend):
    def map(self, function, items):
        window = []
        for item in items:
            window.append(function(item))
            if len(window) == 2:
                yield window.pop()
        yield from window


@caught_by("map_lazy")
class EagerBackend(SoundBackend):
    def map(self, function, items):
        return iter([function(item) for item in items])


@caught_by("map_errors")
class SilentBackend(SoundBackend):
    def map(self, function, items):
        for item in items:
            try:
                yield function(item)
            except Exception:  # noqa: BLE001
                yield None


@caught_by("transfer")
class NarrowBackend(SoundBackend):
    def asarray(self, array):
        return np.asarray(array, dtype=np.float32)


@caught_by("missing")
class SpeechlessBackend(SoundBackend):
    @classmethod
    def missing(cls):
        return None


# Executors.


@caught_by("parallelism")
class ShrunkExecutor(SoundExecutor):
    def parallelism(self):
        return -1


@caught_by("pool")
class BarredExecutor(SoundExecutor):
    @contextmanager
    def open(self):
        raise RuntimeError("no workers today")
        yield


@caught_by("pool")
class EmptyExecutor(SoundExecutor):
    @contextmanager
    def open(self):
        yield None


@caught_by("pool")
class SwallowingExecutor(SoundExecutor):
    @contextmanager
    def open(self):
        with super().open() as pool:
            submit = pool.submit

            def quiet(function, *arguments):
                def run():
                    with suppress(Exception):
                        return function(*arguments)

                return submit(run)

            pool.submit = quiet
            yield pool


@caught_by("pool")
class PessimisticExecutor(SoundExecutor):
    def failed_workers(self, error):
        return True


# Random settings.


@caught_by("random_settings")
class UnboundedRandomSettingsWarp(SoundWarp):
    @classmethod
    def random_settings(cls, rng):
        return cls.model_construct(by=(rng.uniform(20, 30), 0.0))


@caught_by("random_settings")
class RestlessRandomSettingsWarp(SoundWarp):
    @classmethod
    def random_settings(cls, rng):
        return cls(by=(float(next(CALLS) % 7), 0.0))


@caught_by("random_settings")
class GlobalRandomSettingsWarp(SoundWarp):
    @classmethod
    def random_settings(cls, rng):
        np.random.normal()
        return cls()


@caught_by("random_settings")
class RaisingRandomSettingsWarp(SoundWarp):
    @classmethod
    def random_settings(cls, rng):
        return cls(by=(rng.uniform(8, 16), 0.0))


@caught_by("random_settings")
class ForeignRandomSettingsWarp(SoundWarp):
    @classmethod
    def random_settings(cls, rng):
        return SoundFrame()


# Many points.


@caught_by("forward_many")
class CrowdShyWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return super().forward(params, xy, ctx) + (1.0 if xy.shape[1] > 5000 else 0.0)


@caught_by("forward_memory")
class PairwiseWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        apart = xy[:, :, None] - xy[:, None, :]
        return xy + 0.0 * namespace(xy).sum(apart, axis=2)


# Fields.


@caught_by("fields_described")
class UndescribedWarp(SoundWarp):
    amount: float = Field(default=1.0, ge=0, le=1)


@caught_by("fields_described")
class KindFieldWarp(SoundWarp):
    kind: bool = Field(default=True, description="takes the stage's own key")


@caught_by("fields_bounded")
class NoLowerBoundWarp(SoundWarp):
    amount: float = Field(default=1.0, le=1, description="how much")


@caught_by("fields_bounded")
class NoUpperBoundWarp(SoundWarp):
    amount: int = Field(default=1, ge=1, description="how many")


@caught_by("fields_bounded")
class UnboundedUnionWarp(SoundWarp):
    amount: bool | float = Field(default=True, description="how much")


@caught_by("fields_bounded")
class EndlessTextWarp(SoundWarp):
    text: str = Field(default="", description="anything")


@caught_by("fields_bounded")
class EndlessTupleWarp(SoundWarp):
    flags: tuple[bool, ...] = Field(default=(), description="any number of them")


@caught_by("fields_bounded")
class NoneWarp(SoundWarp):
    flag: bool | None = Field(default=None, description="yes, no or neither")


@caught_by("fields_bounded")
class AnythingWarp(SoundWarp):
    value: Any = Field(default=1, description="whatever")


@caught_by("frozen")
class ListWarp(SoundWarp):
    flags: list[bool] = Field(default=[True], max_length=3, description="a list can be changed")


@caught_by("frozen")
class ThawedWarp(SoundWarp):
    model_config = ConfigDict(frozen=False)
    __hash__ = object.__hash__


@caught_by("refuses_unknown")
class TolerantWarp(SoundWarp):
    model_config = ConfigDict(extra="ignore")


@caught_by("refuses_nan")
class NanWarp(SoundWarp):
    model_config = ConfigDict(allow_inf_nan=True)
    amount: float = Field(default=0.5, description="whatever", json_schema_extra={"minimum": 0, "maximum": 1})


@caught_by("no_hidden_state")
class SecretiveWarp(SoundWarp):
    _calls: int = PrivateAttr(default=0)


@caught_by("round_trip")
class RoundingWarp(SoundWarp):
    amount: float = Field(default=0.123456789, ge=0, le=1, description="how much")

    @field_serializer("amount")
    def _short(self, value: float) -> float:
        return round(value, 3)


@caught_by("summary", summary="")
class NamelessWarp(SoundWarp):
    pass


@caught_by("summary", summary="TODO: say in one line what template-summary-warp does")
class TemplateSummaryWarp(SoundWarp):
    pass


@caught_by("docstring")
class TemplateDocstringWarp(SoundWarp):
    """TODO: say in one line what template-docstring-warp does."""


@caught_by("examples")
class NoExamplesWarp(SoundWarp):
    @classmethod
    def examples(cls):
        return ()


# Detectors.


@caught_by("boxes_lie_inside")
class StrayingDetector(SoundDetector):
    def find(self, pixels):
        return [replace(box, width=pixels.shape[1]) for box in super().find(pixels)]


@caught_by("boxes_lie_inside")
class BoastingDetector(SoundDetector):
    def find(self, pixels):
        return [replace(box, score=100.0) for box in super().find(pixels)]


@caught_by("boxes_lie_inside")
class TupleDetector(SoundDetector):
    def find(self, pixels):
        return tuple(super().find(pixels))


@caught_by("plain_has_no_face")
class DreamingDetector(SoundDetector):
    def find(self, pixels):
        return super().find(pixels) or [Detection(0, 0, pixels.shape[1], pixels.shape[0])]


@caught_by("finds_a_face")
class BlindDetector(SoundDetector):
    def find(self, pixels):
        return super().find(pixels)[1:]


@caught_by("finds_a_face")
class MuddledDetector(SoundDetector):
    def find(self, pixels):
        return super().find(pixels)[::-1]


@caught_by("finds_a_face")
class StammeringDetector(SoundDetector):
    def find(self, pixels):
        return [box for box in super().find(pixels)[:1] for _ in range(2)]


@caught_by("boxes_lie_inside")
class MutatingDetector(SoundDetector):
    def find(self, pixels):
        pixels[0] = 0
        return super().find(pixels)


# Motions.


@caught_by("interface")
class TrustingMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        (art,) = artworks
        return super().trajectory([art], seed)


@caught_by("interface")
class WordlessMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        raise LimnerError("")


@caught_by("stills_render")
class BareMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        return lambda position: artworks[0]


@caught_by("stills_render")
class RestingMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        return lambda position: Still(artworks[0])


@caught_by("stills_render")
class LateMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        return lambda position: replace(super(LateMotion, self).trajectory(artworks, seed)(position), time=1.5)


@caught_by("interface")
class MutatingMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        artworks[0].theta[0] = 1.0
        return super().trajectory(artworks, seed)


@caught_by("repeats")
class CountingMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        moves, asked = super().trajectory(artworks, seed), []

        def at(position):
            asked.append(position)
            return replace(moves(position), caption=f"still {len(asked)}")

        return at


@caught_by("repeats")
class UnseededMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        moves, drawn = super().trajectory(artworks, seed), np.random.default_rng().uniform()
        return lambda position: replace(moves(position), time=drawn)


@caught_by("configured")
class UnsettledMotion(SoundMotion):
    number: int = Field(default=0, ge=0, le=9, description="how often it was configured")

    def configured_for(self, artworks, seed):
        return self.model_copy(update={"number": self.number + 1})


@caught_by("configured")
class RelapsingMotion(SoundMotion):
    late: bool = Field(default=False, description="whether it is shown late")

    def trajectory(self, artworks, seed):
        moves = super().trajectory(artworks, seed)
        return lambda position: replace(moves(position), time=0.5 * self.late)

    def configured_for(self, artworks, seed):
        return self.model_copy(update={"late": True})


@caught_by("closes")
class OpenMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        moves = super().trajectory(artworks, seed)
        return lambda position: moves(0.6 * position)


@caught_by("threads")
class CrowdedMotion(SoundMotion):
    def trajectory(self, artworks, seed):
        moves, lock = super().trajectory(artworks, seed), threading.Lock()

        def at(position):
            if not lock.acquire(blocking=False):
                raise RuntimeError("busy")
            try:
                sleep(0.001)
                return moves(position)
            finally:
                lock.release()

        return at


@caught_by("timing")
class TimelessMotion(SoundMotion):
    def default_seconds(self, artworks):
        return 0


@caught_by("timing")
class DisorderedMotion(SoundMotion):
    def part_bounds(self, artworks):
        return [0.7, 0.3]


@caught_by("timing")
class ChattyMotion(SoundMotion):
    def notes(self, artworks, names):
        return "this artwork is small"


# Faults with a message of their own.


@caught_by("traced")
class ComparingNetwork(SoundNetwork):
    def forward(self, params, x, ctx):
        y = params["W"] @ x
        return y if namespace(x).max(y) > 100 else 2 * y


@caught_by("traced")
class BranchingLoss(SoundLoss):
    def forward(self, y, target):
        return 0.5 * (y - target) ** 2 if (y > target) else y - target


@caught_by("numpy-forward_shape")
class BranchingWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy if xy > 0 else -xy


@caught_by("numpy-forward_shape")
class CrowdedWarp(SoundWarp):
    def forward(self, params, xy, ctx):
        return xy + 0.0 * float(namespace(xy).max(xy))


@caught_by("loss")
class LostTrainer(SoundTrainer):
    def step(self, problem, theta, state, ctx):
        done = super().step(problem, theta, state, ctx)
        return replace(done, theta=done.theta * float("nan"))


@caught_by("examples")
class UndecidedWarp(SoundWarp):
    k: int = Field(ge=1, le=9, description="how many")


@hookimpl
def limner_register(registry):
    for role, name, cls, _, summary in FAULTS:
        registry.add(role, name, f"limner_faulty:{cls.__name__}", summary=summary)
    registry.warp("heavy-warp", "limner_heavy:HeavyWarp", summary="loads tifffile at once")
    registry.warp("loud-warp", "limner_loud:LoudWarp", summary="prints at once")
    registry.warp("missing-warp", "limner_nowhere:MissingWarp", summary="is not there")
