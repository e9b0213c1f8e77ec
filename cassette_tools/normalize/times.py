"""Moments moved to a fixed epoch, in the notation that they had.

The earliest moment of an interaction becomes that interaction's own: the epoch, and a minute for each one before it.
What lies within a day of the earliest happened with it (a batch takes hours). The distance is kept, in whole minutes,
of what is further away (the order of a list), and of a promise (``expires_at``) from ten minutes on.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime

from cassette_tools.data.normal import EPOCH, PACE
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

TOGETHER = 600  # seconds within which even a promise is none
_DAY = 24 * 3600  # within which work is done
_MINUTE = 60

_ISO = regex(r"(\d{4}-\d\d-\d\d)([T ])(\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?(\s?(?:Z|z|UTC|[+-]\d\d(?::?\d\d)?)?)")
_BASIC = regex(r"\d{8}T\d{6}Z")  # AWS
_HTTP = regex(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*, \d\d?[ -][A-Z][a-z]{2}[ -]\d{2,4} \d\d:\d\d:\d\d(?: [A-Z+\-0-9]+)?"
)


def base_of(index: int) -> int:
    """The moment of an interaction, in seconds of Unix time."""
    return EPOCH + PACE * index


def seconds_of(value: object) -> float | None:
    """The moment that a number (seconds, milli-, micro- or nanoseconds of Unix time) or a text says; else ``None``."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _seconds_of_number(value)
    if not isinstance(value, str):
        return None
    try:
        moment = _read_time(value)
    except ValueError:
        return None
    return None if moment is None else (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()


def _seconds_of_number(value: float) -> float | None:
    if abs(value) > sys.maxsize:  # nanoseconds until 2262; and an int may be beyond every float
        return None
    # From 1979 on; a year ahead of milliseconds taken for seconds.
    return next((value / unit for unit in (1, 1e3, 1e6, 1e9) if 3e8 <= value / unit < 1e11), None)


def _read_time(text: str) -> datetime | None:
    """The time that a text says in one of the three notations. Raises ValueError for none that there is."""
    if _ISO.fullmatch(text):
        plain = text.replace(",", ".").replace("UTC", "+00:00").replace(" +", "+")
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", plain).replace("z", "Z"))
    if _BASIC.fullmatch(text):
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if not _HTTP.fullmatch(text):
        return None
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(text)


def spelled(moment: int, like: object) -> int | float | str:
    """A moment (seconds) in the notation of `like`, without fractions."""
    if isinstance(like, int | float):
        unit = next(unit for unit in (1, 1000, 1_000_000, 1_000_000_000) if 3e8 <= like / unit < 1e11)
        return float(moment * unit) if isinstance(like, float) else moment * unit
    assert isinstance(like, str)
    when = datetime.fromtimestamp(moment, UTC)
    iso = _ISO.fullmatch(like)
    if iso is not None:
        zone = iso[4]
        if zone.strip()[:1] in ("+", "-"):
            zone = re.sub(r"[+-]", "+", re.sub(r"\d", "0", zone))
        clock = when.strftime("%H:%M:%S" if len(iso[3]) > 5 else "%H:%M")
        return f"{when:%Y-%m-%d}{iso[2]}{clock}{zone}"
    if _BASIC.fullmatch(like):
        return when.strftime("%Y%m%dT%H%M%SZ")
    from email.utils import format_datetime

    return format_datetime(when, usegmt=True)


def moved(moments: Iterable[tuple[float, bool]], base: int) -> dict[tuple[float, bool], int]:
    """Each moment of an interaction, and whether it is a promise, with the one that it becomes."""
    known = set(moments)
    if not known:
        return {}
    first = min(moment for moment, _ in known)
    return {(moment, promised): base + distance(moment - first, promised=promised) for moment, promised in known}


def is_promise(path: str) -> bool:
    """Whether a field says until when something holds (``expires_at``, ``expireTime``)."""
    return "expir" in path.rpartition(".")[2].lower()


def distance(seconds: float, *, promised: bool) -> int:
    """What is kept of a distance, in seconds."""
    return 0 if seconds < (TOGETHER if promised else _DAY) else round(seconds / _MINUTE) * _MINUTE
