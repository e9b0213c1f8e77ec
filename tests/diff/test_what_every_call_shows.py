"""What an API or a parameter brings to every call is told once, with that cause; what is found where nothing was asked
otherwise has no cause in what is asked elsewhere.
"""

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import CALL, answer, exchange, question, recording

CHAT = "https://api.openai.com/v1/chat/completions"
RESPONSES = "https://api.openai.com/v1/responses"
CLAUDE = "https://api.anthropic.com/v1/messages"
TOLD_TWICE = '"{\\"city\\": \\"Turin\\", \\"days\\": 2}"'


def items(*more, **settings):
    tool = {"type": "function", "name": "get_weather", "description": "Weather of a city", "strict": False}
    tool["parameters"] = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    }
    asked = [
        {"role": "system", "content": "You answer briefly."},
        {"role": "user", "content": "How warm is it in Turin?"},
    ]
    return {"model": "gpt-9-mini", "max_output_tokens": 400, "input": [*asked, *more], "tools": [tool], **settings}


def response(*output):
    whole = {"id": "resp_0a1b", "object": "response", "status": "completed", "model": "gpt-9-mini-2030-01-01"}
    return whole | {"output": list(output), "error": None}


THOUGHT = {"id": "rs_1", "type": "reasoning", "summary": []}
CALLED = {"id": "fc_1", "type": "function_call", "call_id": "call_Aa1", "name": "get_weather"}
CALLED |= {"arguments": '{"city": "Turin", "days": 2}', "status": "completed"}
SAID = {"id": "msg_1", "type": "message", "status": "completed", "role": "assistant"}
SAID |= {"content": [{"type": "output_text", "text": "It is 18 °C in Turin.", "annotations": []}]}


def by_chat():
    history = (
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "call_Aa1", "content": "18 C"},
    )
    return recording(
        exchange(question(), answer(calls=[CALL])), exchange(question(*history), answer("It is 18 °C in Turin."))
    )


def by_responses(arguments, *, thinks=True, **settings):
    history = (
        {"type": "function_call", "call_id": "call_Aa1", "name": "get_weather", "arguments": arguments},
        {"type": "function_call_output", "call_id": "call_Aa1", "output": "18 C"},
    )
    first = [THOUGHT] if thinks else []
    return recording(
        exchange(items(**settings), response(*first, CALLED), url=RESPONSES),
        exchange(items(*history, **settings), response(*first, SAID), url=RESPONSES),
    )


def told_of(old, new, *rules):
    return [
        (each.rule, each.message, each.evidence)
        for each in compare(old, new).findings
        if each.level != "noise" and each.rule.startswith(rules)
    ]


@pytest.mark.parametrize("arguments", [CALLED["arguments"], TOLD_TWICE])
def test_thinking_that_another_api_shows_is_told_once_with_the_api_as_cause(arguments) -> None:
    words = "the answer now has reasoning, in reasoning (no words in it), in 2 calls"
    told = told_of(by_chat(), by_responses(arguments), "reasoning-")
    assert told == [("reasoning-appeared", words, "request (the URL)")]


def test_a_setting_that_asks_for_thinking_is_its_cause_in_another_api_too() -> None:
    [(_, _, cause)] = told_of(
        by_chat(), by_responses(CALLED["arguments"], reasoning={"effort": "high"}), "reasoning-", "request-field-added"
    )
    assert "the URL" not in cause


def claude(first, second, *, thinks):
    """Two questions; `thinks` says of each whether its answer holds thinking."""
    thought = [{"type": "thinking", "thinking": "Let me see.", "signature": "c2ln"}]
    told = {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude-9", "stop_reason": "end_turn"}
    said = [{"type": "text", "text": "It is warm."}]
    bodies = [
        {"model": "claude-9", "max_tokens": 900, "messages": [{"role": "user", "content": words}]}
        for words in (first, second)
    ]
    return recording(
        *(
            exchange(body, told | {"content": (thought if shown else []) + said}, url=CLAUDE)
            for body, shown in zip(bodies, thinks, strict=True)
        )
    )


WARM, MILD = "How warm is it in Turin?", "How warm is it in Turin today, and how mild will it be tomorrow?"
COLD = "Is it cold in Oslo?"


@pytest.mark.parametrize(
    ("thinks", "has_cause"),
    [
        ((False, True), True),  # only where the prompt changed: it may be the prompt
        ((True, True), False),  # where nothing was asked otherwise as well: it is not
    ],
)
def test_what_is_found_where_the_prompt_did_not_change_is_not_from_the_prompt(thinks, has_cause) -> None:
    old = claude(COLD, WARM, thinks=(False, False))
    new = claude(COLD, MILD, thinks=thinks)
    told = told_of(old, new, "reasoning-appeared")
    assert [bool(cause.startswith("prompt")) for _, _, cause in told] == [has_cause]


@pytest.mark.parametrize(("fields", "has_cause"), [((False, True), True), ((True, True), False)])
def test_a_field_that_every_call_has_is_not_from_the_setting_of_one(fields, has_cause) -> None:
    def chat(n, given, **settings):
        told = answer("It is warm.")
        if given:
            told["choices"][0]["logprobs"] = {"content": []}
        return exchange(question({"role": "user", "content": f"And in {n}?"}, **settings), told)

    old = recording(chat("Oslo", False), chat("Bari", False))
    new = recording(chat("Oslo", fields[0]), chat("Bari", fields[1], logprobs=True))
    causes = [cause for _, _, cause in told_of(old, new, "wire-field-added")]
    assert [cause.startswith("request") for cause in causes] == [has_cause]


@pytest.mark.parametrize(
    ("url", "is_told"),
    [(RESPONSES, True), ("https://acme.openai.azure.com/openai/v1/responses", False)],
    ids=["one provider", "another"],
)
@pytest.mark.parametrize("setting", [{"store": False}, {"reasoning": {"effort": "low"}}])
def test_a_setting_of_two_apis_of_one_provider_is_told_where_one_is_sent_it(url, is_told, setting) -> None:
    old = recording(exchange(question(), answer("It is 18 °C in Turin.")))
    new = recording(exchange(items(**setting), response(SAID), url=url))
    rules = [rule for rule, _, _ in told_of(old, new, "request-field-")]
    assert rules == ["request-field-added"] * is_told
    assert [rule for rule, _, _ in told_of(new, old, "request-field-")] == ["request-field-removed"] * is_told
