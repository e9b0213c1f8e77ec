"""On which day something was recorded, as ISO 8601 text; ``""`` where nothing says so."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Interaction

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_of(interaction: Interaction) -> str:
    """What the recorder noted (Ruby VCR, HAR), else the ``Date`` that the server sent."""
    return noted_day(interaction) or day_of_http(interaction.response.headers.get("date") or "")


def noted_day(interaction: Interaction) -> str:
    """What the recorder noted."""
    noted = (interaction.recorded_at or "")[:10]
    return noted if _is_day(noted) else ""


def day_of_http(value: str) -> str:
    """The day of an HTTP date (RFC 9110: ``Sun, 06 Nov 1994 08:49:37 GMT``)."""
    words = value.split()
    if len(words) < 4 or words[2] not in MONTHS:
        return ""
    day = f"{words[3]}-{MONTHS.index(words[2]) + 1:02}-{words[1].zfill(2)}"
    return day if _is_day(day) else ""


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and (text[:4] + text[5:7] + text[8:]).isdecimal()
