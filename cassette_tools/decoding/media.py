"""Media as parts: by address, as base64, and what a media type says they are."""

from __future__ import annotations

from cassette_tools.data.media_types import SIGNATURES
from cassette_tools.model import Blob, Uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Part


def addressed(address: str, modality: str | None, pointer: str) -> Part:
    """Media by address; a data URL (RFC 2397) holds the media itself."""
    head, comma, content = address.partition(",") if address[:5].lower() == "data:" else ("", "", "")
    if comma and head.endswith(";base64"):
        kind = head[5:].partition(";")[0] or None
        return Blob(modality=modality or modality_of(kind), mime_type=kind, content=content, pointer=pointer)
    return Uri(uri=address, modality=modality, pointer=pointer)


def modality_of(mime_type: str | None) -> str:
    """image, audio or video by the media type; everything else is a document."""
    major = (mime_type or "").partition("/")[0]
    return major if major in ("image", "audio", "video") else "document"


def joined_base64(pieces: list[str]) -> str:
    """Pieces of base64 (RFC 4648) as one. Those that are no whole groups of four must be decoded to be joined."""
    if not any("=" in piece or len(piece) % 4 for piece in pieces[:-1]):
        return "".join(pieces)
    from binascii import Error, a2b_base64, b2a_base64

    try:
        return b2a_base64(b"".join([a2b_base64(piece) for piece in pieces]), newline=False).decode("ascii")
    except (ValueError, Error):
        return "".join(pieces)


def media(content: bytes, modality: str, label: str | None) -> Part:
    """Binary content as a part: its media type by what it is labelled with, else by its first bytes."""
    from binascii import b2a_base64

    kind = label if label and not label.startswith(("application/octet-stream", "application/json")) else None
    return Blob(
        modality=modality,
        mime_type=kind or media_type_of(content),
        content=b2a_base64(content, newline=False).decode("ascii"),
    )


def media_type_of(content: bytes) -> str | None:
    """The media type that the first bytes give away."""
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12])
    return next((kind for start, kind in SIGNATURES if content.startswith(start)), None)


def media_type_of_base64(content: str) -> str | None:
    """The same for base64 text."""
    from binascii import Error, a2b_base64

    try:
        return media_type_of(a2b_base64(content[:24]))
    except (Error, ValueError):
        return None
