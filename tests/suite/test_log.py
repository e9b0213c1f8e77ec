"""`cassette log` and `cassette report --since`: recordings through the commits of git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_suites import TOOLS, answered, asked, exchange, streamed, write

from cassette_tools.cli import main
from cassette_tools.lint.cache import Cache
from cassette_tools.schema import schema_text
from cassette_tools.source import Source
from cassette_tools.suite import git_history
from cassette_tools.suite.facts import facts_in
from cassette_tools.suite.git_history import GitHistory
from cassette_tools.suite.history_changes import SUBJECTS, changes_between
from cassette_tools.suite.states import FIELDS, State, state_of
from cassette_tools.suite.survey import result_of

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
IDENTITY = ("-c", "user.name=Ada", "-c", "user.email=ada@example.invalid", "-c", "commit.gpgsign=false")


def git(*words: str, day: str = "2025-06-01", at: str | Path = ".") -> str:
    when = {"GIT_AUTHOR_DATE": f"{day}T08:00:00Z", "GIT_COMMITTER_DATE": f"{day}T08:00:00Z"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ("git", *IDENTITY, *words), cwd=at, check=True, capture_output=True, text=True, env={**kept, **when}
    )
    return done.stdout.strip()


def commit(day: str, subject: str) -> None:
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", subject, day=day)


def record(path: str, model: str = "gpt-4o", said: str = "36", asks: str = "", **more: Any) -> None:
    """A recording of one call, in which what is asked is that of no other scenario."""
    words = " ".join(f"{asks or Path(path).stem}{number}" for number in range(60))
    messages = [{"role": "user", "content": words}]
    write(path, exchange(asked(model=model, messages=messages), answered(said, **{"model": model, **more})))


def used(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": tokens, "completion_tokens": 2, "total_tokens": tokens + 2}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    git("init", "-q", "-b", "main")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The lines that a successful run prints, commits as ``*`` of their names."""
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, "")
    names = git("log", "--all", "--format=%h", "--abbrev=7").split()
    for name in names:
        out = out.replace(name, "*" * 7)
    return out.splitlines()


def read(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    status, out, _ = run(capsys, *words, "--format", "json")
    assert status == 0
    found: dict[str, Any] = json.loads(out)
    name = "history-report" if words[0] == "log" else "suite-report"
    assert list(Draft202012Validator(json.loads(schema_text(name))).iter_errors(found)) == []
    return found


def versions(report: dict[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    """Of each recording: what happened to it, at which commit, and where it was then."""
    subjects = [each["subject"] or each["kind"] for each in report["moments"]]
    return {
        track["path"]: [(each["change"], subjects[each["moment"]], each["path"]) for each in track["versions"]]
        for track in report["recordings"]
    }


def two_models() -> None:
    """Three commits of two scenarios."""
    for model in ("gpt-4o", "o4-mini"):
        for scenario in ("age", "name"):
            record(f"c/{model}/{scenario}.json", model)
    commit("2025-06-01", "Record")
    record("c/gpt-4o/age.json", choices=[{"index": 0, "message": {"role": "assistant", "content": "3"}, "finish_reason": "length"}])  # fmt: skip
    record("c/o4-mini/age.json", "o4-mini", said="37")
    commit("2025-06-02", "Ask for less")
    Path("readme.md").write_text("nothing recorded", encoding="utf-8")
    commit("2025-06-03", "Write")
    record("c/o4-mini/age.json", "o4-mini", usage=used(20))
    record("c/o4-mini/name.json", "o4-mini", usage=used(20))
    record("c/o4-mini/year.json", "o4-mini")
    Path("c/gpt-4o/name.json").unlink()
    commit("2025-06-04", "Record anew\n\nand explain")


def test_commit_by_commit(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_models()
    assert told(capsys, "log", "c") == [
        "5 recordings of 3 scenarios, changed by 3 commits from 2025-06-01 to 2025-06-04",
        "",
        "2025-06-04 ******* Record anew (Ada)",
        "  1 new: year of o4-mini",
        "  1 gone: name of gpt-4o",
        "  2 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 20 → 40 (+100.0%), out 4, as before",
        "",
        "2025-06-02 ******* Ask for less (Ada)",
        "  finish reason stop → length: age of gpt-4o",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "",
        "2025-06-01 ******* Record (Ada)",
        "  4 new",
    ]


def message(finish: str, model: str = "claude-sonnet-4") -> dict[str, Any]:
    """An answer of Anthropic's Messages."""
    usage = {"input_tokens": 10, "output_tokens": 2}
    said = [{"type": "text", "text": "36"}]
    return {"id": "msg_1", "type": "message", "role": "assistant", "model": model, "content": said, "stop_reason": finish, "usage": usage}  # fmt: skip


def test_how_a_call_ended_is_told_in_the_words_of_the_wire_too(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The canonical word alone where the other says no more; another provider's word for the same end is no change."""
    url = "https://api.anthropic.com/v1/messages"
    for name in ("age", "name", "odd"):
        write(f"c/{name}.json", exchange(asked(model="claude-sonnet-4"), message("end_turn"), url=url))
    commit("2025-06-01", "Record")
    write("c/age.json", exchange(asked(model="claude-sonnet-4"), message("max_tokens"), url=url))
    write("c/name.json", exchange(asked(), answered("36")))
    write("c/odd.json", exchange(asked(model="claude-sonnet-4"), message("tired"), url=url))
    commit("2025-06-02", "Record anew")
    said = told(capsys, "log", "c")
    assert [line for line in said if "finish" in line] == [
        "  finish reason stop (end_turn) → length (max_tokens): age of claude-sonnet-4",
        "  finish reason stop (end_turn) → tired: odd of claude-sonnet-4",
    ]
    rows = told(capsys, "log", "c", "--scenario", "age")
    assert [line.split("  ")[1:4] for line in rows if line.startswith("  2025")] == [
        ["2025-06-02", "*******", "length (max_tokens)"],
        ["2025-06-01", "*******", "stop (end_turn)"],
    ]
    states = {each["path"]: each["versions"][-1]["state"] for each in read(capsys, "log", "c")["recordings"]}
    ends = {path: (state["finish_reasons"], state["finish_words"]) for path, state in states.items()}
    assert ends == {
        "c/age.json": (["length"], ["length (max_tokens)"]),
        "c/name.json": (["stop"], ["stop"]),
        "c/odd.json": (["tired"], ["tired"]),
    }


def test_a_state_of_an_older_version_has_canonical_words_alone() -> None:
    old, new = State(finish_reasons=("stop",)), State(finish_reasons=("length",), finish_words=("length (max_tokens)",))
    assert changes_between(old, new) == [("finish reason", "stop", "length (max_tokens)")]
    assert changes_between(old, State(finish_reasons=("stop",), finish_words=("stop (end_turn)",))) == []


@pytest.mark.parametrize("name", ["suite-report", "history-report"])
def test_the_schemas_know_all_that_is_compared(name: str) -> None:
    """Every field of a state, and (where changes are told) every subject of one."""
    nodes = [json.loads(schema_text(name))]
    states, subjects = [], []
    while nodes:
        node = nodes.pop()
        nodes += [each for each in (node.values() if isinstance(node, dict) else node) if isinstance(each, dict | list)]
        properties = node.get("properties", {}) if isinstance(node, dict) else {}
        states += [node] if "finish_reasons" in properties else []
        subjects += [set(properties["subject"]["enum"])] if "failed calls" in str(properties.get("subject")) else []
    assert states
    assert all(set(FIELDS) == set(each["required"]) == set(each["properties"]) for each in states)
    assert all(each == set(SUBJECTS) for each in subjects)
    assert bool(subjects) == (name == "suite-report")


def sends(path: str, system: str, *tools: str, prompt: str = "How old is Ada?") -> None:
    """A recording by what its request holds."""
    messages = [*([{"role": "system", "content": system}] if system else ()), {"role": "user", "content": prompt}]
    offered = [{"type": "function", "function": {"name": name, "parameters": {}}} for name in tools]
    write(path, exchange(asked(messages=messages, **({"tools": offered} if offered else {})), answered()))


KEY = "sk-proj-" + "Tq7mWb2ZxLk9RfVn3HsYd8GcJp4EaUt6" * 2


def test_what_is_sent_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With which commit a prompt became another, a tool came, and a secret slipped in; another day is no other prompt."""
    sends("c/age.json", "Today is 2025-06-01. You run in age.")
    sends("c/name.json", "Today is 2025-06-01. You run in name.", "add", "ask")
    commit("2025-06-01", "Record")
    sends("c/age.json", "Today is 2025-06-02. You run in age. Be brief.")
    sends("c/name.json", "Today is 2025-06-02. You run in name. Be brief.", "add", "ask")
    commit("2025-06-02", "Ask for less")
    sends("c/age.json", "", "look")
    sends("c/name.json", "Today is 2025-06-03. You run in name. Be brief.", "add", "look", prompt=f"Whose is {KEY}?")
    commit("2025-06-03", "Look it up")
    sends("c/age.json", "Be kind.")
    sends("c/name.json", "Today is 2025-06-04. You run in name. Be brief.", "add", "look", prompt=f"Whose is {KEY}?")
    commit("2025-06-04", "Be kind")
    assert told(capsys, "log", "c") == [
        "2 recordings of 2 scenarios, changed by 4 commits from 2025-06-01 to 2025-06-04",
        "",
        "2025-06-04 ******* Be kind (Ada)",
        "  system prompt none → there: age",
        "  no longer offers look: age",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "",
        "2025-06-03 ******* Look it up (Ada)",
        "  secrets 0 → 1: name",
        "  system prompt there → none: age",
        "  first prompt of the user changed: name",
        "  now offers look: age",
        "  now offers look and no longer ask: name",
        "",
        "2025-06-02 ******* Ask for less (Ada)",
        "  system prompt changed: all recordings",
        "",
        "2025-06-01 ******* Record (Ada)",
        "  2 new: all recordings",
    ]
    columns = told(capsys, "log", "c", "--scenario", "name")
    assert columns[5].split() == ["day", "commit", "secrets", "prompt", "subject"]
    fourth, third, second, first = (line.split() for line in columns[6:])
    assert (fourth[2], fourth[3]) == (third[2], third[3]) == ("1", third[3])
    assert len({third[3], second[2], first[2]}) == 3
    (age, name) = read(capsys, "log", "c")["recordings"]
    assert [each["state"]["offered"] for each in age["versions"]] == [[], [], ["look"], []]
    assert [each["state"]["secrets"] for each in name["versions"]] == [0, 0, 1, 1]


def test_what_an_older_state_does_not_know_is_no_change() -> None:
    old, new = State(calls=1), State(calls=1, system_prompts=("a",), prompts=(), offered=("add",), secrets=2)
    assert (changes_between(old, new), changes_between(new, old)) == ([], [])


def test_one_scenario_as_a_timeline(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_models()
    always = "  always: calls 1; provider openai; SDK OpenAI/Go 2.7.1; recorded 2025-11-18"
    assert told(capsys, "log", "c", "--scenario", "age") == [
        "2 recordings of age, changed by 3 commits from 2025-06-01 to 2025-06-04",
        "",
        "gpt-4o  c/gpt-4o/age.json",
        "  always: calls 1; in 10; out 2; provider openai; SDK OpenAI/Go 2.7.1; recorded 2025-11-18",
        "  day         commit   finish  subject",
        "  2025-06-02  *******  length  Ask for less",
        "  2025-06-01  *******  stop    Record",
        "",
        "o4-mini  c/o4-mini/age.json",
        always.replace("always:", "always: finish stop;").replace("calls 1;", "calls 1; out 2;"),
        "  day         commit   in  subject",
        "  2025-06-04  *******  20  Record anew",
        "  2025-06-02  *******  10  Ask for less",
        "  2025-06-01  *******  10  Record",
    ]


def test_a_recording_that_is_gone_has_its_end(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_models()
    assert told(capsys, "log", "c/gpt-4o/name.json")[-3:] == [
        "  day         commit   change  subject",
        "  2025-06-04  *******  gone    Record anew",
        "  2025-06-01  *******          Record",
    ]


def test_markdown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_models()
    git("commit", "-q", "--amend", "-m", "<b>*Record* | @all", day="2025-06-04")
    assert told(capsys, "log", "c", "--scenario", "age", "--only", "model=o4-mini", "--format", "markdown") == [
        "### cassette log: 1 recording of age, changed by 3 commits from 2025-06-01 to 2025-06-04",
        "",
        "**o4-mini** c/o4-mini/age.json",
        "",
        "always: finish stop; calls 1; out 2; provider openai; SDK OpenAI/Go 2.7.1; recorded 2025-11-18",
        "",
        "| day | commit | in | subject |",
        "|---|---|---|---|",
        "| 2025-06-04 | ******* | 20 | &lt;b&gt;\\*Record\\* \\| @\u200ball |",
        "| 2025-06-02 | ******* | 10 | Ask for less |",
        "| 2025-06-01 | ******* | 10 | Record |",
    ]
    assert told(capsys, "log", "c", "--format", "markdown")[2:9] == [
        "**2025-06-04 ******* &lt;b&gt;\\*Record\\* \\| @\u200ball (Ada)**",
        "",
        "- 1 new: year of o4-mini",
        "- 1 gone: name of gpt-4o",
        "- 2 recorded again, with the same ends, prompts, tools, models and SDKs",
        "- tokens in 20 → 40 (+100.0%), out 4, as before",
        "",
    ]


# --- what git tells --------------------------------------------------------------------------------------------------


def test_renames_are_followed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By git, where the content stayed; from outside of the path; by the scenario alone, as `diff` pairs them."""
    record("old/trip.json")
    record("c/a/gpt-4o/walk.json")
    commit("2025-06-01", "Record")
    record("old/trip.json", usage=used(11))
    commit("2025-06-02", "Record again")
    git("mv", "old/trip.json", "c/trip.json")
    git("mv", "c/a/gpt-4o/walk.json", "c/a/gpt-4o/stroll.json")
    commit("2025-06-03", "Move")
    Path("c/a/gpt-4o/stroll.json").unlink()
    record("c/a/o4-mini/stroll.json", "o4-mini", said="Thirty-six, I think. " * 400, asks="walk")
    commit("2025-06-04", "Take another model")
    assert git("diff", "--name-status", "-M", "HEAD^").split() == ["D", "c/a/gpt-4o/stroll.json", "A", "c/a/o4-mini/stroll.json"]  # fmt: skip
    assert versions(read(capsys, "log", "c")) == {
        "c/a/o4-mini/stroll.json": [
            ("added", "Record", "c/a/gpt-4o/walk.json"),
            ("renamed", "Move", "c/a/gpt-4o/stroll.json"),
            ("renamed", "Take another model", "c/a/o4-mini/stroll.json"),
        ],
        "c/trip.json": [
            ("added", "Record", "old/trip.json"),
            ("changed", "Record again", "old/trip.json"),
            ("renamed", "Move", "c/trip.json"),
        ],
    }
    assert versions(read(capsys, "log", "old")) == {
        "old/trip.json": [
            ("added", "Record", "old/trip.json"),
            ("changed", "Record again", "old/trip.json"),
            ("removed", "Move", "old/trip.json"),
        ]
    }


def test_two_files_that_change_places(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record("a.json", said="one " * 90)
    record("b.json", said="two " * 90)
    commit("2025-06-01", "Record")
    Path("a.json").rename("x")
    Path("b.json").rename("a.json")
    Path("x").rename("b.json")
    commit("2025-06-02", "Swap")
    assert versions(read(capsys, "log")) == {
        "a.json": [("added", "Record", "a.json"), ("changed", "Swap", "a.json")],
        "b.json": [("added", "Record", "b.json"), ("changed", "Swap", "b.json")],
    }


def test_what_a_merge_brought_is_told_when_it_arrived(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record("a.json")
    commit("2025-06-01", "Record")
    git("switch", "-q", "-c", "side")
    record("a.json", usage=used(11))
    commit("2025-06-02", "Side")
    record("a.json", usage=used(12))
    commit("2025-06-03", "Side again")
    git("switch", "-q", "main")
    record("b.json")
    commit("2025-06-04", "Main")
    git("merge", "-q", "--no-ff", "-m", "Merge", "side", day="2025-06-05")
    report = read(capsys, "log")
    assert versions(report) == {
        "a.json": [("added", "Record", "a.json"), ("changed", "Merge", "a.json")],
        "b.json": [("added", "Main", "b.json")],
    }
    assert [each["state"]["input_tokens"] for each in report["recordings"][0]["versions"]] == [10, 12]
    # what HEAD did since it left a commit of the branch that was merged
    assert versions(read(capsys, "log", "--since", "side"))["a.json"] == [
        ("there", "Record", "a.json"),
        ("changed", "Merge", "a.json"),
    ]


def test_what_is_not_committed_comes_last(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        record(f"{name}.json", said=f"{name} " * 90)
    Path(".gitignore").write_text("ignored.json\n", encoding="utf-8")
    commit("2025-06-01", "Record")
    record("a.json", said="a " * 90, usage=used(11))
    Path("b.json").unlink()
    git("mv", "c.json", "d.json")
    record("new.json")
    record("ignored.json")
    os.utime(".gitignore")
    assert versions(read(capsys, "log")) == {
        "a.json": [("added", "Record", "a.json"), ("changed", "work-tree", "a.json")],
        "b.json": [("added", "Record", "b.json"), ("removed", "work-tree", "b.json")],
        "d.json": [("added", "Record", "c.json"), ("renamed", "work-tree", "d.json")],
        "new.json": [("added", "work-tree", "new.json")],
    }
    assert told(capsys, "log")[:3] == [
        "4 recordings of 4 scenarios, changed by 1 commit on 2025-06-01 and by what is not committed",
        "",
        "not committed",
    ]


def test_a_version_that_cannot_be_read_is_told_in_its_place(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record("a.json")
    whole = Path("a.json").read_text(encoding="utf-8")
    commit("2025-06-01", "Record")
    Path("a.json").write_text(whole[:-9], encoding="utf-8")
    commit("2025-06-02", "Cut")
    Path("a.json").write_text("{}", encoding="utf-8")
    commit("2025-06-03", "Empty")
    Path("a.json").write_text(whole, encoding="utf-8")
    commit("2025-06-04", "Mend")
    report = read(capsys, "log")
    assert versions(report) == {
        "a.json": [("added", "Record", "a.json"), ("changed", "Cut", "a.json"), ("removed", "Empty", "a.json"), ("added", "Mend", "a.json")]
    }  # fmt: skip
    assert [each.get("problem", "")[:12] for each in report["recordings"][0]["versions"]] == [
        "",
        "not readable",
        "",
        "",
    ]


def test_a_path_says_the_same_from_wherever_it_is_typed(
    here: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    two_models()
    whole = versions(read(capsys, "log", "c/o4-mini"))
    assert versions(read(capsys, "log", str(here / "c" / "o4-mini"))) == whole
    monkeypatch.chdir(here / "c" / "o4-mini")
    assert list(versions(read(capsys, "log"))) == ["age.json", "name.json", "year.json"]
    assert list(versions(read(capsys, "log", "../gpt-4o"))) == ["../gpt-4o/age.json", "../gpt-4o/name.json"]
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert len(versions(read(capsys, "log", str(here)))) == 5


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("log.follow=true", "git would follow one file and fail at two"),
        ("log.showRoot=false", "the first commit would have no files"),
        ("log.diffMerges=off", "merges would bring nothing"),
        ("diff.relative=true", "paths would begin elsewhere"),
        ("diff.renames=false", "asked for by name"),
        ("color.ui=always", "colours in the names of objects"),
        ("log.showSignature=true", "lines before the names"),
    ],
)
def test_settings_of_git_change_nothing(
    here: Path, capsys: pytest.CaptureFixture[str], settings: str, why: str
) -> None:
    record("a.json")
    commit("2025-06-01", "Record")
    git("switch", "-q", "-c", "side")
    git("mv", "a.json", "b.json")
    commit("2025-06-02", "Move")
    git("switch", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", "Merge", "side", day="2025-06-05")
    expected = versions(read(capsys, "log"))
    assert expected == {"b.json": [("added", "Record", "a.json"), ("renamed", "Merge", "b.json")]}
    git("config", *settings.split("="))
    assert versions(read(capsys, "log")) == expected, why


# --- since -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "before", "after"),
    [
        ("2025-06-01", None, ["Record", "Ask for less", "Record anew"]),
        ("2025-06-02", "Record", ["Ask for less", "Record anew"]),
        ("2025-06-03", "Ask for less", ["Record anew"]),
        ("HEAD^", "Write", ["Record anew"]),
        ("v1", "Record", ["Ask for less", "Record anew"]),
        ("HEAD", "Record anew", []),
        ("2030-01-01", "Record anew", []),
        ("100 years ago", None, ["Record", "Ask for less", "Record anew"]),
    ],
)
def test_since(
    here: Path, capsys: pytest.CaptureFixture[str], since: str, before: str | None, after: list[str]
) -> None:
    two_models()
    git("tag", "v1", "HEAD~3")
    report = read(capsys, "log", "--since", since)
    moments = [(each["kind"], each["subject"]) for each in report["moments"]]
    assert moments == [*([("base", before)] if before else []), *(("commit", each) for each in after)]


@pytest.mark.parametrize(
    ("since", "why"),
    [
        ("nope", "git knows no such commit; expected a commit, or a day such as 2025-11-18 or '2 weeks ago'"),
        ("v1..main", "git knows no such commit; expected a commit, or a day such as 2025-11-18 or '2 weeks ago'"),
        ("-x", "git knows no such commit; expected a commit, or a day such as 2025-11-18 or '2 weeks ago'"),
        ("yesterday", "git knows no such commit; expected a commit, or a day such as 2025-11-18 or '2 weeks ago'"),
    ],
)
def test_since_what_git_does_not_know(here: Path, capsys: pytest.CaptureFixture[str], since: str, why: str) -> None:
    two_models()
    assert run(capsys, "log", f"--since={since}") == (2, "", f"cassette: error: --since {since}: {why}\n")


def test_report_since(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    two_models()
    assert told(capsys, "report", "c", "--since", "HEAD~3") == [
        "4 recordings of 3 scenarios, 1 provider, 2 models; recorded on 2025-11-18",
        "4 calls: 60 tokens in, 8 out, median 2 s",
        "scenarios are guessed (--scenario-from): gpt-4o/age.json is age",
        "",
        "since HEAD~3 (2025-06-01): changed by 2 commits from 2025-06-02 to 2025-06-04",
        "  finish reason stop → length: age of gpt-4o",
        "  1 new: year of o4-mini",
        "  1 gone: name of gpt-4o",
        "  2 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 30 → 50 (+66.7%), out 6, as before",
        "",
        "2025-06-04 ******* Record anew (Ada)",
        "  1 new: year of o4-mini",
        "  1 gone: name of gpt-4o",
        "  2 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 20 → 40 (+100.0%), out 4, as before",
        "",
        "2025-06-02 ******* Ask for less (Ada)",
        "  finish reason stop → length: age of gpt-4o",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
    ]
    since = read(capsys, "report", "c", "--since", "HEAD~3")["since"]
    assert [since[key] for key in ("asked", "changes", "added", "removed", "renamed", "totals")] == [
        "HEAD~3",
        [{"subject": "finish reason", "old": "stop", "new": "length", "recordings": ["c/gpt-4o/age.json"]}],
        ["c/o4-mini/year.json"],
        ["c/gpt-4o/name.json"],
        [],
        {"input_tokens": [30, 50], "output_tokens": [6, 6]},
    ]
    assert told(capsys, "report", "c", "--since", "HEAD", "--format", "markdown")[5:7] == [
        "**since HEAD (2025-06-04): nothing changed**",
        "",
    ]


def test_a_shallow_clone_says_so(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    two_models()
    git("clone", "-q", "--depth", "2", here.as_uri(), "clone")
    monkeypatch.chdir(here / "clone")
    status, out, err = run(capsys, "log", "c")
    boundary = git("rev-parse", "HEAD^")[:7]
    assert (status, out.splitlines()[0]) == (0, "5 recordings of 3 scenarios, changed by 1 commit on 2025-06-04")
    assert err == (
        f"cassette: the history begins on 2025-06-03 ({boundary}); this clone is shallow (it has only the last commits):"
        " fetch the rest with `git fetch --unshallow`, or check out with `fetch-depth: 0` in GitHub Actions and"
        " `GIT_DEPTH: 0` in GitLab CI\n"
    )
    assert read(capsys, "log")["complete"] is False
    status, out, err = run(capsys, "log", "--since", "2025-06-01")
    assert (status, out) == (2, "")
    assert err.startswith("cassette: error: --since 2025-06-01: git has no commit of that time; this clone is shallow")


def test_no_history(here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:  # fmt: skip
    assert run(capsys, "log") == (
        2,
        "",
        f"cassette: error: the git repository {here} has no commit yet, so that nothing has a history\n",
    )
    Path("readme.md").write_text("nothing recorded", encoding="utf-8")
    commit("2025-06-01", "Begin")
    assert run(capsys, "log", "readme.md") == (
        2,
        "",
        "cassette: no recording was found in the history of readme.md; --allow-empty takes that for success\n",
    )
    assert run(capsys, "log", "--allow-empty")[0] == 0
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    assert run(capsys, "log") == (
        2,
        "",
        "cassette: error: . is in no git repository, so that it has no history;"
        " `cassette report --history FILE` keeps one\n",
    )


# --- each content once -----------------------------------------------------------------------------------------------


def test_each_content_is_read_once_and_never_again(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read_now: list[str] = []

    def counting(source: Any, path: str, *, named: bool) -> Any:
        read_now.append(path)
        return result_of(source, path, named)

    monkeypatch.setattr(git_history, "result_of", counting)
    two_models()
    shutil.copytree("c/o4-mini", "c/copy")
    commit("2025-06-05", "Copy")
    first = told(capsys, "log", "c", "--jobs", "1")
    assert len(read_now) == 9  # 4, 2 and 3 were recorded; the copies are nothing new
    assert told(capsys, "log", "c", "--jobs", "1") == first
    assert len(read_now) == 9
    assert told(capsys, "log", "c", "--jobs", "1", "--no-cache") == first
    assert len(read_now) == 18
    read_now.clear()
    last = [f"c/o4-mini/{name}.json" for name in ("age", "name", "year")]  # what names scenarios
    assert told(capsys, "log", "c", "--scenario", "name", "--no-cache", "--only", "model=gpt-4o", "--jobs", "1")
    assert sorted(read_now) == ["c/gpt-4o/age.json", "c/gpt-4o/name.json", *last]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_is_no_state_is_not_taken_for_one(value: object) -> None:
    assert not git_history.is_state(value) or value == [False, "", []]


def test_contents_that_nobody_asks_for_go_when_there_are_too_many(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def kept(*names: str) -> list[str]:
        known = Cache(None, "states", git_history.is_state)
        return [name for name in names if known.kept(name) is not None]

    for name in ("a", "b"):
        held = Cache(None, "states", git_history.is_state)
        held.keep(name, [False, "", []])
        held.save()
    assert kept("a", "b") == ["a", "b"]
    monkeypatch.setattr(sys.modules["cassette_tools.lint.cache"], "_MOST_KEPT", 2)
    held = Cache(None, "states", git_history.is_state)
    assert held.kept("b") is not None
    held.keep("c", [False, "", []])
    held.save()
    assert kept("a", "b", "c") == ["b", "c"]


# --- the same, found another way -------------------------------------------------------------------------------------

NAMES = ("age", "name", "walk/age")
STEPS = st.lists(
    st.lists(st.tuples(st.sampled_from(NAMES), st.one_of(st.none(), st.integers(1, 4))), min_size=1, max_size=3),
    min_size=1,
    max_size=6,
)


@given(steps=STEPS)
@examples(60)
def test_a_history_is_what_each_commit_holds(steps: list[list[tuple[str, int | None]]]) -> None:
    """Of each commit the states of what it has are those that a check-out would show, whatever moved where."""
    kept = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            git("init", "-q", "-b", "main")
            expected = []
            for number, step in enumerate(steps):
                for name, tokens in step:
                    path = Path(f"{name}.json")
                    if tokens is None:
                        path.unlink(missing_ok=True)
                    else:
                        record(str(path), usage=used(tokens))
                commit(f"2025-06-{number + 1:02}", str(number))
                found = {
                    str(path): Source.from_path(str(path))
                    for path in Path().rglob("*.json")
                    if ".git" not in path.parts
                }
                expected.append({path: state_of(path, facts_in(source)) for path, source in found.items()})
            timeline = GitHistory(["."]).timeline()
            assert states_after_each(timeline, len(steps)) == expected
        finally:
            os.chdir(kept)


def states_after_each(timeline: Any, count: int) -> list[dict[str, Any]]:
    after = []
    numbers = [int(each.subject) for each in timeline.moments]
    for commit_number in range(count):
        there = {}
        for track in timeline.tracks:
            so_far = [each for each in track.versions if numbers[each.moment] <= commit_number]
            if so_far and so_far[-1].change != "removed":
                there[so_far[-1].path] = so_far[-1].state
        after.append(there)
    return after


def test_words_that_act_are_shown(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a commit and a recording say cannot drive the terminal."""
    record("a.json", tools=TOOLS, usage=used(3))
    commit("2025-06-01", "Red \x1b[31m and ‮ back")
    out = "\n".join(told(capsys, "log"))
    assert "\x1b" not in out
    assert "‮" not in out


def test_a_rename_is_told_with_both_names_and_found_by_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in ("ask_later", "greet"):
        record(f"cassettes/{name}.yaml")
    commit("2025-06-01", "Record")
    git("mv", "cassettes/ask_later.yaml", "cassettes/later_ask.yaml")
    commit("2025-06-02", "Rename")
    assert main(["log"]) == 0
    assert "\n  1 renamed: ask_later.yaml → later_ask.yaml\n" in capsys.readouterr().out
    for name in ("ask_later", "later_ask"):
        assert main(["log", "--scenario", name]) == 0
        assert capsys.readouterr().out.startswith("1 recording of later_ask, changed by 2 commits")


def test_a_stream_without_an_end_is_called_cut_short() -> None:
    """Not one that says how it ended, nor a failure."""
    whole = streamed({"content": "36"})
    cut = whole[: whole.index("data:", 5)]
    for body, ends in ((whole, "stop"), (cut, "cut short")):
        content = json.dumps({"version": 2, "interactions": [{"id": 0, **exchange(asked(stream=True), body)}]})
        assert state_of("a.yaml", facts_in(Source.from_bytes(content.encode(), "a.yaml"))).ends == ends


def test_since_tells_a_secret_that_came_and_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for day, header in (("01", "Bearer REDACTED"), ("02", "Bearer sk-proj-" + "aB3dE5gH7jK9mN1p" * 3), ("03", "")):
        for name in ("a", "b"):
            made = exchange()
            made["request"]["headers"]["Authorization"] = [header if name == "a" else ""]
            write(f"{name}.yaml", made)
        commit(f"2025-06-{day}", f"Record {day}")
    assert main(["report", "--since", "2025-06-02"]) == 0
    told = capsys.readouterr().out.partition("since 2025-06-02")[2].partition("\n\n")[0]
    lines = (
        ": changed by 2 commits from 2025-06-02 to 2025-06-03",
        "  secrets 0 → 1 → 0: a",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
    )
    assert told == "\n".join(lines)
