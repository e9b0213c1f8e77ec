"""Nothing that was recorded, no name of a file and no word of a configuration acts on a terminal or a CI log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from effort import THOROUGH
from planted_keys import PLACES, asked, cassette, exchange
from test_keys import COMMANDS

from cassette_tools.cli import main

EVIL = (
    "\x1b]0;title\x07\x1b[31;47mred\x9b32mgreen\x1bP$q\x1b\\ \x08\x0b\x0c\x7f\x85 \u202eright\u2066\u200f\u061c "
    "\rreturn\u2028line\u2029\ufeff\x00 \n::error file=x::INJECTED\n  ::stop-commands::INJECTED\n##[error]INJECTED\nINJECTED"
)
ACTS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
OWN_COLOUR = re.compile(r"\x1b\[(?!31;47)[0-9;]*m")
COMMAND = re.compile(r"(?m)^[^\S\n]*::(?!(?:error|warning|notice) (?:file|title)=(?!x::))|##\[")
KEEPS_LINES = ("html", "show", "--diff")  # of a text its own lines: within a page, indented, or behind a sign


@pytest.fixture(autouse=True)
def _here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))  # a name that tells of keys or errors would excuse them
    monkeypatch.setenv("GITHUB_ACTIONS", "true")


def _acting(said: str, command: tuple[str, ...] = ()) -> list[str]:
    """What acts in what a command says."""
    found = [*ACTS.findall(OWN_COLOUR.sub("", said).replace("\r\n", "\n")), *COMMAND.findall(said)]
    begins = not any(word in command for word in KEEPS_LINES) and re.findall("(?m)^INJECTED", said)
    return found + (begins or [])


def _attacks() -> Iterator[tuple[str, tuple[str, ...]]]:
    for row, place in enumerate(PLACES):
        numbers = range(len(COMMANDS)) if THOROUGH else range(row, row + 6)
        for number in numbers:
            yield place, COMMANDS[number % len(COMMANDS)]


@pytest.mark.parametrize("color", ["never", "always"])
def test_nothing_recorded_acts(color: str, capfd: pytest.CaptureFixture[str]) -> None:
    acted = []
    for place, command in _attacks():
        for name, text in (("OLD", EVIL), ("NEW", EVIL[::-1]), ("MASKED", "REDACTED")):
            Path(name).write_text(cassette(PLACES[place](text)))
        colored = command[0] in ("lint", "diff", "show", "match")
        options = (f"--color={color}",) if colored else ()
        main([command[0], *options, *command[1:]])
        for said in capfd.readouterr():
            if found := _acting(said, command):
                acted.append((place, command, found[:4]))
    assert acted == []


def test_nothing_that_stands_in_a_file_as_it_is_acts(capfd: pytest.CaptureFixture[str]) -> None:
    raw = "".join(each for each in EVIL if each >= " ")
    for place in PLACES:
        Path("a.json").write_text(cassette(PLACES[place](raw), escaped=False), encoding="utf-8")
        for command in (["normalize", "--diff", "--requests"], ["lint", "--no-cache", "--diff"]):
            main([*command, "a.json"])
            assert [*map(_acting, capfd.readouterr())] == [[], []]


def test_nothing_in_a_text_format_acts(capfd: pytest.CaptureFixture[str]) -> None:
    request = f"POST https://api.example.com/ HTTP/1.1\r\nHost: x\r\nX-Sent: {EVIL.splitlines()[0]}\r\n\r\n{EVIL}"
    response = f"HTTP/2.0 200 OK\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nX: \x1b]0;x\x07\x1b[2J\r\n\r\n{EVIL}"
    sizes = " ".join(str(len(each.encode())) for each in (request, response))
    Path("a.httprr").write_bytes(f"httprr trace v1\n{sizes}\n{request}{response}".encode())
    for command in (
        ["show"],
        ["show", "--format", "json"],
        ["lint", "--show-source"],
        ["normalize", "--diff"],
        ["normalize", "--check"],
    ):
        main([*command, "a.httprr"])
        for said in capfd.readouterr():
            assert (command, _acting(said, ("show", *command))) == (command, [])


NAME = EVIL.replace("\x00", "").replace("/", "")[-180:]


@pytest.mark.parametrize(
    "content", [None, b"version: [", cassette(exchange(code=500)).encode(), b"\x1f\x8b", b"{}", b"\xff\xfe"]
)
def test_no_name_of_a_file_acts(content: bytes | None, capfd: pytest.CaptureFixture[str]) -> None:
    Path("OLD").write_text(cassette(exchange()))
    name = f"a{NAME}.json"
    if content is not None:
        Path(name).write_bytes(content)
    files = {"OLD": name, "NEW": "OLD", "MASKED": name}
    acted = []
    for command in (*COMMANDS, ("lint", "."), ("normalize", "--check", "."), ("diff", "--learn", "OLD")):
        main([files.get(word, word) for word in command])
        for said in capfd.readouterr():
            if found := _acting(said, command if "html" in command else ()):
                acted.append((command, found[:4], said[:300]))
    assert acted == []


@pytest.mark.parametrize(
    "words",
    [
        ["lint", "--format", NAME],
        ["lint", f"--{NAME}"],
        ["lint", f"-{NAME}"],
        ["lint", "--config", NAME],
        ["lint", "--select", NAME],
        ["lint", "--baseline", NAME, "OLD"],
        ["diff", NAME, NAME],
        ["diff", "--noise", NAME, "OLD", "OLD"],
        ["diff", NAME],
        ["show", NAME],
        ["show", "OLD", NAME],
        ["show", "OLD", "-o", f"{NAME}/x"],
        ["convert", "OLD", "--to", NAME],
        ["match", "OLD", "--request", NAME],
        ["match", "OLD", "--all", "--match-on", NAME],
        ["match", "OLD", "curl", NAME],
        ["normalize", "--select", NAME, "OLD"],
        ["rules", NAME],
        ["schema", NAME],
        [NAME],
    ],
)
def test_no_word_of_the_command_line_acts(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    Path("OLD").write_text(cassette(exchange()))
    assert main(words) > 0
    said = "".join(capfd.readouterr())
    assert said
    assert _acting(said) == []


@pytest.mark.parametrize(
    "settings",
    [
        "[lint]\n{key} = 1",
        "{key} = 1",
        "[lint]\nselect = [{key}]",
        "[lint.levels]\n{key} = 'error'",
        "[[lint.ignore]]\nrule = {key}\nreason = 'x'",
        "[[lint.ignore]]\nrule = 'usage-missing'\nfiles = {key}\nreason = {key}",
        "[[lint.ignore]]\nrule = 'usage-missing'\nuntil = 2020-01-01\nfiles = {key}\nreason = {key}",
        "[diff]\nprofile = {key}",
        "[[diff.ignore]]\nrule = {key}\npath = {key}\nuntil = 2020-01-01\nreason = {key}",
        "[normalize]\nselect = [{key}]",
    ],
)
def test_no_word_of_the_configuration_acts(settings: str, capfd: pytest.CaptureFixture[str]) -> None:
    escaped = "".join(each if each.isascii() and each.isalnum() else f"\\U{ord(each):08x}" for each in EVIL)
    Path("cassette.toml").write_text(settings.replace("{key}", f'"{escaped}"'))
    Path("OLD").write_text(cassette(exchange()))
    Path("NEW").write_text(cassette(exchange(asked("another"))))
    for words in (["lint", "OLD"], ["diff", "OLD", "NEW"], ["normalize", "--check", "OLD"]):
        main(words)
        said = "".join(capfd.readouterr())
        assert _acting(said) == []


def test_no_name_of_a_folder_in_git_acts(capfd: pytest.CaptureFixture[str]) -> None:
    for side, text in (("old", "hi"), ("new", "ho")):
        folder = Path(side, f"a{NAME[-60:]}")
        folder.mkdir(parents=True)
        Path(folder, "b.json").write_text(cassette(exchange(asked(text))))
        Path(folder, f"{side}.json").write_text(cassette(exchange(asked(side))))
    for name in ("text", "json", "markdown", "html", "github", "gitlab", "junit", "sarif"):
        main(["diff", "--format", name, "old", "new"])
        said = "".join(capfd.readouterr())
        assert (name, _acting(said, (name,)), said[:0]) == (name, [], "")
