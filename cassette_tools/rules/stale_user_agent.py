"""The recording was made by an older SDK than the configuration allows (``min-versions``).

Without that setting the rule says nothing. It is a table of SDKs, each with the oldest version that counts, under the
names that `cassette show` and `cassette diff` print:

    min-versions = { "OpenAI/Python" = "1.60", "Anthropic/JS" = "0.40" }

Why it matters: an SDK changes what it sends (headers, fields, whole endpoints), and with it what providers answer. A
test on a recording of an old one proves that the code works with an SDK that nobody has installed.

How to mend it: record the file again.

A file is reported once for each SDK, at the header field that names it. Not reported: SDKs that the table does not
name, recordings without such a header field, and versions that a filter took out.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.config import LintSettings
    from cassette_tools.model import Interaction
    from cassette_tools.rules import Begin, Check, FileFacts

Version = tuple[tuple[int, ...], bool]


def configured(settings: LintSettings) -> Begin:
    def begin(_file: FileFacts) -> Check | None:
        return _Oldest(settings.min_versions).check if settings.min_versions else None

    return begin


class _Oldest:
    """The SDKs of a file that are too old, each told once."""

    def __init__(self, oldest: Mapping[str, str]) -> None:
        self._oldest = {name.lower(): version for name, version in oldest.items()}

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        if not self._oldest or not interaction.request.headers.pairs:
            return
        from cassette_tools.sdk import header_of, sdks_of

        for sdk in sdks_of(interaction):
            wanted = self._oldest.get(sdk.name.lower())
            if wanted is None or not sdk.version or version_of(sdk.version) >= version_of(wanted):
                continue
            position = header_of(sdk, interaction.request.headers)
            if position is None:
                continue
            del self._oldest[sdk.name.lower()]
            yield Observation(
                message=f"recorded with {sdk}, and the configuration allows none before {wanted} (`min-versions`): "
                "record the file again",
                place=header_place(interaction.request, position),
                key=sdk.name,
            )


def version_of(text: str) -> Version:
    """The numbers of a version, and whether it is released: ``1.0.0-beta.3`` comes before ``1.0``."""
    import re

    numbers = re.match(r"v?(\d{1,20}(?:\.\d{1,20})*)", text.strip())
    if numbers is None:
        return (), False
    parts = [int(part) for part in numbers[1].split(".")]
    while parts and not parts[-1]:  # 1.60.0 is 1.60
        parts.pop()
    rest = text.strip()[numbers.end() :].lower()
    return tuple(parts), re.match(r"[-._]?(?:a|b|c|rc|alpha|beta|pre|preview|dev|next|canary)[-._]?\d*", rest) is None


RULES.register(
    Rule(
        name="stale-user-agent",
        category="http",
        level="warning",
        summary="the recording was made by an older SDK than the configuration allows",
        doc=__doc__,
        configured=configured,
    )
)
