"""Recordings with the content codings of their bodies undone (RFC 9110 §8.4.1): for who asks for it, for formats of
text alone, for players whose clients do not undo them, and where header and body do not agree.

Some recorders keep `Content-Encoding` beside the decoded body (HAR has to), others drop it from bodies that are still
compressed. A client that believes such a header fails.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.formats import Loss
from cassette_tools.model import Headers
from cassette_tools.wire.codings import UndecodableError, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from cassette_tools.model import Body, Interaction, Recording, Request, Response

    Message = TypeVar("Message", Request, Response)

_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}  # RFC 9110 §8.4.1.3


def decompressed(recording: Recording) -> Recording:
    """The recording with every content coding undone: bodies, `Content-Encoding`, `Content-Length`.

    A body whose coding cannot be undone stays as it is.
    """
    return replace(recording, interactions=tuple(uncoded(each) for each in recording.interactions))


def uncoded(interaction: Interaction) -> Interaction:
    """One interaction of such a recording."""
    return replace(interaction, request=_uncoded(interaction.request), response=_uncoded(interaction.response))


def agreeing(interaction: Interaction) -> Interaction:
    """The interaction with the coding of the answer undone where header and body do not agree. The request stays: it is
    what the client will send.
    """
    response = interaction.response
    if not response.body.size or set(response.body.codings) == set(_named(response.headers)):
        return interaction
    return replace(interaction, response=_uncoded(response))


def coding_losses(interaction: Interaction) -> Iterator[Loss]:
    """What `agreeing` changes."""
    if agreeing(interaction) is not interaction:
        said = "the response has no Content-Encoding any more: its header and its body did not agree"
        yield Loss(message=said, interaction=interaction.index, lost=False)


def _named(headers: Headers) -> list[str]:
    """The codings that the header names and that can be undone."""
    names = (name.strip().lower() for name in (headers.get("Content-Encoding") or "").split(","))
    return [_CODINGS[name] for name in names if name in _CODINGS]


def _uncoded(message: Message) -> Message:
    content = _content(message.body, message.headers)
    if content is None:
        return message
    headers = _without_coding(message.headers, len(content))
    body = replace(message.body, raw=content, codings=()) if message.body.codings else message.body
    length = len(content) if hasattr(message, "method") else None  # what a client has undone has no length of its own
    return replace(message, headers=headers, body=body, content_length=length)


def _content(body: Body, headers: Headers) -> bytes | None:
    """The bytes of a body without its coding; ``None`` where there is none, or it cannot be undone."""
    if any(problem.kind == "unreadable-body" for problem in body.problems):
        return None
    if not body.codings:
        return _bytes(body) if body.size and _named(headers) else None
    try:
        return decoded(body.raw or b"", (headers.get("Content-Encoding") or "").lower())[0]
    except UndecodableError:
        return None


def _bytes(body: Body) -> bytes:
    return body.raw if body.raw is not None else (body.text or "").encode("utf-8", "surrogatepass")


def _without_coding(headers: Headers, length: int) -> Headers:
    kept = []
    for name, value in headers:
        if name.lower() == "content-length":
            kept.append((name, str(length)))
        elif name.lower() != "content-encoding":
            kept.append((name, value))
    return Headers(pairs=tuple(kept))
