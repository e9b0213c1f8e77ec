"""The recording is older than the configuration allows (``max-age``, in days).

Without that setting the rule says nothing.

Why it matters: providers change their answers, headers and events without telling; a test on an old recording proves
that the code understands what nobody sends any more.

How to mend it: record the file again.

A file is reported once, at its first recording that is too old. The day is what the recorder noted (Ruby VCR, HAR),
else the ``Date`` that the server sent; a recording without either has no age."""

from __future__ import annotations

from cassette_tools.days import day_of_http, noted_day
from cassette_tools.finding import Observation
from cassette_tools.places import header_place, time_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.config import LintSettings
    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Begin, Check, FileFacts


def configured(settings: LintSettings) -> Begin:
    def begin(_file: FileFacts) -> Check | None:
        return _Once(settings.max_age).check if settings.max_age else None

    return begin


class _Once:
    """Says it once."""

    def __init__(self, oldest: str) -> None:
        self._oldest = oldest
        self._told = False

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        if self._told:
            return
        day, place = _day(interaction)
        if not day or day >= self._oldest:
            return
        self._told = True
        yield Observation(
            message=f"recorded on {day}, and the configuration allows no recording that is as old (`max-age`): "
            "record the file again",
            place=place,
        )


def _day(interaction: Interaction) -> tuple[str, Place]:
    """The day of the recording (ISO 8601), and what says so."""
    if noted := noted_day(interaction):
        return noted, time_place(interaction)
    for position, (name, value) in enumerate(interaction.response.headers):
        if name.lower() == "date":
            return day_of_http(value), header_place(interaction.response, position)
    return "", time_place(interaction)


RULES.register(
    Rule(
        name="recording-too-old",
        category="replay",
        level="warning",
        summary="the recording is older than the configuration allows",
        doc=__doc__,
        configured=configured,
    )
)
