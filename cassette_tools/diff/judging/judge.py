"""From facts to findings: each change, with its level, words and cause, becomes a finding that has a place."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.changes.places import response_place
from cassette_tools.diff.judging.alone import LONE
from cassette_tools.diff.judging.causes import Causes
from cassette_tools.diff.judging.folding import counts
from cassette_tools.diff.judging.levels import row_of
from cassette_tools.diff.judging.lines import said_of
from cassette_tools.diff.judging.merging import line_of
from cassette_tools.diff.judging.order import in_order
from cassette_tools.diff.judging.reasons import in_words
from cassette_tools.diff.judging.sides import interactions_of
from cassette_tools.diff.pairing.asked import asked_at
from cassette_tools.finding import Drift, Said, fingerprint
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cassette_tools.data.drift import Judgement
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.finding import Location, Reason
    from cassette_tools.model import Interaction, Json, Place

    Locate = Callable[[str, Place], Location | None]


def judged(changes: list[Folded], levels: Mapping[int, str], *, path: str, locate: Locate) -> tuple[Drift, ...]:
    """The findings, `in_order`. A change that follows from another is noise and names it."""
    judge = _Judge(changes, levels, path, locate)
    made = [(each.change, judge.finding(each)) for each in changes if levels[id(each.change)] != "off"]
    return in_order([replace(each, told=True) if id(change) in judge.told else each for change, each in made])


class _Judge:
    """Makes findings of changes. `told` is what is said in the line of another one, by its identity."""

    def __init__(self, changes: list[Folded], levels: Mapping[int, str], path: str, locate: Locate) -> None:
        self._causes = Causes(changes, levels)
        self._keys = _Keys(path)
        self._levels = levels
        self._locate = locate
        self.told: set[int] = set()

    def finding(self, each: Folded) -> Drift:
        """The finding that a change is."""
        change, row, level = each.change, row_of(each.change), self._level(each)
        root = each.root if level != "noise" else None
        reasons = self._causes.of_all((change, *each.repeats)) if root is None and not change.expected else ()
        said, beside = self._said(each, row)
        said = replace(said, reasons=reasons, words=said.words + _answered_at(change, beside, self._locate))
        return Drift(
            rule=row.name,
            level="noise" if root is not None else level,
            message=line_of(said),
            path=change.full_path,
            origin=change.origin,
            cause=_cause(root, reasons),
            evidence=in_words(reasons),
            caused_by=None if root is None else self._keys.of(root, row_of(root).name),
            old=_value(change.old),
            new=_value(change.new),
            old_location=self._located(change, beside, new=False),
            new_location=self._located(change, beside, new=True),
            fingerprint=self._keys.of(change, row.name),
            said=said,
        )

    def _level(self, each: Folded) -> str:
        """The level of a change; what only restates its root says nothing."""
        is_restated = each.root is not None and _is_restated(each.change, each.root)
        return "noise" if is_restated else self._levels[id(each.change)]

    def _said(self, each: Folded, row: Judgement) -> tuple[Said, Sequence[Change]]:
        """What the message is made of, and the changes that it tells beside its own."""
        repeats, follows = (self._counting(side) for side in (each.repeats, each.follows))
        follows = tuple(other for other in follows if not _is_restated(other, each.change))
        said, beside = said_of(each.change, row, repeats, follows)
        self.told.update(id(other) for other in (*repeats, *beside))
        return said, beside

    def _counting(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(change for change in changes if counts(change, self._levels))

    def _located(self, change: Change, beside: Sequence[Change], *, new: bool) -> Location | None:
        place = change.places[new] or _instead(change, beside, new=new)
        return None if place is None else self._locate("new" if new else "old", place)


def _cause(root: Change | None, reasons: Sequence[Reason]) -> str:
    """The cause, as JSON calls it."""
    if root is not None:
        return "echo"
    return reasons[0].cause if reasons else "unknown"


def _instead(change: Change, beside: Sequence[Change], *, new: bool) -> Place | None:
    """Where the words stand that are in the place of a call, on the side that has no call; or the call itself, which
    is made in a request of its own.
    """
    if change.origin != "response" or not change.rule.startswith("tool-call-"):
        return None
    texts = [each.places[new] for each in beside if each.rule.startswith("text-") and each.pair is change.pair]
    calls = [_place_of_call(interactions_of(each)[new]) for each in beside if each.rule in LONE]
    return next((place for place in (*texts, *calls) if place is not None), None)


def _place_of_call(interaction: Interaction | None) -> Place | None:
    """Where the first tool call of an answer stands."""
    call = interaction.llm if interaction is not None else None
    parts = (part for message in (call.output_messages if call is not None else ()) for part in message.parts)
    pointer = next((part.pointer for part in parts if part.type == "tool_call"), None)
    return response_place(interaction, pointer) if pointer is not None else None


def _answered_at(change: Change, beside: Sequence[Change], locate: Locate) -> str:
    """Where the answer changed that is told in the line of the request: its place is not that of the line."""
    if change.origin != "request":
        return ""
    answered = (each for each in beside if each.origin != "request")
    places = ((side, place) for each in answered for side, place in (("new", each.new_place), ("old", each.old_place)))
    found = ((side, locate(side, place)) for side, place in places if place is not None)
    return next((f" ({side} line {at.region.line})" for side, at in found if at is not None), "")


def _is_restated(change: Change, root: Change) -> bool:
    """Whether a count only says in detail what the count above it says; or a form has the very field that is read."""
    if change.path.startswith("request.body.") and change.rule == root.rule:
        return change.pair is root.pair and (change.old, change.new) == (root.old, root.new)
    return change.rule == root.rule == "usage-changed" and change.path != "response.usage"


def _value(value: Json) -> Json:
    """A value as the report holds it: JSON."""
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value]
    return None if value is ABSENT else value


# --- identity --------------------------------------------------------------------------------------------------------


class _Keys:
    """Fingerprints: rule, file, the interaction's key (what it asks and which occurrence of it), canonical path."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._ordinals: dict[int, str] = {}
        self._counts: dict[str, int] = {}
        self._twins: dict[tuple[str, str, str], list[int]] = {}

    def of(self, change: Change, rule: str) -> str:
        """The fingerprint of a change. Of two that only their values tell apart, the second is told by its number."""
        key = self._key(change.pair)
        twins = self._twins.setdefault((rule, key, change.path), [])
        if id(change) not in twins:
            twins.append(id(change))
        number = twins.index(id(change))
        return fingerprint(rule, self._path, key, change.path + (f" #{number + 1}" if number else ""))

    def _key(self, pair: Pair | None) -> str:
        if pair is None:
            return ""
        if id(pair) not in self._ordinals:
            interaction = pair.new if pair.new is not None else pair.old
            name = "" if interaction is None else asked_at(interaction)
            self._counts[name] = self._counts.get(name, 0) + 1
            self._ordinals[id(pair)] = f"{name} #{self._counts[name]}"
        return self._ordinals[id(pair)]
