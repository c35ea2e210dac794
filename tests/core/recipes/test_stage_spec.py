"""Stage specs: nested stages and the interface that each must implement, and what a recipe must have."""

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from limner.errors import RecipeError
from limner.plugin import Augment, ColorMode, Critic, Nested, Network, Stage, StageSpec
from limner.recipes.parser import parse
from limner.recipes.recipe import SingleRecipe
from limner.registry.registry import registry


class Judged(Stage):
    critic: Annotated[StageSpec[Critic], Nested("network")] = Field(
        default={"kind": "patch-critic"}, validate_default=True
    )
    either: Annotated[StageSpec[Network], Nested("network")] = Field(default={"kind": "mlp"}, validate_default=True)


def spec(role: str, kind: str) -> StageSpec[Stage]:
    return StageSpec(role, kind, registry().load(role, kind)())


def test_the_annotation_names_the_interface_that_a_nested_stage_must_implement():
    made = Judged(critic=spec("network", "image-critic"), either=spec("network", "image-critic"))
    assert made.critic == made.either
    assert Judged().critic.kind == "patch-critic"


@pytest.mark.parametrize("given", [{"kind": "mlp"}, spec("network", "mlp")])
def test_a_stage_of_the_role_that_does_not_implement_the_interface_is_refused(given):
    with pytest.raises(ValidationError, match="'mlp' is no critic; choose patch-critic or image-critic"):
        Judged(critic=given)


def test_a_spec_of_another_role_is_refused():
    with pytest.raises(ValidationError, match="must be a network, got a color"):
        Judged(either=spec("color", "rgb"))


@pytest.mark.parametrize(
    "annotation", [StageSpec, dict, ColorMode, tuple[ColorMode, ...], tuple[StageSpec, ...], "StageSpec[ColorMode]"]
)
def test_a_nested_field_without_an_interface_is_a_mistake_of_its_author(annotation):
    with pytest.raises(TypeError, match=r"Nested marks Annotated\[StageSpec\[Interface\], ...\]"):
        Nested("color").__get_pydantic_core_schema__(annotation, None)


def test_a_nested_field_may_hold_several():
    class Varied(Stage):
        augment: Annotated[tuple[StageSpec[Augment], ...], Nested("augment", many=True)] = ()

    made = Varied.model_validate({"augment": [{"kind": "flip"}, spec("augment", "crop")]})
    assert [one.kind for one in made.augment] == ["flip", "crop"]


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
