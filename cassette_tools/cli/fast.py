"""The commands as hooks and scripts run them, read without click, whose import takes twice an interpreter's start.

Only what is certain is read here: paths, and the options of the tables. For anything else (``--help``, an unknown
option, a value that is none, a path too many) the answer is ``None``, and click reads the same words and says what is
wrong. A property test holds the two to the same reading.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.config import DIFF_FORMATS, DIFF_LEVELS, LINT_FORMATS, LINT_LEVELS, PROFILES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

_JOBS = tuple(map(str, range(1, 65)))
_COLORS = {"--color": ("auto", "always", "never")}


@record
class Command:
    """What can be read of a command: its paths (``None`` for any number, as `paths`), and its options by kind."""

    paths: tuple[str, ...] | None
    flags: Mapping[str, str] = {}
    choices: Mapping[str, tuple[str, ...]] = {}
    lists: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


COMMANDS = {
    "lint": Command(
        paths=None,
        flags={
            "--quiet": "quiet",
            "-q": "quiet",
            "--verbose": "verbose",
            "-v": "verbose",
            "--exit-zero": "exit_zero",
            "--no-cache": "no_cache",
            "--fix": "fix",
            "--unsafe-fixes": "unsafe_fixes",
            "--diff": "diff",
            "--show-source": "show_source",
            "--show-all": "show_all",
            "--statistics": "statistics",
            "--allow-empty": "allow_empty",
            "--force": "force",
        },
        choices={"--format": LINT_FORMATS, **_COLORS, "--fail-on": LINT_LEVELS, "--jobs": _JOBS},
        lists=("--select", "--extend-select", "--ignore"),
        texts=("--baseline", "--config", "--cache-dir"),
    ),
    "diff": Command(
        paths=None,
        flags={
            "--quiet": "quiet",
            "-q": "quiet",
            "--verbose": "verbose",
            "-v": "verbose",
            "--exit-zero": "exit_zero",
            "--show-noise": "show_noise",
            "--show-folded": "show_folded",
            "--show-all": "show_all",
            "--allow-empty": "allow_empty",
        },
        choices={
            "--format": DIFF_FORMATS,
            **_COLORS,
            "--profile": PROFILES,
            "--show": DIFF_LEVELS,
            "--fail-on": DIFF_LEVELS,
            "--jobs": _JOBS,
        },
        lists=("--only",),
    ),
    "normalize": Command(
        paths=None,
        flags={
            "--check": "check",
            "--diff": "diff",
            "--rechunk": "rechunk",
            "--signatures": "signatures",
            "--requests": "requests",
            "--ignore-unknown": "ignore_unknown",
            "--quiet": "quiet",
            "-q": "quiet",
            "--verbose": "verbose",
            "-v": "verbose",
            "--force": "force",
        },
        choices={"--jobs": _JOBS},
        lists=("--select", "--extend-select", "--ignore", "--headers"),
    ),
    "show": Command(
        paths=("path",),
        flags={"--events": "events", "--prices": "prices", "--show-secrets": "show_secrets"},
        choices={"--format": ("text", "json"), **_COLORS},
    ),
}


def plain_call(words: list[str]) -> Callable[[], int] | None:
    """What the words ask for, ready to be done, or ``None`` when click must read them."""
    if not words or words[0] not in COMMANDS:
        return None
    options = plain_options(words[0], words[1:])
    if options is None:
        return None
    if words[0] == "lint":
        from cassette_tools.cli.lint import LintOptions, lint

        return lambda: lint(LintOptions(**options))
    if words[0] == "diff":
        from cassette_tools.cli.diff import DiffOptions, diff

        return lambda: diff(DiffOptions(**options))
    if words[0] == "normalize":
        from cassette_tools.cli.normalize import NormalizeOptions, normalize

        return lambda: normalize(NormalizeOptions(**options))
    from cassette_tools.cli.show import ShowOptions, show

    return lambda: show(ShowOptions(**options))


def plain_options(name: str, words: list[str]) -> dict[str, Any] | None:
    """The fields of the command's options record that the words say, or ``None``."""
    command = COMMANDS[name]
    values: dict[str, Any] = {}
    paths = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            paths.append(word)
        elif word in command.flags:
            values[command.flags[word]] = True
        elif not _takes(command, word, rest, values):
            return None
    if command.paths is None:
        return {"paths": tuple(paths), **values}
    if len(paths) != len(command.paths):
        return None
    return {**dict(zip(command.paths, paths, strict=True)), **values}


def _takes(command: Command, word: str, rest: Iterator[str], values: dict[str, Any]) -> bool:
    """Whether a word is an option with a value, which the next word may be; then that is among the `values`."""
    option, equals, value = word.partition("=")
    if option not in command.choices and option not in command.lists and option not in command.texts:
        return False
    value = value if equals else next(rest, "")
    field = option[2:].replace("-", "_")
    is_plain = value != "" and not value.startswith("-")
    if is_plain and option in command.lists:
        values[field] = (*values.get(field, ()), value)
    elif is_plain and option in command.texts:
        values[field] = value
    elif value in command.choices.get(option, ()):
        values[field] = int(value) if option == "--jobs" else value
    else:
        return False
    return True
