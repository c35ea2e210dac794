"""Small stages without a fault, one a kind: what the faulty ones depart from, and proof that the kit can be passed."""

from __future__ import annotations

import json
import struct
import zlib
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from limner.plugin import (
    ArtworkError,
    Augment,
    Backend,
    Blend,
    Bounds,
    Box,
    ColorMode,
    Critic,
    Embedded,
    Encoder,
    Entry,
    Filter,
    Frame,
    Layout,
    LimnerError,
    Loss,
    Movie,
    Network,
    Optimizer,
    Page,
    PixelDigest,
    Reel,
    Shot,
    State,
    Step,
    Trainer,
    Warp,
    Writer,
    device,
    empty_theta,
    from_host,
    hookimpl,
    namespace,
    pack_gradient,
    to_host,
)
from limner_apps.faces.detector import Detector

Side = Annotated[float, Field(ge=-10, le=10)]


class SoundFrame(Frame):
    step: float = Field(default=0.5, gt=0, le=10, description="from pixel to pixel")

    def forward(self, pixels, size):
        return pixels * self.step

    def bounds(self, size):
        return Bounds(0.0, size[0] * self.step, 0.0, size[1] * self.step)


class SoundWarp(Warp):
    by: tuple[Side, Side] = Field(default=(0.5, -0.25), description="how far, x and y")

    def forward(self, theta, xy, ctx):
        by = namespace(xy).asarray(self.by, dtype=xy.dtype, device=device(xy))
        return xy + by[:, None]


class SoundEncoder(Encoder):
    """x, y and a learned number times x."""

    def features(self):
        return 3

    def layout(self):
        return Layout((Entry("gain", (1,)),))

    def draw(self, layout, rng):
        return layout.pack({"gain": rng.normal(size=1)})

    def forward(self, theta, samples, ctx):
        return namespace(theta).concat([samples.xy, theta[:, None] * samples.xy[0:1, :]], axis=0)

    def vjp(self, theta, samples, ctx):
        x = samples.xy[0, :]
        return self.forward(theta, samples, ctx), lambda dy: namespace(dy).sum(dy[2:3, :] * x, axis=1)


class SoundFilter(Filter):
    """Two channels of grain, half as large, darker where the picture is."""

    def features(self):
        return 2

    def size(self, size):
        return -(-size[0] // 2), -(-size[1] // 2)

    def grain(self, samples, ctx):
        height, width = samples.images.shape[2:]
        places = [0] * samples.count if samples.index is None else [int(i) for i in to_host(samples.index)]
        drawn = [ctx.rng("grain", place).uniform(0.5, 1.0, (2, height, width)) for place in places]
        return from_host(np.stack(drawn, axis=1) if drawn else np.empty((2, 0, height, width)), samples.images)

    def forward(self, theta, samples, ctx):
        light = namespace(samples.images).mean(samples.images, axis=0, keepdims=True)
        return (light * self.grain(samples, ctx))[..., ::2, ::2]


class SoundNetwork(Network):
    """One dense layer and a tanh."""

    gain: float = Field(default=1.0, gt=0, le=10, description="of the weights")

    def layout(self, fan_in, fan_out):
        return Layout((Entry("W", (fan_out, fan_in)), Entry("b", (fan_out,))))

    def draw(self, layout, rng):
        return layout.pack({e.name: rng.normal(0, self.gain, e.shape) for e in layout.entries})

    def split(self, theta, x):
        xp, fan_in = namespace(theta), x.shape[0]
        fan_out = theta.shape[0] // (fan_in + 1)
        return xp.reshape(theta[: fan_out * fan_in], (fan_out, fan_in)), theta[fan_out * fan_in :][:, None]

    def forward(self, theta, x, ctx):
        weights, bias = self.split(theta, x)
        return namespace(x).tanh(weights @ x + bias)

    def vjp(self, theta, x, ctx):
        weights, _ = self.split(theta, x)
        y = self.forward(theta, x, ctx)

        def pullback(dy):
            dz = dy * (1.0 - y * y)
            return pack_gradient([dz @ x.T, namespace(dz).sum(dz, axis=1)], like=theta), weights.T @ dz

        return y, pullback

    def jacobian(self, theta, x, ctx):
        y = self.forward(theta, x, ctx)

        def rows(dy):
            dz = dy * (1.0 - y * y)
            return np.concatenate([np.einsum("cn,kn->ckn", dz, x).reshape(-1, x.shape[1]), dz])

        return y, rows


class SoundSquareNetwork(SoundNetwork):
    def layout(self, fan_in, fan_out):
        if fan_in != fan_out:
            raise LimnerError("give as many features as channels")
        return super().layout(fan_in, fan_out)


class SoundCriticNetwork(Critic):
    """One number for each pixel: the channels weighted, and each weighed anew by what was measured."""

    def layout(self, fan_in, fan_out):
        return Layout((Entry("W", (fan_out, fan_in)), Entry("norm", (1,), learned=False)))

    def draw(self, layout, rng):
        return layout.pack({"W": rng.normal(0, 1, layout.entries[0].shape), "norm": np.asarray([0.7])})

    def weights(self, theta, x):
        return namespace(theta).reshape(theta[:-1], (-1, x.shape[0]))

    def forward(self, theta, x, ctx):
        xp = namespace(x)
        flat = xp.reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))
        weights = self.weights(theta, x)
        return xp.reshape(theta[-1] * (weights @ flat), (weights.shape[0], *x.shape[1:]))

    def vjp(self, theta, x, ctx):
        xp = namespace(x)
        flat = xp.reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))

        def pullback(dy):
            dz = theta[-1] * xp.reshape(dy, (dy.shape[0], flat.shape[1]))
            dtheta = pack_gradient([dz @ flat.T, 0 * theta[-1:]], like=theta)
            return dtheta, xp.reshape(self.weights(theta, x).T @ dz, x.shape)

        return self.forward(theta, x, ctx), pullback

    def refreshed(self, theta):
        xp = namespace(theta)
        norm = xp.sqrt(xp.sum(theta[:-1] * theta[:-1]))
        return xp.concat([theta[:-1], xp.reshape(1 / norm, (1,))], axis=0)

    def receptive_field(self):
        return 1


class SoundColor(ColorMode):
    def components(self):
        return 3

    def convert(self, theta, x):
        return x * x

    def convert_vjp(self, theta, x):
        return x * x, lambda drgb: (empty_theta(drgb), 2.0 * x * drgb)


class SoundBlend(Blend):
    """The layers, each weighing half of what lies below it; the lowest two weigh the same."""

    def weights(self, count):
        return [0.5 ** max(1, i) for i in range(count)][::-1]

    def forward(self, layers):
        return sum(w * layer for w, layer in zip(self.weights(len(layers)), layers, strict=True))

    def vjp(self, layers):
        return self.forward(layers), lambda dy: [w * dy for w in self.weights(len(layers))]


class SoundLoss(Loss):
    def value(self, y, target):
        return 0.5 * (y - target) ** 2

    def gradient(self, y, target):
        return y - target


class SoundAugment(Augment):
    """Each picture as many times brighter as is drawn for it."""

    def vjp(self, images, rngs):
        factors = np.asarray([rng.uniform(0.5, 1.5) for rng in rngs]).reshape(1, -1, 1, 1)
        factors = namespace(images).asarray(factors, dtype=images.dtype, device=device(images))
        return images * factors, lambda dy: dy * factors


class SoundOptimizer(Optimizer):
    """Gradient descent with momentum."""

    slots: ClassVar = ("velocity",)

    def update(self, theta, gradient, slots, rate, step):
        velocity = 0.5 * slots["velocity"] + gradient
        return theta - rate * velocity, {"velocity": velocity}


class SoundTrainer(Trainer):
    """Gradient descent with momentum."""

    rate: float = Field(default=0.1, gt=0, le=1, description="of a step")

    def init(self, problem, theta, ctx):
        return State(arrays={"velocity": 0 * theta}, numbers={"steps": 0.0})

    def step(self, problem, theta, state, ctx):
        loss, gradient = problem.value_and_grad(theta, ctx)
        velocity = 0.5 * state.arrays["velocity"] - self.rate * gradient
        numbers = {"steps": state.numbers["steps"] + 1}
        return Step(theta + velocity, State({"velocity": velocity}, numbers), float(loss))


class SoundWriter(Writer):
    """A header, its length before it and a checksum of all behind it, then the pixels as they are."""

    suffixes: ClassVar[tuple[str, ...]] = (".raw",)
    depths: ClassVar[tuple[int, ...]] = (8, 16)
    magic: ClassVar[bytes] = b"\x89LIMRAW\n"

    @classmethod
    def recognises(cls, head):
        return head.startswith(cls.magic)

    def write(self, file, page, bands, embedded, digest):
        pixels = b"".join(band.astype(f"<u{page.bits // 8}").tobytes() for band in bands)
        head = {"page": vars(page), "manifest": embedded.manifest, "theta": embedded.theta.hex(), "digest": digest()}
        text = json.dumps(head).encode()
        file.write(self.magic + struct.pack("<II", len(text), zlib.crc32(text + pixels)) + text + pixels)

    def read(self, file):
        data = file.read()
        if len(data) < 16 or not self.recognises(data):
            raise ArtworkError("the file is too short")
        length, checksum = struct.unpack("<II", data[8:16])
        if zlib.crc32(data[16:]) != checksum:
            raise ArtworkError("the file is damaged")
        return json.loads(data[16 : 16 + length]), data[16 + length :]

    def read_embedded(self, file):
        head, _ = self.read(file)
        return Embedded(head["manifest"], bytes.fromhex(head["theta"]), head["digest"])

    def read_pixels(self, file):
        head, pixels = self.read(file)
        page = Page(**head["page"])
        shape = (page.height, page.width, page.channels)
        return page, iter([np.frombuffer(pixels, f"u{page.bits // 8}").reshape(shape)])


class SoundLossyWriter(SoundWriter):
    """Keeps the first five bits of every level, and takes no alpha."""

    suffixes: ClassVar[tuple[str, ...]] = (".rough",)
    magic: ClassVar[bytes] = b"\x89LIMROU\n"
    lossy: ClassVar[bool] = True
    keeps_alpha: ClassVar[bool] = False

    def lose(self, band, page):
        step = 2 ** (page.bits - 5)
        return band // step * step + step // 2

    def write(self, file, page, bands, embedded, digest):
        page = replace(page, channels=3)
        of_lost = PixelDigest(page)

        def lost():
            for band in (band[..., :3] for band in bands):
                rough = self.lose(band, page)
                of_lost.update(rough)
                yield rough

        super().write(file, page, lost(), embedded, of_lost)


class SoundBareWriter(SoundWriter):
    """Keeps neither a resolution nor θ, and takes 8 bits alone."""

    suffixes: ClassVar[tuple[str, ...]] = (".bare",)
    magic: ClassVar[bytes] = b"\x89LIMBAR\n"
    depths: ClassVar[tuple[int, ...]] = (8,)
    keeps_dpi: ClassVar[bool] = False
    max_theta: ClassVar[int] = 0

    def write(self, file, page, bands, embedded, digest):
        bands = (band.astype(np.uint8) for band in bands)
        kept = Embedded(embedded.manifest, b"", "")
        super().write(file, replace(page, bits=8, dpi=0.0), bands, kept, digest)


class SoundMovie(Movie):
    """A line of JSON, and the frames as they are."""

    suffixes: ClassVar[tuple[str, ...]] = (".reel",)

    @contextmanager
    def record(self, path, reel):
        with path.open("wb") as file:
            file.write(json.dumps({"reel": vars(reel), "last": reel.last}).encode() + b"\n")
            yield lambda frame: file.write(frame.tobytes())

    def read(self, path):
        line, _, data = path.read_bytes().partition(b"\n")
        try:
            head = json.loads(line)
        except ValueError as error:
            raise ArtworkError("the file is damaged") from error
        reel = Reel(**head["reel"])
        frames = np.frombuffer(data, np.uint8)
        if frames.size % (reel.width * reel.height * reel.channels):
            raise ArtworkError("the file is truncated")
        return reel, head["last"], frames.reshape(-1, reel.height, reel.width, reel.channels)

    def shots(self, path):
        reel, last, frames = self.read(path)
        for index, frame in enumerate(frames):
            yield Shot(frame, last if index == len(frames) - 1 else 1 / reel.rate)

    def embedded(self, path):
        return self.read(path)[0].manifest or None


class SoundBackend(Backend):
    @classmethod
    def missing(cls):
        return ""

    def describe(self):
        return "NumPy, one tile at a time"

    def xp(self):
        return np

    def to_host(self, array):
        return np.asarray(array)


class SoundDetector(Detector):
    """Takes the upper middle for a face, where there is anything at all."""

    def find(self, pixels):
        height, width = pixels.shape[:2]
        if pixels.min() == pixels.max():
            return []
        face = Box(0.34 * width, 0.12 * height, 0.21 * width, 0.23 * height, 0.75)
        return [face, replace(face, left=0.0, score=0.9, doubt="too far to the left")]


KINDS = (
    *("frame", "warp", "encoder", "network", "color", "blend", "loss", "augment", "optimizer", "trainer"),
    *("writer", "movie", "backend", "detector"),
)


@hookimpl
def limner_register(registry):
    for kind in KINDS:
        registry.add(kind, "sound", f"limner_sound:Sound{kind.title()}", summary="without a fault")
    registry.writer("sound-lossy", "limner_sound:SoundLossyWriter", summary="without a fault, and lossy")
    registry.writer("sound-bare", "limner_sound:SoundBareWriter", summary="without a fault, and forgetful")
    registry.encoder("sound-filter", "limner_sound:SoundFilter", summary="grain, without a fault")
    registry.network("sound-square", "limner_sound:SoundSquareNetwork", summary="as many channels as features")
    registry.network("sound-critic", "limner_sound:SoundCriticNetwork", summary="a critic without a fault")
