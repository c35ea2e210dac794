"""limner: neural generative art, composed of plugins; pictures that remember how they were made.

    import limner

    art = limner.paint("random-art", seed=7, size=(512, 512))
    art.save("picture.png")
    limner.open("picture.png").render(size=(4096, 4096))
    limner.fit("photo.jpg", seconds=10).save("likeness.png")
    limner.translate(limner.train("photos/", "colorize", seconds=600), "old.jpg")

Nothing heavy is imported before one of these names is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from limner._version import __version__ as __version__

if TYPE_CHECKING:
    from limner.applying import translate as translate
    from limner.artwork import Artwork as Artwork
    from limner.errors import LimnerError as LimnerError
    from limner.face_finding import faces as faces
    from limner.fitting import fit as fit
    from limner.opening import open_artwork as open  # noqa: A004
    from limner.pipeline import paint as paint
    from limner.recipe import Recipe as Recipe
    from limner.translating import learn as train

_HOMES = {
    "Artwork": ("limner.artwork", "Artwork"),
    "LimnerError": ("limner.errors", "LimnerError"),
    "faces": ("limner.face_finding", "faces"),
    "fit": ("limner.fitting", "fit"),
    "Recipe": ("limner.recipe", "Recipe"),
    "open": ("limner.opening", "open_artwork"),
    "paint": ("limner.pipeline", "paint"),
    "train": ("limner.translating", "learn"),
    "translate": ("limner.applying", "translate"),
}

__all__ = ["Artwork", "LimnerError", "Recipe", "__version__", "faces", "fit", "open", "paint", "train", "translate"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
