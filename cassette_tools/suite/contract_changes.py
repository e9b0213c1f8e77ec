"""What recordings bring that a contract does not know: each new, missing or other thing, at its place."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.suite.contract import given_types, types_of, words_of
from cassette_tools.suite.shapes import ANY, FREE, in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from cassette_tools.suite.contract import Contract, Rules
    from cassette_tools.suite.shapes import Kind, Path, Seen, Shape, Shapes

KINDS = ("missing-field", "retyped-field", "new-value", "new-field", "new-event", "new-dialect")
"""The gravest first."""

_FREE_TEXT = "any text"


@record
class Change:
    """One thing at one place. It was seen `count` times, `of` so many that could have it, in so many `recordings`. A
    type or a value is `seen` where others were `expected`.
    """

    kind: str
    where: Kind
    path: Path
    count: int
    of: int
    recordings: int
    seen: tuple[str, ...] = ()
    expected: tuple[str, ...] = ()


@record
class Group:
    """The same change at several places."""

    name: str
    changes: tuple[Change, ...]

    @property
    def first(self) -> Change:
        """One of them, for what they share."""
        return self.changes[0]

    @property
    def recordings(self) -> int:
        """The most recordings that show it at one place."""
        return max(each.recordings for each in self.changes)


@record
class Checked:
    """All that was found, in order; how many events and whole answers were looked at, of how many recordings."""

    groups: tuple[Group, ...]
    looked_at: int
    recordings: int


def checked(shapes: Shapes, contract: Contract, recordings: int) -> Checked:
    """What is not as the contract says."""
    found: dict[tuple[str, ...], list[Change]] = {}
    for change in _changes(shapes, contract):
        key = (*change.where[:2], change.kind, name_of(change), *change.seen)
        found.setdefault(key, []).append(change)
    groups = [Group(name=key[3], changes=tuple(changes)) for key, changes in found.items()]
    return Checked(
        groups=tuple(sorted(groups, key=lambda group: (group.first.where[:2], rank_of(group)))),
        looked_at=sum(shape[()][ANY][0] for shape in shapes.values()),
        recordings=recordings,
    )


def name_of(change: Change) -> str:
    """What has changed: the last field on the way, with the type of the object in it; else the kind of event."""
    at = max((number for number, step in enumerate(change.path) if step.startswith(".")), default=None)
    return change.where[2] if at is None else in_words(change.path[at:])


def rank_of(group: Group) -> tuple[object, ...]:
    """The gravest first; then what most recordings show."""
    return KINDS.index(group.first.kind), -group.recordings, group.name, group.first.seen


def _changes(shapes: Shapes, contract: Contract) -> Iterator[Change]:
    for where, shape in sorted(shapes.items()):
        dialect, _provider, event = where
        if event in contract.get(dialect, {}):
            yield from _Comparison(where, shape, contract[dialect][event]).changes()
        else:
            count, recordings = shape[()][ANY]
            kind = "new-event" if dialect in contract else "new-dialect"
            yield Change(kind=kind, where=where, path=(), count=count, of=count, recordings=recordings)


class _Comparison:
    """One kind of event or answer."""

    def __init__(self, where: Kind, shape: Shape, rules: Rules) -> None:
        self._where = where
        self._shape = shape
        self._rules = rules
        self._told: set[Path] = set()  # places within which nothing more is told

    def changes(self) -> Iterator[Change]:
        """The outermost first."""
        for path in sorted(self._shape, key=lambda path: (len(path), path)):
            if path[:-1] in self._told and path:
                self._told.add(path)
            elif path not in self._rules:
                self._told.add(path)
                yield self._change("new-field", path, ANY, seen=self._types(path))
            else:
                yield from self._others(path)
        yield from self._missing()

    def _types(self, path: Path) -> tuple[str, ...]:
        """What a new thing is; the objects of a new type are objects."""
        seen = self._shape[path]
        return tuple(sorted({*types_of(seen), *given_types(seen)})) or ("object",)

    def _others(self, path: Path) -> Iterator[Change]:
        """Types and words that are not known there."""
        seen, rule = self._shape[path], self._rules[path]
        types = [each for each in types_of(seen) if rule.types and each not in rule.types]
        for each in types:
            yield self._change("retyped-field", path, each, seen=(each,), expected=tuple(sorted(rule.types)))
        if rule.is_closed or {"object", "array"} & {*types}:
            self._told.add(path)
        if rule.words is not None and "string" not in types:
            yield from self._new_words(path, seen, rule.words)

    def _new_words(self, path: Path, seen: Seen, known: Collection[str]) -> Iterator[Change]:
        """Words that the enumeration of a place does not have."""
        expected = tuple(sorted(known))
        for word in words_of(seen):
            if word not in known:
                yield self._change("new-value", path, f"={word}", seen=(word,), expected=expected)
        if FREE in seen:
            yield self._change("new-value", path, FREE, seen=(_FREE_TEXT,), expected=expected)

    def _missing(self) -> Iterator[Change]:
        for path, rule in self._rules.items():
            above = path[:-1]
            if not rule.is_required or above not in self._shape or above in self._told:
                continue
            holders, recordings = self._shape[above][ANY]
            left = holders - self._shape.get(path, {}).get(ANY, (0, 0))[0]
            if left:
                yield Change(
                    kind="missing-field",
                    where=self._where,
                    path=path,
                    count=left,
                    of=holders,
                    recordings=recordings,
                )

    def _change(
        self, kind: str, path: Path, what: str, *, seen: tuple[str, ...], expected: tuple[str, ...] = ()
    ) -> Change:
        count, recordings = self._shape[path][what]
        of = self._shape[path[:-1] if path and kind == "new-field" else path][ANY][0]
        return Change(
            kind=kind,
            where=self._where,
            path=path,
            count=count,
            of=of,
            recordings=recordings,
            seen=seen,
            expected=expected,
        )
