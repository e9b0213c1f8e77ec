"""A library's report of how it is used was recorded.

Why it matters: the test phoned home while it was recorded, and the report (the machine, versions, ids of the
installation) is now in the repository. It is no part of the scenario; it comes from a thread of its own, so that the
order of the recordings is left to chance, and it changes with each recording.

How to mend it: switch the telemetry off where tests run, let the recorder pass over the host (``ignore_hosts`` of
VCR.py and Ruby VCR), and delete these interactions.

A file is reported once for each such service. Not reported: services that people send traces to on purpose.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import url_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """The services that the file has reported to so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        from cassette_tools.telemetry import host_of, service_at

        host = host_of(interaction.request.url)
        row = service_at(host)
        if row is None or row.name in self._names:
            return
        self._names.add(row.name)
        how = f" ({row.off})" if row.off else ""
        yield Observation(
            message=f"{row.name} was recorded (`{host[:80]}`): switch it off where tests run{how}, let the recorder "
            "pass over the host, and delete its interactions",
            place=url_place(interaction.request),
            key=row.name,
        )


RULES.register(
    Rule(
        name="telemetry-recorded",
        category="http",
        level="note",
        summary="a library's report of how it is used was recorded",
        doc=__doc__,
        begin=begin,
    )
)
