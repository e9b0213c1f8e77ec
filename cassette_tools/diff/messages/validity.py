"""Does JSON satisfy the schema that the request itself declared? Asked of `jsonschema`, which is imported only here,
because importing it takes longer than comparing two recordings does.

A recorded schema is untrusted: nothing is fetched that it refers to, and its regular expressions are not run.
"""

from __future__ import annotations

from cassette_tools.words import short, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from cassette_tools.model import Json

_MOST = 3  # faults, or names, that are told
_NAME = 60  # characters of a name


def faults(document: Json, schema: Json, kinds: Collection[str] = (), *, shown: bool = True) -> list[str] | None:
    """What is wrong with the document, in a few words each; ``None`` where the schema cannot be judged by.

    Only faults of these `kinds` (keywords of the schema) if any are named; `shown` says that the values at fault are.
    """
    if not isinstance(schema, dict) or not schema:
        return None
    from jsonschema.exceptions import SchemaError, UnknownType
    from referencing.exceptions import Unresolvable

    try:
        validator = _validator(schema)
        every = [each for each in validator.iter_errors(document) if not kinds or each.validator in kinds]
    except (SchemaError, UnknownType, Unresolvable, RecursionError, TypeError, ValueError, AttributeError, KeyError):
        return None
    found = sorted(every, key=_way_to)
    words = _said if shown else _wanted
    return [*map(words, found[:_MOST]), *([f"and {len(found) - _MOST} more faults"] if found[_MOST:] else ())]


def _way_to(fault: Any) -> list[str]:
    return [str(step) for step in fault.absolute_path]


def _validator(schema: dict[str, Json]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    from cassette_tools.diff.pairing.vocabulary import plain_schema

    kind = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {"pattern": _unjudged, "patternProperties": _unjudged, "additionalProperties": _additional},
    )
    return kind(plain_schema(schema, closed=True), registry=Registry())


def _additional(validator: Any, allowed: Any, instance: Any, schema: Any) -> Any:
    """The keyword's own judgement, but where it would run the patterns beside it."""
    from jsonschema import Draft202012Validator

    if "patternProperties" in schema:
        return ()
    return Draft202012Validator.VALIDATORS["additionalProperties"](validator, allowed, instance, schema) or ()


def _unjudged(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> Any:
    return ()


def _said(fault: Any) -> str:
    where = _where(fault)
    if fault.validator == "required":
        missing = next((name for name in fault.validator_value if name not in fault.instance), "?")
        return f"{where}.{missing} is missing" if where else f"{missing} is missing"
    if fault.validator == "additionalProperties":
        return _not_allowed(fault, where)
    told = f"{where or 'it'} is {short(fault.instance, 30)}"
    if fault.validator == "type":
        return f"{told}, not {_types(fault)}"
    if fault.validator in ("enum", "const"):
        return f"{told}, which is not allowed"
    return f"{told}, which breaks {fault.validator} {short(fault.validator_value, 30)}"


def _not_allowed(fault: Any, where: str) -> str:
    """``continent is not allowed``, ``c.x and c.y are not allowed``."""
    known = fault.schema.get("properties") or ()
    names = [unquoted(f"{where}.{name}".lstrip("."), _NAME) for name in fault.instance if name not in known]
    told = names[:_MOST] + ([f"{len(names) - _MOST} more"] if names[_MOST:] else [])
    if len(told) == 1:
        return f"{told[0]} is not allowed"
    return f"{', '.join(told[:-1])} and {told[-1]} are not allowed"


def _wanted(fault: Any) -> str:
    """What the schema asks for, of a value that is shown beside."""
    where = _where(fault) or "it"
    if fault.validator == "type":
        return f"{where} must be {_article(_types(fault))}"
    if fault.validator == "enum":
        return f"{where} must be one of {short(fault.validator_value)}"
    if fault.validator in ("required", "additionalProperties", "const"):
        return _said(fault)
    return f"{where} breaks {fault.validator} {short(fault.validator_value, 30)}"


def _where(fault: Any) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.absolute_path).lstrip(".")


def _article(kind: str) -> str:
    return kind if kind == "null" else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def _types(fault: Any) -> str:
    wanted = fault.validator_value
    return wanted if isinstance(wanted, str) else " or ".join(wanted)
