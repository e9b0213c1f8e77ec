"""The same call was answered in two runs, more than a week apart: a run was recorded over another one.

Why it matters: recorders that add to a file (VCR.py's and Ruby VCR's ``new_episodes``, ``all``) keep the older run when
a scenario is recorded again. Players take recordings in the order of the file, so that a test which asks once is given
the older answer, and nobody ever sees the newer one: the recording looks renewed, and is not.

How to mend it: delete the file, and record the scenario again; or take the older run out. Where a test asks the same
twice, and the second call was added later, say so in an ignore comment.

There is one finding for each file, with all later runs. Calls are the same when they ask the same model the same at the
same address; how the JSON of the request is written does not matter. Where the requests differ in details (a field of a
tool's schema), the message names these: players that compare bodies tell the runs apart, and never play one of them.
Not reported: calls that failed (`client-error-recorded` and `error-status-recorded` tell these), and players that take
the last recording (`duplicate-request`).
"""

from __future__ import annotations

from operator import attrgetter

from cassette_tools.finding import Observation
from cassette_tools.places import url_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._apart import differing
from cassette_tools.rules._left_over import moment, question

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

DAY = 24 * 3600
LEAST = 7 * DAY  # seconds between two runs
EQUAL = (
    "a run was recorded over another one, and players take the first; record the scenario again in a new file, or take "
    "one of the runs out"
)
OTHERWISE = (
    "a run was recorded over another one; players that match on method and URL take the first, those that compare "
    "bodies never play the one that is no longer asked for; record the scenario again in a new file, or take the older "
    "run out"
)
LAST_PLAYED = frozenset(("httprr",))


def begin(file: FileFacts) -> Check | None:
    return None if file.format in LAST_PLAYED else _Runs()


class _Asked:
    """The calls of a file that ask the same: the first, with its day, and those of other days."""

    __slots__ = ("again", "apart", "day", "first")

    def __init__(self, first: Interaction, day: str) -> None:
        self.first = first
        self.day = day
        self.again: list[Interaction] = []
        self.apart: Interaction | None = None  # the first that is of another run for sure


class _Runs:
    """The answered calls of a file, by what they ask."""

    def __init__(self) -> None:
        self._asked: dict[int, _Asked] = {}

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        day = _day(interaction)
        if day and _is_answered(interaction):
            asked = self._asked.setdefault(_question(interaction), _Asked(interaction, day))
            if asked.day != day:
                asked.again.append(interaction)
                if asked.apart is None and _are_apart(asked.first, interaction):
                    asked.apart = interaction
        yield from ()

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        """One finding for the file."""
        told = [asked for asked in self._asked.values() if asked.apart is not None]
        if not told:
            return
        first, again = told[0].first, told[0].apart
        assert again is not None
        others = sorted((each for asked in told for each in asked.again if each is not again), key=attrgetter("index"))
        days = int(abs((moment(again) or 0) - (moment(first) or 0)) // DAY)
        also = f" (also interaction{'s' if len(others) > 1 else ''} {_listed(others)})" if others else ""
        what = differing(first.request.body, again.request.body)
        but, so = (f", but for {what} in the request", OTHERWISE) if what else ("", EQUAL)
        yield (
            again,
            Observation(
                message=f"interaction {again.index} asks what interaction {first.index} does{but}, {days:,} days "
                f"apart{also}: {so}",
                place=url_place(again.request),
                related=tuple(url_place(each.request) for each in (first, *others)),
            ),
        )


def _listed(interactions: list[Interaction]) -> str:
    shown = ", ".join(str(each.index) for each in interactions[:4])
    return f"{shown}, …" if len(interactions) > 4 else shown


def _day(interaction: Interaction) -> str:
    """The day of an interaction as it is written: nearly all of a file have one, and then no time is read."""
    date = interaction.response.headers.get("date")
    return date[:16] if date else (interaction.recorded_at or "")[:10]


def _is_answered(interaction: Interaction) -> bool:
    llm = interaction.llm
    if llm is None or llm.error is not None or interaction.request.method != "POST":
        return False
    return 200 <= interaction.response.status_code < 300


def _question(interaction: Interaction) -> int:
    llm = interaction.llm
    assert llm is not None
    parameters = frozenset((name, str(value)) for name, value in llm.parameters.items())
    turns = tuple(part.type for message in llm.input_messages for part in message.parts)
    return hash((question(interaction), turns, llm.request_model, llm.stream, len(llm.tools), parameters))


def _are_apart(one: Interaction, other: Interaction) -> bool:
    first, second = moment(one), moment(other)
    return first is not None and second is not None and abs(second - first) > LEAST


RULES.register(
    Rule(
        name="run-recorded-over",
        category="replay",
        level="note",
        summary="the same call was answered in two runs, of which one is never played",
        doc=__doc__,
        about="call",
        begin=begin,
    )
)
