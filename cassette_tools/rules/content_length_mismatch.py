"""The recorded length of a body is not its length.

Compared with the bytes of the body are the number that the recorder noted beside the header fields (go-vcr's
``content_length``), and the ``Content-Length`` field of a response.

Why it matters: the body was edited by hand, or a filter changed it, after the length was written. go-vcr's own
matcher compares the length, and then no request matches any more; a client that trusts the header field waits for
bytes that never come. And a recording that was edited is no longer what the provider was asked or has answered.

How to mend it: write the length that the message names, or record the interaction again.

Not reported:

- an empty body, since recorders leave bodies out, and the body of a redirect, which no client reads;
- a body that is cut or damaged (`body-not-json` and `stream-truncated` report it, and its length is the proof);
- a body that was compressed or decompressed on its way into the file, as ``Content-Encoding`` says, or as the length
  says if it is that of the body in gzip;
- a binary body that was written as text (`binary-as-text`), and a text in place of an image or another medium;
- JSON that the recorder wrote again with other white space, with or without the server's final newline;
- a length that is right for the old line endings, or for one byte a character;
- a network address that was replaced by another (``"origin": "203.0.113.7"``);
- pages and texts of ``example.com`` and of the local machine, which the tests of recorders make up;
- a body with placeholders (``REDACTED``, ``[FILTERED]``, ``AZURE_DEPLOYMENT``, ``127.0.0.1`` for an address; your own
  patterns in the setting `placeholders`), if they can explain the difference: players put the secret back;
- the ``Content-Length`` field of a request: replay ignores it, and filters and SDKs that sign requests change the body
  after they wrote it.
"""

from __future__ import annotations

import sys

from cassette_tools.finding import Observation
from cassette_tools.model import ABSENT
from cassette_tools.places import header_place, length_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._binary import is_binary, is_stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Body, Interaction, Json, Place, Request, Response

NOT_AS_SENT = frozenset(("content-encoding", "transfer-encoding"))  # the body may differ from what was counted
LOCAL = frozenset(("localhost", "127.0.0.1", "0.0.0.0", "["))  # `[` begins those of IPv6
NOBODYS = (".example.com", ".example.org", ".example.net")
SHORTEST_ADDRESS, LONGEST_ADDRESS = len("1.1.1.1"), len("255.255.255.255")
SMALL = 400  # bytes that no server cares to compress


def check(interaction: Interaction) -> Iterator[Observation]:
    request, response = interaction.request, interaction.response
    if request.content_length:
        yield from _wrong_lengths("request", request, ())
    if request.method == "HEAD" or response.status_code == 204 or response.extra.get("uncompressed"):
        return
    if 300 <= response.status_code < 400:  # no client reads the body of a redirect
        return
    if interaction.llm is not None and not interaction.llm.complete:
        return
    for observation in _wrong_lengths("response", response, response.headers.pairs):
        if interaction.llm is not None or not _is_made_up(interaction):
            yield observation


def _wrong_lengths(
    side: str, message: Request | Response, fields: tuple[tuple[str, str], ...]
) -> Iterator[Observation]:
    noted = list(_lengths(message, fields))
    size = message.body.size if noted and _is_as_sent(message) else 0
    lengths = [(length, place) for length, place in noted if size not in (0, length)]
    if not lengths or _is_lossy(message):
        return
    wrong = [(length, place) for length, place in lengths if not is_explained(message.body, length, size)]
    if wrong:
        yield Observation(
            message=f"the {side}'s recorded length says {wrong[0][0]} bytes, its body is {size}: it was changed after "
            f"recording; write {size}, or record the interaction again",
            place=wrong[0][1],
            related=tuple(place for _, place in wrong[1:]),
        )


def _is_as_sent(message: Request | Response) -> bool:
    """Whether the body is what was sent: one that is not verbatim and has no bytes is what the recorder understood."""
    return message.body.verbatim or message.body.raw is not None


def _is_lossy(message: Request | Response) -> bool:
    """Whether the length is right, and the body is not: it was cut or unpacked, lost bytes, or stands in for a medium
    that nobody wanted in the file.
    """
    if message.body.problems or _is_cut(message.body):
        return True
    if message.body.codings or any(name.lower() in NOT_AS_SENT for name, _ in message.headers.pairs):
        return True
    return is_binary(message.body) or is_stand_in(message)


def _is_cut(body: Body) -> bool:
    """Whether a body begins as JSON and does not end so."""
    text = (body.text or "").strip()
    return not body.stream and text[:1] in _BRACKETS and not text.endswith(_BRACKETS[text[0]])


_BRACKETS = {"{": "}", "[": "]"}


def _is_made_up(interaction: Interaction) -> bool:
    """Whether a text is the answer of a host that nobody has (RFC 2606), or of the machine that recorded."""
    if interaction.response.body.json is not ABSENT:  # hosts are renamed, too
        return False
    host = interaction.request.url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0].lower()
    return host in LOCAL or f".{host}".endswith(NOBODYS)


def _lengths(message: Request | Response, fields: tuple[tuple[str, str], ...]) -> Iterator[tuple[int, Place]]:
    """The lengths that are written down, and where; go-vcr writes 0 also where it does not know."""
    if message.content_length:
        yield message.content_length, length_place(message)
    for position, (name, value) in enumerate(fields):
        if len(name) == 14 and name.lower() == "content-length" and value.isdecimal():
            yield said_length(value), header_place(message, position)


def said_length(value: str) -> int:
    """The number that a header field says; one beyond all numbers of bytes is as good as the largest."""
    return int(value) if len(value) < 19 else sys.maxsize


def is_explained(body: Body, said: int, size: int) -> bool:
    """Whether a length differs for a reason that is not an edit."""
    text = body.text or ""
    if said == len(text):  # one byte for each character: a body in an 8-bit charset
        return True
    if said == size + text.count("\n") - text.count("\r\n"):  # CRLF became LF in a block of YAML text
        return True
    from cassette_tools.secrets.filtered import explains_length

    if said in _other_spellings(body) or explains_length(text, said - size):
        return True
    return _is_other_address(text, said - size) or _is_packed(text, said, size)


def _is_other_address(text: str, missing: int) -> bool:
    """Whether a network address (IPv4) that was put in the place of another one explains the difference."""
    if '"' not in text or text.count(".") < 3:
        return False
    import re

    lengths = [len(match[1]) for match in re.finditer(r'"(\d{1,3}(?:\.\d{1,3}){3})"', text)]
    return any(SHORTEST_ADDRESS <= length + missing <= LONGEST_ADDRESS for length in lengths)


def _is_packed(text: str, said: int, size: int) -> bool:
    """Whether a length is that of the body in gzip (or deflate), whose header field the recorder left out. Servers
    compress with more or less effort, and the length of the names in a gzip header varies.
    """
    if size < SMALL or not size * 0.02 < said < size * 0.9:
        return False
    import zlib

    content = text.encode("utf-8", "surrogatepass")
    best, worst = (len(zlib.compress(content, level)) for level in (9, 1))
    return best * 0.97 - 20 <= said <= worst * 1.03 + 20


def _other_spellings(body: Body) -> set[int]:
    """The lengths of the same JSON with other white space and escapes: some recorders write it anew, to be
    readable."""
    if body.json is ABSENT or body.stream:
        return set()
    return {len(spell(body.json)) for spell in SPELLINGS}


def _spelling(separators: tuple[str, str], end: str, *, escaped: bool) -> Callable[[Json], bytes]:
    def spell(value: Json) -> bytes:
        from json import dumps

        return (dumps(value, separators=separators, ensure_ascii=escaped) + end).encode("utf-8", "surrogatepass")

    return spell


# How servers write JSON: some end it with a newline (Go's encoder does).
SPELLINGS = tuple(
    _spelling(separators, end, escaped=escaped)
    for end in ("", "\n")
    for separators in ((",", ":"), (", ", ": "))
    for escaped in (True, False)
)


RULES.register(
    Rule(
        name="content-length-mismatch",
        category="http",
        level="warning",
        summary="the recorded length of a body is not its length",
        doc=__doc__,
        check=check,
    )
)
