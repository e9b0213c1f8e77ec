"""Drift that somebody has accepted: by the configuration, in a baseline, or as the learned noise of a scenario.

What is accepted becomes noise and says why; nothing is deleted, so `--show-noise` shows it. Each of the three is a
function from a finding to the reason for accepting it, or ``None``.
"""

from __future__ import annotations

import json
import re

from cassette_tools._record import replace
from cassette_tools.data.drift import LEVELS
from cassette_tools.errors import ConfigError, SourceError
from cassette_tools.printable import json_text
from cassette_tools.regular import read
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from cassette_tools.config import Ignore
    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftSuite

    Accept = Callable[[Drift], str | None]

BASELINE_VERSION = 1


def with_accepted(findings: Iterable[Drift], accepts: Iterable[Accept]) -> tuple[Drift, ...]:
    """The findings, those that something accepts as noise, in the order of the report."""
    judges = tuple(accepts)
    seen = [_judged(finding, judges) for finding in findings]
    return tuple(sorted(seen, key=lambda finding: LEVELS.index(finding.level)))


def _judged(finding: Drift, accepts: tuple[Accept, ...]) -> Drift:
    if finding.level == "noise":
        return finding
    for accept in accepts:
        reason = accept(finding)
        if reason is not None:
            return replace(finding, level="noise", message=f"{finding.message} ({reason})")
    return finding


# --- the configuration -----------------------------------------------------------------------------------------------


def by_configuration(rows: tuple[Ignore, ...], today: date) -> Accept:
    """Accept what a row of ``[[diff.ignore]]`` names. A row that has expired accepts nothing any more."""
    judges = [_by_row(row) for row in rows if not _is_over(row, today)]
    return lambda finding: next((reason for judge in judges if (reason := judge(finding)) is not None), None)


def _by_row(row: Ignore) -> Accept:
    path, files = pattern(row.path), row.files and pattern(row.files)

    def accept(finding: Drift) -> str | None:
        if row.rule not in ("", finding.rule) or not path.fullmatch(finding.path):
            return None
        if files and not any(files.fullmatch(place) for place in _files_of(finding)):
            return None
        return f"ignored: {row.reason}"

    return accept


def expired(rows: tuple[Ignore, ...], today: date) -> list[Ignore]:
    """The rows whose day is over, to be told of."""
    return [row for row in rows if _is_over(row, today)]


def _is_over(row: Ignore, today: date) -> bool:
    return row.until is not None and row.until < today


def _files_of(finding: Drift) -> list[str]:
    """The paths of the recordings, as they are shown and as they are in the repository."""
    shown = [place.path for place in (finding.old_location, finding.new_location) if place is not None]
    return [*shown, *map(repository_path, shown)]


def pattern(words: str) -> re.Pattern[str]:
    """A canonical path or a file's path as a pattern: ``[*]`` is any index, ``*`` any text, and all else is itself."""
    pieces = re.split(r"(\[\*\]|\*+)", words or "*")
    return re.compile(
        "".join(
            r"\[[^\]]*\]" if piece == "[*]" else ".*" if piece[:1] == "*" else re.escape(piece) for piece in pieces
        ),
        re.DOTALL,
    )


def rows_for(
    accepted: Sequence[tuple[str, Drift]], others: Iterable[Drift], reason: str, until: date | None
) -> tuple[Ignore, ...]:
    """Rows that accept some findings and none of the `others`: the fewest, by their rule and place in all recordings
    where that is right, else recording by recording, at each place where one alone is accepted.
    """
    from cassette_tools.config import Ignore

    left = tuple(others)
    rows: dict[Ignore, bool] = {}
    for path, finding in accepted:
        file = repository_path(path)
        everywhere = re.sub(r"\[\d+\]", "[*]", finding.path)
        ways = ((everywhere, ""), (finding.path, ""), (everywhere, file), (finding.path, file))
        for place, files in ways:
            row = Ignore(rule=finding.rule, path=place, files=files, reason=reason, until=until)
            if row not in rows:
                judge = _by_row(row)
                rows[row] = not any(judge(each) for each in left)
            if rows[row]:
                break
    return tuple(row for row, is_right in rows.items() if is_right)


# --- a baseline ------------------------------------------------------------------------------------------------------


def acceptable(suite: DriftSuite) -> Iterator[tuple[str, Drift]]:
    """Every finding above noise with the path of its recording. Findings that are told in one line are each accepted by
    themselves: the next time others may be beside them.
    """
    found = [(report.new_path, finding) for report in suite.pairs for finding in report.findings]
    alone = [(place.path, each) for each in suite.findings if (place := each.new_location or each.old_location)]
    for path, finding in (*found, *alone):
        if finding.level != "noise" or finding.merged:
            yield path, finding


def baseline_text(
    findings: Iterable[tuple[str, Drift]],
    known: Iterable[Mapping[str, str]] = (),
    more: Mapping[str, str] = {},
) -> str:
    """A baseline file: what every finding is and its fingerprint, sorted, fit for version control. The rows that are
    `known` stay, where no finding has their place; `more` is said of each finding (a reason, the last day).
    """
    rows = [
        *known,
        *(
            {
                "fingerprint": found.fingerprint,
                "rule": found.rule,
                "file": repository_path(path),
                "path": found.path,
                **more,
            }
            for path, found in findings
        ),
    ]
    accepted = sorted({_order(row): row for row in rows}.items())
    return json_text({"schema_version": BASELINE_VERSION, "accepted": [row for _, row in accepted]})


def _order(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(str(row.get(key, "")) for key in ("file", "path", "rule", "fingerprint"))


def by_baseline(rows: Iterable[Mapping[str, str]], today: date) -> Accept:
    """Accept what stands in a baseline. A row that has expired accepts nothing any more."""
    known = {row["fingerprint"]: row.get("reason", "") for row in rows if not _row_is_over(row, today)}

    def accept(finding: Drift) -> str | None:
        reason = known.get(finding.fingerprint)
        return None if reason is None else f"in the baseline: {reason}" if reason else "in the baseline"

    return accept


def expired_rows(rows: Iterable[Mapping[str, str]], today: date) -> dict[tuple[str, str], int]:
    """How many rows of a baseline are over, by their last day and their reason."""
    over = [(row["until"], row.get("reason", "")) for row in rows if _row_is_over(row, today)]
    return {each: over.count(each) for each in dict.fromkeys(sorted(over))}


def _row_is_over(row: Mapping[str, str], today: date) -> bool:
    return row.get("until", _NEVER) < today.isoformat()


_NEVER = "9999-12-31"


def baseline_rows(path: str) -> list[Mapping[str, str]]:
    """The rows of a baseline file. Raises ConfigError."""
    try:
        document = json.loads(read(path))
    except SourceError as error:
        raise ConfigError(f"the baseline {error.message}", path=path) from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the baseline is no JSON: {error}", path=path) from error
    rows = document.get("accepted") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "fingerprint" in row for row in rows):
        expected = "an object with `accepted`, a list of objects with a `fingerprint`"
        raise ConfigError(f"this is no baseline; expected {expected} (`--write-baseline` writes one)", path=path)
    for number, row in enumerate(rows):
        _check_row(row, number, path)
    return rows


def _check_row(row: Mapping[str, Any], number: int, path: str) -> None:
    for name, value in row.items():
        if not isinstance(value, str):
            raise ConfigError(f"accepted[{number}].{name} is {value!r}; expected a text", path=path)
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", row.get("until", _NEVER)):
        raise ConfigError(f"accepted[{number}].until is {row['until']!r}; expected a day (2027-01-31)", path=path)


def tallied(findings: Iterable[Drift]) -> Mapping[str, int]:
    """How many findings there are of each level."""
    found = [finding.level for finding in findings]
    return {level: found.count(level) for level in LEVELS}
