"""The line that says how far a command is: on a terminal only, after a second only, and gone at the end."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.cli import main, output, progress

ERASE = "\r\x1b[K"


class Terminal:
    """A real one: what was written to it, as the master side reads it."""

    def __init__(self, columns: int = 80) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.stream = os.fdopen(slave, "w")

    def text(self) -> str:
        self.stream.close()
        pieces = []
        try:
            while piece := os.read(self._master, 65_536):
                pieces.append(piece)
        except OSError:  # Linux says so that the other side is closed
            pass
        os.close(self._master)
        return b"".join(pieces).decode()


class Streams:
    """`sys` with another standard error."""

    def __init__(self, stderr: TextIO) -> None:
        self.stderr = stderr

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def show_on(stream: TextIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this in the place of standard error, which pytest changes between a fixture and its test."""
    for module in (progress, output):
        monkeypatch.setattr(module, "sys", Streams(stream))
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    found = Terminal()
    show_on(found.stream, monkeypatch)
    yield found
    found.stream.close()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second is waited for: each piece of work is told."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)


@pytest.fixture
def folders(tmp_path: Path, samples: Path) -> Path:
    """Two folders with two recordings each."""
    for side in ("old", "new"):
        for name in ("one", "two"):
            path = tmp_path / side / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes((samples / "readme" / f"{side}.yaml").read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("far", "count", "seconds", "expected"),
    [
        (250, 1000, 4.0, "linting [######------------------] 250 of 1,000 files, 12 s left"),
        (1, 3, 0.1, "linting [########----------------] 1 of 3 files"),  # less than half a second
        (1, 9955, 1.1, "linting [------------------------] 1 of 9,955 files, 182 min 29 s left"),
        (1000, 1000, 25.0, "linting [########################] 1,000 of 1,000 files"),  # other processes still work
    ],
)
def test_the_line(far: int, count: int, seconds: float, expected: str) -> None:
    assert progress.line("linting", far, count, seconds) == expected


def test_the_first_second_shows_nothing_and_ten_lines_a_second_are_enough(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter((100.0, 100.9, 101.0, 101.05, 101.2))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    watch = output.watching("linting", quiet=False)
    assert watch is not None
    assert list(watch(iter([(0, "a"), (2, "c"), (1, "b"), (3, "d")]), 4)) == [(0, "a"), (2, "c"), (1, "b"), (3, "d")]
    drawn = [
        "",
        "linting [##################------] 3 of 4 files",
        "linting [########################] 4 of 4 files",
        "",
    ]
    assert terminal.text() == ERASE.join(drawn)


def test_work_of_less_than_a_second_shows_nothing(terminal: Terminal) -> None:
    watch = output.watching("linting", quiet=False)
    assert watch is not None
    assert list(watch(iter([(0, "a")]), 1)) == [(0, "a")]
    assert terminal.text() == ""


def test_work_that_is_broken_off_leaves_no_line(terminal: Terminal, at_once: None) -> None:
    def done() -> Iterator[tuple[int, Any]]:
        yield 0, "a"
        raise KeyboardInterrupt

    watch = output.watching("linting", quiet=False)
    assert watch is not None
    with pytest.raises(KeyboardInterrupt):
        list(watch(done(), 2))
    assert terminal.text().endswith(f"1 of 2 files{ERASE}")


def test_a_line_is_shorter_than_the_terminal(monkeypatch: pytest.MonkeyPatch, at_once: None) -> None:
    narrow = Terminal(columns=20)
    show_on(narrow.stream, monkeypatch)
    watch = output.watching("linting", quiet=False)
    assert watch is not None
    list(watch(iter([(0, "a")]), 1))
    assert narrow.text() == f"{ERASE}linting [##########{ERASE}"


@pytest.mark.parametrize(
    ("words", "doing"),
    [
        (("lint", "--no-cache", "old"), "linting"),
        (("normalize", "--check", "old"), "normalizing"),
        (("diff", "old", "new"), "comparing"),
        (("report", "--no-cache", "old"), "reading"),
        (("stats", "--no-cache", "old"), "reading"),
        (("find", "--no-cache", "--model", "*", "old"), "reading"),
    ],
)
def test_each_long_command_shows_it(
    words: tuple[str, ...],
    doing: str,
    folders: Path,
    terminal: Terminal,
    at_once: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folders)
    main([*words])
    assert progress.line(doing, 1, 2, 0) in terminal.text()
    assert doing not in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("lint", "--no-cache", "old"), ("normalize", "--check", "old"), ("diff", "old", "new")]
)
def test_quiet_shows_nothing(
    words: tuple[str, ...], folders: Path, terminal: Terminal, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders)
    main([*words, "--quiet"])
    assert terminal.text() == ""


def test_where_nobody_would_see_a_line_there_is_none(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")  # cannot draw over a line
    assert output.watching("linting", quiet=False) is None
    monkeypatch.setenv("TERM", "xterm")
    assert output.watching("linting", quiet=False) is not None
    show_on(io.StringIO(), monkeypatch)  # a file, a pipe, a CI log
    assert output.watching("linting", quiet=False) is None


SKIPPED = {
    "lint": [
        "old/api.json: passed over: a cassette of another recorder, without interactions",
        "old/list.yaml: passed over: no mark of a recording",
        "skipped 1 unsupported file: 1 × a cassette of another recorder, without interactions",
    ],
    "normalize": [
        "old/api.json: passed over: no recording",
        "old/list.yaml: passed over: no recording",
        "old/odd.json: passed over: a recording of a format that is not rewritten",
        "2 files would be rewritten, 0 already normal, 1 passed over (of a format that is not rewritten)",
    ],
    "diff": [],
}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        (("lint", "--no-cache", "old"), "linting 5 files took 0.0 s"),
        (("normalize", "--check", "old"), "normalizing 5 files took 0.0 s"),
        (("diff", "old", "new"), "comparing 2 files took 0.0 s"),
    ],
)
def test_verbose_names_what_is_passed_over(
    words: tuple[str, ...],
    first: str,
    folders: Path,
    samples: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The files that somebody may have expected to be looked at."""
    (folders / "old" / "list.yaml").write_text("- a\n")
    (folders / "old" / "api.json").write_text('{"openapi": "3.1", "interactions": 1, "requests": []}')
    (folders / "old" / "odd.json").write_bytes((samples / "formats" / "nock" / "recording.json").read_bytes())
    monkeypatch.chdir(folders)
    monkeypatch.setattr(progress.time, "monotonic", lambda: 100.0)
    main([*words, "--verbose"])
    assert capsys.readouterr().err == "".join(f"cassette: {line}\n" for line in (first, *SKIPPED[words[0]]))
    main([*words, "-v", "--quiet"])
    assert capsys.readouterr().err == ""


@given(st.lists(st.integers(0, 99), unique=True))
def test_what_is_done_is_handed_on_as_it_came(numbers: list[int]) -> None:
    done = [(number, str(number)) for number in numbers]
    assert list(progress._shown(iter(done), 100, "linting")) == done


@pytest.mark.parametrize(
    ("color", "environment", "to_file", "expected"),
    [
        ("auto", {}, False, False),  # no terminal
        ("auto", {"FORCE_COLOR": "1"}, False, True),  # a CI whose log shows colours
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),  # whoever wants none gets none
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, False),
        ("auto", {"FORCE_COLOR": "1"}, True, False),  # a file that is written is no terminal
        ("never", {"FORCE_COLOR": "1"}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
    ],
)
def test_colour(
    color: str, environment: dict[str, str], to_file: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert output.style_for(color, to_file=to_file).color is expected
