"""Where changes stand: each at the value that differs, in the event that differs, and none of them untold."""

import copy
import json

import pytest

from cassette_tools.diff import compare
from cassette_tools.diff.changes import places
from cassette_tools.diff.changes.places import _named
from cassette_tools.finding import Location, Region
from cassette_tools.model import Event
from tests.diff.drift_cases import answer, exchange, question, recording


def said(old, new):
    """Rule, path, and the place on either side: a pointer (of a stream: behind the number of the event)."""
    found = []

    def locate(side, place):
        found.append(place)
        return Location(path=side, region=Region(line=len(found), column=1, end_line=len(found), end_column=1))

    report = compare(old, new, locate=locate, merge=False)
    bodies = [each.interactions[0].response.body for each in (old, new)]

    def shown(location, body):
        if location is None:
            return None
        place = found[location.region.line - 1]
        offsets = [event.offset for event in body.events]
        number = f"{offsets.index(place.offset)}" if place.offset in offsets and place.pointer else ""
        return number + (place.pointer or "")

    return [
        (each.level, each.rule, each.path, shown(each.old_location, bodies[0]), shown(each.new_location, bodies[1]))
        for each in report.findings
    ]


# --- streams ---------------------------------------------------------------------------------------------------------

HEAD = {"id": "chatcmpl-Zz9", "object": "chat.completion.chunk", "created": 1700000000, "model": "gpt-9-mini-2030"}


def events():
    deltas = [{"role": "assistant", "content": ""}, {"content": "It "}, {"content": "is warm."}, {}]
    made = [{**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    made[-1]["choices"][0]["finish_reason"] = "stop"
    return made


def streamed(found):
    return recording(exchange(question(stream=True), [*map(json.dumps, found), "[DONE]"]))


def edited(number, way, value):
    """The stream with one value of one event replaced; `...` takes it away."""
    found = copy.deepcopy(events())
    node = found[number]
    for step in way[:-1]:
        node = node[step]
    if value is ...:
        del node[way[-1]]
    else:
        node[way[-1]] = value
    return streamed(found)


CHOICE = "response.body.choices[0]"
NULL_LATER = "the last value counts, and a client that reads every event may meet it"


@pytest.mark.parametrize(
    ("number", "way", "value", "expected", "why"),
    [
        (1, ("id",), None, ("interim-value-changed", "response.body.id", "1/id", "1/id"), NULL_LATER),
        (1, ("model",), None, ("interim-value-changed", "response.body.model", "1/model", "1/model"), NULL_LATER),
        (2, ("object",), None, ("interim-value-changed", "response.body.object", "2/object", "2/object"), NULL_LATER),
        (1, ("created",), 1, ("time-changed", "response.body.created", "1/created", "1/created"), "a time is a time"),
        (
            3,
            ("choices", 0, "delta"),
            None,
            ("interim-value-changed", f"{CHOICE}.delta", "3/choices/0/delta", "3/choices/0/delta"),
            "what was in it says nothing by itself",
        ),
        (2, ("model",), ..., ("event-presence-changed", "response.body.model", "2/model", None), "others have it"),
    ],
)
def test_one_event_says_otherwise(number, way, value, expected, why):
    findings = said(streamed(events()), edited(number, way, value))
    assert ("noise", expected[0], f"interactions[0].{expected[1]}", *expected[2:]) in findings, why
    assert [each for each in findings if each[0] != "noise"] == [], why
    back = said(edited(number, way, value), streamed(events()))
    assert ("noise", expected[0], f"interactions[0].{expected[1]}", *reversed(expected[2:])) in back, why


def test_what_is_told_at_its_event_is_not_told_twice():
    """The words of the answer: told as that, where they differ."""
    new = edited(2, ("choices", 0, "delta", "content"), "is cold.")
    findings = said(streamed(events()), new)
    assert [each[2] for each in findings] == ["interactions[0].response.output_messages[0].text"]
    assert findings[0][3:] == ("2/choices/0/delta/content", "2/choices/0/delta/content")


def test_streams_that_are_cut_otherwise_are_not_compared_event_by_event():
    longer = [*events()[:2], *events()[1:]]
    assert not [each for each in said(streamed(events()), streamed(longer)) if each[1] == "interim-value-changed"]


# --- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (
            {"metrics": {"latencyMs": 5, "queueMs": 1}},
            {"metrics": {"latencyMs": 5, "queueMs": 2}},
            ("/metrics/queueMs", "/metrics/queueMs"),
            "an object that is compared as one stands where it first differs",
        ),
        (
            {"metrics": {"latencyMs": 5}},
            {"metrics": {"latencyMs": 5, "queueMs": 2}},
            (None, "/metrics/queueMs"),
            "what one side lacks stands on the other alone",
        ),
        (
            {"category_scores": {"hate": 0.1, "love": 0.2}},
            {"category_scores": {"hate": 0.1, "love": 0.3}},
            ("/category_scores/love", "/category_scores/love"),
            "scores by name",
        ),
        (
            {"embedding": [[0.1, 0.2], [0.3, 0.4]]},
            {"embedding": [[0.1, 0.2], [0.3, 0.5]]},
            ("/embedding/1/1", "/embedding/1/1"),
            "lists in lists",
        ),
    ],
)
def test_a_whole_stands_at_its_first_difference(old, new, expected, why):
    one, two = (recording(exchange(question(), answer("Warm.", **each))) for each in (old, new))
    assert [each[3:] for each in said(one, two)] == [expected], why


def test_one_more_choice_stands_where_it_is():
    """Also when it claims the index of another."""
    body = answer("It is warm.")
    more = copy.deepcopy(body)
    more["choices"].append(copy.deepcopy(more["choices"][0]))
    more["choices"][1]["message"]["content"] = "It is cold."
    findings = said(recording(exchange(question(), body)), recording(exchange(question(), more)))
    assert [each[1:] for each in findings] == [
        ("choice-count-changed", "interactions[0].response.output_messages", None, "/choices/1")
    ]


@pytest.mark.parametrize(
    ("old", "new", "places", "why"),
    [
        (["A", "B"], ["A", "C"], (1, 1), "the value that differs"),
        (["A", "B", "C"], ["A", "C"], (1, 0), "the one that is gone"),
        (["A", "A"], ["A"], (1, 0), "one of two that are alike"),
        (["A", "B", "B"], ["A", "C", "B"], (1, 1), "its counterpart is alike further on"),
        (["A", "B"], ["B", "C"], (0, 1), "what the other side has elsewhere does not differ"),
    ],
)
def test_a_repeated_header_stands_at_the_value_that_differs(old, new, places, why):
    def with_vary(values):
        made = exchange(question(), answer("Warm."))
        made["response"]["headers"]["Vary"] = values
        return recording(made)

    found = []
    compare(with_vary(old), with_vary(new), locate=lambda side, place: found.append((side, place.route[-1])))
    assert sorted(found) == [("new", places[1]), ("old", places[0])], why


# --- requests --------------------------------------------------------------------------------------------------------


def refusal(message):
    return json.dumps({"error": {"message": message, "type": "invalid_request_error"}})


@pytest.mark.parametrize(
    ("answers", "rules", "why"),
    [
        (
            ("no messages", "no messages"),
            {"dialect-changed", "request-field-removed"},
            "the same answer from the same place",
        ),
        (("no messages", "no money"), {"interaction-added", "interaction-removed"}, "nothing in common but the place"),
    ],
)
def test_a_request_that_is_hardly_one_any_more_is_known_by_its_answer(answers, rules, why):
    same = exchange(question(), answer("Warm."))
    asked = (
        {"model": "gpt-9", "messages": [{"role": "user", "content": "How many angels dance here?"}]},
        {"model": "gpt-9"},
    )
    old, new = (
        recording(same, exchange(each, refusal(words), status=400, url="/"))
        for each, words in zip(asked, answers, strict=True)
    )
    assert {each.rule for each in compare(old, new).findings} == rules, why


# --- what a stream says under a name ---------------------------------------------------------------------------------


def _events(*documents):
    return tuple(
        Event(event=None, data=json.dumps(each, ensure_ascii="é" not in str(each)), offset=0, json=each)
        for each in documents
    )


def test_members_of_a_stream_are_found_by_their_names():
    events = _events({"id": "a", "list": [{"id": "b"}]}, {"other": 1}, {"é": 2}, {"list": {"id": None}})
    assert _named(events, "id") == [
        (0, ("id",), "a"),
        (0, ("list", "0", "id"), "b"),
        (3, ("list", "id"), None),
    ]
    assert _named(events, "0") == [(0, ("list", "0"), {"id": "b"})], "an index stands in no text"
    assert _named(events, "é") == [(2, ("é",), 2)]
    assert _named(events, "nobody") == []


@pytest.mark.parametrize("name", ["é", "a"])
def test_a_name_that_is_written_with_an_escape_is_found(name):
    written = json.dumps({name: 1}).replace("a", "\\u0061")
    events = (Event(event=None, data=written, offset=0, json={name: 1}),)
    assert _named(events, name) == [(0, (name,), 1)]


def test_names_that_no_event_has_are_looked_for_a_few_times_only(monkeypatch):
    walks = []
    monkeypatch.setattr(places, "_members", lambda document: walks.append(document) or iter(()))
    events = _events(*({"id": number} for number in range(3)))
    for number in range(100):
        assert _named(events, f"nobody{number}") == []
    assert len(walks) == len(events), "all members are noted, once"
