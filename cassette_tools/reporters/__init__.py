"""Reports as text: one module per output format, each registering one `Reporter`: a pure function from a report.

A reporter knows no rule. It never sees a secret: findings hold none. Recorded text that it shows must not be able to
drive a terminal, a page or a CI log: `printable` makes control characters visible.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassette_tools.errors import CassetteError
    from cassette_tools.finding import Drift, Finding
    from cassette_tools.reporters._side_by_side import Sides

    Step = tuple[tuple[str, ...], tuple[str, ...]]  # the names that only the old side has, those that only the new has


@record
class Excerpt:
    """A piece of a line of a file, without secrets; from `start` to `end` (characters of it) is what is meant."""

    text: str
    start: int
    end: int


@record
class LintReport:
    """What `cassette lint` found; `errors` are the files that could not be read at all.

    `paths` is what the user named, for the commands that are proposed. `mended` findings are gone by ``--fix``,
    `accepted` are in the baseline. `excerpts` are what the file says, by the number of the finding.
    """

    files: int
    findings: tuple[Finding, ...]
    errors: tuple[CassetteError, ...] = ()
    paths: tuple[str, ...] = ()
    mended: int = 0
    accepted: int = 0
    excerpts: Mapping[int, Excerpt] = {}


@record
class Provenance:
    """Who asked, who was asked and who answered, old and new: the distinct values in the order of the recording.

    `client` says whether the calls that both recordings hold come from the same SDK (``same``, ``other``, or ``""``
    where that is not known); `sdk` names what was identified, whatever header said it; `upstream` is who answered
    behind a gateway.
    """

    sdk: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    client: str = ""
    api_version: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    user_agent: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    provider_name: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    dialect: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    request_model: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    response_model: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    upstream: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


@record
class Totals:
    """Sums over the recordings that were compared, old and new: ``None`` for a count that no answer has. `names` are
    all that either side has; `steps` what each recording has on one side only, and how many recordings have the same.
    `one_sided` says how many recordings a sum leaves out, since only one of their sides reports it.
    """

    counts: Mapping[str, tuple[float | None, float | None]] = {}
    names: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    steps: Mapping[str, Mapping[Step, int]] = {}
    one_sided: Mapping[str, int] = {}


@record
class Unread:
    """Recordings that a dataset knows to have no drift: how many, and their sums."""

    recordings: int
    totals: Totals = Totals()


@record
class View:
    """Two recordings for a person: the conversation in passages, which are the same on both sides or not, and how many
    events of each kind the streams have, old and new.
    """

    conversation: tuple[Sides, ...]
    events: tuple[tuple[str, int, int], ...]


@record
class DriftReport:
    """What `cassette diff OLD NEW` found for one pair, the graver first. `summary` counts every level, hidden ones
    too. A revision is the git revision that a side was read from, "" for a file on the disk; no path holds it.
    `view` shows the recordings themselves, where a format has room for that.
    """

    old_path: str
    new_path: str
    profile: str
    provenance: Provenance
    findings: tuple[Drift, ...]
    summary: Mapping[str, int]
    answers: str = ""  # what is odd about all of them together
    old_revision: str = ""
    new_revision: str = ""
    asked: tuple[str, str] = ("", "")  # the provider and the model that most calls of the new recording ask
    asked_each: tuple[tuple[str, str], ...] = ()  # the same of each interaction; ("", "") for what is no call
    totals: Totals = Totals()
    remembered: bool = False  # the recordings are gone: what is told is what a dataset remembers of them
    view: View | None = None


@record
class Member:
    """A finding of a group: the new path of its pair, its fingerprint, what its words have of their own, who did it in
    words, and its level; the provider and the model that its call asks, where most calls of the recording ask another.
    """

    pair: str
    fingerprint: str
    own: str = ""
    evidence: str = ""
    level: str = ""
    asked: tuple[str, str] = ("", "")


@record
class Group:
    """The findings of a suite that one cause and one template make one change. `template` is their sentence without
    what differs; `message` that of all of them; `example` is the first. `subject` is the thing that changed. `whole`
    says that no recording has anything to add to the message.
    """

    id: str
    level: str
    rule: str
    template: str
    message: str
    cause: str
    subject: str
    members: tuple[Member, ...]
    example: Drift
    whole: bool = True

    @property
    def pairs(self) -> tuple[str, ...]:
        """The new paths of the recordings that have it, each once, in order."""
        return tuple(dict.fromkeys(member.pair for member in self.members))


@record
class Cell:
    """Where a recording stands in the table of a suite, and the gravest level found in it ("" for none)."""

    scenario: str
    provider_name: str
    model: str
    level: str
    path: str


@record
class DriftSuite:
    """What `cassette diff` found for two folders or revisions, the pairs in the order of their new paths. `old` and
    `new` name the sides; where one is a git revision, it is `old_revision` or `new_revision` as well.

    `renamed` are (old, new) paths. `findings` are those of no pair: what was added and removed. `groups` tell all
    findings above noise by what they have in common, the graver first, then the more frequent; `matrix` has a cell for
    each pair. `errors` are the files that could not be compared. `unread` are the recordings that stand in no pair,
    since a dataset knows that they have not drifted, by the provider and the model that they ask; some of them have a
    cell, beside those of their scenario that have drifted.
    """

    old: str
    new: str
    pairs: tuple[DriftReport, ...]
    summary: Mapping[str, int]
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    findings: tuple[Drift, ...] = ()
    groups: tuple[Group, ...] = ()
    matrix: tuple[Cell, ...] = ()
    totals: Totals = Totals()
    only: tuple[str, ...] = ()  # to what the report is narrowed: ``rule=cost-changed``
    left_out: Mapping[str, int] = {}  # how many changes of each level are in the whole report, and not in this one
    errors: tuple[CassetteError, ...] = ()
    old_revision: str = ""
    new_revision: str = ""
    unread: Mapping[tuple[str, str], Unread] = {}

    @property
    def unread_count(self) -> int:
        """How many recordings are known to have no drift, without having been read."""
        return sum(each.recordings for each in self.unread.values())

    @property
    def compared(self) -> int:
        """How many recordings stand on both sides."""
        return len(self.pairs) + self.unread_count

    @property
    def without_drift(self) -> int:
        """How many of them have nothing above noise, whatever a format shows."""
        return self.compared - self.drifted

    @property
    def drifted(self) -> int:
        """How many of them have something above noise."""
        return sum(any(finding.level != "noise" for finding in pair.findings) for pair in self.pairs)

    @property
    def has_chosen_changes(self) -> bool:
        """Whether it reports only some changes, so that recordings may have others."""
        return any(each.startswith(("rule=", "level=")) for each in self.only)

    @property
    def is_pair(self) -> bool:
        """Whether there is nothing to tell but one pair, which has a report of its own."""
        return len(self.pairs) == self.compared == 1 and not (self.findings or self.errors or self.only)

    @property
    def shared(self) -> frozenset[str]:
        """The fingerprints of what is told once for several recordings, with nothing to add for any of them."""
        groups = (group for group in self.groups if group.whole and len(group.pairs) > 1)
        return frozenset(member.fingerprint for group in groups for member in group.members)


def named(revision: str, path: str) -> str:
    """A file as git names it: ``main:t/trip.yaml``; by its path where it is on the disk."""
    return f"{revision}:{path}" if revision else path


def suite_of(report: DriftReport) -> DriftSuite:
    """The pair as a suite of one, for formats that show both alike."""
    return DriftSuite(
        old=named(report.old_revision, report.old_path),
        new=named(report.new_revision, report.new_path),
        pairs=(report,),
        summary=report.summary,
    )


@record
class Style:
    """How a reporter may dress its text: `color` for ANSI colours, `width` of the terminal in columns.

    `show` is the least drift level that a text report shows; the rest is counted. `show_folded` lists under each
    change what follows from it, or is told in its line. `show_all` tells each finding of lint by itself, however many
    there are; `statistics` only counts them.
    """

    color: bool = False
    below: str = ""  # the current folder's path in its repository; what annotates files knows them by their paths there
    width: int = 100
    show: str = "cosmetic"
    show_folded: bool = False
    show_all: bool = False
    statistics: bool = False


@record
class Reporter:
    """One output format. A function is ``None`` where the format makes no sense for that report."""

    name: str
    lint: Callable[[LintReport, Style], str] | None = None
    diff: Callable[[DriftReport, Style], str] | None = None
    suite: Callable[[DriftSuite, Style], str] | None = None


REPORTERS: Registry[Reporter] = Registry("cassette_tools.reporters")
