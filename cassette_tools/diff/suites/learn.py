"""The noise of one scenario, learned from several recordings of it under the same conditions, as a file of rules.

What varies among such recordings does not depend on anything that somebody changed. A row says where it varies (a
canonical path, its indexes open), which rule reports it, and what *kind* of thing it is, which bounds how far it may
vary later:

- ``id``, ``time``, ``opaque``: any other value of the same kind;
- ``prose``: any other words;
- ``measure``: numbers between half the least and twice the greatest that were seen.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.diff.changes.change import opened
from cassette_tools.diff.judging.accepted import pattern
from cassette_tools.errors import ConfigError, SourceError
from cassette_tools.regular import read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.finding import Drift
    from cassette_tools.model import Json

KINDS = ("id", "time", "opaque", "prose", "measure")
SLACK = 2.0  # how far beyond what was seen a measure may go, as a factor
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d")
_ID = re.compile(r"(?=\D*\d)[\w.:/+=-]+")
_LONG = 64  # characters of a word without spaces from which it is no id but something opaque


@record
class Noise:
    """One row. `least` and `greatest` bound a measure, by the name of the count (``""`` for a plain number)."""

    rule: str
    path: str
    kind: str
    reason: str
    bounds: tuple[tuple[str, float, float], ...] = ()


def learned(comparisons: Iterable[Iterable[Drift]]) -> tuple[Noise, ...]:
    """The rows for what differs between recordings of one scenario; each comparison is of two of them."""
    found: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    counts: dict[tuple[str, str, str], int] = {}
    total = 0
    for findings in comparisons:
        total += 1
        keys = set()
        for finding in findings:
            if finding.level == "noise" and not finding.merged:
                continue
            key = (finding.rule, opened(finding.path), kind_of(finding.old, finding.new))
            keys.add(key)
            measures = found.setdefault(key, {})
            for name, number in (*_numbers(finding.old), *_numbers(finding.new)):
                measures.setdefault(name, []).append(number)
        for key in keys:
            counts[key] = counts.get(key, 0) + 1
    return tuple(
        Noise(
            rule=rule,
            path=path,
            kind=kind,
            reason=f"differed in {counts[rule, path, kind]} of {total} comparisons",
            bounds=tuple((name, min(seen), max(seen)) for name, seen in sorted(measures.items()))
            if kind == "measure"
            else (),
        )
        for (rule, path, kind), measures in sorted(found.items())
    )


def kind_of(old: Json, new: Json) -> str:
    """What kind of thing varies, by the look of both values."""
    values = [value for value in (old, new) if value is not None]
    return next((kind for kind, is_one in _LOOKS if values and all(map(is_one, values))), "prose")


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_word(value: Json) -> bool:
    return isinstance(value, str) and " " not in value.strip()


# The first of which both values have the look.
_LOOKS: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("time", lambda value: _is_number(value) and 1e9 <= value < 1e11),
    ("measure", _is_number),
    ("measure", lambda value: isinstance(value, dict) and all(map(_is_number, value.values()))),
    ("time", lambda value: isinstance(value, str) and _TIME.search(value) is not None),
    ("opaque", lambda value: _is_word(value) and len(value) >= _LONG),
    ("id", lambda value: _is_word(value) and _ID.fullmatch(value) is not None),
)


def _numbers(value: Json) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if _is_number(inner):
                yield str(name), inner
    elif _is_number(value):
        yield "", value


def by_noise(rows: tuple[Noise, ...]) -> Accept:
    """Accept what a learned row covers, while it is of the kind and within the bounds that were seen."""
    compiled = [(row, pattern(row.path)) for row in rows]

    def accept(finding: Drift) -> str | None:
        for row, path in compiled:
            if row.rule == finding.rule and path.fullmatch(finding.path) and _covers(row, finding):
                return f"learned noise: {row.kind}"
        return None

    return accept


def _covers(row: Noise, finding: Drift) -> bool:
    kind = kind_of(finding.old, finding.new)
    if kind != row.kind:
        return False
    if kind != "measure":
        return True
    bounds = {name: (least, greatest) for name, least, greatest in row.bounds}
    return all(
        name in bounds and bounds[name][0] / SLACK <= number <= bounds[name][1] * SLACK
        for name, number in (*_numbers(finding.old), *_numbers(finding.new))
    )


# --- the file --------------------------------------------------------------------------------------------------------


def noise_text(rows: tuple[Noise, ...], sources: Iterable[str]) -> str:
    """The rows as TOML."""
    lines = ["# The noise of one scenario, learned by `cassette diff --learn` from:"]
    lines += [f"#   {_comment(source)}" for source in sources]
    for row in rows:
        lines += [
            "",
            "[[noise]]",
            f"rule = {_quoted(row.rule)}",
            f"path = {_quoted(row.path)}",
            f"kind = {_quoted(row.kind)}",
        ]
        if row.bounds:
            told = ", ".join(f"{_quoted(name)} = [{least}, {greatest}]" for name, least, greatest in row.bounds)
            lines.append(f"bounds = {{ {told} }}")
        lines.append(f"reason = {_quoted(row.reason)}")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _quoted(text: str) -> str:
    """A basic string of TOML 1.0, whose escapes are JSON's."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def read_noise(path: str) -> tuple[Noise, ...]:
    """The rows of a noise file. Raises ConfigError."""
    import tomllib

    try:
        document = tomllib.loads(read(path).decode("utf-8"))
    except SourceError as error:
        raise ConfigError(f"the noise file {error.message}", path=path) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not readable as TOML: {error}", path=path) from error
    rows = document.get("noise", [])
    if not isinstance(rows, list) or set(document) - {"noise"}:
        raise ConfigError("this is no noise file; expected tables [[noise]] and nothing else", path=path)
    return tuple(_row(path, number, row) for number, row in enumerate(rows, 1))


def _row(path: str, number: int, row: Any) -> Noise:
    if not isinstance(row, dict):
        raise ConfigError(f"noise row {number} is no table", path=path)
    for name in ("rule", "path", "kind"):
        if not isinstance(row.get(name), str):
            raise ConfigError(f"noise row {number} has no {name}; expected a string", path=path)
    if row["kind"] not in KINDS:
        raise ConfigError(f"noise row {number} has kind {row['kind']!r}; expected one of {', '.join(KINDS)}", path=path)
    return Noise(
        rule=row["rule"],
        path=row["path"],
        kind=row["kind"],
        reason=str(row.get("reason", "")),
        bounds=tuple(_bounds(path, number, row.get("bounds", {}))),
    )


def _bounds(path: str, number: int, bounds: Any) -> Iterator[tuple[str, float, float]]:
    if not isinstance(bounds, dict):
        raise ConfigError(f"noise row {number} has bounds that are no table", path=path)
    for name, pair in bounds.items():
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(each, int | float) for each in pair):
            raise ConfigError(f"noise row {number}: the bounds of {name!r} are not two numbers", path=path)
        yield name, pair[0], pair[1]
