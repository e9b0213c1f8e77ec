"""Answers that stayed although something else was asked, and what is said of both halves of one change."""

from __future__ import annotations

import pytest
from drift_cases import CALL, answer, exchange, question, recording, visible

from cassette_tools.diff import compare

WARM = "It is warm in Turin today, and it will stay so."
EDITED = "the same, byte for byte, where something else is asked: edited by hand?"
KEPT = [
    (question(), answer(WARM), "", "nothing else is asked"),
    (question(max_tokens=500), answer(WARM), EDITED, "not even the id is another"),
    (question(max_tokens=500), answer(WARM, id="chatcmpl-Aa1"), "", "a setting need not change an answer"),
    (
        question({"role": "user", "content": "What is a lighthouse?"}),
        answer(WARM, id="chatcmpl-Aa1"),
        "word for word the same, to another message of the user",
        "who asks otherwise gets other words",
    ),
    (question({"role": "user", "content": "What is a lighthouse?"}), answer("A tower."), "", "another answer"),
]


@pytest.mark.parametrize(("request_", "response", "said", "why"), KEPT)
def test_answers_that_stayed(request_, response, said, why):
    old = recording(
        exchange(
            question({"role": "user", "content": "And tomorrow?"}) if len(request_["messages"]) > 2 else question(),
            answer(WARM),
        )
    )
    assert compare(old, recording(exchange(request_, response))).answers == said, why


REFUSED = {"error": {"type": "invalid_request_error", "code": "invalid_api_key", "message": "Incorrect API key."}}
DATE = "Mon, 04 Mar 2030 10:00:00 GMT"


def with_headers(request_, response, status=200, **headers):
    made = exchange(request_, response, status=status)
    made["response"]["headers"].update({name.replace("_", "-"): [value] for name, value in headers.items()})
    return recording(made)


GIVEN = (
    (200, answer(WARM), {}, {}, EDITED, "the id of an answer is drawn"),
    (200, answer(WARM), {"cf_ray": "8a1b-MXP"}, {"cf_ray": "9c2d-MXP"}, "", "another way through the network"),
    (200, answer(WARM), {"x_request_id": "req_1"}, {"x_request_id": "req_2"}, "", "another number of the request"),
    (200, answer(WARM), {"openai_processing_ms": "310"}, {"openai_processing_ms": "290"}, "", "it took another time"),
    (200, answer(WARM), {"content_length": "310"}, {"content_length": "290"}, EDITED, "packed otherwise, no more"),
    (200, answer(WARM), {"cf_ray": "[REDACTED]"}, {"cf_ray": "9c2d-MXP"}, EDITED, "a mask says nothing"),
    (200, answer(WARM, id="[REDACTED]"), {}, {}, "", "a mask is the same for all"),
    (200, answer(WARM, id=None), {"date": DATE}, {"date": DATE}, EDITED, "in the same second"),
    (200, answer(WARM, id=None), {"date": "SANITIZED"}, {"date": "SANITIZED"}, "", "a moment that nobody knows"),
    (200, answer(WARM), {"date": DATE}, {"date": DATE.replace("10:", "11:")}, "", "at another moment"),
    (400, REFUSED, {"date": DATE}, {"date": DATE}, EDITED, "what is asked is refused"),
    (401, REFUSED, {"date": DATE}, {"date": DATE}, "", "the key is refused, whatever is asked"),
    (429, REFUSED, {"date": DATE}, {"date": DATE}, "", "one call too many, whichever it is"),
    (503, REFUSED, {"date": DATE}, {"date": DATE}, "", "nobody is answered"),
)


@pytest.mark.parametrize(("status", "response", "old", "new", "said", "why"), GIVEN, ids=[row[-1] for row in GIVEN])
def test_an_answer_that_may_well_be_the_same(status, response, old, new, said, why):
    sides = (
        with_headers(question(), response, status, **old),
        with_headers(question(max_tokens=500), response, status, **new),
    )
    assert compare(*sides).answers == said, why


RENAMED = "the same but for the name, {} → {}, in the request and in the answer: edited by hand?"


def ollama(model, **more):
    told = {"model": model, "created_at": "2030-05-02T21:12:56.542935Z", "response": "fragile.", "done": True}
    made = exchange(
        {"model": model, "prompt": "In one word, life is"},
        {**told, "total_duration": 879372000, **more},
        url="http://localhost:11434/api/generate",
    )
    made["response"]["headers"]["Date"] = [DATE]
    return recording(made)


def chat(model, **more):
    return recording(exchange(question(model=model), answer(WARM) | {"model": f"{model}-0101", **more}))


@pytest.mark.parametrize(
    ("old", "new", "said", "why"),
    [
        (ollama("gemma3"), ollama("gemma3.1"), RENAMED.format("gemma3", "gemma3.1"), "to the nanosecond"),
        (chat("gpt-8"), chat("gpt-9"), RENAMED.format("gpt-8", "gpt-9"), "not even the id is another"),
        (ollama("gemma3"), ollama("gemma3.1", total_duration=1), "", "it took another time"),
        (chat("gpt-8"), chat("gpt-9", id="chatcmpl-Aa1"), "", "the id was drawn anew"),
    ],
)
def test_answers_in_which_one_name_was_replaced(old, new, said, why):
    assert compare(old, new).answers == said, why


def messages(old, new, **options):
    return {each.rule: each.message for each in compare(old, new, **options).findings if each.level != "noise"}


def test_a_schema_in_place_of_a_tool_names_both():
    schema = {"type": "json_schema", "json_schema": {"name": "Weather", "schema": {"type": "object"}}}
    old = recording(exchange(question(tool_choice="required"), answer(calls=[CALL])))
    new = recording(exchange(question(tools=None, response_format=schema), answer('{"city": "Turin"}')))
    name = CALL["function"]["name"]
    assert messages(old, new)["request-field-added"] == (
        f"the request now has response_format json_schema Weather in place of the tool {name}, tool_choice required"
    )
    assert messages(new, old)["request-field-removed"] == (
        f"the request no longer has response_format json_schema Weather but the tool {name}, tool_choice required in its place"
    )


def test_a_schema_that_changes_under_another_name_names_both():
    """The rename is told beside the change, either way: neither hides the other."""
    url = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9-flash:generateContent"
    reply = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": '{"city": "Turin"}'}]}, "finishReason": "STOP"}]
    }

    def asked(name, *required):
        schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": [*required]}
        config = {"response_mime_type": "application/json", name: schema}
        return exchange({"contents": [{"parts": [{"text": "Where?"}]}], "generationConfig": config}, reply, url=url)

    old, new = recording(asked("response_schema")), recording(asked("responseJsonSchema", "city"))
    told = (
        "the schema that the answer must satisfy changed: city is required now; generationConfig.{} is now sent as {}"
    )
    assert messages(old, new) == {"response-schema-changed": told.format("response_schema", "responseJsonSchema")}
    back = messages(new, old)["response-schema-changed"]
    assert back.endswith("; generationConfig.responseJsonSchema is now sent as response_schema")


def test_a_tool_that_is_offered_now_may_be_called():
    old = recording(exchange(question(tools=None), answer(WARM)))
    new = recording(exchange(question(), answer(calls=[CALL])))
    assert ("behavior", "tool-call-added") in {each[:2] for each in visible(old, new)}
    both = recording(exchange(question(), answer(WARM)))
    assert ("breaking", "tool-call-added") in {each[:2] for each in visible(both, new)}


def test_another_code_of_failure_is_another_exception():
    refused = [recording(exchange(question(), {"error": {"message": "No."}}, status=code)) for code in (400, 404, 500)]
    assert ("breaking", "status-changed") in {each[:2] for each in visible(*refused[:2])}
    assert ("breaking", "status-class-changed") in {each[:2] for each in visible(*refused[1:])}


def test_the_count_of_what_follows_is_that_of_the_list():
    refused = recording(exchange(question(), {"error": {"message": "No."}}, status=429))
    report = compare(recording(exchange(question(), answer(WARM))), refused)
    root = next(each for each in report.findings if each.rule == "status-class-changed")
    listed = [each for each in report.findings if each.caused_by == root.fingerprint and not (each.told or each.merged)]
    assert f"({len(listed)} consequences folded:" in root.message


def test_calls_that_are_made_one_after_the_other_are_one_line():
    first, second = CALL, {**CALL, "id": "call_9", "function": {**CALL["function"], "arguments": '{"city": "Oslo"}'}}

    def told(*calls):
        results = [{"role": "tool", "tool_call_id": call["id"], "content": "18 C"} for call in calls]
        return [{"role": "assistant", "content": None, "tool_calls": [*calls]}, *results]

    together = recording(
        exchange(question(), answer(calls=[first, second])), exchange(question(*told(first, second)), answer(WARM))
    )
    apart = recording(
        exchange(question(), answer(calls=[first])),
        exchange(question(*told(first)), answer(calls=[second])),
        exchange(question(*told(first), *told(second)), answer(WARM)),
    )
    name = first["function"]["name"]
    for old, new, rule, words in (
        (together, apart, "tool-call-removed", "no longer makes its calls in parallel"),
        (apart, together, "tool-call-added", "now makes its calls in parallel"),
    ):
        [(found, message)] = messages(old, new).items()
        assert found == rule
        assert words in message
        assert f'{name} with {{"city": "Oslo"}}' in message


def test_nobody_is_the_cause_where_the_request_is_not_on_record():
    def bare(body, length):
        each = exchange("", {**answer(WARM), **body})
        each["request"]["headers"]["Content-Length"] = [length]
        return recording(each)

    def causes(length):
        report = compare(bare({}, "10"), bare({"tier": "gold"}, length))
        return [each.cause for each in report.findings if each.rule == "wire-field-added"]

    assert causes("10") == ["provider"]
    assert causes("90") == ["unknown"]  # more was sent, and nobody knows what


def test_thinking_that_comes_first_is_said():
    block = {"type": "text", "text": WARM}
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
    asked = {"model": "claude-9", "max_tokens": 99, "messages": [{"role": "user", "content": "How warm is it?"}]}
    thinking = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
    url = "https://api.anthropic.com/v1/messages"
    old, first, last = (
        recording(exchange(asked, {**body, "content": content}, url=url))
        for content in ([block], [thinking, block], [block, thinking])
    )
    assert messages(old, first)["reasoning-appeared"].endswith(", at content[0] before the text")
    assert "before the text" not in messages(old, last)["reasoning-appeared"]


@pytest.mark.parametrize("name", ["markdown", "html", "text"])
def test_every_report_for_people_says_that_answers_stayed(name):
    from cassette_tools.reporters import REPORTERS, Style, suite_of

    changed = compare(
        recording(exchange(question(), answer(WARM))), recording(exchange(question(max_tokens=500), answer(WARM)))
    )
    assert changed.answers == EDITED
    reporter = REPORTERS[name]
    told = reporter.diff(changed, Style()) if reporter.diff else reporter.suite(suite_of(changed), Style())
    assert EDITED in told
