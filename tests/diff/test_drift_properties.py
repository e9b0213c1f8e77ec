"""What must hold for every recording."""

from __future__ import annotations

import json
import random
from itertools import pairwise

import pytest
from drift_cases import answer, chunks, conversation, exchange, question, recording, visible
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from test_drift_freeform import DOCUMENTS

from cassette_tools.diff import compare

IDS = ("call_Aa1", "chatcmpl-Zz9")


def rewritten(old, change):
    """The exchanges of a recording with their bodies rewritten by `change`."""
    made = []
    for each in old.interactions:
        bodies = [change(body.text) for body in (each.request.body, each.response.body)]
        whole = exchange(*bodies)
        whole["response"]["headers"] = {"Content-Type": [each.response.headers.get("content-type")]}
        made.append(whole)
    return recording(*made)


@given(st.lists(st.text("abcdefXYZ0123456789", min_size=4, max_size=12), min_size=2, max_size=2, unique=True))
def test_a_consistent_renaming_of_ids_is_silent(names):
    def rename(text):
        for old, new in zip(IDS, names, strict=True):
            text = text.replace(old, f"id_{new}")
        return text

    assert visible(conversation(), rewritten(conversation(), rename)) == []


@given(st.randoms(use_true_random=False))
def test_the_layout_of_json_is_silent(dice: random.Random):
    def shuffled(value):
        if isinstance(value, dict):
            keys = [*value]
            dice.shuffle(keys)
            return {key: shuffled(value[key]) for key in keys}
        return [shuffled(each) for each in value] if isinstance(value, list) else value

    def relaid(text):
        return json.dumps(
            shuffled(json.loads(text)), indent=dice.choice([None, 1, 4]), ensure_ascii=dice.random() < 0.5
        )

    assert visible(conversation(), rewritten(conversation(), relaid)) == []


@given(st.text(min_size=1, max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_any_cut_of_a_stream_is_silent(text, cuts):
    def streamed(*pieces):
        deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
        return recording(exchange(question(stream=True), chunks(*deltas)))

    edges = sorted({0, len(text), *(cut % len(text) for cut in cuts)})
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert visible(streamed(text), streamed(*pieces)) == []


LEAVES = (
    (("request", "model"), "gpt-9"),
    (("request", "max_tokens"), 7),
    (("request", "seed"), 7),
    (("request", "messages", 0, "content"), "You answer in verse."),
    (("request", "messages", 1, "content"), "How cold is it in Turin?"),
    (("request", "messages", 2, "tool_calls", 0, "function", "name"), "get_time"),
    (("request", "messages", 3, "content"), "11 C"),
    (("request", "messages", 3, "tool_call_id"), "call_other"),
    (("request", "tools", 0, "function", "description"), "Time of a city"),
    (("request", "tools", 0, "function", "parameters", "properties", "city", "type"), "number"),
    (("response", "model"), "gpt-9-nano"),
    (("response", "choices", 0, "finish_reason"), "length"),
    (("response", "choices", 0, "message", "content"), "It is 11 °C in Turin."),
    (("response", "choices", 0, "message", "mood"), "sunny"),
    (("response", "usage", "prompt_tokens"), 5000),
    (("response", "usage", "queue_depth"), 4),
    (("response", "note"), "new"),
)


@pytest.mark.parametrize(("route", "value"), LEAVES)
def test_one_meaningful_value_is_one_finding(route, value):
    old = conversation()
    side, *steps = route
    bodies = {
        "request": json.loads(old.interactions[1].request.body.text),
        "response": json.loads(old.interactions[1].response.body.text),
    }
    node = bodies[side]
    for step in steps[:-1]:
        node = node[step]
    node[steps[-1]] = value
    first = old.interactions[0]
    new = recording(
        exchange(first.request.body.text, first.response.body.text), exchange(bodies["request"], bodies["response"])
    )
    assert len(visible(old, new)) == 1
    assert len(visible(new, old)) == 1


@examples(60)
@given(DOCUMENTS, DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_odd_bodies_never_raise(asked, said, asked_again, said_again):
    old = recording(exchange(json.dumps(asked), json.dumps(said)))
    new = recording(exchange(json.dumps(asked_again), json.dumps(said_again)))
    report = compare(old, new)
    assert bool(report.findings) or (asked, said) == (asked_again, said_again)


@examples(60)
@given(DOCUMENTS, DOCUMENTS)
def test_odd_messages_never_raise(content, calls):
    message = {"role": "assistant", "content": content, "tool_calls": calls}
    whole = answer("Hello")
    whole["choices"][0]["message"] = message
    odd = recording(exchange({**question(), "messages": [message, content], "tools": calls}, whole))
    compare(odd, conversation())
    compare(conversation(), odd)
    assert visible(odd, odd) == []


def test_many_calls_that_all_changed_are_paired_in_order():
    old = recording(*(exchange(question(seed=n), answer(f"Hello {n}")) for n in range(190)))
    new = recording(*(exchange(question(seed=n, top_p=0.5), answer(f"Hello {n}")) for n in range(190)))
    assert visible(old, new) == [("behavior", "request-field-added", "interactions[0].request.parameters.top_p")]
