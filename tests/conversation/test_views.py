"""Two recordings beside each other: each thing that was said once, what differs in passages, and how many events there are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.conversation.views import _conversation, _kind, view_of
from cassette_tools.load import load
from cassette_tools.model import Event, Recording

SYSTEM = {"role": "system", "content": "Be brief."}
ASK = {"role": "user", "content": "How old is Ada?"}
CALL = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "age", "arguments": "{}"}}],
}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "36"}


def exchange(answer: dict[str, Any], *messages: dict[str, Any], duration: str = "1s", **more: Any) -> dict[str, Any]:
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "gpt-4o",
        "choices": [{"index": 0, "message": answer, "finish_reason": "stop"}],
    }
    headers = {"Content-Type": ["application/json"]}
    return {
        "request": {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "headers": headers, "body": json.dumps({"model": "gpt-4o", "messages": messages, **more})},
        "response": {"code": 200, "headers": headers, "body": json.dumps(body), "duration": duration},
    }  # fmt: skip


def recorded(path: Path, exchanges: list[dict[str, Any]]) -> Recording:
    path.write_text(
        json.dumps({"version": 2, "interactions": [{"id": at, **each} for at, each in enumerate(exchanges)]})
    )
    return load(str(path))


def brief(text: str) -> str:
    """The lines of a conversation that say something of their own."""
    lines = (line.strip() for line in text.split("\n"))
    return "|".join(line for line in lines if line and not line.startswith(("#", "openai · ")))


def said(tmp_path: Path, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str | tuple[str, str]]:
    """The passages; what changed stands in []."""

    def side(cells: Any) -> str:
        return brief("".join(f"[{each.text}]" if each.kind == "changed" else each.text for each in cells))

    view = view_of(recorded(tmp_path / "old.yaml", old), recorded(tmp_path / "new.yaml", new))
    return [side(left) if left is right else (side(left), side(right)) for left, right in view.conversation]


ANSWER = {"role": "assistant", "content": "She is 36."}


@pytest.mark.parametrize(
    ("calls", "told"),
    [
        (
            [exchange(CALL, SYSTEM, ASK), exchange(ANSWER, SYSTEM, ASK, CALL, RESULT)],
            "system|Be brief.|user|How old is Ada?|assistant|→ age()|finish: tool_call (stop)|tool|← 36|assistant|She is 36.|finish: stop",
        ),
        (
            [exchange(ANSWER, ASK, temperature=0), exchange(ANSWER, ASK, ANSWER, ASK, temperature=0)],
            "temperature 0|user|How old is Ada?|assistant|She is 36.|finish: stop|user|How old is Ada?|assistant|She is 36.|finish: stop",
        ),
        (
            [exchange(ANSWER, ASK, temperature=0), exchange(ANSWER, ASK, ANSWER, ASK, temperature=1)],
            "temperature 0|user|How old is Ada?|assistant|She is 36.|finish: stop|temperature 1|user|How old is Ada?|assistant|She is 36.|finish: stop",
        ),
        (  # another conversation in between
            [exchange(CALL, SYSTEM, ASK), exchange(ANSWER, RESULT), exchange(ANSWER, SYSTEM, ASK, CALL, RESULT)],
            "system|Be brief.|user|How old is Ada?|assistant|→ age()|finish: tool_call (stop)|tool|← 36|assistant|She is 36.|finish: stop|"
            "tool|← 36|assistant|She is 36.|finish: stop",
        ),
    ],
    ids=["a tool", "what was set stays", "what is set anew", "two conversations"],
)
def test_what_a_call_repeats_is_told_once(tmp_path: Path, calls: list[dict[str, Any]], told: str) -> None:
    assert brief(_conversation(recorded(tmp_path / "a.yaml", calls))) == told


def test_only_words_that_changed_are_marked(tmp_path: Path) -> None:
    """And not how long it took."""
    old, new = (
        [exchange({**ANSWER, "content": f"She is {age}."}, ASK, duration=took)]
        for age, took in ((36, "1s"), (37, "3s"))
    )
    assert said(tmp_path, old, new) == [
        "user|How old is Ada?|assistant",
        ("She is [36].", "She is [37]."),
        "finish: stop",
    ]


def test_events_are_counted_by_their_kinds(samples: Path) -> None:
    view = view_of(*(load(str(samples / "suite" / side / "openai" / "summary.yaml")) for side in ("old", "new")))
    assert view.events == (("chat.completion.chunk", 26, 16), ("[DONE]", 1, 1))
    view = view_of(*(load(str(samples / "suite" / side / "anthropic" / "hello.yaml")) for side in ("old", "new")))
    assert {name: old for name, old, _ in view.events}["message_start"] == 1


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (Event(event="message_start", data="{}", offset=0, json={"type": "x"}), "message_start"),
        (Event(event=None, data="{}", offset=0, json={"type": "response.created"}), "response.created"),
        (Event(event=None, data="{}", offset=0, json={"object": "chat.completion.chunk"}), "chat.completion.chunk"),
        (Event(event=None, data="{}", offset=0, json={"type": 3, "object": "", "kind": "token"}), "token"),
        (Event(event=None, data="{}", offset=0, json={"object": ""}), "data"),
        (Event(event=None, data="[]", offset=0, json=[]), "data"),
        (Event(event=None, data="[DONE]", offset=0), "[DONE]"),
        (Event(event=None, data="no JSON", offset=0), "data"),
    ],
)
def test_what_an_event_is_called(event: Event, kind: str) -> None:
    assert _kind(event) == kind


def test_a_secret_of_one_is_hidden_in_the_other(tmp_path: Path) -> None:
    """A key that a header tells, which the other recording has in a text."""
    key = "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"
    old, new = exchange(ANSWER, ASK), exchange({**ANSWER, "content": f"I was told {key} today."}, ASK)
    old["request"]["headers"] = {**old["request"]["headers"], "Authorization": [f"Bearer {key}"]}
    assert key not in str(said(tmp_path, [old], [new]))
