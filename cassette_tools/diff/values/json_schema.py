"""What became of a JSON Schema: which documents it accepts no longer, which it accepts now, and what is said of them.

*Narrowed*: a document that was valid can be invalid now (a property is required, a type or a value is gone): who fills
it in as before fails. *Widened*: the other way round. Anything else (words, defaults) changes no document.

Source: JSON Schema 2020-12, Core and Validation. Read beside it are OpenAPI's ``nullable``, Gemini's types in capitals,
and the strict mode of OpenAI, which demands every property and spells an optional one as one that may be null.
"""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record, replace
from cassette_tools.diff.values.lists import frozen
from cassette_tools.model import ABSENT
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.model import Json

NARROWED, WIDENED, CHANGED = "narrowed", "widened", "changed"
_DEPTH = 24
_MISSPELLED = {
    "str": "string",
    "int": "integer",
    "bool": "boolean",
    "float": "number",
    "dict": "object",
    "list": "array",
    "none": "null",
}  # Python's names: a schema that is put right takes what it was meant to take
_TYPES = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
# Bounds: the keyword, and whether a greater number accepts less.
_BOUNDS = {
    "minimum": True,
    "exclusiveMinimum": True,
    "minLength": True,
    "minItems": True,
    "minProperties": True,
    "minContains": True,
    "maximum": False,
    "exclusiveMaximum": False,
    "maxLength": False,
    "maxItems": False,
    "maxProperties": False,
    "maxContains": False,
}
_DEMANDS = ("pattern", "format", "multipleOf", "uniqueItems", "contains", "not")  # each accepts less than none
_CHOICES = ("anyOf", "oneOf")
_READ = frozenset(
    (*_BOUNDS, *_DEMANDS, *_CHOICES, "type", "nullable", "enum", "const", "properties", "required", "items", "$ref")
) | {"additionalProperties", "$defs", "definitions", "$schema", "$id", "propertyOrdering"}


@record
class SchemaChange:
    """One difference. `path` leads to it through the document that the schema describes: ``days``, ``items[].id``.

    `is_spelling`: the type is the same, in Python's word and in JSON Schema's.
    """

    path: str
    effect: str
    words: str
    is_spelling: bool = False

    def __str__(self) -> str:
        return f"{self.path} {self.words}" if self.path else self.words


def schema_changes(old: Json, new: Json) -> list[SchemaChange]:
    """The differences of two schemas, from the top down; those of a definition where it is first referred to. Whatever
    stands in place of a schema, nothing is raised but UnsafeInput, for references without end.
    """
    budgets.begin("references")
    met: set[str] = set()
    left, right = (_Side(schema=each, whole=each, met=met, refers="$ref" in repr(each)) for each in (old, new))
    return list(_compared(left, right, "", 0)) if old != new else []


def in_words(changes: list[SchemaChange]) -> str:
    """``date is new and required; year type integer → string``."""
    more = f" and {len(changes) - _MOST} more" if changes[_MOST:] else ""
    return "; ".join(str(replace(each, path=each.path or "the schema itself:")) for each in changes[:_MOST]) + more


_MOST = 6  # changes of one schema that are told one by one


def _change(path: str, effect: str, words: str) -> SchemaChange:
    return SchemaChange(path=path, effect=effect, words=words)


def effect_of(changes: Iterable[SchemaChange]) -> str:
    """What all changes together do: one that narrows outweighs the others."""
    effects = {change.effect for change in changes}
    return next((effect for effect in (NARROWED, WIDENED) if effect in effects), CHANGED)


@record
class _Side:
    """A schema, and the whole document that its references lead through; `met` are the references of both sides that
    were followed before. For schemas are graphs: a definition may refer to itself, and to others twice each. Where a
    side `refers`, equal words may mean other definitions.
    """

    schema: Json
    whole: Json
    met: set[str]
    refers: bool

    def at(self, schema: Json) -> _Side:
        return _Side(schema=schema, whole=self.whole, met=self.met, refers=self.refers)


def _is_met(old: _Side, new: _Side, way: str = "") -> bool:
    """Whether these references were compared before, in the same way."""
    if not any("$ref" in _mapping(side.schema) for side in (old, new)):
        return False
    budgets.spend("references")
    pair = way + " ".join(_words_of(side.schema) for side in (old, new))
    if pair in old.met:
        return True
    old.met.add(pair)
    return False


def _words_of(schema: Json) -> str:
    """A schema without the definitions that it brings, which make no difference to where it leads."""
    if not isinstance(schema, dict):
        return repr(schema)
    return repr({name: value for name, value in schema.items() if name not in ("$defs", "definitions")})


def _compared(old: _Side, new: _Side, path: str, depth: int) -> Iterator[SchemaChange]:
    left, right = _resolved(old), _resolved(new)
    if (left == right and not old.refers) or _is_met(old, new):
        return
    if depth > _DEPTH:
        yield _change(path, CHANGED, f"was not compared more than {_DEPTH} levels deep")
        return
    yield from _types(left, right, path)
    yield from _values(left, right, path)
    yield from _properties(old, new, left, right, path, depth)
    yield from _bounds(left, right, path)
    yield from _choices(old, new, left, right, path, depth)
    if _is_schema(left.get("items")) or _is_schema(right.get("items")):
        items = (old.at(left.get("items", True)), new.at(right.get("items", True)))
        yield from _compared(*items, f"{path}[]", depth + 1)
    for name in dict.fromkeys((*left, *right)):
        if name not in _READ and left.get(name, ABSENT) != right.get(name, ABSENT):
            yield _change(path, CHANGED, _became(name, left.get(name, ABSENT), right.get(name, ABSENT)))


def _resolved(side: _Side) -> dict[str, Json]:
    """The schema itself, its reference followed; ``true`` says nothing, ``false`` and nonsense accept nothing."""
    schema = side.schema
    for _ in range(_DEPTH):
        target = _referred(side.whole, schema)
        if not isinstance(target, dict):
            break
        schema = target | {key: value for key, value in schema.items() if key != "$ref"}
    if schema is True or schema is None:
        return {}
    return schema if isinstance(schema, dict) else {"not": {}}


def _referred(whole: Json, schema: Json) -> Json:
    """What a schema refers to in the same document."""
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    return _target(whole, reference) if isinstance(reference, str) and reference.startswith("#") else None


def _target(whole: Json, reference: str) -> Json:
    for step in reference.removeprefix("#").split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(whole, dict) or step not in whole:
            return None
        whole = whole[step]
    return whole


def _is_schema(value: Json) -> bool:
    return isinstance(value, dict | bool)


# --- types and values ------------------------------------------------------------------------------------------------


def _types_of(schema: dict[str, Json]) -> frozenset[str]:
    """The types that it accepts; all of them when it says nothing."""
    named = schema.get("type")
    words = named if isinstance(named, list) else [named] if isinstance(named, str) else list(_TYPES)
    types = {_MISSPELLED.get(word.lower(), word.lower()) for word in words if isinstance(word, str)}
    if schema.get("nullable") is True:
        types.add("null")
    if "number" in types:
        types.add("integer")
    return frozenset(types)


def _types(old: dict[str, Json], new: dict[str, Json], path: str) -> Iterator[SchemaChange]:
    before, after = _types_of(old), _types_of(new)
    if before == after:
        spelled = old.get("type"), new.get("type")
        if any(isinstance(word, str) and word.lower() in _MISSPELLED for word in spelled) and spelled[0] != spelled[1]:
            words = f"type {spelled[0]} → {spelled[1]}"
            yield SchemaChange(path=path, effect=CHANGED, words=words, is_spelling=True)
        return
    effect = NARROWED if before - after else WIDENED
    yield _change(path, effect, f"type {_spelled(old, before)} → {_spelled(new, after)}")


def _spelled(schema: dict[str, Json], types: frozenset[str]) -> str:
    if "type" not in schema:
        return "any"
    return " or ".join(sorted(types - {"integer"} if "number" in types else types))


def _values(old: dict[str, Json], new: dict[str, Json], path: str) -> Iterator[SchemaChange]:
    before, after = _allowed(old), _allowed(new)
    if before == after:
        return
    if before is None or after is None:
        words = f"any value → {_listed(after)}" if before is None else f"only {_listed(before)} → any value"
        yield _change(path, NARROWED if before is None else WIDENED, words)
        return
    gone, come = _lost(before, after), _lost(after, before)
    if gone:
        yield _change(path, NARROWED, f"no longer allows {_listed(gone)}")
    if come:
        yield _change(path, WIDENED, f"allows {_listed(come)}")


def _lost(old: list[Json], new: list[Json]) -> list[Json]:
    """What only the old one of two lists has."""
    there = {frozen(value) for value in new}
    return [value for value in old if frozen(value) not in there]


def _allowed(schema: dict[str, Json]) -> list[Json] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return values if isinstance(values, list) else None


def _listed(values: Json) -> str:
    return ", ".join(short(value, 30) for value in values[:6]) + (f" and {len(values) - 6} more" if values[6:] else "")


# --- objects ---------------------------------------------------------------------------------------------------------


def _properties(
    old: _Side, new: _Side, left: dict[str, Json], right: dict[str, Json], path: str, depth: int
) -> Iterator[SchemaChange]:
    before, after = _mapping(left.get("properties")), _mapping(right.get("properties"))
    needed, needs = _names(left.get("required")), _names(right.get("required"))
    closed = right.get("additionalProperties") is False
    for name in dict.fromkeys((*before, *after)):
        inner = _within(path, name)
        if name not in before:
            yield _new_property(inner, is_required=name in needs)
        elif name not in after:
            yield _gone_property(inner, closed=closed, was_required=name in needed | needs)
        else:
            pair = (old.at(before[name]), new.at(after[name]))
            yield from _one_property(*pair, name in needed, name in needs, inner, depth)
    for name in needs - needed - {*before, *after}:
        yield _change(_within(path, name), NARROWED, "is required")
    yield from _closing(old, new, left, right, path, depth)


def _within(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _new_property(path: str, *, is_required: bool) -> SchemaChange:
    return _change(path, *((NARROWED, "is new and required") if is_required else (WIDENED, "is new and optional")))


def _gone_property(path: str, *, closed: bool, was_required: bool) -> SchemaChange:
    words = "is gone, and no other property is allowed" if closed else "is gone"
    return _change(path, NARROWED if closed or was_required else CHANGED, words)


def _one_property(old: _Side, new: _Side, needed: bool, needs: bool, path: str, depth: int) -> Iterator[SchemaChange]:
    left, right = _resolved(old), _resolved(new)
    nullable = _may_be_null(left), _may_be_null(right)
    if needed != needs and nullable == (needed, needs):  # OpenAI's strict mode
        if _is_met(old, new, "strict "):
            return
        yield _change(path, CHANGED, "is optional, spelled as one that may be null" if needs else "is optional")
        old, new = old.at(_without_null(left)), new.at(_without_null(right))
    elif needed != needs:
        yield _change(path, NARROWED if needs else WIDENED, "is required now" if needs else "is optional now")
    yield from _compared(old, new, path, depth + 1)


def _may_be_null(schema: dict[str, Json]) -> bool:
    return "type" in schema and "null" in _types_of(schema)


def _without_null(schema: dict[str, Json]) -> dict[str, Json]:
    return {**schema, "type": sorted(_types_of(schema) - {"null"})}


def _closing(
    old: _Side, new: _Side, left: dict[str, Json], right: dict[str, Json], path: str, depth: int
) -> Iterator[SchemaChange]:
    before, after = left.get("additionalProperties", True), right.get("additionalProperties", True)
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _compared(old.at(before), new.at(after), f"{path}.*" if path else "*", depth + 1)
    elif after is False or before is True:
        words = "no longer allows other properties" if after is False else "limits other properties"
        yield _change(path, NARROWED, words)
    else:
        yield _change(path, WIDENED, "allows other properties")


def _mapping(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _names(value: Json) -> set[str]:
    return {name for name in value if isinstance(name, str)} if isinstance(value, list) else set()


# --- bounds, demands, choices ----------------------------------------------------------------------------------------


def _bounds(old: dict[str, Json], new: dict[str, Json], path: str) -> Iterator[SchemaChange]:
    for name in (*_BOUNDS, *_DEMANDS):
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if before != after:
            yield _change(path, _effect(name, before, after), _became(name, before, after))


def _effect(name: str, before: Json, after: Json) -> str:
    """What another value of a keyword does to the documents that are valid: each accepts less than none."""
    if before is ABSENT or after is ABSENT:
        return NARROWED if before is ABSENT else WIDENED
    if name not in _BOUNDS or not isinstance(before, int | float) or not isinstance(after, int | float):
        return CHANGED
    return NARROWED if (after > before) == _BOUNDS[name] else WIDENED


def _choices(
    old: _Side, new: _Side, left: dict[str, Json], right: dict[str, Json], path: str, depth: int
) -> Iterator[SchemaChange]:
    before, after = _options(left), _options(right)
    if before == after:
        for at, option in enumerate(before or () if old.refers else (), 1):
            yield from _compared(old.at(option), new.at(option), f"{path} (alternative {at})", depth + 1)
    elif before is None or after is None:
        yield _change(path, CHANGED, "has alternatives" if before is None else "has no alternatives any more")
    else:
        yield from _other_options(old, new, before, after, path, depth)


def _other_options(
    old: _Side, new: _Side, before: list[Json], after: list[Json], path: str, depth: int
) -> Iterator[SchemaChange]:
    gone, come = _lost(before, after), _lost(after, before)
    numbers = {frozen(option): number for number, option in reversed([*enumerate(before, 1)])}
    for one, other in zip(gone, come, strict=False):
        number = f" (alternative {numbers[frozen(one)]})" if len(before) > 1 else ""
        yield from _compared(old.at(one), new.at(other), f"{path}{number}", depth + 1)
    for option in gone[len(come) :]:
        yield _change(path, NARROWED, f"has an alternative less: {_name_of(option)}")
    for option in come[len(gone) :]:
        yield _change(path, WIDENED, f"has an alternative more: {_name_of(option)}")


def _options(schema: dict[str, Json]) -> list[Json] | None:
    return next((schema[name] for name in _CHOICES if isinstance(schema.get(name), list)), None)


def _name_of(option: Json) -> str:
    whole = _mapping(option)
    for name in ("title", "$ref", "type"):
        if isinstance(whole.get(name), str):
            return str(whole[name]).rpartition("/")[2]
    return short(option, 40)


def _became(name: str, old: Json, new: Json) -> str:
    """``description "a" → "b"``, ``pattern "a" is gone``."""
    return f"{name} {became(old, new)}"
