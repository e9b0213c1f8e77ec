"""A request is recorded more than once with different answers, and the player plays only one of them.

Why it matters: a player that may repeat takes the first recording (or, with httprr, the last) for every request that is
the same to it. The other answers are never played, and the test sees a reply to another question, or an old state,
without a word.

How to mend it: let the player play each recording once, in order (without ``allow_playback_repeats`` or
``ReplayableInteractions``), let its matcher compare what tells the requests apart (``match_on`` with ``body``), or
record fewer requests. ``cassette match --all`` shows the whole cassette.

Players that play each recording once in the order of the file (VCR.py, go-vcr and Ruby VCR, unless they are told
otherwise) shadow nothing: polling and retries are as they should be. So the rule looks at httprr traces, and at files
whose player the configuration (``[tool.cassette.match]``) says to repeat.
"""

from __future__ import annotations

from cassette_tools.finding import Observation, fingerprint
from cassette_tools.places import url_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._player import matching_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.matchers import Matching
    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


def begin(file: FileFacts) -> Check | None:
    matching = matching_of(file)
    return None if matching is None or matching.again == "next" else _Seen(matching).check


class _Seen:
    """The requests of a file so far, by what the player sees of them."""

    def __init__(self, matching: Matching) -> None:
        self._matching = matching
        self._seen: dict[str, tuple[int, Place, str]] = {}

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        key = fingerprint(*self._matching.key(interaction.request))
        place, answer = url_place(interaction.request), _answer(interaction)
        index, earlier, told = self._seen.setdefault(key, (interaction.index, place, answer))
        if told == answer:
            return
        player = self._matching.player.title
        if self._matching.again == "first":
            what = (
                f"this answer is never played: to {player} its request is that of interaction {index}, which is played"
            )
            mend = "play each recording once, or compare what tells the requests apart"
        else:
            what = f"{player} plays this answer for interaction {index} as well: the requests are the same"
            mend = "keep one of them, or make the requests differ"
            self._seen[key] = (interaction.index, place, answer)
        yield Observation(message=f"{what}; {mend}", place=place, related=(earlier,))


def _answer(interaction: Interaction) -> str:
    """Status and body: what the client acts upon."""
    response = interaction.response
    return fingerprint(response.status_code, response.body.text, response.body.raw)


RULES.register(
    Rule(
        name="duplicate-request",
        category="http",
        level="warning",
        summary="a recording is never played, because another one has its request",
        doc=__doc__,
        begin=begin,
    )
)
