"""A header field of a response is a text where VCR.py reads a list.

Why it matters: VCR.py goes through the value one by one, so that a replay sends a field for each letter
(``Server: c``, ``Server: l``, …). Clients see these in place of the value, or joined by commas. What did it is a hook
that took a secret out (``response["headers"]["Set-Cookie"] = "REDACTED"``) and forgot the list.

How to mend it: write the value as a list (``- REDACTED``), in the hook as well: ``["REDACTED"]``.

Told once for each answer, with all such fields. Not reported: header fields of requests, which VCR.py reads either way,
answers to aiohttp, whose reader takes both, and the layout of VCR.py for httpx before version 6.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

TOLERANT = "aiohttp"  # its stub takes a text for one value (`vcr.stubs.aiohttp_stubs`)
SHOWN, MOST = 40, 5  # characters of a name, and names


def begin(file: FileFacts) -> Check | None:
    return check if file.format == "vcrpy" else None


def check(interaction: Interaction) -> Iterator[Observation]:
    response = interaction.response
    if not response.headers.bare or response.status_route[-1:] == ("status_code",):
        return
    if TOLERANT in (interaction.request.headers.get("user-agent") or ""):
        return
    pairs = response.headers.pairs
    at = [at for at, (name, value) in enumerate(pairs) if name in response.headers.bare and len(value) > 1]
    if not at:
        return
    listed = ", ".join(f"`{pairs[each][0][:SHOWN]}`" for each in at[:MOST])
    more = f" and {len(at) - MOST} more" if len(at) > MOST else ""
    what = f"the header field {listed} is a text" if len(at) == 1 else f"the header fields {listed}{more} are texts"
    yield Observation(
        message=f"{what} where VCR.py reads a list: a replay sends one for each letter; write a list, also in the hook "
        "that changed it",
        place=header_place(response, at[0]),
        related=tuple(header_place(response, each) for each in at[1:]),
    )


RULES.register(
    Rule(
        name="header-value-not-listed",
        category="format",
        level="warning",
        summary="a header field is a text where VCR.py reads a list",
        doc=__doc__,
        begin=begin,
    )
)
