"""Neural generative art, composed of plugins; pictures that remember how they were made.

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
    from limner.artworks.artwork import Artwork as Artwork
    from limner.artworks.loader import open_artwork as open  # noqa: A004
    from limner.artworks.painting import paint as paint
    from limner.errors import LimnerError as LimnerError
    from limner.recipes.recipe import Recipe as Recipe
    from limner.training.fit import fit as fit
    from limner.translation.inference import translate as translate
    from limner.translation.train import learn as train
    from limner_apps.faces.extract import faces as faces

_HOMES = {
    "Artwork": ("limner.artworks.artwork", "Artwork"),
    "LimnerError": ("limner.errors", "LimnerError"),
    "faces": ("limner_apps.faces.extract", "faces"),
    "fit": ("limner.training.fit", "fit"),
    "Recipe": ("limner.recipes.recipe", "Recipe"),
    "open": ("limner.artworks.loader", "open_artwork"),
    "paint": ("limner.artworks.painting", "paint"),
    "train": ("limner.translation.train", "learn"),
    "translate": ("limner.translation.inference", "translate"),
}

__all__ = ["Artwork", "LimnerError", "Recipe", "__version__", "faces", "fit", "open", "paint", "train", "translate"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
