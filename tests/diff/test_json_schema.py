"""What became of a JSON Schema: each kind of change with its effect, and that the effect is true (jsonschema as oracle)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cassette_tools.diff.values.json_schema import CHANGED, NARROWED, WIDENED, effect_of, schema_changes


def thing(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), **more}


TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {"type": "number"}
CASES: tuple[tuple[str, Any, Any, str, list[str]], ...] = (
    ("new and required", thing({"a": TEXT}), thing({"a": TEXT, "b": TEXT}, "b"), NARROWED, ["b is new and required"]),
    ("new and optional", thing({"a": TEXT}), thing({"a": TEXT, "b": TEXT}), WIDENED, ["b is new and optional"]),
    ("required now", thing({"a": TEXT}), thing({"a": TEXT}, "a"), NARROWED, ["a is required now"]),
    ("optional now", thing({"a": TEXT}, "a"), thing({"a": TEXT}), WIDENED, ["a is optional now"]),
    ("gone", thing({"a": TEXT, "b": TEXT}), thing({"a": TEXT}), CHANGED, ["b is gone"]),
    ("gone, and required all the same", thing({"a": TEXT}), thing({}, "a"), NARROWED, ["a is gone"]),
    (
        "gone and forbidden",
        thing({"a": TEXT, "b": TEXT}, additionalProperties=False),
        thing({"a": TEXT}, additionalProperties=False),
        NARROWED,
        ["b is gone, and no other property is allowed"],
    ),
    ("closed", thing({}), thing({}, additionalProperties=False), NARROWED, ["no longer allows other properties"]),
    ("only of a kind", thing({}), thing({}, additionalProperties=TEXT), NARROWED, ["limits other properties"]),
    (
        "of a kind, then none",
        thing({}, additionalProperties=TEXT),
        thing({}, additionalProperties=False),
        NARROWED,
        ["no longer allows other properties"],
    ),
    ("opened", thing({}, additionalProperties=False), thing({}), WIDENED, ["allows other properties"]),
    ("retyped", thing({"a": TEXT}), thing({"a": NUMBER}), NARROWED, ["a type string → number"]),
    ("a type more", TEXT, {"type": ["string", "null"]}, WIDENED, ["type string → null or string"]),
    ("integer for number", NUMBER, {"type": "integer"}, NARROWED, ["type number → integer"]),
    ("OpenAPI's null", TEXT, {"type": "string", "nullable": True}, WIDENED, ["type string → null or string"]),
    ("Gemini's capitals", {"type": "STRING"}, TEXT, CHANGED, []),
    (
        "OpenAI's strict mode",
        thing({"a": TEXT}),
        thing({"a": {"type": ["string", "null"]}}, "a"),
        CHANGED,
        ["a is optional, spelled as one that may be null"],
    ),
    ("a value less", {"enum": ["x", "y"]}, {"enum": ["x"]}, NARROWED, ['no longer allows "y"']),
    ("a value more", {"enum": ["x"]}, {"enum": ["x", "y"]}, WIDENED, ['allows "y"']),
    ("values in another order", {"enum": ["x", "y"]}, {"enum": ["y", "x"]}, CHANGED, []),
    ("only some values", TEXT, {"type": "string", "enum": ["x"]}, NARROWED, ['any value → "x"']),
    ("a constant", {"const": 1}, {"enum": [1, 2]}, WIDENED, ["allows 2"]),
    ("a higher minimum", {"minimum": 1}, {"minimum": 2}, NARROWED, ["minimum 1 → 2"]),
    ("a higher maximum", {"maximum": 1}, {"maximum": 2}, WIDENED, ["maximum 1 → 2"]),
    ("a limit", {}, {"maxItems": 3}, NARROWED, ["maxItems 3 is new"]),
    ("no pattern", {"pattern": "a"}, {}, WIDENED, ['pattern "a" is gone']),
    (
        "items",
        {"type": "array", "items": TEXT},
        {"type": "array", "items": {"type": ["string", "number"]}},
        WIDENED,
        ["[] type string → number or string"],
    ),
    (
        "an alternative less",
        {"anyOf": [TEXT, NUMBER]},
        {"anyOf": [TEXT]},
        NARROWED,
        ["has an alternative less: number"],
    ),
    ("words", {"description": "a"}, {"description": "b"}, CHANGED, ['description "a" → "b"']),
    ("a default", TEXT, {"type": "string", "default": "x"}, CHANGED, ['default "x" is new']),
    ("a reference", {"$ref": "#/$defs/X", "$defs": {"X": TEXT}}, TEXT, CHANGED, []),
    (
        "deep below",
        thing({"a": {"type": "array", "items": thing({"b": TEXT})}}),
        thing({"a": {"type": "array", "items": thing({"b": TEXT}, "b")}}),
        NARROWED,
        ["a[].b is required now"],
    ),
    ("a reference to itself", {"$ref": "#"}, {"$ref": "#", "title": "t"}, CHANGED, ['title "t" is new']),
    ("no schema at all", None, TEXT, NARROWED, ["type any → string"]),
)


@pytest.mark.parametrize(
    ("old", "new", "effect", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_kind_of_change(old: Any, new: Any, effect: str, words: list[str]) -> None:
    changes = schema_changes(old, new)
    assert (effect_of(changes), [str(change) for change in changes]) == (effect, words)


TYPES = ("null", "boolean", "integer", "number", "string")
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["x", "y", ""])
leaves = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True),
        "minimum": st.integers(-2, 2),
        "maxLength": st.integers(0, 1),
        "enum": st.lists(scalars, min_size=1, max_size=2),
        "description": st.sampled_from(["a", "b"]),
    },
)
objects = st.builds(
    lambda properties, required, closed: {
        "type": "object",
        "properties": properties,
        "required": sorted(required),
        **({"additionalProperties": False} if closed else {}),
    },
    st.dictionaries(st.sampled_from(["a", "b"]), leaves, max_size=2),
    st.sets(st.sampled_from(["a", "b"]), max_size=2),
    st.booleans(),
)
documents = st.dictionaries(st.sampled_from(["a", "b"]), scalars, max_size=2)


@given(objects, objects, documents)
def test_what_is_not_narrowed_takes_what_was_valid(old: Any, new: Any, document: Any) -> None:
    """A document that is valid no longer was made so by something that is told as narrowing, or as a property that is
    gone and described nowhere else.
    """
    if Draft202012Validator(old).is_valid(document) and not Draft202012Validator(new).is_valid(document):
        assert effect_of(schema_changes(old, new)) == NARROWED


@given(objects)
def test_a_schema_does_not_differ_from_itself(schema: Any) -> None:
    assert schema_changes(schema, schema) == []


junk = st.recursive(
    scalars | st.sampled_from(["#", "#/a", "object"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "required", "items", "enum", "$ref", "anyOf", "a", "minimum"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(junk, junk)
def test_nothing_that_stands_in_place_of_a_schema_raises(old: Any, new: Any) -> None:
    schema_changes(old, new)
