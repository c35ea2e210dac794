"""Neural generative art, composed of plugins; pictures that contain the recipe they were made with.

    import limner

    art = limner.paint("random-art", seed=7, size=(512, 512))
    art.save("picture.png")
    limner.open("picture.png").render(size=(4096, 4096))
    limner.fit("photo.jpg", seconds=10).save("likeness.png")
    limner.translate(limner.train("photos/", "colorize", seconds=600), "old.jpg")

A function is imported when it is first used, and so are the modules ``limner.errors``, ``limner.plugin``,
``limner.testing`` and ``limner.app``. Those of applications, such as ``sweep``, are announced in the
``commands.toml`` of their package, so this module names none of them; ``__init__.pyi`` shows all to type checkers.
"""

from importlib import import_module
from typing import Any

from limner._version import __version__ as __version__

_HOMES = {
    "Artwork": "limner.artworks.artwork:Artwork",
    "FitResult": "limner.training.results.fit_result:FitResult",
    "LimnerError": "limner.errors:LimnerError",
    "Recipe": "limner.composition.recipe:Recipe",
    "blend": "limner.artworks.blending:blend",
    "fit": "limner.training.fit:fit",
    "open": "limner.artworks.loader:open_artwork",
    "paint": "limner.artworks.painting:paint",
    "recipes": "limner.artworks.recipe_sources:recipes",
    "train": "limner.translation.train:train",
    "translate": "limner.translation.inference:translate",
    "verify": "limner.artworks.verification:verify",
}

_MODULES = ("app", "errors", "plugin", "testing")
"""Public modules that ``import limner`` gives access to; like all modules they are no part of ``dir(limner)``."""


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"limner.{name}")
    if name == "__all__":
        return __dir__()
    target = _HOMES.get(name)
    if target is None and not name.startswith("_"):
        target = _of_applications().get(name)
    if target is None:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(["__version__", *_HOMES, *_of_applications()])


def _of_applications() -> dict[str, str]:
    """Return the functions of the built-in applications, each as ``"module:function"``."""
    from limner.registry.commands import public_functions

    return public_functions()
