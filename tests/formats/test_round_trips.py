"""Read, write, read again: real recordings in every format that can be written.

What a client would see, and what the call means, is the same, unless the writer said that it is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, chosen, loaded

from cassette_tools.formats import writers
from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load_source
from cassette_tools.model import Headers, Interaction
from cassette_tools.source import Source

# A loss by its beginning, and the facts that it explains.
EXPLAINED = (
    ("bytes of the request's body", ("request body", "llm")),
    ("bytes of the response's body", ("response body", "events", "llm")),
    ("the compression of its bodies", ("request body", "response body", "request headers", "response headers")),
    ("the address is spelled as WebMock does", ("url",)),
    ("the address is written as it is sent", ("url",)),
    ("there is no method", ("method", "llm")),
    ("the method '", ("method",)),
    ("the values of the request's", ("request headers",)),
    ("the values of the response's", ("response headers",)),
    ("the response's body is written without its compression", ("response body",)),
    ("the response has no Content-Encoding any more", ("response headers", "response body")),
)


def as_named(headers: Headers, to: str) -> Any:
    """Go's names are canonical, and its maps are written in their order."""
    if to != "go-vcr":
        return headers
    named = [("-".join(map(str.capitalize, name.split("-"))), value) for name, value in headers]
    return sorted(named, key=lambda pair: pair[0])


def facts(interaction: Interaction, to: str) -> dict[str, Any]:
    request, response = interaction.request, interaction.response
    return {
        "method": request.method,
        "url": request.url,
        "request headers": as_named(request.headers, to),
        "request body": body_bytes(request.body),
        "status": response.status_code,
        "response headers": as_named(response.headers, to),
        "response body": body_bytes(response.body),
        "events": (response.body.stream, response.body.events),
        "llm": interaction.llm,
    }


def unlike(path: Path, to: str) -> list[tuple[str, int, str]]:
    """What is other than it was, and no loss explains it."""
    recording, writer = loaded(path), writers()[to]
    assert recording is not None, path
    written = writer.write(recording)
    again = load_source(Source.from_bytes(written.content, f"written{writer.extension}"))
    assert len(again.interactions) == len(recording.interactions), path
    lost: set[tuple[int | None, str]] = set()
    for loss in written.losses:
        for beginning, explained in EXPLAINED:
            if loss.message.startswith(beginning):
                lost.update((loss.interaction, fact) for fact in explained)
        if "messages of the WebSocket" in loss.message:
            lost.update((loss.interaction, fact) for fact in ("events", "llm"))  # the messages are the call
    pairs = zip(recording.interactions, again.interactions, strict=True)
    return [
        (str(path), number, fact)
        for number, (before, after) in enumerate((facts(one, to), facts(other, to)) for one, other in pairs)
        for fact, value in before.items()
        if value != after[fact] and (number, fact) not in lost
    ]


@pytest.mark.parametrize("to", sorted(writers()))
def test_real_recordings(shared: Path, to: str) -> None:
    paths = chosen(shared / "corpus")
    assert [each for path in paths for each in unlike(path, to)] == []
    assert len(paths) > (600 if THOROUGH else 60)


@pytest.mark.parametrize("to", sorted(writers()))
def test_samples(samples: Path, to: str) -> None:
    wrong = []
    for path in (*sorted(samples.glob("formats/*/*.*")), *sorted(samples.glob("dialects/*/*.*"))):
        if not path.is_file() or path.suffix in (".md", ".bin") or "bad" in path.name:
            continue
        wrong.extend(unlike(path, to))
    assert wrong == []
