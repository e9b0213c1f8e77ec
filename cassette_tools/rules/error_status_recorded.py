"""A failure that passes by itself was recorded: a rate limit, an overload, a timeout, a server's fault.

Reported are the statuses 408, 425, 429 and those from 500 on, but for 501 and 505, which do not pass.

Why it matters: SDKs try again after these statuses without telling anyone, so a test passes while the recording
keeps the accident. From then on each replay goes through the failure and the waiting, and the recording shows what
the provider did that day, not what the scenario is about.

How to mend it: record the interaction again. If the failure *is* the scenario, say so: ``# cassette:
ignore[error-status-recorded] tests the retry``.

Not reported: a scenario that is about failure, as the name of the file or its folder says (``errors/``,
``test_rate_limited``, ``retries_on_503``), or the request (a model called ``no-such-model``); a rate limit is where the
name speaks of another failure. Nor an answer that blames the request (``image input is not supported``), and one after
which the same request succeeds: the client tried again, and that is on record. 400, 401, 403, 404 and the like answer
what was asked, the same each time (`client-error-recorded`).
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import status_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._scenario import Scenario, is_at_fault, is_wrong_on_purpose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

PASSING = {
    408: "Request Timeout",
    425: "Too Early",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    529: "Overloaded",
}
LASTING = (501, 505)  # the server cannot do what is asked, and will not tomorrow


def begin(file: FileFacts) -> Check | None:
    return _Failures(Scenario(file.path))


class _Failures:
    """The failures of a file that no success of the same request has followed yet."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._open: list[Interaction] = []

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        status = interaction.response.status_code
        if status < 408:
            if self._open and 200 <= status < 400:
                self._open = [failed for failed in self._open if not _is_same(failed, interaction)]
        elif (status in PASSING or status >= 500) and status not in LASTING:
            is_meant = (
                self._scenario.expects(status)
                or is_wrong_on_purpose(interaction)
                or (status != 429 and is_at_fault(interaction))
            )
            if not is_meant:
                self._open.append(interaction)
        return iter(())

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        for interaction in self._open:
            status = interaction.response.status_code
            words = PASSING.get(status, "")
            message = (
                f"the answer is a failure that passes by itself, {status} {words}".rstrip()
                + ": record the interaction again, or say in an ignore comment that the scenario is about it"
            )
            yield interaction, Observation(message=message, place=status_place(interaction.response))


def _is_same(failed: Interaction, tried: Interaction) -> bool:
    """Whether a request was made again; SDKs count their attempts in header fields, so these do not matter."""
    one, other = failed.request, tried.request
    return one.method == other.method and one.url == other.url and one.body.text == other.body.text


RULES.register(
    Rule(
        name="error-status-recorded",
        category="http",
        level="warning",
        summary="a rate limit, an overload or another passing failure was recorded",
        doc=__doc__,
        begin=begin,
    )
)
