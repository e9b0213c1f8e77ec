"""From facts to findings: the level, the words, the cause and the places of each change."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import JUDGEMENTS, KINDS, LEVELS, UNCLASSIFIED, Judgement
from cassette_tools.diff.asked import url_path
from cassette_tools.diff.causes import Causes, in_words, is_given_back
from cassette_tools.diff.folding import counts
from cassette_tools.diff.merging import line_of
from cassette_tools.diff.plausible import CACHED, OTHERWISE, fit_of
from cassette_tools.finding import Drift, Said, fingerprint
from cassette_tools.model import ABSENT
from cassette_tools.secrets import masked
from cassette_tools.words import bare, became, pair, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cassette_tools.diff.align import Pair
    from cassette_tools.diff.change import Change
    from cassette_tools.diff.folding import Folded
    from cassette_tools.finding import Location
    from cassette_tools.model import Interaction, Json, Place

    Locate = Callable[[str, Place], Location | None]

TOLERANCES = {
    "token_ratio": 0.5,  # counts of one call vary with its words; half as much again is more than words explain
    "token_delta": 30,  # of a short answer, half is nothing
    "cost_ratio": 0.5,  # as the tokens
    "text_similarity": 0.0,  # a text may be reworded however much; raise it to be told of more
}
# How long a model thinks differs from run to run by these (o4-mini, gpt-5 and grok on one prompt: 0, 64, 128, 192).
REASONING_FACTOR, REASONING_DELTA = 4.0, 128

# Tokens that another prompt or another answer explains are a consequence, unless they are this much more.
EXPLAINED_FACTOR, EXPLAINED_DELTA = 4.0, 500

_ROWS: dict[tuple[str, str | None, str | None], Judgement] = {
    (row.name, row.origin, row.circumstance): row for row in JUDGEMENTS
}


def row_of(change: Change) -> Judgement:
    """The row that speaks of a change; the loud one when none does."""
    for circumstance in dict.fromkeys((change.circumstance, None)):
        for origin in (change.origin, None):
            named = _ROWS.get((change.rule, origin, circumstance))
            if named is not None:
                return named
    return _ROWS[UNCLASSIFIED, None, None]


def levels_of(
    changes: Sequence[Change], profile: str, *, levels: Mapping[str, str], tolerances: Mapping[str, float]
) -> dict[int, str]:
    """The level that each change has by itself, by the change's identity; ``off`` for what nobody wants to hear of."""
    allowed = {**TOLERANCES, **tolerances}
    explained = _explained(changes)
    found: dict[int, str] = {}
    for change in changes:
        row = row_of(change)
        known = explained.get(id(change.pair), frozenset())
        found[id(change)] = levels.get(row.name) or level_of(change, row, profile, allowed, known)
    return found


def judged(changes: list[Folded], levels: Mapping[int, str], *, path: str, locate: Locate) -> tuple[Drift, ...]:
    """The findings, the gravest first, then by path. A change that follows from another is noise and names it."""
    causes = Causes(changes)
    keys = _Keys(path)
    findings: list[Drift] = []
    for each in changes:
        change, row, level = each.change, row_of(each.change), levels[id(each.change)]
        if level == "off":
            continue
        root = each.root if level != "noise" else None
        reasons = causes.of(change) if root is None else ()
        repeats, follows = (tuple(c for c in side if counts(c, levels)) for side in (each.repeats, each.follows))
        said = replace(_said_of(change, row, repeats, follows), reasons=reasons)
        findings.append(
            Drift(
                rule=row.name,
                level="noise" if root is not None else level,
                message=line_of(said),
                path=change.full_path,
                origin=change.origin,
                cause="echo" if root is not None else reasons[0].cause if reasons else "unknown",
                evidence=masked(in_words(reasons)),
                caused_by=None if root is None else keys.of(root, row_of(root).name),
                old=_value(change.old),
                new=_value(change.new),
                old_location=locate("old", change.old_place) if change.old_place is not None else None,
                new_location=locate("new", change.new_place) if change.new_place is not None else None,
                fingerprint=keys.of(change, row.name),
                said=said,
            )
        )
    return in_order(findings)


def in_order(findings: list[Drift]) -> tuple[Drift, ...]:
    """The gravest first; of equal ones that which explains most; then by path."""
    findings.sort(key=lambda each: (LEVELS.index(each.level), -_weight(each), _natural(each.path), each.rule))
    return tuple(findings)


def _weight(finding: Drift) -> int:
    return 0 if finding.said is None else len(finding.said.follows)


def level_of(
    change: Change,
    row: Judgement,
    profile: str,
    allowed: Mapping[str, float],
    explained: frozenset[str] = frozenset(),
) -> str:
    """The row's level; noise where the profile expects the change; a step down within tolerance.

    `explained` names the counts that differ because another thing was asked or answered.
    """
    if profile not in row.profiles:
        return "noise"
    if row.name == "usage-changed" and _is_within(change, allowed, explained):
        return "cosmetic"
    if row.name == "cost-changed" and change.size is not None and _is_near(change.size, allowed["cost_ratio"]):
        return "cosmetic"
    if row.name == "text-reworded" and change.size is not None and change.size < allowed["text_similarity"]:
        return "behavior"
    return row.level


def _explained(changes: Sequence[Change]) -> dict[int, frozenset[str]]:
    """The counts of each interaction that follow from what else changed in it: another prompt has another length, and
    so has another answer. That another model answers explains nothing: what it needs is what one wants to know.
    """
    found: dict[int, set[str]] = {}
    for change in changes:
        counts = found.setdefault(id(change.pair), set())
        if change.origin == "response" and change.rule.startswith(_ANSWERS):
            counts.add("output_tokens")
        elif change.origin == "request" and (change.rule.startswith(_QUESTIONS) or is_given_back(change)):
            counts.add("input_tokens")
    return {pair: frozenset(counts) for pair, counts in found.items()}


_ANSWERS = (
    "text-appeared",
    "text-vanished",
    "text-changed",
    "text-facts-changed",
    "text-reworded",
    "tool-call-",
    "tool-arguments-",
    "part-",
    "refusal-",
    "choice-count-",
)
_QUESTIONS = ("prompt-", "system-prompt-", "tool-", "response-schema-", "reasoning-appeared", "reasoning-vanished")


def _is_within(change: Change, allowed: Mapping[str, float], explained: frozenset[str]) -> bool:
    """Whether every count of the change is within the ratio or the difference that is allowed."""
    old = change.old if isinstance(change.old, dict) else {change.path: change.old}
    new = change.new if isinstance(change.new, dict) else {change.path: change.new}
    before, after = _apart(old), _apart(new)
    names = before.keys() & after.keys()
    if _INPUT in names and change.pair is not None:
        fit = fit_of(change.pair, after[_INPUT] - before[_INPUT])
        if fit == CACHED:
            names -= {_INPUT}
        elif fit == OTHERWISE:  # the same words have the same tokens: chance has no part in it
            explained -= {_INPUT}
            if not _is_usual(_INPUT, before[_INPUT], after[_INPUT], {name: allowed[name] / 2 for name in allowed}):
                return False
    return all(
        _is_usual(name, before[name], after[name], allowed)
        or (name in explained and _is_moderate(before[name], after[name]))
        for name in names
    )


_INPUT = "input_tokens"


def _is_moderate(old: float, new: float) -> bool:
    return abs(new - old) <= EXPLAINED_DELTA or (bool(old) and _is_near(new / old, EXPLAINED_FACTOR - 1))


def _apart(counts: Mapping[str, Json]) -> dict[str, float]:
    """The counts with reasoning taken out of the output: it varies by a measure of its own."""
    numbers = {name: count for name, count in counts.items() if isinstance(count, int | float)}
    for reasoning in ("reasoning_output_tokens", "reasoning_tokens"):  # the canonical name, and that of Responses
        if reasoning in numbers and "output_tokens" in numbers:
            numbers["output_tokens"] -= numbers[reasoning]
    return numbers


def _is_usual(name: str, old: float, new: float, allowed: Mapping[str, float]) -> bool:
    if "cache" in name.lower():
        return True  # whether a cache still holds the prompt depends on who asked before
    if name in _REASONING_COUNTS:
        return abs(new - old) <= REASONING_DELTA or (bool(old) and _is_near(new / old, REASONING_FACTOR - 1))
    return abs(new - old) <= allowed["token_delta"] or (bool(old) and _is_near(new / old, allowed["token_ratio"]))


_REASONING_COUNTS = frozenset(("reasoning_output_tokens", "reasoning_tokens", "thoughtsTokenCount"))


def _is_near(factor: float, allowed: float) -> bool:
    """Symmetric: a half is as far from one as the double."""
    return factor > 0 and max(factor, 1 / factor) <= 1 + allowed


def _said_of(change: Change, row: Judgement, repeats: tuple[Change, ...], follows: tuple[Change, ...]) -> Said:
    """What the message is made of: what changed, in which calls, and what is folded under it."""
    words = message_of(change, row)
    quoted = next((other for other in follows if other.rule in _QUOTED), None)
    beside = [other for other in follows if (change.rule, other.rule) in _BESIDE or _is_of_address(change, other)]
    for other in beside if quoted is None else [quoted, *beside]:
        words += f"; {message_of(other, row_of(other))}"
    follows = tuple(other for other in follows if not any(other is each for each in beside))
    calls = (same.pair.path for same in (change, *repeats) if same.pair is not None)
    return Said(
        words=masked(words),
        subject=change.subject or change.path,
        note=masked(change.note),
        size=change.size,
        calls=tuple(dict.fromkeys(calls)),
        follows=tuple(kind_of(other) for other in follows),
        dialect=_dialect(change),
    )


_QUOTED = ("error-appeared", "error-vanished")  # what a failure says belongs to the line that tells of it


def _dialect(change: Change) -> str:
    interaction = None if change.pair is None else change.pair.new or change.pair.old
    return "" if interaction is None or interaction.llm is None else interaction.llm.dialect


_BESIDE = frozenset(
    (
        ("content-type-changed", "response-body-changed"),
        ("tool-call-removed", "text-appeared"),
        ("tool-call-added", "text-vanished"),
    )
)
"""What follows, but is said all the same: what stands in the place of what the line tells of."""


def _is_of_address(change: Change, other: Change) -> bool:
    return change.rule == "request-url-changed" and other.path.startswith("request.query.")


def kind_of(change: Change) -> str:
    """What a person calls a change that is folded under another."""
    return next(row.words for row in KINDS if change.rule.startswith(row.rule))


def message_of(change: Change, row: Judgement) -> str:
    """The row's words with what changed in them."""
    plain = not row.name.startswith("text-")  # of a text, one wants to see where it begins and ends

    def filled(field: re.Match[str]) -> str:
        if field[1] == "subject":
            return change.subject or change.path
        if field[1] == "note":
            return change.note or became(change.old, change.new, plain=plain)
        if field[1] == "change":
            return became(change.old, change.new, arrow=" became ", plain=plain)
        return _side(change, row, field[1], plain)

    return re.sub(r"\{(subject|note|change|old|new)\}", filled, row.message)


def _side(change: Change, row: Judgement, name: str, plain: bool) -> str:
    """The old or the new value; beside the other one, cut down to where they differ."""
    value = change.old if name == "old" else change.new
    if value in (None, ABSENT) and row.none:
        return row.none
    if "{old}" in row.message and "{new}" in row.message and change.old != change.new:
        return pair(change.old, change.new, plain=plain)[name == "new"]
    return bare(value) if plain else short(value)


def _value(value: Json) -> Json:
    """A value as the report holds it: JSON, and no secret in it."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_value(inner) for inner in value]
    return None if value is ABSENT else value


# --- identity --------------------------------------------------------------------------------------------------------


class _Keys:
    """Fingerprints: rule, file, the interaction's key (what it asks and the how-manieth that is), canonical path."""

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
            name = _asked_by(pair.new if pair.new is not None else pair.old)
            self._counts[name] = self._counts.get(name, 0) + 1
            self._ordinals[id(pair)] = f"{name} #{self._counts[name]}"
        return self._ordinals[id(pair)]


def _asked_by(interaction: Interaction | None) -> str:
    return "" if interaction is None else f"{interaction.request.method} {url_path(interaction.request.url)}"


def _natural(path: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which ``[10]`` comes after ``[2]``."""
    steps = path.replace("]", "[").split("[")
    return tuple((int(step), "") if step.isdecimal() else (-1, step) for step in steps)
