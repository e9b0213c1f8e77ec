"""From paths to what is remembered of their recordings: the cache first, then the work, in several processes."""

from __future__ import annotations

import os

from cassette_tools._record import record, replace
from cassette_tools.choosing import OF_RECORDINGS, choices_of, fits, nothing_fits
from cassette_tools.errors import CassetteError, SourceError, UnknownFormat, UsageError
from cassette_tools.lint.cache import Cache
from cassette_tools.lint.run import is_own
from cassette_tools.one_file import OneFile
from cassette_tools.scenarios import most_asked, parts_by, scenarios_of
from cassette_tools.suite.facts import FIELDS, Facts, facts_in, pack, unpack
from cassette_tools.walk import files, may_be_body, order_on_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from cassette_tools.pool import Watch
    from cassette_tools.source import Source
    from cassette_tools.suite.facts import Packed

    Opened = Callable[[str], Source]  # what opens a recording by its path; raises SourceError
    Result = tuple[str | None, tuple[str, int | None, int | None] | None, Sequence[Packed]]
    """What a file turned out to be that is no recording, why it cannot be read, and its interactions."""


STDIN = "<stdin>"


@record
class Recorded:
    """A recording: its interactions, its scenario, and who is asked in most of its calls."""

    path: str
    scenario: str
    provider_name: str
    model: str
    interactions: tuple[Facts, ...]

    @property
    def calls(self) -> tuple[Facts, ...]:
        """The calls of a model."""
        return tuple(each for each in self.interactions if each.is_call)


class Survey:
    """The recordings of some paths, in the order of the walk, and how many `files` they are; the files that cannot be
    read; those that are none, by what they look like (`refused`) or by the ends of their names (`passed`).
    """

    def __init__(self) -> None:
        self.files = 0
        self.found: list[tuple[str, tuple[Facts, ...]]] = []
        self.errors: list[CassetteError] = []
        self.refused: dict[str, int] = {}
        self.passed: dict[str, int] = {}

    def pass_over(self, path: str, refused: str) -> None:
        """Count a file that is no recording; `refused` is what it looks like, if anything."""
        counts, kind = (self.refused, refused) if refused else (self.passed, os.path.splitext(path)[1])
        counts[kind] = counts.get(kind, 0) + 1


def recordings_of(survey: Survey) -> tuple[Recorded, ...]:
    """The recordings with their scenarios, as their paths let guess them."""
    asked = [_asked(facts) for _, facts in survey.found]
    scenarios = scenarios_of([path for path, _ in survey.found], asked)
    return tuple(
        Recorded(path=path, scenario=scenario, provider_name=provider, model=model, interactions=facts)
        for (path, facts), scenario, (provider, model) in zip(survey.found, scenarios, asked, strict=True)
    )


def _asked(facts: Iterable[Facts]) -> tuple[str, str]:
    """The provider and the model that most calls ask."""
    return most_asked(((each.provider_name, each.model), each.input_tokens) for each in facts if each.is_call)


def recorded_as(path: str, facts: tuple[Facts, ...], scenario: str = "") -> Recorded:
    """One recording by itself: nothing beside it says of which scenario it is."""
    provider, model = _asked(facts)
    return Recorded(path=path, scenario=scenario, provider_name=provider, model=model, interactions=facts)


class Selection:
    """The recordings that are asked for, one after the other: those that ``--only`` chooses, with the scenario, the
    provider and the model that their paths say by the pattern of ``--scenario-from``. When all were seen, `count` is
    how many they are, and `unfit` are paths that do not fit the pattern, whose recordings stay as they are.

    Iterating raises UsageError where no path fits the pattern, or no recording is asked for.
    """

    def __init__(self, recordings: Iterable[Recorded], pattern: str | None = None, only: Iterable[str] = ()) -> None:
        self._recordings = recordings
        self.pattern = pattern
        self._choices = choices_of(only, OF_RECORDINGS)
        self.count = 0
        self.unfit: list[str] = []

    def __iter__(self) -> Iterator[Recorded]:
        named = self._recordings if self.pattern is None else self._named(self.pattern)
        yield from self._chosen(named) if self._choices else self._counted(named)

    def _counted(self, recordings: Iterable[Recorded]) -> Iterator[Recorded]:
        for each in recordings:
            self.count += 1
            yield each

    def _named(self, pattern: str) -> Iterator[Recorded]:
        parts = parts_by(pattern)
        fit = False
        for each in self._recordings:
            found = parts(each.path)
            if found is None:
                self.unfit.append(each.path)
            fit = fit or found is not None
            yield each if found is None else _with_parts(each, found)
        if self.unfit and not fit:
            first = min(self.unfit, key=order_on_walk)
            raise UsageError(f"--scenario-from {pattern}: no path fits; one of them is {first}")

    def _chosen(self, recordings: Iterable[Recorded]) -> Iterator[Recorded]:
        seen: dict[str, set[str]] = {kind: set() for kind in OF_RECORDINGS}
        for each in recordings:
            names = {kind: _name(each, kind) for kind in OF_RECORDINGS}
            if all(fits(names[kind], self._choices.get(kind)) for kind in OF_RECORDINGS):
                self.count += 1
                yield each
            for kind in self._choices:
                seen[kind].add(names[kind])
        if not self.count and any(seen.values()):
            raise nothing_fits(self._choices, seen)


def named_by(pattern: str, recordings: Iterable[Recorded]) -> tuple[tuple[Recorded, ...], list[str]]:
    """The recordings as their paths name them, and the paths that do not fit the pattern. Raises UsageError."""
    selection = Selection(recordings, pattern)
    return tuple(selection), selection.unfit


def chosen(recordings: Iterable[Recorded], only: Iterable[str]) -> tuple[Recorded, ...]:
    """The recordings that ``--only`` asks for. Raises UsageError where there is none."""
    return tuple(Selection(recordings, only=only))


def _name(recorded: Recorded, kind: str) -> str:
    return {"scenario": recorded.scenario, "provider": recorded.provider_name, "model": recorded.model}[kind]


def _with_parts(recorded: Recorded, parts: Mapping[str, str]) -> Recorded:
    return replace(
        recorded,
        scenario="/".join(parts[name] for name in ("suite", "scenario") if name in parts),
        provider_name=parts.get("provider", recorded.provider_name),
        model=parts.get("model", recorded.model),
    )


def survey(
    paths: tuple[str, ...],
    exclude: tuple[str, ...] = (),
    *,
    jobs: int | None = None,
    cached: bool = True,
    cache_dir: str | None = None,
    stdin: bytes = b"",
    watch: Watch | None = None,
) -> Survey:
    """Read files and folders; ``-`` is `stdin`, and `watch` sees how far it is."""
    done = Survey()
    cache = Cache(cache_dir, "facts", is_result) if cached else None
    work: list[tuple[str, bool]] = []
    known: dict[str, Any] = {}
    for entry in files(paths, exclude):
        if isinstance(entry, CassetteError):
            done.errors.append(entry)
            continue
        work.append(entry)
        result = cache.find(*entry, "") if cache is not None and entry[0] != "-" else None
        if result is not None:
            known[entry[0]] = result
    known.update(_fresh([entry for entry in work if entry[0] not in known], jobs, cache, stdin, watch))
    for path, _named in work:
        _add(done, path, known[path])
    if cache is not None:
        cache.save()
    return done


def _add(done: Survey, path: str, result: Result) -> None:
    refused, error, packed = result
    shown = STDIN if path == "-" else path
    if refused is not None:
        done.pass_over(path, refused)
    elif error is not None:
        done.errors.append(SourceError(error[0], path=shown, line=error[1], column=error[2]))
    else:
        done.files += 1
        done.found.append((shown, tuple(map(unpack, packed))))


def _fresh(
    missing: Sequence[tuple[str, bool]], jobs: int | None, cache: Cache | None, stdin: bytes, watch: Watch | None
) -> Iterator[tuple[str, Result]]:
    from cassette_tools.formats import ASKED_BESIDE
    from cassette_tools.pool import each, size_of, workers

    def work(number: int) -> tuple[Result, str]:
        path, named = missing[number]
        before = len(ASKED_BESIDE)
        result = _result(path, named, stdin)
        is_lasting = cache is not None and len(ASKED_BESIDE) == before and result[1] is None
        return result, cache.digest(path) if cache is not None and is_lasting else ""

    count = len(missing)
    processes = workers(jobs, count, sum(size_of(path) for path, _named in missing))
    for number, (result, digest) in each(work, count, processes, watch):
        path, named = missing[number]
        if cache is not None and digest:
            cache.note(path, named, "", digest, result)
        yield path, result


def _result(path: str, named: bool, stdin: bytes) -> Result:
    """One file. One that was only met on a walk and is no recording is passed over."""
    return result_of(lambda: source_of(path, stdin), path, named)


def result_of(read: Callable[[], Source], path: str, named: bool) -> Result:
    """What a file turns out to be that `read` gives."""
    from cassette_tools.formats import may_be_cassette

    has_mark = True
    try:
        with OneFile(path):
            source = read()
            content = source.content
            if not named and content is not None:
                has_mark = may_be_cassette(content)
                if is_own(content) or not (has_mark or may_be_body(content)):
                    return "", None, ()
            return None, None, tuple(map(pack, facts_in(source)))
    except SourceError as error:
        if not named and (isinstance(error, UnknownFormat) or not has_mark):
            return getattr(error, "seen", "") if has_mark else "", None, ()
        return None, (error.message, error.line, error.column), ()


def source_of(path: str, stdin: bytes = b"") -> Source:
    """The source of a file, or of standard input. Raises SourceError."""
    from cassette_tools.source import Source

    return Source.from_bytes(stdin, STDIN) if path in ("-", STDIN) else Source.from_path(path)


def is_result(value: Any) -> bool:
    """Whether a value from elsewhere is what `result_of` makes of a file that can be read."""
    if not isinstance(value, list) or len(value) != 3:
        return False
    refused, error, packed = value
    if not isinstance(refused, str | None) or error is not None or not isinstance(packed, list):
        return False
    return all(isinstance(each, list) and len(each) == len(FIELDS) for each in packed)
