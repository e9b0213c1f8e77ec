"""What an SDK uploads in the background is no part of the scenario: one line at most, whatever is in it."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording, visible

CALL = exchange(question(), answer("It is 18 °C."))
INGEST = "https://api.openai.com/v1/traces/ingest"
OTLP = "http://localhost:4318/v1/traces"
POSTHOG = "https://us.i.posthog.com/batch/"


def span(number: int, name: str, kind: str = "agent") -> dict[str, Any]:
    made = {"object": "trace.span", "id": f"span_{number:024x}", "started_at": f"2031-08-15T17:56:{number:02}+00:00"}
    return {**made, "trace_id": f"trace_{number:032x}", "span_data": {"type": kind, "name": name}}


def ingested(*spans: Any) -> Any:
    return exchange({"data": list(spans)}, "", url=INGEST, status=204)


def exported(*spans: Any) -> Any:
    listed = [{"spanId": each["id"], "name": each["span_data"]["name"]} for each in spans]
    return exchange({"resourceSpans": [{"scopeSpans": [{"spans": listed}]}]}, {}, url=OTLP)


def captured(*spans: Any) -> Any:
    listed = [{"uuid": each["id"], "event": each["span_data"]["name"]} for each in spans]
    return exchange({"api_key": "phc_x", "batch": listed}, {"status": "Ok"}, url=POSTHOG)


SERVICES = {
    "OpenAI": (ingested, "the telemetry sent to api.openai.com/v1/traces/ingest", "spans"),
    "OpenTelemetry": (exported, "the telemetry sent to localhost/v1/traces", "spans"),
    "PostHog": (captured, "the telemetry sent to us.i.posthog.com/batch", "events"),
}
PLAN, WRITE, SEND = (("plan", 1), ("write", 2), ("send", 3))


def batch(service: str, *names: tuple[str, int], later: int = 0) -> Any:
    return SERVICES[service][0](*(span(number + later, name) for name, number in names))


def told(old: list[Any], new: list[Any]) -> list[tuple[str, str, str]]:
    findings = compare(recording(*old), recording(*new)).findings
    return [(each.level, each.rule, each.message) for each in findings if each.level != "noise"]


@pytest.mark.parametrize("service", SERVICES)
def test_the_same_things_under_other_ids_and_in_another_order_are_noise(service: str) -> None:
    old = [batch(service, PLAN, WRITE), CALL]
    for later in (batch(service, PLAN, WRITE, later=7), batch(service, WRITE, PLAN, later=7)):
        assert told(old, [later, CALL]) == []
        assert told([later, CALL], old) == []
        assert told(old, [CALL, later]) == []  # when it is sent is a matter of time
    _, subject, what = SERVICES[service]
    findings = compare(recording(*old), recording(batch(service, PLAN, WRITE, later=7), CALL)).findings
    assert [each.message for each in findings] == [f"{subject} holds the same {what} under other ids"]


@pytest.mark.parametrize("service", SERVICES)
def test_other_things_are_one_line(service: str) -> None:
    _, subject, what = SERVICES[service]
    few, many, others = (batch(service, *names) for names in ((PLAN,), (PLAN, WRITE, SEND), (SEND,)))
    cases = (
        ([few], [many], f"holds other {what} (1 → 3)"),
        ([many], [few], f"holds other {what} (3 → 1)"),
        ([few], [others], f"holds other {what} (1)"),
        ([few], [few, others], f"holds other {what} (1 → 2 in 1 → 2 requests)"),
        ([], [many], f"is new: 3 {what}"),
        ([many], [], f"is gone; it was 3 {what}"),
    )
    for old, new, words in cases:
        assert told([*old, CALL], [*new, CALL]) == [("cosmetic", "telemetry-changed", f"{subject} {words}")]


def test_several_services_are_one_line() -> None:
    old, new = ([batch(each, *names) for each in SERVICES] for names in ((PLAN,), (PLAN, WRITE)))
    [(level, _, message)] = told(old, new)
    assert level == "cosmetic"
    assert [subject in message for _, subject, _ in SERVICES.values()] == [True, True, True]


def test_what_the_model_says_is_compared_as_ever() -> None:
    other = exchange(question(), answer("It is 31 °C."))
    found = visible(recording(batch("OpenAI", PLAN), CALL), recording(batch("OpenAI", WRITE), other))
    assert [rule for _, rule, _ in found] == ["text-facts-changed", "telemetry-changed"]


def test_its_encoding_may_be_unknown() -> None:
    old, new = exported(), exported()
    for call, body in ((old, "\x0a\x01"), (new, "\x0a\x02")):
        call["request"].update(body=body, headers={"Content-Type": ["application/x-protobuf"]})
    assert told([old, CALL], [new, CALL]) == []
    subject = SERVICES["OpenTelemetry"][1]
    for other, words in (([], "is gone; it was 1 request"), ([old, new], "holds other spans (in 1 → 2 requests)")):
        assert [message for _, _, message in told([old, CALL], [*other, CALL])] == [f"{subject} {words}"]


def test_a_secret_in_it_is_told() -> None:
    old, new = batch("OpenAI", PLAN), batch("OpenAI", PLAN)
    old["request"]["headers"]["Authorization"] = ["[REDACTED]"]
    new["request"]["headers"]["Authorization"] = [f"Bearer {'sk-'}proj-{'Zq7' * 16}"]
    assert [rule for _, rule, _ in told([old], [new])] == ["secret-unmasked"]


# fmt: off
NO_TELEMETRY = {
    "a back end that people send traces to on purpose": (
        "https://api.smith.langchain.com/runs/batch", {"post": [{"name": "plan"}]}, {"post": [{"name": "send"}]},
    ),
    "an API that has logs": ("https://example.com/v1/logs", {"q": "plan"}, {"q": "send"}),
    "a path that only begins so": (
        "https://example.com/v1/traces/7/notes", {"resourceSpans": [], "note": "a"}, {"resourceSpans": [], "note": "b"},
    ),
}
# fmt: on


@pytest.mark.parametrize("case", NO_TELEMETRY)
def test_other_requests_are_compared_field_by_field(case: str) -> None:
    url, old, new = NO_TELEMETRY[case]
    found = told([exchange(old, {}, url=url)], [exchange(new, {}, url=url)])
    assert found
    assert {rule for _, rule, _ in found}.isdisjoint({"telemetry-changed"})
