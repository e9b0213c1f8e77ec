"""``--format sarif``: SARIF 2.1.0 (OASIS Standard, 27 March 2020), as GitHub code scanning takes it.

Limits are GitHub's ("SARIF support for code scanning"): 25,000 results in a run, of which the first are kept; a
location for every result.
"""

from __future__ import annotations

import os

from cassette_tools._version import __version__
from cassette_tools.printable import json_text
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style, suite_of
from cassette_tools.reporters._severity import NAMES
from cassette_tools.reporters._told import UNREADABLE, of_errors, of_lint, of_suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from cassette_tools.finding import Region
    from cassette_tools.reporters._told import Told

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 25_000
_ROOT = "SRCROOT"


def lint(report: LintReport, style: Style) -> str:
    """One run with a result for each finding; files that could not be read are notifications."""
    return _log(
        [told for told in of_lint(report, style) if told.fingerprint], list(of_errors(report.errors, style)), _lint_rule
    )


def diff(report: DriftReport, style: Style) -> str:
    """One run with a result for each change of the pair that is more than noise."""
    return suite(suite_of(report), style)


def suite(report: DriftSuite, style: Style) -> str:
    """The same for many pairs."""
    return _log(
        [told for told in of_suite(report, style) if told.fingerprint],
        list(of_errors(report.errors, style)),
        _drift_rule,
    )


def _log(findings: list[Told], errors: list[Told], describe: Callable[[str], dict[str, Any]]) -> str:
    names = sorted({finding.rule for finding in findings})
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "cassette",
                "semanticVersion": __version__,
                "rules": [{"id": name, **describe(name)} for name in names],
            }
        },
        "invocations": [_invocation(errors, dropped=max(0, len(findings) - MAX_RESULTS))],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {
                "description": {
                    "text": "The top of the repository; where there is none, the folder in which cassette was run."
                }
            }
        },
        "results": [_result(finding, names) for finding in findings[:MAX_RESULTS]],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _invocation(errors: list[Told], *, dropped: int) -> dict[str, Any]:
    notes: list[dict[str, Any]] = [
        {
            "level": "error",
            "message": {"text": error.message},
            "descriptor": {"id": UNREADABLE},
            "locations": [_location(error.path, error)] if error.path else [],
        }
        for error in errors
    ]
    if dropped:
        words = f"{dropped} more results were left out: code scanning takes {MAX_RESULTS:,} of one run"
        notes.append({"level": "warning", "message": {"text": words}})
    return {"executionSuccessful": not errors, "toolExecutionNotifications": notes}


def _result(finding: Told, names: list[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": NAMES[finding.level][0],
        "message": {"text": finding.message},
        "locations": [_location(finding.path, finding)],
        "partialFingerprints": {"cassetteFingerprint/v1": finding.fingerprint},
        "properties": {"level": finding.level},
    }
    if finding.related:
        result["relatedLocations"] = [_location(each.path, each.region) for each in finding.related]
    return result


def _location(path: str, region: Told | Region) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(path),
            "region": {
                "startLine": region.line,
                "startColumn": region.column,
                "endLine": max(region.end_line, region.line),
                "endColumn": region.end_column
                if region.end_line > region.line
                else max(region.end_column, region.column),
            },
        }
    }


def _artifact(path: str) -> dict[str, str]:
    """A path below the current folder by its relative URI (RFC 3986); another by ``file:``."""
    from urllib.parse import quote

    if os.path.isabs(path):
        return {"uri": "file://" + quote(path, errors="surrogateescape")}
    return {"uri": quote(path.replace(os.sep, "/"), errors="surrogateescape"), "uriBaseId": _ROOT}


def _lint_rule(name: str) -> dict[str, Any]:
    from cassette_tools.rules import RULES

    if name not in RULES:
        return {}
    rule = RULES[name]
    return {
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.doc.strip().partition("\n\n")[0]},
        "help": {"text": rule.doc.strip()},
        "defaultConfiguration": {"level": NAMES[rule.level][0], "enabled": rule.default},
        "properties": {"tags": [rule.category]},
    }


def _drift_rule(name: str) -> dict[str, Any]:
    from cassette_tools.data.drift import JUDGEMENTS

    row = next((row for row in JUDGEMENTS if row.name == name), None)
    if row is None:
        return {}
    return {
        "shortDescription": {"text": row.reason},
        "defaultConfiguration": {"level": NAMES.get(row.level, ("note",))[0]},
        "properties": {"tags": [row.level]},
    }


REPORTERS.register(Reporter(name="sarif", lint=lint, diff=diff, suite=suite))
