"""The causes of all changes between two recordings: what was changed before them, or who answered."""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.causes import IN_FIELDS, OF_A_VERSION, PAGES, SAID_BY_MODEL, STEADY, VERSIONS
from cassette_tools.data.drift import ELEMENT, ITEM, MOVED_API, OTHER_SUM, THINGS, WARNING
from cassette_tools.diff.changes.masks import is_mask
from cassette_tools.diff.judging.asked import is_later
from cassette_tools.diff.judging.aspects import aspects_of
from cassette_tools.diff.judging.by_version import causes_of_version
from cassette_tools.diff.judging.elsewhere import asked_elsewhere
from cassette_tools.diff.judging.evidence import Evidence, evidence_of, is_of_upstream
from cassette_tools.diff.judging.fields import wire_name
from cassette_tools.diff.judging.folding import counts
from cassette_tools.diff.judging.likely import PACKAGING, likely_causes
from cassette_tools.diff.judging.makers import Makers
from cassette_tools.diff.judging.models import is_of_nobody
from cassette_tools.diff.judging.moved_counts import causes_of_counts, wavering_settings
from cassette_tools.diff.judging.of_request import causes_of_request
from cassette_tools.diff.judging.or_server import or_server
from cassette_tools.diff.judging.reasons import (
    DECIDES,
    MODEL,
    RESULT,
    SERVED_BY,
    SETTLES,
    SWAYS,
    UPSTREAM_RANK,
    listed,
    without_the_answer_before,
)
from cassette_tools.diff.judging.refused import causes_of_refusal
from cassette_tools.diff.judging.sides import latest_of
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.diff.judging.folding import Folded


class Causes:
    """The causes of all changes between two recordings."""

    def __init__(self, changes: Iterable[Folded], levels: Mapping[int, str]) -> None:
        groups = _by_pair(changes, levels)
        told = [each.change for group in groups.values() for each in group]
        self._evidence = {key: evidence_of(group) for key, group in groups.items()}
        pairs = ((key, group[0].change.pair) for key, group in groups.items())
        self._makers = Makers({key: pair for key, pair in pairs if pair is not None})
        self._wavering = wavering_settings(groups, self._evidence)
        self._shown = _shown(told)
        self._with_new_fields = {id(change.pair) for change in told if change.rule == "wire-field-added"}
        self._thought = [change for change in told if _is_field_of_thinking(change)]
        self._effects = _steady_effects(told)
        self._unasked: dict[tuple[str, str], tuple[Reason, ...] | None] = {}
        self._known: dict[tuple[object, ...], tuple[Reason, ...]] = {}  # a body may differ in a thousand fields

    def of_all(self, changes: Sequence[Change]) -> tuple[Reason, ...]:
        """What brought about one change in all of the calls that show it."""
        first, *others = map(self.of, changes)
        shared = tuple(each for each in first if all(each in other for other in others))
        return shared or _shared_kinds(first, others)

    def of(self, change: Change) -> tuple[Reason, ...]:
        """What brought it about, the likeliest first; nothing where that is not known."""
        reasons = self._of(change)
        if any(each.cause == "prompt" for each in reasons) and _is_steady(change):
            unasked = self._of_unasked(_effect(change))
            reasons = reasons if unasked is None else unasked
        if _FILTERS in change.path and id(change.pair) not in self._with_new_fields:
            return ()  # it came alone, as from call to call another does
        by_url = _FILTERS in change.path or any(_THE_URL in each.name for each in reasons)
        return () if by_url and not self._is_of_every_url(change) else reasons

    def _of_unasked(self, effect: tuple[str, str]) -> tuple[Reason, ...] | None:
        """The causes of the same effect in a call of which nothing was asked that explains it: then nothing that is
        asked brings it. ``None`` where there is no such call.
        """
        if effect not in self._unasked:
            found = map(self._of, self._effects.get(effect, ()))
            unasked = (reasons for reasons in found if not any(each.cause == "prompt" for each in reasons))
            self._unasked[effect] = next(unasked, None)
        return self._unasked[effect]

    def _is_of_every_url(self, change: Change) -> bool:
        """Whether every call whose URL changed shows what the URL is said to bring about."""
        if not _is_of_the_wire(change):
            return True
        shown = self._shown.get((change.rule, wire_name(change.path)), set())
        return all(key in shown for key, each in self._evidence.items() if any(map(_is_of_url, each.asked)))

    def _of(self, change: Change) -> tuple[Reason, ...]:
        evidence = self._evidence_for(change)
        if change.origin == "request":
            return self._brought_by_the_answer(change, evidence) or causes_of_request(change, evidence)
        if change.origin not in _ANSWER or _has_no_cause(change):
            return ()
        if change.rule == "usage-changed" and change.circumstance != OTHER_SUM:
            return causes_of_counts(change, evidence, self._wavering)
        if change.rule in _CAUSES_BY_RULE:
            return _CAUSES_BY_RULE[change.rule](change, evidence)
        if change.circumstance == MOVED_API or _is_of_another_api(change, evidence):
            return (Reason(rank=DECIDES, cause="prompt", name=_THE_URL),)
        if of_version := causes_of_version(change, evidence):
            return of_version
        aspects = aspects_of(change, evidence)
        key = (id(change.pair), change.rule, aspects, change.subject if change.rule.startswith("tool-") else "")
        if key not in self._known:
            self._known[key] = _causes_of_answer(change, aspects, evidence)
        return self._known[key]

    def _evidence_for(self, change: Change) -> Evidence:
        """The differences between the two calls, and for a fetched result those between the calls that created it."""
        own = self._evidence.get(id(change.pair), Evidence())
        maker = self._makers.of(change) if change.origin in _ANSWER else None
        if maker is None or maker == id(change.pair):
            return own
        made = self._evidence[maker]
        return replace(made, asked=(*made.asked, *own.asked))

    def _brought_by_the_answer(self, change: Change, evidence: Evidence) -> tuple[Reason, ...]:
        """The form that thinking came in, where the same client gives more or less of it back."""
        if change.rule not in _GIVEN_BACK or evidence.is_other_sdk or not is_later(change):
            return ()
        at = _number(change)
        fields = {_FIELD_OF_THINKING.search(each.path) for each in self._thought if _number(each) < at}
        names = sorted({re.sub(r"\d+", "", found[1]) for found in fields if found is not None})
        return tuple(
            Reason(rank=DECIDES, cause=evidence.server, name=f"{name} of the answer before") for name in names[:1]
        )


def _is_of_another_api(change: Change, evidence: Evidence) -> bool:
    """Whether thinking comes or goes with the API, of which each has a place of its own for it, or none."""
    is_set = any(each.decides("thinking") for each in evidence.asked)
    return evidence.is_moved and change.rule in _GIVEN_BACK and not is_set


def _is_hidden(change: Change, levels: Mapping[int, str]) -> bool:
    """Whether the change of a setting or an address is not reported; then it is not named as a cause either."""
    return change.expected or (change.rule.startswith((*_OF_SETTINGS, _ADDRESS)) and not counts(change, levels))


def _by_pair(changes: Iterable[Folded], levels: Mapping[int, str]) -> dict[int, list[Folded]]:
    """The changes of each pair that may be named as causes."""
    groups: dict[int, list[Folded]] = {}
    for each in changes:
        if each.change.pair is not None and not _is_hidden(each.change, levels):
            groups.setdefault(id(each.change.pair), []).append(each)
    return groups


def _shown(changes: Iterable[Change]) -> dict[tuple[str, str], set[int]]:
    """The pairs that show each field, or event, that came or went."""
    found: dict[tuple[str, str], set[int]] = {}
    for change in filter(_is_of_the_wire, changes):
        found.setdefault((change.rule, wire_name(change.path)), set()).add(id(change.pair))
    return found


def _steady_effects(changes: Iterable[Change]) -> dict[tuple[str, str], list[Change]]:
    """The changes of answers by what a reader sees, in whichever call."""
    found: dict[tuple[str, str], list[Change]] = {}
    for change in filter(_is_steady, changes):
        found.setdefault(_effect(change), []).append(change)
    return found


def _is_steady(change: Change) -> bool:
    """Whether it is what an API does in every call alike; what a model says is of the moment."""
    return change.origin in _ANSWER and change.rule.startswith(STEADY)


def _effect(change: Change) -> tuple[str, str]:
    return change.rule, wire_name(change.path)


def _is_of_the_wire(change: Change) -> bool:
    return change.rule.startswith(("wire-", "event-"))


def _is_field_of_thinking(change: Change) -> bool:
    return change.rule.startswith("wire-") and _FIELD_OF_THINKING.search(change.path) is not None


def _shared_kinds(first: Sequence[Reason], others: Sequence[Sequence[Reason]]) -> tuple[Reason, ...]:
    """What all calls share is the kind of cause, where each has a name of its own for it."""
    causes = set.intersection(*({each.cause for each in reasons} for reasons in (first, *others))) - {"unknown"}
    return tuple(dict.fromkeys(replace(each, name="") for each in first if each.cause in causes))


_OF_SETTINGS, _ADDRESS = ("request-field-", "request-parameter-"), "request-url-changed"


def _has_no_cause(change: Change) -> bool:
    """Whether nothing that differs brought it about: a recorder hides it, or the service announces it to all."""
    return is_mask(change.old) or is_mask(change.new) or change.circumstance == WARNING


_GIVEN_BACK = ("reasoning-appeared", "reasoning-vanished")

_FIELD_OF_THINKING = re.compile(r"(?:message|delta)\.(reasoning\w{0,40}(?:\[\d{0,9}\])?(?:\.\w{1,40}){0,9})$")


def _number(change: Change) -> int:
    interaction = latest_of(change)
    return -1 if interaction is None else interaction.index


_THE_URL = "the URL"


def _is_of_url(asked: Asked) -> bool:
    """Whether it is the address, or the version of the API in it."""
    return asked.name.startswith(_THE_URL) or asked.is_about({"api-version"})


_FILTERS = ".content_filter_results."  # of which from call to call others run


def _causes_of_answer(change: Change, aspects: frozenset[str], evidence: Evidence) -> tuple[Reason, ...]:
    """By the rule, the subject and the aspects of the change alone."""
    causes = _likeliest(change, aspects, evidence)
    if causes:
        return without_the_answer_before(causes)
    return _by_the_server(evidence) if _is_of_the_server(change, aspects) and not evidence.is_unseen else ()


def _likeliest(change: Change, aspects: frozenset[str], evidence: Evidence) -> list[Reason]:
    """All causes, the likeliest first; only those that decide, if they settle it or the model does not matter."""
    causes = sorted(likely_causes(change, aspects, evidence), key=lambda each: each.rank)
    deciding = [each for each in causes if each.rank <= DECIDES]
    if any(each.rank == SETTLES for each in deciding):
        return deciding
    if deciding and (aspects & PACKAGING or not aspects & SAID_BY_MODEL):
        causes = _or_model(deciding, aspects, evidence) if change.rule.startswith(_FIELDS_THERE) else deciding
    if change.rule.startswith(_FIELDS_THERE):
        causes = or_server(change, causes, evidence)
    if any(each.cause == "unknown" for each in causes):
        causes = [each for each in causes if each.rank <= MODEL]  # of many that may have, the two likeliest
    return _found_by_a_tool(causes) if change.rule in _OTHER_ANSWERS else causes


def _found_by_a_tool(causes: list[Reason]) -> list[Reason]:
    """The results of tools, where there are any: an answer says what was found."""
    return [each for each in causes if each.name.startswith(RESULT)] or causes


def _is_of_the_server(change: Change, aspects: frozenset[str]) -> bool:
    """Whether it is the shape of an answer, which who serves the call decides, rather than what the answer holds."""
    if not aspects & PACKAGING or aspects & _CONTENT:
        return False
    return change.rule not in _OF_ANYBODY and change.circumstance not in (ELEMENT, ITEM, THINGS)


_FIELDS_THERE = ("wire-", "usage-detail-", "event-type-")  # which fields and events there are


def _or_model(decided: list[Reason], aspects: frozenset[str], evidence: Evidence) -> list[Reason]:
    """What decides; where that is only another version of the API, another model may have brought the field as well."""
    if not evidence.is_another_model or not aspects & OF_A_VERSION or aspects & IN_FIELDS:
        return decided
    versions = {each.name for each in evidence.asked if each.is_about(VERSIONS)}
    names = [each.name for each in decided]
    if not versions.issuperset(names):
        return decided
    return [Reason(rank=DECIDES, cause="unknown", name=f"request ({listed(names)}) or model")]


def _by_the_server(evidence: Evidence) -> tuple[Reason, ...]:
    """Who serves the call; but where the request changed in a setting of which nobody knows what it does, that may be
    it as well.
    """
    unknown = [each.name for each in evidence.asked if _is_unknown_setting(each)]
    if not unknown:
        return SERVED_BY[evidence.server]
    return (Reason(rank=MODEL, cause="unknown", name=f"request ({listed(unknown)}) or {evidence.server}"),)


_OF_PAGES = frozenset(PAGES)


def _is_unknown_setting(asked: Asked) -> bool:
    path = asked.change.path
    is_setting = asked.change.rule.startswith(_OF_SETTINGS) and path.removeprefix("request.query.") not in _OF_PAGES
    return is_setting and asked.explains is None and not (asked.is_repeated or asked.has_effect or asked.is_renamed)


_OTHER_ANSWERS = ("text-changed", "text-facts-changed")

_ANSWER = ("response", "stream")

_CONTENT = frozenset(("kind", "thinking", "cache", "media"))

_OF_ANYBODY = ("unclassified-change", "id-topology-changed", "event-value-changed")


def _causes_of_another_model(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """Another model answers: asked for, or chosen by who serves the call."""
    if evidence.is_other_model and not evidence.is_stand_in and not is_of_nobody(change):
        return (Reason(rank=MODEL, cause="model"),)
    chosen = [each.name for each in evidence.asked if each.may_choose_the_model]
    if chosen:
        return tuple(Reason(rank=SWAYS, cause="prompt", name=name) for name in chosen)
    if evidence.upstreams and evidence.is_other_answering:  # a name in full is the gateway's, whoever answers
        return (Reason(rank=UPSTREAM_RANK, cause="gateway", name=" → ".join(evidence.upstreams)),)
    if (elsewhere := asked_elsewhere(change, evidence)) is not None:
        return (elsewhere,)
    return () if evidence.is_unseen else SERVED_BY[evidence.server]  # who asked may have asked for it


def _causes_of_route(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    return SERVED_BY["gateway"] if evidence.is_gateway and is_of_upstream(change) else ()


_CAUSES_BY_RULE: dict[str, Callable[[Change, Evidence], tuple[Reason, ...]]] = {
    "response-model-changed": _causes_of_another_model,
    "status-class-changed": causes_of_refusal,
    "status-changed": causes_of_refusal,
    "error-appeared": causes_of_refusal,
    "error-vanished": causes_of_refusal,
    "error-changed": causes_of_refusal,
    "route-changed": _causes_of_route,
}
