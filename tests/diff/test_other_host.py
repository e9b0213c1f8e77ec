"""Another host in the header than in the recorded URL: noise by itself, and why a call fails."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

USUAL, GATEWAY = "api.openai.com", "gateway.example.net"


def sent_to(
    host: str | None, *, fails: bool = False, url: str = f"https://{USUAL}/v1/chat/completions", **asked: Any
) -> Any:
    response: Any = {"error": "Forbidden"} if fails else answer("It is warm.")
    whole = exchange(question(**asked), response, status=403 if fails else 200, url=url)
    whole["request"]["headers"] |= {"Host": [host]} if host else {}
    return recording(whole)


def causes(old: Any, new: Any) -> list[tuple[str, str, str, str]]:
    findings = [each for each in compare(old, new).findings if each.level != "noise"]
    return [(each.level, each.rule, each.cause, each.evidence) for each in findings]


def test_the_host_is_why_a_call_fails() -> None:
    well, failing = sent_to(USUAL), sent_to(GATEWAY, fails=True)
    assert causes(well, failing) == [
        ("breaking", "status-class-changed", "prompt", f"request (Host is now {GATEWAY})"),
    ]
    assert causes(failing, well) == [
        ("behavior", "status-class-changed", "prompt", f"request (Host is now {USUAL})"),
    ]


def test_another_host_alone_is_noise() -> None:
    assert causes(sent_to(USUAL), sent_to(GATEWAY)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (sent_to(None), sent_to(GATEWAY, fails=True)),  # nobody knows which it was
        (sent_to(USUAL), sent_to("REDACTED", fails=True)),
        (sent_to("localhost:8080"), sent_to("LOCALHOST:41312", fails=True)),
        (sent_to(USUAL), sent_to(USUAL, fails=True)),
        (sent_to(USUAL), sent_to(GATEWAY, fails=True, url=f"https://{GATEWAY}/v1/chat/completions")),  # told as the URL
    ],
)
def test_no_other_host_that_is_known(old: Any, new: Any) -> None:
    assert all("Host is" not in evidence for *_, evidence in causes(old, new))
