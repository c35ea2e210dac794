"""Stage specs: nested stages and the interface that each must implement, and what a recipe must have."""

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from limner.composition.nested import fill_kinds
from limner.composition.overrides import apply
from limner.composition.parser import parse
from limner.composition.recipe import SingleRecipe
from limner.errors import RecipeError
from limner.plugin import Augment, ColorMode, Discriminator, Nested, Network, Stage, StageSpec
from limner.registry.registry import registry


class Judged(Stage):
    discriminator: Annotated[StageSpec[Discriminator], Nested("network")] = Field(
        default={"kind": "patch-discriminator"}, validate_default=True
    )
    either: Annotated[StageSpec[Network], Nested("network")] = Field(default={"kind": "mlp"}, validate_default=True)


def spec(role: str, kind: str) -> StageSpec[Stage]:
    return StageSpec(role, kind, registry().load(role, kind)())


def test_the_annotation_names_the_interface_that_a_nested_stage_must_implement():
    made = Judged(discriminator=spec("network", "image-discriminator"), either=spec("network", "image-discriminator"))
    assert made.discriminator == made.either
    assert Judged().discriminator.kind == "patch-discriminator"


@pytest.mark.parametrize("given", [{"kind": "mlp"}, spec("network", "mlp")])
def test_a_stage_of_the_role_that_does_not_implement_the_interface_is_refused(given):
    with pytest.raises(
        ValidationError, match="'mlp' is not a discriminator; use patch-discriminator or image-discriminator"
    ):
        Judged(discriminator=given)


def test_a_spec_of_another_role_is_refused():
    with pytest.raises(ValidationError, match="must be a network, got a color"):
        Judged(either=spec("color", "rgb"))


@pytest.mark.parametrize(
    "annotation", [StageSpec, dict, ColorMode, tuple[ColorMode, ...], tuple[StageSpec, ...], "StageSpec[ColorMode]"]
)
def test_a_nested_field_without_an_interface_is_an_error(annotation):
    with pytest.raises(TypeError, match=r"Nested: must annotate StageSpec\[Interface\]"):
        Nested("color").__get_pydantic_core_schema__(annotation, None)


def test_a_nested_field_may_hold_several():
    class Varied(Stage):
        augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = ()

    made = Varied.model_validate({"augment": [{"kind": "flip"}, spec("augment", "crop")]})
    assert [one.kind for one in made.augment] == ["flip", "crop"]


class Layered(Stage):
    first: Annotated[StageSpec[ColorMode], Nested("color")] = Field(
        default={"kind": "palette", "repeats": 2}, validate_default=True
    )
    augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = ()


def trained(**trainer):
    return parse({"trainer": {"kind": "backprop", **trainer}}, registry()).trainer.stage


def test_a_nested_stage_may_be_given_by_its_name_alone():
    assert trained(optimizer="sgd") == trained(optimizer={"kind": "sgd"})
    made = Layered.model_validate({"first": "rgb", "augment": ["flip", {"kind": "crop"}]})
    assert (made.first.kind, [one.kind for one in made.augment]) == ("rgb", ["flip", "crop"])
    assert [one.kind for one in Layered.model_validate({"augment": "flip"}).augment] == ["flip"]
    with pytest.raises(RecipeError, match=r"trainer\.optimizer: unknown optimizer 'sgdd'; did you mean 'sgd'\?"):
        trained(optimizer="sgdd")


def test_a_nested_table_without_a_kind_is_laid_over_the_default():
    filled = fill_kinds(Layered, {"first": {"alpha": True}})
    assert filled == {"first": {"kind": "palette", "repeats": 2, "alpha": True}}
    assert fill_kinds(Layered, {"first": {"kind": "palette"}}) == {"first": {"kind": "palette"}}
    assert trained(optimizer={"beta2": 0.5}).optimizer.stage.beta2 == 0.5


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("before", ["adam", {"kind": "adam", "beta2": 0.5}, None])
def test_the_name_of_a_nested_stage_and_its_settings_come_in_any_order(order, before):
    table = {"trainer": {"kind": "backprop", **({"optimizer": before} if before else {})}}
    settings = [("trainer.optimizer", "momentum"), ("trainer.optimizer.momentum", 0.8)][::order]
    made = parse(apply(table, dict(settings)), registry()).trainer.stage.optimizer
    assert (made.kind, made.stage.momentum) == ("momentum", 0.8)


def test_settings_reach_into_a_stage_that_is_named_alone():
    table = {"trainer": {"kind": "backprop", "optimizer": "adamw", "augment": ["flip"]}}
    out = apply(table, {"trainer.optimizer.beta1": 0.5, "trainer.augment.flip.probability": 0.2})["trainer"]
    assert out["optimizer"] == {"kind": "adamw", "beta1": 0.5}
    assert out["augment"] == [{"kind": "flip", "probability": 0.2}]


@pytest.mark.parametrize("name", ["beta1", "momentum", "weight_decay"])
def test_an_unknown_setting_suggests_the_nested_stage_that_has_it(name):
    with pytest.raises(RecipeError, match=rf"trainer\.{name}: unknown setting; did you mean 'optimizer\.{name}'\?"):
        trained(**{name: 0.5})


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("trainer", r"trainer: is missing; add a table \[trainer\] that names a trainer as its kind"),
        ("loss", r"loss: is missing; add a table \[loss\] that names a loss as its kind"),
        ("output", r"output: is missing; add a table \[output\] that names an encoder as its kind"),
    ],
)
def test_a_recipe_says_what_it_lacks_where_it_is_required(name, words):
    recipe = parse({"title": "Plain"}, registry())
    assert isinstance(recipe, SingleRecipe)
    with pytest.raises(RecipeError, match=words):
        getattr(recipe, f"require_{name}")()
