"""One defect is one finding: what only follows from another is not told beside it."""

from __future__ import annotations

import json

import pytest

from cassette_tools.config import LintSettings
from cassette_tools.lint.consequences import CONSEQUENCES
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.rules import RULES
from cassette_tools.source import Source

CHOSEN = chosen_rules(LintSettings())
ASKED = json.dumps({"model": "heron-1", "messages": [{"role": "user", "content": "How warm?"}], "stream": True})


def chunk(text: str, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    body = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "heron-1"}
    return json.dumps(body | {"choices": [choice]})


WARM, END = chunk("Warm."), chunk("", "stop")
WHOLE = f"data: {WARM}\n\ndata: {END}\n\ndata: [DONE]\n\n"


def found(answer: str, kind: str = "text/event-stream", length: int | None = None) -> list[tuple[str, int]]:
    """The rules that find something in a recording of one answer, each with the line of the answer."""
    fields = [{"name": "Content-Type", "value": kind}]
    fields += [] if length is None else [{"name": "Content-Length", "value": str(length)}]
    lines = "".join(f"\n      {line}" for line in answer.split("\n"))
    headers = "".join(f"\n      {field['name']}: ['{field['value']}']" for field in fields)
    text = (
        "version: 2\ninteractions:\n- id: 0\n  request:\n    method: POST\n    headers: {}\n"
        f"    url: https://api.openai.com/v1/chat/completions\n    body: '{ASKED}'\n"
        f"  response:\n    code: 200\n    status: 200 OK\n    headers:{headers}\n    body: |+{lines}\n"
    )
    first = text.splitlines().index("    body: |+") + 2
    return [
        (each.rule, each.location.region.line - first + 1)
        for each in lint_source(Source.from_bytes(text.encode(), "recording.yaml"), CHOSEN)
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(WHOLE, [], id="a whole stream"),
        pytest.param(f"data: {WARM}\n\ndata: {END[:90]}", [("stream-truncated", 3)], id="cut in an event"),
        pytest.param(f"data: {WARM}\n\n", [("stream-truncated", 1)], id="cut between events"),
        pytest.param(
            f"data: {WARM}\ndata: {END}\n\ndata: [DONE]\n\n", [("stream-event-not-json", 1)], id="no blank line"
        ),
        pytest.param(f"data: {WARM}\ndata: {END}\n\n", [("stream-event-not-json", 1)], id="no blank line, and no more"),
        pytest.param(
            f"data: {WARM}\n\n{END}\n\ndata: [DONE]\n\n", [("stream-event-not-json", 3)], id="an event without `data: `"
        ),
        pytest.param(
            f"data: {WARM}\n\ndata: {END}\n\n[DONE]\n\n", [("stream-event-not-json", 5)], id="[DONE] without `data: `"
        ),
        pytest.param(
            f"data: {WARM}\n\ndata: {END[:60]}\n\ndata: {WARM}\n\n",
            [("stream-event-not-json", 3), ("stream-truncated", 5)],
            id="two defects",
        ),
    ],
)
def test_streams(answer: str, expected: list[tuple[str, int]]) -> None:
    assert found(answer) == expected


WHOLE_JSON = '{"kind": "weather", "words": "It is warm."}'


@pytest.mark.parametrize(
    ("answer", "kind", "length", "expected"),
    [
        pytest.param(WHOLE_JSON, "application/json", 44, [], id="right, with the final newline"),
        pytest.param(WHOLE_JSON, "application/json", 80, [("content-length-mismatch", -1)], id="edited"),
        pytest.param(
            WHOLE_JSON[:30], "application/json", 44, [("body-not-json", 1)], id="cut: the length is the proof"
        ),
        pytest.param(WHOLE_JSON[:30], "text/plain", 44, [], id="cut, and not said to be JSON"),
        pytest.param(f"data: {WARM}\n\n", "text/event-stream", 900, [("stream-truncated", 1)], id="a stream"),
    ],
)
def test_the_length_of_a_body_that_is_cut(answer: str, kind: str, length: int, expected: list[tuple[str, int]]) -> None:
    """It is neither told nor mended: `--fix` would write over the only proof."""
    assert found(answer, kind, length) == expected


def test_pieces_out_of_order_make_no_arguments() -> None:
    """The call that they were to be is not told beside them."""
    start = {"type": "content_block_start", "index": 0, "content_block": {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}}  # fmt: skip
    pieces = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": words}}
        for words in ('{"at":', '"dusk"}')
    ]
    usage = {"input_tokens": 12, "output_tokens": 5}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "heron-1", "content": [], "usage": usage}
    end = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 5}}
    events = [{"type": "message_start", "message": message}, pieces[0], start, pieces[1]]
    events += [{"type": "content_block_stop", "index": 0}, end, {"type": "message_stop"}]
    answer = "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events)
    assert [rule for rule, _ in found(answer) if "model" not in rule and "tool-called" not in rule] == [
        "stream-events-out-of-order"
    ]


def test_the_table_names_rules() -> None:
    for row in CONSEQUENCES:
        assert {row.cause, row.follows} <= {rule.name for rule in RULES}
        assert row.reason
