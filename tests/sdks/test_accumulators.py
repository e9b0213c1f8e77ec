"""A stream says here what a plain client hears in it: real ones, and any that a server may send."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from effort import examples, files
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.dialects import DIALECTS
from cassette_tools.model import Body, Event, Interaction, LLMCall, Request, Response

from .accumulators import ACCUMULATORS, events_of
from .counts import HEARD
from .streams import STREAMS
from .test_sdks import canonical, differences, recordings


def is_heard(interaction: Interaction) -> bool:
    call = interaction.llm
    return (
        call is not None
        and call.dialect in ACCUMULATORS
        and call.error is None
        and interaction.response.status_code == 200
        and bool(interaction.response.body.stream)
    )


def test_real_streams_say_what_a_plain_client_hears(shared: Path) -> None:
    heard: Counter[str] = Counter()
    told = []
    for path, recording in recordings(files(shared / "corpus")):
        for interaction in filter(is_heard, recording.interactions):
            assert interaction.llm is not None
            dialect = interaction.llm.dialect
            theirs = ACCUMULATORS[dialect](events_of(interaction))
            found = differences(theirs, canonical(interaction.llm), dialect.partition(".")[0])
            told += [f"{path.name} {interaction.index} ({dialect}): {each}" for each in found]
            heard[dialect] += 1
    for dialect in HEARD:
        print(f"{dialect}: {heard[dialect]} streams heard")
    assert told == []
    assert {dialect: heard[dialect] for dialect, least in HEARD.items() if heard[dialect] < least} == {}


def decoded(dialect: str, sent: list[Any], framing: str) -> LLMCall:
    """The call of a stream with these events."""
    named = [next(iter(each.items())) if framing == "eventstream" else (None, each) for each in sent]
    events = tuple(Event(event=name, data=json.dumps(value), offset=0, json=value) for name, value in named)
    interaction = Interaction(
        index=0,
        request=Request(method="POST", url="https://api.example.com/", body=Body(text="{}", json={})),
        response=Response(status_code=200, body=Body(text="…", stream=framing, events=events)),
    )
    return DIALECTS[dialect].decode(interaction, DIALECTS[dialect].fold(events))


@pytest.mark.parametrize("dialect", STREAMS)
def test_any_stream_says_what_a_plain_client_hears(dialect: str) -> None:
    streams, framing = STREAMS[dialect]

    @examples(100)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        sent = data.draw(streams)
        before = json.dumps(sent)
        call = decoded(dialect, sent, framing)
        theirs, ours = ACCUMULATORS[dialect](sent), canonical(call)
        if ours["usage"] == (None, None, None):
            ours["usage"] = None
        assert {fact: ours[fact] for fact in theirs} == theirs
        assert (call.complete, call.problems) == (True, ())
        assert json.dumps(sent) == before  # a fold changes no event

    holds()


@pytest.mark.parametrize("dialect", STREAMS)
def test_what_a_fold_loses_is_caught(dialect: str) -> None:
    """The judge itself: most streams have an event without which they say something else."""
    streams, framing = STREAMS[dialect]
    caught = []

    @examples(30)
    @given(streams)
    def loses(sent: list[Any]) -> None:
        theirs = ACCUMULATORS[dialect](sent)
        without = [canonical(decoded(dialect, sent[:lost] + sent[lost + 1 :], framing)) for lost in range(len(sent))]
        caught.append(any({fact: ours[fact] for fact in theirs} != theirs for ours in without))

    loses()
    assert sum(caught) >= len(caught) * 2 / 3
