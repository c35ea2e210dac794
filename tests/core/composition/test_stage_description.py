"""Stages described: what ``limner plugins show`` prints."""

import json

import pytest
from pydantic import Field

import limner
from limner.composition.stage_description import describe, find_stages
from limner.registry.registry import registry
from limner.stages.base import Stage


def test_a_description_lists_parameters_with_their_bounds():
    description = describe("network", "mlp")
    assert (description.kind, description.name) == ("network", "mlp")
    bounds = {one.name: one.bounds for one in description.parameters}
    assert bounds["depth"].startswith("a whole number from ")
    assert all(one.description for one in description.parameters)


def test_bounds_in_words():
    bounds = {one.name: one.bounds for one in describe("frame", "centred").parameters}
    assert bounds["scale"] == "a number above 0, at most 1000"


def test_a_name_may_belong_to_several_roles():
    assert {description.kind for description in find_stages("noise")} >= {"encoder", "warp"}
    (description,) = find_stages("warp/noise")
    assert description.kind == "warp"


def test_a_folder_has_no_parameters():
    (description,) = find_stages("salon")
    assert description.parameters == ()
    assert "style.css" in description.doc


def stages():
    known = registry()
    roles = [role.name for role in known.roles() if role.contents == "stage"]
    return [(role, name) for role in roles for name in known.names(role)]


@pytest.mark.parametrize(("role", "name"), stages())
def test_a_record_holds_json_values_that_fit_its_schemas(role, name):
    record = json.loads(json.dumps(describe(role, name).record(), allow_nan=False))
    assert set(record) == {"kind", "name", "qualified_name", "summary", "package", "version", "doc", "parameters"}
    for parameter in record["parameters"]:
        assert set(parameter) == {"name", "description", "default", "schema", "role", "required"}
        if not parameter["required"]:
            accepts(parameter["schema"], parameter["default"])


def test_a_parameter_without_a_default_is_required(monkeypatch):
    class Ripples(Stage):
        """Ripples."""

        count: int = Field(description="number of ripples")
        width: int = Field(default=2, description="their width")

    monkeypatch.setattr(registry(), "load", lambda *_: Ripples)
    count, width = describe("warp", "swirl").parameters
    assert (count.required, count.default, count.default_text) == (True, None, "(required)")
    assert (width.required, width.default_text) == (False, "2")


JSON_TYPES = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "array": list, "object": dict}


def accepts(schema, value):
    """Assert that a value fits a JSON Schema, as far as stages use its words."""
    if "anyOf" in schema:
        fitting = [one for one in schema["anyOf"] if isinstance(value, JSON_TYPES[one["type"]])]
        return accepts(fitting[0], value)
    assert isinstance(value, JSON_TYPES[schema["type"]])
    assert isinstance(value, bool) == (schema["type"] == "boolean")
    assert value in schema.get("enum", [value])
    if schema["type"] in ("integer", "number"):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value)
    for one, item in zip(schema.get("prefixItems", ()), value if schema.get("prefixItems") else (), strict=True):
        accepts(one, item)
    for item in value if "items" in schema else ():
        accepts(schema["items"], item)
    return None


def test_a_parameter_that_holds_a_stage_names_its_role():
    nested = {one.name: (one.role, set(one.default)) for one in describe("color", "layers").parameters if one.role}
    assert nested["blend"] == ("blend", {"kind"})
    assert nested["first"][0] == nested["second"][0] == "color"


@pytest.mark.parametrize(
    ("name", "fix"),
    [("unett", "did you mean 'unet'"), ("ink", "limner recipes show ink"), ("warp/mlp", "unknown warp 'mlp'")],
)
def test_unknown_names_get_a_fix(name, fix):
    with pytest.raises(limner.LimnerError, match=fix):
        find_stages(name)
