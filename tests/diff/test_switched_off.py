"""What a request switched off is told once: in a stream the fields of its events fold under it, as those of a body do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.diff.drift_cases import answer, exchange, lines, question, recording, visible

ANTHROPIC = "https://api.anthropic.com/v1/messages"
CITED = {"type": "char_location", "cited_text": "Cats sleep.", "document_index": 0, "document_title": "Cats"}


def about_cats(*, cited: bool, stream: bool) -> Any:
    source = {"type": "text", "media_type": "text/plain", "data": "Cats sleep."}
    document = {"type": "document", "title": "Cats", "source": source, "citations": {"enabled": cited}}
    asked = [document, {"type": "text", "text": "What do cats do?"}]
    request = {"model": "claude-9", "max_tokens": 99, "messages": [{"role": "user", "content": asked}]}
    return recording(exchange({**request, "stream": stream}, _said(cited=cited, stream=stream), url=ANTHROPIC))


def _said(*, cited: bool, stream: bool) -> Any:
    usage = {"input_tokens": 9, "output_tokens": 5}
    whole = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "usage": usage}
    if not stream:
        text = {"type": "text", "text": "They sleep.", **({"citations": [CITED]} if cited else {})}
        return {**whole, "content": [text], "stop_reason": "end_turn", "stop_sequence": None}
    deltas = [{"type": "text_delta", "text": "They "}, {"type": "text_delta", "text": "sleep."}]
    deltas += [{"type": "citations_delta", "citation": CITED}] if cited else []
    block = {"type": "text", "text": "", **({"citations": []} if cited else {})}
    ends = {"stop_reason": "end_turn", "stop_sequence": None}
    events = [
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None, "stop_sequence": None}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": each} for each in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ends, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    return [*map(json.dumps, events)]


@pytest.mark.parametrize("stream", [True, False])
def test_citations(stream: bool) -> None:
    on, off = (about_cats(cited=each, stream=stream) for each in (True, False))
    rules = [("behavior", "request-parameter-changed"), ("behavior", "citation-changed")]
    assert [each[:2] for each in visible(on, off)] == rules
    assert [each[:2] for each in visible(off, on)] == rules


def thinking(effort: str) -> Any:
    said = answer("It is 18 °C in Turin.")
    said["choices"][0]["message"].update({} if effort == "none" else {"reasoning": "Turin, in degrees."})
    return recording(exchange(question(reasoning_effort=effort), said))


def test_thinking() -> None:
    """That it is gone, as that it came, is said in the line of the setting."""
    assert lines(thinking("low"), thinking("none")) == [
        (
            "behavior",
            "request-parameter-changed",
            'reasoning_effort (reasoning.effort) low became "none"; '
            "the answer no longer has reasoning, which was in reasoning",
        )
    ]
    assert lines(thinking("none"), thinking("low")) == [
        (
            "behavior",
            "request-parameter-changed",
            'reasoning_effort (reasoning.effort) "none" became low; the answer now has reasoning, in reasoning',
        )
    ]
