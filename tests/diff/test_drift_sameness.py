"""What means the same is no drift: real recordings, with ids renamed, streams cut otherwise, JSON and headers in another
order.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from effort import examples, files, loaded
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.diff import compare
from cassette_tools.load import understood
from cassette_tools.model import Body, Headers, Interaction, Recording, ToolCall, ToolCallResponse
from cassette_tools.wire.body import read_body

Write = Callable[[str], str]


@cache
def real(folder: Path) -> tuple[Recording, ...]:
    """Real recordings of calls, the shorter ones."""
    found = []
    for path in files(folder / "corpus"):
        if path.stat().st_size < 60_000:
            recording = loaded(path)
            if recording is None:
                continue
            bodies = [body for each in recording.interactions for body in (each.request.body, each.response.body)]
            if any(body.codings or (body.raw is not None and body.text is None) for body in bodies):
                continue  # what is inside of compressed or binary bodies cannot be rewritten here
            if any(each.llm is not None for each in recording.interactions) and not recording.problems:
                found.append(recording)
    return tuple(found)


def rewritten(recording: Recording, write: Callable[[Interaction, str, Body], str | None]) -> Recording:
    """The recording with its bodies written anew; ``None`` leaves one as it is."""
    return replace(recording, interactions=tuple(_rewritten(each, write) for each in recording.interactions))


def _rewritten(interaction: Interaction, write: Callable[[Interaction, str, Body], str | None]) -> Interaction:
    request, response = interaction.request, interaction.response
    asked, answered = write(interaction, "request", request.body), write(interaction, "response", response.body)
    if asked is not None:
        body = read_body(asked, _plain(request.headers), request.body.route)
        request = replace(request, body=body, content_length=None)
    if answered is not None:
        body = read_body(answered, _plain(response.headers), response.body.route)
        response = replace(response, body=body, content_length=None)
    if asked is None and answered is None:
        return interaction
    return understood(replace(interaction, request=request, response=response, llm=None))


def _plain(headers: Headers) -> Headers:
    return Headers(pairs=tuple(pair for pair in headers if pair[0].lower() != "content-encoding"))


def loud(old: Recording, new: Recording) -> list[tuple[str, str, str, str]]:
    return [
        (each.level, each.rule, each.path, each.message)
        for each in compare(old, new).findings
        if each.level != "noise" and each.rule != "content-length-mended"  # ours are written anew
    ]


def without_lengths(recording: Recording) -> Recording:
    """Recorded lengths would contradict bodies that are written anew."""
    return replace(
        recording,
        interactions=tuple(
            replace(
                each,
                request=replace(each.request, content_length=None),
                response=replace(each.response, content_length=None),
            )
            for each in recording.interactions
        ),
    )


@pytest.fixture(scope="module")
def recordings(shared: Path) -> tuple[Recording, ...]:
    return tuple(without_lengths(each) for each in real(shared))


# --- ids -------------------------------------------------------------------------------------------------------------


def ids_of(recording: Recording) -> set[str]:
    """What answers are called, and what calls of tools are."""
    found: set[str | None] = set()
    for each in recording.interactions:
        if each.llm is None:
            continue
        found.add(each.llm.response_id)
        for message in (*each.llm.input_messages, *each.llm.output_messages):
            found.update(part.id for part in message.parts if isinstance(part, ToolCall | ToolCallResponse))
    return {each for each in found if each is not None and len(each) > 14 and any(map(str.isdigit, each))}


def renamed(recording: Recording, dice: random.Random) -> Recording:
    """Every id has another name of its length, the same wherever it stands."""
    names = {}
    for old in sorted(ids_of(recording)):
        tail = "".join(dice.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(10))
        names[old] = old[:-10] + tail

    def write(_interaction: Interaction, _side: str, body: Body) -> str | None:
        if body.text is None or body.codings or not any(name in body.text for name in names):
            return None
        text = body.text
        for old, new in names.items():
            text = text.replace(old, new)
        return text

    return rewritten(recording, write)


# --- JSON and headers ------------------------------------------------------------------------------------------------


def relaid(recording: Recording, dice: random.Random) -> Recording:
    """JSON bodies with their keys in another order and other spaces; header fields in another order."""

    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            dice.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(each) for each in value] if isinstance(value, list) else value

    def write(_interaction: Interaction, _side: str, body: Body) -> str | None:
        if not isinstance(body.json, dict) or body.stream or body.codings:
            return None
        return json.dumps(shuffled(body.json), indent=dice.choice([None, 1]), ensure_ascii=dice.random() < 0.5)

    return with_headers(rewritten(recording, write), dice)


def with_headers(recording: Recording, dice: random.Random) -> Recording:
    def mixed(headers: Headers) -> Headers:
        names = list(dict.fromkeys(name.lower() for name, _ in headers))
        dice.shuffle(names)
        spell = dice.choice([str.lower, str.upper, str.title])
        return Headers(pairs=tuple((spell(name), value) for name in names for value in headers.get_all(name)))

    return replace(
        recording,
        interactions=tuple(
            replace(
                each,
                request=replace(each.request, headers=mixed(each.request.headers)),
                response=replace(each.response, headers=mixed(each.response.headers)),
            )
            for each in recording.interactions
        ),
    )


# --- chunks ----------------------------------------------------------------------------------------------------------

# Where the pieces of a text stand in an event: Chat Completions, Anthropic, Responses.
PIECES = (("choices", 0, "delta", "content"), ("delta", "text"), ("delta", "partial_json"), ("delta", "thinking"))


def recut(recording: Recording, dice: random.Random) -> Recording:
    """Streams whose pieces of text are cut in two, now and then."""

    def write(_interaction: Interaction, side: str, body: Body) -> str | None:
        if side != "response" or body.stream != "sse" or body.codings or body.problems:
            return None
        lines = []
        for event in body.events:
            for data in halves(event.json, dice) if isinstance(event.json, dict) else (None,):
                name = f"event: {event.event}\n" if event.event else ""
                lines.append(f"{name}data: {event.data if data is None else json.dumps(data)}\n\n")
        return "".join(lines)

    return rewritten(recording, write)


def halves(document: dict[str, Any], dice: random.Random) -> tuple[Any, ...]:
    for way in PIECES:
        node: Any = document
        for step in way[:-1]:
            node = node[step] if isinstance(node, list) and node else node.get(step) if isinstance(node, dict) else None
        text = node.get(way[-1]) if isinstance(node, dict) else None
        if isinstance(text, str) and len(text) > 1 and dice.random() < 0.5:
            at = dice.randrange(1, len(text))
            first, second = copy.deepcopy(document), copy.deepcopy(document)
            for copied, piece in ((first, text[:at]), (second, text[at:])):
                inner: Any = copied
                for step in way[:-1]:
                    inner = inner[step]
                inner[way[-1]] = piece
            return first, second
    return (document,)


@pytest.mark.parametrize("change", [renamed, relaid, recut], ids=lambda change: change.__name__)
@examples(150)
@given(data=st.data())
def test_what_means_the_same_is_no_drift(
    recordings: tuple[Recording, ...], change: Callable[[Recording, random.Random], Recording], data: st.DataObject
) -> None:
    recording = data.draw(st.sampled_from(recordings))
    new = change(recording, data.draw(st.randoms(use_true_random=False)))
    assert loud(recording, new) == [], recording.path
    assert loud(new, recording) == [], recording.path
