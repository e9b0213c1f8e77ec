"""What has the same digests has not drifted, whatever is changed; and what is noise changes none."""

from __future__ import annotations

import datetime
import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from effort import ROOT, SHARED, THOROUGH, chosen, loaded

from cassette_tools._record import replace
from cassette_tools.dataset.digests import Digests, shape_digest, text_digest
from cassette_tools.diff import compare
from cassette_tools.load import load_source
from cassette_tools.model import Interaction, Recording
from cassette_tools.source import Source

SAMPLES = ROOT / "samples"
MUTATIONS = 30 if THOROUGH else 6  # of an interaction


def digests(recording: Recording) -> list[tuple[str, str]]:
    """Those of requests and answers."""
    found = Digests()
    return [(found.of_request(each), found.of_response(each)) for each in recording.interactions]


def told(old: Recording, new: Recording) -> list[str]:
    """What `diff` tells above noise."""
    return [f"{each.level} {each.rule} {each.path}" for each in compare(old, new).findings if each.level != "noise"]


def of(text: str) -> Recording:
    return load_source(Source.from_bytes(text.encode(), "a.yaml"))


# --- pairs that somebody has judged ----------------------------------------------------------------------------------


def pairs() -> list[Path]:
    """The folders of two recordings of one scenario: those of `samples/drift`, and the real ones."""
    real = SHARED / "pairs"
    return sorted({each.parent for top in (SAMPLES / "drift", real) for each in top.rglob("old.*")})


def test_pairs_with_the_same_digests_have_not_drifted() -> None:
    same = []
    for folder in pairs():
        old, new = (next(folder.glob(f"{side}.*"), None) for side in ("old", "new"))
        before, after = (None if each is None else loaded(each) for each in (old, new))
        if before is not None and after is not None and digests(before) == digests(after):
            same.append(folder)
            assert (folder.name, told(before, after)) == (folder.name, [])
    made = len([each for each in same if each.is_relative_to(SAMPLES)])
    assert made > 10  # of those that show noise
    assert len(same) == made or len(same) - made >= 10  # of the 24 real ones without drift; 13 differ in noisy numbers


# --- whatever is changed ---------------------------------------------------------------------------------------------


def completeness() -> ModuleType:
    """tools/completeness.py, which changes every value of a recording."""
    name = "cassette_completeness_for_digests"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / "completeness.py")
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def subjects() -> list[Path]:
    real = [*chosen(SHARED / "corpus")] if (SHARED / "corpus").is_dir() else []
    made = sorted((SAMPLES / "dialects").glob("*/*.yaml"))
    return [*made, *real] if THOROUGH else [*made[:4], *real[::20]]


def test_a_change_that_is_told_changes_a_digest() -> None:
    tools, draw = completeness(), random.Random(7)
    silent = tried = 0
    for path in subjects():
        source = Source.from_path(str(path))
        recording = load_source(source)
        for interaction in recording.interactions[:2]:
            subject = tools.Subject(source, recording, interaction)
            every = [
                each
                for side, part in tools.PARTS
                if subject.has((side, part))
                for each in subject.mutations(side, part)
            ]
            for mutation in draw.sample(every, min(MUTATIONS, len(every))):
                before, after = (replace(recording, interactions=(each,)) for each in subject.mutated(mutation))
                tried += 1
                if digests(before) == digests(after):
                    silent += 1
                    assert (path.name, subject.class_of(mutation), told(before, after)) == (
                        path.name,
                        subject.class_of(mutation),
                        [],
                    )
    assert tried > 30
    assert silent > 0  # some of it is noise


# --- what is noise, and what is not ----------------------------------------------------------------------------------

CALL = """\
version: 2
interactions:
- id: 0
  request:
    method: POST
    url: https://api.openai.com/v1/chat/completions
    headers: {Content-Type: [application/json], User-Agent: [OpenAI/Go 2.7.1], X-Own: ["1"]}
    body: '{"model":"gpt-4o","messages":[{"role":"user","content":"Say it"}]}'
  response:
    code: 200
    headers: {Content-Type: [application/json], Date: ["Tue, 18 Nov 2025 08:00:00 GMT"], X-Request-Id: [req_1]}
    body: '{"id":"chatcmpl-a1B2c3D4","created":1,"model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}'
    duration: 2s
"""

CHANGES = [  # what, by what, whether the request and the answer have other digests
    ("duration: 2s", "duration: 3s", "", "how long it took"),
    ("Tue, 18 Nov 2025", "Wed, 19 Nov 2025", "", "when it was"),
    ("req_1", "req_2", "", "an id that nothing refers to"),
    ("chatcmpl-a1B2c3D4", "chatcmpl-e5F6g7H8", "", "an id that nothing refers to"),
    ("chatcmpl-a1B2c3D4", "gpt-4", "answer", "an id that is a name"),
    ('"created":1', '"created":2', "", "when it was"),
    ('"created":1,', "", "answer", "a field of noise that is gone is told"),
    ('{"model":"gpt-4o","messages":', '{ "model": "gpt-4o", "messages": ', "", "blanks of JSON"),
    ("OpenAI/Go 2.7.1", "OpenAI/Go 2.8.0", "", "who asked has a column"),
    ("X-Own", "x-own", "", "headers have no case"),
    ('X-Own: ["1"]', 'X-Own: ["2"]', "request", "a header that a client chose"),
    ("Say it", "Say that", "request", "a prompt"),
    ("Hello", "Hullo", "answer", "an answer"),
    ('"stop"', '"length"', "answer", "why it ended"),
    ("code: 200", "code: 429", "answer", "whether it failed"),
    ('"model":"gpt-4o","choices"', '"model":"gpt-4o-mini","choices"', "answer", "who answered"),
    ('"index":0', '"index":"0"', "answer", "a type"),
    ('"index":0', '"index":0,"new":null', "answer", "a field that is new"),
]


@pytest.mark.parametrize(("old", "new", "changed", "why"), CHANGES, ids=[row[3] for row in CHANGES])
def test_which_digest_a_change_changes(old: str, new: str, changed: str, why: str) -> None:
    assert old in CALL
    before, after = digests(of(CALL))[0], digests(of(CALL.replace(old, new)))[0]
    assert [name for name, one, other in zip(("request", "answer"), before, after, strict=True) if one != other] == [
        *filter(None, [changed])
    ], why


def chat(previous: str, answered: str, referred: str) -> str:
    """Two calls, the second of which refers to the first."""
    rows = []
    for at, (body, id) in enumerate(
        (
            (f'{{"model":"m","input":"a"{previous}}}', answered),
            (f'{{"model":"m","input":"b",{referred}}}', "resp_z0y1x2w3"),
        )
    ):
        answer = f'{{"id":"{id}","object":"response","model":"m","status":"completed","output":[]}}'
        rows.append(
            f"- id: {at}\n  request: {{method: POST, url: 'https://api.openai.com/v1/responses', body: '{body}'}}\n"
            f"  response: {{code: 200, headers: {{Content-Type: [application/json]}}, body: '{answer}'}}\n"
        )
    return "version: 2\ninteractions:\n" + "".join(rows)


def test_ids_are_named_in_the_order_of_their_appearance() -> None:
    one = digests(of(chat("", "resp_a1b2c3d4", '"previous_response_id":"resp_a1b2c3d4"')))
    renamed = digests(of(chat("", "resp_b2c3d4e5", '"previous_response_id":"resp_b2c3d4e5"')))
    elsewhere = digests(of(chat("", "resp_a1b2c3d4", '"previous_response_id":"resp_q7r8s9t0"')))
    assert renamed == one
    assert [before == after for before, after in zip(one, elsewhere, strict=True)] == [True, False]


def streamed(*pieces: str) -> Interaction:
    """A stream of these pieces."""
    events = [{"delta": {"role": "assistant", "content": ""}}, *({"delta": {"content": each}} for each in pieces)]
    chunks = [
        {"id": "c", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": [{"index": 0, **each}]}
        for each in (*events, {"delta": {}, "finish_reason": "stop"})
    ]
    import json

    body = "".join(f"data: {json.dumps(each)}\n\n" for each in chunks) + "data: [DONE]\n\n"
    exchange: dict[str, Any] = {
        "id": 0,
        "request": {"method": "POST", "url": "https://api.openai.com/v1/chat/completions", "body": '{"stream":true}'},
        "response": {"code": 200, "headers": {"Content-Type": ["text/event-stream"]}, "body": body},
    }
    return of(json.dumps({"version": 2, "interactions": [exchange]})).interactions[0]


def test_other_chunks_of_the_same_text_have_the_same_digests() -> None:
    one, another, other = streamed("Hel", "lo"), streamed("H", "e", "llo"), streamed("Hel", "lo!")
    assert Digests().of_response(one) == Digests().of_response(another) != Digests().of_response(other)
    assert text_digest(one.llm) == text_digest(another.llm) != text_digest(other.llm)
    assert shape_digest(one) == shape_digest(another) == shape_digest(other)


def test_what_json_cannot_hold_has_digests() -> None:
    interaction = of(CALL).interactions[0]

    def answered(value: object) -> str:
        body = replace(interaction.response.body, json={"message": value, 1: "a key of YAML"})
        return Digests().of_response(replace(interaction, response=replace(interaction.response, body=body)))

    assert answered(b"one") == answered(b"one") != answered(b"two")
    assert answered(datetime.date(2025, 11, 18)) != answered(datetime.date(2025, 11, 19))


def test_a_shape_is_that_of_fields_and_types_alone() -> None:
    def shape(old: str = "", new: str = "") -> str:
        return shape_digest(of(CALL.replace(old, new)).interactions[0])

    assert shape("Hello", "Hullo") == shape('"created":1', '"created":2') == shape()
    assert len({shape(), shape('"created":1', '"created":"1"'), shape('"created":1', '"made":1')}) == 3


def test_an_answer_without_text_has_no_digest_of_text() -> None:
    assert text_digest(None) is None
    assert text_digest(of(CALL.replace('"content":"Hello"', '"content":null')).interactions[0].llm) is None
