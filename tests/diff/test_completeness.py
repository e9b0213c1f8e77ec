"""Whatever single value of a recording is another, `diff` says so, and at its line: a sample of what
`tools/completeness.py` proves of every value.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from effort import THOROUGH, chosen
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import asdict, replace
from cassette_tools.finding import Drift
from cassette_tools.load import load_source
from cassette_tools.model import ABSENT, Headers, Interaction, Recording, Request, Response
from cassette_tools.source import Source
from cassette_tools.wire.body import read_body

ROOT = Path(__file__).resolve().parents[2]
# Mutations of each file: which ones is fixed by the files.
OF_CORPUS, OF_SAMPLES = (2, 12) if THOROUGH else (1, 8)


@cache
def tool() -> ModuleType:
    """tools/completeness.py under a name that is no other package's."""
    name = "cassette_completeness"
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "completeness.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


# --- the property ----------------------------------------------------------------------------------------------------


@cache
def tallied(folder: Path, limit: int) -> Any:
    """What becomes of some mutations of each file below a folder."""
    made = tool()
    whole = made.Tally()
    is_corpus = (folder / "corpus").is_dir()
    for path in chosen(folder / "corpus") if is_corpus else sorted((folder / "dialects").rglob("*.yaml")):
        whole.add(made.survey(path, made.Options(limit=limit)))
    return whole


def untold(tally: Any) -> list[str]:
    return [
        f"{verdict}: {count} {what}: {example}"
        for verdict in tool().FAILURES
        for what, count, example in tally.of(verdict)
    ]


def test_every_change_of_a_sample_is_told(samples: Path) -> None:
    assert untold(tallied(samples, OF_SAMPLES)) == []


def test_every_change_of_a_real_recording_is_told(shared: Path) -> None:
    assert untold(tallied(shared, OF_CORPUS)) == []


def test_nothing_raises(samples: Path) -> None:
    assert tallied(samples, OF_SAMPLES).raised == []


def test_noise_has_a_row_of_a_table(samples: Path) -> None:
    assert [rule for rule, row in tallied(samples, OF_SAMPLES).noise if row == tool().NO_ROW] == []


def test_what_may_go_untold_has_a_reason() -> None:
    assert [row for row in tool().ALLOWED if row.verdict not in tool().FAILURES or not row.reason.strip()] == []


def test_every_dialect_is_mutated(samples: Path) -> None:
    from cassette_tools.dialects import DIALECTS

    seen = {dialect for dialect, _ in tallied(samples, OF_SAMPLES).counts}
    assert seen - {tool().NO_CALL} == set(DIALECTS.names())


# --- the verdicts ----------------------------------------------------------------------------------------------------

CASSETTE = b"""---
version: 2
interactions:
- id: 0
  request:
    body: |
      {
        "model": "m-1",
        "max_tokens": 5
      }
    headers:
      Accept: ["*/*"]
    url: https://api.example.com/v1/chat/completions
    method: POST
  response:
    body: '{"id": "x"}'
    headers: {}
    code: 200
"""
MAX_TOKENS, MODEL, BODY = "/max_tokens", "/model", ""
REQUEST = "interactions[0].request"


@pytest.mark.parametrize(
    ("path", "old", "new", "verdict"),
    [
        (None, None, None, "swallowed"),
        (f"{REQUEST}.model", MODEL, MODEL, "told elsewhere"),
        (f"{REQUEST}.parameters.max_tokens", None, None, "no line"),
        (f"{REQUEST}.parameters.max_tokens", MAX_TOKENS, None, "no line"),  # on one side only
        (f"{REQUEST}.parameters.max_tokens", MODEL, MODEL, "wrong line"),
        (f"{REQUEST}.parameters.max_tokens", BODY, BODY, "wrong line"),  # that of its container
        (f"{REQUEST}.parameters.maxTokens", MAX_TOKENS, MAX_TOKENS, "told"),
        (f"{REQUEST}.parameters", MAX_TOKENS, MAX_TOKENS, "told"),  # a line of its own is as good as its name
    ],
)
def test_the_verdict_on_a_finding(
    monkeypatch: pytest.MonkeyPatch, path: str | None, old: str | None, new: str | None, verdict: str
) -> None:
    source = Source.from_bytes(CASSETTE, "old.yaml")
    recording = load_source(source)
    subject = tool().Subject(source, recording, recording.interactions[0])
    [mutation] = [
        each
        for each in subject.mutations("request", "body")
        if each.edit.route == ("max_tokens",) and each.kind == "change"
    ]
    body = recording.interactions[0].request.body

    def held(pointer: str | None) -> Any:
        return (
            None if pointer is None else tool().Held(body.place(offset=0, pointer=pointer) if pointer else body.place())
        )

    finding = Drift(
        rule="r",
        level="shape",
        message="",
        path=path or "",
        origin="request",
        old_location=held(old),
        new_location=held(new),
    )
    told = SimpleNamespace(findings=() if path is None else (finding,))
    monkeypatch.setattr(tool(), "compare", lambda *_sides, locate: told)
    assert subject.verdict(mutation)[0] == verdict


def test_one_change_in_all_calls_is_told(samples: Path) -> None:
    source = Source.from_path(str(samples / "drift" / "id-changed" / "old.yaml"))
    one = load_source(source).interactions[0]
    recording = Recording(path="", format="go-vcr", format_version=None, interactions=(one, replace(one, index=1)))
    subjects = [tool().Subject(source, recording, each) for each in recording.interactions]
    every = [(each, mutation) for each in subjects for mutation in each.mutations("request", "body")]
    found = [each for each in tool().across(every) if each.what.pointer == "/model"]
    assert [(each.what.kind, len(each.made), each.verdict()[0]) for each in found] == [
        ("across-change", 2, "told"),
        ("across-retype", 2, "told"),
        ("across-remove", 2, "told"),
        ("across-rename", 2, "told"),
    ]


# --- the mutations are what they say ---------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=4), VALUES, max_size=4)


def at(document: Any, route: tuple[Any, ...]) -> Any:
    for step in route:
        document = document[step]
    return document


def one_by_one(document: Any, edit: Any) -> Any:
    """The document with the mutation made to its data: what the edit of its text must come to."""
    copy = json.loads(json.dumps(document))
    *way, key = edit.route
    holder = at(copy, tuple(way))
    if edit.kind == "remove":
        del holder[key]
    elif edit.kind == "rename":
        holder[edit.new] = holder.pop(key)
    elif edit.kind == "add" and isinstance(holder, list):
        holder.append(edit.new)
    else:
        holder[key] = edit.new
    return copy


@given(DOCUMENTS, st.sampled_from([None, 2]), st.booleans())
def test_an_edit_mutates_one_value(document: Any, indent: int | None, ascii_only: bool) -> None:
    text = " " + json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    for edit in tool().edits(text, document, every=True):
        after = text[: edit.start] + edit.text + text[edit.end :]
        assert json.loads(after) == one_by_one(document, edit)
        for whole, place in ((text, edit.old_at), (after, edit.new_at)):
            assert place is None or not whole[place].isspace()
            assert place is None or whole[place] not in ",:}]"


@given(DOCUMENTS)
def test_every_value_is_mutated(document: Any) -> None:
    def routes(value: Any, way: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
        steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return {way} | {route for key, inner in steps for route in routes(inner, (*way, key))}

    found = list(tool().edits(json.dumps(document), document, every=True))
    everywhere = routes(document) - {()}
    leaves = {route for route in everywhere if not isinstance(at(document, route), dict | list)}
    named = {route for route in everywhere if isinstance(route[-1], str)}
    holders = {route for route in (everywhere | {()}) if isinstance(at(document, route), dict | list)}
    assert {edit.route for edit in found if edit.kind == "change"} == leaves
    assert {edit.route for edit in found if edit.kind == "remove"} == everywhere
    assert {edit.route for edit in found if edit.kind == "retype"} == everywhere
    assert {edit.route for edit in found if edit.kind == "rename"} == named
    assert {edit.route[:-1] for edit in found if edit.kind == "add"} == holders


@pytest.mark.parametrize(
    ("value", "other"),
    [
        (True, False),
        (None, "changed"),
        (1, 2),
        (0.5, 1.5),
        (1e300, 0),  # so large that one more makes no difference
        ("", "x"),
        (" ", " x"),
        ("the weather today", "the xfbuifs today"),
        ("call_9f", "call_0a"),  # still hexadecimal
        ("2025-01-31", "2025-12-31"),
        ("{\\n", "{\\nx"),  # an escape of JSON in a string stays one
        ("日本", "日本x"),
    ],
)
def test_another_value_has_the_form_of_the_old_one(value: Any, other: Any) -> None:
    assert tool().changed(value) == other


@pytest.mark.parametrize(
    ("value", "other"), [(5, "5"), (True, "true"), ("5", None), (None, ""), ([], None), ({"a": 1}, None)]
)
def test_another_type(value: Any, other: Any) -> None:
    assert tool().retyped(value) == other


# --- the mutated recording is what reading it would give ---------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["openai_chat/streaming.yaml", "anthropic_messages/streaming.yaml", "gemini_generate_content/streaming.yaml"],
)
def test_a_mutated_body_is_the_one_that_is_read_from_its_text(samples: Path, name: str) -> None:
    source = Source.from_path(str(samples / "dialects" / name))
    recording = load_source(source)
    for interaction in recording.interactions:
        subject = tool().Subject(source, recording, interaction)
        for side in ("request", "response"):
            for mutation in subject.mutations(side, "body"):
                message = getattr(subject.mutated(mutation)[1], side)
                body = read_body(message.body.text, message.headers, message.body.route)
                assert all_of(message.body) == all_of(body)


STREAMS = (
    'data: {"a": 1, "b": [true]}\n\nevent: x\ndata: {"c": null}\n\ndata: [DONE]\n\n',
    'data: {"a":\ndata:  {"b": 1,\ndata: "c": [2]}}\n\n: a comment\n\ndata: {"d": ""}\n\n',  # data on several lines
    '\r\ndata: {"a": "é\u2028"}\r\n\r\ndata: [{"b": {}}, 5]\r\n\r\n',
    '{"a": 1}\n{"b": [1, 2]}\n',
    '[{"candidates": {"b": "c"}},\n{\n  "d": [],\n  "candidates": 1\n}]',
)


@pytest.mark.parametrize("text", STREAMS)
def test_a_mutated_stream_is_the_one_that_is_read_from_its_text(text: str) -> None:
    answer = read_body(text, Headers(), ("response", "body"))
    exchange = Interaction(
        index=0, request=Request(method="POST", url="/"), response=Response(status_code=200, body=answer)
    )
    recording = Recording(path="", format="go-vcr", format_version=None, interactions=(exchange,))
    subject = tool().Subject(Source.from_bytes(b"", ""), recording, exchange)
    mutations = list(subject.mutations("response", "body", every=True))
    assert {mutation.event for mutation in mutations} == {
        n for n, each in enumerate(answer.events) if each.json is not ABSENT
    }
    for mutation in mutations:
        if mutation.edit.route == ("candidates",) and mutation.kind.removeprefix("all-") in ("remove", "rename"):
            continue  # Google's word for an answer, by which its streams are known
        body = subject.mutated(mutation)[1].response.body
        assert all_of(body) == all_of(read_body(body.text, Headers(), ("response", "body")))


def all_of(body: Any) -> dict[str, Any]:
    """A body with the offsets of its events, which equality passes over."""
    return {**asdict(body), "events": [asdict(event) for event in body.events]}
