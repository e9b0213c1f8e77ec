"""How much of a quota is left is of the moment, in a body and in an event as in a header; which fields say it is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.load import load_source
from cassette_tools.source import Source
from tests.diff.drift_cases import answer, exchange, question, recording, visible

TOKENS = {"name": "tokens", "limit": 9000, "remaining": 8000, "reset_seconds": 0.001}
WINDOW = {"primary": {"used_percent": 12.5, "resets_in_seconds": 60}, "plan": "plus"}


def live(limits: Any) -> Any:
    """A message of a WebSocket."""
    message = {
        "kind": "message",
        "direction": "received",
        "data": {"type": "rate_limits.updated", "rate_limits": limits},
    }
    content = json.dumps({"version": 1, "interactions": [message]})
    return load_source(Source.from_bytes(content.encode(), "cassette.json"))


def plain(limits: Any) -> Any:
    """The body of an API that nobody knows."""
    return recording(exchange({"q": 1}, {"ok": True, "rateLimit": limits}, url="https://example.com/v1/things"))


def chat(limits: Any) -> Any:
    """An answer of a gateway that adds a field of its own."""
    return recording(exchange(question(), answer("It is 18 °C.", rate_limits=limits)))


ALL = {"live": live, "plain": plain, "chat": chat}

# fmt: off
MOVED = {
    "when it is full again": (TOKENS, {**TOKENS, "reset_seconds": 0.317}),
    "when it is full again, from none": ({**TOKENS, "reset_seconds": 0}, {**TOKENS, "reset_seconds": 0.317}),
    "what is left": (TOKENS, {**TOKENS, "remaining": 5}),
    "how much there is": (TOKENS, {**TOKENS, "limit": 40000}),
    "two at once": (TOKENS, {**TOKENS, "remaining": 5, "reset_seconds": 7}),
    "a window within": (WINDOW, {**WINDOW, "primary": {"used_percent": 80, "resets_in_seconds": 3}}),
}
# fmt: on


@pytest.mark.parametrize("case", MOVED)
@pytest.mark.parametrize("api", ALL)
@pytest.mark.parametrize("listed", [True, False])
def test_the_state_of_a_quota_is_noise(api: str, case: str, listed: bool) -> None:
    old, new = ([side] if listed else side for side in MOVED[case])
    found = compare(ALL[api](old), ALL[api](new)).findings
    assert found
    assert {each.level for each in found} == {"noise"}


@pytest.mark.parametrize("api", ALL)
def test_a_field_of_a_quota_that_goes_is_told(api: str) -> None:
    without = {key: value for key, value in TOKENS.items() if key != "remaining"}
    assert [level for level, _, _ in visible(ALL[api]([TOKENS]), ALL[api]([without]))] != []
    assert visible(ALL[api]([TOKENS]), ALL[api]([])) != []


def test_a_request_says_what_it_wants() -> None:
    old, new = (recording(exchange(question(rate_limits={"rpm": each}), answer("18 °C"))) for each in (5, 9))
    assert [level for level, _, _ in visible(old, new)] == ["behavior"]


def refused(url: str, headers: dict[str, str]) -> Any:
    error = {"message": "Slow down.", "type": "rate_limit", "code": 429, "metadata": {"headers": headers}}
    return recording(exchange(question(), {"error": error}, status=429, url=url))


CHAT, UNKNOWN = "https://openrouter.ai/api/v1/chat/completions", "https://example.com/v1/things"
FULL_AGAIN = {"X-RateLimit-Limit": "1", "X-RateLimit-Reset": "1754667660000"}


@pytest.mark.parametrize("url", [CHAT, UNKNOWN])
@pytest.mark.parametrize(
    ("headers", "rules", "why"),
    [
        ({**FULL_AGAIN, "X-RateLimit-Reset": "1756804380000"}, [], "the state of a quota, as in the header itself"),
        ({**FULL_AGAIN, "X-RateLimit-Scope": "all"}, ["error.metadata.headers.X-RateLimit-Scope"], "another field"),
    ],
)
def test_a_header_that_the_body_gives_once_more(url: str, headers: dict[str, str], rules: list[str], why: str) -> None:
    found = visible(refused(url, FULL_AGAIN), refused(url, headers))
    assert [each[2].partition(".response.body.")[2] for each in found] == rules, why
