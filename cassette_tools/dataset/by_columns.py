"""The drift of a pair whose recordings are gone, or hold something else now: what the columns of a dataset tell of it.

A dataset remembers no texts. It knows that a text is another one, not whether it says something else; and that a
request or an answer differs somewhere, not where. Both are told, as loud as what no rule speaks of.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import JUDGEMENTS, UNCLASSIFIED
from cassette_tools.diff.judging.accepted import tallied, with_accepted
from cassette_tools.diff.judging.tokens import TOLERANCES
from cassette_tools.diff.pairing.provenance import profile_for
from cassette_tools.diff.suites.totals import COUNTS, FAILED, NAMES, WITH_COST, named
from cassette_tools.finding import Drift, Location, Region, Said, fingerprint
from cassette_tools.reporters import DriftReport, Provenance, Totals
from cassette_tools.suite.stats import Sums, sums_of
from cassette_tools.suite.survey import Recorded
from cassette_tools.walk import repository_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from cassette_tools.config import DiffSettings
    from cassette_tools.diff.judging.accepted import Accept
    from cassette_tools.suite.facts import Facts


@record
class Remembered:
    """What a dataset knows of an interaction."""

    facts: Facts
    user_agent: str
    request_digest: str
    response_digest: str
    text_digest: str
    shape_digest: str


@record
class Change:
    """A change by its rule: where it is, the two values, and the words; without words, those of the rule."""

    rule: str
    path: str
    old: Any = None
    new: Any = None
    words: str = ""
    level: str = ""  # in the place of the rule's
    subject: str = ""


def report_by_columns(
    paths: tuple[str, str],
    old: Sequence[Remembered],
    new: Sequence[Remembered],
    *,
    asked: tuple[str, str],
    profile: str | None,
    settings: DiffSettings,
    accepts: tuple[Accept, ...] = (),
) -> DriftReport:
    """The report of a pair, as `diff.compare` makes one of recordings; `asked` is who the new one asks."""
    provenance = _provenance(old, new)
    chosen = profile or settings.profile or profile_for(provenance)
    findings: list[Drift] = []
    for before, after in _aligned(old, new):
        changes = _changes(before, after, {**TOLERANCES, **settings.tolerances})
        findings += (_drift(each, before, after, paths, chosen, settings) for each in changes)
    told = with_accepted((each for each in findings if each.level != "off"), accepts)
    return DriftReport(
        old_path=paths[0],
        new_path=paths[1],
        profile=chosen,
        provenance=provenance,
        findings=told,
        summary=tallied(told),
        asked=asked,
        totals=_totals(old, new, provenance),
        remembered=True,
    )


# --- which interactions belong together ------------------------------------------------------------------------------


def _aligned(
    old: Sequence[Remembered], new: Sequence[Remembered]
) -> Iterator[tuple[Remembered | None, Remembered | None]]:
    """By what is asked; between those that ask the same, one after the other."""
    from difflib import SequenceMatcher
    from itertools import zip_longest

    before, after = ([each.request_digest for each in side] for side in (old, new))
    for _how, left, left_end, right, right_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield from zip_longest(old[left:left_end], new[right:right_end])


# --- what changed ----------------------------------------------------------------------------------------------------


def _changes(old: Remembered | None, new: Remembered | None, allowed: Mapping[str, float]) -> Iterator[Change]:
    if old is None or new is None:
        one = new or old
        assert one is not None
        yield Change(
            rule="interaction-added" if old is None else "interaction-removed",
            path="",
            subject=f"{one.facts.method} {one.facts.url}",
        )
        return
    found = [change for changes in _WAYS for change in changes(old, new)]
    found += _counts(
        old.facts, new.facts, allowed, is_explained=any(each.path.startswith("response") for each in found)
    )
    yield from found or _unknown(old, new)


def _request(old: Remembered, new: Remembered) -> Iterator[Change]:
    """What is asked: the model, or something that no column has."""
    before, after = old.facts, new.facts
    if before.dialect != after.dialect:
        yield Change(rule="dialect-changed", path="request", old=before.dialect or None, new=after.dialect or None)
    if before.request_model != after.request_model:
        yield _became("request-parameter-changed", "request.model", "model", before.request_model, after.request_model)
    elif old.request_digest != new.request_digest:
        words = "the request changed" + _BEYOND
        yield Change(rule=UNCLASSIFIED, path="request", words=words, subject="the request")


def _failure(old: Remembered, new: Remembered) -> Iterator[Change]:
    before, after = old.facts, new.facts
    if before.status != after.status:
        is_other = before.status // 100 != after.status // 100
        level = "behavior" if is_other and after.status < 400 else ""
        rule = "status-class-changed" if is_other else "status-changed"
        yield Change(rule=rule, path="response.status_code", old=before.status, new=after.status, level=level)
    elif before.has_failed != after.has_failed:
        words = f"the call now fails: {after.error}" if after.has_failed else "the call no longer fails"
        rule = "error-appeared" if after.has_failed else "error-vanished"
        yield Change(rule=rule, path="response.error", old=before.error or None, new=after.error or None, words=words)
    elif before.error != after.error:
        yield _became("error-changed", "response.error", "the error", before.error, after.error)


def _form(old: Remembered, new: Remembered) -> Iterator[Change]:
    """How the answer came, who answered, and how it ended."""
    before, after = old.facts, new.facts
    if before.stream != after.stream:
        sides = {"old": before.stream or "one body", "new": after.stream or "one body"}
        yield Change(rule="stream-mode-changed", path="response.stream", **sides)
    if before.is_complete != after.is_complete:
        rule = "stream-mended" if after.is_complete else "stream-truncated"
        words = "" if after.is_complete else "the new stream is cut short"
        yield Change(rule=rule, path="response", old=before.is_complete, new=after.is_complete, words=words)
    if before.response_model != after.response_model:
        path = "response.response_model"
        yield Change(rule="response-model-changed", path=path, old=before.response_model, new=after.response_model)
    if before.finish_reason != after.finish_reason:
        sides = {"old": before.finish_reason or "no reason given", "new": after.finish_reason or "no reason given"}
        yield Change(rule="finish-reason-changed", path="response.finish_reasons[0]", **sides)
    if before.structured != after.structured and None not in (before.structured, after.structured):
        rule = "structured-output-mended" if after.structured else "structured-output-invalid"
        words = "" if after.structured else "the answer is no longer the JSON that the request asked for"
        yield Change(rule=rule, path="response.output_messages[0]", words=words)


def _tools(old: Remembered, new: Remembered) -> Iterator[Change]:
    """Tools that are called more or less often."""
    from collections import Counter

    before, after = Counter(old.facts.tools), Counter(new.facts.tools)
    for rule, more, verb in (
        ("tool-call-added", after - before, "now calls"),
        ("tool-call-removed", before - after, "no longer calls"),
    ):
        for tool in more:
            yield Change(rule=rule, path=f"response.tool_calls.{tool}", words=f"the model {verb} {tool}", subject=tool)


def _text(old: Remembered, new: Remembered) -> Iterator[Change]:
    if old.text_digest == new.text_digest:
        return
    rule, words = "text-changed", "the answer has another text" + _BEYOND
    if not old.text_digest:
        rule, words = "text-appeared", "the answer now has text"
    elif not new.text_digest:
        rule, words = "text-vanished", "the answer no longer has text"
    yield Change(rule=rule, path="response.output_messages[0]", words=words)


_WAYS: tuple[Callable[[Remembered, Remembered], Iterator[Change]], ...] = (_request, _failure, _form, _tools, _text)
_BEYOND = " (no more is known: the recording is gone)"


def _counts(old: Facts, new: Facts, allowed: Mapping[str, float], *, is_explained: bool) -> Iterator[Change]:
    """Tokens beyond tolerance that no other answer explains, and what they cost."""
    if is_explained:
        return
    for name in COUNTS:
        before, after = getattr(old, name), getattr(new, name)
        if before is None or after is None or before == after:
            continue
        is_cost = name == "cost"
        delta = 0 if is_cost else allowed["token_delta"]
        if abs(after - before) > max(delta, allowed["cost_ratio" if is_cost else "token_ratio"] * before):
            words = f"{name.replace('_', ' ')} {before:,} → {after:,}"
            yield Change(
                rule="cost-changed" if is_cost else "usage-changed",
                path=f"response.usage.{name}",
                old=before,
                new=after,
                words=words,
            )


def _unknown(old: Remembered, new: Remembered) -> Iterator[Change]:
    """That something differs which no column has."""
    if old.shape_digest != new.shape_digest:
        words = "fields of the answer came or went, or are of another type" + _BEYOND
        yield Change(rule=UNCLASSIFIED, path="response", words=words, subject="the answer")
    elif old.response_digest != new.response_digest:
        words = "the answer changed" + _BEYOND
        yield Change(rule=UNCLASSIFIED, path="response", words=words, subject="the answer")


def _became(rule: str, path: str, subject: str, old: str, new: str) -> Change:
    from cassette_tools.words import became

    words = f"{subject} {became(old or None, new or None, plain=True)}"
    return Change(rule=rule, path=path, old=old or None, new=new or None, words=words, subject=subject)


# --- as a report -----------------------------------------------------------------------------------------------------

_ROWS = {row.name: row for row in reversed(JUDGEMENTS) if row.circumstance is None and row.origin is None}
_NONE = {"old": "none", "new": "none", "subject": "", "note": "", "change": "", "more": ""}


def _drift(
    change: Change,
    old: Remembered | None,
    new: Remembered | None,
    paths: tuple[str, str],
    profile: str,
    settings: DiffSettings,
) -> Drift:
    row = _ROWS[change.rule]
    level = settings.levels.get(change.rule) or change.level or row.level
    one = new or old
    assert one is not None
    path = f"interactions[{one.facts.index}]" + (f".{change.path}" if change.path else "")
    values = {"old": change.old, "new": change.new, "subject": change.subject}
    words = change.words or row.message.format_map({**_NONE, **{name: each for name, each in values.items() if each}})
    return Drift(
        rule=change.rule,
        level="noise" if profile not in row.profiles and level != "off" else level,
        message=words,
        path=path,
        origin="request" if change.path.startswith("request") else "response",
        old=change.old,
        new=change.new,
        old_location=_location(paths[0], old),
        new_location=_location(paths[1], new),
        fingerprint=fingerprint(change.rule, repository_path(paths[1]), one.request_digest, path),
        said=Said(words=words, subject=change.subject or change.path),
    )


def _location(path: str, remembered: Remembered | None) -> Location | None:
    if remembered is None:
        return None
    line = remembered.facts.line
    return Location(path=path, region=Region(line=line, column=1, end_line=line, end_column=1))


def _provenance(old: Sequence[Remembered], new: Sequence[Remembered]) -> Provenance:
    def both(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        before, after = (_names(getattr(each.facts, name) for each in side) for side in (old, new))
        return before, after

    agents = (_names(each.user_agent for each in side) for side in (old, new))
    names = ("provider_name", "dialect", "request_model", "response_model", "sdk")
    sides = {name: both(name) for name in names}
    client = "" if not all(sides["sdk"]) else "same" if {*sides["sdk"][0]} == {*sides["sdk"][1]} else "other"
    before, after = agents
    return Provenance(client=client, user_agent=(before, after), **sides)


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))


def _totals(old: Sequence[Remembered], new: Sequence[Remembered], provenance: Provenance) -> Totals:
    before, after = (_sums(side) for side in (old, new))
    counts: dict[str, tuple[float | None, float | None]] = {"calls": (before.calls, after.calls)}
    counts.update({name: (before.counts[name], after.counts[name]) for name in COUNTS})
    counts[FAILED] = (before.failed, after.failed)
    counts[WITH_COST] = (before.with_cost or None, after.with_cost or None)
    return named(counts, {name: getattr(provenance, name) for name in NAMES})


def _sums(side: Sequence[Remembered]) -> Sums:
    facts = tuple(each.facts for each in side)
    return sums_of([Recorded(path="", scenario="", provider_name="", model="", interactions=facts)])
