"""Pictures and presets of plugins, with other plugins beside them that claim the same names."""

import json
import tomllib

import numpy as np
import pytest

import limner
from limner.cli.main import run
from limner.errors import ArtworkError, LimnerError
from limner.formats import container
from limner.registry.registry import registry

SPIRAL = """
    import numpy as np
    from pydantic import Field
    from typing import Annotated
    from limner.plugin import ColorMode, Encoder, Nested, StageSpec, hookimpl, namespace

    class Spiral(Encoder):
        turns: float = Field(default={turns}, ge=0, le=100, description="turns of it")

        def forward(self, params, samples, ctx):
            xp = namespace(samples.xy)
            return xp.sin(self.turns * (samples.xy[:1, :] + samples.xy[1:, :]))

    class Tint(ColorMode):
        inner: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default={{"kind": "tone"}}, validate_default=True, description="the mode within"
        )

        def num_components(self):
            return self.inner.stage.num_components()

        def forward(self, params, x, ctx):
            return self.inner.stage.forward(params, x, ctx)

    class Named(Tint):
        inner: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default="tone", validate_default=True, description="the mode within"
        )

    class Deep(Tint):
        inner: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default={{"kind": "layers", "first": {{"kind": "tone"}}, "second": "gray"}},
            validate_default=True,
            description="the mode within",
        )

    from limner_plugins.colors.{base} import {cls} as Base

    class Tone(Base):
        pass

    @hookimpl
    def limner_register(registry):
        registry.encoder("spiral", "{module}:Spiral", summary="a spiral")
        registry.encoder("xy", "{module}:Spiral", summary="a spiral called xy")
        registry.color("tint", "{module}:Tint", summary="a mode within a mode")
        registry.color("named", "{module}:Named", summary="a mode within a mode, by its name alone")
        registry.color("deep", "{module}:Deep", summary="a mode within modes")
        registry.color("tone", "{module}:Tone", summary="a mode")
        registry.recipe("swirls", "{module}:swirls.toml", summary="spirals")
"""
PRESET = """
title = "Swirls"
size = [24, 16]
seed = 3
encoder = [{ kind = "xy" }, { kind = "spiral" }]
color = { kind = "tint" }
"""


def spiral(package, turns, base, cls):
    text = SPIRAL.format(module=package.replace("-", "_"), turns=turns, base=base, cls=cls)
    return {"text": text, "files": {"swirls.toml": PRESET}}


@pytest.fixture
def foo(plugins):
    plugins("limner-foo", **spiral("limner-foo", 7.0, "gray", "Gray"))
    return lambda: plugins("limner-bar", **spiral("limner-bar", 2.0, "hsv", "Hsv"))


def test_another_plugin_changes_neither_a_preset_nor_a_picture(foo, tmp_path):
    before = limner.paint("swirls")
    path = before.save(tmp_path / "a.png")
    kinds = [spec.kind for _, part in before.recipe.parts() for spec in part.all()]
    assert kinds == ["centred", "xy", "limner-foo/spiral", "mlp", "limner-foo/tint", "limner-foo/tone"]
    foo()
    with pytest.raises(LimnerError, match="use limner-bar/swirls or limner-foo/swirls"):
        limner.paint("swirls")
    again = limner.paint("limner-foo/swirls")
    assert again.recipe.table() == before.recipe.table()
    assert np.array_equal(again.theta, before.theta)
    assert np.array_equal(again.render(), before.render())
    opened = limner.open(path)
    assert opened.recipe.table() == before.recipe.table()
    assert np.array_equal(opened.render(), before.render())
    assert limner.verify(path).ok if hasattr(limner, "verify") else run(["verify", str(path)]) == 0
    other = limner.paint("limner-bar/swirls")
    assert [spec.kind for _, part in other.recipe.parts() for spec in part.all()][-1] == "limner-bar/tone"
    assert not np.array_equal(other.render(), before.render())


def test_a_preset_of_limner_is_the_same_beside_plugins_that_claim_its_stages(foo):
    registry.cache_clear()
    before = limner.paint("marbling", seed=1, size=(24, 16))
    foo()
    after = limner.paint("marbling", seed=1, size=(24, 16))
    assert after.recipe.table() == before.recipe.table()
    assert np.array_equal(after.render(), before.render())


@pytest.mark.parametrize("color", ["tint", "named", "deep", {"kind": "limner-foo/tint", "inner": "limner-foo/tone"}])
def test_the_defaults_of_a_class_mean_the_stages_of_its_package(foo, color):
    table = {
        "size": [24, 16],
        "seed": 3,
        "color": color if isinstance(color, dict) else {"kind": f"limner-foo/{color}"},
    }
    before = limner.paint(table).recipe.table()
    foo()
    assert limner.paint(table).recipe.table() == before
    assert "limner-foo/tone" in str(before["color"]["inner"])


def test_a_toml_recipe_is_the_same_text_whatever_is_installed(foo, tmp_path):
    art = limner.paint("swirls")
    toml = tmp_path / "swirls.toml"
    toml.write_text(art.recipe.to_toml())
    foo()
    assert np.array_equal(limner.paint(toml).render(), art.render())


def test_qualified_names_are_understood_wherever_stages_are_named(foo, tmp_path, monkeypatch, capsys):
    foo()
    monkeypatch.chdir(tmp_path)
    arguments = ["--seed", "1", "--size", "24x16", "-o"]
    assert (
        run(["paint", "--encoders", "limner-foo/spiral,radius", "--color", "limner-bar/tint", *arguments, "a.png"]) == 0
    )
    assert [part.kind for part in limner.open("a.png").recipe.encoders] == ["limner-foo/spiral", "radius"]
    assert run(["paint", "a.png", "-s", "encoder.limner-foo/spiral.turns=3", *arguments, "b.png"]) == 0
    assert run(["paint", "a.png", "-s", "encoder.spiral.turns=3", *arguments, "c.png"]) == 0
    assert run(["paint", "a.png", "-s", "encoder.0.turns=3", *arguments, "d.png"]) == 0
    assert run(["paint", "a.png", "-s", "encoder.0.kind=limner-bar/spiral", *arguments, "e.png"]) == 0
    assert limner.open("b.png").recipe.encoders[0].stage.turns == 3
    assert limner.open("b.png").recipe == limner.open("c.png").recipe == limner.open("d.png").recipe
    assert limner.open("e.png").recipe.encoders[0].kind == "limner-bar/spiral"
    capsys.readouterr()
    assert run(["paint", "--encoders", "spiral", *arguments, "f.png"]) == 2
    assert "2 packages have this name; use limner-bar/spiral or limner-foo/spiral" in capsys.readouterr().err
    assert run(["paint", "--encoders", "limner-fo/spiral", *arguments, "f.png"]) == 2
    assert "did you mean 'limner-foo/spiral'?" in capsys.readouterr().err
    assert run(["plugins", "show", "limner-foo/spiral"]) == 0
    assert "from limner-foo 1.0" in capsys.readouterr().out


def test_a_short_name_that_two_stages_of_a_recipe_share_needs_a_place(foo):
    foo()
    encoders = ["limner-foo/spiral", "limner-bar/spiral", "xy", "limner-foo/xy"]
    with pytest.raises(LimnerError, match=r"has 2 'spiral'; use encoder\.0 or encoder\.1"):
        limner.paint("marbling", swap={"encoder": encoders}, set={"encoder.spiral.turns": 1.0})
    art = limner.paint("marbling", swap={"encoder": encoders}, set={"encoder.xy.scale": 2.0})
    assert art.recipe.encoders[2].stage.scale == 2.0


def test_a_picture_without_its_package_names_it_and_the_command(foo, plugins, tmp_path):
    path = limner.paint("swirls").save(tmp_path / "a.png")
    plugins("limner-foo")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == f'{path}: needs limner-foo 1.0 (not installed); pip install "limner-foo>=1.0"'


def test_a_picture_whose_stage_is_gone_asks_for_the_version_that_had_it(foo, plugins, tmp_path):
    path = limner.paint("swirls").save(tmp_path / "a.png")
    plugins("limner-foo", "", "1.10")
    with pytest.raises(
        ArtworkError, match=r'needs limner-foo 1\.0 \(installed: 1\.10\); pip install "limner-foo==1\.0"'
    ):
        limner.open(path)


@pytest.mark.parametrize("value", ["off", "-limner-foo"])
def test_a_picture_whose_package_is_switched_off_says_so(foo, tmp_path, monkeypatch, value):
    path = limner.paint("swirls").save(tmp_path / "a.png")
    monkeypatch.setenv("LIMNER_PLUGINS", value)
    registry.cache_clear()
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    state = "installed: 1.0, disabled by LIMNER_PLUGINS"
    assert str(caught.value) == f"{path}: needs limner-foo 1.0 ({state}); unset LIMNER_PLUGINS"


def test_a_picture_whose_package_is_switched_off_and_too_old_needs_both(plugins, tmp_path, monkeypatch):
    plugins("limner-foo", **spiral("limner-foo", 7.0, "gray", "Gray"), version="1.2")
    path = limner.paint("swirls").save(tmp_path / "a.png")
    plugins("limner-foo", **spiral("limner-foo", 7.0, "gray", "Gray"), version="1.1")
    monkeypatch.setenv("LIMNER_PLUGINS", "off")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == (
        f"{path}: needs limner-foo 1.2 (installed: 1.1, disabled by LIMNER_PLUGINS); "
        'unset LIMNER_PLUGINS and pip install "limner-foo>=1.2"'
    )


def test_a_picture_whose_package_is_broken_names_its_problem(foo, plugins, tmp_path):
    path = limner.paint("swirls").save(tmp_path / "a.png")
    plugins("limner-foo", "import no_such_module_at_all")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    problem = "ModuleNotFoundError: No module named 'no_such_module_at_all'"
    assert str(caught.value) == (
        f"{path}: needs limner-foo 1.0 (installed: 1.0, broken: {problem}); repair limner-foo, which does not load"
    )
    plugins("limner-foo", "import no_such_module_at_all", "0.9")
    with pytest.raises(ArtworkError, match=r'broken: Module.*; pip install "limner-foo>=1\.0"'):
        limner.open(path)


def test_recipes_of_one_name_are_all_listed_by_names_that_mean_them(plugins, capsys):
    registry.cache_clear()
    own = limner.recipes()["marbling"]
    for package in ("limner-foo", "limner-bar"):
        module = package.replace("-", "_")
        text = f"""
            from limner.plugin import hookimpl

            @hookimpl
            def limner_register(registry):
                registry.recipe("marbling", "{module}:swirls.toml", summary="marbling of {package}")
                registry.recipe("swirls", "{module}:swirls.toml", summary="swirls of {package}")
        """
        plugins(package, text, files={"swirls.toml": PRESET})
    found = limner.recipes()
    assert found["marbling"] == own
    assert found["limner-foo/marbling"] == "marbling of limner-foo"
    assert found["limner-bar/swirls"] == "swirls of limner-bar"
    assert "swirls" not in found
    assert run(["recipes", "list", "--json"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert found == {row["name"]: row["summary"] for row in rows}


def test_a_preset_of_a_broken_package_names_the_package(foo, plugins):
    plugins("limner-foo", "raise ValueError('no such wave')")
    for name in ("swirls", "swirl-preset"):
        with pytest.raises(LimnerError, match=r"unknown recipe or file .*limner-foo \(ValueError: no such wave\)"):
            limner.paint(name)
    with pytest.raises(LimnerError) as caught:
        limner.paint("limner-foo/swirls")
    assert str(caught.value) == (
        "unknown recipe or file 'limner-foo/swirls'; it belongs to limner-foo "
        "(installed: 1.0, broken: ValueError: no such wave)"
    )


def test_a_preset_of_a_package_that_is_not_installed_or_disabled_names_the_package(foo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LimnerError, match=r"'limner-bb/marbling'; limner-bb is not installed$"):
        limner.paint("limner-bb/marbling")
    with pytest.raises(LimnerError, match="; limner-fo is not installed; did you mean 'limner-foo/swirls'"):
        limner.paint("limner-fo/swirls")
    with pytest.raises(LimnerError, match="'limner-foo/swirl'; did you mean 'swirls'"):
        limner.paint("limner-foo/swirl")
    (tmp_path / "pictures").mkdir()
    with pytest.raises(LimnerError, match=r"^unknown recipe or file 'pictures/marbling'; known: "):
        limner.paint("pictures/marbling")
    monkeypatch.setenv("LIMNER_PLUGINS", "-limner-foo")
    registry.cache_clear()
    with pytest.raises(LimnerError, match=r"it belongs to limner-foo \(installed: 1.0, disabled by LIMNER_PLUGINS"):
        limner.paint("limner-foo/swirls")


def test_info_shows_what_a_file_without_its_package_says(foo, plugins, tmp_path, capsys):
    art = limner.paint("swirls")
    path = art.save(tmp_path / "a.png")
    plugins("limner-foo")
    assert run(["info", str(path)]) == 0
    out = capsys.readouterr().out
    lines = f"{path}: Swirls\n24x16 pixels, 8 bits per channel\nparameters: {art.theta.size:,}\nmade with "
    assert out.startswith(lines)
    assert '\nneeds limner-foo 1.0 (not installed); pip install "limner-foo>=1.0"\n' in out
    assert out.endswith(art.recipe.to_toml() + "\n")
    assert run(["info", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["needs"].startswith("needs limner-foo 1.0")
    assert record["recipe"] == art.recipe.table()
    assert (record["title"], record["seed"], record["theta"]["size"]) == ("Swirls", 3, art.theta.size)
    assert record["packages"] == dict(art.packages)
    assert run(["render", str(path), "-o", str(tmp_path / "b.png")]) == 2


@pytest.mark.parametrize("change", [{"theta_size": -1}, {"recipe": None}, {"recipe": {"title": None}}])
def test_info_refuses_a_forged_file_without_its_package(foo, plugins, tmp_path, capsys, change):
    path = limner.paint("swirls").save(tmp_path / "a.limner")
    text, theta = container.read_container(path)
    container.write_container(path, json.dumps(json.loads(text) | change), theta, force=True)
    plugins("limner-foo")
    assert run(["info", str(path)]) == 2
    assert capsys.readouterr().out == ""


def test_info_prints_no_control_characters_of_a_file_without_its_package(foo, plugins, tmp_path, capsys):
    path = limner.paint("swirls").save(tmp_path / "a.limner")
    text, theta = container.read_container(path)
    table = json.loads(text)
    table["recipe"] |= {"title": "a\x1b[31m\x9b", "x\u202ey": "\x9b\u202e"}
    container.write_container(path, json.dumps(table), theta, force=True)
    plugins("limner-foo")
    assert run(["info", str(path)]) == 0
    out = capsys.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in out)
    assert tomllib.loads(out.partition("\n\nrecipe:\n\n")[2])["x\u202ey"] == "\x9b\u202e"
