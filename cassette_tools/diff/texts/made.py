"""What a program writes anew into a prompt for every run: ids, temporary paths, the date and the time.

Texts are compared without them: they are masked on both sides. Two ids that change places, or one that stands for two,
are no mere renaming. A date is the time of the run only where the text says so: else it may be what one asks for.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.diff.values.made_names import form_of, is_drawn
from cassette_tools.later import regex
from cassette_tools.secrets import secrets_in
from cassette_tools.words import bare

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IDS, TIMES = "id", "time"


@record
class Made:
    """One such value: of which kind, and what a person calls it."""

    kind: str
    value: str
    name: str


@record
class MadeApart:
    """All in which two texts differ: `ids` with their counterparts, `times` before and after. `note` names them."""

    ids: tuple[tuple[str, str], ...]
    times: tuple[tuple[str, str], ...]
    note: str


def made_apart(old: str, new: str) -> MadeApart | None:
    """The values that are all in which two texts differ; ``None`` where they differ in more, or not."""
    pairs = _made_pairs(old, new)
    if pairs is None:
        return None
    ids, times = (_values_of(pairs, kind) for kind in (IDS, TIMES))
    if any(secrets_in(value) for pair in ids for value in pair):
        return None  # another key is told as that
    if not _is_renaming(ids) or any(left in new or right in old for left, right in ids):
        return None
    return MadeApart(ids=ids, times=times, note=" and ".join(_notes(pairs)))


def _made_pairs(old: str, new: str) -> list[tuple[Made, Made]] | None:
    """The values that differ with their counterparts; ``None`` where the texts differ in more, or not."""
    lines = old.split("\n"), new.split("\n")
    if old == new or len(lines[0]) != len(lines[1]):
        return None
    others = [pair for pair in zip(*lines, strict=True) if pair[0] != pair[1]]
    left, right = (_masked("\n".join(side)) for side in zip(*others, strict=True))
    if left[0] != right[0]:
        return None
    return [pair for pair in zip(left[1], right[1], strict=True) if pair[0].value != pair[1].value]


def _values_of(pairs: Sequence[tuple[Made, Made]], kind: str) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((left.value, right.value) for left, right in pairs if left.kind == kind))


def _is_renaming(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether each value became one other, and no two became the same."""
    return len({left for left, _ in pairs}) == len({right for _, right in pairs}) == len(pairs)


def _notes(pairs: Sequence[tuple[Made, Made]]) -> Iterator[str]:
    """``an id (toolCallId)``, ``2 ids (call_…, a UUID)``, ``the time (2031-05-27 → 2031-07-14)``."""
    ids = list(dict.fromkeys((left.value, left.name) for left, _ in pairs if left.kind == IDS))
    if ids:
        names = ", ".join(dict.fromkeys(name for _, name in ids))
        yield f"{'an id' if len(ids) == 1 else f'{len(ids)} ids'} ({names})"
    times = [f"{bare(left.value)} → {bare(right.value)}" for left, right in pairs if left.kind == TIMES]
    if times:
        more = f" and {len(times) - 1} more" if times[1:] else ""
        yield f"the time ({times[0]}{more})"


# --- where they stand ------------------------------------------------------------------------------------------------


def _masked(text: str) -> tuple[str, list[Made]]:
    """The text with a mark in the place of each value, and the values in their order."""
    found: list[Made] = []

    def mark(match: re.Match[str]) -> str:
        made = _made(match)
        if made is None:
            return match[0]
        found.append(made)
        start, end = match.span(match.lastgroup or 0)
        return f"{match[0][: start - match.start()]}\0{made.kind}\0{match[0][end - match.start() :]}"

    return _CANDIDATE.sub(mark, text, _MOST), found


_MOST = 8_000  # words of a text that are looked at


def _made(match: re.Match[str]) -> Made | None:
    """What a program made of what was found, if it did."""
    kind, value = match.lastgroup or "", match[match.lastgroup or 0]
    if kind == "time":
        before = match.string[max(0, match.start() - _NEAR) : match.start()].rpartition("\n")[2]
        return Made(kind=TIMES, value=value, name="") if _is_of_the_run(value, before) else None
    name = _path_name(value) if kind == "path" else form_of(value)
    if kind == "keyed":
        name = match["key"] if name or is_drawn(value) else ""
    return Made(kind=IDS, value=value, name=name) if name else None


_NEAR = 60  # characters before a date in which a text says what it is

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?"
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_CLOCK = (
    r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm](?!\w))?(?: ?(?:Z|UTC|GMT)(?!\w)| ?[+-]\d\d:?\d\d(?!\d))?"
)
_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?: {_CLOCK})?,? \d{{4}}"
)
_TEMPORARY = (
    r"(?:/private)?(?:/tmp|/var/tmp|/var/folders/\w{2}/[\w+-]{1,60}/T)/"
    r"|[A-Z]:\\{1,4}Users\\{1,4}[^\\\s]{1,60}\\{1,4}AppData\\{1,4}Local\\{1,4}Temp\\{1,4}"
)
_CANDIDATE = regex(
    rf"(?P<path>(?<![\w/])(?:{_TEMPORARY})(?:pytest-of-[\w.-]{{1,60}}/pytest-\d{{1,9}}|(?:tmp\.)?[\w-]{{6,80}}))"
    rf"|(?<![\w/.-])(?P<time>(?:{_WEEKDAY},? )?(?:(?:{_DATE})(?:(?:T|,? (?:at )?){_CLOCK})?|{_CLOCK})"
    rf"|{_WEEKDAY}|1[5-9]\d{{8}}(?:\d{{3}})?(?:\.\d{{1,9}})?)(?![\w-])"
    r"|(?<!\w)(?P<key>\w{0,40}(?:[a-z]I[dD]|_id|(?<!\w)id))s?[\\\"'`]{0,4}\s?[:=]\s?\[?[\\\"'`]{0,4}"
    r"(?P<keyed>[A-Za-z0-9][\w.:-]{5,100})(?!\w)"
    r"|(?<![\w/.-])(?P<word>[A-Za-z0-9][\w-]{5,100})(?!\w)"
)

# --- the time --------------------------------------------------------------------------------------------------------


def _is_of_the_run(value: str, before: str) -> bool:
    """Whether a moment is when the program ran: it was read from a clock, to the second, or the text says so."""
    is_read = re.search(_TO_THE_SECOND, value) is not None and re.search(_DATE, value) is not None
    return is_read or _SAYS_NOW.search(before) is not None


_TO_THE_SECOND = r":\d\d:(?!00(?![.,]\d))\d\d"
_SAYS_NOW = regex(
    r"(?i)\b(?:today|now|current(?:ly)?|as of|time ?stamp|generated|recorded)\b|^\W*(?:date|time|datetime)\W+$"
    r"|(?:created|updated|started|ended|finished|issued|modified|generated|sent|received)_?(?:at|on)\W{1,8}$"
)

# --- ids -------------------------------------------------------------------------------------------------------------


def _path_name(path: str) -> str:
    """What a path is called where its last step was drawn: ``/tmp/tmpx7k2p9qa``, ``pytest-of-me/pytest-12``."""
    step = re.split(r"[/\\]", path)[-1]
    is_temporary = "/pytest-of-" in path or (step.startswith("tmp") and len(step) > len("tmp12345"))
    return "a temporary path" if is_temporary or is_drawn(re.split("[-_.]", step)[-1]) else ""
