"""The value of a header field of a response is a text, and VCR.py expects a list.

Why it matters: VCR.py iterates over the value, so that a replay sends one field for each letter (``Server: c``,
``Server: l``, …). Clients get these letters, or the letters joined by commas, in place of the value. The usual reason
is a hook that removes a secret and forgets the list (``response["headers"]["Set-Cookie"] = "REDACTED"``).

How to mend it: write the value as a list (``- REDACTED``), as ``cassette lint --fix`` does; in the hook as well:
``["REDACTED"]``.

Reported once for each response, with all such fields. Not reported: header fields of requests, for which VCR.py accepts
both, responses to aiohttp, whose stub accepts both, and the layout that VCR.py before version 6 wrote for httpx.
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

TOLERANT = "aiohttp"  # its stub accepts a text as one value (`vcr.stubs.aiohttp_stubs`)
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
    one, several = (
        f"value of the header field {listed} is a text",
        f"values of the header fields {listed}{more} are texts",
    )
    yield Observation(
        message=f"the {one if len(at) == 1 else several}, and VCR.py expects a list: a replay sends one field for each "
        "letter; write a list, also in the hook that changed the value",
        place=header_place(response, at[0]),
        related=tuple(header_place(response, each) for each in at[1:]),
    )


RULES.register(
    Rule(
        name="header-value-not-listed",
        category="format",
        level="warning",
        summary="the value of a header field is a text, and VCR.py expects a list",
        doc=__doc__,
        begin=begin,
    )
)
