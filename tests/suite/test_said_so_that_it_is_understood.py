"""The sentences of the story of many recordings: one for each change, and each understood at the first reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.reporters import _suite_text
from cassette_tools.reporters._drift_text import MEANING


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def pair(name: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    for side, made in (("old", old), ("new", new)):
        write(f"{side}/{name}.yaml", made)


def rows(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """What is told between the headline and the sums, each line without its margin."""
    assert main(["diff", "old", "new", *options]) in (0, 1)
    return [line.strip() for line in capsys.readouterr().out.split("\n\n")[1].splitlines()]


# --- one edit of prompts that end otherwise --------------------------------------------------------------------------

BEHAVIOR = "behavior (the same contract, other behaviour)"
BRIEF = "Answer in one short sentence."
ENDS = (  # what each prompt ends with, and what joins the sentence to it
    ("You are a guide", ". "),
    ("You are a guide.", " "),
    ("You sell shoes.", "\n\n"),
)


def prompted(text: str) -> dict[str, Any]:
    messages = [{"role": "system", "content": text}, {"role": "user", "content": "How old is Ada?"}]
    return exchange(asked(messages=messages))


@pytest.mark.parametrize("is_lost", [False, True])
def test_what_joins_a_sentence_to_its_prompt_makes_no_other_row(
    capsys: pytest.CaptureFixture[str], *, is_lost: bool
) -> None:
    for number, (end, joint) in enumerate(ENDS):
        sides = prompted(end), prompted(f"{end}{joint}{BRIEF}")
        pair(f"r{number}", *(sides[::-1] if is_lost else sides))
    verb = "lost" if is_lost else "gained"
    assert rows(capsys) == [BEHAVIOR, f'3×  the system prompt {verb} "{BRIEF}" (all recordings)']


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Be brief.", "Be brief!", 'changed: "." → "!"'),
        ("Be brief", "Be brief.", 'gained "."'),
        ("Wait 1", "Wait 1 .5", 'gained ".5"'),
    ],
)
def test_a_mark_that_is_all_that_changed_is_told(
    capsys: pytest.CaptureFixture[str], old: str, new: str, words: str
) -> None:
    for name in ("a", "b"):
        pair(name, prompted(old), prompted(new))
    told = rows(capsys, "--show", "cosmetic")
    assert told[1:] == [f"2×  the system prompt {words} (all recordings)"]


# --- a secret --------------------------------------------------------------------------------------------------------

KEY = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7s"


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_secret_has_a_heading_of_its_own_before_all_others(capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Even before what breaks a client."""
    sides = exchange(), exchange()
    for made, header in zip(sides, ("Bearer REDACTED", f"Bearer {KEY}"), strict=True):
        made["request"]["headers"]["Authorization"] = [header]
    pair("a", *sides)
    pair("b", exchange(), exchange(response={"error": {"type": "overloaded_error", "message": "Overloaded"}}, code=529))
    assert main(["diff", "old", "new", "--format", form]) == 1
    told = capsys.readouterr().out
    places = [
        told.index(words) for words in (MEANING["secrets"], "the header authorization was masked", MEANING["breaking"])
    ]
    assert places == sorted(places)
    assert MEANING["behavior"] not in told


# --- what only repeats a failure -------------------------------------------------------------------------------------


def test_what_a_failure_takes_away_is_told_with_the_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither the model that no longer answers nor its counts; one that is gone from an answer is told."""
    pair("a", exchange(), exchange(response={"error": {"type": "overloaded_error", "message": "Overloaded"}}, code=529))
    pair("b", exchange(), exchange(duration="3s"))
    assert main(["diff", "old", "new"]) == 1
    told = capsys.readouterr().out
    assert "model answered" not in told
    assert "\ntokens in 10, as before, out 2, as before; not in the sums: 1 recording that now fails\n" in told


def test_two_reasons_to_be_left_out_of_the_sums_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"error": {"type": "overloaded_error", "message": "Overloaded"}}
    pair("a", exchange(response=failure, code=529), exchange())
    pair("b", exchange(), exchange(response=answered(usage={"prompt_tokens": 10})))
    pair("c", exchange(), exchange(duration="3s"))
    assert main(["diff", "old", "new"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "not in the sums: 1 recording that failed before, 1 recording with tokens out on one side only" in told


# --- an id that leads elsewhere --------------------------------------------------------------------------------------


def trip(answered_id: str, sent_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A call of a tool, and the request that hands its result back."""
    call = {"type": "function", "function": {"name": "ask", "arguments": '{"years": 36}'}}
    first = answered(None, "tool_calls", ("ask",))
    first["choices"][0]["message"]["tool_calls"] = [{"id": answered_id, **call}]
    question = {"role": "user", "content": "How old is Ada?"}
    history = [
        question,
        {"role": "assistant", "content": None, "tool_calls": [{"id": sent_id, **call}]},
        {"role": "tool", "tool_call_id": sent_id, "content": "36"},
    ]
    return exchange(asked(messages=[question]), first), exchange(asked(messages=history))


def test_an_id_that_leads_elsewhere_has_a_verb(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        write(f"old/{name}.yaml", *trip("call_Aa1bB2cC3dD4", "call_Aa1bB2cC3dD4"))
        write(f"new/{name}.yaml", *trip("call_Ee5fF6gG7hH8", f"call_Ii9jJ0kK1lL{name}"))
    told = "2×  the request repeats a tool call under another id than it had: call_Aa1bB2cC3dD4 became"
    assert rows(capsys)[:2] == [BEHAVIOR, told]


# --- a URL, and long names -------------------------------------------------------------------------------------------

AZURE = "https://resource-of-{}.{}.azure.com/openai"
GONE = "the request no longer has the query parameter api-version"


@pytest.mark.parametrize("width", [60, 80, 100])
def test_what_left_a_url_is_told_however_long_its_address(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for name in ("some_scenario", "another_scenario"):
        sides = (
            f"{AZURE.format('ada', 'services.ai')}/deployments/gpt-4o/chat/completions?api-version=2025-01-01-preview",
            f"{AZURE.format('ada', 'openai')}/v1/chat/completions",
        )
        pair(name, *(exchange(url=each) for each in sides))
    assert GONE in " ".join(rows(capsys))


def test_long_names_of_recordings_lose_their_middles_and_keep_their_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_suite_text, "_MORE", 1)  # lines of a sentence, as where there is no room
    pair("a", exchange(), exchange(duration="3s"))
    for folder, count in (("TestTheResponsesOfSeveralModels", 4), ("TestTheResponsesWithSummariesOfThinking", 2)):
        for number in range(count):
            question = [{"role": "user", "content": f"{folder} {number}"}]
            write(f"new/{folder}/model-{number}.yaml", exchange(asked(messages=question)))
    assert rows(capsys)[1:] == [
        "6×  the recording is new (TestTheRespons…fSeveralModels (4), TestTheRespons…riesOfThinking (2))"
    ]


def test_a_gateway_that_did_it_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the word alone does not know which of all providers is one."""
    for number in range(2):
        usages = [{"prompt_tokens": count + number, "completion_tokens": 2} for count in (400, 900)]
        sides = (exchange(response=answered(usage=each), url="https://openrouter.ai/api/v1/chat/completions") for each in usages)  # fmt: skip
        pair(f"r{number}", *sides)
    told = " ".join(rows(capsys))
    assert told.endswith("; cause: the gateway openrouter")
