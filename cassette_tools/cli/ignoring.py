"""``--add-ignore REASON``: accept findings by comments in their recordings, or by rows of the configuration where a
comment cannot stand (JSON, archives, packed files).
"""

from __future__ import annotations

import json
import os

from cassette_tools.errors import CassetteError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from cassette_tools.config import Config
    from cassette_tools.finding import Finding
    from cassette_tools.source import Source

    Check = Callable[[Source], Collection[Finding]]


def add_ignores(
    findings: Iterable[Finding], reason: str, config_of: Callable[[str], Config], check_of: Callable[[str], Check]
) -> Iterator[str]:
    """Accept the findings; what was written is told. Raises UsageError for a configuration that cannot take rows."""
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        by_file.setdefault(finding.location.path, []).append(finding)
    rows: dict[str, list[tuple[str, str]]] = {}  # by configuration: rule and pattern
    comments = 0
    for path, found in by_file.items():
        left = _commented(path, found, " ".join(reason.split()), check_of(path))
        comments += len(found) - len(left)
        if left:
            config = config_of(path)
            where = config.path or os.path.join(os.getcwd(), "cassette.toml")
            pattern = _pattern(path, os.path.dirname(where))
            rows.setdefault(where, []).extend((rule, pattern) for rule in sorted({each.rule for each in left}))
    if comments:
        yield f"{_findings(comments)} accepted by comments in the recordings"
    for where, listed in rows.items():
        _append(where, listed, reason)
        yield f"{len(listed)} row{'s' * (len(listed) != 1)} added to {where}, where comments cannot stand"


def _findings(count: int) -> str:
    return f"{count} finding{'s' * (count != 1)}"


# --- comments --------------------------------------------------------------------------------------------------------


def _commented(path: str, findings: list[Finding], reason: str, check: Check) -> list[Finding]:
    """Write comments into a YAML file; the findings that they cannot accept. It is proved before anything is written:
    the file still says the same, and the findings are silent.
    """
    from cassette_tools.cli.normalize import write_over
    from cassette_tools.regular import read
    from cassette_tools.source import Source
    from cassette_tools.source.rewrite import documents

    try:
        content = read(path)
        source = Source.from_bytes(content, path)
        before = check(source)
        if source.is_json or source.is_text or content.startswith(b"\x1f\x8b"):
            return findings
        known = {each.anchor for each in before}
        wanted = {each.anchor for each in findings} & known  # what only other files show, no comment was tried on
        if not wanted:
            return findings
        text = content.decode("utf-8")
        again = _with_comments(source, text, [each for each in before if each.anchor in wanted], reason).encode()
        if documents(path, again) != documents(path, content):
            return findings
        after = check(Source.from_bytes(again, path))
    except (CassetteError, UnicodeDecodeError):
        return findings
    heard = {each.anchor for each in after}
    if not heard <= known or wanted <= heard:
        return findings
    write_over(path, again)
    return [each for each in findings if each.anchor in heard or each.anchor not in wanted]


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


def _append(where: str, rows: list[tuple[str, str]], reason: str) -> None:
    import tomllib

    from cassette_tools.cli.output import replace_file

    table = "tool.cassette.lint.ignore" if os.path.basename(where) == "pyproject.toml" else "lint.ignore"
    try:
        with open(where, encoding="utf-8", newline="") as stream:
            old = stream.read()
    except FileNotFoundError:
        old = ""
    new = old if old.endswith("\n") or not old else old + "\n"
    for rule, pattern in rows:
        said = (("rule", rule), ("files", pattern), ("reason", reason))
        new += f"{chr(10) * bool(new)}[[{table}]]\n"
        new += "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in said)
    try:
        tomllib.loads(new)
        replace_file(where, new.encode("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"rows [[{table}]] cannot be added to {where}: {error}; write them by hand") from error
    except OSError as error:
        raise UsageError(f"{where} cannot be written: {error.strerror}") from error
