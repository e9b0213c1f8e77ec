"""Whether what is sent explains how many tokens of input are counted."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from drift_cases import WEATHER, answer, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.judging.plausible import CACHED, FITS, OTHERWISE, UNKNOWN, fit_of
from cassette_tools.diff.pairing.align import align_interactions


def said(text: str, **settings: Any) -> Any:
    asked = copy.deepcopy(question(**settings))
    asked["messages"][1]["content"] = text
    return asked


def fit(asked: Any, asked_now: Any, old: int, new: int, **more: Any) -> str:
    """The verdict on an input of `old` and of `new` tokens; `more` are fields of the new answer."""
    answers = answer("Warm.", usage=(old, 3)), {**answer("Warm.", usage=(new, 3)), **more}
    before, after = (recording(exchange(*each)) for each in zip((asked, asked_now), answers, strict=True))
    return fit_of(align_interactions(before.interactions, after.interactions)[0], new - old)


IMAGE = [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]


@pytest.mark.parametrize(
    ("why", "asked", "asked_now", "grown", "expected"),
    [
        ("the same", said("Hi"), said("Hi"), 0, FITS),
        ("ids of another length", said("Hi"), said("Hi"), 12, FITS),
        ("the same, and more is counted", said("Hi"), said("Hi"), 40, OTHERWISE),
        ("400 words more", said("Hi"), said("word " * 400), 500, FITS),
        ("400 words more, in a script of many tokens", said("Hi"), said("слово " * 400), 1600, FITS),
        ("400 words more, and nothing is counted", said("Hi"), said("word " * 400), 0, OTHERWISE),
        ("400 words more, and less is counted", said("Hi"), said("word " * 400), -40, OTHERWISE),
        ("400 words less", said("word " * 400), said("Hi"), -500, FITS),
        ("a letter more, and a hundred tokens", said("Hi"), said("Hi!"), 100, OTHERWISE),
        ("an indentation is one token", said("\n".join([" " * 40 + "so it"] * 20)), said("\n".join(["so", "it"] * 20)), 20, FITS),
        ("an image may have any number", said("Hi"), said(IMAGE), 1500, FITS),
        ("what the provider kept may be long", said("Hi"), said("Hi", previous_response_id="resp_1"), 900, FITS),
        ("tools bring a prompt of their own", said("Hi", tools=[]), said("Hi"), 400, FITS),
        ("another tool has the length of its text", said("Hi"), said("Hi", tools=[WEATHER, WEATHER]), 400, OTHERWISE),
    ],
)  # fmt: skip
def test_an_input_that_grew(why: str, asked: Any, asked_now: Any, grown: int, expected: str) -> None:
    assert fit(asked, asked_now, 3000, 3000 + grown) == expected, why
    assert fit(asked_now, asked, 3000 + grown, 3000) == expected, f"{why}, on the way back"


def test_another_model_counts_as_it_likes() -> None:
    assert fit(said("Hi"), said("Hi", model="gpt-8"), 100, 200, model="gpt-8") == UNKNOWN
    assert fit(said("Hi"), said("Hi", model="gpt-8"), 100, 200) == OTHERWISE  # the same model answers


def test_what_a_cache_gave_may_be_left_out_of_the_input() -> None:
    whole = {"prompt_tokens": 50, "completion_tokens": 3, "total_tokens": 7853}
    assert fit(said("Hi"), said("Hi"), 7850, 50, usage=whole) == CACHED


TEXTS = st.text("ab é日", max_size=300)


@given(old=TEXTS, new=TEXTS, counted=st.integers(0, 900), grown=st.integers(-900, 900))
def test_the_way_back_is_judged_alike(old: str, new: str, counted: int, grown: int) -> None:
    after = max(counted + grown, 0)
    assert fit(said(old), said(new), counted, after) == fit(said(new), said(old), after, counted)
