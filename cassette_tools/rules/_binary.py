"""Telling bytes that were written as text from text."""

from __future__ import annotations

from cassette_tools.later import regex
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Request, Response

LOOKED_AT = 2000  # characters from the beginning
_RARE = regex("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\ufffd\udc80-\udcff]")  # what no text has, but bytes have often
_FEW = 8  # such characters in what is looked at; a terminal's colours need one (ESC, left out)
_SHARE = 0.05


_MEDIA = ("image/", "audio/", "video/", "font/", "application/octet-stream", "application/pdf", "application/zip")


def is_stand_in(message: Request | Response) -> bool:
    """Whether a text stands in the place of a medium: nobody wanted its bytes in the file."""
    from cassette_tools.wire.body import media_type

    body = message.body
    kind = media_type(message.headers)
    return kind.startswith(_MEDIA) and kind != "image/svg+xml" and body.raw is None and bool(body.text)


def is_binary(body: Body) -> bool:
    """Whether the text of a body is really bytes, read as characters in one way or another."""
    text = body.text
    if not text or body.events or body.json is not ABSENT or text[0] in "{[<":
        return False
    first = _RARE.search(text) if text[:2] == "--" else None  # in a form, a file may come late
    start = first.start() if first is not None else 0
    head = text[start : start + LOOKED_AT]
    if head.isprintable():  # by far the most
        return False
    rare = len(_RARE.findall(head))
    return rare >= min(_FEW, len(head) // 4 or 1) and rare >= len(head) * _SHARE
