"""Does JSON satisfy the schema that the request itself declared? Asked of `jsonschema`, which is imported only here,
because importing it takes longer than comparing two recordings does.

A recorded schema is untrusted: nothing is fetched that it refers to, and its regular expressions are not run.
"""

from __future__ import annotations

from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.model import Json

_MOST = 3  # faults that are told


def faults(document: Json, schema: Json) -> list[str] | None:
    """What is wrong with the document, in a few words each; ``None`` where the schema cannot be judged by."""
    if not isinstance(schema, dict) or not schema:
        return None
    from jsonschema.exceptions import SchemaError, UnknownType
    from referencing.exceptions import Unresolvable

    try:
        validator = _validator(schema)
        found = sorted(validator.iter_errors(document), key=lambda fault: [str(step) for step in fault.absolute_path])
    except (SchemaError, UnknownType, Unresolvable, RecursionError, TypeError, ValueError, AttributeError, KeyError):
        return None
    told = [_said(fault) for fault in found[:_MOST]]
    return told + ([f"and {len(found) - _MOST} more faults"] if found[_MOST:] else [])


def _validator(schema: dict[str, Json]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend
    from referencing import Registry

    from cassette_tools.diff.vocabulary import plain_schema

    kind = extend(  # type: ignore[no-untyped-call]
        Draft202012Validator, {"pattern": _unjudged, "patternProperties": _unjudged}
    )
    return kind(plain_schema(schema), registry=Registry())


def _unjudged(_validator: Any, _value: Any, _instance: Any, _schema: Any) -> Any:
    return ()


def _said(fault: Any) -> str:
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault.absolute_path).lstrip(".")
    if fault.validator == "required":
        missing = [name for name in fault.validator_value if name not in fault.instance]
        return f"{f'{where}.' if where else ''}{missing[0] if missing else '?'} is missing"
    seen = short(fault.instance, 30)
    if fault.validator == "type":
        wanted = fault.validator_value
        return f"{where or 'it'} is {seen}, not {wanted if isinstance(wanted, str) else ' or '.join(wanted)}"
    if fault.validator in ("enum", "const"):
        return f"{where or 'it'} is {seen}, which is not allowed"
    if fault.validator == "additionalProperties":
        return f"{where or 'it'} has properties that are not allowed"
    return f"{where or 'it'} is {seen}, which breaks {fault.validator} {short(fault.validator_value, 30)}"
