"""Which scenario a recording is of, guessed from the paths of all: what stays when the model changes."""

from __future__ import annotations

import re
from collections import Counter

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
            scenario=scenario,
            provider_name=report.asked[0],
            model=report.asked[1],
            level=worst_of(finding.level for finding in report.findings),
            path=report.new_path,
        )
        for scenario, report in zip(_scenarios(names, [each.asked for each in reports]), reports, strict=True)
    )


def _scenarios(names: Sequence[list[str]], models: Sequence[tuple[str, str]]) -> list[str]:
    """The last step of each; with the one before where that is a number, or where only so two of a model differ; then
    the step before that most of them have goes without saying.
    """
    brief = ["/".join(name[-2 if name[-1].isdigit() else -1 :]) for name in names]
    longer = ["/".join(name[-2:]) for name in names]
    still_alike = _alike(longer, models)
    both = list(zip(brief, longer, strict=True))
    doubled = _alike(brief, models) - {one for one, other in both if other in still_alike}
    usual = {name: _most_frequent([other for one, other in both if one == name]) for name in doubled}
    return [other if one in doubled and usual[one] != other else one for one, other in both]


def _most_frequent(names: Sequence[str]) -> str:
    """The name that is there most often; ``""`` where several are."""
    (first, most), *others = Counter(names).most_common(2)
    return "" if others and others[0][1] == most else first


def _alike(scenarios: Sequence[str], models: Sequence[tuple[str, str]]) -> set[str]:
    """The scenarios of which a model has several."""
    return {scenario for (scenario, _), count in Counter(zip(scenarios, models, strict=True)).items() if count > 1}


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
