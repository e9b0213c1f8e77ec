"""Findings of one kind as one line, and the line of each finding: in how many calls it is so, and what is folded."""

from __future__ import annotations

from itertools import chain

from cassette_tools._record import replace
from cassette_tools.data.drift import FIELDS
from cassette_tools.data.merging import COUNTS, MERGING, MOST, NAMES, NOTES, RENAMES
from cassette_tools.data.wire import BUILD
from cassette_tools.diff.http.transport import is_warning
from cassette_tools.diff.judging.lists_of import ADDED, VALUE_OF_THE_WIRE, enumerated, filled, is_new_filter
from cassette_tools.diff.judging.marks import marks_in
from cassette_tools.diff.judging.one_line import by_names, said_together
from cassette_tools.diff.judging.order import in_order
from cassette_tools.diff.judging.places_of import (
    INDEX,
    PARTS,
    container_of,
    generic_path,
    in_calls,
    local_path,
    name_of,
    shared_calls,
    where_it_is,
)
from cassette_tools.diff.judging.reasons import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.data.merging import Merging
    from cassette_tools.finding import Drift, Reason, Said

    Group = list[tuple[Drift, Said]]


_ROWS = {(row.rule, row.origin): row for row in MERGING if not row.begins}

_BY_WORDS = tuple(row for row in MERGING if row.begins)


# --- the line of one finding -----------------------------------------------------------------------------------------


def line_of(said: Said) -> str:
    """The words, in how many calls it is so, and what is folded under it."""
    return said.words + in_calls([said]) + _followers(said)


def _followers(said: Said) -> str:
    """``(36 consequences folded: text, usage)``: as many as are listed under the line, the kinds of all; of fields of
    the wire alone, which are too many to name, their number.
    """
    follows = said.follows
    if not follows:
        return ""
    kinds = [*dict.fromkeys(follows)]
    if kinds == [FIELDS] and len(follows) > 1:
        return f" ({len(follows)} fields folded)"
    named = len(kinds) if len(kinds) == _KINDS + 1 else _KINDS  # "and 1 more" is no shorter than the one
    more = f" and {len(kinds) - named} more" if kinds[named:] else ""
    listed = ", ".join(kinds[:named]) + more
    return f" ({len(follows)} consequence{'s' if len(follows) > 1 else ''} folded: {listed})"


_KINDS = 4  # kinds of what follows that are named


# --- which belong together -------------------------------------------------------------------------------------------


def merged(findings: Iterable[Drift], apart: Collection[str] = ()) -> tuple[Drift, ...]:
    """The findings, those that a person would tell in one sentence under the first of them, in their order.

    What has a fingerprint in `apart` is not told together with what has none there.
    """
    told = tuple(findings)
    changed: dict[str, Drift] = {}
    counting = [(each, each.said) for each in told if each.level != "noise" and each.said is not None]
    for group, words in marks_in(counting, apart):
        changed.update(_told_together(group, words))
    rest = [each for each in counting if each[0].fingerprint not in changed]
    for group, words in chain.from_iterable(map(_lines, _families(rest, apart))):
        changed.update(_told_together(group, words))
    for side in (True, False):
        own = [each for each in told if (each.fingerprint in apart) is side]
        changed.update(_with_builds(_exchanged(own, changed)))
    return in_order(_exchanged(told, changed)) if changed else told


def _exchanged(findings: Iterable[Drift], changed: Mapping[str, Drift]) -> list[Drift]:
    return [changed.get(each.fingerprint, each) for each in findings]


def _families(findings: Iterable[tuple[Drift, Said]], apart: Collection[str]) -> Iterable[Group]:
    """The findings that may stand in one line."""
    families: dict[Hashable, Group] = {}
    for finding, said in findings:
        key = (*_kind_of_line(finding, said), finding.fingerprint in apart, _family(finding))
        families.setdefault(key, []).append((finding, said))
    return families.values()


def _kind_of_line(finding: Drift, said: Said) -> tuple[Hashable, ...]:
    """What all findings of a line share. Of what is counted there is one line for a recording: another cause or level
    makes no second one. And two APIs are two edits.
    """
    judgement = ("", "") if _is_counted(finding) else (finding.level, finding.cause)
    dialect = said.dialect if finding.rule.startswith(_EDITED) else ""
    rule = ADDED if is_new_filter(finding) else finding.rule
    row = _row_by_words(finding)
    return rule, row.begins if row is not None else "", *judgement, finding.origin == "request", dialect


def _with_builds(findings: Sequence[Drift]) -> Iterator[tuple[str, Drift]]:
    """That answers name their build, or no longer do, is told beside another field of the wire that has its cause."""
    lines = [each for each in findings if each.level != "noise" and each.rule.startswith(_OF_WIRE)]
    for build in filter(_is_build, lines):
        host = _host_of(build, lines)
        if build.said is not None and host is not None:
            yield host.fingerprint, replace(host, message=f"{host.message}; {build.said.words}")
            beside = (each for each in findings if each.merged and each.caused_by == build.fingerprint)
            yield from ((each.fingerprint, _beside(each, host)) for each in (build, *beside))


def _host_of(build: Drift, lines: Sequence[Drift]) -> Drift | None:
    """The line that tells of a build: first one that came, or went, as the build did."""
    hosts = [each for each in lines if (each.level, each.cause) == (build.level, build.cause) and each is not build]
    return max(hosts, key=lambda each: each.rule.rpartition("-")[2] == build.rule.rpartition("-")[2], default=None)


def _is_build(finding: Drift) -> bool:
    return finding.path.endswith(f".{BUILD}")


_OF_WIRE = ("wire-", "usage-detail-")


def _beside(finding: Drift, host: Drift) -> Drift:
    """A finding that the line of another one tells."""
    return replace(finding, level="noise", cause="echo", caused_by=host.fingerprint, merged=True)


_EDITED = ("prompt-", "tool-definition-", "request-")


def _row_of(finding: Drift) -> Merging | None:
    if finding.rule == _END and not _is_word_of_the_wire(finding):
        return None  # each says what became of an answer
    if ".headers." in finding.path and finding.origin != "request" and is_warning(finding.path.rpartition(".")[2]):
        return None  # each says what somebody must do
    if is_new_filter(finding):
        return _ROWS[ADDED, None]
    return _row_by_words(finding) or _ROWS.get((finding.rule, finding.origin)) or _ROWS.get((finding.rule, None))


def _row_by_words(finding: Drift) -> Merging | None:
    """The row of what the words of a finding begin with."""
    words = "" if finding.said is None else finding.said.words
    return next((row for row in _BY_WORDS if row.rule == finding.rule and words.startswith(row.begins)), None)


_END = "finish-reason-changed"


def _is_word_of_the_wire(finding: Drift) -> bool:
    return ".body." in finding.path


def _is_counted(finding: Drift) -> bool:
    row = _row_of(finding)
    return row is not None and row.way == COUNTS


def _family(finding: Drift) -> Hashable:
    """Within a rule, what may stand in one line at all."""
    if _is_counted(finding):
        return generic_path(local_path(finding.path)), _ways(finding)
    if finding.rule == _END:
        return _is_word_of_the_wire(finding)
    if finding.rule == VALUE_OF_THE_WIRE and not is_new_filter(finding):
        return generic_path(local_path(finding.path)).rpartition(".")[0]
    container = generic_path(container_of(finding))
    return PARTS.sub("", container)  # a message that is sent as its only part, and the parts of the others


def _ways(finding: Drift) -> tuple[tuple[str, bool], ...]:
    """Which amounts fell: what fell here and rose there is no one change."""
    old, new = ({"": side} if not isinstance(side, dict) else side for side in (finding.old, finding.new))
    return tuple(
        (name, old[name] > new[name])
        for name in [each for each in old if each in new]
        if isinstance(old[name], int | float) and isinstance(new[name], int | float)
    )


def _lines(family: Group) -> Iterator[tuple[Group, str]]:
    """The groups of a family that are one line each, and its words."""
    if len(family) < 2:
        return
    family = sorted(family, key=lambda each: is_new_filter(each[0]))
    row = _row_of(family[0][0])
    if row is not None:
        family, mute = _without_mute(row, family)
        words = said_together(row, family)
        if words:
            yield family, words
            family = []
        family = [*family, *mute]
    key: Callable[[Drift, Said], Hashable] = _sameness if row is None else _kinship(row)
    groups: dict[Hashable, Group] = {}
    for finding, said in family:
        groups.setdefault(key(finding, said), []).append((finding, said))
    for group in groups.values():
        if len(group) > 1:
            yield group, _once(row, group)


def _without_mute(row: Merging, family: Group) -> tuple[Group, Group]:
    if row.way != NOTES:
        return family, []
    return [each for each in family if not _is_mute(each[1])], [each for each in family if _is_mute(each[1])]


def _sameness(finding: Drift, said: Said) -> Hashable:
    if finding.rule.endswith("-renamed"):
        return INDEX.sub("[]", said.words)
    return (said.words, repr(finding.old), repr(finding.new)) if _is_mute(said) else said.words


def _is_mute(said: Said) -> bool:
    """Whether a note tells how much changed, and not what: the change itself must then be shown."""
    return said.size is not None and said.note.endswith(" alike")


def _kinship(row: Merging) -> Callable[[Drift, Said], Hashable]:
    """Of too few for one line, those that are the same: one name in many places, one note on many things."""
    if row.way == NAMES:
        return lambda finding, said: name_of(finding, said)
    if row.way == RENAMES:
        return _sameness
    return lambda finding, said: _sameness(finding, said) if _is_mute(said) else said.note or said.words


def _once(row: Merging | None, group: Group) -> str:
    """The line of findings that say the same of several places, or of several things."""
    first = group[0][1]
    if row is not None and row.way == NAMES:
        return by_names(row, group)
    if group[0][0].rule.endswith("-renamed"):
        return INDEX.sub("[]", first.words) + where_it_is(group)
    if row is None or len({said.words for _, said in group}) == 1:
        return first.words + where_it_is(group)
    subjects = list(dict.fromkeys(said.subject for _, said in group))
    if row.rule == "tool-definition-changed" and "offered" in first.note.split(" ")[:3]:
        return f"{len(group)} tools are {first.note}: {enumerated(subjects, MOST)}" + shared_calls(group)
    return filled(row.words, len(group), f"{enumerated(subjects, MOST)}: {first.note}") + shared_calls(group)


_GATEWAY = ("gateway", "")


def _told_together(group: Group, words: str) -> Iterator[tuple[str, Drift]]:
    first, said = group[0]
    calls = tuple(dict.fromkeys(call for _, each in group for call in each.calls))
    follows = tuple(kind for _, each in group for kind in each.follows)
    reasons = _reasons([each.reasons for finding, each in group if finding.cause == first.cause])
    whole = replace(said, calls=calls, follows=follows, reasons=reasons)
    yield (
        first.fingerprint,
        replace(first, message=words + _followers(whole), evidence=in_words(reasons), said=whole),
    )
    for finding, _ in group[1:]:
        yield finding.fingerprint, _beside(finding, first)


def _reasons(several: Sequence[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    """The reasons of a line. Where a gateway brought it in one call without another route, no route is named: it
    changed in some of the calls only.
    """
    reasons = sorted(dict.fromkeys(chain.from_iterable(several)), key=lambda each: each.rank)
    if any((each.cause, each.name) == _GATEWAY for each in reasons):
        reasons = [each for each in reasons if each.cause != "gateway" or not each.name]
    return tuple(reasons)
