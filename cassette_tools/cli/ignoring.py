"""``--add-ignore REASON``: accept findings by comments in their recordings, or by rows of the configuration where a
comment cannot stand (JSON, archives, packed files).
"""

from __future__ import annotations

import json
import os

from cassette_tools.errors import CassetteError, NotWritable, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from typing import Any

    from cassette_tools.config import Config
    from cassette_tools.finding import Finding
    from cassette_tools.source import Source

    Check = Callable[[Source], Collection[Finding]]


class Writing:
    """How files are written: `paths` are those that were named, and `force` takes what is kept; `errors` are those that
    could not be written.
    """

    def __init__(self, paths: tuple[str, ...], force: bool) -> None:
        self._paths = paths
        self._force = force
        self.errors: list[NotWritable] = []

    def rewrite(self, path: str, content: bytes, old: bytes) -> bool:
        """Write `content` in the place of `old` (empty: there was no file); whether that could be done."""
        from cassette_tools.walk import folder_of
        from cassette_tools.writing import write_file

        try:
            write_file(path, content, old=old, within=folder_of(path, self._paths), force=self._force)
        except NotWritable as error:
            self.errors.append(error)
            return False
        return True

    def has_failed(self, path: str) -> bool:
        """Whether a file could not be written."""
        return any(error.path == path for error in self.errors)


def add_ignores(
    findings: Iterable[Finding],
    reason: str,
    config_of: Callable[[str], Config],
    check_of: Callable[[str], Check],
    writing: Writing,
) -> Iterator[str]:
    """Accept the findings; what was written is told. Raises UsageError for a configuration that cannot take rows."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.location.path, []).append(finding)
    rows: dict[str, list[tuple[str, str]]] = {}  # by configuration: rule and pattern
    comments = 0
    for path, found in by_file.items():
        left = _commented(path, found, " ".join(reason.split()), check_of(path), writing)
        comments += 0 if writing.has_failed(path) else len(found) - len(left)
        if left:
            config = config_of(path)
            where = config.path or os.path.join(os.getcwd(), "cassette.toml")
            pattern = _pattern(path, os.path.dirname(where))
            rows.setdefault(where, []).extend((rule, pattern) for rule in sorted({each.rule for each in left}))
    if comments:
        yield f"{_findings(comments)} accepted by comments in the recordings"
    for where, listed in rows.items():
        table = ({"rule": rule, "files": pattern, "reason": reason} for rule, pattern in listed)
        if append_rows(where, "lint.ignore", table, writing):
            yield f"{len(listed)} row{'s' * (len(listed) != 1)} added to {where}, where comments cannot stand"


def _findings(count: int) -> str:
    return f"{count} finding{'s' * (count != 1)}"


# --- comments --------------------------------------------------------------------------------------------------------


def _commented(path: str, findings: list[Finding], reason: str, check: Check, writing: Writing) -> list[Finding]:
    """Write comments into a YAML file; the findings that they cannot accept. It is proved before anything is written:
    the file still says the same, and the findings are silent.
    """
    from cassette_tools.regular import read
    from cassette_tools.source import Source

    try:
        content = read(path)
        source = Source.from_bytes(content, path)
        before = check(source)
        known = {each.anchor for each in before}
        wanted = {each.anchor for each in findings} & known  # what only other files show, no comment was tried on
        if not wanted or source.is_json or source.is_text or content.startswith(b"\x1f\x8b"):
            return findings
        accepted = [each for each in before if each.anchor in wanted]
        again = _with_comments(source, content.decode("utf-8"), accepted, reason).encode()
        heard = _heard(path, content, again, check)
    except (CassetteError, UnicodeDecodeError):
        return findings
    if heard is None or not heard <= known or wanted <= heard:
        return findings
    if not writing.rewrite(path, again, content):
        return []
    return [each for each in findings if each.anchor in heard or each.anchor not in wanted]


def _heard(path: str, old: bytes, new: bytes, check: Check) -> set[str] | None:
    """The anchors of the findings in the new content; ``None`` if its meaning is another. Raises CassetteError."""
    from cassette_tools.source import Source
    from cassette_tools.source.rewrite import documents

    if documents(path, new) != documents(path, old):
        return None
    return {each.anchor for each in check(Source.from_bytes(new, path))}


def _with_comments(source: Source, text: str, findings: list[Finding], reason: str) -> str:
    """The text with a comment above each place where one can stand and speak for a finding."""
    lines = text.split("\n")
    rules: dict[int, set[str]] = {}
    for finding in findings:
        rules.setdefault(_anchor_line(source, lines, finding.location.region.line), set()).add(finding.rule)
    for at in sorted(rules, reverse=True):
        line = lines[at - 1]
        indent = line[: len(line) - len(line.lstrip(" "))]
        end = "\r" if line.endswith("\r") else ""
        lines.insert(at - 1, f"{indent}# cassette: ignore[{', '.join(sorted(rules[at]))}] {reason}{end}")
    return "\n".join(lines)


def _anchor_line(source: Source, lines: list[str], line: int) -> int:
    """The nearest line from `line` upwards that begins outside of every scalar."""
    while line > 1:
        here = lines[line - 1]
        if here.strip() and not source.is_inside_scalar(line):
            return line
        line -= 1
    return 1


# --- rows ------------------------------------------------------------------------------------------------------------


def _pattern(path: str, root: str) -> str:
    """A file as a pattern in gitignore syntax that fits no other."""
    from cassette_tools.walk import path_within

    within = "".join(f"\\{each}" if each in "\\*?[]" else each for each in path_within(path, root).lstrip("/"))
    return "/" + (within[:-1] + "\\ " if within.endswith(" ") else within)


def append_rows(where: str, table: str, rows: Iterable[Mapping[str, Any]], writing: Writing) -> bool:
    """Add rows to a table of a configuration, each once; whether that could be done. Raises UsageError."""
    import tomllib

    from cassette_tools.regular import read

    table = f"tool.cassette.{table}" if os.path.basename(where) == "pyproject.toml" else table
    try:
        content = read(where) if os.path.lexists(where) else b""
        old = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{where} is not UTF-8; rows [[{table}]] cannot be added to it") from error
    new = old if old.endswith("\n") or not old else old + "\n"
    for values in rows:
        row = f"[[{table}]]\n" + "".join(f"{key} = {_as_toml(value)}\n" for key, value in values.items() if value)
        if row not in new:  # another run may have added the same
            new += "\n" * bool(new) + row
    try:
        tomllib.loads(new)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"rows [[{table}]] cannot be added to {where}: {error}; write them by hand") from error
    return writing.rewrite(where, new.encode("utf-8"), content)


def _as_toml(value: Any) -> str:
    """A text in quotes; a day as it is."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
