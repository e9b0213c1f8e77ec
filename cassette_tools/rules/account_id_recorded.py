"""The recording names the account that made it: an organization, a project.

Providers send such names back with every answer (``openai-organization``, ``anthropic-organization-id``), and they
stand in the URLs of Google Cloud and the ARNs of Amazon. This rule must be asked for (``--select
account-id-recorded``).

Why it matters: they are no credentials, but they say who the customer is, and where the next credential that leaks
belongs. Those who mind redact them.

How to mend it: let the recorder put a placeholder in their place (``filter_headers``, ``filter_sensitive_data``).

A file is reported once for each such name. Not reported: placeholders.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place, url_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """The names that the file has told so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        for what, name, place in _names(interaction):
            if name not in self._names and not _is_nobody(name):
                self._names.add(name)
                yield Observation(
                    message=f"the recording names its {what}, `{_masked(name)}`: put a placeholder in its place",
                    place=place,
                    key=what,
                )


def _names(interaction: Interaction) -> Iterator[tuple[str, str, Place]]:
    """What names an account, and where."""
    from cassette_tools.data.accounts import HEADERS

    whats = {row.name: row.what for row in HEADERS}
    for message in (interaction.request, interaction.response):
        for position, (header, value) in enumerate(message.headers):
            what = whats.get(header.lower())
            if what is not None and value:
                yield what, value, header_place(message, position)
    yield from _marked(interaction)


def _marked(interaction: Interaction) -> Iterator[tuple[str, str, Place]]:
    from cassette_tools.data.accounts import IDS

    for row in IDS:
        url = interaction.request.url
        for text, body in (
            (url, None),
            (interaction.request.body.text, interaction.request.body),
            (interaction.response.body.text, interaction.response.body),
        ):
            if not text or row.mark not in text:
                continue
            import re

            for match in re.finditer(row.pattern, text):
                if body is None:
                    yield row.what, match[1], url_place(interaction.request)
                else:
                    yield row.what, match[1], body.place(match.start(1), len(match[1]))


def _is_nobody(name: str) -> bool:
    """Whether it is a placeholder."""
    from cassette_tools.data.accounts import PLACEHOLDERS

    core = name.lower().removeprefix("proj_").removeprefix("org-")
    return (
        not core
        or core.startswith(("<", "{", "[", "*", "$"))
        or any(word in core for word in PLACEHOLDERS)
        or len(set(core)) <= 2
    )


def _masked(name: str) -> str:
    """Enough to know it again, and not the whole."""
    return name if len(name) < 8 else f"{name[:8]}…"


RULES.register(
    Rule(
        name="account-id-recorded",
        category="secrets",
        level="note",
        summary="the recording names the account that made it",
        doc=__doc__,
        begin=begin,
        default=False,
    )
)
