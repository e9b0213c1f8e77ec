"""From a change to the one that it follows from."""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change


@record
class Link:
    """From a change to its root; `same` when it is the root once more, in another call."""

    root: Change
    same: bool = False
