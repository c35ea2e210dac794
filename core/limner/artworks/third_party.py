"""Name the third-party package when one of its stages fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from limner.composition.recipe import Recipe
from limner.errors import LimnerError, PluginError, reason
from limner.registry.attribution import attributing, owner_of

OWN_PACKAGES = ("limner", "numpy")


def third_parties(packages: Mapping[str, str]) -> str:
    """Return the names and versions of the packages that are neither limner's nor NumPy, as one text."""
    return ", ".join(f"{name} {version}" for name, version in packages.items() if name not in OWN_PACKAGES)


@contextmanager
def name_packages_on_error(packages: Mapping[str, str]) -> Iterator[None]:
    """Raise what a plugin raises while an artwork is rendered as an error that names the plugin.

    If no frame of the traceback is a plugin's, a third party's stage may have returned what limner fails at later: the
    error then names all packages that the recipe uses.

    Raises:
        PluginError: a plugin failed.
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
    """Raise what fails between the stages of a recipe as an error that names those of third parties, if there are any.

    For exceptions without a frame of a plugin: a stage of a third party may have returned what limner fails at later.
    Errors of the system, such as a full disk, pass unchanged.

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
