"""Classes without a package, which each worker process imports from the module that defines them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import Any

from limner.app import LimnerError, reason
from limner.app.registry import register_class, registry


def local_classes(recipe: Mapping[str, Any]) -> list[str]:
    """Return the classes without a package that a recipe's table names, each as ``module:Class``.

    Raises:
        LimnerError: a worker cannot import one of them.
    """
    text = json.dumps(recipe)
    used = [entry for entry in registry().entries() if entry.local is not None and f'"{entry.qualified_name}"' in text]
    for entry in used:
        module, _, name = entry.target.partition(":")
        if module == "__main__" or "<locals>" in name:
            raise LimnerError(
                f"{entry.qualified_name}: the workers of a sweep cannot import {entry.target}; move the class to a "
                "module, or to a plugin"
            )
    return [entry.target for entry in used]


def register_classes(targets: Iterable[str]) -> None:
    """Import and register classes without a package.

    Raises:
        LimnerError: one does not import.
    """
    for target in targets:
        module, _, name = target.partition(":")
        try:
            cls = attrgetter(name)(import_module(module))
        except Exception as error:
            raise LimnerError(f"{target}: a worker cannot import this class: {reason(error)}") from error
        register_class(cls)
