"""``--only`` and ``--show`` narrow every format alike, and never to a success that is none."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.cli import main
from cassette_tools.diff.suites import suite as suite_module
from cassette_tools.reporters import DriftReport
from cassette_tools.source import Source


@pytest.fixture(scope="module")
def suite(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Three scenarios of the suite: enough for each thing that can be chosen."""
    folder = tmp_path_factory.mktemp("suite")
    for path in (path for name in SCENARIOS for path in (samples / "suite").rglob(f"{name}.yaml")):
        copied = folder / path.relative_to(samples / "suite")
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)
    return str(folder / "old"), str(folder / "new")


SCENARIOS = ("hello", "summary", "weather")


@pytest.fixture(autouse=True)
def _compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is chosen is chosen of one comparison: each pair is compared once for all tests."""
    real = suite_module.drift_between

    def drift_between(sources: Mapping[str, Source], recordings: Any, *options: Any) -> DriftReport:
        profile, settings, accepts, view = options
        known = sources["new"].path, profile, repr(settings), accepts, view is None
        if known not in COMPARED:
            COMPARED[known] = real(sources, recordings, *options)
        return COMPARED[known]

    monkeypatch.setattr(suite_module, "drift_between", drift_between)


COMPARED: dict[object, DriftReport] = {}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["diff", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[tuple[str, str, str]]:
    """Rule, level and recording of every finding, in JSON."""
    report = json.loads(run(capsys, *words, "--format", "json")[1])
    return sorted(
        (each["rule"], each["level"], "/".join(pair["new"]["path"].split("/")[-2:]))
        for pair in report["pairs"]
        for each in pair["findings"]
    )


ARGUMENTS = ("tool-arguments-shape-changed", "breaking", "anthropic/weather.yaml")
FINISH = ("finish-reason-changed", "breaking", "openai/summary.yaml")
LIMIT = ("request-parameter-changed", "behavior", "openai/summary.yaml")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("level=breaking",), [FINISH, ARGUMENTS]),
        (("level=breaking", "level=behavior"), [FINISH, LIMIT, ARGUMENTS]),
        (("level=breaking", "scenario=weather"), [ARGUMENTS]),
        (("level=breaking", "provider=openai"), [FINISH]),
        (("level=breaking", "model=claude-*"), [ARGUMENTS]),
        (("rule=finish-*", "rule=request-parameter-changed"), [FINISH, LIMIT]),
        (("rule=finish-*", "scenario=weather"), []),
    ],
)
def test_what_is_chosen(
    suite: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    expected: list[tuple[str, str, str]],
) -> None:
    only = [option for each in words for option in ("--only", each)]
    found = [each for each in told(capsys, *suite, *only) if each[1] != "noise"]
    assert found == sorted(expected)
    assert run(capsys, *suite, *only)[0] == bool(expected)


def test_groups_table_and_totals_are_those_of_the_chosen_recordings(
    suite: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.loads(run(capsys, *suite, "--only", "scenario=summary", "--format", "json")[1])
    assert {pair["new"]["path"].rpartition("/")[2] for pair in report["pairs"]} == {"summary.yaml"}
    assert {cell["scenario"] for cell in report["matrix"]} == {"summary"}
    paths = {pair["new"]["path"] for pair in report["pairs"]}
    assert {member["pair"] for group in report["groups"] for member in group["members"]} <= paths
    whole = json.loads(run(capsys, *suite, "--format", "json")[1])
    assert report["totals"]["calls"][0] < whole["totals"]["calls"][0]
    levels = [each["level"] for pair in report["pairs"] for each in pair["findings"]]
    assert report["summary"] == {level: levels.count(level) for level in report["summary"]}


LINES = {
    "github": lambda out: len(re.findall("^::", out, re.MULTILINE)),
    "gitlab": lambda out: len(json.loads(out)),
    "sarif": lambda out: len(json.loads(out)["runs"][0]["results"]),
    "junit": lambda out: out.count("<failure"),
    "html": lambda out: out.count("<article "),
    "json": lambda out: sum(len(pair["findings"]) for pair in json.loads(out)["pairs"]),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize(
    ("words", "count"),
    [(("--show", "breaking"), 2), (("--show", "behavior"), 3), (("--only", "rule=finish-reason-changed"), 1)],
)
def test_every_format_is_narrowed_alike(
    suite: tuple[str, str], capsys: pytest.CaptureFixture[str], name: str, words: tuple[str, ...], count: int
) -> None:
    out = run(capsys, *suite, *words, "--show-all", "--format", name)[1]
    if name == "json" and words[0] == "--only":  # what follows from it stands beside it
        count += sum(each["caused_by"] is not None for pair in json.loads(out)["pairs"] for each in pair["findings"])
    assert LINES[name](out) == count


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("colour=red",), "--only colour=red: expected rule=…, level=…, scenario=…, provider=… or model=…"),
        (("rule=",), "--only rule=: expected rule=…, level=…, scenario=…, provider=… or model=…"),
        (("level=bad",), "--only level=bad: expected one of breaking, behavior, shape, cosmetic, noise"),
        (
            ("rule=finish-reason-change",),
            "--only rule=finish-reason-change: there is no such rule; did you mean finish-reason-changed?",
        ),
        (("rule=zzz",), "--only rule=zzz: there is no such rule; docs/drift.md lists them"),
        (
            ("provider=cohere",),
            "--only provider=cohere: no recording fits; the providers are anthropic, gcp.gemini, openai",
        ),
    ],
)
def test_what_cannot_be_chosen_is_no_success(
    suite: tuple[str, str], capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    only = [option for each in words for option in ("--only", each)]
    status, out, err = run(capsys, *suite, *only)
    assert (status, out, err) == (2, "", f"cassette: error: {message}\n")


def test_of_two_files_changes_can_be_chosen(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = str(samples / "readme" / "old.yaml"), str(samples / "readme" / "new.yaml")
    report = json.loads(run(capsys, *pair, "--only", "level=behavior", "--format", "json")[1])
    assert [each["rule"] for each in report["findings"] if each["caused_by"] is None] == ["request-parameter-changed"]
    assert report["summary"]["breaking"] == 0
    assert run(capsys, *pair, "--only", "scenario=x")[2] == (
        "cassette: error: --only scenario=… chooses among recordings, but only two files are compared\n"
    )


def test_the_report_says_that_it_is_narrowed(suite: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("text", "markdown", "html"):
        out = " ".join(run(capsys, *suite, "--only", "rule=cost-changed", "--format", name)[1].split())
        assert "9 recordings compared, only rule=cost-changed, none has such a change" in out


ONLY = ("--only", "rule=finish-reason-changed")


def test_the_sums_are_those_of_the_recordings_that_have_such_a_change(
    suite: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One recording is cut now. What it has beside that, and what the others have, is counted as left out."""
    chosen, alone, whole = (
        json.loads(run(capsys, *suite, *words, "--format", "json")[1])
        for words in (ONLY, ("--only", "scenario=summary", "--only", "provider=openai"), ())
    )
    assert chosen["totals"] == alone["totals"] != whole["totals"]
    assert chosen["only"]["choices"] == ["rule=finish-reason-changed"]
    left = {level: whole["summary"][level] - chosen["summary"][level] for level in whole["summary"]}
    assert chosen["only"]["left_out"] == left
    assert "only" not in whole


def test_what_is_left_out_is_told_and_never_called_no_drift(
    suite: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """The other eight have changes, which nobody asked for."""
    text, markdown, page = (" ".join(run(capsys, *suite, *ONLY, "--format", name)[1].split()) for name in ("text", "markdown", "html"))  # fmt: skip
    whole = json.loads(run(capsys, *suite, "--format", "json")[1])["summary"]
    left = f"left out by --only: {whole['breaking'] - 1} breaking, {whole['behavior']} behavior"
    for said in (text, markdown, page):
        assert left in said
        assert "8 without such a change" in said
        assert "without drift" not in said
    for said in (markdown, page):
        assert "only rule=finish-reason-changed: breaking changes in 1 of 9 recordings" in said
    assert "in these 1 recording: " not in text
    assert "in this 1 recording: tokens in " in text


def test_the_same_of_what_no_recording_has(suite: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, *suite, "--only", "rule=cost-changed", "--format", "markdown")[1]
    assert said.startswith("### cassette diff: only rule=cost-changed: no such change in all 9 recordings")
    assert "tokens in" not in said
