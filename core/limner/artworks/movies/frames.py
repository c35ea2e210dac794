"""The frames of a movie: stills rendered in parallel, in order, with constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import TYPE_CHECKING

import numpy as np

from limner.artworks import renderer
from limner.artworks.movies.panels import arranged, beside, panel_size
from limner.artworks.third_party import name_packages_on_error
from limner.figures.captions import draw_caption
from limner.imaging.background import flatten, parse_background
from limner.imaging.canvas import Canvas
from limner.stages.backend import SerialRunner

if TYPE_CHECKING:
    from limner.artworks.artwork import Artwork
    from limner.artworks.movies.still import Still
    from limner.composition.recipe import Recipe
    from limner.models.base import Model
    from limner.stages.backend import Backend, Runner

OPAQUE = 255
MAX_PARALLEL_BYTES = 2**29
"""The memory that frames in advance may take; of larger frames, the tiles are rendered in parallel instead."""
MAX_MODELS = 64
"""The number of models that are kept for later frames."""


def render_frames(
    still_at: Callable[[float], Still],
    positions: Iterable[float],
    size: tuple[int, int],
    backend: Backend,
    *,
    supersample: int = 1,
    background: str = "white",
    alpha: bool = False,
) -> Generator[np.ndarray]:
    """Yield the frames of a movie, in order; later ones are rendered meanwhile.

    Each frame has the pixels of ``still.artwork.render(size, time=still.time)``. Several artworks of a still share the
    size as a mosaic, and an original is added on the left; see ``panels.frame_size``.

    A backend that runs several items at once renders one frame per thread, at most two per thread in advance.
    Otherwise, and if the frames are large, one thread renders a single frame in advance. Close the generator to stop
    the threads; see ``contextlib.closing``.

    Args:
        still_at: returns the still at a position. It is called on several threads, in any order.
        positions: the position of each frame, 0 to 1.
        size: width and height, in pixels.
        backend: the array backend.
        supersample: samples per pixel along each side.
        background: a CSS colour to put behind transparent areas, unless ``alpha``.
        alpha: whether frames are RGBA instead of RGB.

    Yields:
        The pixels of each frame, ``(height, width, 3 or 4)``, uint8.

    Raises:
        LimnerError: an argument is invalid, a still cannot be rendered, or it does not fit into memory.
        PluginError: a stage of an installed package failed.
    """
    frames = _Frames(still_at, size, backend, supersample, None if alpha else parse_background(background))
    if backend.parallelism() > 1 and 2 * backend.parallelism() * frames.nbytes <= MAX_PARALLEL_BYTES:
        yield from _rendered_side_by_side(frames, positions)
    else:
        yield from _rendered_one_by_one(frames, positions)


class _StoppedError(Exception):
    """The consumer of the frames has stopped; nobody waits for the result."""


@dataclass(eq=False)
class _Frames:
    """The frames of a movie, each rendered on its own."""

    still_at: Callable[[float], Still]
    size: tuple[int, int]
    backend: Backend
    supersample: int
    background: np.ndarray | None
    stopped: Event = field(default_factory=Event)
    _models: deque[tuple[Recipe, Model]] = field(default_factory=lambda: deque(maxlen=MAX_MODELS))
    _lock: Lock = field(default_factory=Lock)

    @property
    def nbytes(self) -> int:
        """The size of a frame in memory."""
        return self.size[0] * self.size[1] * 4

    def render(self, position: float, runner: Runner | None = None) -> np.ndarray:
        """Return the frame at a position; ``runner`` renders its tiles, by default a new one of the backend."""
        self._check_running()
        still = self.still_at(position)
        canvas = Canvas(panel_size(still, self.size), supersample=self.supersample, time=still.time)
        pictures = [self._picture(artwork, canvas, runner) for artwork in (still.artwork, *still.others)]
        pixels = self._with_channels(arranged(pictures))
        pixels = draw_caption(pixels, still.caption) if still.caption else pixels
        if still.original is None:
            return pixels
        return beside(self._with_channels(still.original.at(canvas.size)), pixels)

    def _picture(self, artwork: Artwork, canvas: Canvas, runner: Runner | None) -> np.ndarray:
        """Return the pixels of an artwork."""
        model = self._model_of(artwork, canvas)
        with name_packages_on_error(artwork.packages):
            return self._filled(model, artwork.theta, canvas, runner)

    def _filled(self, model: Model, theta: np.ndarray, canvas: Canvas, runner: Runner | None) -> np.ndarray:
        """Return the pixels, rendered band by band; between two bands, rendering can be stopped."""
        width, height = canvas.output_size
        pixels = np.empty((height, width, 4 if model.alpha else 3), np.uint8)
        row = 0
        for band in renderer.bands(model, theta, canvas, self.backend, runner=runner):
            self._check_running()
            pixels[row : row + len(band)] = band
            row += len(band)
        return pixels

    def _with_channels(self, pixels: np.ndarray) -> np.ndarray:
        """Return the pixels as RGB over the background, or as RGBA if there is none."""
        if self.background is not None:
            return flatten(pixels, self.background)
        return pixels if pixels.shape[2] == 4 else np.dstack([pixels, np.full_like(pixels[..., 0], OPAQUE)])

    def _check_running(self) -> None:
        if self.stopped.is_set():
            raise _StoppedError

    def _model_of(self, artwork: Artwork, canvas: Canvas) -> Model:
        """Return the model of an artwork; artworks that share a recipe and differ only in θ share it."""
        with self._lock:
            found = next((model for recipe, model in self._models if recipe is artwork.recipe), None)
        if found:
            return found
        model = artwork.model
        renderer.check_memory(model, canvas, self.backend, rows=canvas.output_size[1])
        with self._lock:
            self._models.append((artwork.recipe, model))
        return model


def _rendered_side_by_side(frames: _Frames, positions: Iterable[float]) -> Generator[np.ndarray]:
    """Yield the frames, each rendered by one thread of the backend."""
    tiles = SerialRunner()
    with frames.backend.open_runner() as runner:
        try:
            yield from runner.map(lambda position: frames.render(position, tiles), positions)
        finally:
            frames.stopped.set()


def _rendered_one_by_one(frames: _Frames, positions: Iterable[float]) -> Generator[np.ndarray]:
    """Yield the frames; one thread renders them one after the other, a single one in advance."""
    waiting: deque[Future[np.ndarray]] = deque()
    with ThreadPoolExecutor(1, "limner-frames") as pool:
        try:
            for position in positions:
                waiting.append(pool.submit(frames.render, position))
                if len(waiting) > 1:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            frames.stopped.set()
