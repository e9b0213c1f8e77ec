"""Which scenario a recording is of, guessed from the paths of all: what stays when the model changes."""

from __future__ import annotations

import re

from cassette_tools.diff.suites.totals import worst_of
from cassette_tools.reporters import Cell, DriftReport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]*$")  # not that of ``gemini-2.5-flash``


def matrix_of(reports: Sequence[DriftReport]) -> tuple[Cell, ...]:
    """A cell for each pair, in their order."""
    names = [_steps(report) for report in reports]
    while len(names) > 1 and all(len(name) > 1 for name in names) and len({name[-1] for name in names}) == 1:
        names = [name[:-1] for name in names]  # ``trip/cassette.yaml``
    return tuple(
        Cell(
            scenario=name[-1],
            provider_name=report.asked[0],
            model=report.asked[1],
            level=worst_of(finding.level for finding in report.findings),
            path=report.new_path,
        )
        for name, report in zip(names, reports, strict=True)
    )


def _steps(report: DriftReport) -> list[str]:
    """The parts of a path that name no model and no provider; at least the file's own name."""
    steps = _SUFFIX.sub("", report.new_path.replace("\\", "/")).split("/")
    own = _words(" ".join(report.asked))
    kept = [without for step in steps if (without := _without_model(step, own))]
    return kept or steps[-1:]


def _without_model(step: str, own: frozenset[str]) -> str:
    """A part of a path without what names the model: ``test_tool`` of ``test_tool[gpt-4o]``; "" for ``azure-gpt-5``."""
    bare = re.sub(r"\[([^\[\]]*)\]", lambda found: "" if _names(found[1], own) else found[0], step)
    return "" if _names(bare, own) else bare


def _names(step: str, own: frozenset[str]) -> bool:
    """Whether more than half of the words of a step are the model's or the provider's."""
    words = _words(step)
    return bool(words) and 2 * len(words & own) > len(words)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+|\d+", text.lower()))
