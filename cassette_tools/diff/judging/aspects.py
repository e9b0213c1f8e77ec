"""What of an answer a change speaks of."""

from __future__ import annotations

from cassette_tools.data.causes import ASPECTS, ENDS, IN_THE_ANSWER
from cassette_tools.data.drift import LEAKED, LEFT_NULL, OTHER_SUM, OTHER_UNIT, TOLD_NOW
from cassette_tools.diff.judging.counted import aspects_of_some
from cassette_tools.diff.judging.fields import fits_rule
from cassette_tools.diff.judging.sides import value_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.causes import Aspect
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.evidence import Evidence
    from cassette_tools.model import Json


def aspects_of(change: Change, evidence: Evidence) -> frozenset[str]:
    """What of the answer a change speaks of."""
    if change.circumstance in _ASPECTS_BY_CIRCUMSTANCE:
        return _ASPECTS_BY_CIRCUMSTANCE[change.circumstance]
    aspects = _aspects_of_end(change) or _aspects_of_rule(change)
    if "wire" in aspects and _is_of_nothing(change):
        return frozenset(("wire",))
    if "detail" in aspects:
        aspects |= _aspects_of_detail(change, evidence)
    if change.rule.startswith(("wire-", "event-", "unclassified-")):
        aspects |= frozenset(_aspects_of_field(change, aspects, evidence))
    return aspects | {"cut"} if evidence.is_cut and _may_be_cut(change, aspects) else aspects


def _is_of_nothing(change: Change) -> bool:
    """Whether a field that is null or empty came or went: the API writes it, whatever the model says or thinks."""
    nothing: tuple[Json, ...] = (None, ABSENT, [], {}) if change.rule.startswith("wire-") else (None, ABSENT)
    return all(side in nothing for side in (change.old, change.new))


def _aspects_of_rule(change: Change) -> frozenset[str]:
    row = next((row for row in ASPECTS if _speaks_of(row, change)), None)
    return frozenset() if row is None else frozenset(row.aspects)


def _speaks_of(row: Aspect, change: Change) -> bool:
    is_about = change.subject.startswith(row.about)
    return is_about and fits_rule(row.rule, change.rule) and _is_at(change.path, row.where)


def _aspects_of_end(change: Change) -> frozenset[str]:
    """The aspects of a changed finish reason."""
    if change.rule != "finish-reason-changed":
        return frozenset()
    return frozenset(next((aspects for end, aspects in ENDS.items() if end in (change.old, change.new)), ()))


def _aspects_of_detail(change: Change, evidence: Evidence) -> frozenset[str]:
    """What the counts speak of that came or went."""
    value = value_of(change)
    counted = frozenset(aspects_of_some(change.path.rpartition(".")[2], value))
    if "output" in counted and evidence.is_thinking and _asks_to_think(evidence):
        counted |= {"thinking"}  # what was counted as words is counted as thinking, or the other way round
    return counted - {"input", "output"}


def _aspects_of_field(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[str]:
    """What a field speaks of beside the shape of the answer."""
    if evidence.is_other_kind and _is_at(change.path, IN_THE_ANSWER) and "usage" not in change.path:
        yield "kind"
    if evidence.is_thinking and aspects & {"thought", "sealed"}:
        yield "thinking"


def _may_be_cut(change: Change, aspects: frozenset[str]) -> bool:
    """Whether a limit of the output may have taken it away. No limit brings thinking, nor moves it elsewhere."""
    if (change.rule in _NEVER_CUT and "thinking" in aspects) or _FILTERED in change.path:
        return False
    if "call" in aspects:  # arguments that are cut are not JSON
        return isinstance(change.old, str) or isinstance(change.new, str)
    return not aspects.isdisjoint(("text", "form", "thinking", "output", "kind"))


_FILTERED = ".content_filter_results"  # a filter runs over however little is said; without a word, it is folded
_NEVER_CUT = ("usage-detail-added", "reasoning-appeared", "reasoning-kind-changed")
_ASPECTS_BY_CIRCUMSTANCE = {
    TOLD_NOW: frozenset(("wire",)),
    OTHER_UNIT: frozenset(("unit", "wire")),
    OTHER_SUM: frozenset(("unit", "wire")),
    LEAKED: frozenset(("sealed", "thinking")),
    LEFT_NULL: frozenset(("sealed", "thinking")),
}


def _asks_to_think(evidence: Evidence) -> bool:
    return any(asked.decides("thinking") for asked in evidence.asked)


def _is_at(path: str, where: tuple[str, ...]) -> bool:
    return not where or any(word in path for word in where)
