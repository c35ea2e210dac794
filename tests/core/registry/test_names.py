"""Names: a built-in always keeps its own, any stage has a qualified name, and a clash is an error that lists them."""

import types

import pytest

from limner.errors import LimnerError, PluginError
from limner.registry.hookspecs import hookimpl
from limner.registry.names import is_name, kebab_case, normalized, qualified, short_name, split_name
from limner.registry.registry import Registry, build
from limner.stages.encoder import Encoder

XY = "limner_plugins.encoders.coordinates.xy:Xy"
RADIUS = "limner_plugins.encoders.coordinates.radius:Radius"


def install(known, package, *stages, version="1.0"):
    """Install a fake plugin that registers stages, each a role, a name and a target."""

    def limner_register(registry):
        for role, name, target in stages:
            registry.add(role, name, target, summary="a stage")

    module = types.ModuleType(package.replace("-", "_"))
    module.limner_register = hookimpl(limner_register)
    return known.install(module, package, package, version)


@pytest.fixture
def clashing():
    """The built-ins, and two packages that claim ``spiral`` together; one of them claims ``xy`` too."""
    known = build(third_party=False)
    install(known, "Limner_Foo", ("encoder", "xy", RADIUS), ("encoder", "spiral", XY))
    install(known, "limner-bar", ("encoder", "spiral", RADIUS), ("encoder", "rings", XY))
    return known


@pytest.mark.parametrize(
    ("text", "expected"), [("Limner_Foo", "limner-foo"), ("limner.foo--bar", "limner-foo-bar"), ("limner", "limner")]
)
def test_package_names_are_normalized(text, expected):
    assert normalized(text) == expected
    assert split_name(f"{text}/xy") == (expected, "xy")
    assert short_name(qualified(text, "xy")) == "xy"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Rings", "rings"), ("MyRings2", "my-rings2"), ("HSVColor", "hsv-color"), ("_Odd_One", "odd-one")],
)
def test_the_name_of_a_class_is_written_in_kebab_case(text, expected):
    assert kebab_case(text) == expected
    assert is_name(expected)


def test_a_built_in_name_means_the_built_in(clashing):
    assert clashing.load("encoder", "xy").__name__ == "Xy"
    assert clashing.load("encoder", "limner/xy").__name__ == "Xy"
    assert clashing.load("encoder", "limner-foo/xy").__name__ == "Radius"
    assert clashing.load("encoder", "Limner.Foo/xy").__name__ == "Radius"


def test_a_name_of_two_packages_is_an_error_that_lists_both(clashing):
    with pytest.raises(PluginError) as caught:
        clashing.load("encoder", "spiral")
    assert str(caught.value) == (
        "encoder 'spiral': 2 packages have this name; use limner-bar/spiral or limner-foo/spiral"
    )
    assert clashing.load("encoder", "limner-foo/spiral").__name__ == "Xy"
    assert clashing.load("encoder", "limner-bar/spiral").__name__ == "Radius"


def test_names_are_listed_as_short_as_they_may_be_used(clashing):
    names = clashing.names("encoder")
    assert {"xy", "limner-foo/xy", "limner-foo/spiral", "limner-bar/spiral", "rings"} <= set(names)
    assert "spiral" not in names
    for name in names:
        assert clashing.load("encoder", name)


def test_files_record_built_ins_by_their_name_alone(clashing):
    assert clashing.entry("encoder", "limner/xy").canonical_name == "xy"
    assert clashing.entry("encoder", "rings").canonical_name == "limner-bar/rings"


def test_a_preset_means_the_stages_of_its_own_package(clashing):
    assert clashing.entry("encoder", "spiral", home="limner-bar").package == "limner-bar"
    assert clashing.entry("encoder", "xy", home="limner-foo").package == "limner"


@pytest.mark.parametrize(
    ("name", "near"),
    [("limner-foo/spirall", "limner-foo/spiral"), ("limner-fooo/xy", "limner-foo/xy"), ("ring", "rings")],
)
def test_an_unknown_name_suggests_the_nearest_usable_one(clashing, name, near):
    with pytest.raises(LimnerError, match=f"unknown encoder '{name}'; did you mean '{near}'"):
        clashing.load("encoder", name)


def test_the_package_local_is_reserved():
    done = install(Registry(), "local", ("encoder", "spiral", XY))
    assert "the package name 'local' is reserved" in done.problem


class Ripples(Encoder):
    """Ripples of a class without a package."""

    def forward(self, params, samples, ctx):
        return samples.xy[:1, :]


def other_class(**attributes):
    return type("Ripples", (Ripples,), {"__module__": "elsewhere", "__qualname__": "Ripples", **attributes})


def test_a_class_without_a_package_is_registered_as_local():
    known = build(third_party=False)
    assert known.add_local(Ripples, "encoder") == "local/ripples"
    assert known.load("encoder", "local/ripples") is Ripples
    assert known.entry("encoder", "local/ripples").canonical_name == "local/ripples"
    with pytest.raises(LimnerError, match="did you mean 'local/ripples'"):
        known.load("encoder", "ripples")


def test_a_local_class_takes_no_name_from_anybody():
    known = build(third_party=False)
    install(known, "limner-foo", ("encoder", "ripples", XY))
    known.add_local(Ripples, "encoder")
    assert known.load("encoder", "ripples").__name__ == "Xy"
    assert {"ripples", "local/ripples"} <= set(known.names("encoder"))


def test_a_new_definition_of_a_class_replaces_the_earlier_one():
    known = build(third_party=False)
    known.add_local(Ripples, "encoder")
    again = other_class(__module__=Ripples.__module__)
    assert known.add_local(again, "encoder") == "local/ripples"
    assert known.load("encoder", "local/ripples") is again
    with pytest.raises(
        LimnerError,
        match=r"local/ripples: is already registered for .*test_names:Ripples; rename the class elsewhere:Rip",
    ):
        known.add_local(other_class(), "encoder")  # fmt: skip


def test_a_class_that_a_package_registers_keeps_its_name():
    from limner_plugins.encoders.coordinates.xy import Xy

    assert build(third_party=False).add_local(Xy, "encoder") == "xy"


def test_a_local_class_must_be_a_stage_of_its_role():
    with pytest.raises(LimnerError, match="Ripples: must be a subclass of Network"):
        build(third_party=False).add_local(Ripples, "network")
