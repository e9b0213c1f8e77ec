"""A long text differs at the line of its word, on both sides, however the file wraps it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString, SingleQuotedScalarString

from cassette_tools.diff import compare
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.source import Source
from tests.diff.drift_cases import WEATHER, answer, question

RULES = [f'Rule {number}: never write "{number}" where a ten \\ or a é is meant.' for number in range(40)]
BEFORE = "\n".join(RULES)
AFTER = BEFORE.replace("Rule 23: never write", "Rule 23: often write")
LONGER = f"{BEFORE}\nA sentence more."
CHAT = "https://api.openai.com/v1/chat/completions"
ANTHROPIC = "https://api.anthropic.com/v1/messages"


def chat(prompt: str, said: str = "Yes.") -> tuple[str, Any, Any]:
    return CHAT, question({"role": "user", "content": prompt}), answer(said)


def anthropic(prompt: str, said: str = "Yes.") -> tuple[str, Any, Any]:
    asked = {"model": "claude-9", "max_tokens": 9, "system": prompt, "messages": [{"role": "user", "content": "Hi"}]}
    content = [{"type": "text", "text": said}]
    body = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": content}
    return ANTHROPIC, asked, {**body, "stop_reason": "end_turn"}


def go_vcr(spell: Any, indent: int | None = None) -> Any:
    """How a go-vcr cassette spells its bodies."""

    def written(url: str, asked: Any, said: Any) -> Any:
        texts = [json.dumps(body, indent=indent) for body in (asked, said)]
        request = {"method": "POST", "url": url, "headers": {}, "body": spell(texts[0])}
        response = {"code": 200, "headers": {"Content-Type": ["application/json"]}, "body": spell(texts[1])}
        return {"version": 2, "interactions": [{"id": 0, "request": request, "response": response}]}

    return written


def parsed(url: str, asked: Any, said: Any) -> Any:
    """How VCR.py cassettes keep bodies that were parsed."""
    request = {"method": "POST", "uri": url, "headers": {}, "parsed_body": asked}
    headers = {"content-type": ["application/json"]}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "parsed_body": said}
    return {"version": 1, "interactions": [{"request": request, "response": response}]}


def dumped(document: Any) -> str:
    yaml = YAML()
    yaml.width = 60
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def lines_of(old: str, new: str) -> list[tuple[str, str, str]]:
    """The rule of each finding above noise, and the lines of the file at which it stands."""
    sources = {side: Source.from_bytes(text.encode(), f"{side}.yaml") for side, text in (("old", old), ("new", new))}
    contents = {"old": old.splitlines(), "new": new.splitlines()}

    def line(location: Location | None) -> str:
        return "" if location is None else contents[location.path][location.region.line - 1]

    found = compare(
        load_source(sources["old"]),
        load_source(sources["new"]),
        locate=lambda side, place: Location(path=side, region=sources[side].region(place)),
    ).findings
    return [(each.rule, line(each.old_location), line(each.new_location)) for each in found if each.level != "noise"]


FORMS = {
    "double quotes": go_vcr(DoubleQuotedScalarString),
    "single quotes": go_vcr(SingleQuotedScalarString),
    "a block": go_vcr(LiteralScalarString, indent=1),
    "parsed": parsed,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize("is_answer", [False, True], ids=["prompt", "answer"])
def test_a_word_in_a_long_text(form: Any, api: Any, is_answer: bool) -> None:
    sides = [api("Yes?", text) if is_answer else api(text) for text in (BEFORE, AFTER)]
    (_, old, new), *more = lines_of(*(dumped(form(*side)) for side in sides))
    assert "often" in new
    assert old == new.replace("often", "never")
    assert more == []


@pytest.mark.parametrize("form", [FORMS["double quotes"], parsed], ids=["double quotes", "parsed"])
@pytest.mark.parametrize("api", [chat, anthropic])
def test_a_sentence_at_the_end(form: Any, api: Any) -> None:
    ((_, old, new),) = lines_of(*(dumped(form(*api(text))) for text in (BEFORE, LONGER)))
    assert "is meant." in old
    assert "sentence" in new


def with_units(api: Any, units: list[str]) -> tuple[str, Any, Any]:
    schema = {"type": "object", "properties": {"city": {"type": "string"}, "unit": {"enum": units}}}
    tool = {**WEATHER["function"], "parameters": schema}
    url, asked, said = api("Hi")
    sent = {"type": "function", "function": tool} if api is chat else {"name": "get_weather", "input_schema": schema}
    return url, {**asked, "tools": [sent]}, said


@pytest.mark.parametrize("api", [chat, anthropic])
@pytest.mark.parametrize(
    ("units", "expected", "why"),
    [
        (["C", "K"], ('"F"', '"K"'), "the value that became another"),
        (["C", "F", "K"], ('"enum": [', '"K"'), "the list that the value came into"),
        (["C"], ('"F"', '"enum": ['), "the list that the value is gone from"),
    ],
)
def test_a_value_of_a_tool(api: Any, units: list[str], expected: tuple[str, str], why: str) -> None:
    form = FORMS["a block"]
    ((_, *sides),) = lines_of(*(dumped(form(*with_units(api, each))) for each in (["C", "F"], units)))
    assert tuple(side.strip().rstrip(",") for side in sides) == expected, why
