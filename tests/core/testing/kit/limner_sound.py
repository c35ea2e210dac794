"""Small stages without a fault, one per role: faulty ones derive from them; they prove that the kit can pass."""

from __future__ import annotations

import json
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from limner.app.artworks import Still
from limner.plugin import (
    ArtworkError,
    Augment,
    Backend,
    Blend,
    Bounds,
    ColorMode,
    DecodedFrame,
    Detection,
    Discriminator,
    EmbeddedData,
    Encoder,
    Frame,
    ImageFilter,
    ImageFormat,
    ImageInfo,
    JacobianNetwork,
    LimnerError,
    Loss,
    Mask,
    Network,
    Optimizer,
    PixelDigest,
    State,
    Step,
    Trainer,
    VideoFormat,
    VideoInfo,
    Warp,
    device,
    fixed,
    from_host,
    hookimpl,
    namespace,
    to_host,
)
from limner_apps.animations.motion import Motion
from limner_apps.faces.detector import Detector
from limner_apps.sweeps.executor import Executor

Side = Annotated[float, Field(ge=-10, le=10)]


class SoundFrame(Frame):
    step: float = Field(default=0.5, gt=0, le=10, description="from pixel to pixel")

    def forward(self, pixels, size):
        return pixels * self.step

    def bounds(self, size):
        return Bounds(0.0, size[0] * self.step, 0.0, size[1] * self.step)


class SoundWarp(Warp):
    by: tuple[Side, Side] = Field(default=(0.5, -0.25), description="how far, x and y")

    def forward(self, params, xy, ctx):
        by = namespace(xy).asarray(self.by, dtype=xy.dtype, device=device(xy))
        return xy + by[:, None]


class SoundEncoder(Encoder):
    """x, y and a trainable number times x."""

    def init_params(self, rng):
        return {"gain": rng.normal(size=1)}

    def forward(self, params, samples, ctx):
        return namespace(samples.xy).concat([samples.xy, params["gain"][:, None] * samples.xy[0:1, :]], axis=0)


class SoundFilter(ImageFilter):
    """Two channels of grain, half as large, darker where the picture is."""

    def output_size(self, size):
        return -(-size[0] // 2), -(-size[1] // 2)

    def grain(self, samples, ctx):
        height, width = samples.images.shape[2:]
        places = [0] * samples.count if samples.index is None else [int(i) for i in to_host(samples.index)]
        drawn = [ctx.rng("grain", place).uniform(0.5, 1.0, (2, height, width)) for place in places]
        return from_host(np.stack(drawn, axis=1) if drawn else np.empty((2, 0, height, width)), samples.images)

    def forward(self, params, samples, ctx):
        light = namespace(samples.images).mean(samples.images, axis=0, keepdims=True)
        return (light * self.grain(samples, ctx))[..., ::2, ::2]


class SoundMask(Mask):
    radius: float = Field(default=0.4, gt=0, le=10, description="of the disc that stays")

    def forward(self, params, xy, rgb, ctx):
        xp = namespace(xy)
        outside = xp.sqrt(xp.sum(xy * xy, axis=0, keepdims=True)) - self.radius
        return xp.clip(0.5 - outside / self.pixel(ctx), 0.0, 1.0)


class SoundNetwork(Network):
    """One dense layer and a tanh."""

    gain: float = Field(default=1.0, gt=0, le=10, description="of the weights")

    def init_params(self, rng, fan_in, fan_out):
        return {"W": rng.normal(0, self.gain, (fan_out, fan_in)), "b": rng.normal(0, self.gain, fan_out)}

    def forward(self, params, x, ctx):
        return namespace(x).tanh(params["W"] @ x + params["b"][:, None])


class SoundHandNetwork(SoundNetwork, JacobianNetwork):
    """The same function with its gradients written by hand."""

    def vjp(self, params, x, ctx):
        y = self.forward(params, x, ctx)

        def pullback(dy):
            dz = dy * (1.0 - y * y)
            return {"W": dz @ x.T, "b": namespace(dz).sum(dz, axis=1)}, params["W"].T @ dz

        return y, pullback

    def jacobian(self, params, x, ctx):
        y = self.forward(params, x, ctx)

        def rows(dy):
            dz = dy * (1.0 - y * y)
            return np.concatenate([np.einsum("cn,kn->ckn", dz, x).reshape(-1, x.shape[1]), dz])

        return y, rows


class SoundSquareNetwork(SoundNetwork):
    def param_layout(self, fan_in, fan_out):
        if fan_in != fan_out:
            raise LimnerError("give as many features as channels")
        return super().param_layout(fan_in, fan_out)


class SoundDiscriminatorNetwork(Discriminator):
    """One number for each pixel: the channels weighted, and each weighted again by a buffer."""

    def init_params(self, rng, fan_in, fan_out):
        return {"W": rng.normal(0, 1, (fan_out, fan_in)), "norm": fixed(np.asarray([0.7]))}

    def forward(self, params, x, ctx):
        xp = namespace(x)
        flat = xp.reshape(x, (x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]))
        return xp.reshape(params["norm"] * (params["W"] @ flat), (params["W"].shape[0], *x.shape[1:]))

    def with_updated_buffers(self, params):
        xp = namespace(params["W"])
        norm = xp.sqrt(xp.sum(params["W"] * params["W"]))
        return params.with_flat(xp.concat([params.flat[:-1], xp.reshape(1 / norm, (1,))], axis=0))

    def receptive_field(self):
        return 1


class SoundColor(ColorMode):
    def forward(self, params, x, ctx):
        return x * x


class SoundBlend(Blend):
    """The layers, each weighing half of what lies below it; the lowest two weigh the same."""

    def forward(self, layers):
        weights = [0.5 ** max(1, i) for i in range(len(layers))][::-1]
        return sum(w * layer for w, layer in zip(weights, layers, strict=True))


class SoundLoss(Loss):
    def forward(self, y, target):
        return 0.5 * (y - target) ** 2


class SoundAugment(Augment):
    """Each picture as many times brighter as is drawn for it."""

    def forward(self, images, rngs):
        factors = np.asarray([rng.uniform(0.5, 1.5) for rng in rngs]).reshape(1, -1, 1, 1)
        return images * namespace(images).asarray(factors, dtype=images.dtype, device=device(images))


class SoundOptimizer(Optimizer):
    """Gradient descent with momentum."""

    slots: ClassVar = ("velocity",)

    def update(self, theta, gradient, slots, learning_rate, step):
        velocity = 0.5 * slots["velocity"] + gradient
        return theta - learning_rate * velocity, {"velocity": velocity}


class SoundTrainer(Trainer):
    """Gradient descent with momentum."""

    learning_rate: float = Field(default=0.1, gt=0, le=1, description="of a step")

    def init(self, problem, theta, ctx):
        return State(arrays={"velocity": 0 * theta}, numbers={"steps": 0.0})

    def step(self, problem, theta, state, ctx):
        loss, gradient = problem.value_and_grad(theta, ctx)
        velocity = 0.5 * state.arrays["velocity"] - self.learning_rate * gradient
        numbers = {"steps": state.numbers["steps"] + 1}
        return Step(theta + velocity, State({"velocity": velocity}, numbers), float(loss))


class SoundImageFormat(ImageFormat):
    """A header, its length before it and a checksum of all behind it, then the pixels as they are."""

    suffixes: ClassVar[tuple[str, ...]] = (".raw",)
    bit_depths: ClassVar[tuple[int, ...]] = (8, 16)
    magic: ClassVar[bytes] = b"\x89LIMRAW\n"

    @classmethod
    def matches(cls, head):
        return head.startswith(cls.magic)

    def write(self, file, info, bands, embedded, digest):
        pixels = b"".join(band.astype(f"<u{info.bits // 8}").tobytes() for band in bands)
        head = {"info": vars(info), "manifest": embedded.manifest, "theta": embedded.theta.hex(), "digest": digest()}
        text = json.dumps(head).encode()
        file.write(self.magic + struct.pack("<II", len(text), zlib.crc32(text + pixels)) + text + pixels)

    def read(self, file):
        data = file.read()
        if len(data) < 16 or not self.matches(data):
            raise ArtworkError("the file is too short")
        length, checksum = struct.unpack("<II", data[8:16])
        if zlib.crc32(data[16:]) != checksum:
            raise ArtworkError("the file is damaged")
        return json.loads(data[16 : 16 + length]), data[16 + length :]

    def read_embedded(self, file):
        head, _ = self.read(file)
        return EmbeddedData(head["manifest"], bytes.fromhex(head["theta"]), head["digest"])

    def read_pixels(self, file):
        head, pixels = self.read(file)
        info = ImageInfo(**head["info"])
        shape = (info.height, info.width, info.channels)
        return info, iter([np.frombuffer(pixels, f"u{info.bits // 8}").reshape(shape)])


class SoundLossyImageFormat(SoundImageFormat):
    """Keeps the first five bits of every level, and takes no alpha."""

    suffixes: ClassVar[tuple[str, ...]] = (".rough",)
    magic: ClassVar[bytes] = b"\x89LIMROU\n"
    lossy: ClassVar[bool] = True
    supports_alpha: ClassVar[bool] = False

    def lose(self, band, info):
        step = 2 ** (info.bits - 5)
        return band // step * step + step // 2

    def write(self, file, info, bands, embedded, digest):
        info = replace(info, channels=3)
        of_lost = PixelDigest(info)

        def lost():
            for band in (band[..., :3] for band in bands):
                rough = self.lose(band, info)
                of_lost.update(rough)
                yield rough

        super().write(file, info, lost(), embedded, of_lost)


class SoundBareImageFormat(SoundImageFormat):
    """Keeps neither a resolution nor θ, and takes 8 bits alone."""

    suffixes: ClassVar[tuple[str, ...]] = (".bare",)
    magic: ClassVar[bytes] = b"\x89LIMBAR\n"
    bit_depths: ClassVar[tuple[int, ...]] = (8,)
    supports_dpi: ClassVar[bool] = False
    max_theta: ClassVar[int] = 0

    def write(self, file, info, bands, embedded, digest):
        bands = (band.astype(np.uint8) for band in bands)
        kept = EmbeddedData(embedded.manifest, b"", "")
        super().write(file, replace(info, bits=8, dpi=0.0), bands, kept, digest)


class SoundVideoFormat(VideoFormat):
    """A line of JSON, and the frames as they are."""

    suffixes: ClassVar[tuple[str, ...]] = (".video",)

    @contextmanager
    def record(self, path, video):
        with path.open("wb") as file:
            file.write(json.dumps({"video": vars(video), "last": video.last_seconds}).encode() + b"\n")
            yield lambda frame: file.write(frame.tobytes())

    def read(self, path):
        line, _, data = path.read_bytes().partition(b"\n")
        try:
            head = json.loads(line)
        except ValueError as error:
            raise ArtworkError("the file is damaged") from error
        video = VideoInfo(**head["video"])
        frames = np.frombuffer(data, np.uint8)
        if frames.size % (video.width * video.height * video.channels):
            raise ArtworkError("the file is truncated")
        return video, head["last"], frames.reshape(-1, video.height, video.width, video.channels)

    def read_frames(self, path):
        video, last, frames = self.read(path)
        for index, frame in enumerate(frames):
            yield DecodedFrame(frame, last if index == len(frames) - 1 else 1 / video.fps)

    def read_embedded(self, path):
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
        face = Detection(0.34 * width, 0.12 * height, 0.21 * width, 0.23 * height, 0.75)
        return [face, replace(face, left=0.0, score=0.9, doubt="too far to the left")]


class SoundExecutor(Executor):
    """Threads."""

    @contextmanager
    def open(self):
        with ThreadPoolExecutor(2) as pool:
            yield pool

    def parallelism(self):
        return 2

    def failed_workers(self, error):
        return False


class SoundMotion(Motion):
    """Grows and fades all parameters."""

    def trajectory(self, artworks, seed):
        def at(position):
            grown = (artworks[0].theta * (1.2 + np.sin(2 * np.pi * (position % 1.0)))).astype(np.float32)
            return Still(replace(artworks[0], theta=grown, training=None))

        return at


ROLES = (
    *("frame", "warp", "encoder", "network", "color", "mask", "blend", "loss", "augment", "optimizer", "trainer"),
    *("image-format", "video-format", "backend", "detector", "executor", "motion"),
)


@hookimpl
def limner_register(registry):
    for role in ROLES:
        name = role.title().replace("-", "")
        registry.add(role, "sound", f"limner_sound:Sound{name}", summary="without a fault")
    registry.image_format("sound-lossy", "limner_sound:SoundLossyImageFormat", summary="without a fault, and lossy")
    registry.image_format("sound-bare", "limner_sound:SoundBareImageFormat", summary="without a fault, and forgetful")
    registry.encoder("sound-filter", "limner_sound:SoundFilter", summary="grain, without a fault")
    registry.network("sound-square", "limner_sound:SoundSquareNetwork", summary="as many channels as features")
    registry.network("sound-hand", "limner_sound:SoundHandNetwork", summary="gradients by hand, without a fault")
    registry.network(
        "sound-discriminator", "limner_sound:SoundDiscriminatorNetwork", summary="a discriminator without a fault"
    )


@hookimpl
def limner_event(event):
    """Hear events without a fault."""
