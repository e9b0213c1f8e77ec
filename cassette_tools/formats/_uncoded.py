"""Recordings with the content codings of their bodies undone: for who asks for it, and for formats of text alone."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.model import Headers
from cassette_tools.wire.codings import UndecodableError, decoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Interaction, Recording


def decompressed(recording: Recording) -> Recording:
    """The recording with every content coding undone (RFC 9110 §8.4.1): bodies, `Content-Encoding`, `Content-Length`.

    A body whose coding cannot be undone stays as it is.
    """
    return replace(recording, interactions=tuple(uncoded(each) for each in recording.interactions))


def uncoded(interaction: Interaction) -> Interaction:
    """One interaction of such a recording."""
    request, response = interaction.request, interaction.response
    for_request, for_response = _content(request.body, request.headers), _content(response.body, response.headers)
    if for_request is not None:
        headers = _without_coding(request.headers, len(for_request))
        body = replace(request.body, raw=for_request, codings=())
        request = replace(request, headers=headers, body=body, content_length=len(for_request))
    if for_response is not None:
        headers = _without_coding(response.headers, len(for_response))
        body = replace(response.body, raw=for_response, codings=())
        response = replace(response, headers=headers, body=body, content_length=None)
    return replace(interaction, request=request, response=response)


def _content(body: Body, headers: Headers) -> bytes | None:
    if not body.codings or body.raw is None:
        return None
    try:
        return decoded(body.raw, (headers.get("Content-Encoding") or "").lower())[0]
    except UndecodableError:
        return None


def _without_coding(headers: Headers, length: int) -> Headers:
    kept = []
    for name, value in headers:
        if name.lower() == "content-length":
            kept.append((name, str(length)))
        elif name.lower() != "content-encoding":
            kept.append((name, value))
    return Headers(pairs=tuple(kept))
