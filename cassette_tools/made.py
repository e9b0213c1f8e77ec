"""What a program writes anew into a text for every run: ids, temporary paths, the date and the time.

A date is the time of the run only where the text says so: else it may be what one asks for.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.later import regex
from cassette_tools.made_names import form_of, is_drawn

IDS, TIMES = "id", "time"


@record
class Made:
    """One such value: of which kind, and what a person calls it."""

    kind: str
    value: str
    name: str


def masked(text: str) -> tuple[str, list[Made]]:
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
