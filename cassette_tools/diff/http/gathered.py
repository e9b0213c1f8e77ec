"""Whether a field that stood in every event of a stream stands in the last one alone now, or the other way round."""

from __future__ import annotations

from cassette_tools.data.drift import IN_EVERY_EVENT, IN_LAST_EVENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.http.event_kinds import Kind


def gathered(path: str, old: Kind, new: Kind) -> str:
    """In which events the new stream has the field, where that is the one of the two and it was the other; else ""."""
    if not _begin_apart(path, old, new):
        return ""
    ways = _way_of(old, path), _way_of(new, path)
    return ways[1] if {*ways} == {IN_EVERY_EVENT, IN_LAST_EVENT} else ""


def _begin_apart(path: str, old: Kind, new: Kind) -> bool:
    """Whether a field of both may first have something in another event: for most it is the first one in both."""
    if path not in old.holders or path not in new.holders:
        return False
    firsts = [next(iter(kind.holders[path].numbers), None) for kind in (old, new)]
    return None not in firsts and (firsts[0] != firsts[1] or path in old.nulls or path in new.nulls)


def _way_of(kind: Kind, path: str) -> str:
    """In which of the events that could have it a field stands: in all, or in the last alone; "" for all else."""
    holder = path.rpartition(".")[0]
    able, having = (kind.filled(each) for each in (holder, path))
    if len(able) < _SEVERAL:
        return ""
    return IN_EVERY_EVENT if having == able else IN_LAST_EVENT if having == able[-1:] else ""


_SEVERAL = 2  # events
