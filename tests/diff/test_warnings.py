"""What a service announces to people is a line of its own, whatever else changed beside it, and is told whole."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

COHERE = "https://api.cohere.com"
REMOVED = (
    "model 'command-q' is deprecated and will be removed September 15 2031. Use command-r of the same family instead"
)
OLD_CHAT = {
    "response_id": "r",
    "text": "It is 18 °C.",
    "generation_id": "g",
    "chat_history": [],
    "finish_reason": "COMPLETE",
    "meta": {"api_version": {"version": "1"}},
}
NEW_CHAT = {
    "id": "r",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "It is 18 °C."}]},
    "finish_reason": "COMPLETE",
    "usage": {"tokens": {"input_tokens": 1, "output_tokens": 1}},
}


def chat(model: str = "gpt-9-mini") -> Any:
    return exchange(question(model=model), answer("It is 18 °C."))


def cohere(version: str) -> Any:
    words = {"role": "user", "content": "How warm is it?"}
    asked = {"message": words["content"]} if version == "v1" else {"messages": [words]}
    given = OLD_CHAT if version == "v1" else NEW_CHAT
    return exchange({"model": "command-q", **asked}, given, url=f"{COHERE}/{version}/chat")


def plain(version: str = "v1") -> Any:
    return exchange({"q": 1}, {"ok": True}, url=f"https://example.com/{version}/things")


def saying(call: Any, **headers: str) -> Any:
    """The call, with header fields of its response (``_`` for ``-``)."""
    more = {name.replace("_", "-"): [value] for name, value in headers.items()}
    response = call["response"]
    return {**call, "response": {**response, "headers": {**response["headers"], **more}}}


BESIDE = {
    "nothing": (chat(), chat()),
    "another version of an API": (cohere("v1"), cohere("v2")),
    "another vendor": (chat(), chat("claude-9-haiku")),
    "another provider": (chat(), cohere("v2")),
    "a failure": (chat(), exchange(question(), {"error": {"message": "No.", "type": "server_error"}}, status=500)),
    "another address of an API that is not known": (plain(), plain("v2")),
}

SAID = {
    "x-api-warning": (REMOVED, f"{REMOVED} (the header x-api-warning)"),
    "deprecation": ("@1900000000", "deprecation: @1900000000"),
    "sunset": ("Wed, 31 Dec 2031 23:59:59 GMT", "sunset: Wed, 31 Dec 2031 23:59:59 GMT"),
    "warning": ('299 - "old version" "Wed, 31 Dec 2031 23:59:59 GMT"', "old version (the header warning)"),
    "x-model-deprecation-date": ("2031-12-31", "x-model-deprecation-date: 2031-12-31"),
}


def warnings(old: Any, new: Any, **options: Any) -> list[tuple[str, str, str]]:
    findings = compare(recording(*old), recording(*new), **options).findings
    return [
        (each.level, each.rule, each.message) for each in findings if "warns" in each.message and each.level != "noise"
    ]


@pytest.mark.parametrize("header", SAID)
@pytest.mark.parametrize("beside", BESIDE)
def test_a_warning_follows_from_nothing(beside: str, header: str) -> None:
    old, new = BESIDE[beside]
    value, words = SAID[header]
    warned = saying(new, **{header: value})
    assert warnings([old], [warned]) == [("shape", "header-added", f"the service warns: {words}")]
    assert warnings([warned], [old]) == [("shape", "header-removed", f"the service no longer warns: {words}")]


FAILING = {
    "of a chat": (chat(), exchange(question(), {"error": {"message": "It was removed.", "type": "gone"}}, status=404)),
    "of an API of its own": (cohere("v1"), exchange({"message": "Hi"}, {"message": "It was removed."}, status=410)),
    "of an API that is not known": (
        plain(),
        exchange({"q": 1}, "gone", status=404, url="https://example.com/v1/things"),
    ),
    "within a call that is answered": (chat(), exchange(question(), {"error": {"message": "Gone.", "code": 404}})),
}


@pytest.mark.parametrize("header", SAID)
@pytest.mark.parametrize("beside", FAILING)
def test_a_warning_that_came_true_is_told_with_the_failure(beside: str, header: str) -> None:
    works, fails = FAILING[beside]
    value, words = SAID[header]
    assert warnings([saying(works, **{header: value})], [fails]) == []
    # whichever of the two is warned of now, somebody has to act
    told = [("shape", "header-added", f"the service warns: {words}")]
    assert warnings([works], [saying(fails, **{header: value})]) == told
    assert warnings([fails], [saying(works, **{header: value})]) == told
    # and where both failed, the failure took no warning away
    gone = [("shape", "header-removed", f"the service no longer warns: {words}")]
    assert warnings([saying(fails, **{header: value})], [fails]) == gone


@pytest.mark.parametrize("profile", ["rerecord", "sdk-upgrade", "cross-provider"])
def test_it_is_told_under_every_profile(profile: str) -> None:
    new = saying(chat(), x_api_warning=REMOVED)
    told = [("shape", "header-added", f"the service warns: {REMOVED} (the header x-api-warning)")]
    assert warnings([chat()], [new], profile=profile) == told


def test_other_words_are_told_with_both() -> None:
    old, new = (saying(chat(), sunset=day) for day in ("Wed, 31 Dec 2031", "Thu, 1 Jul 2032"))
    words = "the service warns otherwise: sunset: Wed, 31 Dec 2031 → Thu, 1 Jul 2032"
    assert warnings([old], [new]) == [("shape", "header-changed", words)]


def test_one_warning_in_many_calls_is_one_line_and_two_warnings_are_two() -> None:
    calls = [exchange(question({"role": "user", "content": each}), answer("18 °C")) for each in ("one", "two")]
    warned = [saying(each, sunset="Wed, 31 Dec 2031", x_api_warning="soon gone") for each in calls]
    assert warnings(calls, warned) == [
        ("shape", "header-added", "the service warns: sunset: Wed, 31 Dec 2031, in 2 calls"),
        ("shape", "header-added", "the service warns: soon gone (the header x-api-warning), in 2 calls"),
    ]


def test_what_a_client_sends_under_such_a_name_is_no_warning_of_the_service() -> None:
    old, new = chat(), chat()
    new["request"]["headers"]["X-Client-Warning"] = ["hot"]
    assert warnings([old], [new]) == []
