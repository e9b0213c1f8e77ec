"""A contract: what the answers of a dialect look like, as JSON Schema.

There is one file for each dialect, with a definition for each kind of event and of whole answers. It holds what was
learned and no counts, so that it changes only where the contract does.
"""

from __future__ import annotations

import json
import os

from cassette_tools._record import record
from cassette_tools.diff.http.event_kinds import variant_of
from cassette_tools.errors import UsageError
from cassette_tools.secrets.hiding import hidden
from cassette_tools.suite.shapes import ANY, ELEMENT, FREE, GIVEN, TOP, VALUE, add, is_closed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from cassette_tools.suite.shapes import Path, Seen, Shape, Shapes

    # by dialect, kind and path
    Rules: TypeAlias = Mapping[Path, "Rule"]
    Contract: TypeAlias = Mapping[str, Mapping[str, Rules]]

SUFFIX = ".schema.json"
_ID = "urn:cassette:contract:"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ENOUGH = 3  # recordings, before what all of them have is required, or what they say is an enumeration
_OFTEN = 2  # recordings that say each word of an enumeration, on average


@record
class Rule:
    """What may stand at a place. `types` are empty where any may, `words` ``None`` where any text may; of what
    `is_closed` nothing is said of what it holds.
    """

    types: frozenset[str]
    words: frozenset[str] | None = None
    is_required: bool = False
    is_closed: bool = False


# --- learning --------------------------------------------------------------------------------------------------------


def learned(shapes: Shapes) -> dict[str, dict[str, Any]]:
    """The schema of each dialect, by its name."""
    kinds: dict[str, dict[str, Shape]] = {}
    for (dialect, _provider, kind), shape in sorted(shapes.items()):
        own = kinds.setdefault(dialect, {}).setdefault(kind, {})
        for path, seen in shape.items():
            add(own.setdefault(path, {}), seen)
    return {dialect: _document(dialect, own) for dialect, own in kinds.items()}


def schema_json(document: Mapping[str, Any]) -> bytes:
    """The content of a file."""
    return (json.dumps(document, indent=2, ensure_ascii=True) + "\n").encode()


def _document(dialect: str, kinds: Mapping[str, Shape]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "$id": _ID + dialect,
        "title": f"Answers of {dialect}",
        "description": "Learned from recordings by `cassette report --write-contract`.",
        "$defs": {kind: _Learner(shape).schema(()) for kind, shape in sorted(kinds.items())},
    }


class _Learner:
    """The schema of one kind of event or answer."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._within: dict[Path, list[Path]] = {}
        for path in sorted(shape):
            if path:
                self._within.setdefault(path[:-1], []).append(path)

    def schema(self, path: Path) -> dict[str, Any]:
        """What may stand at a path."""
        seen = self._shape[path]
        types = sorted({*types_of(seen), *given_types(seen)})
        found: dict[str, Any] = {"type": types[0] if len(types) == 1 else types}
        words = _words(path, seen)
        if words is not None:
            found["enum"] = [*sorted(words), *([None] if "null" in types else [])]
        if {"object", "array"} & {*given_types(seen)}:
            return found
        objects = [self._object(each) for each in self._within.get(path, ()) if each[-1].startswith(TOP)]
        if len(objects) == 1:
            found.update(objects[0])
        elif objects:
            others = [{"not": {"type": "object"}}] if types != ["object"] else []
            found["anyOf"] = [*objects, *others]
        if "array" in types:
            found.update(self._elements(path))
        return found

    def _object(self, path: Path) -> dict[str, Any]:
        """The fields of the objects of one type."""
        fields = self._within.get(path, ())
        required = [each[-1][1:] for each in fields if self._is_always_there(each)]
        return {
            "properties": {each[-1][1:]: self.schema(each) for each in fields},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def _is_always_there(self, path: Path) -> bool:
        holders, recordings = self._shape[path[:-1]][ANY]
        names_object = _says_type(path) and path[-2] != TOP
        return names_object or (recordings >= _ENOUGH and self._shape[path][ANY][0] == holders)

    def _elements(self, path: Path) -> dict[str, Any]:
        if (*path, ELEMENT) in self._shape:
            return {"items": self.schema((*path, ELEMENT))}
        return {} if is_closed(path) else {"maxItems": 0}


def _says_type(path: Path) -> bool:
    """Whether an object within says there of which type it is."""
    return len(path) > 2 and path[-1] == ".type"


def types_of(seen: Seen) -> list[str]:
    """The JSON types that were seen, but for what is given back."""
    return sorted(what for what in seen if what not in (ANY, FREE) and not what.startswith((GIVEN, VALUE)))


def given_types(seen: Seen) -> list[str]:
    """The JSON types of what is given back."""
    return sorted(what[1:] for what in seen if what.startswith(GIVEN))


def words_of(seen: Seen) -> list[str]:
    """The words that were seen."""
    return sorted(what[1:] for what in seen if what.startswith(VALUE))


def _words(path: Path, seen: Seen) -> list[str] | None:
    """The words of an enumeration; ``None`` where any text may stand."""
    words = words_of(seen)
    if not words or FREE in seen or given_types(seen) or not set(types_of(seen)) <= _NAMED:
        return None
    if any(hidden(word) != word for word in words):  # a secret is no word of an API, and no contract may hold it
        return None
    return words if _says_type(path) or _recur(words, seen) else None


def _recur(words: Sequence[str], seen: Seen) -> bool:
    """Whether words were said in enough recordings, and often enough each, to be all that there are."""
    said = sum(seen[VALUE + word][1] for word in words)
    return seen["string"][1] >= _ENOUGH and said >= _OFTEN * len(words)


_NAMED = {"string", "null"}


# --- reading ---------------------------------------------------------------------------------------------------------


def read_contract(folder: str) -> Contract:
    """The contract that a folder holds. Raises UsageError."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(SUFFIX))
    except OSError as error:
        raise UsageError(f"--contract {folder}: cannot be read: {error.strerror or error}") from error
    documents = [_read(os.path.join(folder, name)) for name in names]
    if not documents:
        raise UsageError(
            f"--contract {folder}: no file of a contract is in it (expected DIALECT{SUFFIX}); "
            f"--write-contract {folder} learns one"
        )
    return {
        document["$id"].removeprefix(_ID): {
            kind: dict(_rules((), schema, is_required=False)) for kind, schema in document["$defs"].items()
        }
        for document in documents
    }


def _read(path: str) -> dict[str, Any]:
    """One file, which must be a JSON Schema and a contract."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        Draft202012Validator.check_schema(document)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: cannot be read as JSON: {error}") from error
    except SchemaError as error:
        raise UsageError(f"{path}: is no JSON Schema: {error.json_path}: {error.message}") from error
    if not isinstance(document, dict) or not str(document.get("$id")).startswith(_ID) or "$defs" not in document:
        raise UsageError(
            f"{path}: is no contract: expected $id {_ID}DIALECT and $defs, as --write-contract writes them"
        )
    return document


def _rules(path: Path, schema: Any, *, is_required: bool) -> Iterator[tuple[Path, Rule]]:
    """The rule of each place that a schema speaks of."""
    schema = schema if isinstance(schema, dict) else {}
    types = schema.get("type", ())
    words = schema.get("enum")
    yield (
        path,
        Rule(
            types=frozenset([types] if isinstance(types, str) else types),
            words=None if words is None else frozenset(word for word in words if isinstance(word, str)),
            is_required=is_required,
            is_closed=not {"properties", "anyOf", "items", "maxItems"} & {*schema},
        ),
    )
    for each in _objects(schema):
        within = (*path, TOP + _type_of(each, path))
        yield within, Rule(types=frozenset())
        required = each.get("required", ())
        for name, child in each["properties"].items():
            yield from _rules((*within, f".{name}"), child, is_required=name in required)
    if "items" in schema:
        yield from _rules((*path, ELEMENT), schema["items"], is_required=False)


def _objects(schema: dict[str, Any]) -> Iterable[dict[str, Any]]:
    several = schema.get("anyOf", [schema])
    return [each for each in several if isinstance(each, dict) and "properties" in each]


def _type_of(schema: dict[str, Any], path: Path) -> str:
    """The type that the objects say: as `variant_of` has it."""
    said = schema["properties"].get("type")
    words = said.get("enum", []) if path and isinstance(said, dict) else []
    return variant_of({"type": words[0]}) if len(words) == 1 else ""
