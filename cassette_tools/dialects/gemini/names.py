"""Words of Google's JSON: names of models, enumerations by name or by number, and the keywords of its schemas.

Vertex AI's REST transport asks for ``enum-encoding=int``. Sources: the published ``.proto`` files of
google.ai.generativelanguage.v1beta and google.cloud.aiplatform.v1.
"""

from __future__ import annotations

from cassette_tools.data.google import ENUMS, FINISH_REASONS, FIRST_REASONS, KEYWORDS, NAMED, NESTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json


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
    if depth >= 60:
        return schema
    if isinstance(schema, list):
        return [plain_schema(inner, depth + 1) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    plain: dict[str, Json] = {}
    for key, value in schema.items():
        name: Json = KEYWORDS.get(key, key)
        if name in plain:
            plain[key] = value  # both spellings in one schema
        else:
            plain[name] = _plain_value(name, value, depth)
    return plain


def _plain_value(name: Json, value: Json, depth: int) -> Json:
    """The value of a keyword."""
    if name == "type":
        return _type_name(value)
    if name in NAMED and isinstance(value, dict):
        return {inner: plain_schema(below, depth + 2) for inner, below in value.items()}
    return plain_schema(value, depth + 1) if name in NESTED else value


def _type_name(value: Json) -> Json:
    if isinstance(value, list):
        return [_type_name(each) if not isinstance(each, list) else each for each in value]
    name = enum_name("type", value)
    return _TYPES.get(name, name) if isinstance(name, str) else name
