"""Names of Google's JSON: fields in camel case or snake case, enumerations by name or by number.

Protocol buffers' JSON mapping accepts both spellings of a field and both forms of an enumeration, and clients mix them
within one body (google-genai's ``functionCall`` beside ``inline_data``; Vertex AI's REST transport asks for
``enum-encoding=int``). Fields are looked up here in both spellings; pointers keep the wire's own. Nothing is ever
renamed where the keys are the caller's: arguments, results, labels, properties of a schema.

Sources: https://protobuf.dev/programming-guides/json/, and the published ``.proto`` files of
google.ai.generativelanguage.v1beta and google.cloud.aiplatform.v1.
"""

from __future__ import annotations

from cassette_tools.data.google import ENUMS, FINISH_REASONS, FIRST_REASONS, KEYWORDS, NAMED, NESTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.model import Json

_SNAKE: dict[str, str] = {}


def snake(name: str) -> str:
    """``inlineData`` as ``inline_data``; a name in snake case is its own."""
    known = _SNAKE.get(name)
    if known is None:
        if not isinstance(name, str) or not name.isidentifier() or len(name) > 80:
            return str(name)  # no field of Google's (a body recorded as YAML may have any key): nothing to remember
        known = "".join(["_" + letter.lower() if letter.isupper() else letter for letter in name]).lstrip("_")
        if len(_SNAKE) < 2000:
            _SNAKE[name] = known
    return known


def both(names: Iterable[str]) -> frozenset[str]:
    """The names (in camel case) in both spellings."""
    listed = tuple(names)
    return frozenset((*listed, *map(snake, listed)))


def spelled(whole: dict[str, Json], name: str) -> str:
    """The spelling of `name` (in camel case) that an object uses; the name itself when it uses none."""
    if whole.get(name) is None:
        other = snake(name)
        if whole.get(other) is not None:
            return other
    return name


def member(whole: dict[str, Json], name: str) -> Json:
    """What an object says under `name` (in camel case), in either spelling."""
    value = whole.get(name)
    return value if value is not None else whole.get(snake(name))


def snake_keys(value: Json, depth: int = 0) -> Json:
    """A setting of Google's own all of whose keys are fields, with the keys in snake case."""
    if isinstance(value, dict) and depth < 24:
        return {snake(key): snake_keys(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list) and depth < 24:
        return [snake_keys(inner, depth + 1) for inner in value]
    return value


def model_name(resource: str) -> str:
    """``models/gemini-2.5-flash``, or the long name of Vertex AI, as the path would say it."""
    _, found, name = resource.rpartition("models/")
    return name if found and name and "/" not in name else resource


# --- enumerations ----------------------------------------------------------------------------------------------------


def enum_name(field: str, value: Json) -> Json:
    """The name of an enumeration's value; a number that is not known, and anything else, as it is."""
    if type(value) is int:
        names = ENUMS[field]
        return names[value] if 0 <= value < len(names) else value
    return value


def finish_name(value: Json, provider: str) -> str | None:
    """A finish reason by its name. Of a provider that is neither, only numbers count that mean the same in both."""
    if isinstance(value, str):
        return value
    if type(value) is not int:
        return None
    names = FINISH_REASONS.get(provider, FIRST_REASONS)
    return names[value] if 0 <= value < len(names) else str(value)


# --- schemas ---------------------------------------------------------------------------------------------------------

_TYPES = {name: name.lower() for name in ENUMS["type"][1:]}


def plain_schema(schema: Json, depth: int = 0) -> Json:
    """Google's Schema as the JSON Schema that it means: type names in lower case, keywords in JSON Schema's spelling.

    Nothing is lost by it: ``STRING``, ``string`` and 1 are one value of one enumeration.
    """
    if isinstance(schema, list):
        return [plain_schema(inner, depth + 1) for inner in schema] if depth < 60 else schema
    if not isinstance(schema, dict) or depth >= 60:
        return schema
    plain: dict[str, Json] = {}
    for key, value in schema.items():
        name: Json = KEYWORDS.get(key, key)
        if name in plain:
            plain[key] = value  # both spellings in one schema
        elif name == "type":
            plain[name] = _type_name(value)
        elif name in NAMED and isinstance(value, dict):
            plain[name] = {inner: plain_schema(below, depth + 2) for inner, below in value.items()}
        elif name in NESTED:
            plain[name] = plain_schema(value, depth + 1)
        else:
            plain[name] = value
    return plain


def _type_name(value: Json) -> Json:
    if isinstance(value, list):
        return [_type_name(each) if not isinstance(each, list) else each for each in value]
    name = enum_name("type", value)
    return _TYPES.get(name, name) if isinstance(name, str) else name
