"""Many paths to one `LintReport`: the cache first, then the work, alone or in several processes."""

from __future__ import annotations

import os

from cassette_tools.config import MatchSettings
from cassette_tools.errors import CassetteError, SourceError
from cassette_tools.lint.cache import Cache
from cassette_tools.lint.packing import pack, unpack_error, unpack_findings
from cassette_tools.one_file import OneFile
from cassette_tools.walk import files, matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cassette_tools.config import LintSettings
    from cassette_tools.finding import Finding
    from cassette_tools.lint.engine import Chosen, FileResult
    from cassette_tools.lint.packing import Packed
    from cassette_tools.pool import Watch
    from cassette_tools.source import Source

    _Work = tuple[
        str, bool, LintSettings, str
    ]  # a file, whether it was named, its settings and what the cache calls them


class Outcome:
    """What a run gave: findings in the order of the files, the files that could not be read, and those passed over.

    `refused` counts, by what they look like, the files of walked folders that turned out to be no cassettes; `passed`
    those that have no mark of one, by the ends of their names; `skipped` are both, each with what it looks like or "".
    `paths` are those that were looked at.
    """

    def __init__(self) -> None:
        self.files = 0
        self.paths: list[str] = []
        self.findings: list[Finding] = []
        self.errors: list[CassetteError] = []
        self.refused: dict[str, int] = {}
        self.passed: dict[str, int] = {}
        self.skipped: list[tuple[str, str]] = []


def lint_paths(
    paths: tuple[str, ...],
    settings: LintSettings,
    *,
    jobs: int | None = None,
    cached: bool = True,
    cache_dir: str | None = None,
    stdin: bytes = b"",
    nearest: Callable[[str], LintSettings] | None = None,
    watch: Watch | None = None,
) -> Outcome:
    """Lint files and folders; ``-`` is `stdin`. `nearest` gives the settings of a file, where they are not the same for
    all; `watch` sees how far it is. Raises ConfigError for settings that name no rule.
    """
    outcome = Outcome()
    work = list(_wanted(paths, settings, nearest, outcome.errors))
    cache = Cache(cache_dir) if cached else None
    known = {} if cache is None else _remembered(work, cache)
    missing = [entry for entry in work if entry[0] not in known]
    if missing or not work:
        known.update(_fresh(missing, settings, jobs, cache, stdin, watch))
    orphans = None
    for path, _named, own, _identity in work:
        _add(outcome, path, known[path])
        if own.tests and known[path][0] is None:
            from cassette_tools.lint.orphans import Orphans

            orphans = orphans or Orphans()
            outcome.findings.extend(orphans.findings(path, own))
    if cache is not None:
        cache.save()
    return outcome


def _wanted(
    paths: tuple[str, ...],
    settings: LintSettings,
    nearest: Callable[[str], LintSettings] | None,
    errors: list[CassetteError],
) -> Iterator[_Work]:
    """The files to look at; what cannot be walked goes to `errors`."""
    identities: dict[int, str] = {}
    for entry in files(paths, settings.exclude):
        if isinstance(entry, CassetteError):
            errors.append(entry)
            continue
        path, named = entry
        own = settings if nearest is None else nearest(path)
        if own is not settings and not named and any(matches(glob, path, own.root) for glob in own.exclude):
            continue
        if id(own) not in identities:
            identities[id(own)] = repr(own)
        yield path, named, own, identities[id(own)]


def _remembered(work: list[_Work], cache: Cache) -> dict[str, Packed]:
    """What the cache has of the files."""
    found = ((path, cache.find(path, named, identity)) for path, named, _own, identity in work if path != "-")
    return {path: packed for path, packed in found if packed is not None}


def _add(outcome: Outcome, path: str, packed: Packed) -> None:
    refused = packed[0]
    if refused is not None:
        counts, kind = (outcome.refused, refused) if refused else (outcome.passed, os.path.splitext(path)[1])
        counts[kind] = counts.get(kind, 0) + 1
        outcome.skipped.append((path, refused))
        return
    outcome.files += 1
    outcome.paths.append(path)
    shown = "<stdin>" if path == "-" else path
    outcome.findings.extend(unpack_findings(shown, packed))
    error = unpack_error(shown, packed)
    if error is not None:
        outcome.errors.append(error)


def _fresh(
    missing: list[_Work],
    settings: LintSettings,
    jobs: int | None,
    cache: Cache | None,
    stdin: bytes,
    watch: Watch | None,
) -> Mapping[str, Packed]:
    from cassette_tools.formats import ASKED_BESIDE
    from cassette_tools.lint.select import chosen_rules
    from cassette_tools.pool import each, size_of, workers
    from cassette_tools.secrets.placeholders import use_own

    chosen = {id(settings): chosen_rules(settings)}
    for _path, _named, own, _identity in missing:
        if id(own) not in chosen:
            chosen[id(own)] = chosen_rules(own)

    def work(number: int) -> tuple[Packed, str]:
        path, named, own, _identity = missing[number]
        use_own(own.placeholders)
        rules = chosen_rules(own, path) if own.per_path else chosen[id(own)]
        before = len(ASKED_BESIDE)
        packed = pack(lint_file(path, rules, named=named, stdin=stdin, match=own.match))
        is_lasting = cache is not None and len(ASKED_BESIDE) == before and _is_lasting(packed)
        return packed, cache.digest(path) if cache is not None and is_lasting else ""

    size = sum(size_of(path) for path, *_rest in missing)
    results = {}
    for number, (packed, digest) in each(work, len(missing), workers(jobs, len(missing), size), watch):
        path, named, _own, identity = missing[number]
        results[path] = packed
        if cache is not None and digest:
            cache.note(path, named, identity, digest, packed)
    return results


def lint_file(
    path: str, chosen: Chosen, *, named: bool = True, stdin: bytes = b"", match: MatchSettings = MatchSettings()
) -> FileResult:
    """Lint one file. A file that was only met on a walk (`named` false) and is no cassette is passed over."""
    from cassette_tools.lint.engine import FileResult, lint_source
    from cassette_tools.source import Source

    has_mark = True
    try:
        with OneFile(path):
            source = Source.from_bytes(stdin, "<stdin>") if path == "-" else Source.from_path(path)
            if not named:
                has_mark = _has_mark(source)
                return _lint_met(source, chosen, match, has_mark=has_mark)
            findings = lint_source(source, chosen, match)
            if _is_foreign(source, findings, chosen):
                return FileResult(path=path, refused="text that is not well-formed, without any mark of a cassette")
            return FileResult(path=path, findings=findings)
    except SourceError as error:
        if not has_mark:
            return FileResult(path=path, refused="")
        if error.rule == "unknown-format":
            return FileResult(path=path, refused=getattr(error, "seen", ""))
        return FileResult(path=path, error=error)


def _has_mark(source: Source) -> bool:
    """Whether a file may be a cassette; one too large to be held is believed."""
    from cassette_tools.formats import may_be_cassette

    return source.content is None or may_be_cassette(source.content)


def _lint_met(source: Source, chosen: Chosen, match: MatchSettings, *, has_mark: bool) -> FileResult:
    """Lint a file that was met on a walk. Raises SourceError."""
    from cassette_tools.lint.engine import FileResult, lint_source
    from cassette_tools.walk import may_be_body

    content = source.content
    if content is not None and (is_own(content) or not (has_mark or may_be_body(content))):
        return FileResult(path=source.path, refused="")
    # What is wrong with a file that is not known to be a cassette is not ours to say.
    chosen = tuple(entry for entry in chosen if entry[0].name != "unknown-format")
    if not has_mark:
        return _lint_body(source, chosen, match)
    return FileResult(path=source.path, findings=lint_source(source, chosen, match))


def _lint_body(source: Source, chosen: Chosen, match: MatchSettings) -> FileResult:
    """A walked file that may be the body of a call, and nothing else: that it is not well-formed says so only where it
    begins as an answer does. Raises SourceError.
    """
    from cassette_tools.lint.engine import FileResult, lint_source
    from cassette_tools.walk import may_be_cut_answer

    lenient = tuple(entry for entry in chosen if entry[0].name != "yaml-syntax")
    try:
        return FileResult(path=source.path, findings=lint_source(source, lenient, match))
    except SourceError as error:
        if error.rule != "yaml-syntax" or not may_be_cut_answer(source.path, source.content or b""):
            raise
    return FileResult(path=source.path, findings=lint_source(source, chosen, match))


def _is_foreign(source: Source, findings: Sequence[Finding], chosen: Chosen) -> bool:
    """Whether a file is a template, or JSON with comments, that only stands where cassettes do: asked where whoever
    names files (a hook) has said by ignoring `unknown-format` that not all of them are cassettes.
    """
    if not any(finding.rule == "yaml-syntax" for finding in findings):
        return False
    is_lenient = all(entry[0].name != "unknown-format" for entry in chosen)
    return is_lenient and not _has_mark(source)


def is_own(content: bytes) -> bool:
    """Whether a file is what `--write-baseline`, `--write-contract` or `index` writes, which nobody need be told of."""
    head = content[:160]
    if head.startswith(b'{\n "kind": "cassette dataset"'):
        return True
    is_baseline = head.startswith(b'{\n  "schema_version":') and b'\n  "accepted": ' in head
    return is_baseline or (head.startswith(b'{\n  "$schema":') and b'\n  "$id": "urn:cassette:contract:' in head)


def _is_lasting(packed: Packed) -> bool:
    """Whether a result may be kept: not that of an unreadable file, nor one that hangs on how the file was named, or
    on a file beside it that is missed.
    """
    _refused, error, findings = packed
    return error is None and all(finding[0] not in ("unknown-format", "unreadable-body") for finding in findings)
