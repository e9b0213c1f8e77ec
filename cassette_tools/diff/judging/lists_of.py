"""What is listed in a line that tells several findings."""

from __future__ import annotations

from cassette_tools.data.merging import MOST_NOTES, MOST_PLACED
from cassette_tools.diff.judging.lone import RULES as LONE
from cassette_tools.diff.judging.lone import listed as lone_requests
from cassette_tools.diff.judging.lone import most_that_fit
from cassette_tools.words import item_in_words, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cassette_tools.data.merging import Merging
    from cassette_tools.finding import Drift, Said
    from cassette_tools.model import Json

    Group = list[tuple[Drift, Said]]


def is_new_filter(finding: Drift) -> bool:
    """Whether it is a filter that ran over the prompt or the answer, and did not before: it is told with new fields."""
    return finding.rule == VALUE_OF_THE_WIRE and _FILTERS in finding.path and finding.old is None is not finding.new


ADDED, _FILTERS = "wire-field-added", ".content_filter_results."

VALUE_OF_THE_WIRE = "wire-detail-changed"  # of one object several may change together; of several each is one thing

CAME_OR_WENT = ("text-appeared", "text-vanished")


def most_of(row: Merging, items: Sequence[str]) -> int:
    """How many items of a list are shown."""
    if row.rule in LONE:
        return min(MOST_NOTES, most_that_fit(items))
    return MOST_PLACED if row.rule.startswith("tool-arguments-") else MOST_NOTES


def filled(words: str, count: int, listed: str) -> str:
    return words.replace("{count}", str(count)).replace("{list}", listed)


def enumerated(names: Sequence[str], most: int, comma: str = ", ") -> str:
    """``a, b, c and 4 more``; what is there several times is counted, unless there is nothing else: ``3 × a``."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    shown = [name if count in (1, len(names)) else f"{count} × {name}" for name, count in counts.items()]
    return comma.join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def value_in_words(finding: Drift) -> str:
    """The value, when it is short enough for a list."""
    old, new = (_shown(finding, side) for side in (finding.old, finding.new))
    if finding.rule.endswith("-added") or is_new_filter(finding):
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
    return f"{old} → {new}" if old and new and old != new else ""


def _brief(value: Json) -> str:
    """A word or a number; "" for what would fill the line."""
    if isinstance(value, str):
        text = value if value and not any(map(str.isspace, value)) else short(value)
    else:
        text = short(value)
    return text if len(text) <= _BRIEF else ""


_BRIEF = 32  # characters of a value in a list


def items_in_words(family: Group) -> list[str]:
    """What is listed."""
    if family[0][0].rule in LONE:
        return lone_requests([said for _, said in family])
    return [_item(finding, said) for finding, said in family]


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


_ITEMS: tuple[tuple[str | tuple[str, ...], Callable[[Drift, Said], str]], ...] = (
    ("tool-call-", _call_in_words),
    ("interaction-reordered", lambda finding, said: f"{said.subject} {finding.old} → {finding.new}"),
    ("text-appeared", lambda finding, _said: short(finding.new)),
    ("text-vanished", lambda finding, _said: short(finding.old)),
)

_NOTE = 100  # characters of a note in a list
