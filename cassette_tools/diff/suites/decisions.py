"""What somebody has decided about the changes of a suite, and what that means for each recording.

A change is decided group by group, but a recording is one file: it can only be taken back when every change in it is
rejected.
"""

from __future__ import annotations

import os

from cassette_tools._record import record, replace
from cassette_tools.diff.judging.accepted import acceptable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cassette_tools.diff.suites.sides import Side
    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftSuite, Group

    Key = tuple[str, str]  # the recording, and the fingerprint of a finding in it
    Decisions = Mapping[Key, str]

ACCEPTED, REJECTED, LEFT = "accepted", "rejected", "left"
WORDS = (ACCEPTED, REJECTED, LEFT)


def decided_as(group: Group, word: str) -> dict[Key, str]:
    """The decision about every finding of a group."""
    return {(member.pair, member.fingerprint): word for member in group.members}


def parts_of(group: Group, decisions: Decisions) -> Iterator[tuple[str, Group]]:
    """What was decided of a group, and of which of its recordings: mostly one word for all."""
    for word in WORDS:
        members = tuple(each for each in group.members if decisions.get((each.pair, each.fingerprint), LEFT) == word)
        if members:
            yield word, replace(group, members=members)


def by_recording(groups: Iterable[Group], decisions: Decisions) -> dict[str, tuple[str, ...]]:
    """What was decided of each change of a recording."""
    found: dict[str, dict[int, str]] = {}
    for at, group in enumerate(groups):
        for member in group.members:
            word = decisions.get((member.pair, member.fingerprint), LEFT)
            found.setdefault(member.pair, {}).setdefault(at, word)
    return {path: tuple(words.values()) for path, words in found.items()}


def accepted_findings(suite: DriftSuite, decisions: Decisions) -> Iterator[tuple[str, Drift]]:
    """The findings that were accepted, as a baseline takes them."""
    for path, finding in acceptable(suite):
        if decisions.get((path, finding.fingerprint)) == ACCEPTED:
            yield path, finding


@record
class Step:
    """A file that is to hold `content` (``None``: to be gone) where now `recorded` is (empty: nothing)."""

    path: str
    content: bytes | None
    recorded: bytes


def steps_back(path: str, suite: DriftSuite, old: Side, new: Side) -> tuple[Step, ...]:
    """How the old recording comes back in the place of the one at `path`. A recording that was renamed gets its old
    name back first, so that no fault leaves neither.
    """
    before, after = _keys(old), _keys(new)
    pairs = {pair.new_path: pair.old_path for pair in suite.pairs}
    source = before.get(pairs.get(path, path)) if path in pairs or path in suite.removed else None
    target = after.get(path) if path not in suite.removed else None
    if source is None:
        return (Step(path=path, content=None, recorded=new.read(after[path])),)
    if source == target:
        return (Step(path=path, content=old.read(source), recorded=new.read(target)),)
    back = Step(path=os.path.join(new.top, source), content=old.read(source), recorded=b"")
    if target is None:
        return (back,)
    return back, Step(path=path, content=None, recorded=new.read(target))


def _keys(side: Side) -> dict[str, str]:
    """By which path both sides call a file that is shown otherwise."""
    return {shown: key for key, shown in side.shown.items()}
