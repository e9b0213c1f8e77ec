"""Whether a field that was in every event of a stream is now only in the last one, or the reverse."""

from __future__ import annotations

from cassette_tools.data.drift import IN_EVERY_EVENT, IN_LAST_EVENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.http.event_kinds import Kind


def gathered(path: str, old: Kind, new: Kind) -> str:
    """Which events of the new stream have the field, all or only the last, if it was the other before; else ""."""
    if not _begin_apart(path, old, new):
        return ""
    ways = _way_of(old, path), _way_of(new, path)
    return ways[1] if {*ways} == {IN_EVERY_EVENT, IN_LAST_EVENT} else ""


def _begin_apart(path: str, old: Kind, new: Kind) -> bool:
    """Whether a field may have its first value in another event than before; for most fields it is the first one."""
    if path not in old.holders or path not in new.holders:
        return False
    firsts = [next(iter(kind.holders[path].numbers), None) for kind in (old, new)]
    return None not in firsts and (firsts[0] != firsts[1] or path in old.nulls or path in new.nulls)


def _way_of(kind: Kind, path: str) -> str:
    """Which of the events that could have the field do: all, or only the last; "" for anything else."""
    holder = path.rpartition(".")[0]
    able, having = (kind.filled(each) for each in (holder, path))
    if len(able) < _SEVERAL:
        return ""
    return IN_EVERY_EVENT if having == able else IN_LAST_EVENT if having == able[-1:] else ""


_SEVERAL = 2  # events
