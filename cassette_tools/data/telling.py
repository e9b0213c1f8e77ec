"""The order of the changes of one level in a report: the most urgent rows first, each with its reason.

A rule without a row comes between `_FIRST` and `_LAST`; there the changes of most recordings come first, so that a
setting that changed in many comes before what it changed in some of them.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SECRETS = ("secret-",)  # rules of diff and lint that tell of a secret


@record
class _Row:
    """Rules by how their names begin, and why they are told there."""

    begins: tuple[str, ...]
    reason: str


_FIRST: tuple[_Row, ...] = (
    _Row(begins=SECRETS, reason="somebody must revoke it today, whatever else changed"),
    _Row(
        begins=("status-class-", "error-appeared", "refusal-appeared", "stream-truncated"),
        reason="there is no answer any more",
    ),
)
_LAST: tuple[_Row, ...] = (_Row(begins=("usage-changed", "cost-changed"), reason="counts follow from what is counted"),)


def standing(rule: str) -> int:
    """A sort key: the lower, the sooner a change of this rule is told."""
    first = _row_of(rule, _FIRST)
    return first - len(_FIRST) if first is not None else 0 if _row_of(rule, _LAST) is None else 1


def _row_of(rule: str, rows: Sequence[_Row]) -> int | None:
    return next((number for number, row in enumerate(rows) if rule.startswith(row.begins)), None)


def is_of_secret(rule: str) -> bool:
    """Whether a rule tells that a secret is recorded."""
    return rule.startswith(SECRETS)
