"""Error messages that name the third-party package whose stage failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from limner.composition.recipe import Recipe
from limner.errors import LimnerError, PluginError, reason
from limner.registry.attribution import attributing, owner_of

OWN_PACKAGES = ("limner", "numpy")


def third_parties(packages: Mapping[str, str]) -> str:
    """Return the names and versions of all packages except limner and NumPy, separated by commas."""
    return ", ".join(f"{name} {version}" for name, version in packages.items() if name not in OWN_PACKAGES)


@contextmanager
def name_packages_on_error(packages: Mapping[str, str]) -> Iterator[None]:
    """Convert exceptions during rendering to errors that name the plugin responsible.

    If no frame of the traceback belongs to a plugin, a third-party stage may have returned a value that made limner
    fail later. The error then names all third-party packages that the recipe uses.

    Raises:
        PluginError: a plugin failed, or is suspected.
    """
    others = third_parties(packages)
    try:
        with attributing():
            yield
    except (LimnerError, MemoryError):
        raise
    except Exception as error:
        if not others:
            raise
        raise PluginError(f"a stage of {others} failed while painting: {reason(error)}") from error


@contextmanager
def name_stages_on_error(recipe: Recipe, task: str) -> Iterator[None]:
    """Convert exceptions between the stages of a recipe to errors that name its third-party stages, if it has any.

    A third-party stage may have returned a value that made limner fail later, so that no frame of the traceback belongs
    to its plugin. Errors of the system, such as a full disk, are raised unchanged.

    Raises:
        PluginError: a plugin failed, or is suspected.
    """
    try:
        with attributing():
            yield
    except (LimnerError, MemoryError, OSError):
        raise
    except Exception as error:
        owners = [owner_of(part.stage) for _, holder in recipe.parts() for part in holder.all()]
        suspects = " or ".join(dict.fromkeys(str(owner) for owner in owners if owner))
        if not suspects:
            raise
        raise PluginError(f"{suspects}: a wrong value may be the reason why {task} failed: {reason(error)}") from error
