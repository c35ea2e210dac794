"""The seed, the size and the checkpoint of a training, before it starts."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from limner.composition.parser import parse
from limner.errors import LimnerError
from limner.registry.registry import registry
from limner.training import base_plan
from limner.training.base_plan import resumed_checkpoint, take_size, with_run_seed
from limner.training.plan import prepare
from limner.training.run import Budget
from limner.utils.typed_text import TypedText

TABLE = {
    "seed": 4,
    "encoder": [{"kind": "xy"}, {"kind": "radius"}],
    "network": {"kind": "mlp", "width": 3, "depth": 1},
    "loss": {"kind": "mse"},
    "trainer": {"kind": "rprop"},
}


def resumed(seed):
    return SimpleNamespace(header=SimpleNamespace(recipe={} if seed is None else {"seed": seed}))


@pytest.mark.parametrize(
    ("of_recipe", "given", "of_checkpoint", "seed"),
    [
        (4, None, None, 4),
        (4, 5, None, 5),
        (4, None, 6, 6),
        (4, 5, 6, 5),
        (4, 0, 6, 0),
        (0, None, None, 0),
        (None, None, None, 77),
        (None, 5, None, 5),
        (None, None, 6, 6),
    ],
)
def test_which_seed_a_run_has(monkeypatch, of_recipe, given, of_checkpoint, seed):
    """The given one, else the checkpoint's, the recipe's, or a fresh one."""
    monkeypatch.setattr(base_plan, "draw_seed", lambda: 77)
    table = {**TABLE, "seed": of_recipe}
    recipe = parse({name: value for name, value in table.items() if value is not None}, registry())
    saved = None if of_checkpoint is None else resumed(of_checkpoint)
    assert with_run_seed(recipe, given, saved).seed == seed


def test_a_checkpoint_without_a_seed_has_the_seed_0():
    assert with_run_seed(parse(TABLE, registry()), None, resumed(None)).seed == 0


def test_a_size_is_taken_from_the_arguments_or_the_settings():
    values = {"size": [12, 8], "title": "x"}
    assert take_size(values, (5, 4)) == (5, 4)
    assert take_size(values, None) == (12, 8)
    assert values == {"title": "x"}
    assert take_size(values, None) is None
    assert take_size({"size": TypedText("[12, 8]")}, None) == (12, 8)
    for wrong in ([0, 8], [12], "large"):
        with pytest.raises(LimnerError, match="size"):
            take_size({"size": wrong}, None)


def test_a_checkpoint_is_read_only_to_resume(tmp_path):
    path = tmp_path / "a.ckpt"
    assert resumed_checkpoint(path, resume=True) is None
    path.write_bytes(b"not a checkpoint")
    assert resumed_checkpoint(path, resume=False) is None
    assert resumed_checkpoint(None, resume=True) is None
    with pytest.raises(LimnerError):
        resumed_checkpoint(path, resume=True)


def checked(stored, *, target=None):
    """Check a plan against a checkpoint of this recipe table."""
    plan = prepare("skimage:coffee", TABLE, Budget(steps=1), train_size=8)
    recipe = plan.model().recipe.table()
    for name, value in stored.items():
        place = recipe
        *parents, last = name.split(".")
        for parent in parents:
            place = place[int(parent) if parent.isdecimal() else parent]
        if value is None:
            del place[last]
        else:
            place[last] = value
    header = SimpleNamespace(target=target or plan.digest, recipe=recipe)
    replace(plan, resumed=SimpleNamespace(header=header), checkpoint_path="a.ckpt").check_checkpoint()


@pytest.mark.parametrize(
    ("stored", "difference"),
    [
        ({"network.width": 9}, "(network.width: 9 in the checkpoint, 3 here)"),
        ({"network.width": None}, "(network.width: None in the checkpoint, 3 here)"),
        ({"network.more": 1}, "(network.more: 1 in the checkpoint, None here)"),
        ({"encoder.1.kind": "polar"}, "(encoder.1.kind: polar in the checkpoint, radius here)"),
        ({"encoder": []}, "(encoder: 0 in the checkpoint, 2 here)"),
        ({"size": [1, 400]}, "(size.0: 1 in the checkpoint, 600 here)"),
        ({"trainer.kind": "lm"}, "(trainer.kind: lm in the checkpoint, rprop here)"),
    ],
)
def test_the_first_difference_from_the_checkpoints_recipe_is_named(stored, difference):
    with pytest.raises(LimnerError) as error:
        checked(stored)
    assert f"a.ckpt: this checkpoint belongs to another recipe {difference}; " in str(error.value)


def test_the_checkpoint_of_the_same_recipe_is_accepted():
    checked({})


def test_other_targets_and_stages_of_other_revisions_are_reported_first():
    with pytest.raises(LimnerError, match=r"a\.ckpt: this checkpoint belongs to another picture"):
        checked({"network.width": 9}, target="0" * 64)
    with pytest.raises(LimnerError, match=r"a\.ckpt: .*revision.*; install the version that wrote this checkpoint"):
        checked({"network.revision": 7})
