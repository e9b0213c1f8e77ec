"""`cassette completion`: what is completed, and that the real shells do it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from cassette_tools.cli import main
from cassette_tools.cli.app import cassette
from cassette_tools.cli.completion import SHELLS

ROOT = Path(__file__).resolve().parents[2]


def completed(line: str) -> list[str]:
    """What can stand in the place of the last word of a line; of files their kind."""
    *words, begun = line.split(" ")[1:]
    items = ShellComplete(cassette, {}, "cassette", "_CASSETTE_COMPLETE").get_completions(words, begun)
    return [item.value if item.type == "plain" else f"<{item.type}>" for item in items]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cassette no", ["normalize"]),
        ("cassette completion ", ["bash", "zsh", "fish"]),
        ("cassette lint --exi", ["--exit-zero"]),
        ("cassette lint tes", ["<file>"]),
        ("cassette lint a.yaml b", ["<file>"]),
        ("cassette lint --config ", ["<file>"]),
        ("cassette lint --cache-dir ", ["<dir>"]),
        ("cassette lint --format g", ["github", "gitlab"]),
        ("cassette lint --select secret-in-s", ["secret-in-stream"]),
        ("cassette lint --select http,secret-in-s", ["http,secret-in-stream"]),
        ("cassette lint --add-ignore ", []),  # a reason is nobody's to guess
        ("cassette normalize --ignore len", ["lengths"]),
        ("cassette normalize --output ", ["<file>"]),
        ("cassette match ", ["<file>"]),
        ("cassette show ", ["<file>"]),
        ("cassette convert a.yaml --to go", ["go-vcr"]),
        ("cassette rules secret-in-s", ["secret-in-stream"]),
        ("cassette schema drift", ["drift-report"]),
        ("cassette diff ", ["<file>"]),
        ("cassette diff samp", ["<file>"]),
        ("cassette diff upg", ["upgrade"]),
        ("cassette diff main...upg", ["main...upgrade"]),
        ("cassette diff main..v", ["main..v1"]),
        ("cassette diff nowhere", []),
        ("cassette log --since u", ["upgrade"]),
        ("cassette report --since v", ["v1"]),
        ("cassette log ", ["<file>"]),
    ],
)
def test_what_is_completed(line: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples").mkdir()
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for words in (
        ("init", "-q", "-b", "main"),
        ("commit", "-q", "--allow-empty", "-m", "a"),
        ("branch", "upgrade"),
        ("tag", "v1"),
    ):
        subprocess.run(("git", *identity, *words), check=True)
    assert completed(line) == expected


def test_values_of_which_the_words_are_known_are_completed() -> None:
    """What the help shows of a value, of every command: a new one is completed, or stands here."""
    free = {
        "REASON",
        "FORMAT=FILE",
        "KIND=NAME",
        "PATTERN",
        "CODE",
        "TEXT",
        "EXPR",
        "match NAMES",
        "normalize NAMES",
        "find NAME",
        "log NAME",
        "index ADDRESS",
        "review DAY",
        "convert URL",
        "query SQL",
    }
    unknown = set()
    for name, command in cassette.commands.items():
        for parameter in command.params:
            word = parameter.metavar or (
                "" if parameter.param_type_name == "option" else (parameter.name or "").upper()
            )
            known = {word, f"{name} {word}"} & free
            if word and not known and type(parameter.type).__name__ == "StringParamType":
                unknown.add(f"{name} {word}")
    assert unknown == set()


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_names_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    said = capsys.readouterr()
    assert (f"_CASSETTE_COMPLETE={shell}_complete" in said.out, said.err) == (True, "")


def test_no_other_shell(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "tcsh"]) == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in capsys.readouterr().err


# --- the shells themselves -------------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Where `cassette` is the one of this checkout, and no file of a user is read."""
    program = tmp_path / "bin" / "cassette"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cassette_tools "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "TERM": "xterm", "LC_ALL": "C.UTF-8"}


def typed(shell: tuple[str, ...], setup: str, keys: str, wanted: str, environment: dict[str, str], folder: Path) -> str:
    """What a terminal shows when these keys are typed into a shell, until `wanted` stands there."""
    (folder / "recordings").mkdir()
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(folder)
        os.execvpe(shell[0], shell, environment)
    shown = ""
    try:
        os.write(terminal, f"{setup}; echo rea''dy\n".encode())
        shown = until(terminal, "ready")
        os.write(terminal, keys.encode())
        shown = until(terminal, wanted)
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)
    return shown


def until(terminal: int, wanted: str) -> str:
    shown = ""
    end = time.monotonic() + 30
    while wanted not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096).decode("utf-8", "replace")
    return shown


BASH = (("bash", "--norc", "--noprofile", "-i"), 'eval "$(cassette completion bash)"')
ZSH = (("zsh", "-f", "-i"), 'autoload -U compinit; compinit -u -D; eval "$(cassette completion zsh)"')


@pytest.mark.parametrize("shell", [BASH, ZSH], ids=["bash", "zsh"])
@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        ("cassette norm\t", "cassette normalize"),
        ("cassette rules secret-in-s\t", "cassette rules secret-in-stream"),
        ("cassette show record\t", "cassette show recordings"),
    ],
)
def test_a_shell_completes(
    shell: tuple[tuple[str, ...], str], keys: str, wanted: str, environment: dict[str, str], tmp_path: Path
) -> None:
    words, setup = shell
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    assert wanted in typed(words, setup, keys, wanted, environment, tmp_path)


def test_fish_completes(environment: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    (tmp_path / "recordings").mkdir()
    script = "cassette completion fish | source; for line in $argv; complete -C $line; end"
    lines = ("cassette norm", "cassette rules secret-in-s", "cassette show record")
    command = ("fish", "--no-config", "-c", script, *lines)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert [line.partition("\t")[0] for line in done.stdout.splitlines()] == [
        "normalize",
        "secret-in-stream",
        "recordings/",
    ]
