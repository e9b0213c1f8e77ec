"""The recording names machines: resources of a cloud, hosts and addresses of an internal network, pods.

``acme-prod.openai.azure.com``, ``projects/472418003311``, ``ip-10-0-3-17.ec2.internal``, ``http://llm.corp:8080``,
``X-Served-By: api-7d9c5b6f48-x2kqz``. This rule must be asked for (``--select infrastructure-id``).

Why it matters: they are no credentials, but a plan of what stands behind them, and where the next credential that leaks
belongs. And they change with the machine, so that the next recording has other ones.

How to mend it: let the recorder put a placeholder in their place (``filter_headers``, ``filter_sensitive_data``, a hook
that replaces the host).

A file is reported once for each name. Not reported: placeholders, loopback addresses, what every machine has
(``host.docker.internal``), the machines of a public provider in what it answers, accounts and ARNs
(`account-id-recorded`), and public addresses (`personal-data`). Private addresses, internal hosts, pods and storage
accounts count in URLs and header fields alone, since models write about them.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place, url_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._texts import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from cassette_tools.data.infrastructure import MachineId
    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """The names that the file has told so far."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        from cassette_tools.data.infrastructure import MACHINE_IDS

        for row in MACHINE_IDS:
            found = matches(interaction, row.mark, _reader(row)) if row.in_bodies else _outside(interaction, row)
            for match, (first, *others) in found:
                name = match["name"].lower()
                if name in self._names or _is_nobodys(name):
                    continue
                self._names.add(name)
                article = "an" if row.what[0] in "Aai" else "a"
                yield Observation(
                    message=f"the recording names {article} {row.what}, `{_masked(name)}`: put a placeholder in its "
                    "place",
                    place=first,
                    related=tuple(others),
                    key=row.what,
                )


def _reader(row: MachineId) -> Callable[[], re.Pattern[str]]:
    def pattern() -> re.Pattern[str]:
        import re

        return re.compile(row.pattern)

    return pattern


def _outside(interaction: Interaction, row: MachineId) -> Iterator[tuple[re.Match[str], tuple[Place, ...]]]:
    """The matches in the URL and the header fields; the machines of a provider that anybody may ask are its own."""
    import re

    from cassette_tools.data.infrastructure import VERSION_HEADERS

    if row.mark in interaction.request.url:
        for match in re.finditer(row.pattern, interaction.request.url):
            yield match, (url_place(interaction.request),)
    request = interaction.request
    for message in (request,) if _is_public(request.url) else (request, interaction.response):
        for position, (name, value) in enumerate(message.headers):
            if row.mark in value and not name.lower().startswith(VERSION_HEADERS):
                for match in re.finditer(row.pattern, value):
                    yield match, (header_place(message, position),)


def _is_public(url: str) -> bool:
    """Whether who answers is a known provider, or the file does not say who."""
    from cassette_tools.data.endpoints import LOCAL, SELF_HOSTED, UNKNOWN, authority, provider_for

    host = authority(url)[0].partition(":")[0]
    provider = provider_for(url)
    return not host or provider not in (LOCAL, UNKNOWN, host, *SELF_HOSTED)


def _is_nobodys(name: str) -> bool:
    """Whether it is a placeholder, or the same on every machine."""
    from cassette_tools.data.accounts import PLACEHOLDERS
    from cassette_tools.data.infrastructure import COMMON_HOSTS, EXAMPLES, NOBODYS

    if name in COMMON_HOSTS or name in EXAMPLES or len(set(name)) <= 2:
        return True
    return any(word in name for word in (*PLACEHOLDERS, *NOBODYS))


def _masked(name: str) -> str:
    """Enough to know it again, and not the whole."""
    return name if len(name) < 8 else f"{name[:8]}…"


RULES.register(
    Rule(
        name="infrastructure-id",
        category="secrets",
        level="note",
        summary="the recording names machines: cloud resources, internal hosts, pods",
        doc=__doc__,
        begin=begin,
        default=False,
    )
)
