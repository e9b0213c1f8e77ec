"""The reports that programs read, as `schemas/stats-report`, `schemas/find-report`, `schemas/suite-report`,
`schemas/contract-report` and `schemas/history-report` describe them.
"""

from __future__ import annotations

from cassette_tools.printable import json_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from cassette_tools.suite.contract_changes import Change, Checked
    from cassette_tools.suite.facts import Facts
    from cassette_tools.suite.find import Found
    from cassette_tools.suite.history import Moment, Timeline, Version
    from cassette_tools.suite.report import Cell, Disagreement, Report
    from cassette_tools.suite.stats import Stats, Sums
    from cassette_tools.suite.survey import Recorded

VERSION = 1


def stats_json(stats: Stats) -> str:
    """The sums of all, and by each thing."""
    return json_text(
        {
            "schema_version": VERSION,
            "total": _sums(stats.total, is_priced=stats.is_priced),
            "by": {
                name: [{"name": each or None, **_sums(sums, is_priced=stats.is_priced)} for each, sums in rows]
                for name, rows in stats.by.items()
            },
        }
    )


def find_json(found: Sequence[Found], searched: int) -> str:
    """What was found, in the order of the files."""
    return json_text(
        {
            "schema_version": VERSION,
            "summary": {
                "searched": searched,
                "recordings": len(found),
                "interactions": sum(len(each.interactions) for each in found),
            },
            "found": [_found(each.recorded, facts) for each in found for facts in each.interactions],
        }
    )


def report_json(report: Report, since: tuple[str, Timeline] | None = None) -> str:
    """The matrix, a row for each recording; what providers show; where recordings of one scenario differ; what changed
    since a moment, where that was asked.
    """
    return json_text(
        {
            "schema_version": VERSION,
            "scenario_from": report.pattern,
            "total": _sums(report.total),
            "recorded_on": _days(report.days),
            "matrix": [_cell(cell) for cell in report.cells],
            "providers": [
                {
                    "provider_name": name or None,
                    "features": {
                        feature: {"shown": each.shown, "only_asked": each.only_asked} for feature, each in rows.items()
                    },
                }
                for name, rows in report.support.items()
            ],
            "disagreements": [_disagreement(each) for each in report.disagreements],
            **({} if since is None else {"since": _since(*since)}),
        }
    )


def contract_json(checked: Checked) -> str:
    """Each change of a contract, at each of its places."""
    from cassette_tools.suite.contract_changes import KINDS

    kinds = [group.first.kind for group in checked.groups]
    return json_text(
        {
            "schema_version": VERSION,
            "summary": {
                "recordings": checked.recordings,
                "documents": checked.looked_at,
                "changes": {kind: kinds.count(kind) for kind in KINDS},
            },
            "changes": [
                {
                    "change": group.first.kind,
                    "dialect": group.first.where[0],
                    "provider_name": group.first.where[1] or None,
                    "name": group.name,
                    "seen": list(group.first.seen),
                    "places": [_place(change) for change in group.changes],
                }
                for group in checked.groups
            ],
        }
    )


def timeline_json(timeline: Timeline, *, is_complete: bool = True) -> str:
    """Each recording with its versions; before them the moments that these belong to."""
    return json_text({"schema_version": VERSION, "complete": is_complete, **_history(timeline)})


def _history(timeline: Timeline) -> dict[str, Any]:
    return {
        "moments": [_moment(each) for each in timeline.moments],
        "recordings": [
            {
                "path": track.path,
                "scenario": track.scenario,
                "provider_name": track.last.provider_name or None,
                "model": track.last.model or None,
                "versions": [_version(each) for each in track.versions],
            }
            for track in timeline.tracks
        ],
    }


def _since(since: str, timeline: Timeline) -> dict[str, Any]:
    """What changed since a moment, as if it had been at once; and through history."""
    from cassette_tools.suite.history_changes import since_base

    told = since_base(timeline)
    return {
        "asked": since,
        "changes": [
            {
                "subject": each.subject,
                "old": each.old or None,
                "new": each.new or None,
                "recordings": [track.path for track in each.tracks],
            }
            for each in told.changes
        ],
        **{kind: [track.path for track in told.by_change.get(kind, ())] for kind in ("added", "removed", "renamed")},
        "totals": {name: list(sums) for name, sums in told.sums.items()},
        **_history(timeline),
    }


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "kind": moment.kind,
        "name": moment.name or None,
        "at": moment.at or None,
        "author": moment.author or None,
        "subject": moment.subject or None,
    }


def _version(version: Version) -> dict[str, Any]:
    from cassette_tools.suite.states import as_fields

    return {
        "moment": version.moment,
        "change": version.change,
        "path": version.path,
        **({"old_path": version.old_path} if version.old_path else {}),
        **({"problem": version.problem} if version.problem else {}),
        "state": None
        if version.state is None
        else {name: _plain(each) for name, each in as_fields(version.state).items()},
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else None if value == "" else value


def _place(change: Change) -> dict[str, Any]:
    from cassette_tools.suite.shapes import in_words

    return {
        "event": change.where[2],
        "path": in_words(change.path),
        "expected": list(change.expected),
        "count": change.count,
        "of": change.of,
        "recordings": change.recordings,
    }


def _sums(sums: Sums, *, is_priced: bool = False) -> dict[str, Any]:
    estimated = {"priced": sums.priced, "estimated_cost": sums.estimated_cost} if is_priced else {}
    return {
        "recordings": sums.recordings,
        "interactions": sums.interactions,
        "calls": sums.calls,
        "failed": sums.failed,
        **sums.counts,
        "calls_with_cost": sums.with_cost,
        **estimated,
        "timed": sums.timed,
        "median_duration": sums.duration,
    }


_TEXTS = (
    "dialect",
    "operation_name",
    "provider_name",
    "request_model",
    "response_model",
    "sdk",
    "stream",
    "finish_reason",
)  # "" where nothing says them


def _found(recorded: Recorded, facts: Facts) -> dict[str, Any]:
    return {
        "location": {"path": recorded.path, "line": facts.line},
        "interaction": facts.index,
        "scenario": recorded.scenario,
        "method": facts.method,
        "url": facts.url,
        "status_code": facts.status,
        **{name: getattr(facts, name) or None for name in _TEXTS},
        "tools_called": list(facts.tools),
        "features": list(facts.shown),
        "error": facts.error or None,
        "input_tokens": facts.input_tokens,
        "output_tokens": facts.output_tokens,
        "reasoning_output_tokens": facts.reasoning_output_tokens,
        "cache_read_input_tokens": facts.cache_read_input_tokens,
        "cost": facts.cost,
        "duration": facts.duration,
        "recorded_on": facts.day or None,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    recorded = cell.recorded
    return {
        "scenario": recorded.scenario,
        "provider_name": recorded.provider_name or None,
        "model": recorded.model or None,
        "path": recorded.path,
        "finish_reason": cell.finish_reason or None,
        "tools_called": list(cell.tools),
        "reasoning": "reasoning" in cell.shown,
        "structured_output": cell.structured,
        "features": {"asked": sorted(cell.asked), "shown": sorted(cell.shown)},
        **{name: value for name, value in _sums(cell.sums).items() if name != "recordings"},
        "streams": list(cell.streams),
        "dialects": list(cell.dialects),
        "sdks": list(cell.sdks),
        "recorded_on": _days(cell.days),
    }


def _days(days: tuple[str, str]) -> list[str] | None:
    return list(days) if days[0] else None


def _disagreement(disagreement: Disagreement) -> dict[str, Any]:
    return {
        "scenario": disagreement.scenario,
        "subject": disagreement.subject,
        "values": [
            {"value": value, "recordings": [cell.recorded.path for cell in cells]}
            for value, cells in disagreement.values
        ],
    }
