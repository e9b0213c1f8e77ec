"""The steps of a job. A step returns an exit status; what goes wrong at the API never changes that of a report."""

from __future__ import annotations

import subprocess
from urllib.parse import quote

from cassette_tools._record import replace
from cassette_tools.ci.api import ApiError, find, upsert
from cassette_tools.ci.checks import DRIFT, LINT, annotate, get, run, tells
from cassette_tools.ci.settings import NEVER
from cassette_tools.cli.output import remark
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from cassette_tools.ci.checks import Check
    from cassette_tools.ci.hosts import Host
    from cassette_tools.ci.settings import Settings

LIMIT = 65_000  # characters; GitHub takes 65,536 of a comment
TITLE = "Record the cassettes anew"
AUTHOR = "cassette@users.noreply.invalid"


def lint(host: Host, settings: Settings) -> int:
    """Findings in all recordings."""
    return run(LINT, ("lint", *_failing(settings.lint_fail_on)), host, settings)


def drift(host: Host, settings: Settings) -> int:
    """What changed since the base. Where one side has no recordings `lint` says whether that is an error: the first
    ones of a project are none.
    """
    base = settings.base or host.base
    if not base:
        remark(f"cassette: no {host.request} and no commit before this one: there is nothing to compare with")
        return 0
    revisions = base if ".." in base else f"{base}..."
    return run(DRIFT, ("diff", "--allow-empty", *_failing(settings.fail_on), revisions), host, settings)


def _failing(level: str) -> tuple[str, ...]:
    return ("--exit-zero",) if level == NEVER else ("--fail-on", level) if level else ()


def comment(host: Host, settings: Settings) -> int:
    """Both reports in one comment. With nothing to tell, an old one is written anew, and no first one is written."""
    if not host.number:
        remark(f"cassette: this job belongs to no {host.request}: there is nothing to comment on")
        return 0
    checks = [check for check in (DRIFT, LINT) if get(check.path("markdown", settings))]
    if not checks:
        remark(f"cassette: no report is in {settings.folder}: run the steps lint and drift before this one")
        return 0

    def write() -> str:
        mine = _is_ours(host, settings)
        if not any(tells(check, settings) for check in checks) and find(host, host.comments, mine) is None:
            return "not written, since there is nothing to tell"
        return upsert(host, host.comments, {host.comments.text: body_of(checks, host, settings)}, mine)

    _at_the_host(host, "comment", write)
    return 0


def propose(host: Host, settings: Settings) -> int:
    """Recordings of the work tree that changed what they mean, on a branch of their own and in a pull request."""
    if not settings.paths:
        raise UsageError("CASSETTE_PATHS is empty: name the recordings that may be committed, one path a line")
    if not _git("status", "--porcelain", "--untracked-files=all", "--", *settings.paths):
        remark("cassette: no recording has changed: nothing is proposed")
        return 0
    status = run(DRIFT, ("diff", "--allow-empty", "--exit-zero", "HEAD"), host, settings)
    if status:
        return status
    if not tells(DRIFT, settings):
        remark("cassette: the recordings changed in noise only: nothing is proposed")
        return 0
    _push(settings)
    entry, (source, target) = host.requests, host.branches
    entry = replace(entry, listed=entry.listed + quote(settings.branch))
    fields = {"title": TITLE, source: settings.branch, target: host.branch}
    fields[entry.text] = body_of([DRIFT], host, settings)
    return 0 if _at_the_host(host, host.request, lambda: upsert(host, entry, fields, lambda _each: True)) else 2


STEPS: Mapping[str, Callable[[Host, Settings], int]] = {
    "lint": lint,
    "drift": drift,
    "comment": comment,
    "propose": propose,
}


# --- texts -----------------------------------------------------------------------------------------------------------


def body_of(checks: Iterable[Check], host: Host, settings: Settings) -> str:
    """The reports one below the other; those that have no room are their first lines."""
    end = f"\n\n[The whole report]({host.page})\n"
    text = f"{_mark(settings)}\n"
    for check in checks:
        report = get(check.path("markdown", settings)).rstrip()
        fits = len(text) + len(report) + len(end) < LIMIT
        head = report.partition("\n")[0]
        text += f"\n{report}\n" if fits else f"\n{head}\n\n(too long for this comment)\n"
    return text.rstrip() + end


def _mark(settings: Settings) -> str:
    """By what a comment is known again; nobody sees it."""
    return f"<!-- cassette: {settings.name} -->"


_TRUSTED = ("OWNER", "MEMBER", "COLLABORATOR")


def _is_ours(host: Host, settings: Settings) -> Callable[[dict[str, Any]], bool]:
    """Whether a comment is the one of this job. On GitHub a token may edit what strangers wrote, who can copy the mark:
    there the author must be a bot, or somebody whose token a job may have.
    """

    def is_ours(each: dict[str, Any]) -> bool:
        if not str(each.get(host.comments.text) or "").startswith(_mark(settings)):
            return False
        is_bot = (each.get("user") or {}).get("type") == "Bot"
        return host.name != "GitHub" or is_bot or each.get("author_association") in _TRUSTED

    return is_ours


# --- elsewhere -------------------------------------------------------------------------------------------------------


def _at_the_host(host: Host, what: str, write: Callable[[], str]) -> bool:
    """Write something by the API; what goes wrong is told, and where to read the report then."""
    try:
        if not host.headers:
            raise ApiError(f"{host.token} is empty")
        remark(f"cassette: the {what}: {write()}")
    except ApiError as error:
        message = f"the {what} could not be written: {error.message}; {host.allowing}. The report is at {host.page}"
        remark(f"cassette: {message}")
        annotate(host, "warning", message)
        return False
    return True


def _push(settings: Settings) -> None:
    """Commit the recordings, and put that commit in the place of the branch. Raises UsageError."""
    tip = f"refs/remotes/origin/{settings.branch}"
    if _git("for-each-ref", tip):
        others = set(_git("log", "--format=%ae", f"HEAD..{tip}").split()) - {AUTHOR}
        if others:
            raise UsageError(
                f"{settings.branch} has commits of {', '.join(sorted(others))}, which would be lost: "
                "merge that branch or delete it, or name another one by CASSETTE_BRANCH"
            )
    _git("add", "--all", "--", *settings.paths)
    identity = ("-c", "user.name=cassette", "-c", f"user.email={AUTHOR}", "-c", "commit.gpgsign=false")
    _git(*identity, "commit", "--quiet", "--no-verify", "-m", TITLE)
    _git("push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{settings.branch}")


def _git(*words: str) -> str:
    """What git prints. Raises UsageError."""
    done = subprocess.run(("git", "--literal-pathspecs", *words), capture_output=True, text=True, check=False)
    if done.returncode:
        name = next(word for word in words if word in _WORDS)
        raise UsageError(f"git {name}: {done.stderr.strip() or f'status {done.returncode}'}")
    return done.stdout


_WORDS = ("status", "for-each-ref", "log", "add", "commit", "push")
