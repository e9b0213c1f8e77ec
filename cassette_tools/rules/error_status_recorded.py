"""A failure that passes by itself was recorded: a rate limit, an overload, a timeout, a server's fault.

Reported are the statuses 408, 425, 429 and those from 500 on.

Why it matters: SDKs try again after these statuses without telling anyone, so a test passes while the recording
keeps the accident. From then on each replay goes through the failure and the waiting, and the recording shows what
the provider did that day, not what the scenario is about.

How to mend it: record the interaction again. If the failure *is* the scenario, say so: ``# cassette:
ignore[error-status-recorded] tests the retry``.

Not reported: 400, 401, 403, 404, 409, 422 and the like. They answer what was asked, the same each time: a test that
records one means it.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import status_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

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


def check(interaction: Interaction) -> Iterator[Observation]:
    status = interaction.response.status_code
    if status < 408 or (status < 500 and status not in PASSING):
        return
    words = PASSING.get(status, "")
    yield Observation(
        message=f"the answer is a failure that passes by itself, {status} {words}".rstrip()
        + ": record the interaction again, or say in an ignore comment that the scenario is about it",
        place=status_place(interaction.response),
    )


RULES.register(
    Rule(
        name="error-status-recorded",
        category="http",
        level="warning",
        summary="a rate limit, an overload or another passing failure was recorded",
        doc=__doc__,
        check=check,
    )
)
