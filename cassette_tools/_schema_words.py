"""What `jsonschema` finds, said in a user's words. Imported only for a cassette that does not conform.

A message names the field, says what was seen and what was expected, and how to mend it. It never holds what may be a
secret: below the names in `GUARDED` only the kind of a value is told.
"""

from __future__ import annotations

import json

from jsonschema import Draft202012Validator

from cassette_tools._record import record
from cassette_tools.finding import Observation
from cassette_tools.model import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from cassette_tools.model import Json, Route

MOST = 5  # places reported in one interaction: who sees five mends what wrote the file, not the sixth field

# Header fields, bodies and form values carry credentials, and so do URLs (`?key=`).
GUARDED = {"headers", "trailer", "form", "body", "url", "request_uri"}

LONGEST_TEXT = 40  # characters of a recorded text in a message


@record
class Mend:
    """What to do about a value of the kind `seen` where the type `expected` belongs; ``""`` fits every one.

    `in_json` is the advice for a JSON file, where it is another one.
    """

    seen: str
    expected: str
    advice: str
    in_json: str = ""


LINES = 'write each value on a line of its own, after "- "'
BRACKETS = "write the values between [ and ]"
BRACES = 'write `"name": value` members between { and }'

# The first row that fits is taken.
MENDS = (
    Mend(seen="digits", expected="integer", advice="remove the quotes"),
    Mend(seen="text", expected="boolean", advice="write true or false, without quotes"),
    Mend(seen="scalar", expected="array", advice=LINES, in_json=BRACKETS),
    Mend(seen="mapping", expected="array", advice=LINES, in_json=BRACKETS),
    Mend(seen="list", expected="object", advice="write `name: value` lines in place of the list items", in_json=BRACES),
    Mend(seen="scalar", expected="object", advice="write its `name: value` lines below it, indented", in_json=BRACES),
    Mend(seen="list", expected="string", advice="write it as one text"),
    Mend(
        seen="mapping",
        expected="string",
        advice="write it as one text, in quotes or as a block after `|`",
        in_json="write it as one text, in quotes",
    ),
    Mend(seen="", expected="", advice="correct it, or record the cassette again"),
)

TYPE_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}


def observations(schema_text: str, part: str, data: Json, route: Route, *, in_json: bool = False) -> list[Observation]:
    """One observation for each place in `data` that contradicts the schema, the outermost first, at most `MOST`.

    `in_json` says that the file is JSON, so that the advice is in its terms.
    """
    by_path: dict[tuple[Any, ...], list[Any]] = {}
    for error in _validator(schema_text, part).iter_errors(texts_from_bytes(data)):
        by_path.setdefault(tuple(error.absolute_path), []).append(error)
    orders: dict[int, dict[Any, int]] = {}
    paths = sorted(by_path, key=lambda path: (len(path), _ordinals(data, path, orders)))[:MOST]
    told = [(path, _message(path, by_path[path], data, part, in_json=in_json)) for path in paths]
    if len(by_path) > MOST:
        path, message = told[-1]
        told[-1] = (path, f"{message} (this {part} has {len(by_path) - MOST} more of such faults)")
    return [Observation(message=text, place=Place(route=(*route, *path)), key=spelled(path)) for path, text in told]


def texts_from_bytes(data: Json) -> Json:
    """The same data with each bytes value as the text that it is to a schema."""
    if isinstance(data, bytes):
        return data.decode("utf-8", "replace")
    if isinstance(data, dict):
        return {key: texts_from_bytes(value) for key, value in data.items()}
    if isinstance(data, list):
        return [texts_from_bytes(value) for value in data]
    return data


def spelled(path: Iterable[Any]) -> str:
    """The path as people write it: ``request.headers.Accept[0]``."""
    steps = (f"[{step}]" if type(step) is int else f".{_printable(str(step))}" for step in path)
    return "".join(steps).removeprefix(".")


def _validator(schema_text: str, part: str) -> Any:
    """A validator of whole documents, or of the definition named `part`."""
    schema = json.loads(schema_text)
    if part != "document":
        schema = {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    return Draft202012Validator(schema)


def _ordinals(data: Json, path: Iterable[Any], orders: dict[int, dict[Any, int]]) -> tuple[int, ...]:
    """The place of a path in the order of the file: jsonschema names unexpected fields in any order. `orders` are the
    places of the members of each mapping that was asked before.
    """
    ordinals = []
    for step in path:
        if isinstance(data, dict):
            if id(data) not in orders:
                orders[id(data)] = {key: at for at, key in enumerate(data)}
            ordinals.append(orders[id(data)][step])
        else:
            ordinals.append(step)
        data = data[step]
    return tuple(ordinals)


def _message(path: tuple[Any, ...], errors: Sequence[Any], data: Json, part: str, *, in_json: bool) -> str:
    """The words for all errors at one place: what is missing there, else what is wrong with the value."""
    subject = spelled(path) or f"the {part}"
    for error in errors:
        if error.validator in ("required", "anyOf"):  # of fields of which one is enough, the first is the usual one
            names = error.validator_value if error.validator == "required" else error.validator_value[0]["required"]
            missing = [name for name in names if name not in error.instance]
            return f"{subject} lacks {_listed(missing)}: {_how_to_add(missing, error.schema, in_json=in_json)}"
    error = min(errors, key=lambda error: error.validator != "type")  # a wrong type explains the rest
    value = data
    for step in path:
        value = value[step]
    seen = _seen(value, hidden=not GUARDED.isdisjoint(path) or not _wants_scalar(error.schema))
    mend = _mend(value, error.schema) if error.validator == "type" else MENDS[-1]
    advice = (mend.in_json if in_json else "") or mend.advice
    return f"{subject} is {seen}, expected {_expected(error.schema)}: {advice}"


# --- what was seen ---------------------------------------------------------------------------------------------------


def _seen(value: Json, *, hidden: bool) -> str:
    """A value by its kind and, where it may be shown, as it stands."""
    if value is None:
        return "null"
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return "true or false" if hidden else str(value).lower()
    if isinstance(value, (int, float)):
        return "a number" if hidden else f"the number {value}"
    if isinstance(value, bytes):
        return "a binary text"
    if not value:
        return "an empty text"
    return "a text" if hidden else f'the text "{_printable(value)}"'


def _printable(text: str) -> str:
    """Recorded text cannot drive a terminal, nor fill it: what does not print is escaped, what is long is cut."""
    cut = text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]


def _kinds(value: Json) -> set[str]:
    """The words that `Mend.seen` uses for a value."""
    if isinstance(value, dict):
        return {"mapping"}
    if isinstance(value, list):
        return {"list"}
    if not isinstance(value, str):
        return set() if value is None else {"scalar"}
    return {"scalar", "text", "digits"} if value.removeprefix("-").isdecimal() else {"scalar", "text"}


# --- what was expected -----------------------------------------------------------------------------------------------


def _types(schema: Mapping[str, Any]) -> list[str]:
    """The types a value may have. Null is left out: what may be null may as well be absent."""
    types = schema["type"]
    return [types] if isinstance(types, str) else [name for name in types if name != "null"]


def _wants_scalar(schema: Mapping[str, Any]) -> bool:
    types = set(_types(schema))
    return "integer" in types or not {"array", "object"} & types


def _expected(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return str(schema["const"])
    types = _types(schema)
    # Where a plain number would do as well, a text is what is meant.
    words = "a text" if {"string", "number"} <= set(types) else " or ".join(_ranged(name, schema) for name in types)
    if "minimum" in schema and "maximum" not in schema and "string" not in types:
        words += f" of at least {schema['minimum']}"
    if "minLength" in schema:
        words += " that is not empty"
    if "pattern" in schema:
        words += f" such as {' or '.join(schema['examples'])}"
    return words


def _ranged(name: str, schema: Mapping[str, Any]) -> str:
    """A type in words, with the range that its numbers have."""
    has_range = name in ("integer", "number") and "maximum" in schema
    return f"{TYPE_WORDS[name]} from {schema['minimum']} to {schema['maximum']}" if has_range else TYPE_WORDS[name]


# --- how to mend it --------------------------------------------------------------------------------------------------


def _how_to_add(names: Sequence[str], schema: Mapping[str, Any], *, in_json: bool) -> str:
    """The repair for missing fields; a single one is spelled out where the schema knows what it must say."""
    properties = schema.get("properties", {})
    only = properties.get(names[0], {}) if len(names) == 1 else {}
    if "const" in only:
        return f"add the {'member' if in_json else 'line'} {_member(names[0], only['const'], in_json=in_json)}"
    example = f", for example {_member(names[0], only['examples'][0], in_json=in_json)}" if "examples" in only else ""
    return f"add {'it' if len(names) == 1 else 'them'}{example}, or record the cassette again"


def _member(name: str, value: Json, *, in_json: bool) -> str:
    return f"`{json.dumps(name)}: {json.dumps(value)}`" if in_json else f"`{name}: {value}`"


def _mend(value: Json, schema: Mapping[str, Any]) -> Mend:
    kinds = _kinds(value) | {""}
    wanted = {*_types(schema), ""}
    return next(mend for mend in MENDS if mend.seen in kinds and mend.expected in wanted)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
