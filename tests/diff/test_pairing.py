"""Which recordings of two suites belong together."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.suites.pairing import paired


def recording(question: str, model: str = "gpt-1", *, stream: bool = False) -> bytes:
    """A go-vcr cassette of one call."""
    asked = {"model": model, "stream": stream, "messages": [{"role": "user", "content": question}]}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "model": model, "choices": []}
    request = {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "body": json.dumps(asked)}
    response = {"status": "200 OK", "code": 200, "headers": {}, "body": json.dumps(answer)}
    return json.dumps({"version": 2, "interactions": [{"id": 0, "request": request, "response": response}]}).encode()


WEATHER = "What is the weather in Turin today, and do I need an umbrella?"
POEM = "Write four lines on the sea in winter, without a rhyme."
SUM = "Add two and three, then multiply the sum by seven and tell me the result."

Files = dict[str, bytes]


def all_of(folder: str, model: str) -> Files:
    """Two scenarios, each with its streaming twin."""
    return {
        f"{folder}/tool.yaml": recording(WEATHER, model),
        f"{folder}/tool_streaming.yaml": recording(WEATHER, model, stream=True),
        f"{folder}/poem.yaml": recording(POEM, model),
        f"{folder}/poem_streaming.yaml": recording(POEM, model, stream=True),
    }


CASES: dict[str, tuple[Files, Files, list[tuple[str, str]]]] = {
    "another suffix is no other recording": (
        {"a/trip.yml": recording(WEATHER)},
        {"a/trip.yaml": recording(POEM)},
        [("a/trip.yml", "a/trip.yaml")],
    ),
    "a model that took the place of another: by the names of the scenarios": (
        all_of("claude-3-opus", "claude-3-opus"),
        all_of("haiku-4-5", "claude-haiku-4-5"),
        [
            ("claude-3-opus/tool.yaml", "haiku-4-5/tool.yaml"),
            ("claude-3-opus/tool_streaming.yaml", "haiku-4-5/tool_streaming.yaml"),
            ("claude-3-opus/poem.yaml", "haiku-4-5/poem.yaml"),
            ("claude-3-opus/poem_streaming.yaml", "haiku-4-5/poem_streaming.yaml"),
        ],
    ),
    "two models that took the places of two: folders stay together": (
        {
            "opus-3/tool.yaml": recording(WEATHER),
            "opus-3/poem.yaml": recording(POEM),
            "gpt-1/tool.yaml": recording(WEATHER),
        },
        {
            "gpt-2/tool.yaml": recording(WEATHER),
            "opus-4/tool.yaml": recording(WEATHER),
            "opus-4/poem.yaml": recording(POEM),
        },
        [
            ("gpt-1/tool.yaml", "gpt-2/tool.yaml"),
            ("opus-3/tool.yaml", "opus-4/tool.yaml"),
            ("opus-3/poem.yaml", "opus-4/poem.yaml"),
        ],
    ),
    "the model is a parameter of the name": (
        {"test_tool[opus].yaml": recording(WEATHER), "test_poem[opus].yaml": recording(POEM)},
        {"test_poem[haiku].yaml": recording(POEM), "test_tool[haiku].yaml": recording(WEATHER)},
        [("test_poem[opus].yaml", "test_poem[haiku].yaml"), ("test_tool[opus].yaml", "test_tool[haiku].yaml")],
    ),
    "other names: by what is asked, and a stream with a stream": (
        {"weather.yaml": recording(WEATHER), "weather_stream.yaml": recording(WEATHER, stream=True)},
        {"forecast_live.yaml": recording(WEATHER, stream=True), "forecast.yaml": recording(WEATHER)},
        [("weather_stream.yaml", "forecast_live.yaml"), ("weather.yaml", "forecast.yaml")],
    ),
    "an edited question under the same name": (
        {"opus/tool.yaml": recording(WEATHER)},
        {"haiku/tool.yaml": recording(WEATHER.replace("Turin", "Oslo").replace("today", "tomorrow"))},
        [("opus/tool.yaml", "haiku/tool.yaml")],
    ),
    "another question is another scenario, whatever its name": (
        {"opus/tool.yaml": recording(WEATHER)},
        {"haiku/tool.yaml": recording(SUM)},
        [],
    ),
    "what is there on both sides is not renamed": (
        {"a.yaml": recording(WEATHER), "b.yaml": recording(POEM)},
        {"a.yaml": recording(POEM), "c.yaml": recording(WEATHER)},
        [("a.yaml", "a.yaml")],
    ),
    "no recordings of models: by their lines": (
        {"x.json": b"one\ntwo\nthree\n"},
        {"y.json": b"one\ntwo\nthree\nfour\n"},
        [("x.json", "y.json")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_belongs_together(case: str) -> None:
    old, new, expected = CASES[case]
    pairing = paired(old, new)
    assert list(pairing.pairs) == expected
    assert pairing.renamed == tuple((left, right) for left, right in expected if left != right)
    back = paired(new, old)
    assert sorted((right, left) for left, right in back.pairs) == sorted(expected), "there and back is the same"


contents = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.binary(max_size=8), max_size=4)


@given(contents, contents)
def test_every_file_is_paired_once_or_told(old: dict[str, bytes], new: dict[str, bytes]) -> None:
    pairing = paired(old, new)
    assert sorted([left for left, _ in pairing.pairs] + list(pairing.removed)) == sorted(old)
    assert sorted([right for _, right in pairing.pairs] + list(pairing.added)) == sorted(new)
    assert all(left == right for left, right in pairing.pairs if left in new or right in old)
