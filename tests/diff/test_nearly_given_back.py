"""A client gives the answer back nearly as it was: that it is another answer is told once, what it makes of it alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.values.ids import UNCHANGED, edit_of
from tests.diff.drift_cases import answer, exchange, question, recording

OLD = "Employees get twenty days of leave. For more, ask your manager."
NEW = "According to the manual, staff have twenty days. You should ask your manager for more."
USER = {"role": "user", "content": "How many days?"}
NEXT = {"role": "user", "content": "Who is my manager?"}
CLAUDE = "https://api.anthropic.com/v1/messages"


def chat(said: str, back: str) -> Any:
    history = ({"role": "assistant", "content": back}, NEXT)
    return recording(exchange(question(), answer(said)), exchange(question(*history), answer("Ada.")))


def claude(said: str, back: str) -> Any:
    """The answer in blocks, as an answer with sources is."""
    asked = {"model": "claude-9", "max_tokens": 9, "messages": [USER]}
    then = {**asked, "messages": [USER, {"role": "assistant", "content": _blocks(back)}, NEXT]}
    return recording(
        exchange(asked, _message(_blocks(said)), url=CLAUDE),
        exchange(then, _message(_blocks("Ada.")), url=CLAUDE),
    )


def _blocks(text: str) -> list[dict[str, Any]]:
    """One for each sentence, the blank between two as one of its own where ``|`` stands."""
    return [{"type": "text", "text": each} for each in text.split("|")]


def _message(content: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": content,
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 7},
    }


def told(api: Any, old: tuple[str, str], new: tuple[str, str]) -> list[tuple[str, str]]:
    found = compare(api(*old), api(*new)).findings
    return [(each.rule, each.message) for each in found if each.level != "noise" and each.origin == "request"]


CUT = NEW.replace(". ", ".| |")  # the blank is a block of its own

# fmt: off
FOLDED = [
    (chat, (OLD, OLD), (NEW, NEW), "as it was"),
    (chat, (OLD + "\n", OLD), (NEW + "\n", NEW), "without the blanks about it"),
    (chat, (OLD, OLD), (NEW, NEW.replace(". ", ".")), "without a blank in it, on one side"),
    (chat, (OLD, OLD.replace(". ", ".\n\n")), (NEW, NEW.replace(". ", ".\n\n")), "with other blanks"),
    (chat, (OLD, OLD.replace("manager.", "manager!")), (NEW + ".", NEW + "!"), "the same character is another on both sides"),
    (claude, (OLD, OLD), (CUT, CUT.replace("| ", "")), "without the blank block"),
    (claude, (OLD.replace(". ", ".| "), OLD.replace(". ", ".|")), (NEW.replace(". ", ".| "), NEW.replace(". ", ".|")), "each block trimmed"),
]
EDITED = [
    (chat, (OLD, OLD), (NEW, NEW.replace(". ", "..")), '"." for " "', "one character"),
    (chat, (OLD, OLD), (NEW, NEW.replace("days", "weeks")), '"week" for "day"', "a word"),
    (chat, (OLD, OLD), (NEW, NEW + " [1]"), '" [1]" in it', "something more"),
    (claude, (OLD, OLD), (CUT, CUT.replace("| ", "|.")), '"." for " "', "a point for the blank block"),
]
# fmt: on


@pytest.mark.parametrize(("api", "old", "new", "why"), FOLDED, ids=[row[-1] for row in FOLDED])
def test_an_answer_that_is_given_back_nearly_follows(api: Any, old: Any, new: Any, why: str) -> None:
    assert told(api, old, new) == [], why
    assert told(api, new, old) == [], why


@pytest.mark.parametrize(("api", "old", "new", "words", "why"), EDITED, ids=[row[-1] for row in EDITED])
def test_what_a_client_now_makes_of_it_is_told_alone(api: Any, old: Any, new: Any, words: str, why: str) -> None:
    message = f"the assistant message changed: the answer is given back with {words}"
    assert told(api, old, new) == [("prompt-changed", message)], why


@pytest.mark.parametrize("api", [chat, claude])
def test_another_history_is_no_answer(api: Any) -> None:
    ((rule, message),) = told(api, (OLD, OLD), (NEW, "I will not say anything of that sort to anyone at all."))
    assert rule == "prompt-changed"
    assert "given back" not in message


WORDS = st.text(alphabet="abcdef ", min_size=30, max_size=80).map(str.strip).filter(lambda text: len(text) > 20)


@given(WORDS, st.integers(0, 19), st.text(alphabet=" \n\t", max_size=3))
def test_blanks_are_no_edit(text: str, at: int, blanks: str) -> None:
    assert edit_of(text, text[:at] + blanks + text[at:]) == UNCHANGED


@given(WORDS, st.integers(0, 19), st.text(alphabet="XYZ", min_size=1, max_size=5))
def test_an_edit_makes_the_text_of_the_answer(text: str, at: int, put: str) -> None:
    found = edit_of(text, text[:at] + put + text[at:])
    assert found == ("", put)
