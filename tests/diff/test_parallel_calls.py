"""The same calls, made together or one after the other, are one change of a history, and of an agent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

RESPONSES = "https://api.openai.com/v1/responses"
ANTHROPIC = "https://api.anthropic.com/v1/messages"
CITIES = {"Turin": "18 C", "Genoa": "20 C"}


def chat_asked(rounds: list[list[str]], results: dict[str, str]) -> dict[str, Any]:
    history: list[dict[str, Any]] = []
    for cities in rounds:
        history.append({"role": "assistant", "content": None, "tool_calls": [chat_call(city) for city in cities]})
        history += [{"role": "tool", "tool_call_id": f"call_{c}", "content": results[c]} for c in cities]
    return question(*history)


def chat_call(city: str) -> dict[str, Any]:
    function = {"name": "get_weather", "arguments": json.dumps({"city": city})}
    return {"id": f"call_{city}", "type": "function", "function": function}


def chat(rounds: list[list[str]], said: list[str], results: dict[str, str]) -> dict[str, Any]:
    made = answer(calls=[chat_call(city) for city in said]) if said else answer("Turin 18 °C, Genoa 20 °C.")
    return exchange(chat_asked(rounds, results), made)


def block(city: str) -> dict[str, Any]:
    return {"type": "tool_use", "id": f"toolu_{city}", "name": "get_weather", "input": {"city": city}}


def anthropic(rounds: list[list[str]], said: list[str], results: dict[str, str]) -> dict[str, Any]:
    messages: list[dict[str, Any]] = [{"role": "user", "content": "How warm is it?"}]
    for cities in rounds:
        given = [{"type": "tool_result", "tool_use_id": f"toolu_{c}", "content": results[c]} for c in cities]
        messages += [{"role": "assistant", "content": [*map(block, cities)]}, {"role": "user", "content": given}]
    content = [*map(block, said)] or [{"type": "text", "text": "Turin 18 °C, Genoa 20 °C."}]
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": content}
    asked = {"model": "claude-9", "max_tokens": 9, "messages": messages}
    return exchange(asked, {**body, "stop_reason": "tool_use" if said else "end_turn"}, url=ANTHROPIC)


def responses(rounds: list[list[str]], said: list[str], results: dict[str, str]) -> dict[str, Any]:
    asked: list[dict[str, Any]] = [{"role": "user", "content": "How warm is it?"}]
    for cities in rounds:
        asked += [*map(item, cities)]
        asked += [{"type": "function_call_output", "call_id": f"call_{c}", "output": results[c]} for c in cities]
    words = {"type": "output_text", "text": "Turin 18 °C, Genoa 20 °C.", "annotations": []}
    output = [*map(item, said)] or [{"type": "message", "id": "msg_1", "role": "assistant", "content": [words]}]
    body = {"id": "resp_1", "object": "response", "model": "gpt-9", "status": "completed", "output": output}
    return exchange({"model": "gpt-9", "input": asked}, body, url=RESPONSES)


def item(city: str) -> dict[str, Any]:
    named = {"name": "get_weather", "arguments": json.dumps({"city": city})}
    return {"type": "function_call", "id": f"fc_{city}", "call_id": f"call_{city}", **named}


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    found = compare(old, new).findings
    return [(each.level, each.rule, each.message) for each in found if each.level != "noise"]


APART, TOGETHER = [["Turin"], ["Genoa"]], [["Turin", "Genoa"]]


@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize(
    ("old", "new", "words"), [(APART, TOGETHER, "1 message now, not 2"), (TOGETHER, APART, "2 messages now, not 1")]
)
def test_a_history_alone(api: Any, old: Any, new: Any, words: str) -> None:
    said = f"the assistant message changed: a call to get_weather and a call to get_weather are sent in {words}"
    expected = [("behavior", "prompt-changed", said)]
    assert told(*(recording(api(rounds, [], CITIES)) for rounds in (old, new))) == expected


@pytest.mark.parametrize("api", [chat, anthropic])
def test_an_agent(api: Any) -> None:
    def run(rounds: list[list[str]]) -> Any:
        steps = [*rounds, []]
        return recording(*(api(rounds[:number], said, CITIES) for number, said in enumerate(steps)))

    [together] = told(run(APART), run(TOGETHER))
    assert together[:2] == ("behavior", "tool-call-added")
    assert together[2].startswith("the model now makes its calls in parallel")
    [apart] = told(run(TOGETHER), run(APART))
    assert apart[:2] == ("behavior", "tool-call-removed")
    assert apart[2].startswith("the model no longer makes its calls in parallel")


@pytest.mark.parametrize("api", [chat, anthropic])
def test_another_result_is_told(api: Any) -> None:
    found = told(
        recording(api(APART, [], CITIES)), recording(api(TOGETHER, [], {**CITIES, "Genoa": "Error: no such city"}))
    )
    assert "tool-result-changed" in {rule for _, rule, _ in found}


def together_and_apart(api: Any, settings: dict[str, Any]) -> tuple[Any, Any]:
    """An agent that makes its calls together; and one that makes them apart, and is asked with the settings."""

    def run(rounds: list[list[str]], more: dict[str, Any]) -> Any:
        made = [api(rounds[:number], said, CITIES) for number, said in enumerate([*rounds, []])]
        for each in made:
            asked = {**json.loads(each["request"]["body"]), **more}
            each["request"].update(body=json.dumps(asked), content_length=len(json.dumps(asked).encode()))
        return recording(*made)

    return run(TOGETHER, {}), run(APART, settings)


def causes(old: Any, new: Any) -> list[str]:
    """What made a call beside others come or go."""
    return [each.evidence for each in compare(old, new).findings if each.rule.startswith("tool-call-")]


@pytest.mark.parametrize(
    ("api", "settings", "cause"),
    [
        pytest.param(chat, {"parallel_tool_calls": False}, "request (parallel_tool_calls)", id="OpenAI"),
        pytest.param(
            responses, {"parallel_tool_calls": False}, "request (parallel_tool_calls)", id="OpenAI's Responses"
        ),
        pytest.param(responses, {"parallel_tool_calls": True}, "", id="its Responses, allowed"),
        pytest.param(
            anthropic,
            {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
            "request (tool_choice)",
            id="Anthropic",
        ),
        pytest.param(chat, {"user": "nobody"}, "", id="a setting that says nothing of it"),
        pytest.param(chat, {"parallel_tool_calls": True}, "", id="allowed, as it is by itself"),
    ],
)
def test_the_setting_that_forbids_it_is_the_cause(api: Any, settings: dict[str, Any], cause: str) -> None:
    together, apart = together_and_apart(api, settings)
    assert causes(together, apart) == [cause]
    assert causes(apart, together) == [cause]


def rolls(rounds: list[int]) -> Any:
    """A session in which the model rolls a die, so many times in each answer."""
    history: list[dict[str, Any]] = []
    exchanges = []
    for number, times in enumerate(rounds):
        names = [f"call_{number}{each}" for each in range(times)]
        calls = [{"id": n, "type": "function", "function": {"name": "roll", "arguments": "{}"}} for n in names]
        exchanges.append(exchange(question(*history), answer(calls=calls)))
        history.append({"role": "assistant", "content": None, "tool_calls": calls})
        history += [
            {"role": "tool", "tool_call_id": n, "content": f"a {number + place + 1}"} for place, n in enumerate(names)
        ]
    return recording(*exchanges, exchange(question(*history), answer("You rolled 1, 2 and 3.")))


def test_the_same_call_three_times_in_one_answer() -> None:
    calls = [each for each in told(rolls([1, 1, 1]), rolls([3])) if "call" in each[1]]
    head = "the model now makes its calls in parallel: 3 instead of 1 identical calls of roll in the answer"
    assert [(rule, words.partition(" (")[0]) for _, rule, words in calls] == [
        ("tool-call-added", f"{head}, 2 fewer requests")
    ]
    calls = [each for each in told(rolls([3]), rolls([1, 1, 1])) if "call" in each[1]]
    head = "the model no longer makes its calls in parallel: 1 instead of 3 identical calls of roll in the answer"
    assert [(rule, words.partition(" (")[0]) for _, rule, words in calls] == [
        ("tool-call-removed", f"{head}, 2 more requests")
    ]


def cities(rounds: list[list[str]]) -> Any:
    results = {"Turin": "18 C", "Genoa": "20 C", "Rome": "24 C"}
    steps = [chat(rounds[:number], said, results) for number, said in enumerate(rounds)]
    return recording(*steps, chat(rounds, [], results))


def test_several_calls_that_no_longer_have_requests_of_their_own() -> None:
    old, new = cities([["Turin"], ["Genoa"], ["Rome"]]), cities([["Turin", "Genoa", "Rome"]])
    for sides, words in (
        ((old, new), "now makes its calls in parallel: 2 of them no longer have a request of their own"),
        ((new, old), "no longer makes its calls in parallel: 2 of them now have a request of their own"),
    ):
        calls = [message.partition(" (")[0] for _, rule, message in told(*sides) if rule.startswith("tool-call-")]
        assert [call.rpartition(": get_weather")[0].partition(": get_weather")[0] for call in calls] == [
            f"the model {words}"
        ]
        assert all(f'get_weather {{"city": "{city}"}}' in calls[0] for city in ("Genoa", "Rome"))
