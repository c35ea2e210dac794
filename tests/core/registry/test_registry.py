"""The registry: laziness, clashes, broken plugins, misspelt hooks."""

import sys
import types
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from limner.errors import LimnerError, PluginError, PluginWarning
from limner.registry.events import FileSaved, Progress
from limner.registry.hookspecs import hookimpl
from limner.registry.registry import Registry, build, registry
from limner.registry.roles import CORE
from limner.stages.network import Discriminator


def plugin(**hooks):
    module = types.ModuleType("a_plugin")
    for name, function in hooks.items():
        setattr(module, name, hookimpl(function))
    return module


def registering(*arguments, **words):
    def limner_register(registry):
        registry.add(*arguments, **words)

    return plugin(limner_register=limner_register)


def test_every_built_in_loads_and_has_a_summary():
    known = build(third_party=False)
    assert {e.role for e in known.entries()} >= {
        "frame",
        "warp",
        "encoder",
        "network",
        "color",
        "image-format",
        "backend",
    }
    for entry in known.entries():
        assert entry.summary
        assert entry.package == "limner"
        if known.role(entry.role).contents == "stage":
            assert issubclass(known.load(entry.role, entry.name), known.interface(entry.role))


def test_registering_imports_nothing():
    known = Registry()
    done = known.install(
        registering("encoder", "heavy", "no_such_module_at_all:Heavy", summary="heavy"), "heavy", "limner-heavy", "1"
    )
    assert done.problem == ""
    with pytest.raises(PluginError, match=r"limner-heavy 1, encoder 'heavy' does not load: ModuleNotFoundError"):
        known.load("encoder", "heavy")


def test_one_package_cannot_register_a_name_twice():
    def limner_register(registry):
        registry.encoder("spiral", "a:A", summary="one")
        registry.encoder("spiral", "a:B", summary="other")

    done = Registry().install(plugin(limner_register=limner_register), "p", "limner-foo", "1")
    assert "encoder 'spiral': limner-foo registers this name twice" in done.problem


def test_a_broken_plugin_takes_nothing_down_and_leaves_nothing_behind():
    def limner_register(registry):
        registry.encoder("half", "somewhere:Half", summary="half")
        raise RuntimeError("out of\nluck")

    known = build(third_party=False)
    done = known.install(plugin(limner_register=limner_register), "bad", "limner-bad", "1")
    assert done.problem == "RuntimeError: out of luck"
    assert "half" not in known.names("encoder")
    with pytest.raises(LimnerError, match=r"unknown encoder 'half'.*limner-bad \(RuntimeError: out of luck\)"):
        known.load("encoder", "half")
    assert known.load("encoder", "xy")


def test_a_misspelt_hook_is_an_error():
    done = Registry().install(plugin(limner_regsiter=lambda registry: None), "typo", "limner-typo", "1")
    assert "limner_regsiter" in done.problem


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("encodr", "x", "a:B"), "did you mean 'encoder'"),
        (("encoder", "Bad Name", "a:B"), "lower-case words"),
        (("encoder", "x", "a.b.c"), "module:Class"),
        (("encoder", "x", "os; import evil:X"), "module:Class"),
    ],
)
def test_what_is_registered_must_be_well_formed(arguments, message):
    done = Registry().install(registering(*arguments, summary="s"), "p", "p", "1")
    assert done.problem.startswith("PluginError")
    assert message in done.problem


def test_a_target_of_another_kind_is_refused():
    known = Registry()
    known.install(registering("warp", "odd", "limner_plugins.encoders.coordinates.xy:Xy", summary="s"), "p", "p", "1")
    with pytest.raises(PluginError, match="is not a subclass of Warp"):
        known.load("warp", "odd")


def test_every_role_of_the_core_has_its_method_and_its_interface():
    known = Registry()
    for role in CORE:
        getattr(known, role.name.replace("-", "_"))("thing", "module:Thing", summary="a thing")
        assert known.names(role.name) == ["thing"]
        assert role.contents != "stage" or known.interface(role.name).__name__ == role.interface.rpartition(":")[2]


def test_a_plugin_adds_a_role_and_another_that_came_before_it_registers_under_it():
    known = Registry()
    scent = registering("scent", "rose", "limner_plugins.encoders.coordinates.xy:Xy", summary="s")
    assert "unknown role" in known.install(scent, "rose", "limner-rose", "1").problem
    nose = plugin(limner_register=lambda registry: registry.add_role("scent", "limner.stages.encoder:Encoder"))
    assert not known.install(nose, "nose", "limner-nose", "2").problem
    known.install_waiting()
    assert [(p.package, p.problem) for p in known.plugins] == [("limner-nose", ""), ("limner-rose", "")]
    assert known.role("scent").package == "limner-nose"
    assert known.load("scent", "rose").__name__ == "Xy"


def adding(role, target, name):
    def limner_register(registry):
        registry.add_role(role, "limner.stages.encoder:Encoder")
        registry.add(role, name, target, summary="s")
        registry.warp(name, "m:C", summary="s")

    return plugin(limner_register=limner_register)


def test_a_role_of_two_packages_is_the_first_one_s_and_the_rest_of_the_second_is_there():
    known = Registry()
    for package, name in (("limner-a", "rose"), ("limner-b", "lily")):
        known.install(adding("scent", "limner_plugins.encoders.coordinates.xy:Xy", name), name, package, "1")
    note = "role 'scent': already added by limner-a; the role of limner-b and its registrations are ignored"
    assert [(one.problem, one.note) for one in known.plugins] == [("", ""), ("", note)]
    assert (known.role("scent").package, known.names("scent"), known.names("warp")) == (
        "limner-a",
        ["rose"],
        ["rose", "lily"],
    )
    assert known.plugins[1].registered == 1
    again = known.install(adding("scent", "a:B", "iris"), "iris", "limner-a", "1")
    assert "role 'scent': already added by limner-a" in again.problem


def test_plugins_are_installed_in_the_order_of_their_packages(monkeypatch):
    from importlib.metadata import EntryPoint

    points = [EntryPoint(name=name, value="nowhere_at_all", group="limner") for name in ("b", "c", "a")]
    monkeypatch.delenv("LIMNER_PLUGINS", raising=False)
    monkeypatch.setattr("limner.registry.registry.entry_points", lambda group: points)
    assert [one.name for one in build().plugins if one.problem] == ["a", "b", "c"]


def test_roles_upon_roles_are_found_whatever_the_order():
    known = Registry()

    def adds(role, under, name):
        def limner_register(registry):
            registry.add(under, name, "limner_plugins.encoders.coordinates.xy:Xy", summary="s")
            registry.add_role(role, "limner.stages.encoder:Encoder")

        return plugin(limner_register=limner_register)

    known.install(adds("third", "second", "c"), "c", "limner-c", "1")
    known.install(adds("second", "first", "b"), "b", "limner-b", "1")
    known.install(plugin(limner_register=lambda registry: registry.add_role("first", "limner.stages.encoder:Encoder")),
                  "a", "limner-a", "1")  # fmt: skip
    known.install_waiting()
    assert not [p for p in known.plugins if p.problem]


def test_a_built_in_module_that_does_not_import_breaks_itself_alone():
    known = Registry()
    assert known.install("limner_plugins.nowhere", "nowhere", "limner", "1").problem.startswith("ModuleNotFoundError")


@pytest.mark.parametrize(
    ("arguments", "options", "words"),
    [
        (("encoder", "limner.stages.warp:Warp"), {}, "role 'encoder': already added by limner;"),
        (("Bad Name", "a:B"), {}, "lower-case words"),
        (("scent",), {}, "must have an interface"),
        (("scent", "a:B"), {"contents": "folder"}, "must have an interface"),
        (("scent", "invalid"), {}, "must look like 'module:Name'"),
        (("scent", "a:B"), {"checks": "invalid"}, "must look like 'module:Name'"),
    ],
)
def test_a_role_that_cannot_be_added_breaks_its_plugin_alone(arguments, options, words):
    known = Registry()
    made = plugin(limner_register=lambda registry: registry.add_role(*arguments, **options))
    assert words in known.install(made, "p", "limner-p", "1").problem
    assert [role.name for role in known.roles()] == [role.name for role in CORE]


def test_a_role_whose_interface_is_gone_is_reported():
    known = Registry()
    known.add_role("scent", "limner_nowhere:Scent")
    known.add("scent", "rose", "limner_plugins.encoders.coordinates.xy:Xy", summary="s")
    with pytest.raises(PluginError, match="the role 'scent' of limner does not load: ModuleNotFoundError"):
        known.load("scent", "rose")


def test_events_reach_listeners_until_they_leave():
    heard = []
    listener = plugin(limner_event=lambda event: heard.append(event))
    registry().listen(listener)
    registry().emit(Progress("paint", 1, 2))
    registry().unlisten(listener)
    registry().emit(FileSaved("x"))
    assert heard == [Progress("paint", 1, 2)]


def test_plugins_can_be_turned_off(monkeypatch):
    def no_look(**_):
        raise AssertionError("looked for plugins")

    monkeypatch.setattr("limner.registry.registry.entry_points", no_look)
    monkeypatch.setenv("LIMNER_PLUGINS", "off")
    assert build().names("encoder")
    monkeypatch.delenv("LIMNER_PLUGINS")
    with pytest.raises(AssertionError):
        build()


def test_an_entry_point_that_does_not_import_is_broken(monkeypatch):
    from importlib.metadata import EntryPoint

    point = EntryPoint(name="gone", value="no_such_module_at_all", group="limner")
    monkeypatch.delenv("LIMNER_PLUGINS", raising=False)
    monkeypatch.setattr("limner.registry.registry.entry_points", lambda group: [point])
    known = build()
    assert [p.name for p in known.plugins if p.problem] == ["gone"]
    assert known.load("encoder", "xy")


@pytest.mark.parametrize("error", [SystemExit(3), RuntimeError("no"), MemoryError()], ids=lambda e: type(e).__name__)
def test_whatever_a_plugin_raises_is_its_reason(error):
    def limner_register(registry):
        raise error

    done = build(third_party=False).install(plugin(limner_register=limner_register), "bad", "limner-bad", "1")
    assert done.problem.startswith(type(error).__name__)


def test_a_hook_that_is_not_marked_is_an_error():
    module = types.ModuleType("forgetful")
    module.limner_register = lambda registry: None
    assert "is not marked with @hookimpl" in Registry().install(module, "forgetful", "limner-forgetful", "1").problem


def test_two_packages_may_share_an_entry_point_s_name():
    known = Registry()
    for package in ("limner-a", "limner-b"):
        name = package.removeprefix("limner-")
        done = known.install(registering("warp", name, "m:C", summary="s"), "twin", package, "1")
        assert done.problem == ""
    assert known.names("warp") == ["a", "b"]


def test_a_listener_that_raises_is_reported_and_removed():
    def limner_event(event):
        raise ValueError("deaf")

    known, heard = build(third_party=False), []
    known.install(plugin(limner_event=limner_event), "deaf", "limner-deaf", "1")
    known.listen(plugin(limner_event=lambda event: heard.append(event)))
    with pytest.warns(PluginWarning, match="limner-deaf 1, hook 'limner_event': ValueError: deaf; it receives no more"):
        known.emit(FileSaved("x"))
    known.emit(FileSaved("y"))
    assert heard == [FileSaved("x"), FileSaved("y")]


def test_a_cupy_that_does_not_import_is_a_reason(tmp_path, monkeypatch):
    from limner_plugins.backends.cupy_ import CuPy

    (tmp_path / "cupy").mkdir()
    (tmp_path / "cupy" / "__init__.py").write_text("raise ImportError('libcuda.so.1')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "cupy", raising=False)
    assert "libcuda.so.1" in CuPy.missing()


def test_a_role_whose_interface_is_no_stage_is_reported():
    known = Registry()
    known.add_role("scent", "pathlib:Path")
    known.add("scent", "rose", "limner_plugins.encoders.xy:Xy", summary="s")
    with pytest.raises(PluginError, match="the role 'scent' of limner: pathlib:Path is not a subclass of Stage"):
        known.load("scent", "rose")


def test_a_stage_is_loaded_as_the_interface_that_the_caller_names():
    known = build(third_party=False)
    assert issubclass(known.load("network", "patch-discriminator", Discriminator), Discriminator)
    with pytest.raises(PluginError, match="is not a subclass of Discriminator"):
        known.load("network", "mlp", Discriminator)


def test_threads_that_ask_first_at_the_same_time_get_one_registry():
    registry.cache_clear()
    ready = Barrier(4)

    def ask(_):
        ready.wait()
        return registry()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(ask, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert len({id(one) for one in found}) == 1
    assert found[0] is registry()
    registry.cache_clear()
    assert registry() is not found[0]
