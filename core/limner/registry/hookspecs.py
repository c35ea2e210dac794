"""The hooks of limner. A plugin is a module or object that implements some of them with ``@hookimpl``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from limner.registry.events import Event
    from limner.registry.registration import Registrar

PROJECT = "limner"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def limner_register(registry: Registrar) -> None:
    """Register stages: ``registry.encoder("spiral", "limner_spiral:Spiral", summary="an Archimedean spiral")``.

    A plugin may also add a role, ``registry.add_role("detector", "limner_faces:Detector")``, and register under it
    with ``registry.add("detector", ...)``.
    """


@hookspec
def limner_event(event: Event) -> None:
    """Receive an event: progress, a checkpoint, a saved file. Called in the thread that runs the loop."""
