"""What an answer gives back of the settings: where the client replaced an object of them, all that is in it follows."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift

SECRETS = "https://api.openai.com/v1/realtime/client_secrets"
RESPONSES = "https://api.openai.com/v1/responses"


def session(asked: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A session that is set up over HTTP, and given back."""
    turns = [{"audio": {"input": {"turn_detection": each}}, "type": "realtime"} for each in (asked, given)]
    said = {"value": "ek_1", "session": {**turns[1], "object": "realtime.session", "id": "sess_1"}}
    return exchange({"session": turns[0]}, said, url=SECRETS)


def response(asked: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """OpenAI Responses give back what was asked for."""
    part = {"type": "output_text", "text": '{"a": 1}', "annotations": []}
    said = {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "gpt-9",
        "output": [{"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}],
        **given,
    }
    return exchange({"model": "gpt-9", "input": "Say it as JSON.", **asked}, said, url=RESPONSES)


SERVER = {"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "idle_timeout_ms": None}
SEMANTIC = {"type": "semantic_vad", "eagerness": "auto"}
OBJECT = {"text": {"format": {"type": "json_object"}}}
TRUNCATED = {"truncation": {"type": "auto"}}
LAST = {"truncation": {"type": "last", "last_messages": 4}}

REPLACED = (
    (session({"type": "server_vad"}, SERVER), session({"type": "semantic_vad"}, SEMANTIC), "another kind of turns"),
    (session({"type": "server_vad"}, SERVER), session(SEMANTIC, SEMANTIC), "with what that kind has"),
    (response(TRUNCATED, TRUNCATED), response(LAST, LAST), "another kind of truncation"),
    (
        response({}, {"reasoning": None}),
        response({"reasoning": {"effort": "low"}}, {"reasoning": {"effort": "low", "summary": "auto"}}),
        "an object where there was none",
    ),
)


def told(old: Any, new: Any) -> list[Drift]:
    return [each for each in compare(recording(old), recording(new)).findings if each.level != "noise"]


@pytest.mark.parametrize(("old", "new", "why"), REPLACED, ids=[row[2] for row in REPLACED])
def test_what_is_in_it_follows_from_what_was_asked(old: Any, new: Any, why: str) -> None:
    for sides in ((old, new), (new, old)):
        assert {(each.level, each.origin) for each in told(*sides)} == {("behavior", "request")}, why


@pytest.mark.parametrize("gone", ["threshold", "prefix_padding_ms"])
def test_a_setting_that_the_provider_leaves_out_is_told(gone: str) -> None:
    """Of one object all are told alike: how long a pause may be was never measured."""
    less = {name: value for name, value in SERVER.items() if name != gone}
    old, new = (session({"type": "server_vad"}, given) for given in (SERVER, less))
    assert [(each.level, each.rule) for each in told(old, new)] == [("breaking", "wire-field-removed")]


def test_another_default_of_the_provider_is_told() -> None:
    old, new = (session({"type": "server_vad"}, {**SERVER, "prefix_padding_ms": each}) for each in (300, 500))
    [found] = told(old, new)
    assert (found.level, found.origin) == ("behavior", "response")


def test_what_lies_elsewhere_does_not_follow() -> None:
    """The client sets one thing more in the object, which stays of its kind: that another is gone is the provider's."""
    old = session({"type": "server_vad"}, SERVER)
    new = session({"type": "server_vad", "eagerness": "low"}, {"type": "server_vad", "prefix_padding_ms": 300})
    assert ("breaking", "wire-field-removed") in [(each.level, each.rule) for each in told(old, new)]
