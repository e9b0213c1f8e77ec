"""Values in a sentence: what differs is shown, what is absent is no value, and no secret is cut into something else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drift_cases import WEATHER, answer, conversation, exchange, question, recording
from hypothesis import assume, given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.model import ABSENT
from cassette_tools.printable import printable
from cassette_tools.words import bare, became, pair, short

KEYS = [
    "sk-" + "proj-" + letters * 2
    for letters in ("q7Rk2LmN9vXw4TzB8cYd1HsJ6fGp3KaE", "Z8cYd1HsJ6fGp3KaEq7Rk2LmN9vXw4TB")
]
LONG = "Read a file by path with line numbers; supports offset and line limit (max 5MB); renders images (PNG, JPEG)."


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (2, 3, "2 → 3"),
        (ABSENT, 5, "5 is new"),
        (5, ABSENT, "5 is gone"),
        (None, 5, "is 5 now (was null)"),
        (5, None, "is null now (was 5)"),
        (ABSENT, None, "null is new"),
        ("", "a", '"" → "a"'),
        ("", None, 'is null now (was "")'),
        ("5", 5, '"5" → 5'),
        (LONG, LONG.replace("5MB", "100KB"), '"…line limit (max 5MB); renders images…" → "…line limit (max 100KB); renders images…"'),
        (LONG, LONG.replace("JPEG", "JPEG, BMP, SVG"), '"…images (PNG, JPEG)." → "…images (PNG, JPEG, BMP, SVG)."'),
        (
            LONG,
            LONG.replace("5MB", "100KB").replace("Read a", "Reads a"),
            '"Read a file by path…" → "Reads a file by path…" and in 1 more place',
        ),
        ([*range(40)], [*range(20), 7, *range(21, 40)], "[…16, 17, 18, 19, 20, 21, 22, 23, 24,…] → […16, 17, 18, 19, 7, 21, 22, 23, 24,…]"),
        ({"length": 4, "sha256": "ab"}, {"length": 4096, "sha256": "cd"}, "4 bytes → 4,096 bytes"),
        ({"length": 4, "sha256": "ab"}, {"length": 4, "sha256": "cd"}, "4 bytes → 4 bytes (not the same)"),
        ("a b", "a\xa0b", '"a b" → "a\\u00a0b"'),
        ("a\u200bb", "a⟨U+200B⟩b", '"a\\u200bb" → "a\\u27e8U+200B\\u27e9b"'),
        (KEYS[0], KEYS[1], '"sk-…" → "sk-…" (another secret)'),
    ],
)  # fmt: skip
def test_what_became_of_a_value(old: Any, new: Any, words: str) -> None:
    assert became(old, new) == words


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab ,…\xa0\u200b⟨\n", max_size=90) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(VALUES, VALUES, st.sampled_from([30, 60, 100]), st.booleans(), st.booleans())
def test_values_that_differ_never_read_alike(old: Any, new: Any, limit: int, plain: bool, deep: bool) -> None:
    assume(json.dumps(old) != json.dumps(new) and (old != new or type(old) is not type(new)))
    if deep:
        old, new = ({"name": "x" * 90, "value": value} for value in (old, new))
    left, right = pair(old, new, limit, plain=plain)
    assert printable(left) != printable(right)


@pytest.mark.parametrize(
    ("value", "words"),
    [(["stop", "end now"], "stop, end now"), (["\nObservation:", "end"], '"\\nObservation:", end'), ([" x"], '" x"')],
)
def test_white_space_that_would_not_be_seen_is_in_quotes(value: list[str], words: str) -> None:
    assert bare(value) == words


def test_half_a_secret_is_never_shown() -> None:
    """A value is cut after its secrets are masked: half a key is no longer seen to be one."""
    for text in (f"{'x ' * 10}{KEYS[0]}", f"{KEYS[0]} {'x ' * 40}", f"{'x ' * 40}{KEYS[0]}{' x' * 40}"):
        for words in (short(text), became(text, "y"), became(text, f"{text} y"), became(ABSENT, [text])):
            assert KEYS[0][12:20] not in words
            assert KEYS[0][-20:-12] not in words


# --- messages --------------------------------------------------------------------------------------------------------


def said(old: Any, new: Any) -> list[str]:
    return [each.said.words for each in compare(old, new).findings if each.level != "noise"]


def told(text: str, **more: Any) -> Any:
    return recording(exchange(question(**more), answer(text)))


def made(arguments: Any) -> Any:
    """An answer that calls a tool of which the request knows nothing."""
    call = {"id": "call_1", "type": "function", "function": {"name": "tag", "arguments": json.dumps(arguments)}}
    return answer(calls=[call])


def called(arguments: Any) -> Any:
    return recording(exchange(question(), made(arguments)))


def described(description: str | None) -> Any:
    tool = json.loads(json.dumps(WEATHER))
    tool["function"].pop("description", None)
    if description is not None:
        tool["function"]["description"] = description
    return conversation(tools=[tool])


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (told("It is fine."), told("It is 18 °C."), ["the text changed: it now says 18 °C"]),
        (told("It is 18 °C."), told("It is fine."), ["the text changed: it no longer says 18 °C"]),
        (told("It is 18 °C."), told("It is 21 °C."), ["the text changed: 18 °C → 21 °C"]),
        (told("I rolled [1, 2, 3]."), told("I rolled 4, 6, and 2."), ["the text changed: 1, 2, 3 → 4, 6, and 2"]),
        (told("I rolled 1, 2, 3 at 18 °C."), told("I rolled 4, 6, 2 at 21 °C."), ["the text changed: 18 °C, 1, 2, 3 → 21 °C, 4, 6, 2"]),
        (called({"topics": ["pets", "dogs"]}), called({"topics": ["dog"]}), ['the arguments of tag changed: topics ["pets", "dogs"] → ["dog"]']),
        (called({"at": [{"x": 1}]}), called({"at": [{"x": 2}]}), ["the arguments of tag changed: at[0].x 1 → 2"]),
        (called({"a": {"b": [1, 2]}, "c": 1}), called({"a": {"b": [2, 1, 3]}, "c": 2}), ["the arguments of tag changed: a.b [1, 2] → [2, 1, 3], c 1 → 2"]),
        (told("It is fine."), told("It is fine"), ['the text is reworded: "It is fine." → "It is fine"']),
        (told("Olá!\n"), told("Olá!"), ['only whitespace changed: "Olá!\\n" → "Olá!"']),
        (told("Hi"), told("Hi", top_p=None), ["the request means the same but is written differently: top_p null is new"]),
        (described(LONG), described(LONG.replace("PNG", "BMP")), ['the tool get_weather: description "…renders images (PNG, JPEG)." → "…renders images (BMP, JPEG)."']),
        (described(None), described("It rains."), ['the tool get_weather: description "It rains." is new']),
        (described("It rains."), described(None), ['the tool get_weather: description "It rains." is gone']),
    ],
)  # fmt: skip
def test_messages(old: Any, new: Any, messages: list[str]) -> None:
    assert said(old, new) == messages


def test_the_arguments_of_several_calls_name_their_places() -> None:
    old, new = ([exchange(question(seed=n), made({"n": n + more})) for n in range(3)] for more in (0, 5))
    told = [each.message for each in compare(recording(*old), recording(*new)).findings if each.level != "noise"]
    assert told == [
        "the arguments of 3 calls changed: "
        "interactions[0] tag: n 0 → 5; interactions[1] tag: n 1 → 6; interactions[2] tag: n 2 → 7"
    ]


def heard(**audio: str) -> Any:
    part = {"type": "input_audio", "input_audio": audio}
    asked = question()
    body = json.loads(asked) if isinstance(asked, str) else asked
    body["messages"] = [{"role": "user", "content": [part]}]
    return recording(exchange(body, answer("Hi")))


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ({"data": "AAAA", "format": "mpeg"}, {"data": "AAAA", "format": "mp3"}, ["messages[0].content[0].input_audio.format mpeg became mp3"]),
        ({"data": "AAAA", "format": "mp3"}, {"data": "AAAB", "format": "mp3"}, ["audio changed: other bytes, as many as before (3)"]),
        ({"data": "AAAA", "format": "wav"}, {"data": "AAABAAAB", "format": "mp3"}, ["messages[0].content[0].input_audio.format wav became mp3", 'audio changed: type "audio/wav" → "audio/mpeg", 3 → 6 bytes']),
    ],
)  # fmt: skip
def test_media_are_told_by_what_differs(old: dict[str, str], new: dict[str, str], messages: list[str]) -> None:
    assert said(heard(**old), heard(**new)) == messages
