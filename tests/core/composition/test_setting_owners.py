"""Hints that name the stages of a role which have a setting."""

import pytest

from limner.cli.main import run
from limner.composition import setting_owners
from limner.composition.setting_owners import owners_hint, value_hint
from limner.registry.registry import build


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["-s", "color.repeats=3"], "color.repeats: unknown setting; color palette has it: --color palette"),
        (
            ["--network", "mlp", "-s", "network.units=4"],
            "network.units: unknown setting; network cppn has it: --network cppn",
        ),
        (["--encoders", "xy", "-s", "encoder.xy.text=4"], "encoder.0.text: unknown setting; encoder text has it"),
        (
            ["--trainer", "backprop", "-s", "trainer.optimizer.rho=4"],
            "trainer.optimizer.rho: unknown setting; optimizer rmsprop has it",
        ),
        (
            ["--trainer", "backprop", "-s", "trainer.optimizer.momentum=4"],
            "unknown setting; not a setting of this optimizer, but of momentum, nesterov",
        ),
        (["-s", "network.wdith=4"], "unknown setting; did you mean 'width'?"),
    ],
)
def test_the_stages_that_have_a_setting_are_named(arguments, hint, capsys):
    assert run(["paint", "marbling", *arguments]) == 2
    assert capsys.readouterr().err.rstrip("\n").endswith(hint)


def test_a_broken_plugin_does_not_matter(monkeypatch):
    known = build(third_party=False)
    known.network("a-broken-one", "no_such_module_at_all:Broken", summary="broken")
    monkeypatch.setattr(setting_owners, "registry", lambda: known)
    assert "a-broken-one" in known.names("network")
    assert owners_hint("network", "units", "network") == "; network cppn has it: `swap={'network': 'cppn'}`"
    assert owners_hint("network", "units", "layer.0.network") == "; network cppn has it"
    assert owners_hint("network", "no_such_setting") == ""


def test_a_value_of_one_setting_is_explained():
    assert value_hint("mask", "heart") == "; mask shape has it: `swap={'mask': 'shape'}` `set={'mask.shape': 'heart'}`"
    assert value_hint("mask", "sharp").endswith("`set={'mask.edge': 'sharp'}`")
    assert value_hint("mask", "nothing") == ""
    assert value_hint("network", "tanh") == ""  # several networks have it
