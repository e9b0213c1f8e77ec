"""The drift between two recordings of one scenario: facts, folding, judgement, in one line."""

from __future__ import annotations

from functools import partial

from cassette_tools.config import DiffSettings
from cassette_tools.diff.comparing.facts import recording_changes
from cassette_tools.diff.judging.accepted import tallied, with_accepted
from cassette_tools.diff.judging.folding import Folded, folded
from cassette_tools.diff.judging.judge import judged
from cassette_tools.diff.judging.levels import levels_of
from cassette_tools.diff.judging.merging import merged
from cassette_tools.diff.judging.tokens import weighed
from cassette_tools.diff.messages.kept import answers_in_words
from cassette_tools.diff.pairing.exchanges import with_requests
from cassette_tools.diff.pairing.provenance import profile_for, provenance_of
from cassette_tools.hiding import hiding_of
from cassette_tools.reporters import DriftReport
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.finding import Location
    from cassette_tools.model import Place, Recording


def _nowhere(side: str, place: Place) -> Location | None:
    """Recordings that came from no file have no lines."""
    return None


def compare(
    old: Recording,
    new: Recording,
    *,
    profile: str | None = None,
    locate: Callable[[str, Place], Location | None] = _nowhere,
    settings: DiffSettings | None = None,
    accepts: tuple[Accept, ...] = (),
    merge: bool = True,
) -> DriftReport:
    """What changed from `old` to `new`, how grave it is, and who did it. Never raises, whatever was recorded;
    UsageError where the settings ask for an extra that is not installed.

    `profile` is chosen from the provenance unless it is given. `locate` turns a place of the side ``old`` or ``new``
    into lines and columns. `settings` overrides levels and tolerances; what one of `accepts` accepts is noise.
    Without `merge` every finding has its own line.
    """
    old, new = with_requests(old), with_requests(new)
    provenance = provenance_of(old, new)
    chosen = profile or profile_for(provenance)
    every = list(recording_changes(old, new, chosen))
    changes, expected = ([each for each in every if each.expected == side] for side in (False, True))
    settings = settings or DiffSettings()
    sides = (old.interactions, new.interactions)
    rated = partial(levels_of, profile=chosen, levels=settings.levels, tolerances=settings.tolerances, sides=sides)
    changes = _by_similarity(changes, settings.similarity)
    changes = weighed(changes, rated(changes), settings.tolerances, sides)
    levels, quiet = rated(changes), rated(expected)
    told = [*folded(changes, levels), *(Folded(change=each) for each in expected)]
    findings = judged(told, levels | quiet, path=_key(new.path), locate=locate)
    hiding = hiding_of(old, new)
    findings = tuple(hiding.record(each, _NAMES) for each in findings)
    findings = with_accepted(findings, accepts) if accepts else findings
    findings = merged(findings) if merge else findings
    report = DriftReport(
        old_path=old.path,
        new_path=new.path,
        profile=chosen,
        provenance=provenance,
        findings=findings,
        summary=tallied(findings),
        answers=answers_in_words(changes, levels),
    )
    return hiding.record(report, _NAMES | {"findings"})


def _by_similarity(changes: list[Change], similarity: str) -> list[Change]:
    """The changes; on request, with a rating of how near the meaning of each reworded text is."""
    if similarity != "meaning":
        return changes
    from cassette_tools.diff.judging.meaning import rated_by_meaning

    return rated_by_meaning(changes)


def _key(path: str) -> str:
    """What a fingerprint calls a file, however it was typed; "" for a recording that came from no file."""
    return repository_path(path) if path else ""


_NAMES = frozenset(("rule", "level", "origin", "cause", "fingerprint", "caused_by", "old_path", "new_path", "profile"))
"""What is no recorded text: names of the program's own, and where the files are."""
