"""The same thing, however an API spells it: for comparisons across providers, and for finding what belongs together."""

from __future__ import annotations

from cassette_tools.data.vocabulary import OPERATIONS, OWN, SCHEMA_ASIDES, SHARED, SIBLINGS, WRAPPINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.data.vocabulary import Sibling
    from cassette_tools.model import Json

_OPERATIONS = {row.name: row.same_as for row in OPERATIONS}
_OWN = frozenset(row.parameter for row in OWN)
_SHARED = {row.parameter: row for row in SHARED}
_WRAPPINGS = frozenset(row.key for row in WRAPPINGS)
_DEPTH = 60  # how deep a schema is looked into


def operation_family(name: str) -> str:
    """The operation under the name that all APIs share."""
    return _OPERATIONS.get(name, name)


def common_parameters(parameters: Mapping[str, Json], kept: tuple[str, ...] = ()) -> dict[str, Json]:
    """The parameters that mean the same everywhere, without those that say nothing; and those to be `kept`."""
    return {
        name: _common_format(value) if name == "response_format" else _without_nothing(value)
        for name, value in parameters.items()
        if (name in kept or name not in _OWN) and value is not None
    }


def is_asked_of_one(parameter: str, value: Json, *dialects: str) -> bool:
    """Whether a setting that is sent to one of these APIs alone could be sent to all, and would say something."""
    row = _SHARED.get(parameter)
    if row is None or any(each.startswith(row.lacking) for each in dialects):
        return False
    return (value.get("mode") if isinstance(value, dict) else value) != (row.default or None)


def is_of_siblings(parameter: str, *dialects: str) -> bool:
    """Whether all of these APIs are of one provider, and have the setting."""
    return any(row.parameter == parameter for row in _siblings(dialects))


def siblings_of(*dialects: str) -> tuple[str, ...]:
    """The settings that all of these APIs have under one name, which other APIs do not have."""
    return tuple(row.parameter for row in _siblings(dialects) if row.of_them_alone)


def _siblings(dialects: tuple[str, ...]) -> list[Sibling]:
    return [row for row in SIBLINGS if all(each.startswith(row.dialects) for each in dialects)]


def _without_nothing(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {key: inner for key, inner in value.items() if inner is not None and inner != [] and inner != ()}


def _common_format(value: Json) -> Json:
    """How an API calls a schema, and how strict it is, is its own affair: the schema counts."""
    if not isinstance(value, dict) or not isinstance(value.get("schema"), dict):
        return None
    return {"schema": plain_schema(value["schema"])}


def plain_result(response: Json) -> Json:
    """What a tool gave, without the object or the list of one part that the API wants around it."""
    inner = response[0] if isinstance(response, list) and len(response) == 1 else response
    if isinstance(inner, dict):
        if inner.get("type") == "text" and isinstance(inner.get("text"), str):
            return inner["text"]
        if len(inner) == 1 and not _WRAPPINGS.isdisjoint(inner):
            return next(iter(inner.values()))
        if inner.keys() == {"name", "content"}:  # Google's first examples of functionResponse.response, and ruby_llm
            return plain_result(inner["content"])
    return response


def plain_schema(schema: Json, depth: int = 0, *, closed: bool = False) -> Json:
    """A JSON Schema as all of them would write it: type names in lower case (OpenAPI's enumeration, which Gemini takes,
    has them in capitals), null among the types (OpenAPI 3.0: ``nullable``), without asides.

    With `closed` it still says which properties it allows beside its own: not every API takes that, but a document is
    judged by it.
    """
    if depth >= _DEPTH:
        return schema
    if isinstance(schema, list):
        return [plain_schema(inner, depth + 1, closed=closed) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = _ASIDES_OF_CLOSED if closed else _ASIDES
    plain = {key: _plain_member(key, schema[key], depth + 1, closed) for key in schema if key not in left_out}
    if schema.get("nullable") is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def _plain_member(key: str, value: Json, depth: int, closed: bool) -> Json:
    """The value of a schema keyword in the common spelling."""
    if key in _OF_SCHEMAS and isinstance(value, dict):
        return {name: plain_schema(inner, depth, closed=closed) for name, inner in value.items()}
    if key == "type":
        return value.lower() if isinstance(value, str) else _lowered(value)
    return plain_schema(value, depth, closed=closed)


_ASIDES = SCHEMA_ASIDES | {"nullable"}
_ASIDES_OF_CLOSED = _ASIDES - {"additionalProperties"}

_OF_SCHEMAS = ("properties", "$defs", "definitions", "patternProperties")
"""The keywords whose values are named schemas."""


def _lowered(value: Json) -> Json:
    return [each.lower() if isinstance(each, str) else each for each in value] if isinstance(value, list) else value
