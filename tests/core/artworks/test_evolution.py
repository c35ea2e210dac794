"""Revisions: pictures of an older version of a plugin open unchanged, those of a newer one name what they need."""

import json

import numpy as np
import pytest

import limner
from limner.composition.stage_spec import StageSpec
from limner.errors import ArtworkError, LimnerError, PluginError
from limner.registry.registry import registry

COMMON = """
    import numpy as np
    from pydantic import Field
    from limner.plugin import Encoder, hookimpl, namespace

    @hookimpl
    def limner_register(registry):
        registry.encoder("ridges", "limner_foo:Ridges", summary="ridges")
"""
OLD = (
    COMMON
    + """
    class Ridges(Encoder):
        pitch: float = Field(default=3.0, ge=0, le=100, description="pitch")
        count: int = Field(default=4, ge=1, le=64, description="how many")

        def init_params(self, rng):
            return {"directions": rng.standard_normal((2 * self.count, 2)).astype(np.float32)}

        def forward(self, params, samples, ctx):
            xp, both = namespace(samples.xy), params["directions"]
            return xp.sin(self.pitch * (both[: self.count] @ samples.xy)) + xp.cos(both[self.count :] @ samples.xy)
"""
)
NEW = (
    COMMON
    + """
    class Ridges(Encoder):
        revision = 2
        frequency: float = Field(default=3.0, ge=0, le=100, description="frequency")
        count: int = Field(default=4, ge=1, le=64, description="how many")

        @classmethod
        def upgrade(cls, table, params, revision):
            assert revision == 1
            table["frequency"] = table.pop("pitch", 3.0)
            if params is not None:
                sines, cosines = np.split(params.pop("directions"), 2)
                params = {{"cosines": cosines, "sines": sines}}
            {bad}
            return table, params

        def init_params(self, rng):
            shapes = {{"cosines": (self.count, 2), "sines": (self.count, 2)}} | ({{"more": (1,)}} if {extra} else {{}})
            return {{name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}}

        def forward(self, params, samples, ctx):
            xp = namespace(samples.xy)
            return xp.sin(self.frequency * (params["sines"] @ samples.xy)) + xp.cos(params["cosines"] @ samples.xy)
"""
)
RECIPE = {
    "size": [24, 16],
    "warp": [{"kind": "swirl"}],
    "encoder": [{"kind": "xy"}, {"kind": "ridges", "pitch": 5.0}, {"kind": "limner-foo/ridges", "count": 2}],
}


def new(**words):
    return NEW.format(**{"bad": "", "extra": "False", **words})


@pytest.fixture
def old(plugins, tmp_path):
    """A picture of the first version of a plugin, its file, and the function that installs others."""
    plugins("limner-foo", OLD, "1.0")
    art = limner.paint(RECIPE, seed=5)
    return art, art.save(tmp_path / "a.png"), plugins


def manifest_of(path):
    from limner.formats.image_files import open_image

    with open_image(path) as (file, writer):
        return json.loads(writer.read_embedded(file).manifest)


def test_the_file_records_what_a_later_revision_needs(old):
    art, path, _ = old
    table = manifest_of(path)
    assert table["parameters"] == {
        "encoder.1": {"start": 0, "shapes": {"directions": [8, 2]}},
        "encoder.2": {"start": 16, "shapes": {"directions": [4, 2]}},
    }
    assert "revision" not in table["recipe"]["encoder"][1]
    assert table["packages"]["limner-foo"] == "1.0"
    assert art.model.layout.size == table["theta_size"]


def test_a_file_of_built_ins_records_nothing_new(tmp_path):
    table = manifest_of(limner.paint("marbling", seed=1, size=(24, 16)).save(tmp_path / "a.png"))
    assert not {"parameters", "classes"} & table.keys()


def test_an_older_picture_is_upgraded_when_it_is_opened(old, tmp_path):
    art, path, plugins = old
    plugins("limner-foo", new(), "1.2")
    opened = limner.open(path)
    assert opened.recipe.encoders[1].stage.frequency == 5.0
    views = opened.model.layout.views(opened.theta)
    before = art.theta[:16].reshape(8, 2)
    assert np.array_equal(views["encoder.1.sines"], before[:4])
    assert np.array_equal(views["encoder.1.cosines"], before[4:])
    assert np.array_equal(opened.theta[24:], art.theta[24:])
    assert np.array_equal(opened.render(), art.render())
    again = opened.save(tmp_path / "b.png")
    table = manifest_of(again)
    assert table["recipe"]["encoder"][1]["revision"] == 2
    assert [*table["parameters"]["encoder.1"]["shapes"]] == ["cosines", "sines"]
    assert np.array_equal(limner.open(again).render(), art.render())
    assert limner.paint(path).recipe.table() == opened.recipe.table()


def test_a_file_of_theta_alone_and_one_beside_a_picture_are_upgraded_too(old, tmp_path):
    art, _, plugins = old
    path = art.save(tmp_path / "b.limner")
    plugins("limner-foo", new(), "1.2")
    assert np.array_equal(limner.open(path).render(), art.render())


def test_a_layer_is_upgraded(plugins, tmp_path):
    plugins("limner-foo", OLD, "1.0")
    layer = {"encoder": [{"kind": "ridges"}]}
    art = limner.paint({"size": [24, 16], "layer": [layer, layer], "blend": {"kind": "mean"}}, seed=5)
    path = art.save(tmp_path / "a.png")
    plugins("limner-foo", new(), "1.2")
    assert np.array_equal(limner.open(path).render(), art.render())


def test_a_toml_recipe_of_an_older_revision_is_upgraded(old, tmp_path):
    art, _, plugins = old
    toml = tmp_path / "old.toml"
    toml.write_text(art.recipe.to_toml())
    plugins("limner-foo", new(), "1.2")
    assert limner.paint(toml).recipe.encoders[1].stage.frequency == 5.0
    toml.write_text('encoder = [{ kind = "ridges", revision = 2, frequency = 4.0 }]')
    assert limner.paint(toml).recipe.encoders[0].stage.frequency == 4.0
    toml.write_text('encoder = [{ kind = "ridges", revision = 3, frequency = 4.0 }]')
    with pytest.raises(LimnerError, match=r"needs revision 3, but limner-foo 1\.2 has revision 2; upgrade limner-foo"):
        limner.paint(toml)
    toml.write_text('encoder = [{ kind = "ridges", revision = "two" }]')
    with pytest.raises(LimnerError, match=r"encoder\.0: revision: must be a whole number above 0, got 'two'"):
        limner.paint(toml)


def test_a_newer_picture_names_the_package_both_versions_and_the_command(old, tmp_path):
    _, _, plugins = old
    plugins("limner-foo", new(), "1.2")
    path = limner.paint({"size": [24, 16], "encoder": [{"kind": "ridges"}]}, seed=1).save(tmp_path / "new.png")
    plugins("limner-foo", OLD, "1.1")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == f'{path}: needs limner-foo 1.2 (installed: 1.1); pip install "limner-foo>=1.2"'


def test_a_picture_of_an_older_and_a_newer_stage_names_what_it_needs(old, tmp_path, plugins):
    _, path, _ = old
    plugins("limner-foo", new(), "1.2")
    plugins("limner-bar", new().replace("limner_foo", "limner_bar").replace('"ridges"', '"ripples"'), "3.0")
    table = {"size": [24, 16], "encoder": [{"kind": "ridges"}, {"kind": "limner-bar/ripples"}]}
    path = limner.paint(table, seed=1).save(tmp_path / "new.png")
    plugins("limner-bar", OLD.replace("limner_foo", "limner_bar").replace('"ridges"', '"ripples"'), "2.0")
    plugins("limner-foo", new(bad="").replace("revision = 2", "revision = 3"), "1.3")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == f'{path}: needs limner-bar 3.0 (installed: 2.0); pip install "limner-bar>=3.0"'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"bad": "raise KeyError('pitch')"}, "upgrade.. from revision 1 failed: KeyError: 'pitch'"),
        ({"bad": "return table"}, "upgrade.. from revision 1 must return a table and parameters"),
        ({"extra": "True"}, r"upgrade\(\) must return 'more' of shape \(1,\), but did not return it"),
        (
            {"bad": "params['sines'] = params['sines'][:1]"},
            r"upgrade\(\) must return 'sines' .* returned shape \(1, 2\)",
        ),
    ],
)
def test_an_upgrade_that_fails_names_the_stage_and_its_package(old, words, message):
    _, path, plugins = old
    plugins("limner-foo", new(**words), "1.2")
    with pytest.raises(PluginError, match=rf"a\.png: encoder 'ridges' of limner-foo 1\.2: {message}"):
        limner.open(path)


def test_a_forged_record_of_parameters_is_refused(old, tmp_path):
    from limner.formats import container

    art, _, plugins = old
    path = art.save(tmp_path / "b.limner")
    text, theta = container.read_container(path)
    table = json.loads(text)
    table["parameters"]["encoder.1"]["start"] = 10**9
    container.write_container(path, json.dumps(table), theta, force=True)
    plugins("limner-foo", new(), "1.2")
    with pytest.raises(ArtworkError, match=r"the manifest misplaces the parameters of encoder\.1; the file is damaged"):
        limner.open(path)


class Rings(registry().interface("encoder")):
    """Rings that belong to no package."""

    def forward(self, params, samples, ctx):
        return samples.xy[:1, :] ** 2 + samples.xy[1:, :] ** 2


def test_a_picture_of_a_class_without_a_package_says_which_class_it_needs(plugins, tmp_path):
    plugins("limner-none", "")
    name = registry().add_local(Rings, "encoder")
    art = limner.paint("marbling", seed=1, size=(24, 16), swap={"encoder": [name, "xy"]})
    path = art.save(tmp_path / "a.png")
    assert manifest_of(path)["classes"] == {"local/rings": f"{__name__}:Rings"}
    assert "local" not in manifest_of(path)["packages"]
    assert np.array_equal(limner.open(path).render(), art.render())
    registry.cache_clear()
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == (
        f"{path}: needs the class Rings (module {__name__}), which is in no package; "
        "pass it: limner.open(path, stages=[Rings])"
    )
    assert StageSpec("encoder", name, Rings()).table() == {"kind": "local/rings"}


FITTED = {
    "seed": 1,
    "size": [12, 8],
    "encoder": [{"kind": "ridges", "count": 2}],
    "network": {"kind": "mlp", "width": 3, "depth": 1},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "backprop"},
}


def test_a_checkpoint_of_another_revision_names_the_package_and_both(plugins, tmp_path):
    from limner.training.base_plan import resumed_checkpoint
    from limner.training.fit import run
    from limner.training.plan import prepare
    from limner.training.run import Budget

    picture, keep = np.zeros((8, 12, 3), np.uint8), tmp_path / "a.png.ckpt"

    def planned(*, resume):
        return prepare(picture, FITTED, Budget(steps=2), checkpoint_path=keep, resume=resume)

    plugins("limner-foo", OLD, "1.0")
    run(planned(resume=False), registry().load("backend", "numpy")())
    assert resumed_checkpoint(keep, resume=True)
    assert planned(resume=True).resumed
    plugins("limner-foo", new(), "1.2")
    with pytest.raises(LimnerError) as caught:
        planned(resume=True)
    assert str(caught.value) == (
        f"{keep}: encoder.0 'limner-foo/ridges' has revision 1, but limner-foo 1.2 has revision 2; install "
        "the version that wrote this checkpoint, or start over with `force` instead of `resume`"
    )


def test_a_sweep_of_another_revision_names_the_package_and_both(old, tmp_path):
    _, path, plugins = old
    limner.sweep(path, seeds=0, size=(8, 8), out=tmp_path / "s")
    plugins("limner-foo", new(), "1.2")
    with pytest.raises(LimnerError) as caught:
        limner.sweep(path, seeds=0, size=(8, 8), out=tmp_path / "s")
    assert str(caught.value) == (
        f"{tmp_path / 's'}: encoder.1 'limner-foo/ridges' has revision 1, but limner-foo 1.2 has revision 2, and "
        "sweeps are not upgraded; name another folder with `out`, or install the version that began it"
    )


CHANGED = """
    import numpy as np
    from pydantic import Field
    from limner.plugin import Encoder, hookimpl, namespace

    class Ridge(Encoder):
        def init_params(self, rng):
            return {{name: rng.standard_normal(shape).astype(np.float32) for name, shape in {shapes}.items()}}

        def forward(self, params, samples, ctx):
            xp = namespace(samples.xy)
            return xp.stack([xp.sin(samples.xy[0, :])])

    @hookimpl
    def limner_register(registry):
        registry.encoder("ridge", "limner_ridge:Ridge", summary="ridges")
"""


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (
            {"sines": (4, 2), "cosines": (4, 2)},
            {"cosines": (4, 2), "sines": (4, 2)},
            "were sines (4, 2), cosines (4, 2) and are now cosines (4, 2), sines (4, 2)",
        ),
        ({"sines": (4, 2)}, {"sines": (2, 4)}, "were sines (4, 2) and are now sines (2, 4)"),
        ({"sines": (4, 2)}, {"waves": (4, 2)}, "were sines (4, 2) and are now waves (4, 2)"),
        ({"sines": (4, 2)}, {"sines": (6, 2)}, "were sines (4, 2) and are now sines (6, 2)"),
        ({"sines": (4, 2)}, {}, "were sines (4, 2) and are now none"),
        ({}, {"sines": (4, 2)}, "were none and are now sines (4, 2)"),
        (
            {f"w{i}": (1,) for i in range(10)},
            {f"w{i}": (2,) for i in range(10)},
            f"were {', '.join(f'w{i} (1,)' for i in range(8))}, and 2 more and are now w0 (2,), w1",
        ),
    ],
)
def test_parameters_that_change_without_a_new_revision_are_refused(plugins, tmp_path, before, now, words):
    plugins("limner-ridge", CHANGED.format(shapes=before), "0.1.0")
    table = {"size": [24, 16], "encoder": [{"kind": "xy"}, {"kind": "ridge"}]}
    path = limner.paint(table, seed=1).save(tmp_path / "a.png")
    theta = limner.open(path).theta
    plugins("limner-ridge", CHANGED.format(shapes=now), "0.1.0")
    with pytest.raises(PluginError) as caught:
        limner.open(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: limner-ridge 0.1.0, encoder 'ridge': its parameters {words}")
    assert message.endswith("; increase its revision and write upgrade()")
    plugins("limner-ridge", CHANGED.format(shapes=now), "0.2.0")
    with pytest.raises(PluginError, match=r"write upgrade\(\), or install limner-ridge 0\.1\.0$"):
        limner.open(path)
    plugins("limner-ridge", CHANGED.format(shapes=before), "0.2.0")
    assert np.array_equal(limner.open(path).theta, theta)


def test_changed_parameters_beside_an_upgraded_stage_are_refused(old, tmp_path, plugins):
    plugins("limner-ridge", CHANGED.format(shapes={"a": (2,), "b": (2,)}), "0.1.0")
    path = limner.paint({"size": [24, 16], "encoder": [{"kind": "ridges"}, {"kind": "ridge"}]}, seed=1).save(
        tmp_path / "b.png"
    )
    plugins("limner-foo", new(), "1.2")
    plugins("limner-ridge", CHANGED.format(shapes={"b": (2,), "a": (2,)}), "0.1.0")
    with pytest.raises(PluginError, match=r"encoder 'ridge': its parameters were a \(2,\), b \(2,\) and are now b "):
        limner.open(path)


HOLDER = """
    from typing import Annotated

    import numpy as np
    from pydantic import Field
    from limner.plugin import ColorMode, Nested, StageSpec, hookimpl

    class Inner(ColorMode):
        def init_params(self, rng):
            return {{name: np.zeros(2, np.float32) for name in "{inner}"}}

        def forward(self, params, x, ctx):
            return x

    class Outer(ColorMode):
        inner: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
            default="inner", validate_default=True, description="the mode within"
        )

        def init_params(self, rng):
            own = {{name: np.zeros(2, np.float32) for name in "{outer}"}}
            return own | {{f"inner.{{name}}": one for name, one in self.inner.stage.init_params(rng).items()}}

        def forward(self, params, x, ctx):
            return x

    @hookimpl
    def limner_register(registry):
        registry.color("outer", "limner_tint:Outer", summary="a mode within a mode")
        registry.color("inner", "limner_tint:Inner", summary="the mode within")
"""


@pytest.mark.parametrize(
    ("outer", "inner", "words"),
    [
        ("pq", "ba", r"'inner': its parameters were a \(2,\), b \(2,\) and are now b \(2,\), a \(2,\)"),
        ("qp", "ab", r"'outer': its parameters were p \(2,\), q \(2,\), inner.a \(2,\), .* now q \(2,\), p \(2,\)"),
    ],
)
def test_the_innermost_stage_whose_parameters_change_is_named(plugins, tmp_path, outer, inner, words):
    plugins("limner-tint", HOLDER.format(outer="pq", inner="ab"))
    path = limner.paint({"size": [24, 16], "color": {"kind": "outer"}}, seed=1).save(tmp_path / "a.png")
    limner.open(path)
    plugins("limner-tint", HOLDER.format(outer=outer, inner=inner))
    with pytest.raises(PluginError, match=rf"limner-tint 1\.0, color {words}"):
        limner.open(path)


def test_an_encoder_that_returns_more_features_is_suspected(plugins, tmp_path):
    plugins("limner-ridge", CHANGED.format(shapes={}))
    path = limner.paint({"size": [24, 16], "encoder": [{"kind": "ridge"}]}, seed=1).save(tmp_path / "a.png")
    plugins("limner-ridge", CHANGED.format(shapes={}).replace("0, :])])", "0, :])] * 2)"))
    with pytest.raises(ArtworkError, match=r"or a stage of limner-ridge 1\.0 has changed the size of its output"):
        limner.open(path)


def test_a_new_revision_without_upgrade_is_named(old, tmp_path):
    art, path, plugins = old
    without = new().replace("def upgrade(", "def other(")
    toml = tmp_path / "old.toml"
    toml.write_text(art.recipe.to_toml())
    plugins("limner-foo", without, "1.2")
    note = "; this table has revision 1, but encoder 'ridges' of limner-foo 1.2 has revision 2 without an upgrade()"
    for given in (path, toml):
        with pytest.raises(LimnerError) as caught:
            limner.paint(given)
        assert "encoder.1.pitch: unknown setting; " in str(caught.value)
        assert note in str(caught.value)
    plugins("limner-foo", without.replace("frequency", "pitch"), "1.2")
    with pytest.raises(PluginError) as caught:
        limner.open(path)
    assert str(caught.value) == (
        f"{path}: encoder 'ridges' of limner-foo 1.2: needs the parameter 'cosines' of shape (4, 2), but the file does "
        f"not contain it{note}; implement it"
    )


def test_a_new_revision_that_needs_no_upgrade_opens(old):
    art, path, plugins = old
    plugins("limner-foo", OLD.replace("(Encoder):", "(Encoder):\n        revision = 2"), "1.2")
    opened = limner.open(path)
    assert np.array_equal(opened.render(), art.render())
    assert opened.recipe.table()["encoder"][1]["revision"] == 2


def test_a_nested_stage_of_a_new_revision_without_upgrade_is_named(plugins, tmp_path):
    text = HOLDER.format(outer="pq", inner="ab")
    plugins(
        "limner-tint", text.replace("class Inner(ColorMode):", "class Inner(ColorMode):\n        tone: float = 1.0")
    )
    path = limner.paint({"size": [24, 16], "color": {"kind": "outer"}}, seed=1).save(tmp_path / "a.png")
    plugins("limner-tint", text.replace("class Inner(ColorMode):", "class Inner(ColorMode):\n        revision = 2"))
    with pytest.raises(
        ArtworkError, match=r"color\.inner\.tone: unknown setting; .*; this table has revision 1, but color 'in"
    ):
        limner.open(path)


def test_a_newer_revision_of_the_same_version_is_named(plugins, tmp_path):
    plugins("limner-foo", new(), "0.1.0")
    path = limner.paint({"size": [24, 16], "encoder": [{"kind": "ridges"}]}, seed=1).save(tmp_path / "new.png")
    plugins("limner-foo", OLD, "0.1.0")
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == (
        f"{path}: needs revision 2 of encoder 'ridges', but the installed limner-foo 0.1.0 has revision 1; "
        "install a newer build of limner-foo"
    )


class Gated(Rings):
    """Rings of a newer revision."""

    revision = 2


def test_one_list_of_classes_suffices(plugins, tmp_path):
    plugins("limner-none", "")
    art = limner.paint("marbling", seed=1, size=(24, 16), swap={"encoder": [Rings, Gated]})
    path = art.save(tmp_path / "a.png")
    both = "pass them: limner.open(path, stages=[Rings, Gated])"
    registry.cache_clear()
    with pytest.raises(ArtworkError) as caught:
        limner.open(path)
    assert str(caught.value) == (
        f"{path}: needs the classes Rings (module {__name__}) and Gated (module {__name__}), which are in no package; "
        f"{both}"
    )
    with pytest.raises(ArtworkError) as caught:
        limner.open(path, stages=[Rings])
    assert str(caught.value) == (f"{path}: needs the class Gated (module {__name__}), which is in no package; {both}")
    registry.cache_clear()
    assert limner.open(path, stages=[Rings, Gated]) == art


def test_an_older_class_without_a_package_is_named(plugins, tmp_path):
    plugins("limner-none", "")
    path = limner.paint("marbling", seed=1, size=(24, 16), swap={"encoder": [Gated]}).save(tmp_path / "a.png")
    registry.cache_clear()
    older = type("Gated", (Rings,), {"__module__": __name__, "__doc__": "Rings."})
    with pytest.raises(ArtworkError) as caught:
        limner.open(path, stages=[older])
    assert str(caught.value) == (f"{path}: needs revision 2 of the class Gated, not revision 1; pass the newer class")
