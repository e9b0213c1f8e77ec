"""Where the arguments of a streamed call differ: at the fragment that has the other characters, and its id where that is."""

import json

import pytest

from tests.diff.drift_cases import exchange, question, recording
from tests.diff.test_drift_places import said

HEAD = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}
CLAUDE = "https://api.anthropic.com/v1/messages"


def chat(fragments, call):
    """The call as events: its name and id in event 0, then one event for each fragment."""
    begin = {"index": 0, "id": call, "type": "function", "function": {"name": "get_weather", "arguments": ""}}
    deltas = [{"role": "assistant", "tool_calls": [begin]}]
    deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": each}}]} for each in fragments]
    made = [{**HEAD, "choices": [{"index": 0, "delta": each, "finish_reason": None}]} for each in deltas]
    made.append({**HEAD, "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    return recording(exchange(question(stream=True), [*map(json.dumps, made), "[DONE]"]))


def claude(fragments, call):
    """The same of another API, whose first event says nothing of the call."""
    tool = {"name": "get_weather", "description": "Weather of a city", "input_schema": {"type": "object"}}
    asked = {"model": "claude-9", "max_tokens": 400, "stream": True, "tools": [tool]}
    asked["messages"] = [{"role": "user", "content": "How warm is it in Turin?"}]
    message = {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude-9", "content": []}
    block = {"type": "tool_use", "id": call, "name": "get_weather", "input": {}}
    events = [
        {"type": "message_start", "message": {**message, "usage": {"input_tokens": 9, "output_tokens": 1}}},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "input_json_delta", "partial_json": each}}
            for each in fragments
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    ]
    return recording(exchange(asked, [*map(json.dumps, events)], url=CLAUDE))


APIS = pytest.mark.parametrize(("api", "first"), [(chat, 1), (claude, 2)])


def places(api, old, new, rule, calls=("call_Aa1", "call_Bb2")):
    """The numbers of the events in which the two sides of the changes of a rule stand."""
    found = said(api(old, calls[0]), api(new, calls[1]))
    return [
        tuple(int(place.partition("/")[0]) for place in places)
        for _, name, _, *places in found
        if name.startswith(rule)
    ]


@APIS
@pytest.mark.parametrize(
    ("old", "new", "fragments", "why"),
    [
        (
            ['{"city"', ': "Turin", "days"', ": ", "2", "}"],
            ['{"city"', ': "Turin", "days"', ": ", "1", "}"],
            (3, 3),
            "a number",
        ),
        (['{"city', '": "Tu', "rin", '"}'], ['{"city', '": "Tu', "ku", '"}'], (2, 2), "the end of a word"),
        (['{"city": "Turin", ', '"days": 2}'], ['{"city": "', "Turin", '", "days": ', "1}"], (1, 3), "cut otherwise"),
        (['{"city": ', '"Turin", ', '"days":', "2}"], ['{"city":', '"Turin",', '"days":', "1}"], (3, 3), "blanks, too"),
        (['{"days":2,', '"city":', '"Turin"}'], ['{"city":', '"Turin",', '"days":1}'], (0, 2), "in another order"),
        (['{"city":"T\\u00fc', "bin", 'gen"}'], ['{"city":"T\\u00fc', "tin", 'gen"}'], (1, 1), "behind an escape"),
    ],
)
def test_a_member_stands_at_its_fragment(api, first, old, new, fragments, why):
    expected = tuple(first + each for each in fragments)
    assert places(api, old, new, "tool-arguments-changed") == [expected], why
    assert places(api, new, old, "tool-arguments-changed") == [expected[::-1]], why


@APIS
def test_an_id_stands_where_the_call_begins(api, first):
    old, new = ['{"days"', ": ", "2}"], ['{"days"', ": ", "1}"]
    assert places(api, old, new, "id-changed") == [(first - 1, first - 1)]
    assert places(api, old, old, "id-changed") == [(first - 1, first - 1)]
