"""Does a recorded value fit a JSON Schema that the request gave, and if not, in which words is it told.

Nearly all values fit, and that is seen here without `jsonschema`, which takes longer to import than a cassette takes to
check; it is asked whenever these few keywords do not tell, and it alone finds fault. A schema that it does not accept,
a reference that leads elsewhere, and patterns (JavaScript's regular expressions, which are not Python's, and which may
take for ever) find none."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.errors import UnsafeInput

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from cassette_tools.model import Json, Message

DEEPEST = 40
LARGEST = 200_000  # characters of what is checked by `jsonschema`, whose time some schemas make grow without bounds
SHOWN = 6  # values of an enumeration
TOLD = 3  # faults of one value
LONGEST = 60  # characters of a keyword's value

REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")

TYPES: Mapping[str, Callable[[Json], bool]] = {
    "object": lambda value: type(value) is dict,
    "array": lambda value: type(value) is list,
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "null": lambda value: value is None,
    "integer": lambda value: type(value) is int or (type(value) is float and value.is_integer()),
    "number": lambda value: type(value) in (int, float),
}
BOUNDS: Mapping[str, Callable[[Json, Json], bool]] = {
    # A bound holds for values of its own type only.
    "minimum": lambda value, bound: type(value) not in (int, float) or value >= bound,
    "maximum": lambda value, bound: type(value) not in (int, float) or value <= bound,
    "minLength": lambda value, bound: type(value) is not str or len(value) >= bound,
    "maxLength": lambda value, bound: type(value) is not str or len(value) <= bound,
    "minItems": lambda value, bound: type(value) is not list or len(value) >= bound,
    "maxItems": lambda value, bound: type(value) is not list or len(value) <= bound,
}
SILENT = frozenset(
    # Keywords that forbid nothing, or (`format`, `pattern`) that are not asked about.
    ("description", "title", "default", "example", "examples", "$schema", "$defs", "definitions", "format", "pattern",
     "$comment", "deprecated", "readOnly", "writeOnly", "propertyOrdering", "strict", "cache_control", "$id")
)  # fmt: skip
TYPE_WORDS = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


@record
class Fault:
    """What is wrong, and the JSON pointer from the value to it."""

    words: str
    pointer: str


def fault_in(schema: Json, value: Json) -> Fault | None:
    """What `schema` forbids in `value`; ``None`` where nothing is, or where nobody can know. Raises UnsafeInput for a
    schema whose references have no end.
    """
    if type(schema) is not dict or fits(schema, value, Whole(schema)):
        return None
    return _fault(schema, value)


class Whole:
    """A schema, through which its references lead, and what is known of them: a definition may refer to itself, and to
    others twice each, so that every one is asked about a value once. While it is, it says nothing.
    """

    def __init__(self, schema: Mapping[str, Json]) -> None:
        self._schema = schema
        self._known: dict[tuple[str, int], bool] = {}

    def fits(self, reference: Json, value: Json, depth: int) -> bool:
        """Whether `value` surely fits what ``#/$defs/Name`` refers to."""
        words = reference.split("/") if type(reference) is str else []
        definitions = self._schema.get(words[1]) if len(words) == 3 and words[0] == "#" else None
        if type(definitions) is not dict:
            return False
        question = reference, id(value)
        if question not in self._known:
            self._known[question] = False
            self._known[question] = fits(definitions.get(words[2]), value, self, depth)
        return self._known[question]


def fits(schema: Json, value: Json, top: Whole, depth: int = 0) -> bool:
    """Whether `value` surely fits. False says nothing."""
    if schema is True:
        return True
    if type(schema) is not dict or depth > DEEPEST:
        return False
    at = _At(schema=schema, top=top, depth=depth)
    return all(_obeys(key, told, value, at) for key, told in schema.items() if key not in SILENT)


@record
class _At:
    """The schema that a keyword stands in, the whole one, and how deep it lies."""

    schema: Mapping[str, Json]
    top: Whole
    depth: int

    def fits(self, schema: Json, value: Json) -> bool:
        """Whether `value` surely fits a schema that lies in this one."""
        return fits(schema, value, self.top, self.depth + 1)


def _obeys(key: str, told: Json, value: Json, at: _At) -> bool:
    """Whether `value` surely obeys one keyword."""
    keyword = KEYWORDS.get(key)
    if keyword is not None:
        return keyword(told, value, at)
    bound = BOUNDS.get(key)
    return bound is not None and type(told) in (int, float) and bound(value, told)


def _has_type(told: Json, value: Json, at: _At) -> bool:
    names = told if type(told) is list else (told,)
    has = any(type(name) is str and name in TYPES and TYPES[name](value) for name in names)
    return has or (value is None and at.schema.get("nullable") is True)


def _properties_fit(told: Json, value: Json, at: _At) -> bool:
    if type(value) is not dict:
        return True
    if type(told) is not dict:
        return False
    required = at.schema.get("required")
    needed = required if type(required) is list else ()
    return all(
        name not in value or (value[name] is None and name not in needed) or at.fits(told[name], value[name])
        for name in told
    )


def _additions_fit(told: Json, value: Json, at: _At) -> bool:
    if told is True or type(value) is not dict:
        return True
    properties = at.schema.get("properties")
    added = [name for name in value if type(properties) is not dict or name not in properties]
    return all(at.fits(told, value[name]) for name in added)


def _has_all(told: Json, value: Json, _at: _At) -> bool:
    return type(value) is not dict or (type(told) is list and all(name in value for name in told))


def _items_fit(told: Json, value: Json, at: _At) -> bool:
    return type(value) is not list or all(at.fits(told, item) for item in value)


# What of a keyword can be seen without `jsonschema`; of values that are no strings it says which are equal.
KEYWORDS: Mapping[str, Callable[[Json, Json, _At], bool]] = {
    "type": _has_type,
    "properties": _properties_fit,
    "required": _has_all,
    "items": _items_fit,
    "additionalProperties": _additions_fit,
    "enum": lambda told, value, _at: type(told) is list and type(value) is str and value in told,
    "const": lambda told, value, _at: type(value) is str and told == value,
    "anyOf": lambda told, value, at: type(told) is list and any(at.fits(each, value) for each in told),
    "allOf": lambda told, value, at: type(told) is list and all(at.fits(each, value) for each in told),
    "$ref": lambda told, value, at: at.top.fits(told, value, at.depth + 1),
    "nullable": lambda told, _value, _at: type(told) is bool,
}


def was_cut(message: Message) -> bool:
    """Whether an answer was cut at a limit: a gateway may say one thing, and the provider behind it another."""
    from cassette_tools.data.finish_reasons import is_cut

    return message.finish_reason == "length" or is_cut(message.native_finish_reason)


# --- what `jsonschema` says ------------------------------------------------------------------------------------------


def _fault(schema: dict[str, Json], value: Json) -> Fault | None:
    import json

    try:
        written, asked = json.dumps(schema), json.dumps(value)
    except (ValueError, RecursionError):
        return None
    if len(written) + len(asked) > LARGEST or '"patternProperties"' in written:
        return None
    error, errors = _errors(schema, value)
    if error is None:
        return None
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in error.absolute_path)
    # Where several values beside each other are wrong, each is told: the best match is but one of them.
    told = list(dict.fromkeys(_words(each) for each in ([error] if error.parent else errors) if not each.context))
    more = f"; and {len(told) - TOLD} more" if len(told) > TOLD else ""
    return Fault(words="; ".join(told[:TOLD]) + more, pointer=pointer)


def _errors(schema: dict[str, Json], value: Json) -> tuple[Any, list[Any]]:
    """What the validator has against the value, the best match first: nothing where the schema itself is at fault."""
    from jsonschema.exceptions import best_match

    budgets.begin("references")
    try:
        validator = _validator(schema)
        validator.check_schema(schema)
        errors = list(validator.iter_errors(value))
        return best_match(errors), errors
    except (MemoryError, UnsafeInput):
        raise
    except Exception:  # no schema, an unresolvable reference, a type that no draft knows, a schema without an end
        return None, []


def _validator(schema: dict[str, Json]) -> Any:
    """The validator of the schema's own draft, which never asks the network and is mild in what clients are mild in."""
    from jsonschema import Draft3Validator, Draft4Validator, Draft7Validator, Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    draft = validator_for(schema, default=Draft202012Validator)
    if draft in (Draft3Validator, Draft4Validator):
        draft = Draft7Validator  # to the older ones 3.0 is no whole number
    mild: Any = extend(  # type: ignore[no-untyped-call]
        draft,
        {
            "pattern": _nothing,
            "format": _nothing,
            "properties": _properties,
            "type": _nullable(draft, "type"),
            "enum": _nullable(draft, "enum"),
            **{keyword: _counted(draft, keyword) for keyword in REFERENCES if keyword in draft.VALIDATORS},
        },
    )
    return mild(schema, registry=Registry())


def _nothing(_validator: Any, _told: Json, _value: Json, _schema: Json) -> Any:
    return ()


def _properties(validator: Any, told: Json, value: Json, schema: Json) -> Any:
    """As the standard has it, but null for what need not be there is as if it were not."""
    if validator.is_type(value, "object"):
        required = schema.get("required", ())
        for name, inner in told.items():
            if name in value and (value[name] is not None or name in required):
                yield from validator.descend(value[name], inner, path=name, schema_path=name)


def _counted(draft: Any, keyword: str) -> Any:
    """A reference, which is followed so often and no oftener."""
    follow = draft.VALIDATORS[keyword]

    def counted(validator: Any, told: Json, value: Json, schema: Json) -> Any:
        budgets.spend("references")
        return follow(validator, told, value, schema)

    return counted


def _nullable(draft: Any, keyword: str) -> Any:
    """OpenAPI's ``nullable``, which Google's schemas have."""
    strict = draft.VALIDATORS[keyword]

    def mild(validator: Any, told: Json, value: Json, schema: Json) -> Any:
        if value is None and schema.get("nullable") is True:
            return ()
        return strict(validator, told, value, schema)

    return mild


def _words(error: Any) -> str:
    """The fault in words: names and what was expected, but never the value."""
    where = "".join(f"[{step}]" if type(step) is int else f".{step}" for step in error.absolute_path).removeprefix(".")
    say = WORDS.get(error.validator, _words_of_keyword)
    if error.validator == "additionalProperties" and error.validator_value is not False:
        say = _words_of_keyword
    return say(f"`{_short(where)}`" if where else "", error)


def _words_of_keyword(subject: str, error: Any) -> str:
    return f"{subject or 'the whole'} does not fit `{error.validator}: {_short(str(error.validator_value))}`"


def _words_of_required(subject: str, error: Any) -> str:
    missing = [f"`{_short(name)}`" for name in error.validator_value if name not in error.instance]
    return f"{subject or 'it'} lacks {', '.join(missing[:SHOWN])}"


def _words_of_additions(subject: str, error: Any) -> str:
    known = error.schema.get("properties", {})
    added = [f"`{_short(str(name))}`" for name in error.instance if name not in known]
    return f"{subject or 'it'} has {', '.join(added[:SHOWN])}, which the schema does not have"


def _words_of_type(subject: str, error: Any) -> str:
    told = error.validator_value
    expected = " or ".join(TYPE_WORDS.get(name, name) for name in ([told] if type(told) is str else told))
    return f"{subject or 'the whole'} is {_seen(error.instance)}, expected {expected}"


def _words_of_choice(subject: str, error: Any) -> str:
    listed = error.validator_value if error.validator == "enum" else [error.validator_value]
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return f"{subject or 'the whole'} is none of {', '.join(_short(str(each)) for each in listed[:SHOWN])}{more}"


WORDS: Mapping[str, Callable[[str, Any], str]] = {
    "required": _words_of_required,
    "additionalProperties": _words_of_additions,
    "type": _words_of_type,
    "enum": _words_of_choice,
    "const": _words_of_choice,
}


def _seen(value: Json) -> str:
    name = next((name for name, is_one in TYPES.items() if is_one(value)), "")
    return TYPE_WORDS.get(name, "something else")


def _short(text: str) -> str:
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return cut if cut.isprintable() else ascii(cut)[1:-1]
