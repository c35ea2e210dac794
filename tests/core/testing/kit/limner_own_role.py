"""A plugin that adds a role whose stages are checked as limner's own are."""

from __future__ import annotations

from abc import abstractmethod

from limner.plugin import Stage, hookimpl
from limner.testing import Map
from limner.testing.probe import uniform


class Oscillator(Stage):
    @abstractmethod
    def forward(self, t):
        """Return where a point is at the times ``t``, ``(1, n)``."""


class Swing(Oscillator):
    def forward(self, t):
        return t * 0.5


class NarrowSwing(Oscillator):
    def forward(self, t):
        return t[:, :1]


def maps(stage):
    return [
        Map(
            label="",
            rows=1,
            draw=uniform(1, 0.0, 1.0),
            forward=lambda theta, t: stage.forward(t),
        )
    ]


@hookimpl
def limner_register(registry):
    registry.add_role(
        "oscillator", "limner_own_role:Oscillator", general_checks=("arrays",), maps="limner_own_role:maps"
    )
    registry.add("oscillator", "swing", "limner_own_role:Swing", summary="to and fro")
    registry.add("oscillator", "narrow-swing", "limner_own_role:NarrowSwing", summary="with a fault")
