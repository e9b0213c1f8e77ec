"""Findings that somebody has accepted: in a baseline, or by a row of the configuration.

A baseline is keyed by the file's path within the repository, the rule and the canonical place (`Finding.anchor`): never
by a line, a value, a revision, the working folder or how a path was typed. Its own folder stands for the repository
where there is none.
"""

from __future__ import annotations

import json
import os

from cassette_tools._record import record
from cassette_tools.errors import ConfigError, SourceError
from cassette_tools.regular import read
from cassette_tools.walk import matches, path_within, repository_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date

    from cassette_tools.config import Ignore, LintSettings
    from cassette_tools.finding import Finding

BASELINE_VERSION = 1


@record
class Row:
    """An accepted finding, as a line of a baseline."""

    file: str
    rule: str
    place: str


class Baseline:
    """The baseline in the file `path`, of which some rows may accept nothing any more."""

    def __init__(self, path: str, rows: Iterable[Row] = (), until: date | None = None) -> None:
        self.path = path
        self.until = until
        self.rows = dict.fromkeys(rows)
        here = os.path.dirname(os.path.abspath(path))
        self._root = repository_of(here) or here

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.until is not None and self.until < today

    def row_of(self, finding: Finding) -> Row:
        """The row that accepts a finding."""
        return Row(file=self.file_of(finding.location.path), rule=finding.rule, place=finding.anchor)

    def file_of(self, path: str) -> str:
        """What the baseline calls a file."""
        return path_within(path, self._root)

    def sift(self, findings: Iterable[Finding]) -> tuple[list[Finding], set[Row]]:
        """The findings that are new, and the rows that were met."""
        new: list[Finding] = []
        met: set[Row] = set()
        for finding in findings:
            row = self.row_of(finding)
            if row in self.rows:
                met.add(row)
            else:
                new.append(finding)
        return new, met

    def stale(self, met: set[Row], looked_at: Iterable[str], asked: Callable[[str], Collection[str]]) -> list[Row]:
        """The rows of the files `looked_at` (and of those that are gone) that no finding met, of rules that were
        `asked` there.
        """
        seen = {self.file_of(path): path for path in looked_at}
        return [
            row
            for row in self.rows
            if row not in met
            and ((row.file in seen and row.rule in asked(seen[row.file])) or not self._is_there(row.file))
        ]

    def _is_there(self, file: str) -> bool:
        return os.path.lexists(os.path.join(self._root, file))

    def of_others(self, looked_at: Iterable[str]) -> list[Row]:
        """The rows of files that are there and were not looked at."""
        seen = {self.file_of(path) for path in looked_at}
        return [row for row in self.rows if row.file not in seen and self._is_there(row.file)]


def baseline_text(rows: Iterable[Row], until: date | None = None) -> str:
    """A baseline as a file, a row a line, sorted: fit for version control."""
    lines = [
        f'    {{"file": {json.dumps(row.file, ensure_ascii=False)}, "rule": "{row.rule}", "place": "{row.place}"}}'
        for row in sorted(set(rows), key=lambda row: (row.file, row.rule, row.place))
    ]
    until_line = f'  "until": "{until.isoformat()}",\n' if until is not None else ""
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "schema_version": {BASELINE_VERSION},\n{until_line}  "accepted": {listed}\n}}\n'


def read_baseline(path: str) -> Baseline:
    """The baseline in a file. Raises ConfigError."""
    from datetime import date

    try:
        document = json.loads(read(path))
    except SourceError as error:
        message = f"the baseline {error.message}; `cassette lint --write-baseline {path}` writes one"
        raise ConfigError(message, path=path) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the baseline is no JSON: {error}", path=path) from error
    try:
        listed = document["accepted"]
        rows = [Row(file=str(row["file"]), rule=str(row["rule"]), place=str(row["place"])) for row in listed]
        until = document.get("until")
        return Baseline(path, rows, None if until is None else date.fromisoformat(until))
    except (KeyError, TypeError, ValueError) as error:
        expected = (
            "an object with `accepted`, a list of objects with `file`, `rule` and `place`, and perhaps `until`, a day"
        )
        message = f"this is no baseline of lint; expected {expected} (`--write-baseline` writes one)"
        raise ConfigError(message, path=path) from error


def not_accepted(findings: Iterable[Finding], settings: LintSettings, today: date) -> list[Finding]:
    """The findings that neither a row of the configuration nor its baseline accepts."""
    left = [finding for finding in findings if row_for(finding, settings, today) is None]
    if settings.baseline is None or not left:
        return left
    baseline = read_baseline(os.path.join(settings.root, settings.baseline))
    return left if baseline.is_over(today) else baseline.sift(left)[0]


def row_for(finding: Finding, settings: LintSettings, today: date) -> Ignore | None:
    """The row of the configuration that accepts a finding; one whose day is over accepts nothing."""
    for row in settings.accepted:
        if is_over(row, today) or not _speaks_of(row.rule, finding.rule):
            continue
        if not row.files or matches(row.files, finding.location.path, settings.root):
            return row
    return None


def is_over(row: Ignore, today: date) -> bool:
    """Whether the last day of a row has passed."""
    return row.until is not None and row.until < today


def concerns(row: Ignore, path: str, settings: LintSettings, asked: Collection[str]) -> bool:
    """Whether a row could have accepted something in a file, of the rules that were `asked` there."""
    return bool(row.files) and matches(row.files, path, settings.root) and any(_speaks_of(row.rule, r) for r in asked)


def _speaks_of(name: str, rule: str) -> bool:
    if name in ("", rule):
        return True
    from cassette_tools.rules import RULES

    return rule in RULES and RULES[rule].category == name
