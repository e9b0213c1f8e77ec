"""The nearest recording is found, wherever it stands; and every part that differs is told at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.load import load_source
from cassette_tools.match.differences import differences, json_differences, same_start
from cassette_tools.match.search import answer
from cassette_tools.matchers import Matching, player_named
from cassette_tools.model import ABSENT, Recording
from cassette_tools.source import Source

BODIES = Matching(player=player_named("vcrpy"), on=("method", "uri", "body"))


def recording(*requests: dict[str, Any]) -> tuple[Recording, Source]:
    usual = {"method": "POST", "uri": "https://a.example/v1", "headers": {}, "body": ""}
    answer = {"status": {"code": 200, "message": ""}, "headers": {}, "body": {"string": ""}}
    interactions = [{"request": {**usual, **each}, "response": answer} for each in requests]
    source = Source.from_bytes(json.dumps({"version": 1, "interactions": interactions}, indent=0).encode(), "a.json")
    return load_source(source), source


def test_the_nearest_of_many_is_found() -> None:
    def body(number: int, last: str) -> str:
        said = [{"role": "user", "content": f"Question {number * 7 + turn}."} for turn in range(5)]
        return json.dumps({"messages": [*said, {"role": "user", "content": last}]})

    many, _source = recording(*({"body": body(number, "And then?")} for number in range(400)))
    asked, _ = recording({"body": body(317, "Why?")})
    found = answer(many, asked.interactions[0].request, BODIES)
    assert found.found is None
    assert found.nearest[0].interaction.index == 317
    assert [each.path for each in found.nearest[0].compared] == ["body.messages[5].content"]


# What is recorded, what is asked for, and the differences: path, recorded, given, note, what stands at the place.
CASES: list[tuple[dict[str, Any], dict[str, Any], list[tuple[Any, ...]]]] = [
    ({"method": "POST"}, {"method": "GET"}, [("method", "POST", "GET", "", '"POST"')]),
    ({}, {"uri": "http://b.example:8080/v2#x"}, [
        ("scheme", "https", "http", "", '"https://a.example/v1"'),
        ("host", "a.example", "b.example", "", '"https://a.example/v1"'),
        ("port", 443, 8080, "", '"https://a.example/v1"'),
        ("path", "/v1", "/v2", "", '"https://a.example/v1"'),
        ("fragment", ABSENT, "x", "", '"https://a.example/v1"')]),
    ({"uri": "https://a.example/v1?a=1&b=2&c=3"}, {"uri": "https://a.example/v1?b=4&a=1&d="}, [
        ("query.b", "2", "4", "", '"https://a.example/v1?a=1&b=2&c=3"'),
        ("query.c", "3", ABSENT, "", '"https://a.example/v1?a=1&b=2&c=3"'),
        ("query.d", ABSENT, "", "", '"https://a.example/v1?a=1&b=2&c=3"')]),
    ({"uri": "https://a.example/v1?a=1&b=2"}, {"uri": "https://a.example/v1?b=2&a=1"}, [
        ("query", "a=1&b=2", "b=2&a=1", "the same parameters, in another order or other escapes", '"https://a.example/v1?a=1&b=2"')]),
    ({"headers": {"X-A": ["1"], "X-B": ["2"]}}, {"headers": {"x-a": ["3"], "X-C": ["4"]}}, [
        ("headers.x-a", "1", "3", "", '"1"'), ("headers.x-b", "2", ABSENT, "", '"2"'), ("headers.x-c", ABSENT, "4", "", '"headers"')]),
    ({"body": '{"a": {"b": [1, 2, 3]}, "c": 1}'}, {"body": '{"a": {"b": [1, 3]}, "d": true}'}, [
        ("body.a.b[1]", 2, ABSENT, "", "2"), ("body.c", 1, ABSENT, "", "1"), ("body.d", ABSENT, True, "", '{\\"a\\": {\\"b\\": [1, 2, 3]}, \\"c\\": 1}')]),
    ({"body": '{"a": 1, "b": 2}'}, {"body": '{"b":2,"a":1}'}, [
        ("body", '{"a": 1, "b": 2}', '{"b":2,"a":1}', "the same JSON, in other characters or another order of keys", "a")]),
    ({"body": "some text"}, {"body": "some test"}, [("body", "some text", "some test", "", "x")]),
    ({"body": "some text"}, {"body": "{}"}, [("body", "some text", "{}", "given JSON, recorded text", "s")]),
    ({"body": "some text"}, {"body": ""}, [("body", "some text", ABSENT, "given no body, recorded text", "s")]),
]  # fmt: skip


@pytest.mark.parametrize(("recorded", "asked", "expected"), CASES)
def test_differences(recorded: dict[str, Any], asked: dict[str, Any], expected: list[tuple[Any, ...]]) -> None:
    stored, source = recording(recorded)
    sent, _ = recording(asked)
    lines = source.all_lines()
    seen = []
    for each in differences(sent.interactions[0].request, stored.interactions[0].request):
        region = source.region(each.place)
        there = lines[region.line - 1][region.column - 1 : region.end_column - 1]
        seen.append((each.path, each.recorded, each.given, each.note, there))
    assert seen == expected


def test_a_form_is_compared_field_by_field() -> None:
    kind = {"Content-Type": ["application/x-www-form-urlencoded"]}
    stored, _source = recording({"headers": kind, "body": "a=1&password=x"})
    sent, _ = recording({"headers": kind, "body": "a=2&password=y"})
    seen = differences(sent.interactions[0].request, stored.interactions[0].request)
    assert [(each.path, each.recorded, each.given) for each in seen][:1] == [("body.a", "1", "2")]


TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=4),
)


@given(TREES, TREES)
def test_json_differs_where_it_is_said_to(one: Any, other: Any) -> None:
    found = list(json_differences(one, other))
    assert (found == []) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))
    mirrored = [(pointer, there, here) for pointer, here, there in json_differences(other, one)]
    assert {repr(each) for each in found} == {repr(each) for each in mirrored}


@given(st.text("ab"), st.text("ab"))
def test_same_start(one: str, other: str) -> None:
    length = same_start(one, other)
    assert one[:length] == other[:length]
    assert one[length : length + 1] != other[length : length + 1] or length == len(one) == len(other)
