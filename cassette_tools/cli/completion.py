"""``cassette completion``: the script for a shell, and the words that it completes beside commands and options."""

from __future__ import annotations

import glob
import subprocess
from typing import Any

from click.shell_completion import CompletionItem, get_completion_class
from click.types import StringParamType

from cassette_tools.cli.output import write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

    _Words = Callable[[str], list["CompletionItem[Any]"]]

SHELLS = ("bash", "zsh", "fish")


def completion(shell: str, program: click.Command) -> int:
    """Print the script that a shell reads once; at each TAB that one asks the program."""
    found = get_completion_class(shell)
    assert found is not None
    write(found(program, {}, "cassette", "_CASSETTE_COMPLETE").source())
    return 0


def complete_words(program: click.Group) -> None:
    """Have the parameters of all commands complete what their words stand for: see `_BY_WORD`."""
    for name, command in program.commands.items():
        for parameter in command.params:
            word = parameter.metavar or (parameter.name or "").upper()
            words = _BY_WORD.get(f"{name} {word}") or _BY_WORD.get(word)
            if words is not None and isinstance(parameter.type, StringParamType):
                parameter.type = _Completed(words)


class _Completed(StringParamType):
    """A text of which the words are known."""

    def __init__(self, words: _Words) -> None:
        self._words = words

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        return self._words(incomplete)


def _files(begun: str) -> list[CompletionItem[Any]]:
    """Files and folders, which the shell itself knows best."""
    return [CompletionItem(begun, type="file")]


def _folders(begun: str) -> list[CompletionItem[Any]]:
    return [CompletionItem(begun, type="dir")]


def _sides(begun: str) -> list[CompletionItem[Any]]:
    """What `diff` compares: files; where none begins so, branches and tags, also after the dots of a range."""
    if not begun or glob.glob(f"{glob.escape(begun)}*"):
        return _files(begun)
    return _revisions(begun)


def _revisions(begun: str) -> list[CompletionItem[Any]]:
    """Branches and tags, also after the dots of a range."""
    before, dots, name = begun.rpartition("..")
    command = ("git", "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [CompletionItem(f"{before}{dots}{each}") for each in done.stdout.split() if each.startswith(name)]


def _selected_rules(begun: str) -> list[CompletionItem[Any]]:
    from cassette_tools.rules import RULES, categories

    return _listed((*categories(), *RULES.names()), begun)


def _one_rule(begun: str) -> list[CompletionItem[Any]]:
    from cassette_tools.rules import RULES

    return [CompletionItem(rule.name, help=rule.summary) for rule in RULES if rule.name.startswith(begun)]


def _steps(begun: str) -> list[CompletionItem[Any]]:
    from cassette_tools.data.normal import STEPS

    return _listed((step.name for step in STEPS), begun)


def _schemas(begun: str) -> list[CompletionItem[Any]]:
    from cassette_tools.schema import schema_names

    return _listed(schema_names(), begun)


def _targets(begun: str) -> list[CompletionItem[Any]]:
    from cassette_tools.formats import writers

    return _listed(writers(), begun)


def _listed(names: Iterable[str], begun: str) -> list[CompletionItem[Any]]:
    """The names that the last word of a list begins; a comma stands between two."""
    before, comma, last = begun.rpartition(",")
    return [CompletionItem(f"{before}{comma}{name}") for name in names if name.startswith(last)]


# By the word that the help shows for a value, with the command's name where it means something of its own there.
_BY_WORD: dict[str, _Words] = {
    "PATH": _files,
    "[PATH]...": _files,
    "PATH...": _files,
    "FILE": _files,
    "FOLDER": _folders,
    "DATASET": _folders,
    "index PATH|URL...": _files,
    "STEPS": _steps,
    "diff OLD NEW | REV [PATH]...": _sides,
    "REV|DAY": _revisions,
    "review [REV | OLD NEW] [PATH]...": _sides,
    "match CASSETTE [curl ...]": _files,
    "lint NAMES": _selected_rules,
    "rules NAME": _one_rule,
    "schema NAME": _schemas,
    "convert FORMAT": _targets,
}
