"""``cassette lint --fix``: what `normalize` can mend of the findings, and nothing else, by its own engine."""

from __future__ import annotations

import os

from cassette_tools._record import record
from cassette_tools.errors import CassetteError, NotWritable
from cassette_tools.one_file import OneFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cassette_tools.finding import Finding
    from cassette_tools.normalize import Settings

_CHANGE_BODIES = frozenset(("secrets", "accounts", "mojibake"))  # steps after which recorded lengths are others


@record
class Fixed:
    """What was mended, or would be: the files, the change of each as a unified diff, what could not be done, and what
    could not be written.
    """

    paths: tuple[str, ...]
    diffs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    errors: tuple[NotWritable, ...] = ()


def fix(
    findings: Iterable[Finding], paths: tuple[str, ...] = (), *, unsafe: bool, dry: bool, force: bool = False
) -> Fixed:
    """Mend what can be mended of the findings in `paths`, each file whole or not at all; nothing is written when
    `dry`.
    """
    from cassette_tools.cli.normalize import new_content, unified
    from cassette_tools.regular import read
    from cassette_tools.walk import folder_of
    from cassette_tools.writing import sweep, write_file

    mended, diffs, remarks, errors = [], [], [], []
    by_file = _by_file(findings, unsafe)
    if not dry:
        sweep(map(os.path.dirname, by_file))
    for path, found in by_file.items():
        try:
            with OneFile(path):
                content = read(path)
                result = new_content(path, content, _settings(found, unsafe))
            if result.content == content:
                continue
            if dry:
                diffs.append(unified(path, content, result.content))
            else:
                write_file(path, result.content, old=content, within=folder_of(path, paths), force=force)
        except NotWritable as error:
            errors.append(error)
            continue
        except CassetteError as error:
            error.path = error.path or path
            remarks.append(f"{error.located()}; it was not mended")
            continue
        mended.append(path)
        remarks += [f"{path}: {each}" for each in result.remarks]
    return Fixed(paths=tuple(mended), diffs=tuple(diffs), remarks=tuple(remarks), errors=tuple(errors))


def is_mended(finding: Finding, *, unsafe: bool) -> bool:
    """Whether a run with or without the unsafe fixes mends the finding."""
    return finding.fix is not None and (unsafe or finding.fix.applicability == "safe")


def _by_file(findings: Iterable[Finding], unsafe: bool) -> Mapping[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if is_mended(finding, unsafe=unsafe) and finding.location.path != "<stdin>":
            found.setdefault(finding.location.path, []).append(finding)
    return found


def _settings(findings: list[Finding], unsafe: bool) -> Settings:
    """The steps that the findings of a file ask for. Requests and URLs change only where an unsafe fix does it."""
    from cassette_tools.data.mending import MENDS
    from cassette_tools.normalize import Settings

    step_of = {row.rule: row.step for row in MENDS}
    steps = {step_of[finding.rule] for finding in findings}
    if steps & _CHANGE_BODIES:
        steps.add("lengths")
    changes_requests = unsafe and any(finding.fix and finding.fix.applicability == "unsafe" for finding in findings)
    return Settings(steps=frozenset(steps), requests=changes_requests, urls=changes_requests, mending=True)
