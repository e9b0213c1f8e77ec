"""`Content-Encoding` does not say how the body of a response is compressed.

The body is compressed (gzip, deflate, brotli, zstd) and no header field says so, or says another coding; or, where the
recorder is go-vcr or httprr, or VCR.py and the client is httpx, the field says that the body is compressed, and it is
plain.

Why it matters: players hand the client both as they stand, so that it reads compressed bytes as JSON, or inflates what
is not compressed; it fails either way. What usually did it is a filter that took the field out, or a hook that decoded
the body and left the field (or the other way round).

How to mend it: put the field as the body is, or record the interaction again.

Not reported: a plain body under `Content-Encoding` from recorders whose players know of it. VCR.py's do not look at the
field for requests, urllib3 and aiohttp (with httpx, which the SDKs of OpenAI and Anthropic use, the client looks, and
fails unless `decode_compressed_response` is set); Ruby VCR, and those of browsers, hand the client what was decoded;
other recorders are not sure to have a player. In go-vcr it is certain: Go
takes the field out where it has decoded the body, so a field that is left was for a client that decodes by itself. Nor
downloads (`application/gzip`), which are compressed by their nature, and requests, whose bodies no player inflates.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._binary import is_binary, is_stand_in
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Response
    from cassette_tools.rules import Check, FileFacts

NAMES = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
SAYS_AS_IT_IS = frozenset(
    ("go-vcr", "httprr")
)  # written by Go, which takes the field out where it has decoded the body
HTTPX = "python-httpx/"  # as it calls itself, where no SDK does
INFLATED = frozenset(("gzip", "deflate"))  # by every httpx; the other codings need a package more
WRITTEN = ("text/", "application/json", "application/x-ndjson", "application/vnd.amazon.eventstream")
AGAIN = "or record the interaction again"


def begin(file: FileFacts) -> Check:
    is_exact, is_of_vcrpy = file.format in SAYS_AS_IT_IS, file.format == "vcrpy"

    def check(interaction: Interaction) -> Iterator[Observation]:
        response = interaction.response
        if response.body.codings:
            yield from _compressed(response)
        elif not (response.body.text or response.body.raw):
            return
        elif is_exact:
            yield from _plain(interaction, "clients which inflate it fail")
        elif is_of_vcrpy and _is_of_httpx(interaction) and INFLATED.intersection(_said(response)[0]):
            yield from _plain(interaction, "httpx, which inflates it, fails")

    return check


def _compressed(response: Response) -> Iterator[Observation]:
    """A body that is compressed, and a header that does not say so."""
    coding = response.body.codings[0]
    said, position = _said(response)
    if said and coding in said:
        return
    if said:
        yield Observation(
            message=f"Content-Encoding says {', '.join(said)}, but the body is compressed with {coding}, so that "
            f"clients cannot read it: write {coding}, {AGAIN}",
            place=header_place(response, position),
        )
    elif _is_written(response):
        yield Observation(
            message=f"the body is compressed with {coding} and no Content-Encoding says so, so that clients take the "
            f"compressed bytes for the answer: add the field, {AGAIN}",
            place=response.body.place(),
        )


def _is_of_httpx(interaction: Interaction) -> bool:
    """Whether the client is httpx, by its own name or that of an SDK that is built on it. (The layout of VCR.py for
    httpx before version 6 holds what httpx has decoded, and its player knows.)
    """
    asked = interaction.request.headers
    if interaction.response.status_route[-1:] == ("status_code",):
        return False
    return asked.get("x-stainless-lang") == "python" or (asked.get("user-agent") or "").startswith(HTTPX)


def _plain(interaction: Interaction, who: str) -> Iterator[Observation]:
    """A body that is not compressed, under a header that says it is. A HEAD request is answered without one."""
    response = interaction.response
    if interaction.request.method == "HEAD" or response.extra.get("uncompressed") or response.body.problems:
        return
    if is_binary(response.body) or is_stand_in(response):  # the bytes are lost: `binary-as-text`
        return
    said, position = _said(response)
    if said:
        yield Observation(
            message=f"Content-Encoding says {', '.join(said)}, but the body is not compressed, so that {who}: take the "
            f"field out, {AGAIN}",
            place=header_place(response, position),
        )


def _said(response: Response) -> tuple[list[str], int]:
    """The codings that the header fields name, and the first field that does."""
    said: list[str] = []
    first = 0
    for position, (name, value) in enumerate(response.headers.pairs):
        if len(name) == 16 and name.lower() == "content-encoding":
            named = [NAMES[word.strip()] for word in value.lower().split(",") if word.strip() in NAMES]
            first = position if named and not said else first
            said += named
    return said, first


def _is_written(response: Response) -> bool:
    """Whether the media type is one of what clients read as text, and not of what they save."""
    kind = media_type(response.headers)
    return kind.startswith(WRITTEN) or kind.endswith("+json")


RULES.register(
    Rule(
        name="content-encoding-mismatch",
        category="http",
        level="error",
        summary="Content-Encoding does not say how a body is compressed",
        doc=__doc__,
        begin=begin,
    )
)
