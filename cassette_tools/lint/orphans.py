"""Recordings that no test names, by the rows ``[[tests]]`` of the configuration.

This looks at other files than the recording, so it is no check of a rule, and is asked anew in each run, whatever the
cache remembers.
"""

from __future__ import annotations

import os
import re

from cassette_tools.errors import SourceError
from cassette_tools.finding import Finding, Location, Region, fingerprint
from cassette_tools.lint.suppress import ORPHANED
from cassette_tools.regular import read
from cassette_tools.walk import path_within, repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.config import LintSettings, TestNames

FOLDERS = "dir"  # the placeholder for any folders
SHOWN = 3  # files of tests that are named
_PARTS = re.compile(r"\{(\w+)\}|(\*)|([^{*]+|\{)")


class Orphans:
    """The tests of one run; each file of them is read once."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, str], tuple[str, ...]] = {}
        self._texts: dict[str, str] = {}
        self._levels: dict[str, str] = {}

    def findings(self, path: str, settings: LintSettings) -> tuple[Finding, ...]:
        """What is wrong with a recording: one finding, or none."""
        if not settings.tests:
            return ()
        level = _level(settings, path)
        why = self._missing(path, settings) if level else None
        if level is None or why is None or _is_accepted(path):
            return ()
        region = Region(line=1, column=1, end_line=1, end_column=1)
        anchor = fingerprint(ORPHANED, "", 1)
        return (
            Finding(
                rule=ORPHANED,
                level=level,
                message=f"{why}: delete the recording, or let a test play it",
                location=Location(path=path, region=region),
                fingerprint=fingerprint(repository_path(path), anchor),
                anchor=anchor,
            ),
        )

    def _missing(self, path: str, settings: LintSettings) -> str | None:
        """Why nothing plays a recording; ``None`` where a test names it, or no row speaks of it."""
        within = path_within(path, settings.root)
        reasons = []
        for row in settings.tests:
            match = _pattern(row.cassettes).fullmatch(within)
            if match is None:
                continue
            reason = self._unnamed(row, match.groupdict(), settings.root)
            if reason is None:
                return None
            reasons.append(reason)
        return reasons[0] if reasons else None

    def _unnamed(self, row: TestNames, names: dict[str, str], root: str) -> str | None:
        """Why no test of a row names what the path of a recording says."""
        files = self._files_like(_filled(row.tests, names, glob=True), root)
        if not files:
            return f"there is no test `{_filled(row.tests, names)}`"
        wanted = [_filled(row.text, names)] if row.text else _words(row, names)
        for file in files:
            text = self._text_of(file)
            if all(_holds(text, word) for word in wanted):
                return None
        told = ", ".join(f"`{path_within(file, root)}`" for file in files[:SHOWN]) + (
            ", …" if len(files) > SHOWN else ""
        )
        words = " and ".join(f"`{word}`" for word in wanted)
        return f"no test names this recording ({words} in {told})"

    def _files_like(self, pattern: str, root: str) -> tuple[str, ...]:
        if (pattern, root) not in self._files:
            import glob

            found = glob.glob(pattern, root_dir=root or None, recursive=True)
            self._files[pattern, root] = tuple(sorted(os.path.join(root, each) for each in found))
        return self._files[pattern, root]

    def _text_of(self, file: str) -> str:
        if file not in self._texts:
            try:
                self._texts[file] = read(file).decode("utf-8", "replace")
            except SourceError:
                self._texts[file] = ""
        return self._texts[file]


def _level(settings: LintSettings, path: str) -> str | None:
    """The level of the rule for a file, ``None`` where it is not asked."""
    from cassette_tools.lint.select import chosen_rules

    return next((level for rule, level in chosen_rules(settings, path) if rule.name == ORPHANED), None)


def _is_accepted(path: str) -> bool:
    """Whether a comment at the top of the file accepts it."""
    from cassette_tools.errors import CassetteError
    from cassette_tools.lint.suppress import suppressions
    from cassette_tools.load import load_source
    from cassette_tools.source import Source

    try:
        source = Source.from_path(path)
        load_source(source)
        rows = suppressions(source)
    except CassetteError:
        return False
    return any(row.first == 1 and {ORPHANED, "replay"} & row.names for row in rows)


def _pattern(cassettes: str) -> re.Pattern[str]:
    """The pattern of a row as a regular expression: a name that is captured, ``*``, and text."""
    pieces, seen = [], set()
    for name, star, text in _PARTS.findall(cassettes):
        if name in seen:
            pieces.append(f"(?P={name})")
        elif name:
            seen.add(name)
            pieces.append(f"(?P<{name}>(?:[^/]+/)*)" if name == FOLDERS else f"(?P<{name}>[^/]+)")
        else:
            pieces.append("[^/]*" if star else re.escape(text))
    return re.compile("".join(pieces))


def _filled(template: str, names: dict[str, str], *, glob: bool = False) -> str:
    """A template with what was captured in the place of the names; of a parametrized test without its parameters."""
    from glob import escape

    for name, value in names.items():
        bare = value if name == FOLDERS else value.partition("[")[0]
        template = template.replace(f"{{{name}}}", escape(bare) if glob else bare)
    return template


def _words(row: TestNames, names: dict[str, str]) -> list[str]:
    """The names that the file of the tests must hold: those that are not in its own path."""
    others = [name for name in names if name != FOLDERS and f"{{{name}}}" not in row.tests]
    return [_filled(f"{{{name}}}", names) for name in others]


def _holds(text: str, word: str) -> bool:
    """Whether a text has a word that is no part of a longer one."""
    at = text.find(word)
    while at >= 0:
        end = at + len(word)
        before, after = text[at - 1 : at] if at else "", text[end : end + 1]
        if not (_goes_on(before) and _goes_on(word[0])) and not (_goes_on(after) and _goes_on(word[-1])):
            return True
        at = text.find(word, at + 1)
    return False


def _goes_on(character: str) -> bool:
    return character.isalnum() or character == "_"
