"""Formats of plugins that claim an ending or a signature which others have."""

import numpy as np
import pytest

import limner
from limner.cli.main import run
from limner.errors import ArtworkError, PluginError
from limner.formats.image_files import image_format_for

FORMAT = """
    from limner.plugin import hookimpl
    from limner_plugins.image_formats.png import Png

    class Mine(Png):
        suffixes = {suffixes}

        {method}

    @hookimpl
    def limner_register(registry):
        registry.image_format("{name}", "{module}:Mine", summary="a format")
"""


def a_format(package, name, suffixes, method="pass"):
    module = package.replace("-", "_")
    return {"text": FORMAT.format(module=module, name=name, suffixes=suffixes, method=method)}


@pytest.fixture
def art():
    return limner.paint("marbling", seed=1, size=(24, 16))


def test_a_built_in_format_has_its_ending_unless_another_is_chosen(plugins, art, tmp_path, monkeypatch, capsys):
    plugins("limner-foo", **a_format("limner-foo", "png", (".png", ".foo")))
    monkeypatch.chdir(tmp_path)
    assert image_format_for(tmp_path / "a.png").kind == "png"
    assert limner.open(art.save("a.png")).render_settings.image_format["kind"] == "png"
    options = {"kind": "limner-foo/png"}
    assert limner.open(art.save("b.png", options=options)).render_settings.image_format["kind"] == "limner-foo/png"
    assert run(["render", "a.png", "--format", "limner-foo/png", "-o", "c.png"]) == 0
    assert limner.open("c.png").render_settings.image_format["kind"] == "limner-foo/png"
    assert run(["verify", "c.png"]) == 0
    assert run(["blend", "a.png", "b.png", "--format", "limner-foo/png", "-o", "d.png"]) == 0
    assert run(["paint", "--seed", "1", "--size", "24x16", "--format", "png", "-o", "e.png"]) == 0
    assert limner.open("e.png").render_settings.image_format["kind"] == "png"
    capsys.readouterr()
    assert run(["render", "a.png", "--format", "limner-foo/pgn", "-o", "f.png"]) == 2
    assert "--format: unknown format 'limner-foo/pgn'; did you mean 'limner-foo/png'?" in capsys.readouterr().err
    assert run(["render", "a.png", "--format", "tiff", "-o", "f.png"]) == 2
    assert "f.png: the format 'tiff' uses .tif or .tiff; change the name" in capsys.readouterr().err


def test_an_ending_of_two_third_parties_is_an_error_that_lists_both(plugins, art, tmp_path):
    plugins("limner-foo", **a_format("limner-foo", "foo", (".xyz",)))
    assert image_format_for(tmp_path / "a.xyz").kind == "limner-foo/foo"
    plugins("limner-bar", **a_format("limner-bar", "bar", (".xyz",)))
    with pytest.raises(PluginError, match=r"2 formats use \.xyz; select one by name: limner-bar/bar or limner-foo/foo"):
        art.save(tmp_path / "a.xyz")
    assert art.save(tmp_path / "a.xyz", options={"kind": "bar"}).exists()


@pytest.mark.parametrize(
    "method",
    [
        "@classmethod\n        def matches(cls, head):\n            return True",
        "@classmethod\n        def matches(cls, head):\n            raise KeyError('oh')",
        "def read_embedded(self, file):\n            raise KeyError('oh')",
    ],
)
def test_a_plugin_that_claims_a_signature_does_not_keep_files_from_opening(plugins, art, tmp_path, method):
    paths = [art.save(tmp_path / f"a{ending}") for ending in (".png", ".tiff", ".jpg")]
    plugins("limner-foo", **a_format("limner-foo", "png", (".png",), method))
    for path in paths:
        assert np.array_equal(limner.open(path).theta, art.theta)
    (tmp_path / "text.png").write_text("no picture at all")
    with pytest.raises(ArtworkError):
        limner.open(tmp_path / "text.png")


def test_a_format_that_raises_recognises_no_file(plugins, tmp_path):
    method = "@classmethod\n        def matches(cls, head):\n            raise KeyError('oh')"
    plugins("limner-foo", **a_format("limner-foo", "xyz", (".xyz",), method))
    (tmp_path / "text.png").write_text("no picture at all")
    with pytest.raises(ArtworkError, match="not a picture in a format that limner supports"):
        limner.open(tmp_path / "text.png")
