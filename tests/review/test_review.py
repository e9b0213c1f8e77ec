"""`cassette review`: what it asks, what follows from each answer, and that nothing is lost."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH
from terminal import Forked, Started, Terminal, reviewed

from cassette_tools.cli import main

IDENTITY = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
RECORDINGS = ("anthropic/hello.yaml", "anthropic/weather.yaml", "openai/summary.yaml")
WEATHER, SUMMARY = "t/anthropic/weather.yaml", "t/openai/summary.yaml"


def git(top: Path, *words: str) -> str:
    done = subprocess.run(("git", *IDENTITY, *words), cwd=top, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def record(top: Path, samples: Path, side: str) -> None:
    for name in RECORDINGS:
        path = top / "t" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(samples / "suite" / side / name, path)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """A repository of three recordings, which were recorded anew."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    top = tmp_path_factory.mktemp("review") / "repository"
    top.mkdir()
    git(top, "init", "-q", "-b", "main", "--template=")
    record(top, samples, "old")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    record(top, samples, "new")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        assert main(["review", "--accept", "rule=*"]) == 0  # imports what the reviews at a terminal need
    return top


@pytest.fixture
def top(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One of its own."""
    top = tmp_path / "repository"
    shutil.copytree(repository, top)
    monkeypatch.chdir(top)
    return top


def files(top: Path) -> dict[str, bytes]:
    """What the work tree holds, and what is kept of it."""
    kept = (top / ".git" / "cassette-rejected").rglob("*")
    paths = [path for path in (*(top / "t").rglob("*"), *kept, *top.glob("*")) if path.is_file()]
    return {str(path.relative_to(top)): path.read_bytes() for path in paths}


def committed(top: Path, path: str) -> bytes:
    """What the commit has at a path; nothing where it has no such file."""
    done = subprocess.run(("git", "show", f"HEAD:{path}"), cwd=top, capture_output=True, check=False)
    return done.stdout


def changed(top: Path) -> list[str]:
    """The files of the work tree that are not as they were committed."""
    words = ("git", "status", "--porcelain", "-uall")
    return subprocess.run(words, cwd=top, check=True, capture_output=True, text=True).stdout.splitlines()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["review", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


# --- at a terminal ---------------------------------------------------------------------------------------------------

TRANSCRIPT = """\
HEAD → the work tree: 3 recordings compared, each by its gravest change: 2
breaking, 1 shape

1/5  breaking  tool-arguments-shape-changed  1 recording
  weather of claude-sonnet-4: the arguments of get_weather have another shape:
  days 2 → "2"; by its schema, days must be an integer
    t/anthropic/weather.yaml
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] help
a  accept: the new recordings stay, and accepted.json says so
r  reject: a recording of which every change is rejected is taken back to HEAD
s  skip: this change is left for another time
d  details: each recording, with what it said and what it says
q  quit: do what was decided, and leave the rest
Ctrl-C  stop, and change nothing
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] details
t/anthropic/weather.yaml
  tool-arguments-shape-changed  interactions[0].response.output_messages[0].tool_calls[0].arguments  line 47
    the arguments of get_weather have another shape: days 2 → "2"; by its schema, days must be an integer (1 consequence folded: history)
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] accepted

2/5  breaking  finish-reason-changed  1 recording
  summary of gpt-4.1-mini: the output ended with stop and now ends with length;
  cause: request (max_tokens)
    t/openai/summary.yaml
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] rejected

3/5  behavior  request-parameter-changed  1 recording
  summary of gpt-4.1-mini: max_tokens 400 became 30
    t/openai/summary.yaml
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] rejected

4/5  shape  usage-detail-added  2 recordings
  usage.cache_creation is now reported: {"ephemeral_5m_input_tokens" …
  1h_input_tokens": 0} (all of claude-sonnet-4); cause: provider
    t/anthropic/hello.yaml
    t/anthropic/weather.yaml
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] skipped

5/5  shape  wire-field-added  1 recording
  weather of claude-sonnet-4: a new field content[].caller: {"type": "direct"};
  cause: provider
    t/anthropic/weather.yaml
accept, reject, skip, details, quit, help? [a,r,s,d,q,?] accepted

accepted.json: 2 findings accepted from now on
t/openai/summary.yaml: taken back to HEAD
what was recorded is kept: `cp -R .git/cassette-rejected/DIGEST/. .` brings it back
5 changes reviewed: 2 accepted, 2 rejected, 1 left
"""


def test_each_change_is_asked_about_and_what_was_decided_is_done(top: Path) -> None:
    before = files(top)
    status, shown = reviewed(top, "xdarrsa", "--baseline", "accepted.json", program=Started)
    digest = re.search(r"cassette-rejected/([0-9a-f]{12})/", shown)
    assert digest is not None
    assert shown.replace(digest[1], "DIGEST") == TRANSCRIPT
    assert status == 1
    after = files(top)
    kept = f".git/cassette-rejected/{digest[1]}/{SUMMARY}"
    accepted = json.loads(after.pop("accepted.json"))["accepted"]
    assert {(row["rule"], row["file"]) for row in accepted} == {
        ("tool-arguments-shape-changed", WEATHER),
        ("wire-field-added", WEATHER),
    }
    assert after == {**before, SUMMARY: committed(top, SUMMARY), kept: before[SUMMARY]}
    subprocess.run(("cp", "-R", f".git/cassette-rejected/{digest[1]}/.", "."), check=True)  # as it says
    assert files(top)[SUMMARY] == before[SUMMARY]


@pytest.mark.parametrize(
    ("keys", "status", "back"),
    [
        ("aaaaa", 0, []),
        ("AAAAA", 0, []),  # with the shift key, or caps lock
        ("q", 1, []),
        ("\x04", 1, []),  # Ctrl-D is the end of the answers
        ("sssss", 1, []),
        ("rrrrr", 1, [WEATHER, SUMMARY, "t/anthropic/hello.yaml"]),
        ("srrq", 1, [SUMMARY]),  # what was decided before is done
        ("sarss", 1, []),  # one of the two changes of the recording is accepted
        ("rssrr", 1, [WEATHER, "t/anthropic/hello.yaml"]),
        (["\x1b[A", "rr", *"aaaaa"], 0, []),  # neither an arrow nor a text that is pasted decides anything
    ],
)
def test_the_answers_decide_what_comes_back(top: Path, keys: Iterable[str], status: int, back: list[str]) -> None:
    before = files(top)
    assert reviewed(top, keys)[0] == status
    after = files(top)
    assert {path for path in before if after[path] != before[path]} == {*back}
    assert {path: after[path] for path in back} == {path: committed(top, path) for path in back}


@pytest.mark.parametrize("answers", ["", "rrrr"])
@pytest.mark.parametrize("stop", ["\x03", "r\x03", signal.SIGTERM, signal.SIGHUP])
def test_an_interruption_changes_nothing(top: Path, answers: str, stop: str | signal.Signals) -> None:
    before = files(top)
    program = Forked if answers else Started  # each stop once in a process of its own
    terminal = Terminal(top, "--baseline", "accepted.json", program=program)
    terminal.press(answers)
    if isinstance(stop, str):
        terminal.press([stop])
    else:
        terminal.stop(stop)
    status, shown = terminal.end()
    assert (status, shown.splitlines()[-1]) == (130, "cassette: interrupted: nothing was changed")
    assert files(top) == before


def test_what_somebody_changes_meanwhile_stays(top: Path) -> None:
    terminal = Terminal(top, "--only", "scenario=summary")
    terminal.press("r")
    terminal.wait()
    (top / SUMMARY).write_bytes(b"of somebody else\n")
    terminal.press("r")
    status, shown = terminal.end()
    assert status == 2
    assert f"{SUMMARY}: was changed while it was worked on: that change stays" in " ".join(shown.split())
    assert (top / SUMMARY).read_bytes() == b"of somebody else\n"


def test_colours_are_for_a_terminal_that_wants_them(top: Path) -> None:
    assert "\x1b[" not in reviewed(top, "q", NO_COLOR="1")[1]
    assert "1/5  \x1b[31;1mbreaking\x1b[0m" in reviewed(top, "q", NO_COLOR="")[1]


# --- by words --------------------------------------------------------------------------------------------------------


def test_words_decide_without_a_question(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "--accept", "level=shape", "--reject", "rule=*-changed")
    assert (status, err) == (1, "")
    assert re.sub(r"[0-9a-f]{12}", "DIGEST", out) == (
        "rejected  breaking  tool-arguments-shape-changed: weather of claude-sonnet-4: the arguments of get_weather have"
        ' another shape: days 2 → "2"; by its schema, days must be an integer\n'
        "rejected  breaking  finish-reason-changed: summary of gpt-4.1-mini: the output ended with stop and now ends with"
        " length; cause: request (max_tokens)\n"
        "rejected  behavior  request-parameter-changed: summary of gpt-4.1-mini: max_tokens 400 became 30\n"
        'accepted  shape  usage-detail-added: usage.cache_creation is now reported: {"ephemeral_5m_input_tokens" …'
        ' 1h_input_tokens": 0} (all of claude-sonnet-4); cause: provider\n'
        'accepted  shape  wire-field-added: weather of claude-sonnet-4: a new field content[].caller: {"type": "direct"};'
        " cause: provider\n"
        "t/anthropic/weather.yaml: not taken back, since not every change in it is rejected (2 accepted, 1 rejected)\n"
        "t/openai/summary.yaml: taken back to HEAD\n"
        "what was recorded is kept: `cp -R .git/cassette-rejected/DIGEST/. .` brings it back\n"
        "5 changes reviewed: 2 accepted, 3 rejected, 0 left\n"
    )
    assert changed(top) == [" M t/anthropic/hello.yaml", f" M {WEATHER}"]


@pytest.mark.parametrize(
    ("words", "status", "counts"),
    [
        (["--accept", "rule=*"], 0, "5 changes reviewed: 5 accepted, 0 rejected, 0 left"),
        (["--reject", "rule=*"], 1, "5 changes reviewed: 0 accepted, 5 rejected, 0 left"),
        (["--accept", "level=shape"], 1, "5 changes reviewed: 2 accepted, 0 rejected, 3 left"),
        (["--accept", "level=shape", "--only", "level=shape"], 0, "2 changes reviewed: 2 accepted, 0 rejected, 0 left"),
        # a change of two recordings, of which one is named, is two
        (["--reject", "scenario=hello"], 1, "6 changes reviewed: 0 accepted, 1 rejected, 5 left"),
        (["--accept", "rule=cost-changed"], 1, "5 changes reviewed: 0 accepted, 0 rejected, 5 left"),
        (["HEAD", "t/openai", "--accept", "rule=*"], 0, "2 changes reviewed: 2 accepted, 0 rejected, 0 left"),
        (["t/openai/summary.yaml", "--accept", "rule=*"], 0, "2 changes reviewed: 2 accepted, 0 rejected, 0 left"),
        (["--show", "breaking", "--accept", "rule=*"], 0, "2 changes reviewed: 2 accepted, 0 rejected, 0 left"),
    ],
)
def test_the_status_says_whether_all_was_accepted(
    top: Path, capsys: pytest.CaptureFixture[str], words: list[str], status: int, counts: str
) -> None:
    found, out, _ = run(capsys, *words)
    assert (found, out.splitlines()[-1]) == (status, counts)


def test_other_changes_of_a_recording_keep_it_though_only_some_are_reviewed(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(top)
    status, out, _ = run(capsys, "--only", "rule=finish-reason-changed", "--reject", "rule=*")
    assert status == 1
    assert f"{SUMMARY}: not taken back, since not every change in it is rejected (1 rejected, 1 left)" in out
    assert files(top) == before


def test_what_is_staged_is_told(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(top, "add", ".")
    _, out, _ = run(capsys, "--reject", "scenario=summary")
    assert f"`git restore --staged {SUMMARY}`" in out
    git(top, "restore", "--staged", SUMMARY)
    assert [line for line in changed(top) if SUMMARY in line] == []


def test_it_works_from_any_folder_of_the_repository(
    top: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    added = top / "t" / "of two words" / "trip [1].yaml"
    added.parent.mkdir()
    shutil.copyfile(samples / "suite" / "new" / "gemini" / "story.yaml", added)
    git(top, "add", ".")
    monkeypatch.chdir(top / "t" / "openai")
    status, out, err = run(capsys, "--reject", "rule=*", "..")
    back = ["../anthropic/hello.yaml", "../anthropic/weather.yaml", "'../of two words/trip [1].yaml'", "summary.yaml"]
    assert (status, err) == (1, "")
    assert out.splitlines()[-2] == (
        f"git would still commit the rejected recordings, which are staged: `git restore --staged {' '.join(back)}`"
    )
    digest = re.search(r"cassette-rejected/([0-9a-f]{12})/", out)
    assert digest is not None
    assert f"`cp -R ../../.git/cassette-rejected/{digest[1]}/. ../..` brings it back" in out
    git(top / "t" / "openai", "restore", "--staged", *(path.strip("'") for path in back))
    assert changed(top) == []


def test_new_removed_and_renamed_recordings_come_back_as_they_were(
    top: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (top / WEATHER).unlink()
    (top / WEATHER).parent.joinpath("hello.yaml").unlink()
    os.rmdir(top / "t" / "anthropic")
    (top / SUMMARY).rename(top / "t" / "openai" / "brief.yaml")
    shutil.copyfile(samples / "suite" / "new" / "gemini" / "story.yaml", top / "t" / "story.yaml")
    recorded = files(top)
    status, _, err = run(capsys, "--reject", "rule=*")
    assert (status, err) == (1, "")
    assert changed(top) == []
    kept = {
        path.partition("cassette-rejected/")[2][13:]: content
        for path, content in files(top).items()
        if "reject" in path
    }
    assert kept == recorded


def test_two_folders_are_reviewed_and_the_new_one_is_changed(
    top: Path, samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(samples / "suite" / "old" / "openai", top / "before")
    before = files(top)
    status, out, _ = run(capsys, "before", "t/openai", "--reject", "scenario=summary")
    assert status == 1
    assert out.splitlines()[1] == "left  behavior  recording-removed: the recording is gone (before)"
    after = files(top)
    assert {path for path in before if after[path] != before[path]} == {SUMMARY}
    assert after[SUMMARY] == (top / "before" / "summary.yaml").read_bytes()


def test_a_recording_that_cannot_be_written_is_told_and_the_others_come_back(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.link(top / SUMMARY, top / "also.txt")
    status, out, err = run(capsys, "--reject", "rule=*")
    assert status == 2
    assert "t/openai/summary.yaml: has 2 names (hard links)" in err
    assert "t/anthropic/weather.yaml: taken back to HEAD\n" in out
    assert "summary.yaml: taken back" not in out
    assert [line for line in changed(top) if line[1] == "M"] == [f" M {SUMMARY}"]
    assert run(capsys, "--reject", "rule=*", "--force")[0] == 1
    assert [line for line in changed(top) if line[1] == "M"] == []


# --- a baseline ------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_not_asked_about_again(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    baseline = ("--baseline", "accepted.json")
    assert run(capsys, *baseline, "--accept", "level=shape")[0] == 1
    assert run(capsys, *baseline, "--accept", "level=breaking")[1].splitlines()[-1] == (
        "3 changes reviewed: 2 accepted, 0 rejected, 1 left"
    )
    assert run(capsys, *baseline, "--show", "cosmetic", "--accept", "rule=*")[0] == 0
    status, out, _ = run(capsys, *baseline, "--reject", "rule=*")
    assert (status, out.splitlines()[0]) == (0, "nothing to review")
    assert main(["diff", "HEAD", *baseline, "--write-baseline", "empty.json"]) == 0
    assert main(["diff", "HEAD", "--write-baseline", "all.json"]) == 0
    assert json.loads(Path("empty.json").read_text())["accepted"] == []
    assert Path("accepted.json").read_text() == Path("all.json").read_text()


def test_a_baseline_knows_every_change_that_can_be_accepted(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pairs that show each finding of diff, as one suite."""
    git(tmp_path, "init", "-q")
    for pair in sorted((samples / "drift").iterdir())[:: 1 if THOROUGH else 10]:
        for side in ("old", "new"):
            for recording in pair.glob(f"{side}.*"):
                path = tmp_path / side / f"{pair.name}{recording.suffix}"
                path.parent.mkdir(exist_ok=True)
                shutil.copyfile(recording, path)
    monkeypatch.chdir(tmp_path)
    words = ("old", "new", "--show", "cosmetic", "--baseline", "accepted.json", "--accept", "rule=*")
    first = run(capsys, *words)
    second = run(capsys, *words)
    assert first[1].splitlines()[-1].endswith("0 rejected, 0 left")
    assert second[1].splitlines()[0] == "nothing to review"


def test_a_baseline_says_why_and_until_when(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--baseline", "b.json", "--accept", "rule=finish-reason-changed")
    status, out, _ = run(capsys, *words, "--reason", "asked\nfor less", "--until", "2999-12-31")
    assert (status, out.splitlines()[-2]) == (1, "b.json: 1 finding accepted until 2999-12-31")
    (row,) = json.loads(Path("b.json").read_text(encoding="utf-8"))["accepted"]
    assert {key: row[key] for key in ("rule", "file", "reason", "until")} == {
        "rule": "finish-reason-changed",
        "file": SUMMARY,
        "reason": "asked for less",
        "until": "2999-12-31",
    }
    assert run(capsys, *words[:2], "--accept", "level=shape")[1].splitlines()[-1].startswith("4 changes reviewed")
    assert main(["diff", "HEAD", "--baseline", "b.json", "--show", "noise", "--show-all"]) == 1
    assert "(in the baseline: asked for less)" in " ".join(capsys.readouterr().out.split())


def test_what_has_expired_is_told_and_asked_about_again(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "--baseline", "b.json", "--accept", "level=breaking", "--reason", "known", "--until", "2999-12-31")
    run(capsys, "--baseline", "b.json", "--accept", "rule=wire-field-added")
    written = Path("b.json").read_text(encoding="utf-8")
    Path("b.json").write_text(written.replace("2999-12-31", "2020-02-29"), encoding="utf-8")
    told = "cassette: b.json: 2 accepted findings expired on 2020-02-29: known\n"
    assert main(["diff", "HEAD", "--baseline", "b.json"]) == 1
    assert capsys.readouterr().err == told
    status, out, err = run(capsys, "--baseline", "b.json", "--accept", "level=breaking", "--reason", "still known")
    assert (status, out.splitlines()[-1], err) == (1, "4 changes reviewed: 2 accepted, 0 rejected, 2 left", told)
    rows = json.loads(Path("b.json").read_text(encoding="utf-8"))["accepted"]
    assert sorted((row["rule"], row.get("reason"), row.get("until")) for row in rows) == [
        ("finish-reason-changed", "still known", None),
        ("tool-arguments-shape-changed", "still known", None),
        ("wire-field-added", None, None),
    ]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"until": "soon"', "accepted[0].until is 'soon'; expected a day (2027-01-31)"),
        ('"until": 2027', "accepted[0].until is 2027; expected a text"),
        ('"reason": ["x"]', "accepted[0].reason is ['x']; expected a text"),
    ],
)
def test_a_baseline_that_says_something_else(
    top: Path, capsys: pytest.CaptureFixture[str], value: str, message: str
) -> None:
    Path("b.json").write_text(f'{{"accepted": [{{"fingerprint": "1", {value}}}]}}', encoding="utf-8")
    assert run(capsys, "--baseline", "b.json", "--accept", "rule=*") == (2, "", f"cassette: error: b.json: {message}\n")


# --- the configuration -----------------------------------------------------------------------------------------------


def test_rows_of_the_configuration(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--add-ignore", "asked for\nless", "--until", "2999-12-31")
    Path("pyproject.toml").write_text("[tool.cassette]\nexclude = []", encoding="utf-8")
    status, out, _ = run(capsys, *words, "--accept", "scenario=summary")
    assert status == 1
    assert out.splitlines()[-2] == f"{top}/pyproject.toml: 2 rows [[diff.ignore]] added, for 2 findings"
    assert (
        Path("pyproject.toml").read_text(encoding="utf-8")
        == """\
[tool.cassette]
exclude = []

[[tool.cassette.diff.ignore]]
rule = "finish-reason-changed"
path = "interactions[*].response.finish_reasons[*]"
reason = "asked for less"
until = 2999-12-31

[[tool.cassette.diff.ignore]]
rule = "request-parameter-changed"
path = "interactions[*].request.parameters.max_tokens"
reason = "asked for less"
until = 2999-12-31
"""
    )
    assert run(capsys, *words, "--accept", "level=shape")[1].splitlines()[-1].startswith("3 changes reviewed")


def test_a_row_accepts_nothing_that_was_left(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of two recordings, of which one is accepted, is accepted for that alone; from whatever folder."""
    status, out, _ = run(capsys, "--add-ignore", "new", "--accept", "scenario=hello")
    assert (status, out.splitlines()[-2]) == (1, f"{top}/cassette.toml: 1 row [[diff.ignore]] added, for 1 finding")
    assert 'files = "t/anthropic/hello.yaml"\n' in Path("cassette.toml").read_text(encoding="utf-8")
    for folder in (".", "t", "t/anthropic"):
        monkeypatch.chdir(top / folder)
        assert main(["diff", "HEAD", "--format", "json"]) == 1
        pairs = json.loads(capsys.readouterr().out)["pairs"]
        told = [
            os.path.basename(pair["new"]["path"])
            for pair in pairs
            for each in pair["findings"]
            if each["rule"] == "usage-detail-added" and each["level"] != "noise"
        ]
        assert (folder, told) == (folder, ["weather.yaml"])


CHOICES = ("rule=finish-*", "rule=*-added", "level=behavior", "scenario=hello", "scenario=weather", "model=gpt-*")


@pytest.mark.parametrize("choice", CHOICES)
def test_rows_and_a_baseline_accept_the_same(top: Path, capsys: pytest.CaptureFixture[str], choice: str) -> None:
    """What is told with the rows is what is told with a baseline of the same findings."""
    run(capsys, "--baseline", "b.json", "--accept", choice)
    Path("c.toml").write_text("", encoding="utf-8")
    run(capsys, "--add-ignore", "known", "--accept", choice, "--config", "c.toml")

    def told(*words: str) -> list[str]:
        main(["diff", "HEAD", *words, "--format", "json"])
        pairs = json.loads(capsys.readouterr().out)["pairs"]
        return [each["fingerprint"] for pair in pairs for each in pair["findings"] if each["level"] != "noise"]

    assert told("--config", "c.toml") == told("--baseline", "b.json") != told()


# --- what cannot be done ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            [],
            "standard input is no terminal, so that nobody can be asked; say what to accept and what to reject: --accept"
            " rule=NAME, --reject level=breaking; --accept 'rule=*' accepts all",
        ),
        (
            ["--accept", "level=breaking", "--reject", "scenario=summary"],
            "finish-reason-changed (breaking) fits both --accept level=breaking and --reject scenario=summary: name it in"
            " one of them; nothing was changed",
        ),
        (
            ["HEAD..", "--accept", "rule=*"],
            "HEAD.. is two commits, and a review is of the files in the work tree: name one commit, `cassette review"
            " COMMIT`",
        ),
        (["nowhere", "--accept", "rule=*"], "'nowhere' is no file, folder or revision here"),
        (
            ["--reject", "rule=finish-reason"],
            "--reject rule=finish-reason: there is no such rule; did you mean finish-reason-changed?",
        ),
        (
            ["--baseline", "b", "--add-ignore", "r", "--accept", "rule=*"],
            "--baseline and --add-ignore are two places for what is accepted: name one of them",
        ),
        (
            ["--reason", "r", "--accept", "rule=*"],
            "--reason is written into a baseline: name it with --baseline FILE; --add-ignore has its own",
        ),
        (["--add-ignore", " ", "--accept", "rule=*"], "--add-ignore needs a reason: say why this is accepted"),
        (
            ["--until", "2999-12-31", "--accept", "rule=*"],
            "--until is the last day of what --baseline or --add-ignore accepts: give one of them, too",
        ),
        (
            ["--baseline", "b", "--until", "soon", "--accept", "rule=*"],
            "--until soon: expected a day, such as 2027-01-31",
        ),
        (
            ["--baseline", "b", "--until", "2020-02-29", "--accept", "rule=*"],
            "--until 2020-02-29: that day is over, so that nothing would be accepted",
        ),
        (["--accept", "level=bad"], "--accept level=bad: expected one of breaking, behavior, shape, cosmetic, noise"),
        (
            ["--reject", "scenario=nix"],
            "--reject scenario=nix: no recording fits; the scenarios are hello, summary, weather",
        ),
        (["--accept", "all"], "--accept all: expected rule=…, level=…, scenario=…, provider=… or model=…"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    top: Path, capsys: pytest.CaptureFixture[str], words: list[str], expected: str
) -> None:
    before = files(top)
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.replace(git(top, "rev-parse", "HEAD")[:12], "COMMIT") == f"cassette: error: {expected}\n"
    assert files(top) == before


def test_what_is_in_no_repository_has_nowhere_to_be_kept(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for side in ("old", "new"):
        shutil.copytree(samples / "suite" / side / "openai", tmp_path / side)
    assert run(capsys, "old", "new", "--reject", "rule=*") == (
        2,
        "",
        "cassette: error: new is in no git repository, where a review keeps what is rejected: `git init` makes one;"
        " `cassette diff --write-baseline FILE` accepts without\n",
    )


def test_nothing_compared_is_no_success(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (top / "empty").mkdir()
    assert run(capsys, "HEAD", "empty", "--accept", "rule=*")[0] == 2
    assert run(capsys, "HEAD", "empty", "--accept", "rule=*", "--allow-empty")[0] == 0


# --- a stop at any moment --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", range(1, 25) if THOROUGH else range(1, 25, 3))
def test_no_stop_loses_a_recording(
    top: Path, samples: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moment: int
) -> None:
    """Every recording is the old one or the new one, and each new one can still be got."""
    shutil.copyfile(samples / "suite" / "new" / "gemini" / "story.yaml", top / "t" / "story.yaml")
    recorded = files(top)
    calls = count(1)
    synchronise, unlink = os.fsync, os.unlink

    def stopping(call: Callable[[Any], None]) -> Callable[[Any], None]:
        def stopped(of: Any) -> None:
            if next(calls) == moment:
                raise KeyboardInterrupt
            call(of)

        return stopped

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", stopping(synchronise))
        patched.setattr(os, "unlink", stopping(unlink))
        status, _, _ = run(capsys, "--reject", "rule=*", "--baseline", "accepted.json")
    assert status == (130 if next(calls) > moment else 1)
    left = files(top)
    kept = {*left.values()}
    assert {path for path, content in recorded.items() if content not in kept} == set()
    for path in (*recorded, *(f"t/{name}" for name in RECORDINGS)):
        assert left.get(path, b"") in (recorded[path], committed(top, path))
    again = run(capsys, "--reject", "rule=*")
    assert again[0] in (0, 1), again  # and it can be done again
    assert changed(top) == []
