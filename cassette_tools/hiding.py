"""What hides the secrets of recordings in all that is shown of them: see `secrets.hiding`."""

from __future__ import annotations

import re

from cassette_tools.secrets import credential, is_secret_header
from cassette_tools.secrets.hiding import NOTHING, Hiding
from cassette_tools.strands import strands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.model import Body, Headers, Interaction, Recording, Request

__all__ = ("NOTHING", "Hiding", "hiding_of", "texts_of")


def hiding_of(*recordings: Recording, requests: Iterable[Request] = ()) -> Hiding:
    """What hides the secrets of recordings, and of requests beside them."""
    texts = [text for recording in recordings for each in recording.interactions for text in texts_of(each)]
    return Hiding([*texts, *(text for request in requests for text in _request_texts(request))])


def texts_of(interaction: Interaction) -> Iterator[str]:
    """The texts of an interaction in which a secret can stand; what only its place tells is named as one."""
    response = interaction.response
    yield from _request_texts(interaction.request)
    yield from (response.reason or "", *_fields(response.headers), *_body_texts(response.body))
    yield from map(_json, (interaction.extra, response.extra))
    yield from _joined_texts(interaction)


def _request_texts(request: Request) -> Iterator[str]:
    yield from (request.method, request.url, *_fields(request.headers), *_body_texts(request.body))
    yield _json(request.extra)


def _fields(headers: Headers) -> Iterator[str]:
    for name, value in headers.pairs:
        yield f"{name}: {value}"
        word = name.lower()
        if word in ("cookie", "set-cookie"):
            crumbs = value.split(";") if word == "cookie" else value.split(";")[:1]
            yield from map(_named, (crumb.partition("=")[2].strip() for crumb in crumbs))
        elif is_secret_header(word):
            yield _named(credential(value) or "")


def _named(secret: str) -> str:
    """A secret under a name that tells it as one."""
    return f'"token": "{secret}"' if secret else ""


_ESCAPED = re.compile(r"\\u00(?:2[dD]|3\d|[46][1-9a-fA-F]|5[0-9aAfF]|7[0-9aA])")
"""A letter of a key as an escape of JSON: such a key is seen in the values alone."""


def _body_texts(body: Body) -> Iterator[str]:
    text = body.text
    if text is not None:
        yield text
    if text is None or _ESCAPED.search(text) is not None:
        yield from (event.data for event in body.events)
        yield _json(body.json)
        yield from (_json(event.json) for event in body.events)


def _joined_texts(interaction: Interaction) -> Iterator[str]:
    """What a stream says when its pieces are joined."""
    if not interaction.response.body.events:
        return
    llm = interaction.llm
    if llm is not None:
        yield _json(llm.body)
    if llm is None or not llm.trace or llm.problems:
        yield from (strand.text for strand in strands(interaction.response.body.events))


def _json(value: object) -> str:
    if not value or not isinstance(value, (dict, list, str)):
        return ""
    import json

    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (TypeError, ValueError, RecursionError):  # keys that JSON has none of, for one
        return repr(value)
