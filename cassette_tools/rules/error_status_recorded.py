"""A failure that passes by itself was recorded: a rate limit, an overload, a timeout, a server's fault.

Reported are the statuses 408, 425, 429 and those from 500 on, but for 501 and 505, which do not pass; calls of a model
whose body says such an error under a status of success (``overloaded_error``); and a request that fails three times or
more before it succeeds. Of a quota that is used up (429 ``insufficient_quota``) is said that no waiting ends it.

Why it matters: SDKs try again after these statuses without telling anyone, so a test passes while the recording
keeps the accident. From then on each replay goes through the failure and the waiting, and the recording shows what
the provider did that day, not what the scenario is about. An error under 200 is not even tried again.

How to mend it: record the interaction again; of many attempts, take out all but the last. If the failure *is* the
scenario, say so: ``# cassette: ignore[error-status-recorded] tests the retry``.

A file is reported once for the same failure of the same request. Not reported: a scenario that is about failure, as the
name of the file or its folder says (``errors/``, ``test_rate_limited``, ``retries_on_503``), or the request (a model
called ``no-such-model``); a rate limit is where the name speaks of another failure. Nor an answer that blames the
request (``image input is not supported``), and one or two after which the same request succeeds: the client tried
again, as often as SDKs do by themselves, and that is on record. 400, 401, 403, 404 and the like answer what was asked,
the same each time (`client-error-recorded`).
"""

from __future__ import annotations

from itertools import chain
from operator import attrgetter

from cassette_tools.finding import Observation
from cassette_tools.places import failure_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._scenario import Scenario, is_at_fault, is_wrong_on_purpose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

    Key = tuple[str, str, str | None]

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
MANY = 3  # attempts that fail: SDKs try twice again by themselves


def begin(file: FileFacts) -> Check | None:
    return _Failures(Scenario(file.path))


class _Failures:
    """The failures of a file that no success of the same request has followed yet, and those that it has."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._open: dict[Key, list[Interaction]] = {}
        self._passed: list[list[Interaction]] = []  # the attempts before one that succeeded, where these are many

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        status = interaction.response.status_code
        if status < 408:
            if (
                interaction.llm is not None
                and interaction.llm.error is not None
                and _is_passing_under_success(interaction)
            ):
                self._add(interaction, 0)
            elif self._open and 200 <= status < 400:
                self._pass(interaction)
        elif (status in PASSING or status >= 500) and status not in LASTING:
            self._add(interaction, status)
        return iter(())

    def _add(self, interaction: Interaction, status: int) -> None:
        is_meant = (
            self._scenario.expects(status)
            or is_wrong_on_purpose(interaction)
            or (status != 429 and is_at_fault(interaction))
        )
        if not is_meant:
            self._open.setdefault(_key(interaction), []).append(interaction)

    def _pass(self, tried: Interaction) -> None:
        failed = self._open.pop(_key(tried), [])
        if len(failed) >= MANY:
            self._passed.append(failed)

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        from cassette_tools.rules._failed import also

        for first, *others in self._of_one_request():
            yield (
                first,
                Observation(
                    message=f"{_words(first)}{also(others)}: record the interaction again, or say in an ignore comment "
                    "that the scenario is about it",
                    place=failure_place(first),
                    related=tuple(failure_place(other) for other in others),
                ),
            )
        for failed in self._passed:
            first, *others = failed
            yield (
                first,
                Observation(
                    message=f"the request fails {len(failed)} times ({_status(first)}) before it succeeds, and each "
                    "replay goes through that and the waiting: take these attempts out, record the interaction again, "
                    "or say in an ignore comment that the scenario is about it",
                    place=failure_place(first),
                    related=tuple(failure_place(other) for other in others),
                ),
            )

    def _of_one_request(self) -> list[list[Interaction]]:
        """The failures that nothing followed; those of one request that are the same belong together."""
        groups: dict[tuple[Key, int], list[Interaction]] = {}
        for each in sorted(chain.from_iterable(self._open.values()), key=attrgetter("index")):
            groups.setdefault((_key(each), each.response.status_code), []).append(each)
        return list(groups.values())


def _is_passing_under_success(interaction: Interaction) -> bool:
    from cassette_tools.rules._failed import error_under_success, is_passing

    error = error_under_success(interaction)
    return error is not None and is_passing(error)


def _status(interaction: Interaction) -> str:
    status = interaction.response.status_code
    return f"{status} {PASSING.get(status, '')}".rstrip()


def _words(failed: Interaction) -> str:
    status = failed.response.status_code
    if _is_unpaid(failed):
        return f"the answer is a failure that no waiting ends, {_status(failed)} (the quota of the account is used up)"
    if status >= 400:
        return f"the answer is a failure that passes by itself, {_status(failed)}"
    from cassette_tools.rules._failed import quoted

    error = failed.llm.error if failed.llm is not None else None
    return f"the answer is a failure that passes by itself, although its status is {status}{quoted(error)}"


def _is_unpaid(failed: Interaction) -> bool:
    """Whether it is the account that has nothing left: the status is that of too many requests."""
    from cassette_tools.data.failures import UNPAID

    error = failed.llm.error if failed.llm is not None else None
    return error is not None and (error.code in UNPAID or error.type in UNPAID)


def _key(interaction: Interaction) -> Key:
    """What a request that is made again has in common; SDKs count attempts in header fields, so these do not matter."""
    request = interaction.request
    return request.method, request.url, request.body.text


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
