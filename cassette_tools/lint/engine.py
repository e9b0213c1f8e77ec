"""One file against the rules: observations become findings, with level, region and fingerprint."""

from __future__ import annotations

import os

from cassette_tools._record import record
from cassette_tools.config import MatchSettings
from cassette_tools.errors import MergeConflict, PluginError, SourceError, UnknownFormat
from cassette_tools.finding import Finding, Location, Observation, Region, fingerprint
from cassette_tools.later import regex
from cassette_tools.lint.subjects import SUBJECTS, subjects_of
from cassette_tools.lint.suppress import ORPHANED, UNUSED, silencer, suppressions, unused
from cassette_tools.load import Reading
from cassette_tools.model import Place
from cassette_tools.rules import FileFacts, Later
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cassette_tools.finding import Fix
    from cassette_tools.formats import Format
    from cassette_tools.hiding import Hiding
    from cassette_tools.model import Interaction, Json, Problem, Route
    from cassette_tools.rules import Check, Rule
    from cassette_tools.rules._scenario import Scenario
    from cassette_tools.source import Source

    Chosen = tuple[tuple[Rule, str], ...]


@record
class FileResult:
    """What linting one file gave. `error` is why it could not be read at all; `refused` what a walked file looks like
    that turned out to be no cassette (then it counts for nothing)."""

    path: str
    findings: tuple[Finding, ...] = ()
    error: SourceError | None = None
    refused: str | None = None


def lint_source(
    source: Source,
    chosen: Chosen,
    match: MatchSettings = MatchSettings(),
    *,
    silence: bool = True,
    see: Callable[[Interaction], None] | None = None,
) -> tuple[Finding, ...]:
    """The findings of one file, in the order of the file. Raises SourceError only when no chosen rule is named for
    it. `match` is what rules on replay know of the player. Without `silence` comments accept nothing. `see` is shown
    each interaction, so that who needs more than findings need not read the file again.
    """
    return _Run(source, chosen, match).findings(silence=silence, see=see)


OF_THE_WHOLE = frozenset(("message", "usage"))  # categories


class _Run:
    """One file under examination: the rules at hand, and the findings so far."""

    def __init__(self, source: Source, chosen: Chosen, match: MatchSettings) -> None:
        self._source = source
        self._match = match
        self._levels = {rule.name: level for rule, level in chosen}
        self._checks: dict[str, list[tuple[str, Check]]] = {subject: [] for subject in SUBJECTS}
        self._waiting: dict[str, list[Rule]] = {}  # for the first interaction that has their subject
        for rule, _level in chosen:
            if rule.check is not None or rule.begin is not None:
                self._waiting.setdefault(rule.about, []).append(rule)
        # Of an answer with an event that nobody can read they would tell what is missing, as another defect.
        self._of_the_whole = frozenset(
            [rule.name for rule, _ in chosen if rule.check and rule.category in OF_THE_WHOLE]
        )
        # A rule that looks for itself says better where it is than the problem that decoding met.
        self._looking = frozenset([rule.name for rule, _level in chosen if rule.check or rule.begin])
        self._facts: FileFacts | None = None
        self._keys: dict[str, int] = {}
        self._found: list[Finding] = []
        self._routes: dict[str, Route] = {}  # where findings stand, by their anchors
        self._meant: list[Finding] = []  # what the recording is for, as its name says
        self._scenario: Scenario | None = None
        self._examined: set[Route] = set()  # where the interactions stand that are part of what `top` holds
        self._format: Format | None = None
        self._hiding: tuple[Interaction | None, Hiding] | None = None  # of the interaction that was asked for last

    def findings(self, *, silence: bool, see: Callable[[Interaction], None] | None = None) -> tuple[Finding, ...]:
        reading = Reading(self._source)
        is_whole = True
        try:
            self._examine_all(reading, see)
        except SourceError as error:
            if error.rule not in self._levels:
                raise
            is_whole = False
            if isinstance(error, UnknownFormat | MergeConflict):
                return (self._unreadable(error),)  # nothing else is to say of what is no cassette, or two in one
            self._found.append(self._unreadable(error))
        for problem in reading.problems:
            self._report(problem.kind, self._observed((problem,)), None)
        if reading.problems:
            self._fold(0)
        kept = self._heard(is_whole=is_whole) if silence else self._found
        return tuple(sorted(kept, key=lambda each: (each.location.region.line, each.location.region.column, each.rule)))

    def _examine_all(self, reading: Reading, see: Callable[[Interaction], None] | None) -> None:
        """Every interaction, and then what stands around them. Raises SourceError."""
        for interaction, node in reading.entries():
            self._format = reading.format
            if see is not None:
                see(interaction)
            self._examine(reading, interaction, node)
        self._end()
        if "secret-in-body" in self._levels and self._format is not None and self._format.items:
            self._report("secret-in-body", _secrets_at_top(self._source, self._format), None)
        if "schema-violation" in self._levels:
            seen = _contradictions(reading, "document", self._source.top, ())
            self._report("schema-violation", [each for each in seen if not self._is_examined(each.place)], None)

    def _heard(self, *, is_whole: bool) -> list[Finding]:
        """The findings that no comment silences. Of a file that was read to its end, also the comments that silence
        nothing.
        """
        silenced = suppressions(self._source)
        if not silenced:
            return self._found
        is_silenced = silencer(silenced)
        kept = [each for each in self._found if not is_silenced(each)]
        if is_whole and UNUSED in self._levels:
            idle = unused(silenced, (*self._found, *self._meant), frozenset(self._levels) - {ORPHANED})
            kept += [each for each in map(self._unused, idle) if not is_silenced(each)]
        return kept

    def _examine(self, reading: Reading, interaction: Interaction, node: Json) -> None:
        if self._source.content is not None:  # of a file that is read in pieces `top` holds none
            self._examined.add(interaction.route)
        first = len(self._found)
        is_damaged = any(problem.kind == "stream-event-not-json" for problem in interaction.response.body.problems)
        for subject in subjects_of(interaction):
            if subject in self._waiting:
                self._begin(subject, reading)
            self._ask(self._checks[subject], interaction, is_damaged=is_damaged)
        for problems in (
            interaction.problems,
            interaction.request.body.problems,
            interaction.response.body.problems,
            interaction.llm.problems if interaction.llm is not None else (),
        ):
            for problem in problems:
                if problem.kind not in self._looking:
                    self._report(problem.kind, self._observed((problem,), interaction), interaction)
        if "schema-violation" in self._levels:
            seen = _contradictions(reading, "interaction", node, interaction.route)
            self._report("schema-violation", seen, interaction)
        self._fold(first)

    def _fold(self, first: int) -> None:
        """Of the findings from the number `first` on keep those that follow from no other."""
        if len(self._found) - first > 1:
            from cassette_tools.lint.consequences import without_consequences

            self._found[first:] = without_consequences(self._found[first:], self._routes)

    def _ask(self, checks: Iterable[tuple[str, Check]], interaction: Interaction, *, is_damaged: bool) -> None:
        for name, check in checks:
            if is_damaged and name in self._of_the_whole:
                continue
            try:
                for observation in check(interaction):
                    self._add(name, observation, interaction)
            except (PluginError, SourceError, RecursionError, MemoryError):
                raise  # the package is named that must mend it; the file is one that costs too much
            except Exception as error:  # the one place: a broken rule is reported by its name, and the run goes on
                self._add(name, _broken(name, error, interaction), interaction)

    def _unused(self, comment: tuple[int, int, str]) -> Finding:
        """A comment that silences nothing, by its line, its column and the name that it gives in vain."""
        from cassette_tools.lint.select import is_name

        line, column, name = comment
        why = "there is no such finding here" if is_name(name) else "there is no such rule or category"
        return self._at(UNUSED, line, column, f"the comment ignores `{name}` in vain: {why}; take it out", name)

    def _begin(self, subject: str, reading: Reading) -> None:
        """The checks of a subject, which the file has now; its format is known."""
        if self._facts is None:
            assert reading.format is not None
            path = os.path.abspath(self._source.path)
            self._facts = FileFacts(format=reading.format.name, match=self._match, path=path)
        for rule in self._waiting.pop(subject):
            check = rule.check.found() if isinstance(rule.check, Later) else rule.check
            if rule.begin is not None:
                check = rule.begin(self._facts)
            if check is not None:
                self._checks[subject].append((rule.name, check))

    def _end(self) -> None:
        """What the checks that see the whole file say at its end."""
        for name, check in (each for checks in self._checks.values() for each in checks):
            end = getattr(check, "end", None)
            for interaction, observation in end() if end is not None else ():
                self._add(name, observation, interaction)

    def _is_examined(self, place: Place) -> bool:
        """Whether a place of the document is in an interaction, which was looked at for itself."""
        return any(place.route[:length] in self._examined for length in range(len(place.route) + 1))

    def _observed(self, problems: Iterable[Problem], interaction: Interaction | None = None) -> Iterator[Observation]:
        nowhere = Place(route=interaction.route if interaction is not None else ())
        for problem in problems:
            place = problem.place
            if place is None and problem.event_index is not None and interaction is not None:
                from cassette_tools.places import event_place

                place = event_place(interaction, problem.event_index)
            yield Observation(message=problem.message, place=place or nowhere)

    def _report(self, rule: str, observations: Iterable[Observation], interaction: Interaction | None) -> None:
        if rule in self._levels:
            for observation in observations:
                self._add(rule, observation, interaction)

    def _add(self, rule: str, observation: Observation, interaction: Interaction | None) -> None:
        anchor = self._anchor(rule, observation, interaction)
        self._routes[anchor] = observation.place.route
        kept = self._meant if self._is_meant(rule) else self._found
        kept.append(
            Finding(
                rule=rule,
                level=self._levels[rule],
                message=self._told(observation.message, interaction),
                location=self._location(observation.place),
                interaction=interaction.index if interaction is not None else None,
                related=tuple(self._location(place) for place in observation.related),
                fix=observation.fix or self._fix(rule, observation.place, interaction),
                fingerprint=fingerprint(repository_path(self._source.path), anchor),
                anchor=anchor,
            )
        )

    def _told(self, message: str, interaction: Interaction | None) -> str:
        """A message without the secrets of the interaction that it quotes. Most quote nothing that could be one."""
        if _QUOTES.search(message) is None:
            return message
        from cassette_tools.hiding import Hiding, texts_of

        if self._hiding is None or self._hiding[0] is not interaction:
            texts = texts_of(interaction) if interaction is not None else (message,)
            self._hiding = (interaction, Hiding(texts))
        return self._hiding[1].text(message)

    def _is_meant(self, rule: str) -> bool:
        """Whether the name of the file speaks of the very defect: then the recording was made for it."""
        if self._scenario is None:
            from cassette_tools.rules._scenario import Scenario

            self._scenario = Scenario(os.path.abspath(self._source.path))
        return self._scenario.is_about(rule)

    def _fix(self, rule: str, place: Place, interaction: Interaction | None) -> Fix | None:
        if interaction is None or self._format is None:
            return None
        from cassette_tools.lint.mending import fix_of

        return fix_of(rule, place, interaction, self._format)

    def _location(self, place: Place) -> Location:
        return Location(path=self._source.path, region=self._source.region(place))

    def _anchor(self, rule: str, observation: Observation, interaction: Interaction | None) -> str:
        """Made of rule, interaction key and canonical path; what repeats is numbered in order."""
        place = observation.place
        who, inner = "", place.route
        if interaction is not None:
            who = f"{interaction.request.method} {interaction.request.url.partition('?')[0]}"
            inner = place.route[len(interaction.route) :]
        key = "\0".join((rule, who, "/".join(map(str, inner)), place.pointer or "", observation.key))
        repeated = self._keys[key] = self._keys.get(key, 0) + 1
        return fingerprint(key, repeated)

    def _unreadable(self, error: SourceError) -> Finding:
        return self._at(error.rule, error.line or 1, error.column or 1, error.message)

    def _at(self, rule: str, line: int, column: int, message: str, key: str = "") -> Finding:
        """A finding about the file as text."""
        repeated = self._keys[rule + key] = self._keys.get(rule + key, 0) + 1
        anchor = fingerprint(rule, key, repeated)
        region = Region(line=line, column=column, end_line=line, end_column=column)
        return Finding(
            rule=rule,
            level=self._levels[rule],
            message=message,
            location=Location(path=self._source.path, region=region),
            fingerprint=fingerprint(repository_path(self._source.path), anchor),
            anchor=anchor,
        )


def _secrets_at_top(source: Source, layout: Format) -> Iterable[Observation]:
    if not isinstance(source.top, dict) or source.top.keys() <= _PLAIN_TOP:
        return ()
    from cassette_tools.rules.secret_in_body import in_file

    return in_file(source.top, layout.items)


_PLAIN_TOP = frozenset(("version", "interactions", "http_interactions", "recorded_with"))  # what recorders write
_QUOTES = regex(r"(?=[a-z]{0,40}[^a-z\s`,.;:()'-])\S{8}")  # a word that none of our sentences has


def _contradictions(reading: Reading, part: str, node: Json, route: Route) -> Iterable[Observation]:
    """What the file says that its format's JSON Schema forbids: a compiled verdict, and the words when needed."""
    from cassette_tools import schema

    name = _schema_of(reading)
    if name is None or schema.conforms(name, part, node):
        return ()
    return schema.violations(name, part, node, route, in_json=reading.source.is_json)


def _schema_of(reading: Reading) -> str | None:
    """The schema for the version of the file, or the one for every version."""
    schemas = reading.format.schema if reading.format is not None else {}
    return schemas.get(reading.version) or schemas.get("")


def _broken(rule: str, error: Exception, interaction: Interaction) -> Observation:
    return Observation(
        message=f"internal error in this rule ({type(error).__name__}), which says nothing of this interaction: "
        "please report this",
        place=Place(route=interaction.route),
        key=rule,
    )
