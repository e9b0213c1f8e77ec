"""Text of an answer that comes from the result of a tool call which only one recording makes."""

from __future__ import annotations

from cassette_tools.diff.texts.claims import claims_of, no_more_than
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.diff.changes.change import Change


def root_of_what_is_said(change: Change, results: Iterable[tuple[Change, Change]]) -> Change | None:
    """The added or removed tool call that explains a text: all that the answer says more, or less, is in the arguments
    or the result of this call. `results` are changed results with their roots.
    """
    lost, gained = change.facts
    if change.origin != "response" or bool(lost) is bool(gained):
        return None
    said, other = (change.new, change.old) if gained else (change.old, change.new)
    for result, root in results:
        brought = _brought_by(result, root, added=bool(gained))
        if brought and no_more_than(claims_of(str(said)), claims_of(str(other)), claims_of(brought)):
            return root
    return None


def _brought_by(result: Change, root: Change, *, added: bool) -> str:
    """The arguments and the result of a call that only this side has, else ""."""
    lacking = result.old if added else result.new
    if not root.rule.startswith("tool-call-") or lacking is not ABSENT:
        return ""
    return "\n".join(str(each.new if added else each.old) for each in (root, result))
