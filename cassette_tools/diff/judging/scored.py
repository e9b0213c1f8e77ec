"""The change that says more than the changed score beside it: the verdict, the order, the scored text."""

from __future__ import annotations

from cassette_tools.data.causes import RANKING
from cassette_tools.data.drift import ANOTHER_VERDICT, OTHER_SCALE, UNCLASSIFIED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change


def decided_by_score(change: Change, mates: list[Change]) -> Change | None:
    """What the model decided by a score: whether a text is flagged, and in which category; or another order."""
    if change.circumstance != ANOTHER_VERDICT:
        return None
    name = change.path.rpartition(".")[2]
    decided = [each for each in mates if each.path.endswith((f".categories.{name}", ".flagged"))]
    ranked = (each for each in mates if each.circumstance == OTHER_SCALE or _is_order_of(each, change.path))
    others = (
        each for each in mates if _is_other_text(each) and each.path.startswith(f"{change.path.rpartition('.')[0]}.")
    )
    return next(iter(decided), None) or next(ranked, None) or next(others, None)


def _is_other_text(change: Change) -> bool:
    """Whether the scored text itself changed."""
    return change.rule == UNCLASSIFIED and isinstance(change.old, str) and isinstance(change.new, str)


def _is_order_of(change: Change, path: str) -> bool:
    """Whether the list that holds a path has another order. A changed ranking counts wherever it is."""
    if change.subject.startswith(RANKING):
        return True
    return change.subject.startswith("the order of ") and path.startswith(f"{change.path}[")
