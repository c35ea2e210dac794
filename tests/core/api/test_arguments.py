"""Wrong arguments of public functions: one line that names the argument, what is allowed and what was given."""

import math
from pathlib import Path

import numpy as np
import pytest

import limner
from limner.errors import BackendError, LimnerError, RecipeError
from limner.plugin import Encoder

SIZE = (16, 12)
IMAGE = np.zeros((6, 8, 3), dtype=np.uint8)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def art():
    return limner.paint("marbling", seed=1, size=SIZE)


def refused(call, *words):
    with pytest.raises(LimnerError) as caught:
        call()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message
    return message


WRONG = {
    "paint seed float": (lambda _: limner.paint(seed=1.5), "`seed`: must be a whole number, got 1.5"),
    "paint seed text": (lambda _: limner.paint(seed="1"), "`seed`: must be a whole number, got '1'"),
    "paint seed bool": (lambda _: limner.paint(seed=True), "`seed`: must be a whole number, got True"),
    "paint set list": (lambda _: limner.paint(set=["network.depth=3"]), "`set`: must be a dict"),
    "paint set keys": (lambda _: limner.paint(set={3: 4}), "`set`: keys must be strings"),
    "paint swap": (lambda _: limner.paint(swap="siren"), "`swap`: must be a dict"),
    "paint size": (lambda _: limner.paint(size="16x12"), "`size`: must be 2 whole numbers"),
    "paint backend": (lambda _: limner.paint(backend=3), "`backend`: must be a name or a backend, got 3"),
    "paint recipe": (lambda _: limner.paint(3), "not int"),
    "paint bytes": (lambda _: limner.paint(b"marbling"), "not bytes"),
    "fit steps text": (lambda _: limner.fit(IMAGE, steps="5"), "`steps`: must be a whole number, got '5'"),
    "fit steps float": (lambda _: limner.fit(IMAGE, steps=5.5), "`steps`: must be a whole number, got 5.5"),
    "fit epochs": (lambda _: limner.fit(IMAGE, epochs="1"), "`epochs`: must be a whole number"),
    "fit no steps": (lambda _: limner.fit(IMAGE, steps=-1), "`steps`: must be 0 or more, got -1"),
    "fit no epochs": (lambda _: limner.fit(IMAGE, epochs=-1), "`epochs`: must be 0 or more, got -1"),
    "fit infinite": (lambda _: limner.fit(IMAGE, seconds=math.inf), "`seconds`: must be a finite number, got inf"),
    "fit seconds": (lambda _: limner.fit(IMAGE, seconds="5"), "`seconds`: must be a number, got '5'"),
    "fit psnr": (lambda _: limner.fit(IMAGE, psnr=-1), "`psnr`: must be 0 or more, got -1"),
    "fit seed": (lambda _: limner.fit(IMAGE, steps=1, seed="1"), "`seed`: must be a whole number"),
    "fit set": (lambda _: limner.fit(IMAGE, steps=1, set=["a=1"]), "`set`: must be a dict"),
    "fit role": (
        lambda _: limner.fit(IMAGE, swap={"netwrk": "mlp"}),
        "`swap`: unknown role 'netwrk'; did you mean 'network'?",
    ),
    "paint role": (
        lambda _: limner.paint(swap={"encoders": "xy"}),
        "`swap`: unknown role 'encoders'; did you mean 'encoder'?",
    ),
    "paint list": (
        lambda _: limner.paint(swap={"network": ["mlp", "siren"]}),
        "`swap`: network: takes one stage, not a list",
    ),
    "fit optimizers": (
        lambda _: limner.fit(IMAGE, "likeness", swap={"optimizer": ["adam", "sgd"]}),
        "`swap`: optimizer: takes one stage, not a list",
    ),
    "fit adam": (
        lambda _: limner.fit(IMAGE, "likeness", swap={"trainer": "adam"}),
        "`swap={'trainer': 'adam'}`: 'adam' is an optimizer, not a trainer; use `set={'trainer.optimizer': 'adam'}`",
    ),
    "paint encoder": (
        lambda _: limner.paint(swap={"network": "latent"}),
        "`swap={'network': 'latent'}`: 'latent' is an encoder, not a network; use `swap={'encoder': 'latent'}`",
    ),
    "fit buttons": (
        lambda _: limner.fit([IMAGE, IMAGE], "likeness"),
        "add some with `swap={'encoder': ['grid', 'one-hot']}`",
    ),
    "fit array": (lambda _: limner.fit([IMAGE, IMAGE.astype(int)]), "`images[1]`: must be uint8, uint16 or floats"),
    "fit swap": (lambda _: limner.fit(IMAGE, steps=1, swap="rprop"), "`swap`: must be a dict"),
    "fit train_size": (lambda _: limner.fit(IMAGE, steps=1, train_size="4"), "`train_size`: must be a whole number"),
    "fit on_step": (lambda _: limner.fit(IMAGE, steps=1, on_step=3), "`on_step`: must be a function"),
    "fit images": (lambda _: limner.fit(3), "`images`"),
    "train pictures": (lambda _: limner.train(3), "`pictures`: must be a path or a list of paths, got 3"),
    "train targets": (lambda _: limner.train("a", targets=[3]), "`targets`: must be a path or a list of paths"),
    "train patches": (lambda _: limner.train("a.png", patches="8"), "`patches`", "a.png"),
    "translate": (lambda _: limner.translate(3, IMAGE), "`artwork`: must be an artwork or a path, got 3"),
    "open": (lambda _: limner.open(3), "`path`: must be a path, got 3"),
    "open artwork": (lambda art: limner.open(art), "`path`: must be a path, got an Artwork"),
    "open bytes": (lambda _: limner.open(b"a.png"), "`path`: must be a path, got a bytes"),
    "verify": (lambda _: limner.verify(3), "`path`: must be a path, got 3"),
    "verify artwork": (lambda art: limner.verify(art), "`path`: an artwork in memory has no stored pixels"),
    "sweep": (lambda _: limner.sweep(3), "not int"),
    "sweep vary": (lambda _: limner.sweep("marbling", vary="network.depth=1"), "`vary`: must be a dict"),
    "sweep swap": (lambda _: limner.sweep("marbling", swap="siren"), "`swap`: must be a dict"),
    "sweep on": (lambda _: limner.sweep("rprop-portrait", on=[3]), "`on`: must be a path or a list of paths, got 3"),
    "sweep set": (lambda _: limner.sweep("marbling", set=["a=1"]), "`set`: must be a dict"),
    "sweep steps": (lambda _: limner.sweep("marbling", steps="5"), "`steps`: must be a whole number, got '5'"),
    "blend array": (lambda art: limner.blend([IMAGE, art]), "`pictures`: must be files or artworks, got"),
    "blend two": (lambda art: limner.blend(art, art), '`pictures`: must be a list, limner.blend(["a.png", "b.png"])'),
    "blend path": (lambda _: limner.blend("a.png"), "`pictures`: must be a list"),
    "blend number": (lambda _: limner.blend(3), "`pictures`: must be a list"),
    "gallery": (lambda _: limner.gallery(3), "`sources`: must be a path or a list of paths, got 3"),
    "gallery title": (lambda _: limner.gallery("a.png", title=3), "`title`: must be a string, got 3"),
    "faces": (lambda _: limner.faces(3), "`photos`: must be a path or a list of paths, got 3"),
    "palettes": (lambda _: limner.palettes(3), "`sources`: must be a path or a list of paths, got 3"),
    "faces size": (lambda _: limner.faces("a.png", size=3), "`size`: must be 2 whole numbers"),
    "faces margin": (lambda _: limner.faces("a.png", margin="1"), "`margin`: must be a number"),
    "faces detector": (lambda _: limner.faces("a.png", detector=3), "`detector`: must be a string, got 3"),
    "render bits": (lambda art: art.render(bits="8"), "`bits`: must be 8 or 16, got '8'"),
    "render dither": (lambda art: art.render(dither="blu"), "`dither`: must be 'none', 'ordered' or 'blue-noise'"),
    "render dither list": (lambda art: art.render(dither=[1]), "`dither`: must be 'none'"),
    "render time": (lambda art: art.render(time="0"), "`time`: must be a number, got '0'"),
    "render supersample": (lambda art: art.render(supersample=1.5), "`supersample`: must be a whole number, got 1.5"),
    "save dither": (lambda art: art.save("d.png", dither="blu"), "got 'blu'; did you mean 'blue-noise'?"),
    "save path": (lambda art: art.save(3), "`path`: must be a path, got 3"),
    "save dpi": (lambda art: art.save("a.png", dpi="9"), "`dpi`: must be a number, got '9'"),
    "save options": (lambda art: art.save("a.jpg", options=["quality=9"]), "`options`: must be a dict"),
    "press": (lambda art: art.press(3), "buttons"),
    "from_toml": (lambda _: limner.Recipe.from_toml(3), "`toml`: must be a TOML text or a path, got 3"),
    "from_toml empty": (lambda _: limner.Recipe.from_toml(" "), "`toml`: is empty"),
    "paint empty": (lambda _: limner.paint(""), "the name of the recipe is empty"),
    "paint toml": (lambda _: limner.paint("[network]\n"), "`limner.Recipe.from_toml`"),
}


@pytest.mark.parametrize(("call", "words"), [(c, w) for c, *w in WRONG.values()], ids=WRONG)
def test_a_wrong_argument_is_named(call, words, art):
    if words == ["`patches`", "a.png"]:
        art.save("a.png")
        words = ["`patches`: must be a whole number, got '8'"]
    refused(lambda: call(art), *words)


def test_the_kind_of_error_stays():
    with pytest.raises(BackendError):
        limner.paint(backend=3)
    with pytest.raises(RecipeError, match=r"^`seed`: must be 0 to"):
        limner.paint(seed=-1)


def test_numbers_may_be_numpys(art):
    same = limner.paint("marbling", seed=np.int64(1), size=np.array(SIZE), set={"network.depth": np.int64(3)})
    assert same == limner.paint("marbling", seed=1, size=SIZE, set={"network.depth": 3})
    widths = limner.paint(seed=1, size=SIZE, set={"network.width": np.array([8, 4]), "network.depth": 2})
    assert widths.recipe.network.stage.width == (8, 4)
    text = limner.paint(seed=1, size=SIZE, set={"network.activation": np.array(["sin", "tanh"])[1]})
    assert text.recipe.network.stage.activation == "tanh"
    np.testing.assert_array_equal(
        art.render(supersample=np.int64(1), time=np.float32(0), bits=np.int64(8)), art.render()
    )
    done = limner.fit(IMAGE, "rprop-portrait", steps=np.int32(2), seconds=np.float64(60), seed=np.uint8(1))
    assert done.steps == 2


def test_a_blend_takes_numpys_sizes(art):
    assert limner.blend([art, art], size=np.array([8, 6])).size == (8, 6)


def test_a_sweep_takes_numpys_numbers():
    vary, one = {"network.depth": np.array([1, 2])}, {"workers": 1}
    found = limner.sweep("marbling", vary=vary, seeds=np.arange(1), size=(8, 6), executor_set=one)
    assert len(found.paths) == 2


def test_a_text_of_toml_and_a_path():
    assert limner.Recipe.from_toml("[network]").table() == limner.Recipe.from_toml("[network]\n").table()
    Path("a[1].toml").write_text("seed = 5\n", "utf-8")
    assert limner.Recipe.from_toml(Path("a[1].toml")).seed == 5
    assert limner.paint("a[1].toml", size=SIZE).seed == 5
    refused(lambda: limner.Recipe.from_toml("nothing.toml"), "nothing.toml: cannot be read")


class Kinds(Encoder):
    """An encoder with a reserved field."""

    kind: str = "a"

    def forward(self, params, samples, ctx):
        """Return x."""
        return samples.xy[:1, :]


@pytest.mark.parametrize("given", [Kinds, Kinds(kind="b"), [Kinds]])
def test_a_reserved_field_is_refused(given):
    message = refused(lambda: limner.paint("marbling", swap={"encoder": given}))
    assert message == "Kinds: the field name 'kind' is reserved; rename the field"


def test_a_misnamed_parameter_lists_the_known_ones():
    from limner.arrays.parameters import ParameterLayout

    params = ParameterLayout.of({"W": np.ones(2)}).views(np.ones(2))
    with pytest.raises(KeyError, match="there is no parameter 'q'; known: W"):
        _ = params["q"]
    assert "q" not in params
    assert params.get("q") is None
