"""Who moved the token counts."""

from __future__ import annotations

from itertools import chain

from cassette_tools._record import replace
from cassette_tools.data.causes import CLEAR_FACTOR
from cassette_tools.diff.judging.asked import is_given_back
from cassette_tools.diff.judging.counted import aspects_of_count, counted_in, is_weighty, weight
from cassette_tools.diff.judging.likely import likely_causes
from cassette_tools.diff.judging.reasons import DECIDES, SERVED_BY, without_the_answer_before
from cassette_tools.diff.judging.settings import effort
from cassette_tools.diff.judging.sides import is_one_sided

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.diff.judging.evidence import Evidence
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.finding import Reason

    Count = tuple[str, float, float]


def causes_of_counts(change: Change, evidence: Evidence, wavering: frozenset[tuple[str, str]]) -> tuple[Reason, ...]:
    """Those of the counts that moved most; none, when one of them moved more than all that have a cause.

    An input that does not fit what is asked was counted otherwise by who serves it: how many tokens a text has is no
    chance. Then the request explains nothing of the rest either.
    """
    found = [(count, [*_causes_of_count(change, *count, evidence, wavering)]) for count in _weighty(change, evidence)]
    unexplained = [count for count, causes in found if not causes]
    inputs = [*filter(_is_of_input, unexplained)]
    if evidence.is_counted_otherwise and inputs:
        return SERVED_BY[evidence.server] if weight(*inputs[0][1:]) > CLEAR_FACTOR else ()
    if _most(count for count, causes in found if causes) <= _most(unexplained):
        return ()
    return _likeliest(chain.from_iterable(causes for _, causes in found))


def _likeliest(causes: Iterable[Reason]) -> tuple[Reason, ...]:
    reasons = sorted(dict.fromkeys(causes), key=lambda each: each.rank)
    return without_the_answer_before([replace(each, rank=max(each.rank, DECIDES)) for each in reasons])


def _most(counts: Iterable[Count]) -> float:
    """By which factor that moved which moved most; 0 for none."""
    return max((weight(old, new) for _, old, new in counts), default=0)


def _weighty(change: Change, evidence: Evidence) -> list[Count]:
    """The counts that moved by much, or all; what a cache gave is one only where there is no other."""
    counts = [*counted_in(change)]
    counts = [count for count in counts if "cache" not in count[0]] or counts
    if evidence.is_cached_apart:
        counts = [count for count in counts if not _is_of_input(count)]
    return [count for count in counts if is_weighty(*count[1:])] or counts


def _is_of_input(count: Count) -> bool:
    return "input" in aspects_of_count(count[0])


def _causes_of_count(
    change: Change, name: str, old: float, new: float, evidence: Evidence, wavering: frozenset[tuple[str, str]]
) -> Iterator[Reason]:
    aspects = frozenset(aspects_of_count(name))
    if evidence.is_cut and aspects & {"thinking", "output"}:
        aspects |= {"cut"}
    allowed = [each for each in evidence.asked if _may_move(each, aspects, new - old, evidence, wavering)]
    yield from likely_causes(change, aspects, replace(evidence, asked=tuple(allowed)))


def _may_move(
    asked: Asked, aspects: frozenset[str], grown: float, evidence: Evidence, wavering: frozenset[tuple[str, str]]
) -> bool:
    """Whether a change of the request could move a count in this direction, and by so much."""
    if "input" in aspects:
        return not evidence.is_counted_otherwise or not _is_told(asked)
    if any((asked.name, aspect) in wavering for aspect in aspects):
        return False
    if not asked.decides("thinking") or is_one_sided(asked.change):
        return True
    return (effort(asked.change.new) - effort(asked.change.old)) * grown >= 0


def _is_told(asked: Asked) -> bool:
    """Whether it is part of what the model reads, whose tokens can be estimated; a setting may bring hidden ones."""
    rule = asked.change.rule
    texts = ("tool-definition-", "reasoning-", "opaque-")
    return asked.is_text or asked.is_repeated or rule.startswith(texts) or is_given_back(asked.change)


def wavering_settings(groups: dict[int, list[Folded]], evidence: dict[int, Evidence]) -> frozenset[tuple[str, str]]:
    """Settings, with the aspect of what they should move, after which some calls have more of it and some have less:
    then it is chance. Texts are not among them, for each call is told something else; nor are calls in which thinking
    itself comes or goes.
    """
    moved: dict[tuple[str, str], set[bool]] = {}
    for key, group in groups.items():
        if evidence[key].is_thinking:
            continue
        settings = [asked.name for asked in evidence[key].asked if not _is_told(asked)]
        for aspect, has_grown in _moves(group):
            for name in settings:
                moved.setdefault((name, aspect), set()).add(has_grown)
    return frozenset(each for each, ways in moved.items() if len(ways) > 1)


def _moves(group: list[Folded]) -> Iterator[tuple[str, bool]]:
    """The aspects of an answer whose counts moved by much, and whether they grew."""
    usages = (each.change for each in group if each.change.rule == "usage-changed")
    for name, old, new in chain.from_iterable(map(counted_in, usages)):
        if is_weighty(old, new):
            yield from ((aspect, new > old) for aspect in aspects_of_count(name))
