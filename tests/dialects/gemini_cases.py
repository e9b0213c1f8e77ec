"""Interactions for the tests of Gemini's dialects: bodies as texts, read as the loader reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cassette_tools.dialects import DIALECTS, Folded
from cassette_tools.model import Body, Headers, Interaction, LLMCall, Request, Response
from cassette_tools.wire.body import read_body

if TYPE_CHECKING:
    from cassette_tools.dialects import Dialect

STUDIO = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9"
VERTEX = "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/l/publishers/google/models/gemini-9"
INTERACTIONS = "https://generativelanguage.googleapis.com/v1beta/interactions"
ASKED = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}


def exchange(
    asked: Any = None,
    answered: Any = None,
    *,
    url: str = STUDIO + ":generateContent",
    method: str = "POST",
    status: int = 200,
    kind: str = "application/json",
) -> Interaction:
    """One interaction. An answer that is no text is JSON."""
    headers = Headers(pairs=(("Content-Type", kind),))
    words = answered if isinstance(answered, str) else "" if answered is None else json.dumps(answered)
    body = ASKED if asked is None else asked
    return Interaction(
        index=0,
        request=Request(method=method, url=url, body=Body(text="…", json=body)),
        response=Response(status_code=status, headers=headers, body=read_body(words, headers, ())),
    )


def events(*values: Any, end: str = "\r\n\r\n") -> str:
    """A stream of data; a pair of a name and a value is an event of that name."""
    blocks = []
    for value in values:
        name, data = value if isinstance(value, tuple) else (None, value)
        words = data if isinstance(data, str) else json.dumps(data)
        blocks.append((f"event: {name}{end[: len(end) // 2]}" if name else "") + f"data: {words}{end}")
    return "".join(blocks)


def decoded(dialect: Dialect, interaction: Interaction) -> LLMCall:
    body = interaction.response.body
    folded = dialect.fold(body.events) if body.stream else Folded(body=body.json)
    return dialect.decode(interaction, folded)


def generated(interaction: Interaction) -> LLMCall:
    return decoded(DIALECTS["gemini.generate_content"], interaction)


def interacted(interaction: Interaction) -> LLMCall:
    return decoded(DIALECTS["gemini.interactions"], interaction)


def chunk(*parts: Any, finish: Any = None, **more: Any) -> dict[str, Any]:
    """One chunk of one candidate; `more` are fields of the candidate."""
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}} if parts else {}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [{**candidate, **more}]}


def streamed(*chunks: Any, asked: Any = None, url: str = STUDIO) -> LLMCall:
    return generated(
        exchange(asked, events(*chunks), url=url + ":streamGenerateContent?alt=sse", kind="text/event-stream")
    )


def answered(*parts: Any, url: str = STUDIO, **more: Any) -> LLMCall:
    """A whole answer of these parts; `more` are fields of the candidate."""
    return generated(exchange(None, chunk(*parts, **{"finish": "STOP", **more}), url=url + ":generateContent"))


def asked(body: Any) -> LLMCall:
    """What a request says."""
    return generated(exchange(body, None))
