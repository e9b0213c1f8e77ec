"""A model of another vendor, asked by one API of one provider: its answers may differ, but the settings that are sent
are the client's own edits.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import SETTING
from cassette_tools.diff.changes.one_place import is_asked_alike

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene


def edits_of_settings(scene: Scene, changes: Iterable[Change]) -> Iterator[Change]:
    """The changes of such a request, those of its settings as what they are between models of one vendor."""
    if not is_asked_alike(scene):
        yield from changes
        return
    for change in changes:
        yield replace(change, circumstance=_RULES[change.rule], expected=False) if _is_of_setting(change) else change


def _is_of_setting(change: Change) -> bool:
    """Whether a field, in no message and no tool, is sent now, no longer, under another name or with another value."""
    return change.rule in _RULES and change.circumstance is None and "[" not in change.path


_RULES = {
    "request-field-added": SETTING,
    "request-field-removed": SETTING,
    "request-field-renamed": SETTING,
    "request-parameter-changed": None,
}
