"""What stands first in the story of a suite, what its sums are of, and what is told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.data.telling import standing
from cassette_tools.source import Source
from cassette_tools.suite.facts import facts_in
from cassette_tools.suite.history_changes import changes_between
from cassette_tools.suite.states import State

KEY = "sk-proj-" + "aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gI3kM5oQ7s"
MANY = 14  # more than GitHub shows annotations


def said(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["diff", "old", "new", *options]) in (0, 1)
    return capsys.readouterr().out


def pair(name: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    for side, made in (("old", old), ("new", new)):
        write(f"{side}/{name}.yaml", made)


def keyed(made: dict[str, Any], header: str) -> dict[str, Any]:
    made["request"]["headers"]["Authorization"] = [header]
    return made


@pytest.fixture
def with_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many answers are longer, one has other words, one model calls a tool no more; the last has a key."""
    monkeypatch.chdir(tmp_path)
    for number in range(MANY):
        other = {"prompt_tokens": 900, "completion_tokens": 2, "total_tokens": 902}
        pair(f"a{number:02}", exchange(), exchange(response=answered(usage=other)))
    pair("b_words", exchange(), exchange(response=answered("37")))
    pair("z_key", keyed(exchange(), "Bearer REDACTED"), keyed(exchange(), f"Bearer {KEY}"))


@pytest.mark.usefixtures("with_key")
def test_a_secret_is_in_the_headline_and_first_of_its_level(capsys: pytest.CaptureFixture[str]) -> None:
    """Behind it what was said, and at last what was counted, however many recordings have that."""
    told = said(capsys)
    head, _, rest = told.partition("\n\n")
    assert " ".join(head.split()).endswith("; a secret appeared in 1 of 16 recordings")
    counts = [line.split("×")[0].strip() for line in rest.splitlines() if "×  " in line[:8]]
    assert counts == ["1", "1", "14"]
    first, second, third = (line for line in rest.splitlines() if "×  " in line[:8])
    assert "the header authorization was masked" in first
    assert "the text changed: 36 → 37" in second
    assert "token counts changed" in third
    assert KEY not in told


@pytest.mark.usefixtures("with_key")
@pytest.mark.parametrize("form", ["markdown", "html"])
def test_other_formats_have_the_secret_in_their_headline(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    headline = "the behaviour changed in all 16 recordings; a secret appeared in 1 of 16 recordings"
    assert headline in said(capsys, "--format", form)


@pytest.mark.usefixtures("with_key")
def test_each_change_has_an_annotation_before_any_has_two(capsys: pytest.CaptureFixture[str]) -> None:
    """The last two files of sixteen are among the nine that GitHub shows."""
    lines = said(capsys, "--format", "github").splitlines()
    titles = [line.partition("title=")[2].partition("::")[0] for line in lines]
    assert titles == ["secret-unmasked", "usage-changed", "text-facts-changed", *["usage-changed"] * 6, "cassette"]
    assert lines[-1].startswith("::warning title=cassette::and 7 more in 7 files: usage-changed")


# --- what is no longer reported --------------------------------------------------------------------------------------

GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-3:{}generateContent"


def thought(name: str, *, streams: bool = False, thoughts: int = 300) -> dict[str, Any]:
    """A call of Gemini whose thoughts are counted under a name."""
    body = {
        "candidates": [{"content": {"role": "model", "parts": [{"text": "36"}]}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {
            "promptTokenCount": 10,
            "candidatesTokenCount": 2,
            "totalTokenCount": 12 + thoughts,
            name: thoughts,
        },
        "modelVersion": "gemini-3",
    }
    answer = f"data: {json.dumps(body)}\n\n" if streams else body
    question = {"contents": [{"role": "user", "parts": [{"text": "How old is Ada?"}]}]}
    return exchange(question, answer, url=GEMINI.format("stream" if streams else ""))


@pytest.fixture
def without_thoughts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two recordings count their thoughts under a name that is not known; a third is as it was."""
    monkeypatch.chdir(tmp_path)
    for name, streams in (("a_whole", False), ("b_streamed", True)):
        old, new = (thought(each, streams=streams) for each in ("thoughtsTokenCount", "ponderingTokenCount"))
        pair(name, old, new)
    pair("c_chat", exchange(), exchange(duration="3s"))


@pytest.mark.usefixtures("without_thoughts")
def test_a_count_that_is_no_longer_reported_is_not_0(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "--show", "noise")
    assert "→ 0" not in told
    assert "token counts changed" not in told
    assert (
        "tokens in 30, as before, out 2, as before; not in the sums: 2 recordings with tokens out on one side only"
        in " ".join(told.split())
    )


@pytest.mark.usefixtures("without_thoughts")
def test_the_sums_of_json_are_over_the_same_recordings(capsys: pytest.CaptureFixture[str]) -> None:
    totals = json.loads(said(capsys, "--format", "json"))["totals"]
    assert totals["output_tokens"] == [2, 2]
    assert totals["reasoning_output_tokens"] == [None, None]


@pytest.mark.usefixtures("without_thoughts")
def test_a_field_that_is_renamed_in_streams_too_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    told = [line for line in said(capsys).splitlines() if "thoughtsTokenCount" in line]
    assert told == ["   2×  the field usageMetadata.thoughtsTokenCount is now called ponderingTokenCount (all of"]


# --- another API -----------------------------------------------------------------------------------------------------

RESPONSES = "https://api.openai.com/v1/responses"


def as_response(thoughts: int) -> dict[str, Any]:
    """The answer of a model that thinks, with the item for its thoughts, which is empty."""
    text = {"type": "output_text", "text": "36", "annotations": []}
    usage = {
        "input_tokens": 10,
        "output_tokens": 2 + thoughts,
        "output_tokens_details": {"reasoning_tokens": thoughts},
        "total_tokens": 12 + thoughts,
    }
    items = [
        {"type": "reasoning", "id": "rs_1", "summary": []},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [text]},
    ]
    return {
        "id": "resp_1",
        "object": "response",
        "status": "completed",
        "model": "gpt-4o-2024-08-06",
        "output": items,
        "usage": usage,
    }


@pytest.mark.parametrize(("thoughts", "told"), [(90, 0), (0, 1)])
def test_an_empty_item_of_another_api_is_no_reasoning_that_is_new(
    thoughts: int, told: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the model thought before, as its count says; where it did not, it is told."""
    monkeypatch.chdir(tmp_path)
    usage = {"prompt_tokens": 10, "completion_tokens": 2 + thoughts, "total_tokens": 12 + thoughts}
    usage["completion_tokens_details"] = {"reasoning_tokens": thoughts}  # type: ignore[assignment]
    question = {"model": "gpt-4o", "input": "How old is Ada?"}
    for name in ("a", "b"):
        new = exchange(question, as_response(90), url=RESPONSES)
        pair(name, exchange(response=answered(usage=usage)), new)
    assert said(capsys).count("the answer now has reasoning") == told


def test_the_log_tells_of_another_api() -> None:
    """Two states that differ in nothing else; one that an older version wrote says no API, and is not called another."""
    chat, responses = (State(model="gpt-4o", calls=1, dialects=(f"openai.{name}",)) for name in ("chat", "responses"))
    assert changes_between(chat, responses) == [("API", "openai.chat", "openai.responses")]
    assert changes_between(State(model="gpt-4o", calls=1), responses) == []


def test_what_is_remembered_of_a_call_does_not_take_a_part_of_its_output_for_all_of_it() -> None:
    """The total of the second says that it thought, and how much of its output is counted: not all."""
    for name, output in (("thoughtsTokenCount", 302), ("ponderingTokenCount", None)):
        content = json.dumps({"version": 2, "interactions": [{"id": 0, **thought(name)}]}).encode()
        [facts] = facts_in(Source.from_bytes(content, "a.yaml"))
        assert facts.output_tokens == output, name
        assert "reasoning" in facts.shown, name


@pytest.mark.parametrize("asked_for", ["small", "vendor/small", "*/small", "smal?"])
def test_a_model_is_chosen_by_the_name_that_the_report_prints(
    asked_for: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for model in ("vendor/small", "vendor/large"):
        question = asked(model=model)
        pair(model.replace("/", "_"), exchange(question), exchange(question, answered("37")))
    assert said(capsys, "--only", f"model={asked_for}").startswith("old → new: 1 recording compared")


def test_what_was_asked_of_many_comes_before_what_few_models_did_then() -> None:
    """Both stand alike, so that the number of recordings decides; a secret comes before, and counts behind."""
    order = ("secret-unmasked", "refusal-appeared", "system-prompt-changed", "usage-changed")
    assert [standing(rule) for rule in order] == sorted({standing(rule) for rule in order})
    assert standing("tool-call-added") == standing("system-prompt-changed")


# --- behind a gateway ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_other_upstreams_are_one_sentence_with_their_numbers(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of which three moved alike, two otherwise, and one stayed; an answer that names none has moved nowhere."""
    monkeypatch.chdir(tmp_path)
    moves = [
        ("Alto", "Basso"),
        ("Alto", "Basso"),
        ("Alto", "Basso"),
        ("Alto", "Coro"),
        ("Coro", "Alto"),
        ("Basso", "Basso"),
        ("Alto", ""),
    ]
    for number, sides in enumerate(moves):
        made = (exchange(response=answered(text, **({"provider": name} if name else {})), url="https://openrouter.ai/api/v1/chat/completions") for name, text in zip(sides, ("36", "37"), strict=True))  # fmt: skip
        pair(f"r{number}", *made)
    told = said(capsys, "--format", form)
    assert told.count("upstream of 5 recordings: Alto → Basso (3), Alto → Coro (1) and 1 other") == 1
