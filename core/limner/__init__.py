"""Neural generative art with a plugin system; saved pictures contain their own recipe.

    import limner

    art = limner.paint("random-art", seed=7, size=(512, 512))
    art.save("picture.png")
    limner.open("picture.png").render(size=(4096, 4096))
    limner.fit("photo.jpg", seconds=10).save("likeness.png")
    limner.translate(limner.train("photos/", "colorize", seconds=600), "old.jpg")

Functions are imported on first use, and so are the modules ``limner.errors``, ``limner.plugin``, ``limner.testing``
and ``limner.app``. The functions of applications, such as ``sweep``, are declared in the ``commands.toml`` of their
package, not here; ``__init__.pyi`` lists all functions for type checkers.
"""

from importlib import import_module
from typing import Any

from limner._version import __version__ as __version__

_TARGETS = {
    "Artwork": "limner.artworks.artwork:Artwork",
    "Diagram": "limner.artworks.diagrams.diagram:Diagram",
    "FitResult": "limner.training.results.fit_result:FitResult",
    "LimnerError": "limner.errors:LimnerError",
    "Recipe": "limner.composition.recipe:Recipe",
    "blend": "limner.artworks.blending:blend",
    "diagram": "limner.artworks.diagrams.diagram:diagram",
    "fit": "limner.training.fit:fit",
    "open": "limner.artworks.loader:open_artwork",
    "paint": "limner.artworks.painting:paint",
    "recipes": "limner.artworks.recipe_sources:recipes",
    "restyle": "limner.artworks.restyling.function:restyle",
    "train": "limner.translation.train:train",
    "translate": "limner.translation.inference:translate",
    "verify": "limner.artworks.verification:verify",
}

_MODULES = ("app", "errors", "plugin", "testing")
"""Public modules that are imported on first use; ``dir(limner)`` does not list modules."""


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"limner.{name}")
    if name == "__all__":
        return __dir__()
    target = _TARGETS.get(name)
    if target is None and not name.startswith("_"):
        target = _application_functions().get(name)
    if target is None:
        raise AttributeError(f"module 'limner' has no attribute {name!r}")
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(["__version__", *_TARGETS, *_application_functions()])


def _application_functions() -> dict[str, str]:
    """Return the functions of the built-in applications by name, each as ``"module:function"``."""
    from limner.registry.commands import public_functions

    return public_functions()
