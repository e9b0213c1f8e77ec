"""The order in which findings are told: the gravest first, causes before their effects."""

from __future__ import annotations

import re

from cassette_tools.data.drift import LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift


def in_order(findings: list[Drift]) -> tuple[Drift, ...]:
    """The gravest first; of equal ones the causes before the effects: which calls there are, what was asked, what was
    answered, each in the order of the calls; of one call that which explains most, then by path.
    """
    findings.sort(key=lambda each: (LEVELS.index(each.level), _step(each), _call(each.path), _place_in_call(each)))
    return tuple(findings)


def _step(finding: Drift) -> int:
    """How near to the cause a finding is."""
    if finding.rule == "secret-unmasked":
        return -1  # before anything else: somebody must act
    if finding.rule.startswith(_OF_CALLS):
        return 0
    return 1 if finding.origin == "request" or ".request." in finding.path else 2


_OF_CALLS = ("interaction-", "protocol-", "dialect-", "format-")
_LATEST = ("usage-", "cost-")  # counts follow from what is counted


def _call(path: str) -> int:
    call = re.match(r"interactions\[(\d+)\]", path)
    return int(call[1]) if call is not None else -1


def _place_in_call(finding: Drift) -> tuple[object, ...]:
    is_model = finding.path.endswith((".request.model", ".response.model"))
    rank = 0 if is_model else 2 if finding.rule.startswith(_LATEST) else 1
    return rank, -_weight(finding), _natural(finding.path), finding.rule


def _weight(finding: Drift) -> int:
    return 0 if finding.said is None else len(finding.said.follows)


def _natural(path: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which ``[10]`` comes after ``[2]``."""
    steps = path.replace("]", "[").split("[")
    return tuple((int(step), "") if step.isdecimal() else (-1, step) for step in steps)
