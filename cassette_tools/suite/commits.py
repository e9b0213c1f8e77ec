"""The commits that changed recordings, read from git's objects: nothing is checked out.

The history of a branch is told along its first parents: what a merge brought is one change, when it arrived. Days are
those of UTC, on which the change was committed.
"""

from __future__ import annotations

import os
import re

from cassette_tools._record import record
from cassette_tools.diff.suites import git
from cassette_tools.errors import UsageError
from cassette_tools.walk import may_be_named, path_within, repository_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@record
class Entry:
    """A file that a commit changed. `blob` is git's name of its content, "" where the file is gone, or is changed
    on the disk and not committed; `old_path` differs from `path` where it was renamed, and is "" for a new file.
    """

    path: str
    blob: str
    old_path: str
    is_on_disk: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the file is no more."""
        return not self.blob and not self.is_on_disk


@record
class Commit:
    """`name` is "" for what is not committed. `seconds` are those since 1970."""

    name: str
    seconds: int
    author: str
    subject: str
    entries: tuple[Entry, ...] = ()


@record
class Walk:
    """What happened to some paths, the oldest commit first. `base` is the commit before all of that, with each file
    that it has, ``None`` where all files began within; `is_shallow` says that git knows nothing older.
    """

    top: str
    base: Commit | None
    commits: tuple[Commit, ...]
    is_shallow: bool = False


def walk(paths: Sequence[str], since: str | None = None) -> Walk:
    """The history of files and folders, all of it or since a revision or a day; what is not committed comes last.
    Raises UsageError.
    """
    top = _top_of(paths)
    repository = _Repository(top)
    wanted = [path_within(os.path.abspath(path), top) if os.path.abspath(path) != top else "" for path in paths]
    start = repository.commit_before(since) if since is not None else ""
    oldest = repository.oldest()
    if not start and repository.is_shallow:
        start = oldest  # what it has is no change of its own: it only looks new
    commits = repository.commits(wanted, start)
    return Walk(
        top=top,
        base=repository.tree(start, wanted) if start else None,
        commits=(*commits, *repository.not_committed(wanted)),
        is_shallow=repository.is_shallow and start == oldest,
    )


def checked_out(folder: str) -> tuple[str, str, str]:
    """The name, the author and the subject of the commit that is checked out; "" where there is none."""
    try:
        told = git.said("-C", folder, "log", "-1", "--no-show-signature", "--format=%H%x00%an%x00%s")
    except UsageError:
        return "", "", ""
    name, author, subject = told.rstrip("\n").split("\0")
    return name, author, subject


def is_within(path: str, wanted: Sequence[str]) -> bool:
    """Whether a file is one of some paths, or below one."""
    return any(path == each or not each or path.startswith(f"{each}/") for each in wanted)


def _top_of(paths: Sequence[str]) -> str:
    tops = {repository_of(os.path.abspath(path)) or "" for path in paths}
    if "" in tops:
        outside = next(path for path in paths if repository_of(os.path.abspath(path)) is None)
        raise UsageError(
            f"{outside} is in no git repository, so that it has no history; `cassette report --history FILE` keeps one"
        )
    if len(tops) > 1:
        raise UsageError(
            f"the paths are in {len(tops)} git repositories ({', '.join(sorted(tops))}): name those of one"
        )
    return tops.pop()


_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
_FIRST_DAY = "1970-01-01"  # git knows no earlier one


def day_asked(since: str) -> str | None:
    """The day (of UTC) that words name: ``2025-11-18``, ``2 weeks ago``; ``None`` where they name none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", since):
        return max(since, _FIRST_DAY)
    ago = re.fullmatch(r"(\d{1,4}) (day|week|month|year)s? ago", since)
    if ago is None:
        return None
    from datetime import UTC, date, datetime, timedelta

    today = datetime.now(UTC).date()
    days = min(int(ago[1]) * _DAYS[ago[2]], (today - date.fromisoformat(_FIRST_DAY)).days)
    return (today - timedelta(days=days)).isoformat()


_LOG = (  # with every setting that would change what is printed
    *("-c", "log.diffMerges=first-parent", "-c", "log.follow=false", "-c", "diff.relative=false", "log"),
    *("--first-parent", "-m", "--full-diff", "--raw", "-z", "-M", "--no-abbrev", "--root", "--reverse"),
    *("--no-color", "--no-show-signature", "--no-notes", "--no-decorate", "--no-mailmap"),
)
_FORMAT = "%H%x00%ct%x00%an%x00%s%x00"


class _Repository:
    """One work tree. Paths are those within it."""

    def __init__(self, top: str) -> None:
        self._top = top
        if not self._knows("HEAD"):
            raise UsageError(f"the git repository {top} has no commit yet, so that nothing has a history")
        self.is_shallow = self._said("rev-parse", "--is-shallow-repository").strip() == "true"

    def _said(self, *words: str) -> str:
        return git.said("-C", self._top, *words)

    def _knows(self, revision: str) -> bool:
        try:
            self._said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except UsageError:
            return False
        return True

    def oldest(self) -> str:
        """The first commit that git has of this branch."""
        return self._said("rev-list", "--first-parent", "HEAD").split()[-1]

    def commit_before(self, since: str) -> str:
        """The commit after which HEAD has done what it did since a revision or a day. Raises UsageError."""
        day = None if self._knows(since) else day_asked(since)
        if day is not None:
            found = self._said("rev-list", "--first-parent", "-1", f"--before={day}T00:00:00Z", "HEAD").strip()
            if not found and self.is_shallow:
                raise UsageError(f"--since {since}: git has no commit of that time{git.SHALLOW}")
            return found
        if not self._knows(since):
            why = (
                git.SHALLOW if self.is_shallow else "; expected a commit, or a day such as 2025-11-18 or '2 weeks ago'"
            )
            raise UsageError(f"--since {since}: git knows no such commit{why}")
        newer = self._said("rev-list", "--first-parent", "HEAD", f"^{since}").split()
        return self._commit_of(f"{newer[-1]}^" if newer else "HEAD")

    def _commit_of(self, revision: str) -> str:
        """The full name of a commit; "" where there is none (before the first)."""
        return self._said("rev-parse", "--verify", f"{revision}^{{commit}}").strip() if self._knows(revision) else ""

    def commits(self, wanted: Sequence[str], start: str) -> list[Commit]:
        """The commits after `start` that changed files in some paths, or files that were moved there since."""
        known = list(wanted)
        while True:
            found = list(self._logged(known, start))
            entries = [entry for commit in found for entry in commit.entries if is_within(entry.path, known)]
            origins = {entry.old_path for entry in entries if entry.old_path and not is_within(entry.old_path, known)}
            if not origins:
                return found
            known += sorted(origins)

    def _logged(self, paths: Sequence[str], start: str) -> Iterator[Commit]:
        words = self._said(
            *_LOG, f"--format={_FORMAT}", "HEAD", *([f"^{start}"] if start else ()), "--", *_specs(paths)
        )
        tokens = iter(words.split("\0"))
        head: list[str] = []
        entries: list[Entry] = []
        for token in tokens:
            token = token.lstrip("\n")
            if token.startswith(":"):
                entries += _entry(token, tokens, paths)
            elif token:
                if head:
                    yield _commit(head, entries)
                head, entries = [token, next(tokens), next(tokens), next(tokens)], []
        if head:
            yield _commit(head, entries)

    def tree(self, commit: str, paths: Sequence[str]) -> Commit:
        """A commit with all files that it has in some paths."""
        name, seconds, author, subject = self._said(
            "log", "-1", "--no-show-signature", f"--format={_FORMAT}", commit, "--"
        ).split("\0")[:4]
        listed = self._said("ls-tree", "-r", "-z", "--full-tree", commit, "--", *_specs(paths))
        entries = []
        for line in listed.split("\0"):
            told, _, path = line.partition("\t")
            if told.startswith("100") and may_be_named(os.path.basename(path)):
                entries.append(Entry(path=path, blob=told.split()[2], old_path=""))
        return Commit(name=name, seconds=int(seconds), author=author, subject=subject, entries=tuple(entries))

    def not_committed(self, paths: Sequence[str]) -> Iterator[Commit]:
        """What the work tree has otherwise than HEAD."""
        tokens = iter(
            self._said("diff-index", "--raw", "-z", "-M", "--no-abbrev", "HEAD", "--", *_specs(paths)).split("\0")
        )
        entries = [entry for token in tokens if token for entry in _entry(token, tokens, paths, is_on_disk=True)]
        listed = self._said("ls-files", "--others", "--exclude-standard", "-z", "--", *_specs(paths))
        entries += [
            Entry(path=path, blob="", old_path="", is_on_disk=True)
            for path in listed.split("\0")
            if path and may_be_named(os.path.basename(path))
        ]
        if entries:
            yield Commit(name="", seconds=0, author="", subject="", entries=tuple(entries))


def _specs(paths: Sequence[str]) -> list[str]:
    return [path or "." for path in paths]


def _commit(head: Sequence[str], entries: Sequence[Entry]) -> Commit:
    name, seconds, author, subject = head
    return Commit(name=name, seconds=int(seconds), author=author, subject=subject, entries=tuple(entries))


def _entry(token: str, tokens: Iterator[str], wanted: Sequence[str], *, is_on_disk: bool = False) -> Iterator[Entry]:
    """A line of ``--raw``: ``:100644 100644 OLD NEW R97``, then one path or two."""
    _old_mode, mode, _old_blob, blob, status = token.split()
    old_path = next(tokens)
    path = next(tokens) if status.startswith("R") else old_path
    is_there = mode.startswith("100")
    named = [each for each in (old_path, path) if is_within(each, wanted) and may_be_named(os.path.basename(each))]
    if not named:
        return
    if not is_within(path, wanted):  # moved away
        path, is_there = old_path, False
    yield Entry(
        path=path,
        blob=blob if is_there and not is_on_disk else "",
        old_path="" if status == "A" else old_path,
        is_on_disk=is_on_disk and is_there,
    )
