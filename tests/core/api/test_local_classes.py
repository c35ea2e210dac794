"""Classes without a package: swapped in, recorded in files, and checked by the kit."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pydantic import Field

import limner
from limner.errors import ArtworkError, LimnerError
from limner.plugin import Array, Blend, Context, Encoder, Loss, Optimizer, Params, Samples, Warp, namespace
from limner.registry.registry import registry
from limner.testing import NUMPY, CheckReport, check

SIZE = (16, 12)


class Rings(Encoder):
    """Rings around the middle."""

    k: int = Field(default=3, ge=1, le=32, description="how many rings")

    def forward(self, params: Params, samples: Samples, ctx: Context) -> Array:
        """Return the sine of the distance, ``(1, n)``."""
        xp = namespace(samples.xy)
        x, y = samples.xy[0, :], samples.xy[1, :]
        return xp.sin(float(self.k) * xp.sqrt(x * x + y * y))[None, :]


class Flipped(Warp):
    """The picture upside down."""

    def forward(self, params: Params, xy: Array, ctx: Context) -> Array:
        """Return the points mirrored at the x axis."""
        xp = namespace(xy)
        return xp.stack([xy[0, :], -xy[1, :]])


class Broken(Rings):
    """Rings of the wrong shape."""

    def num_features(self) -> int:
        """Return more features than there are."""
        return 2


class Signed(Optimizer):
    """A step by the sign of the gradient."""

    share: float = Field(default=1.0, gt=0, le=10, description="of the rate")

    def update(self, theta, gradient, slots, rate, step):
        """Return the next θ."""
        return theta - self.share * rate * namespace(gradient).sign(gradient), slots


class First(Blend):
    """The layer at the bottom, darkened."""

    share: float = Field(default=1.0, gt=0, le=1, description="of its light")

    def forward(self, layers):
        """Return the first layer."""
        return layers[0] * self.share


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def forget_local_classes():
    yield
    for claims in registry()._entries.values():
        claims[:] = [claim for claim in claims if claim.local is None]


def kinds(art):
    return [part.kind for part in art.recipe.encoders]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (Rings, ["local/rings"]),
        (Rings(k=4), ["local/rings"]),
        ([Rings(), "xy"], ["local/rings", "xy"]),
        ("xy", ["xy"]),
        (["xy", Rings], ["xy", "local/rings"]),
    ],
)
def test_a_swap_takes_names_classes_and_instances(given, expected):
    art = limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": given})
    assert kinds(art) == expected
    assert art.render().shape == (12, 16, 3)


def test_an_instance_brings_its_settings():
    from limner_plugins.networks.mlp import Mlp

    art = limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": Rings(k=7), "network": Mlp(depth=2)})
    assert art.recipe.encoders[0].stage == Rings(k=7)
    assert (art.recipe.network.kind, art.recipe.network.stage.depth) == ("mlp", 2)
    assert limner.paint(art) == art
    assert limner.Recipe.from_toml(art.recipe.to_toml()).table() == art.recipe.table()


def test_settings_reach_a_class_by_its_short_name():
    art = limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": Rings}, set={"encoder.rings.k": 9})
    assert art.recipe.encoders[0].stage.k == 9


def test_swapping_every_single_role():
    art = limner.paint("marbling", seed=1, size=SIZE, swap={"warp": Flipped, "frame": "corner", "color": "hsv"})
    plain = limner.paint("marbling", seed=1, size=SIZE, swap={"warp": [], "frame": "corner", "color": "hsv"})
    np.testing.assert_array_equal(art.theta, plain.theta)
    assert not np.array_equal(art.render(), plain.render())


@pytest.mark.parametrize(
    ("swap", "message"),
    [
        ({"encoder": 3}, "encoder: must be a stage's name, class or instance, got int"),
        ({"encoder": [Rings, 3]}, "got int"),
        ({"encoder": dict}, "must be a stage's name, class or instance"),
        ({"network": Rings}, "must be a subclass of Network"),
    ],
)
def test_what_is_no_stage_is_refused(swap, message):
    with pytest.raises(LimnerError, match=message):
        limner.paint("marbling", swap=swap)


def test_fitting_and_training_with_a_class():
    picture = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    result = limner.fit(picture, "rprop-portrait", steps=3, seed=1, swap={"encoder": [Rings(k=2), "xy"]})
    assert kinds(result.artwork) == ["local/rings", "xy"]


def test_a_file_opens_where_its_class_is_given():
    limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": Rings(k=5)}).save("a.png")
    assert limner.verify("a.png").ok
    forget = [sys.executable, "-c", "import limner; limner.open('a.png')"]
    done = subprocess.run(forget, capture_output=True, text=True, check=False)
    assert "needs the class Rings" in done.stderr
    assert "limner.open(path, stages=[Rings])" in done.stderr
    for claims in registry()._entries.values():
        claims[:] = [claim for claim in claims if claim.local is None]
    with pytest.raises(ArtworkError, match="needs the class Rings"):
        limner.open("a.png")
    assert limner.open(Path("a.png"), stages=[Rings]).recipe.encoders[0].stage == Rings(k=5)


def test_the_kit_checks_a_class_and_an_instance():
    report = check(Rings, cases=[NUMPY])
    assert isinstance(report, CheckReport)
    assert report.passed > 10
    assert not report.skipped
    assert str(report) == f"encoder local/rings: {report.passed} checks passed, 0 skipped"
    assert check(Rings(k=9), cases=[NUMPY]).passed == report.passed
    assert check(Flipped, "warp", cases=[NUMPY]).stage == "warp local/flipped"


def test_the_kit_lists_every_failure_at_once():
    with pytest.raises(AssertionError) as caught:
        check(Broken, cases=[NUMPY])
    first, *lines = str(caught.value).splitlines()
    assert first.startswith("encoder local/broken: ")
    assert first.endswith("checks failed")
    assert len(lines) == int(first.split()[2])
    assert all(line.startswith("  encoder-local/broken") for line in lines)


def test_the_kit_wants_a_stage():
    with pytest.raises(LimnerError, match="implements no role's interface"):
        check(dict)
    with pytest.raises(LimnerError, match="must be a subclass of Loss"):
        check(Rings, "loss")
    assert Loss


def test_a_class_of_a_session_without_a_file():
    script = """
import numpy as np
from limner.plugin import Encoder
import limner, limner.testing
class Steps(Encoder):
    "The sign of x."
    def forward(self, params, samples, ctx): return samples.xy[:1, :] * 1
print(limner.testing.check(Steps, cases=[limner.testing.NUMPY]))
print(limner.paint("marbling", seed=1, size=(8, 6), swap={"encoder": Steps}).recipe.encoders[0].kind)
"""
    done = subprocess.run([sys.executable], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("encoder local/steps:")
    assert done.stdout.splitlines()[-1] == "local/steps"


def nested(art):
    spec = art.recipe.trainer.stage.optimizer
    return spec.kind, spec.stage


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ({"set": {"trainer.optimizer": Signed}}, 1.0),
        ({"set": {"trainer.optimizer": Signed(share=0.5)}}, 0.5),
        ({"set": {"trainer.optimizer": Signed(share=0.5), "trainer.optimizer.share": 2.0}}, 2.0),
        ({"swap": {"optimizer": Signed}}, 1.0),
        ({"swap": {"optimizer": Signed(share=0.5)}}, 0.5),
        ({"swap": {"optimizer": Signed}, "set": {"trainer.optimizer.share": 2.0}}, 2.0),
        ({"swap": {"trainer": "restart", "optimizer": Signed}, "set": {"trainer.each.kind": "backprop"}}, None),
    ],
)
def test_an_optimizer_class_is_set_or_swapped(words, share):
    picture = np.random.default_rng(0).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    if share is None:
        with pytest.raises(LimnerError, match="`swap`: optimizer: no stage of the recipe holds an optimizer"):
            limner.fit(picture, "likeness", steps=2, seed=1, **words)
        return
    result = limner.fit(picture, "likeness", steps=2, seed=1, **words)
    assert nested(result.artwork) == ("local/signed", Signed(share=share))
    path = result.artwork.save("a.png")
    assert nested(limner.open(path)) == ("local/signed", Signed(share=share))


def test_a_held_stage_that_others_hold_is_swapped_where_it_is_the_only_one():
    recipe = {"trainer": {"kind": "restart", "each": {"kind": "backprop"}}, "loss": {"kind": "mse"}}
    art = limner.paint(recipe, seed=1, size=SIZE, swap={"optimizer": "lion"})
    assert art.recipe.trainer.stage.each.stage.optimizer.kind == "lion"
    named = limner.paint({**recipe, "trainer": {"kind": "restart", "each": "backprop"}}, swap={"optimizer": Signed})
    assert named.recipe.trainer.stage.each.stage.optimizer.kind == "local/signed"
    layers = {"layer": [{}, recipe]}
    art = limner.paint(layers, seed=1, size=SIZE, swap={"optimizer": Signed})
    assert art.recipe.layers[1].trainer.stage.each.stage.optimizer.kind == "local/signed"


def test_a_held_stage_is_not_swapped_where_several_are():
    with pytest.raises(
        LimnerError, match=r"2 stages .*; use `set` with trainer\.optimizer or trainer\.discriminator_optimizer"
    ):
        limner.paint({"trainer": {"kind": "adversarial"}}, swap={"optimizer": Signed})
    with pytest.raises(LimnerError, match="unknown role 'optimiser'; did you mean 'optimizer'"):
        limner.paint("marbling", swap={"optimiser": Signed})


def test_a_stage_takes_classes_and_instances_in_its_fields():
    from limner_plugins.trainers.adversarial import Adversarial
    from limner_plugins.trainers.backprop import Backprop

    for given, share in ((Signed, 1.0), (Signed(share=0.5), 0.5)):
        spec = Backprop.model_validate({"optimizer": given}).optimizer
        assert (spec.kind, spec.stage) == ("local/signed", Signed(share=share))
    from limner_plugins.augments.flip import Flip

    assert [spec.kind for spec in Adversarial.model_validate({"augment": (Flip, "crop")}).augment] == ["flip", "crop"]
    assert [spec.kind for spec in Adversarial.model_validate({"augment": Flip()}).augment] == ["flip"]


@pytest.mark.parametrize("given", [Rings, Rings(), dict])
def test_a_field_refuses_a_class_of_another_role(given):
    with pytest.raises(LimnerError, match=r"trainer\.optimizer: \w+: must be a subclass of Optimizer$"):
        limner.paint({"trainer": {"kind": "backprop"}}, set={"trainer.optimizer": given})
    from limner_plugins.networks.mlp import Mlp

    with pytest.raises(LimnerError, match=r"trainer\.discriminator: .* is not a discriminator; use"):
        limner.paint({"trainer": {"kind": "adversarial"}}, set={"trainer.discriminator": Mlp})


@pytest.mark.parametrize(("mode", "share"), [(First, 1.0), (First(share=0.5), 0.5)])
def test_a_blend_is_a_class_or_an_instance(mode, share):
    layers = [limner.paint("marbling", seed=seed, size=SIZE) for seed in (1, 2)]
    art = limner.blend(layers, mode)
    assert (art.recipe.blend.kind, art.recipe.blend.stage) == ("local/first", First(share=share))
    plain = layers[0].render(bits=16) / 65535
    np.testing.assert_allclose(art.render(bits=16) / 65535, share * plain, atol=2e-5)
    assert limner.blend(layers).recipe.blend.kind == "mean"
    with pytest.raises(LimnerError, match="Rings: must be a subclass of Blend"):
        limner.blend(layers, Rings)


def redefined(field):
    """Return another definition of the class Rings, as a notebook makes one."""

    def forward(self, params, samples, ctx):
        return samples.xy[:1, :] * 1

    names = {"__module__": __name__, "__qualname__": "Rings", "forward": forward}
    extra = {"__annotations__": {field: int}, field: Field(default=3, description="how many rings")} if field else {}
    return type("Rings", (Encoder,), {**names, **extra})


@pytest.mark.parametrize("name", ["b.png", "b.limner"])
def test_an_artwork_of_a_class_that_was_defined_again_is_not_saved(name):
    art = limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": Rings(k=4)})
    art.save("a.png")
    again = limner.paint("marbling", seed=1, size=SIZE, swap={"encoder": redefined("rings")})
    with pytest.raises(LimnerError) as caught:
        art.save(name)
    target = f"{__name__}:Rings"
    assert str(caught.value) == (
        f"local/rings: {target} was redefined after this artwork was created; "
        "create the artwork again with the new class"
    )
    assert not Path(name).exists()
    assert limner.open(again.save("c.png")) == again
    with pytest.raises(ArtworkError, match="unknown setting"):
        limner.open("a.png")
    assert limner.open("a.png", stages=[Rings]) == art
    assert art.save(name) == Path(name)
