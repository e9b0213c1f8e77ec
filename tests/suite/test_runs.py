"""`cassette report --history FILE` and `cassette log --history FILE`: runs of a CI whose recordings git does not keep."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import history as cli_history
from cassette_tools.cli import main
from cassette_tools.suite.history import RUN, Moment
from cassette_tools.suite.runs import Runs
from cassette_tools.suite.states import State, as_fields, from_fields, is_fields

ROOT = Path(__file__).parents[2]


def record(path: str, tokens: int = 10, model: str = "gpt-4o") -> None:
    usage = {"prompt_tokens": tokens, "completion_tokens": 2, "total_tokens": tokens + 2}
    write(path, exchange(asked(model=model), answered(usage=usage)))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(tmp_path.parent / f"{tmp_path.name}-cache"))
    (tmp_path / ".git").mkdir()  # paths are those in the repository
    return tmp_path


class Clock:
    """A run each day, from the first of June."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.days = 0
        monkeypatch.setattr(cli_history, "_now", self.now)

    def now(self) -> Moment:
        self.days += 1
        return Moment(
            kind=RUN, at=f"2025-06-{self.days:02}T08:00:00Z", name=f"{self.days:07}abc", subject=f"Run {self.days}"
        )


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


def kept(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert run(capsys, "report", *words, "--history", "h.db")[0] == 0
    return sorted(path.name for path in Path().glob("h.db*"))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    status, out, err = run(capsys, *words, "--history", "h.db")
    assert (status, err) == (0, "")
    return out.splitlines()


def versions(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list[tuple[str, str, int | None]]]:
    report = json.loads("\n".join(told(capsys, "log", *words, "--format", "json")))
    return {
        track["path"]: [
            (
                each["change"],
                report["moments"][each["moment"]]["subject"],
                each["state"] and each["state"]["input_tokens"],
            )
            for each in track["versions"]
        ]
        for track in report["recordings"]
    }


def three_runs(capsys: pytest.CaptureFixture[str]) -> None:
    record("c/a.json")
    record("c/b.json", 20)
    assert kept(capsys, "c") == ["h.db"]  # nothing of SQLite's own is left beside it
    assert kept(capsys, "c") == ["h.db"]
    record("c/a.json", 11)
    Path("c/b.json").unlink()
    record("d/c.json")
    kept(capsys, "c", "d")


def test_what_runs_found(here: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    three_runs(capsys)
    assert versions(capsys) == {
        "c/a.json": [("added", "Run 1", 10), ("changed", "Run 3", 11)],
        "c/b.json": [("added", "Run 1", 20), ("removed", "Run 3", None)],
        "d/c.json": [("added", "Run 3", 10)],
    }
    assert list(versions(capsys, "d")) == ["d/c.json"]
    assert told(capsys, "log") == [
        "3 recordings of 3 scenarios, changed by 2 runs from 2025-06-01 to 2025-06-03",
        "",
        "2025-06-03 0000003 Run 3",
        "  1 new: c",
        "  1 gone: b",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 10 → 11 (+10.0%), out 2, as before",
        "",
        "2025-06-01 0000001 Run 1",
        "  2 new: a, b",
    ]


@pytest.mark.parametrize(
    ("since", "a"),
    [
        ("2025-06-01", [("added", "Run 1", 10), ("changed", "Run 3", 11)]),
        ("2025-06-02", [("there", "Run 1", 10), ("changed", "Run 3", 11)]),
        ("0000001", [("there", "Run 1", 10), ("changed", "Run 3", 11)]),
        ("0000002abc", [("there", "Run 2", 10), ("changed", "Run 3", 11)]),
        ("2025-06-04", [("there", "Run 3", 11)]),
    ],
)
def test_since_a_run(
    here: Path, clock: Clock, capsys: pytest.CaptureFixture[str], since: str, a: list[tuple[str, str, int]]
) -> None:
    three_runs(capsys)
    assert versions(capsys, "--since", since)["c/a.json"] == a


def test_a_run_says_nothing_of_what_it_was_not_shown(
    here: Path, clock: Clock, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of other folders, nor of what it could not read, nor of what the report left out."""
    three_runs(capsys)
    kept(capsys, "d", "--allow-empty")
    Path("c/a.json").write_text('{"version": 2, "interactions": [', encoding="utf-8")
    assert run(capsys, "report", "c", "--history", "h.db")[0] == 2
    record("c/a.json", 11)
    kept(capsys, "--only", "scenario=a")
    monkeypatch.chdir("c")
    assert run(capsys, "report", ".", "--history", "../h.db")[0] == 0
    monkeypatch.chdir("..")
    assert versions(capsys)["c/a.json"] == [("added", "Run 1", 10), ("changed", "Run 3", 11)]
    assert versions(capsys)["d/c.json"] == [("added", "Run 3", 10)]


def test_a_run_that_finds_nothing_is_none(here: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path must not say that all recordings are gone."""
    three_runs(capsys)
    before = versions(capsys)
    for path in Path("c").iterdir():
        path.unlink()
    assert run(capsys, "report", "c", "--history", "h.db")[0] == 2
    assert versions(capsys) == before
    assert run(capsys, "report", "c", "--history", "h.db", "--allow-empty")[0] == 0
    assert versions(capsys)["c/a.json"][-1] == ("removed", "Run 4", None)


def test_report_since_asks_the_file(here: Path, clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    three_runs(capsys)
    record("c/a.json", 12)
    assert told(capsys, "report", "c", "--since", "2025-06-02")[4:] == [
        "since 2025-06-02: changed by 2 runs from 2025-06-03 to 2025-06-04",
        "  1 gone: b",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 10 → 12 (+20.0%), out 2, as before",
        "",
        "2025-06-04 0000004 Run 4",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 11 → 12 (+9.1%), out 2, as before",
        "",
        "2025-06-03 0000003 Run 3",
        "  1 gone: b",
        "  1 recorded again, with the same ends, prompts, tools, models and SDKs",
        "  tokens in 10 → 11 (+10.0%), out 2, as before",
    ]


# --- several at once, and killed -------------------------------------------------------------------------------------


def started(folder: Path) -> subprocess.Popen[bytes]:
    words = (sys.executable, "-m", "cassette_tools", "report", str(folder), "--history", "h.db", "-q")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def test_several_processes_at_once(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each makes the file if it is the first, and none loses what it found."""
    for number in range(6):
        record(f"c{number}/a.json", 10 + number)
    processes = [started(Path(f"c{number}")) for number in range(6) for _ in range(2)]
    assert [(each.communicate()[1], each.returncode) for each in processes] == [(b"", 0)] * 12
    found = versions(capsys)
    assert {path: [(change, tokens) for change, _, tokens in each] for path, each in found.items()} == {
        f"c{number}/a.json": [("added", 10 + number)] for number in range(6)
    }
    with sqlite3.connect("h.db") as database:
        assert database.execute("SELECT count(*) FROM runs").fetchone() == (12,)
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from cassette_tools.suite import runs
before = runs.Runs._now
def dying(self):
    yield from before(self)
    if sys.argv[2] == "early":
        os.kill(os.getpid(), signal.SIGKILL)
runs.Runs._now = dying
with runs.Runs("h.db", may_be_new=True) as file:
    states = {f"x/{number}": runs.from_fields({"input_tokens": number}) for number in range(2000)}
    file.add(runs.Moment(kind="run", at="2025-06-09T00:00:00Z"), states, ["x"])
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
@pytest.mark.parametrize(("when", "paths"), [("early", 2), ("late", 2002)])
def test_a_run_that_is_killed_is_there_whole_or_not_at_all(
    here: Path, clock: Clock, capsys: pytest.CaptureFixture[str], when: str, paths: int
) -> None:
    record("c/a.json")
    record("c/b.json")
    kept(capsys, "c")
    done = subprocess.run((sys.executable, "-c", KILLED, str(ROOT), when), check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(versions(capsys)) == paths
    record("c/a.json", 11)
    assert kept(capsys, "c") == ["h.db"]
    assert versions(capsys, "c")["c/a.json"] == [("added", "Run 1", 10), ("changed", "Run 2", 11)]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL")
def test_killed_at_any_moment(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        record(f"c/a{number}.json", 10 + number)
    for delay in (0.05, 0.15, 0.25, 0.35):
        with started(Path("c")) as process:
            time.sleep(delay)
            process.kill()
    with started(Path("c")) as process:
        assert process.communicate()[1] == b""
    assert len(versions(capsys)) == 30
    with sqlite3.connect("h.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# --- what is no history ----------------------------------------------------------------------------------------------


def other_program(path: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE runs (id)")


def newer(path: str) -> None:
    with Runs(path, may_be_new=True):
        pass
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version = 9")


def text(path: str) -> None:
    Path(path).write_text("no database at all, and longer than that of a header" * 3, encoding="utf-8")


def empty(path: str) -> None:
    Path(path).write_bytes(b"")


def link(path: str) -> None:
    Path("elsewhere.db").write_bytes(b"")
    Path(path).symlink_to("elsewhere.db")


NO_FILE = "--history h.db: is no file of its own (a link, a folder or a device): name a file"
OTHER = "h.db: is a database of another program; expected a history file of cassette"
NEWER = "h.db: is a history of version 9, and this cassette knows version 1: use a newer one"
NO_DATABASE = "h.db: is no history that can be read (file is not a database); expected one that cassette has written"


@pytest.mark.parametrize(
    ("make", "writing", "reading"),
    [
        (other_program, OTHER, OTHER),
        (newer, NEWER, NEWER),
        (text, NO_DATABASE, NO_DATABASE),
        (link, NO_FILE, NO_FILE),
        (os.mkdir, NO_FILE, NO_FILE),
        (empty, None, "h.db: is empty: no run was kept in it yet"),
        (lambda _path: None, None, "--history h.db: there is no such file; `cassette report --history h.db` makes it"),
    ],
)
def test_what_is_no_history_is_named_and_left_alone(
    here: Path, capsys: pytest.CaptureFixture[str], make: Any, writing: str | None, reading: str
) -> None:
    record("c/a.json")
    make("h.db")
    before = Path("h.db").read_bytes() if Path("h.db").is_file() else None
    assert run(capsys, "log", "--history", "h.db") == (2, "", f"cassette: error: {reading}\n")
    if writing is not None:
        assert run(capsys, "report", "c", "--history", "h.db") == (2, "", f"cassette: error: {writing}\n")
        assert (Path("h.db").read_bytes() if Path("h.db").is_file() else None) == before
    else:
        assert run(capsys, "report", "c", "--history", "h.db")[0] == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE states SET state = '[]'",
        'UPDATE states SET state = \'{"calls": "many"}\'',
        "UPDATE states SET state = '{\"tools\": [3]}'",
        "UPDATE states SET state = 'no JSON'",
        "UPDATE states SET state = x'00ff'",
        "UPDATE runs SET at = x'00ff'",
        "UPDATE changes SET state = 77",
        "UPDATE changes SET run = 77",
        "UPDATE changes SET path = x'00ff'",
        "DROP TABLE states",
        "DELETE FROM runs",
    ],
)
def test_a_damaged_file_is_an_error_and_no_crash(
    here: Path, clock: Clock, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    record("c/a.json")
    kept(capsys, "c")
    with sqlite3.connect("h.db") as database:
        database.execute(statement)
    database.close()
    status, out, err = run(capsys, "log", "--history", "h.db")
    assert (status, out) == (2, "")
    assert err.startswith("cassette: error: h.db: is ")


def test_an_unknown_commit_and_a_folder_that_is_not_there(
    here: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    three_runs(capsys)
    why = "no run was made at such a commit; a day is written 2025-11-18 or '2 weeks ago'"
    assert run(capsys, "log", "--history", "h.db", "--since", "nope") == (
        2,
        "",
        f"cassette: error: --since nope: {why}\n",
    )
    assert run(capsys, "log", "nowhere", "--history", "h.db") == (
        2,
        "",
        "cassette: no recording was found in the history of h.db; --allow-empty takes that for success\n",
    )
    status, out, err = run(capsys, "report", "c", "--history", "no/h.db")
    assert (status, out) == (2, "")
    assert err == "cassette: error: no/h.db: cannot be written: unable to open database file\n"


# --- what is kept of a recording -------------------------------------------------------------------------------------

NAMES = st.lists(st.text(max_size=3), max_size=2).map(tuple)
COUNT = st.one_of(st.none(), st.integers(0, 9))
STATES = st.builds(
    State, provider_name=st.text(), model=st.text(), answered=NAMES, sdks=NAMES, calls=st.integers(0, 9),
    failed=st.integers(0, 9), finish_reasons=NAMES, finish_words=NAMES, tools=NAMES, reasoning=st.booleans(),
    structured_output=st.one_of(st.none(), st.booleans()), input_tokens=COUNT, cost=st.one_of(st.none(), st.floats(0, 9)),
    day=st.text(),
)  # fmt: skip


@given(state=STATES)
def test_a_state_comes_back_as_it_was(state: State) -> None:
    fields = json.loads(json.dumps(as_fields(state)))
    assert is_fields(fields)
    assert from_fields(fields) == state


def test_what_other_versions_keep_can_be_read() -> None:
    """A field that came later is empty, and one that is not known any more is left out."""
    fields = {"model": "gpt-4o", "calls": 1, "mood": "good", "moods": ["good"]}
    assert is_fields(fields)
    assert from_fields(fields) == State(model="gpt-4o", calls=1)


def test_a_run_is_of_now_and_of_the_commit(here: Path) -> None:
    moment = cli_history._now()
    age = datetime.now(UTC) - datetime.fromisoformat(moment.at.replace("Z", "+00:00"))
    assert timedelta(0) <= age < timedelta(minutes=5)
    assert (moment.name, moment.author, moment.subject) == ("", "", "")
