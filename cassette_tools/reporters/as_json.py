"""``--format json``: the reports that programs read, as `schemas/lint-report` and `schemas/drift-report` describe
them.
"""

from __future__ import annotations

from cassette_tools.printable import json_text
from cassette_tools.reporters import REPORTERS, DriftReport, DriftSuite, LintReport, Reporter, Style
from cassette_tools.reporters._told import shown_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from cassette_tools.finding import Drift, Finding, Fix, Location
    from cassette_tools.reporters import Group, Totals

LINT_VERSION = 1
DRIFT_VERSION = 1


def lint(report: LintReport, _style: Style) -> str:
    """The lint report; findings in the order of the files."""
    levels = [finding.level for finding in report.findings]
    return json_text(
        {
            "schema_version": LINT_VERSION,
            "summary": {
                "files": report.files,
                "error": levels.count("error"),
                "warning": levels.count("warning"),
                "note": levels.count("note"),
            },
            "findings": [_finding(finding) for finding in report.findings],
        }
    )


def diff(report: DriftReport, style: Style) -> str:
    """The drift report of one pair, in the levels that are shown: all of them unless others are asked for."""
    return json_text(_pair(report, shown_of(style)))


def suite(report: DriftSuite, style: Style) -> str:
    """The reports of many pairs, what only one side has, and all changes by what they have in common."""
    shown = shown_of(style)
    groups = [group for group in report.groups if group.level in shown]
    return json_text(
        {
            "schema_version": DRIFT_VERSION,
            "old": {"revision": report.old_revision} if report.old_revision else {"path": report.old},
            "new": {"revision": report.new_revision} if report.new_revision else {"path": report.new},
            "summary": dict(report.summary),
            "groups": [_group(group) for group in groups],
            "matrix": [
                {
                    "scenario": cell.scenario,
                    "provider_name": cell.provider_name or None,
                    "model": cell.model or None,
                    "level": cell.level or None,
                    "path": cell.path,
                }
                for cell in report.matrix
            ],
            "totals": _totals(report.totals),
            "steps": [
                {"name": name, "old": list(old), "new": list(new), "recordings": count}
                for name, steps in report.totals.steps.items()
                for (old, new), count in steps.items()
            ],
            **({"unread": report.unread_count} if report.unread else {}),
            **({"only": {"choices": list(report.only), "left_out": dict(report.left_out)}} if report.only else {}),
            "pairs": [_pair(pair, shown) for pair in report.pairs],
            "added": list(report.added),
            "removed": list(report.removed),
            "renamed": [{"old": old, "new": new} for old, new in report.renamed],
            "common": [
                {"rule": each.rule, "level": each.level, "message": each.message, "pairs": list(each.pairs)}
                for each in groups
                if len(each.pairs) > 1
            ],
        }
    )


def _group(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "level": group.level,
        "rule": group.rule,
        "template": group.template,
        "message": group.message,
        "cause": group.cause,
        "count": len(group.pairs),
        "example": {"old": group.example.old, "new": group.example.new},
        "members": [{"pair": member.pair, "fingerprint": member.fingerprint} for member in group.members],
    }


def _totals(totals: Totals) -> dict[str, Any]:
    return {
        **{name: list(sides) for name, sides in totals.counts.items()},
        **{name: [list(side) for side in sides] for name, sides in totals.names.items()},
    }


def _pair(report: DriftReport, shown: tuple[str, ...]) -> dict[str, Any]:
    provenance = report.provenance
    return {
        "schema_version": DRIFT_VERSION,
        "old": _side(report.old_path, report.old_revision),
        "new": _side(report.new_path, report.new_revision),
        "profile": report.profile,
        "provenance": {
            name: [", ".join(values) if values else None for values in getattr(provenance, name)]
            for name in ("user_agent", "provider_name", "dialect", "request_model", "response_model")
        },
        "summary": dict(report.summary),
        "findings": [_drift(finding) for finding in report.findings if finding.level in shown],
    }


def _side(path: str, revision: str) -> dict[str, str]:
    return {"path": path, "revision": revision} if revision else {"path": path}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "location": _location(finding.location),
        "interaction": finding.interaction,
        "related": [_location(location) for location in finding.related],
        "fix": _fix(finding.fix),
        "fingerprint": finding.fingerprint,
    }


def _drift(finding: Drift) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "path": finding.path,
        "origin": finding.origin,
        "cause": finding.cause,
        "caused_by": finding.caused_by,
        "old": finding.old,
        "new": finding.new,
        "old_location": _location(finding.old_location),
        "new_location": _location(finding.new_location),
        "fingerprint": finding.fingerprint,
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    region = location.region
    return {
        "path": location.path,
        "line": region.line,
        "column": region.column,
        "end_line": region.end_line,
        "end_column": region.end_column,
    }


def _fix(fix: Fix | None) -> dict[str, str] | None:
    return None if fix is None else {"applicability": fix.applicability, "description": fix.description}


REPORTERS.register(Reporter(name="json", lint=lint, diff=diff, suite=suite))
