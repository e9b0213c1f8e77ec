"""A recorded request holds something that no later request can have, and the player compares it.

Why it matters: the recording can never be played. In a mode that records what is missing, the test goes to the network
each time and the cassette grows; in any other it fails with "no matching request".

How to mend it: keep the value out of what is compared: a hook or a matcher that leaves it out, or a fixed value in the
test. ``cassette match`` shows for one request what keeps it from its recording.

What is looked for: the random boundary of a multipart body, ids, nonces and times that clients make anew for each
request (in header fields and JSON fields of known names), a noted length that is not that of the body, and, for go-vcr,
values that a hook took out of the recording but not out of the request. Only what the player compares: by default
VCR.py, go-vcr and Ruby VCR look at method and URL alone, so the rule is silent until the configuration
(``[tool.cassette.match]``) says more. An httprr trace tells it by itself. A value that an earlier answer of the
cassette said is no finding: the client says it again.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._player import matching_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts


def begin(file: FileFacts) -> Check | None:
    matching = matching_of(file)
    if matching is None:
        return None
    from cassette_tools.replay import Obstacles

    obstacles = Obstacles(matching)

    def check(interaction: Interaction) -> Iterator[Observation]:
        if not interaction.request.url:
            return  # a body alone
        for each in obstacles.of(interaction):
            yield Observation(message=f"{each.what}: {each.mend}", place=each.place)

    return check


RULES.register(
    Rule(
        name="request-unmatchable",
        category="replay",
        level="warning",
        summary="a recorded request that no later request can be the same as",
        doc=__doc__,
        begin=begin,
    )
)
