"""What holds of every dialect that is registered, over its samples, the real recordings and arbitrary bodies."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from dialect_cases import (
    PAIR,
    SHARED,
    STRANGE,
    anything,
    calls_in,
    cut_after,
    cuts_of,
    decoded,
    documents,
    events_of,
    folder_of,
    is_beginning,
    of,
    places,
    real_calls,
    said,
    sample_calls,
)
from effort import THOROUGH, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.data.finish_reasons import FINISH_REASONS
from cassette_tools.data.usage import COUNTERS, EXCLUSIVE
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.diff import compare
from cassette_tools.load import load
from cassette_tools.manual import page_of
from cassette_tools.model import ABSENT, Body, Headers, Interaction, Request, Response
from cassette_tools.wire.body import read_body

ALL = tuple(DIALECTS)

each_dialect = pytest.mark.parametrize("dialect", ALL, ids=[each.name for each in ALL])

# Dialects whose streams end with the connection: a cut between two events cannot be seen.
WITHOUT_END = {
    "bedrock.agent": "InvokeAgent sends chunks and traces in any order, and nothing when it has done",
    "openai.realtime": "a session may end before anything is asked, and after each answer",
}

# Samples of dialects whose answers no server gives in one piece.
NEVER_WHOLE = {
    "openai_realtime": "a session is a stream of messages",
    "openai_assistants": "a run that is not streamed is asked for its state, and the thread for its messages",
}

# Interactions for which two dialects are certain. Empty, and to stay so.
CLAIMED_TWICE: dict[str, str] = {}


# --- what a dialect says of itself -----------------------------------------------------------------------------------


@each_dialect
def test_it_says_what_it_is(dialect: Dialect) -> None:
    assert dialect.name == dialect.name.lower().strip()
    assert dialect.name.count(".") <= 1
    assert dialect.title.strip()
    assert (sys.modules[dialect.recognize.__module__].__doc__ or "").strip()


@each_dialect
def test_its_sources_are_public_addresses(dialect: Dialect) -> None:
    sources = page_of(dialect).sources
    assert sources
    assert [row for row in sources if not row[0].strip() or not row[1].startswith("https://")] == []
    assert len(set(sources)) == len(sources)


@each_dialect
def test_its_recognition_is_told(dialect: Dialect) -> None:
    told = page_of(dialect).recognition
    assert told
    assert [row for row in told if row[0] not in (CERTAIN, LIKELY, POSSIBLE) or not row[1].strip()] == []
    assert [row[0] for row in told] == sorted((row[0] for row in told), reverse=True)


@each_dialect
def test_its_mapping_is_told(dialect: Dialect) -> None:
    mapping = page_of(dialect).mapping
    assert mapping
    assert [row for row in mapping if not all(isinstance(cell, str) for cell in row) or not row[0]] == []
    assert [row for row in mapping if not row[1].strip()] == []


def test_every_row_of_the_tables_is_of_a_dialect() -> None:
    names = set(DIALECTS.names())
    for table in (FINISH_REASONS, COUNTERS, EXCLUSIVE):
        assert {row.dialect for row in table} - names == set()
        assert [row for row in table if not row.reason.strip()] == []


# --- samples ---------------------------------------------------------------------------------------------------------


@each_dialect
def test_it_has_samples_of_its_own(dialect: Dialect) -> None:
    assert folder_of(dialect).is_dir()
    assert of(dialect, sample_calls())


@pytest.mark.parametrize("folder", sorted({folder_of(each) for each in ALL}), ids=lambda folder: folder.name)
def test_a_stream_and_the_whole_answer_say_the_same(folder: Any) -> None:
    compared = 0
    for names in PAIR:
        if all((folder / name).is_file() for name in names):
            streamed, whole = (calls_in(folder / name) for name in names)
            assert [each.llm.output_messages for each in streamed if each.llm] == [
                each.llm.output_messages for each in whole if each.llm
            ]
            assert all(each.llm is not None and each.llm.stream for each in streamed)
            assert not any(each.llm is not None and each.llm.stream for each in whole)
            assert streamed
            compared += 1
    if not compared and folder.name not in NEVER_WHOLE:
        assert not any(each.llm and each.llm.stream for path in folder.glob("*") for each in calls_in(path))


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", None])
def test_a_stream_of_which_nothing_was_recorded_is_cut(kind: str | None) -> None:
    empty = Body(text="")
    ends = {}
    for name, sample in sample_calls():
        if sample.response.body.events and sample.response.status_code < 400:
            headers = Headers(pairs=(("content-type", kind),) if kind else ())
            nothing = replace(sample, response=replace(sample.response, headers=headers, body=empty))
            call = decoded(DIALECTS[sample.llm.dialect], nothing) if sample.llm else None
            ends[name] = call and (call.stream, call.complete, call.cut)
    assert ends
    assert {name: end for name, end in ends.items() if end != (True, False, "the body is empty")} == {}


def test_samples_are_understood_without_problems() -> None:
    assert [(name, each.llm.problems) for name, each in sample_calls() if each.llm and each.llm.problems] == []


def test_samples_do_not_drift_from_themselves() -> None:
    for path in sorted({name for name, _ in sample_calls()}):
        recording = load(str(folder_of(ALL[0]).parent / path))
        assert compare(recording, recording).findings == (), path


# --- who is certain --------------------------------------------------------------------------------------------------


def _certain(interaction: Interaction) -> list[str]:
    return [each.name for each in ALL if each.recognize(interaction) == CERTAIN]


def test_no_two_dialects_are_certain_of_one_sample() -> None:
    assert [(name, _certain(each)) for name, each in sample_calls() if len(_certain(each)) > 1] == []


def test_no_two_dialects_are_certain_of_one_recording(shared: Any) -> None:
    twice = {f"{name}#{each.index}": _certain(each) for name, each in real_calls() if len(_certain(each)) > 1}
    assert twice == CLAIMED_TWICE


def test_certainty_is_of_the_scale() -> None:
    for name, each in sample_calls():
        for dialect in ALL:
            assert dialect.recognize(each) in (0, POSSIBLE, LIKELY, CERTAIN), (dialect.name, name)


# --- arbitrary bodies ------------------------------------------------------------------------------------------------

URLS = (
    "",
    "x://",
    "[",
    "http://a/v1/chat/completions",
    "https://api.openai.com/v1/responses",
    "https://a/v1/messages?beta=true",
    "https://b/v1beta/models/m:streamGenerateContent?alt=sse",
    "https://b/v1/projects/p/locations/l/publishers/anthropic/models/m:streamRawPredict",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/converse-stream",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/a%3A0/invoke",
    "https://c/v2/chat",
    "http://localhost:11434/api/chat",
    "http://localhost:11434/api/generate",
    "https://d/v1/embeddings",
    "https://d/v1/files/file-1",
)


def _interaction(url: str, status: int, asked: Any, body: Body, headers: Headers = Headers()) -> Interaction:
    return Interaction(
        index=0,
        request=Request(method="POST", url=url, headers=headers, body=Body(text="", json=asked)),
        response=Response(status_code=status, headers=headers, body=body),
    )


@each_dialect
@settings(examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), url=st.sampled_from(URLS), status=st.sampled_from([0, 200, 429]))
def test_any_json_is_decoded(dialect: Dialect, data: st.DataObject, url: str, status: int) -> None:
    json = anything(dialect.name)
    asked, answered = data.draw(json), data.draw(json)
    whole = _interaction(url, status, asked, Body(text="?", json=answered))
    assert dialect.recognize(whole) in (0, POSSIBLE, LIKELY, CERTAIN)
    decoded(dialect, whole)


@each_dialect
@settings(examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), url=st.sampled_from(URLS), stream=st.sampled_from(["sse", "ndjson", "eventstream"]))
def test_any_events_are_decoded(dialect: Dialect, data: st.DataObject, url: str, stream: str) -> None:
    values = data.draw(st.lists(st.one_of(anything(dialect.name), st.just(ABSENT)), max_size=5))
    names = [data.draw(st.sampled_from([None, "error", "message_start", "chunk", "exception"])) for _ in values]
    whole = _interaction(url, 200, {}, Body(text="?", stream=stream, events=events_of(values, names)))
    assert dialect.recognize(whole) in (0, POSSIBLE, LIKELY, CERTAIN)
    decoded(dialect, whole)


KINDS = (
    "",
    "application/json",
    "text/event-stream",
    "application/x-ndjson",
    "application/vnd.amazon.eventstream",
    "audio/mpeg",
)
STARTS = (b"", b"data: ", b"event: error\ndata: ", b"[{", b'{"a":1}\n{"b"', b"\0\0\0\x20\0\0\0\0", b"AAAA")


@each_dialect
@examples(60)
@given(
    content=st.binary(max_size=60),
    start=st.sampled_from(STARTS),
    kind=st.sampled_from(KINDS),
    url=st.sampled_from(URLS),
    status=st.sampled_from([0, 200, 500]),
)
def test_any_bytes_are_decoded(
    dialect: Dialect, content: bytes, start: bytes, kind: str, url: str, status: int
) -> None:
    headers = Headers(pairs=(("Content-Type", kind),))
    body = read_body(start + content, headers, ())
    whole = _interaction(url, status, body.json, body, headers)
    assert dialect.recognize(whole) in (0, POSSIBLE, LIKELY, CERTAIN)
    decoded(dialect, whole)


@each_dialect
def test_any_member_may_be_of_any_type(dialect: Dialect) -> None:
    """Each value of the samples in turn becomes something strange: two of these things, in the thorough run all of them."""
    number = 0
    for _name, interaction in of(dialect, sample_calls()):
        for document in documents(interaction):
            for parent, key in places(document):
                before = parent[key]
                number += 1
                every = THOROUGH and len(interaction.response.body.events) < 12
                for strange in STRANGE if every else (STRANGE[number % len(STRANGE)], STRANGE[number * 7 % 5]):
                    parent[key] = strange
                    dialect.recognize(interaction)
                    decoded(dialect, interaction)
                parent[key] = before


# --- streams that are cut --------------------------------------------------------------------------------------------


def _is_over(call: Any) -> bool:
    """Whether the answer says itself that it has ended: every choice has a finish reason."""
    return bool(call.output_messages) and all(
        each.finish_reason or each.native_finish_reason for each in call.output_messages
    )


def cut_anywhere(dialect: Dialect, interaction: Interaction) -> list[str]:
    """What does not hold of the beginnings of a stream."""
    whole = decoded(dialect, interaction)
    everything = said(whole)
    wrong = []
    for cut in cuts_of(interaction):
        call = decoded(dialect, cut_after(interaction, cut))
        for key, strings in said(call).items():
            if not is_beginning(strings, everything.get(key, [])):
                wrong.append(f"cut after {cut}: {key} says {strings}, whole {everything.get(key)}")
        seen = dialect.name not in WITHOUT_END
        if seen and said(call) != everything and call.complete and call.error is None and not _is_over(call):
            wrong.append(f"cut after {cut}: not reported")
        if call.complete == (call.cut is not None):
            wrong.append(f"cut after {cut}: complete {call.complete}, and {call.cut!r} is missing")
    if decoded(dialect, cut_after(interaction, 0)).complete:
        wrong.append("a stream without events is complete")
    return wrong


@each_dialect
def test_samples_cut_anywhere(dialect: Dialect) -> None:
    streams = [each for each in of(dialect, sample_calls()) if each[1].response.body.events]
    assert [(name, wrong) for name, each in streams if (wrong := cut_anywhere(dialect, each))] == []


@each_dialect
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here (CASSETTE_SHARED)")
def test_real_streams_cut_anywhere(dialect: Dialect) -> None:
    streams = [each for each in of(dialect, real_calls()) if each[1].response.body.events]
    assert [(name, wrong) for name, each in streams if (wrong := cut_anywhere(dialect, each))] == []


# --- real recordings -------------------------------------------------------------------------------------------------


def test_real_calls_name_a_dialect_that_is_registered(shared: Any) -> None:
    assert {each.llm.dialect for _, each in real_calls() if each.llm} - set(DIALECTS.names()) == set()
