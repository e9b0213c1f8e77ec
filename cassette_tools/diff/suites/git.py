"""Cassettes of a git revision, read from its objects: nothing is checked out, and the index is not touched."""

from __future__ import annotations

import os
import subprocess

from cassette_tools.errors import UsageError
from cassette_tools.walk import may_be_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def is_revision(words: str) -> bool:
    """Whether git knows `words` as a commit, or as a range of two (``A..B``, ``A...B``)."""
    try:
        ends(words)
    except UsageError:
        return False
    return True


def ends(words: str) -> tuple[str, str | None]:
    """The commits (full names) of a revision or range; the second is ``None`` for the work tree.

    ``A..B`` compares A with B, ``A...B`` what B did since it left A (from their merge base), as ``git diff`` has it;
    a missing side is HEAD. Raises UsageError.
    """
    for dots in ("...", ".."):
        first, found, second = words.partition(dots)
        if found:
            old, new = _commit(first or "HEAD"), _commit(second or "HEAD")
            return (_merge_base(words, old, new) if dots == "..." else old), new
    return _commit(words), None


def _commit(revision: str) -> str:
    if revision.startswith("-"):
        raise UsageError(f"{revision!r} is no revision")
    try:
        return said("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").strip()
    except UsageError:
        raise UsageError(f"{revision!r} is no file, folder or revision here{_absent(revision)}") from None


def _merge_base(words: str, old: str, new: str) -> str:
    try:
        return said("merge-base", old, new).strip()
    except UsageError:
        reason = SHALLOW if is_shallow() else "; compare the two themselves with two dots in the place of three"
        raise UsageError(f"{words}: the two have no common ancestor here{reason}") from None


def _absent(revision: str) -> str:
    """Why git may not know a revision, and how to mend it."""
    if not _succeeds("rev-parse", "--git-dir"):
        return "; this folder is in no git repository"
    if is_shallow():
        return SHALLOW
    remote = f"origin/{revision}"
    known = _succeeds("rev-parse", "--verify", "--quiet", "--end-of-options", f"{remote}^{{commit}}")
    return f"; there is {remote}" if known else ""


SHALLOW = (
    "; this clone is shallow (it has only the last commits): fetch the rest with `git fetch --unshallow`, or check out"
    " with `fetch-depth: 0` in GitHub Actions and `GIT_DEPTH: 0` in GitLab CI"
)


def _succeeds(*words: str) -> bool:
    try:
        said(*words)
    except UsageError:
        return False
    return True


def is_shallow() -> bool:
    """Whether this clone has only the last commits."""
    return said("rev-parse", "--is-shallow-repository").strip() == "true"


def is_file(name: str) -> bool:
    """Whether git knows `name` as one file (gitrevisions: ``<rev>:<path>``, ``:<stage>:<path>``)."""
    try:
        return not name.startswith("-") and said("cat-file", "-t", name).strip() == "blob"
    except UsageError:
        return False


def file(name: str) -> bytes:
    """The content of one file by its name in git. Raises UsageError."""
    return output(("cat-file", "blob", name))


def split(name: str) -> tuple[str, str]:
    """The revision of a file's name in git, and its path from the current folder: ``main`` and ``t/trip.yaml`` of
    ``main:t/trip.yaml``. The index has a stage for a revision: ``:0``, ``:2``.
    """
    staged = name.startswith(":") and name[1:3] in ("0:", "1:", "2:", "3:")
    revision, _, path = (name[:2], ":", name[3:]) if staged else name.partition(":")
    if path.startswith(("./", "../")):
        return revision or ":0", os.path.normpath(path)
    return revision or ":0", os.path.relpath(path, said("rev-parse", "--show-prefix").strip() or ".")


def cassettes(commit: str, paths: tuple[str, ...]) -> dict[str, str]:
    """The object names of the files of a commit that may be cassettes, by path from the current folder.

    `paths` limits them. A path that does not exist there is no error: it may exist on the other side.
    """
    listed = said("ls-tree", "-r", "-z", commit, "--", *_literal(paths or (".",)))
    found = {}
    for entry in listed.split("\0"):
        head, tab, path = entry.partition("\t")
        if tab and head.startswith("100") and may_be_named(os.path.basename(path)):
            found[path] = head.split()[2]
    return found


def staged(paths: Iterable[str]) -> list[str]:
    """Which of some files the index holds otherwise than HEAD, by their paths from the current folder."""
    named = _literal(paths)
    if not named:
        return []
    top = said("rev-parse", "--show-toplevel").removesuffix("\n")
    listed = said("diff", "--cached", "--name-only", "--no-renames", "-z", "--", *named)
    return [os.path.relpath(os.path.join(top, path)) for path in listed.split("\0") if path]


def own_folder(top: str) -> str:
    """Where git keeps what is its own in the repository whose work tree is at `top`."""
    return os.path.join(top, said("-C", top, "rev-parse", "--git-common-dir").strip())


def _literal(paths: Iterable[str]) -> list[str]:
    """Paths as they are written, not as patterns: cassettes are named after tests, brackets included."""
    return [os.path.normpath(path) for path in paths]


def contents(names: Iterable[str]) -> dict[str, bytes]:
    """The content of objects, by name."""
    wanted = list(dict.fromkeys(names))
    if not wanted:
        return {}
    answer = output(("cat-file", "--batch"), "\n".join(wanted).encode() + b"\n")
    found: dict[str, bytes] = {}
    at = 0
    for name in wanted:
        end = answer.index(b"\n", at)
        _name, kind, size = answer[at:end].split()
        if kind != b"blob":
            raise UsageError(f"git has no file of the name {name}")
        found[name] = answer[end + 1 : end + 1 + int(size)]
        at = end + 1 + int(size) + 1
    return found


def said(*words: str) -> str:
    """What git prints as text. Raises UsageError."""
    return output(words).decode("utf-8", "surrogateescape")


def output(words: tuple[str, ...], given: bytes = b"") -> bytes:
    """What git prints. Raises UsageError with what it says where it fails."""
    try:
        done = subprocess.run(("git", "--literal-pathspecs", *words), input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise UsageError("git is not installed, and a revision can only be read with it") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise UsageError(f"git {words[0]}: {said or f'status {done.returncode}'}")
    return done.stdout
