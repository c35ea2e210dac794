"""The artwork: a recipe and its parameters θ."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from limner.artworks import saving
from limner.artworks.pixels.bleed import with_edges
from limner.artworks.pixels.renderable import Renderable
from limner.artworks.pixels.rendering import Rendering, check_levels
from limner.artworks.third_party import name_packages_on_error
from limner.composition.conditioning import with_weights
from limner.errors import LimnerError
from limner.formats import container
from limner.formats.image_files import image_format_for
from limner.formats.manifest import RenderSettings, TrainingRecord
from limner.imaging.canvas import Canvas
from limner.imaging.dithering import Dither
from limner.registry import backends
from limner.registry.events import FileSaved
from limner.registry.registry import registry
from limner.utils.arguments import check_path
from limner.utils.atomic_files import check_target
from limner.utils.paths import StrPath

if TYPE_CHECKING:
    from limner.stages.backend import Backend

MAX_PREVIEW_SIDE = 512
"""The longer side of the preview in notebooks, in pixels."""

NO_PIXELS = "{path}: a .limner file contains no pixels; omit the settings of the picture"


@dataclass(frozen=True, eq=False)
class Artwork(Renderable):
    """A picture as a function: a recipe and its parameters θ. It can be rendered at any size.

        art = limner.open("picture.png")
        pixels = art.render(size=(300, 200))
        art.save("large.png", size=(4096, 4096))

    Artworks are immutable and hashable. Two artworks are equal if their recipes are equal, including seed and size,
    and their θ are bit-for-bit identical. ``numpy.asarray(art)`` renders the artwork, and notebooks display it.

    Attributes:
        recipe: the recipe with all its settings, its seed and its size.
        theta: the parameters of all stages, 1-D float32, read-only, in the order of the stages in the model.
        packages: names and versions of the packages whose stages the recipe uses.
        render_settings: the settings that the pixels in the file were rendered with, if the artwork was opened from a
            picture; otherwise None.
        training: the quality of a fit; None if the artwork was not fitted, or was changed since.
    """

    render_settings: RenderSettings | None = None
    training: TrainingRecord | None = None

    def __repr__(self) -> str:
        width, height = self.size
        return f"<Artwork {self.recipe.title!r}, seed {self.seed}, {width}x{height}, θ of {self.theta.size}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Artwork):
            return NotImplemented
        return self._theta_bytes == other._theta_bytes and self.recipe.table() == other.recipe.table()

    def __hash__(self) -> int:
        return hash((self.seed, self.size, self._theta_bytes))

    def press(self, weights: str | Sequence[float]) -> Artwork:
        """Return this artwork with other button weights; the network must be fitted to several pictures.

        A button is one component of the conditioning code; by default each of those pictures has a button of its own.
        Mixed weights interpolate between the pictures.

            blended = art.press("fox=1,star=0.5")

        Args:
            weights: one weight per button, ``"1,0,0.5"`` or a sequence; or weights by name, ``"fox=1,star=0.5"``, the
                others being 0. Weights outside 0 to 1 extrapolate.

        Returns:
            A new artwork with the same θ.

        Raises:
            LimnerError: the artwork has no buttons, a button is unknown, or the number of weights is wrong.
        """
        return replace(self, recipe=with_weights(self.recipe, weights), training=None)

    def save(
        self,
        path: StrPath,
        *,
        size: tuple[int, int] | None = None,
        region: tuple[int, int, int, int] | None = None,
        supersample: int = 1,
        bits: int = 8,
        dither: Dither = "none",
        time: float = 0.0,
        dpi: float = 0.0,
        bleed: int = 0,
        options: Mapping[str, Any] | None = None,
        force: bool = False,
        backend: str | Backend = "auto",
    ) -> Path:
        """Render the artwork to a file and embed recipe and θ, so that ``limner.open`` can read it back.

            art.save("large.png", size=(4096, 4096))
            art.save("small.jpg", options={"quality": 90})

        The file appears only when it is complete. PNG and TIFF are streamed: memory use does not grow with the
        picture. If θ is too large for the format, it is saved next to the picture as ``NAME.limner``.

        Args:
            path: the output file; its suffix selects the format. ``.limner`` stores recipe and θ without pixels.
            size: width and height of the whole picture, in pixels. Default: the recipe's size.
            region: left, top, width and height of the part to render, in pixels of ``size``. Default: everything.
            supersample: samples per pixel along each side; they are averaged.
            bits: bits per channel, 8 or 16.
            dither: the dither pattern, which hides banding: ``none``, ``ordered`` or ``blue-noise``.
            time: the time in an animation, 0 to 1.
            dpi: pixels per inch, recorded in the file; 0 records none.
            bleed: pixels to render beyond each edge, which are cut off after printing; the pixels inside stay the same.
            options: settings of the format by name, ``{"quality": 90}``. Every format has ``background``: a CSS colour
                to put behind transparent areas.
            force: overwrite an existing file.
            backend: an array backend or its name; ``auto`` uses CuPy if it runs on this machine, otherwise NumPy.

        Returns:
            The path of the file.

        Raises:
            LimnerError: the file exists and ``force`` is not set, an argument is invalid, the format cannot store the
                picture, or memory or disk space is insufficient.
            PluginError: a stage of an installed package failed.
        """
        path = check_path("path", path)
        check_levels(bits, dither)
        if path.suffix.lower() == container.SUFFIX:
            if region or options or supersample != 1 or bits != 8 or dither != "none" or time or bleed:
                raise LimnerError(NO_PIXELS.format(path=path))
            saving.save_parameters(path, self._contents, force=force)
            written = [FileSaved(path)]
        else:
            canvas = with_edges(Canvas(size or self.size, region, supersample, time, bleed), self.model, self.theta)
            rendering = Rendering(canvas, backends.choose_backend(backend, registry()), bits, dither, dpi)
            written = saving.save(path, self._contents, rendering, options, force=force)
        for saved in written:
            registry().emit(saved)
        return path

    def check(
        self, path: Path, *, dpi: float = 0.0, options: Mapping[str, Any] | None = None, force: bool = False
    ) -> Path | None:
        """Raise the error that ``save`` would raise, before rendering. Of θ only the length matters.

        Return the separate file that θ would be saved to, or None if θ fits into the picture.

        Args:
            path: the output file.
            dpi: pixels per inch; 0 records none.
            options: settings of the format by name.
            force: overwrite an existing file.

        Raises:
            LimnerError: the file exists and ``force`` is not set, the format cannot store the picture, or memory or
                disk space is insufficient.
        """
        if path.suffix.lower() == container.SUFFIX:
            check_target(path, force=force)
            if options:
                raise LimnerError(NO_PIXELS.format(path=path))
            return None
        rendering = Rendering(Canvas(self.recipe.size), backends.choose_backend("numpy", registry()), dpi=dpi)
        spec = saving.check(path, self._contents, rendering, options, force=force)
        theta_path = saving.theta_file(path, spec, self.theta)
        if theta_path:
            check_target(theta_path, force=force)
        return theta_path

    @cached_property
    def _theta_bytes(self) -> bytes:
        """The bytes of θ, for comparing artworks."""
        return self.theta.tobytes()

    @property
    def _contents(self) -> saving.Contents:
        """The data that files of this artwork contain besides pixels."""
        return saving.Contents(self.model, self.theta, self.packages, self.training)

    def _repr_png_(self) -> bytes:
        """Return a PNG for notebooks, at most 512 pixels on its longer side."""
        width, height = self.recipe.size
        shrink = max(1.0, max(width, height) / MAX_PREVIEW_SIDE)
        canvas = Canvas((max(1, round(width / shrink)), max(1, round(height / shrink))))
        file = io.BytesIO()
        rendering = Rendering(canvas, backends.choose_backend("auto", registry()))
        with name_packages_on_error(self.packages):
            saving.write(file, image_format_for(Path("preview.png")), self._contents, rendering)
        return file.getvalue()
