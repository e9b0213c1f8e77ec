"""Escapes of JSON (``\\u0000``) in the bodies of an interaction, and where they stand."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction, Json, Place

MARK = "\\u"
SHOWN = 20  # places of one finding


def bodies(interaction: Interaction) -> Iterator[tuple[str, Body, str]]:
    """The bodies that hold an escape by number, with their side; a stream's events are in its text."""
    for side, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        text = body.text if body.text is not None or not body.events else "\n".join([each.data for each in body.events])
        if text and MARK in text:
            yield side, body, text


def is_escaped(text: str, start: int) -> bool:
    """Whether the backslash at `start` is itself escaped: JSON in a string of JSON, which has rules of its own."""
    before = start
    while before and text[before - 1] == "\\":
        before -= 1
    return (start - before) % 2 == 1


def places(body: Body, found: list[re.Match[str]], character: str) -> list[Place]:
    """The places of what was found in a body's text; where the file holds the body's values, those of the strings."""
    if not body.tree:
        return [body.place(match.start(), match.end() - match.start()) for match in found[:SHOWN]]
    pointers = list(_pointers(body.json, character))
    return [body.place(pointer=pointer) for pointer in pointers[:SHOWN]] or [body.place()]


def _pointers(value: Json, character: str) -> Iterator[str]:
    waiting: list[tuple[Json, str]] = [(value, "")]
    while waiting:
        inner, pointer = waiting.pop()
        if type(inner) is str:
            if character in inner:
                yield pointer
        elif type(inner) is dict:
            steps = [
                (below, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}") for key, below in inner.items()
            ]
            waiting.extend(reversed(steps))
        elif type(inner) is list:
            waiting.extend(reversed([(below, f"{pointer}/{index}") for index, below in enumerate(inner)]))
