"""A drive: what a signal of a sound changes in a movie. It is stored in the movie with its signal."""

from __future__ import annotations

import base64
import zlib
from functools import lru_cache
from math import floor
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from limner.plugin import LimnerError
from limner_apps.animations.moves.move import Value
from limner_apps.animations.moves.tracks import Track

MAX_SAMPLES = 2**25  # more than a day has at 240 frames per second
MAX_TEXT = 2**27  # of samples that cannot be compressed
UNIT = 10_000  # the steps of a signal from 0 to 1


class Drive(BaseModel):
    """What a signal of a sound changes in a movie.

    The signal is stored, so that frames can be rendered again without the sound.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)

    path: str = Field(
        min_length=1, max_length=200, description="a setting, a stage with a latent vector, or motion for its pace"
    )
    signal: str = Field(min_length=1, max_length=40, description="loudness, onset, or a band of frequencies")
    low: Value = Field(description="the value while the signal is 0")
    high: Value = Field(description="the value while the signal is 1")
    between: Literal["linear", "logarithmic", "whole", "colour", "hue"] = Field(
        default="linear", description="how the two values are mixed, as those of a move"
    )
    samples: str = Field(max_length=MAX_TEXT, description="the signal at each frame, as pack_samples writes it")

    @field_validator("samples")
    @classmethod
    def _check_samples(cls, samples: str) -> str:
        unpack_samples(samples)
        return samples

    @model_validator(mode="after")
    def _check_ends(self) -> Drive:
        try:
            with np.errstate(all="raise"):
                mixed(self.low, self.high, 0.5, self.between)
        except (LimnerError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise ValueError(
                f"low and high cannot be mixed: {self.between} between two values of other kinds"
            ) from error
        return self

    @property
    def values(self) -> np.ndarray:
        """The signal at each frame, ``(n,)``, 0 to 1."""
        return unpack_samples(self.samples)

    def value_at(self, position: float, *, closes: bool) -> Any:
        """Return the driven value at a position in time.

        Args:
            position: 0 for the start of the movie, 1 for its end.
            closes: whether the movie is a loop, whose frame k of n is at k / n; otherwise, it is at k / (n - 1).
        """
        return mixed(self.low, self.high, sample_at(self.values, position, closes=closes), self.between)


def mixed(low: Value, high: Value, share: float, between: str) -> Any:
    """Return a value between two: numbers in proportion, others as a move mixes them."""
    if between == "linear" and isinstance(low, int | float) and isinstance(high, int | float):
        return low + (high - low) * share
    return Track((low, high), between, closed=False).eased(share, "linear")


def sample_at(values: np.ndarray, position: float, *, closes: bool) -> float:
    """Return a signal at a position in time, 0 to 1; between frames it is linear.

    Args:
        values: ``(n,)``, one value for each frame.
        position: 0 for the start of the movie, 1 for its end.
        closes: whether the first value follows the last.
    """
    count = len(values)
    place = round(position * (count if closes else count - 1), 9)  # exact at frames
    left = floor(place)
    before, after = float(values[left % count]), float(values[(left + 1) % count])
    return before + (place - left) * (after - before)


def pack_samples(values: np.ndarray) -> str:
    """Return values ``(n,)`` from 0 to 1 as text: ten-thousandths as 16-bit differences, compressed, in base64.

    A minute at 30 frames per second takes about 4 kB, a fifth of what decimal numbers would.
    """
    steps = np.diff(np.rint(np.asarray(values) * UNIT).astype("<i2"), prepend=np.int16(0)).astype("<i2")
    return base64.b64encode(zlib.compress(steps.tobytes(), 9)).decode("ascii")


@lru_cache(maxsize=128)
def unpack_samples(text: str) -> np.ndarray:
    """Return the values ``(n,)``, read-only, that ``pack_samples`` has written.

    Raises:
        ValueError: the text is something else.
    """
    try:
        stream = zlib.decompressobj()
        data = stream.decompress(base64.b64decode(text, validate=True), 2 * MAX_SAMPLES)
    except (ValueError, zlib.error) as error:
        raise ValueError("is damaged: the signal cannot be decoded") from error
    complete = stream.eof and data and len(data) % 2 == 0
    numbers = np.cumsum(np.frombuffer(data, "<i2"), dtype=np.int64) if complete else np.array([-1])
    if numbers.min() < 0 or numbers.max() > UNIT:
        raise ValueError(f"is damaged: the signal must have 1 to {MAX_SAMPLES} values from 0 to 1")
    values = numbers / UNIT
    values.flags.writeable = False
    return values
