"""The line that tells several findings, by the way in which they belong together."""

from __future__ import annotations

from cassette_tools.data.merging import COUNTS, INSIDE, LIKENESS, MOST, NAMES, RENAMES
from cassette_tools.diff.judging.lists_of import (
    CAME_OR_WENT,
    enumerated,
    filled,
    items_in_words,
    most_of,
    value_in_words,
)
from cassette_tools.diff.judging.places_of import (
    ELEMENTS,
    INDEX,
    QUERY,
    container_of,
    local_path,
    name_of,
    shared_calls,
    where_it_is,
    whole_name,
)
from cassette_tools.diff.values.amounts import dollars, factor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassette_tools.data.merging import Merging
    from cassette_tools.finding import Drift, Said
    from cassette_tools.model import Json

    Group = list[tuple[Drift, Said]]


def said_together(row: Merging, family: Group) -> str:
    """The one line of a family; "" when its members are too few, or too different."""
    return _WAYS.get(row.way, _by_notes)(row, family)


def _by_many_names(row: Merging, family: Group) -> str:
    names = {name_of(finding, said) for finding, said in family}
    least = INSIDE if container_of(family[0][0]) else row.least
    return by_names(row, family) if len(names) >= least else ""


def _by_notes(row: Merging, family: Group) -> str:
    """``4 texts changed: …``, each by its note."""
    is_same = len({said.words for _, said in family}) == 1 and not row.rule.startswith("interaction-")
    is_courtesy = row.rule in CAME_OR_WENT and all(" before the call " in said.words for _, said in family)
    if len(family) < (INSIDE if is_courtesy else row.least) or is_same:
        return ""
    words = row.words.replace("text", "text before the call", 1) if is_courtesy else row.words
    items = items_in_words(family)
    told = filled(words, len(family), enumerated(items, most_of(row, items), "; ")) + shared_calls(family)
    return told + (_lines_of(family) if row.rule.startswith("interaction-") else "")


def _lines_of(family: Group) -> str:
    """`` (lines 3, 59, 118)``: the lines of all requests; the finding itself has only the first."""
    places = [finding.new_location or finding.old_location for finding, _ in family]
    lines = sorted({place.region.line for place in places if place is not None})
    return f" (lines {enumerated([*map(str, lines)], _LINES)})" if len(lines) > 1 else ""


_LINES = 5  # places that are listed


def by_names(row: Merging, group: Group) -> str:
    values = _values_by_name(group)
    if len(values) == 1 and "{count}" in row.words:
        [(name, each)] = values.items()
        varied = row.rule.endswith(("-changed", "-change")) and len({*map(_change_of, group)}) > 1
        return (_varied(name, each) if varied else group[0][1].words) + where_it_is(group)
    listed = [_named(name, each, row.rule) for name, each in values.items()]
    if all(local_path(finding.path).startswith(QUERY) for finding, _ in group):
        listed = _as_query(listed)
    words = row.words
    if _is_of_one_answer(group):
        words = words.replace("answers now hold", "answer now holds").replace(
            "answers no longer hold", "answer no longer holds"
        )
    if not all(_is_counted(finding) for finding, _ in group):
        words = words.replace("counts are", "details of the usage are")
    return filled(words, len(values), enumerated(listed, MOST)) + where_it_is(group)


def _is_counted(finding: Drift) -> bool:
    """Whether it is a number, or an object of numbers alone."""
    values = [side for side in (finding.old, finding.new) if side is not None]
    inner = [each for side in values for each in (side.values() if isinstance(side, dict) else [side])]
    return all(isinstance(each, int | float) for each in inner)


def _values_by_name(group: Group) -> dict[str, list[str]]:
    """The values of each field; one that streams call otherwise has the name that came first."""
    values: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for finding, said in group:
        name = name_of(finding, said)
        values.setdefault(names.setdefault(whole_name(name), name), []).append(value_in_words(finding))
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
    names = [[INDEX.sub("[]", str(side)) for side in (finding.old, finding.new)] for finding, _ in family]
    listed = list(dict.fromkeys(f"{old} → {new.rpartition('.')[2]}" for old, new in names))
    moved = any("." in new and new.rpartition(".")[0] != old.rpartition(".")[0] for old, new in names)
    if moved or len(listed) < row.least:
        return ""
    return filled(row.words, len(listed), enumerated(listed, MOST)) + where_it_is(family)


def _change_of(each: tuple[Drift, Said]) -> str:
    return f"{each[0].old!r} {each[0].new!r}"


def _named(name: str, values: list[str], rule: str) -> str:
    """A name with its value, or with its few values in as many places; elements of a list with their number."""
    if name.startswith(ELEMENTS):
        return f"{len(values)} {name}" + (f" ({enumerated(values, MOST)})" if "" not in values else "")
    known = [value for value in dict.fromkeys(values) if value and value != name]
    if not known or "" in values:
        return name
    told = " or ".join(known) if len(known) <= _FEW else f"{known[0]} and {len(known) - 1} more"
    return f"{name} (was {told})" if rule.endswith("-removed") else f"{name} {told}"


def _varied(name: str, values: list[str]) -> str:
    """A field that changed in different ways: ``finish_reason changed: stop → end_turn, tool_calls → tool_use``."""
    told = [value for value in dict.fromkeys(values) if value]
    if not told:
        return f"{name} changed"
    return f"{name} changed: {enumerated(told, _FEW)}"


_FEW = 3  # values of one name


def _by_likeness(row: Merging, family: Group) -> str:
    """How much is alike of each says nothing of texts that mean the same: only their number is told."""
    if len(family) < row.least or any(said.size is None for _, said in family):
        return ""
    if all(said.words.startswith(_BEFORE_CALL) for _, said in family):
        return f"{_BEFORE_CALL}s in {len(family)} answers is reworded"
    return filled(row.words, len(family), "")


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
    return filled(row.words, len(family), "").replace("{note}", ", ".join(notes) + _shared_note(family))


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
