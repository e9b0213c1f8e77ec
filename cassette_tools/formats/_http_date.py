"""Ruby VCR's times of recording: dates of HTTP (RFC 9110 §5.6.7), to the second."""

from __future__ import annotations

EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"  # the gem demands a time; ours, for a recording that has none
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def iso_time(recorded: str | None) -> str | None:
    """``Tue, 01 Nov 2011 04:58:44 GMT`` as ISO 8601; ISO 8601 as it is; anything else as it is."""
    if not recorded or recorded == EPOCH:
        return None
    words = recorded.replace(",", " ").split()
    if len(words) == 6 and words[2] in _MONTHS and words[1].isdecimal() and words[3].isdecimal():
        month = _MONTHS.index(words[2]) + 1
        return f"{words[3]}-{month:02}-{int(words[1]):02}T{words[4]}Z"
    return recorded


def http_date(recorded: str | None) -> str | None:
    """ISO 8601 as a date of HTTP; ``None`` for what is no time."""
    from datetime import UTC, datetime

    if recorded is None:
        return None
    try:
        moment = datetime.fromisoformat(recorded)
    except ValueError:
        return None
    moment = moment.astimezone(UTC) if moment.tzinfo is not None else moment
    day, month = _DAYS[moment.weekday()], _MONTHS[moment.month - 1]
    return f"{day}, {moment.day:02} {month} {moment.year:04} {moment:%H:%M:%S} GMT"
