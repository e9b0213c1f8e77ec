"""``cassette find``: by options, by fields, by words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from made_suites import TOOLS, answered, asked, exchange, streamed, write

from cassette_tools.cli import main
from cassette_tools.suite import find
from cassette_tools.suite.features import FEATURES

LATE = {"error": {"type": "rate_limit_error", "code": None, "message": "Slow down, Ada."}}


@pytest.fixture(autouse=True)
def _suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five interactions: #0 and #1 of ``trip``, one of ``cut``, one that failed, one that is no call of a model."""
    monkeypatch.chdir(tmp_path)
    write(
        "s/trip.json",
        exchange(asked(tools=TOOLS), answered("Let me Add.", "tool_calls", ("add",))),
        exchange(
            asked(messages=[{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Ça va?"}]),
            answered("Oui", usage={"prompt_tokens": 500, "completion_tokens": 1, "cost": 0.25}),
        ),
    )
    write(
        "s/cut.json",
        exchange(
            asked(model="o3", stream=True),
            streamed({"content": "One, two"}, finish="length"),
            day="Wed, 01 Jan 2025 08:00:00 GMT",
            duration="0s",
        ),
    )
    write("s/late.json", exchange(asked(), LATE, code=429))
    write("s/search.json", exchange({"q": "Ada"}, {"found": "Ada"}, url="https://search.example.com/v1"))


def found(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """``trip#1`` of each interaction that is found."""
    status = main(["find", "s", "--no-cache", "--format", "json", "--quiet", *words])
    said = capsys.readouterr()
    assert said.err == ""
    document = json.loads(said.out)
    assert status == int(not document["found"])
    return [f"{Path(each['location']['path']).stem}#{each['interaction']}" for each in document["found"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--tool add", "trip#0"),
        ("--tool a*", "trip#0"),
        ("--tool ad", ""),  # a pattern is of the whole name
        ("--model o3", "cut#0"),
        ("--model gpt-4o-2024-*", "trip#0 trip#1"),  # the one that answered
        ("--model gpt-4o --model o3", "cut#0 late#0 trip#0 trip#1"),  # values of one option add up
        ("--model gpt-4o --finish stop", "trip#1"),  # options must all be met
        ("--finish tool_calls", "trip#0"),  # the provider's word
        ("--finish tool_call --finish length", "cut#0 trip#0"),
        ("--provider openai --scenario trip", "trip#0 trip#1"),
        ("--status 429", "late#0"),
        ("--status 429 --status 200 --scenario late", "late#0"),
        ("--where status>=400", "late#0"),
        ("--where error=rate*", "late#0"),
        ("--where error!=", "late#0"),
        ("--where dialect=", "search#0"),
        ("--where url=*search*", "search#0"),
        ("--where input_tokens>10", "trip#1"),
        ("--where input_tokens>=10", "trip#0 trip#1"),
        ("--where input_tokens<11", "trip#0"),  # what was not sent is no number
        ("--where input_tokens!=10", "cut#0 late#0 search#0 trip#1"),
        ("--where input_tokens=10.0", "trip#0"),
        ("--where cost>0.2", "trip#1"),
        ("--where duration<=2 --where operation=chat", "late#0 trip#0 trip#1"),
        ("--where day<2025-11", "cut#0"),
        ("--where day=2025-11-*", "late#0 search#0 trip#0 trip#1"),
        ("--where stream=sse", "cut#0"),
        ("--where feature=tool_calls", "trip#0"),
        ("--where feature=tool*calls", "trip#0"),  # as the tables call it, with a blank
        ("--where error=*", "late#0"),  # what is not there is no text
        ("--where error!=*", "cut#0 search#0 trip#0 trip#1"),
        ("--where feature!=usage", "cut#0 late#0 search#0"),
        ("--where sdk=OpenAI/*", "cut#0 late#0 search#0 trip#0 trip#1"),
        ("--text ADA", "cut#0 late#0 trip#0"),  # in a question, in an error; search#0 is no conversation
        ("--text ça", "trip#1"),
        ("--text brief", "trip#1"),  # in a system prompt
        ("--text years", "trip#0"),  # in arguments
        ("--text 36 --status 200", "trip#0"),
        ("--text two --model o3", "cut#0"),
        ("--text two --model gpt-5*", ""),
    ],
)
def test_what_is_found(capsys: pytest.CaptureFixture[str], words: str, expected: str) -> None:
    assert " ".join(found(capsys, *words.split(" "))) == expected


def test_a_line_for_each_interaction(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "s", "--where", "status>0"]) == 0
    assert capsys.readouterr().out == (
        "s/cut.json:4: o3, answered by gpt-4o (openai) 200: length\n"
        "s/late.json:4: gpt-4o (openai) 429: error rate_limit_error, 2 s\n"
        "s/search.json:4: POST https://search.example.com/v1 200: 2 s\n"
        "s/trip.json:4: gpt-4o, answered by gpt-4o-2024-08-06 (openai) 200: tool_call add, 10 in, 2 out, 2 s\n"
        "s/trip.json:33: gpt-4o, answered by gpt-4o-2024-08-06 (openai) 200: stop, 500 in, 1 out, $0.25, 2 s\n"
        "5 interactions in 4 of 4 recordings\n"
    )
    assert main(["find", "s", "--scenario", "t*", "--files"]) == 0
    assert capsys.readouterr().out == "s/trip.json\n"
    assert main(["find", "s", "--tool", "subtract"]) == 1
    assert capsys.readouterr().out == "nothing found in 4 recordings\n"
    assert main(["find", "s", "--tool", "subtract", "--files"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--where stream=true", "no call has stream=true; the only value here is sse"),
        ("--provider gemini", "no call has provider gemini; the only value here is openai"),
        ("--status 500 --status 502", "no call has status 500 or 502; the values here are 200, 429"),
        (
            "--where feature=images",
            "no call has feature=images; the values here are cost, streaming, tool_calls, usage",
        ),
        ("--tool subtract --model gpt-4o", "no call has tool subtract; the only value here is add"),
        ("--tool add --finish length", ""),  # there is either, though not in one call
        ("--where input_tokens>1000000", ""),
        ("--tool subtract --quiet", ""),
    ],
)
def test_what_fits_nothing_says_what_there_is(capsys: pytest.CaptureFixture[str], words: str, said: str) -> None:
    assert main(["find", "s", *words.split(" ")]) == 1
    assert capsys.readouterr().err == (f"cassette: {said}\n" if said else "")


def test_many_words_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(14):
        write(f"many/{number}.json", exchange(asked(model=f"m-{number:02}"), answered(model=f"m-{number:02}")))
    assert main(["find", "many", "--model", "m"]) == 1
    names = ", ".join(f"m-{number:02}" for number in range(12))
    assert capsys.readouterr().err == f"cassette: no call has model m; the values here are {names} and 2 more\n"


def test_the_words_that_fit_are_in_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A model is found by the name that was asked for or by the one that answered, an end by either word."""
    said = {"type": "message", "role": "assistant", "model": "claude-haiku-4-5-20251001", "content": []}
    usage = {"input_tokens": 9, "output_tokens": 1}
    answer = {"id": "msg_1", **said, "stop_reason": "max_tokens", "usage": usage}
    write("s/claude.json", exchange(asked(model="claude-haiku"), answer, url="https://api.anthropic.com/v1/messages"))
    for words in (["--model", "*-20251001"], ["--model", "claude-haiku"], ["--finish", "max_tokens"]):
        assert main(["find", "s", *words]) == 0
        assert capsys.readouterr().out.splitlines()[0] == (
            "s/claude.json:4: claude-haiku, answered by claude-haiku-4-5-20251001 (anthropic) 200: "
            "length (max_tokens), 9 in, 1 out, 2 s"
        )


def test_standard_input_is_searched(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    for words in (["--status", "429"], ["--text", "slow"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path("s/late.json").read_bytes())))
        assert main(["find", "-", *words]) == 0
        assert capsys.readouterr().out.splitlines() == [
            "<stdin>:4: gpt-4o (openai) 429: error rate_limit_error, 2 s",
            "1 interaction in 1 of 1 recording",
        ]


FIELDS = (
    "scenario, provider, model, tool, offered, finish, status, error, feature, operation, dialect, stream, sdk, url, day, "
    "duration, input_tokens, output_tokens, reasoning_output_tokens, cache_read_input_tokens, cost, "
    "secrets"
)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            [],
            "say what to look for: --tool, --model, --provider, --scenario, --finish, --status, --text or --where "
            "(several must all be met)",
        ),
        (["--status", "4xx"], "--status 4xx: status is a number, and '4xx' is none"),
        (["--where", "cost>much"], "--where cost>much: cost is a number, and 'much' is none"),
        (["--where", "model"], "--where model: expected FIELD=VALUE, or !=, <, >, <=, >= in the place of ="),
        (["--where", "model>3"], "--where model>3: model is text; expected = or !=, with * for any text"),
        (["--where", "tokens=3"], f"--where tokens=3: there is no field tokens; the fields are {FIELDS}"),
        (
            ["--tool", "x", "--files", "--format", "json"],
            "--files is for --format text; the JSON has the path of each interaction",
        ),
    ],
)
def test_what_cannot_be_looked_for(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["find", "s", *words]) == 2
    assert capsys.readouterr() == ("", f"cassette: error: {said}\n")


def test_the_page_names_every_field_and_feature() -> None:
    page = (Path(__file__).parents[2] / "docs" / "suites.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.partition("| field |")[2].splitlines()[2:] if line.startswith("| ")]
    fields = [name for row in rows for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(fields) == sorted(find.FIELDS)
    features = next(re.findall(r"`(\w+)`", row[1]) for row in rows if "`feature`" in row[0])
    assert features == [row.name for row in FEATURES]


def test_a_list_of_models_is_no_call_of_a_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    listed = exchange({}, {"object": "list", "data": [{"id": "gpt-4o", "object": "model"}]})
    listed["request"] |= {"method": "GET", "url": "https://api.openai.com/v1/models", "body": ""}
    write("listed/a.yaml", listed, exchange())
    assert main(["stats", "listed", "--no-cache"]) == 0
    head, _, table = capsys.readouterr().out.partition("\n\n")
    assert head == "1 recording, 1 call of a model, 1 interaction of another kind"
    assert "not known" not in table
