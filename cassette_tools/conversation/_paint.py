"""Colours and small words that the views of a recording share."""

from __future__ import annotations

from cassette_tools.amounts import seconds
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.hiding import Hiding
    from cassette_tools.model import Interaction
    from cassette_tools.reporters import Style

_KEYS = (
    "key|api[-_]?key|access[-_]?token|token|sig|signature|client_secret|x-amz-(?:signature|credential|security-token)"
)
_CODES = {"title": "1", "role": "1;36", "call": "35", "dim": "2", "alarm": "1;31"}


def paint(kind: str, text: str, style: Style) -> str:
    """`text` in the colour of its kind, when there are colours."""
    return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if style.color and text else text


def _without_keys(url: str) -> str:
    """The address without the values of query parameters that are credentials (Google's ``key``, AWS signatures, …)."""
    if "?" not in url:
        return url
    import re

    return re.sub(rf"(?i)([?&](?:{_KEYS})=)[^&#]*", r"\1…", url)


def title(interaction: Interaction, style: Style, hiding: Hiding) -> str:
    """``#0  POST https://… → 200, sse, 12 events, 1.73 s``."""
    request, response = interaction.request, interaction.response
    facts = [str(response.status_code or "no status")]
    if response.body.stream:
        count = len(response.body.events)
        facts += [response.body.stream, f"{count} event{'s' if count != 1 else ''}"]
    if interaction.duration is not None:
        facts.append(seconds(interaction.duration))
    url = printable(_without_keys(hiding.text(request.url)))
    line = f"#{interaction.index}  {printable(hiding.text(request.method))} {url} → {', '.join(facts)}"
    return paint("title", line, style)
