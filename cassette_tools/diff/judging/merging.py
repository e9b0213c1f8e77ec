"""What is listed of a finding that has no note, by the beginning of its rule."""

from __future__ import annotations

import re
from itertools import chain

from cassette_tools._record import replace
from cassette_tools.data.merging import (
    COUNTS,
    INSIDE,
    LIKENESS,
    MERGING,
    MOST,
    MOST_NOTES,
    MOST_PLACED,
    NAMES,
    NOTES,
    NOUNS,
    RENAMES,
    Merging,
)
from cassette_tools.data.wire import BUILD
from cassette_tools.diff.changes.change import without_brackets
from cassette_tools.diff.http.transport import is_warning
from cassette_tools.diff.judging.marks import marks_in
from cassette_tools.diff.judging.order import in_order
from cassette_tools.diff.judging.reasons import in_words
from cassette_tools.diff.values.amounts import dollars, factor
from cassette_tools.words import item_in_words, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.finding import Drift, Reason, Said
    from cassette_tools.model import Json

    Group = list[tuple[Drift, Said]]

_ROWS = {(row.rule, row.origin): row for row in MERGING if not row.begins}
_BY_WORDS = tuple(row for row in MERGING if row.begins)


# --- the line of one finding -----------------------------------------------------------------------------------------


def line_of(said: Said) -> str:
    """The words, in how many calls it is so, and what is folded under it."""
    return said.words + _in_calls([said]) + _followers(said)


def _in_calls(every: Sequence[Said], *, same: bool = False) -> str:
    """In how many calls it is so; of several things, the most, unless all are the `same`."""
    calls = {call for said in every for call in said.calls}
    if len(calls) < 2:
        return ""
    alike = same or all(len(said.calls) == len(calls) for said in every)
    return f", in {'' if alike else 'up to '}{len(calls)} calls"


def _followers(said: Said) -> str:
    """``(36 consequences folded: text, usage)``: as many as are listed under the line, the kinds of all."""
    follows = said.follows
    if not follows:
        return ""
    kinds = [*dict.fromkeys(follows)]
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
    rule = _ADDED if _is_new_filter(finding) else finding.rule
    return rule, *judgement, finding.origin == "request", dialect


def _is_new_filter(finding: Drift) -> bool:
    """Whether it is a filter that ran over the prompt or the answer, and did not before: it is told with new fields."""
    return finding.rule == _VALUE_OF_THE_WIRE and _FILTERS in finding.path and finding.old is None is not finding.new


_ADDED, _FILTERS = "wire-field-added", ".content_filter_results."


def _with_builds(findings: Sequence[Drift]) -> Iterator[tuple[str, Drift]]:
    """That answers name their build, or no longer do, is told beside another field of the wire that has its cause."""
    lines = [each for each in findings if each.level != "noise" and each.rule.startswith(_OF_WIRE)]
    for build in filter(_is_build, lines):
        host = _host_of(build, lines)
        if build.said is None or host is None:
            continue
        yield host.fingerprint, replace(host, message=f"{host.message}; {build.said.words}")
        beside = [each for each in findings if each.merged and each.caused_by == build.fingerprint]
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
    if _is_new_filter(finding):
        return _ROWS[_ADDED, None]
    return _row_by_words(finding) or _ROWS.get((finding.rule, finding.origin)) or _ROWS.get((finding.rule, None))


def _row_by_words(finding: Drift) -> Merging | None:
    """The row of what the words of a finding begin with."""
    words = "" if finding.said is None else finding.said.words
    return next((row for row in _BY_WORDS if row.rule == finding.rule and words.startswith(row.begins)), None)


_END = "finish-reason-changed"
_VALUE_OF_THE_WIRE = "wire-detail-changed"  # of one object several may change together; of several each is one thing


def _is_word_of_the_wire(finding: Drift) -> bool:
    return ".body." in finding.path


def _is_counted(finding: Drift) -> bool:
    row = _row_of(finding)
    return row is not None and row.way == COUNTS


def _family(finding: Drift) -> Hashable:
    """Within a rule, what may stand in one line at all."""
    if _is_counted(finding):
        return _generic(_local(finding.path)), _ways(finding)
    if finding.rule == _END:
        return _is_word_of_the_wire(finding)
    if finding.rule == _VALUE_OF_THE_WIRE and not _is_new_filter(finding):
        return _generic(_local(finding.path)).rpartition(".")[0]
    container = _generic(_container(finding))
    return _PARTS.sub("", container)  # a message that is sent as its only part, and the parts of the others


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
    family = sorted(family, key=lambda each: _is_new_filter(each[0]))
    row = _row_of(family[0][0])
    if row is not None:
        family, mute = _without_mute(row, family)
        words = _together(row, family)
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
        return _INDEX.sub("[]", said.words)
    return (said.words, repr(finding.old), repr(finding.new)) if _is_mute(said) else said.words


_INDEX = re.compile(r"\[\d+\]")


def _is_mute(said: Said) -> bool:
    """Whether a note tells how much changed, and not what: the change itself must then be shown."""
    return said.size is not None and said.note.endswith(" alike")


def _kinship(row: Merging) -> Callable[[Drift, Said], Hashable]:
    """Of too few for one line, those that are the same: one name in many places, one note on many things."""
    if row.way == NAMES:
        return lambda finding, said: _name(finding, said)
    if row.way == RENAMES:
        return _sameness
    return lambda finding, said: _sameness(finding, said) if _is_mute(said) else said.note or said.words


def _once(row: Merging | None, group: Group) -> str:
    """The line of findings that say the same of several places, or of several things."""
    first = group[0][1]
    if row is not None and row.way == NAMES:
        return _by_names(row, group)
    if group[0][0].rule.endswith("-renamed"):
        return _INDEX.sub("[]", first.words) + _where(group)
    if row is None or len({said.words for _, said in group}) == 1:
        return first.words + _where(group)
    subjects = list(dict.fromkeys(said.subject for _, said in group))
    if row.rule == "tool-definition-changed" and "offered" in first.note.split(" ")[:3]:
        return f"{len(group)} tools are {first.note}: {_enumerated(subjects, MOST)}" + _shared_calls(group)
    return _filled(row.words, len(group), f"{_enumerated(subjects, MOST)}: {first.note}") + _shared_calls(group)


def _all(group: Group) -> list[Said]:
    return [said for _, said in group]


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


# --- the words -------------------------------------------------------------------------------------------------------


def _together(row: Merging, family: Group) -> str:
    """The one line of a family; "" when its members are too few, or too different."""
    return _WAYS.get(row.way, _by_notes)(row, family)


def _by_many_names(row: Merging, family: Group) -> str:
    names = {_name(finding, said) for finding, said in family}
    least = INSIDE if _container(family[0][0]) else row.least
    return _by_names(row, family) if len(names) >= least else ""


def _by_notes(row: Merging, family: Group) -> str:
    """``4 texts changed: …``, each by its note."""
    is_same = len({said.words for _, said in family}) == 1 and not row.rule.startswith("interaction-")
    is_courtesy = row.rule in _CAME_OR_WENT and all(" before the call " in said.words for _, said in family)
    if len(family) < (INSIDE if is_courtesy else row.least) or is_same:
        return ""
    words = row.words.replace("text", "text before the call", 1) if is_courtesy else row.words
    return _filled(words, len(family), _enumerated(list(_items(family)), _most(row), "; ")) + _shared_calls(family)


_CAME_OR_WENT = ("text-appeared", "text-vanished")


def _most(row: Merging) -> int:
    return MOST_PLACED if row.rule.startswith("tool-arguments-") else MOST_NOTES


def _filled(words: str, count: int, listed: str) -> str:
    return words.replace("{count}", str(count)).replace("{list}", listed)


def _enumerated(names: Sequence[str], most: int, comma: str = ", ") -> str:
    """``a, b, c and 4 more``; what is there several times is counted, unless there is nothing else: ``3 × a``."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    shown = [name if count in (1, len(names)) else f"{count} × {name}" for name, count in counts.items()]
    return comma.join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def _by_names(row: Merging, group: Group) -> str:
    values = _values_by_name(group)
    if len(values) == 1 and "{count}" in row.words:
        [(name, each)] = values.items()
        varied = row.rule.endswith(("-changed", "-change")) and len({*map(_change_of, group)}) > 1
        return (_varied(name, each) if varied else group[0][1].words) + _where(group)
    listed = [_named(name, each, row.rule) for name, each in values.items()]
    if all(_local(finding.path).startswith(_QUERY) for finding, _ in group):
        listed = _as_query(listed)
    words = row.words
    if _is_of_one_answer(group):
        words = words.replace("answers now hold", "answer now holds").replace(
            "answers no longer hold", "answer no longer holds"
        )
    return _filled(words, len(values), _enumerated(listed, MOST)) + _where(group)


def _values_by_name(group: Group) -> dict[str, list[str]]:
    """The values of each field; one that streams call otherwise has the name that came first."""
    values: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for finding, said in group:
        name = _name(finding, said)
        values.setdefault(names.setdefault(_whole_name(name), name), []).append(_value(finding))
    return values


def _as_query(listed: list[str]) -> list[str]:
    """``the query parameters a, b``: the noun once, before the first."""
    singular = "the query parameter "
    first, *others = listed
    return [first.replace("parameter ", "parameters ", 1), *(each.removeprefix(singular) for each in others)]


def _is_of_one_answer(group: Group) -> bool:
    """Whether the parts that came or went are those of one message."""
    answers = {finding.path.partition(".parts[")[0] for finding, _ in group}
    return group[0][0].rule.startswith("part-") and len(answers) == 1 and not any(said.calls[1:] for _, said in group)


def _by_renames(row: Merging, family: Group) -> str:
    """Fields of one place that have other names: ``prompt_tokens → input_tokens``; "" for one, or for moves."""
    names = [[_INDEX.sub("[]", str(side)) for side in (finding.old, finding.new)] for finding, _ in family]
    listed = list(dict.fromkeys(f"{old} → {new.rpartition('.')[2]}" for old, new in names))
    moved = any("." in new and new.rpartition(".")[0] != old.rpartition(".")[0] for old, new in names)
    if moved or len(listed) < row.least:
        return ""
    return _filled(row.words, len(listed), _enumerated(listed, MOST)) + _where(family)


def _change_of(each: tuple[Drift, Said]) -> str:
    return f"{each[0].old!r} {each[0].new!r}"


def _named(name: str, values: list[str], rule: str) -> str:
    """A name with its value, or with its few values in as many places; elements of a list with their number."""
    if name.startswith(_ELEMENTS):
        return f"{len(values)} {name}" + (f" ({_enumerated(values, MOST)})" if "" not in values else "")
    known = [value for value in dict.fromkeys(values) if value and value != name]
    if not known or "" in values or len(known) > _FEW:
        return name
    told = " or ".join(known)
    return f"{name} (was {told})" if rule.endswith("-removed") else f"{name} {told}"


def _varied(name: str, values: list[str]) -> str:
    """A field that changed in different ways: ``finish_reason changed: stop → end_turn, tool_calls → tool_use``."""
    told = [value for value in dict.fromkeys(values) if value]
    return f"{name} changed: {', '.join(told)}" if 0 < len(told) <= _FEW else f"{name} changed"


_FEW = 3  # values of one name


def _name(finding: Drift, said: Said) -> str:
    """What a person calls the field: its name inside of the list that it stands in. An event has a name of its own."""
    if finding.rule.startswith("event-type-"):
        return said.subject
    container = _container(finding) if finding.rule.startswith(_OF_LISTS) else ""
    if container and container != _QUERY[:-1]:
        inside = _local(finding.path)[len(container) :].lstrip(".")
        listed = _generic(container).rpartition("[")[0].partition(".")[2]
        return f"{inside}{_score_in(said)}" if inside else f"{_ELEMENTS}{listed}"
    return _INDEX.sub("[]", said.subject.removeprefix("response."))


def _score_in(said: Said) -> str:
    """`` (score 0.0005 → 0.57)``, by which a verdict is given."""
    _, mark, score = said.subject.partition(" (score ")
    return mark + score


def _whole_name(name: str) -> str:
    """What a field is called in a whole answer: streams call the same field otherwise."""
    return name.replace("].delta.", "].message.")


_ELEMENTS = "items of "


def _value(finding: Drift) -> str:
    """The value, when it is short enough for a list."""
    old, new = (_shown(finding, side) for side in (finding.old, finding.new))
    if finding.rule.endswith("-added") or _is_new_filter(finding):
        return new
    if finding.rule.endswith("-removed"):
        return old
    if finding.old_location is None or finding.new_location is None:
        return _of_one_side(finding) or _arrow(old, new)
    return _arrow(old, new)


def _shown(finding: Drift, value: Json) -> str:
    """An element of a list by its name, anything else if it is short."""
    is_element = finding.path.endswith("]") and finding.rule.startswith(("request-field-", "response-field-"))
    return item_in_words(value) if is_element and isinstance(value, dict) else _brief(value)


def _of_one_side(finding: Drift) -> str:
    """``is new``, where only the new recording has a place."""
    if finding.old_location is not None:
        return "is gone"
    return "is new" if finding.new_location is not None else ""


def _arrow(old: str, new: str) -> str:
    return f"{old} → {new}" if old and new else ""


def _brief(value: Json) -> str:
    """A word or a number; "" for what would fill the line."""
    if isinstance(value, str):
        text = value if value and not any(map(str.isspace, value)) else short(value)
    else:
        text = short(value)
    return text if len(text) <= _BRIEF else ""


_BRIEF = 32  # characters of a value in a list


def _by_likeness(row: Merging, family: Group) -> str:
    """How much is alike of each says nothing of texts that mean the same: only their number is told."""
    if len(family) < row.least or any(said.size is None for _, said in family):
        return ""
    if all(said.words.startswith(_BEFORE_CALL) for _, said in family):
        return f"{_BEFORE_CALL}s in {len(family)} answers is reworded"
    return _filled(row.words, len(family), "")


_BEFORE_CALL = "the text before the call"


def _by_counts(row: Merging, family: Group) -> str:
    olds: dict[str, list[float]] = {}
    news: dict[str, list[float]] = {}
    for finding, said in family:
        before, after = _counts(finding.old, said), _counts(finding.new, said)
        for name in [each for each in before if each in after]:
            olds.setdefault(name, []).append(before[name])
            news.setdefault(name, []).append(after[name])
    if not olds:
        return ""
    order = [name for name, _ in _canonical() if name in olds]
    notes = (_growth(name, olds[name], news[name]) for name in dict.fromkeys((*order, *olds)))
    return _filled(row.words, len(family), "").replace("{note}", ", ".join(notes) + _shared_note(family))


def _shared_note(family: Group) -> str:
    """``: the price rose``, where all say so."""
    why = {said.note.partition(": ")[2] for _, said in family}
    return f": {why.pop()}" if len(why) == 1 and "" not in why else ""


_WAYS: dict[str, Callable[[Merging, Group], str]] = {
    COUNTS: _by_counts,
    LIKENESS: _by_likeness,
    RENAMES: _by_renames,
    NAMES: _by_many_names,
}


def _counts(value: Json, said: Said) -> Mapping[str, float]:
    if isinstance(value, int | float):
        return {said.subject.rpartition(".")[2]: value}
    return {name: count for name, count in value.items() if isinstance(count, int | float)} if value else {}


def _growth(name: str, old: list[float], new: list[float]) -> str:
    """``input ×1.1…1.3 (2030 → 2540 in total)``; of one call ``input 20 → 24 (×1.2)``; nothing has no factor."""
    say = dollars if name == "cost" else "{:,.6g}".format
    words = {**dict(_canonical()), "total_tokens": "total", "cost": ""}.get(name, name)
    steps = list(dict.fromkeys(zip(old, new, strict=True)))
    if len(old) == 1 or (0 in (*old, *new) and len(steps) <= _STEPS):
        told = ", ".join(f"{say(one)} → {say(other)}" for one, other in steps)
        return f"{words} {told}{factor(old[0], new[0]) if len(old) == 1 else ''}".strip()
    grown, total = _factors(old, new), f"{say(sum(old))} → {say(sum(new))} in total"
    return (f"{words}{grown} ({total})" if grown else f"{words} {total}").strip()


def _factors(old: list[float], new: list[float]) -> str:
    """`` ×1.1…1.3``: by how much they grew, the least and the most; "" where that says nothing."""
    grew = sorted(after / before for before, after in zip(old, new, strict=True) if before and after)
    low, high = (f"{each:.3g}" for each in (grew[0], grew[-1])) if grew else ("1", "1")
    if low != high:
        return f" ×{low}…{high}"
    return f" ×{low}" if low != "1" else ""


_STEPS = 3  # changes of one count that are told one by one


def _canonical() -> tuple[tuple[str, str], ...]:
    from cassette_tools.diff.http.usage import COUNTS as CANONICAL

    return tuple(CANONICAL)


_ALONE = ("interaction-added", "interaction-removed")


def _items(family: Group) -> Iterator[str]:
    """What is listed; of many requests to one address the number, and how they were answered."""
    groups: dict[str, Group] = {}
    for finding, said in family:
        groups.setdefault(_address(finding, said), []).append((finding, said))
    for address, group in groups.items():
        if group[0][0].rule in _ALONE and len({said.subject for _, said in group}) >= _MANY:
            times = f"{len(group)} × " if len(groups) > 1 else ""
            yield f"{times}{address}{_outcomes(group)}"
        else:
            yield from (_item(finding, said) for finding, said in group)


def _address(finding: Drift, said: Said) -> str:
    """What is asked, and where; of what is no request, its words."""
    begun = _REQUEST.match(said.subject) if finding.rule in _ALONE else None
    return begun[0] if begun else said.words


def _outcomes(group: Group) -> str:
    """`` (2 answered with 200, 1 answered with 429)``."""
    found = [outcome[1] for _, said in group if (outcome := _OUTCOME.search(said.subject))]
    counts = {outcome: found.count(outcome) for outcome in found}
    if len(counts) < 2:
        return f" (answered with {found[0]})" if found else ""
    return f" ({', '.join(f'{count} answered with {outcome}' for outcome, count in counts.items())})"


_REQUEST = re.compile(r"(?:.*?, )?[A-Z]+ \S+")
_OUTCOME = re.compile(r"answered with (\d+)")
_MANY = 3  # requests to one address that differ: from here on they are counted


def _item(finding: Drift, said: Said) -> str:
    """One of several in a list: what it is of, and what became of it."""
    own = next((words for rule, words in _ITEMS if finding.rule.startswith(rule)), None)
    if own is not None:
        return own(finding, said)
    note = _note(finding, said)
    if finding.rule.startswith("tool-arguments-"):
        return f"{finding.path.partition('.')[0]} {said.subject}: {note}"
    return note if finding.rule.startswith(("text-", "citation-")) else f"{said.subject}: {note}"


def _note(finding: Drift, said: Said) -> str:
    note = said.note or f"{short(finding.old)} → {short(finding.new)}"
    return note if len(note) <= _NOTE else f"{note[: _NOTE // 2]} … {note[-_NOTE // 2 :]}"


def _call_in_words(finding: Drift, said: Said) -> str:
    value = finding.old if finding.new is None else finding.new
    return f"{said.subject} {short(value.get('arguments') if isinstance(value, dict) else value)}"


def _request_in_words(_finding: Drift, said: Said) -> str:
    return re.sub(r" \(interaction \d+\)", "", said.subject)  # which is counted here, not told apart


_ITEMS: tuple[tuple[str | tuple[str, ...], Callable[[Drift, Said], str]], ...] = (
    ("tool-call-", _call_in_words),
    (_ALONE, _request_in_words),
    ("interaction-reordered", lambda finding, said: f"{said.subject} {finding.old} → {finding.new}"),
    ("text-appeared", lambda finding, _said: short(finding.new)),
    ("text-vanished", lambda finding, _said: short(finding.old)),
)


_NOTE = 100  # characters of a note in a list


# --- where -----------------------------------------------------------------------------------------------------------


def _where(group: Group) -> str:
    """``, in 4 messages``; ``, in the messages of 3 calls``; ``, in 3 calls``; "" for one place."""
    places = {(finding.path, _container(finding)) for finding, _ in group}
    lists = {_generic(container) for _, container in places}
    name = max(lists, key=len)
    if not name or len({_PARTS.sub("", each) for each in lists}) != 1:
        return _in_calls(_all(group), same=len({_whole_name(_name(*each)) for each in group}) == 1)
    if any(path.endswith("]") for path, _ in places):
        return ""
    return _in_elements(name, group, {container for _, container in places if container})


def _in_elements(name: str, group: Group, containers: Collection[str]) -> str:
    """In how many elements of a list, or in those of how many calls."""
    noun = next(row for row in NOUNS if row.list in ("", name.rpartition("[")[0].rpartition(".")[2]))
    calls = {call for _, said in group for call in said.calls}
    if len(calls) > 1:
        return f", in the {noun.plural} of {len(calls)} calls"
    plural = noun.plural if noun.list else f"{noun.plural} of {name.rpartition('[')[0].partition('.')[2]}"
    return f", in {len(containers)} {plural}" if len(containers) > 1 else ""


def _shared_calls(family: Group) -> str:
    """In how many calls, where each is in several."""
    every = _all(family)
    return _in_calls(every) if all(len(said.calls) > 1 for said in every) else ""


def _local(path: str) -> str:
    """The path within its interaction."""
    return re.sub(r"^interactions\[\d+\]\.?", "", path)


def _container(finding: Drift) -> str:
    """The element of a list that the path leads into, if any: ``request.input_messages[3]``."""
    local = _local(finding.path)
    if local.startswith(_QUERY):
        return _QUERY[:-1]
    return local[: local.rindex("]") + 1] if "]" in local and finding.rule.startswith(_OF_LISTS) else ""


_QUERY = "request.query."


_PARTS = re.compile(r"(?<=\])\.(?:parts|content)\[\*\]$")

_OF_LISTS = ("request-field-", "request-type-", "request-parameter-", "response-field-", "response-body-")


def _generic(path: str) -> str:
    """The path with every index and every name in brackets open; the messages are one list by whichever name."""
    path = re.sub(r"^request\.(messages|contents|input)(?=\[)", "request.input_messages", path)
    return without_brackets(path, "[*]")
