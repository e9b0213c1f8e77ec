"""Who did it: for each change, what else differs between the two recordings that could have brought it about.

What the client asked otherwise comes first, and of that what decides the thing in question; then other models,
providers and upstreams. Where nothing that is recorded could explain a change, nothing is named.
"""

from __future__ import annotations

import re

from cassette_tools._record import record, replace
from cassette_tools.data.causes import (
    ASPECTS,
    BY_MODEL,
    BY_UPSTREAM,
    CLEAR_FACTOR,
    COUNTS,
    EXPLANATIONS,
    IN_FIELDS,
    IN_THE_ANSWER,
    OF_A_VERSION,
    OF_THE_REQUEST,
    OTHER_KIND,
    PARALLEL_CALLS,
    VERSIONS,
    WEIGHTY_FACTOR,
    WEIGHTY_TOKENS,
)
from cassette_tools.data.drift import (
    BESIDE_OTHERS,
    CHOSEN,
    DEFAULT,
    ENCODED,
    IDENTICAL,
    ITEM,
    LEAKED,
    MADE,
    MOVED_API,
    OF_SETTING,
    OTHER_UNIT,
    STAMPED,
    THINGS,
    TOLD_NOW,
    WARNING,
    WHITESPACE,
)
from cassette_tools.data.endpoints import UNKNOWN
from cassette_tools.data.vendors import GATEWAYS, UPSTREAM
from cassette_tools.data.volatile import CLASSES
from cassette_tools.diff.changes.masks import is_mask
from cassette_tools.diff.judging.folding import counts, effort, wire_name
from cassette_tools.diff.judging.models import is_deciding, is_of_nobody
from cassette_tools.diff.judging.plausible import CACHED, OTHERWISE, fit_of
from cassette_tools.diff.pairing.provenance import is_stand_in, provider_of, upstream_of
from cassette_tools.finding import Reason
from cassette_tools.model import ABSENT
from cassette_tools.sdk import OTHER, client_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cassette_tools.data.causes import Explanation
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.model import Interaction, Json, Request

DECIDES, TOLD, MODEL, PROVIDER, UPSTREAM_RANK, SWAYS, SAID_BEFORE = range(7)  # the likelier causes first
ITSELF = -1  # a change that says itself who did it
FEW = 3  # changes of a request that are named


@record
class Asked:
    """A change of what is asked: its name for a person, the row that says what it can explain, and how it came."""

    name: str
    explains: Explanation | None
    is_text: bool  # of the prompt rather than of the settings
    is_repeated: bool  # it gives back what an earlier answer said
    has_effect: bool  # what it does is told with it
    change: Change


@record
class Evidence:
    """What differs between the two interactions of a pair."""

    asked: tuple[Asked, ...] = ()
    is_other_sdk: bool = False
    is_other_model: bool = False
    is_other_answering: bool = False
    is_other_provider: bool = False
    is_stand_in: bool = False
    upstreams: tuple[str, str] | None = None  # where they differ
    is_gateway: bool = False
    is_other_kind: bool = False
    is_cut: bool = False
    is_refused: bool = False  # by a status that speaks of the request
    is_thinking: bool = False  # on one side only
    is_counted_otherwise: bool = False  # the input, by more than what is sent explains
    is_cached_apart: bool = False  # the input moved because what a cache gave is not counted
    is_of_unknown_api: bool = False
    is_unseen: bool = False  # what was asked is not recorded, or differs in what is not


class Causes:
    """The causes of all changes between two recordings."""

    def __init__(self, changes: Iterable[Folded], levels: Mapping[int, str]) -> None:
        groups: dict[int, list[Folded]] = {}
        for each in changes:
            if each.change.pair is not None and not _is_hidden(each.change, levels):
                groups.setdefault(id(each.change.pair), []).append(each)
        self._evidence = {key: _evidence(group) for key, group in groups.items()}
        self._wavering = _wavering(groups, self._evidence)
        self._shown: dict[tuple[str, str], set[int]] = {}
        for key, group in groups.items():
            for each in group:
                if each.change.rule.startswith(("wire-", "event-")):
                    self._shown.setdefault((each.change.rule, wire_name(each.change.path)), set()).add(key)
        self._with_new_fields = {
            key for key, group in groups.items() if any(each.change.rule == "wire-field-added" for each in group)
        }
        self._thought = [
            each.change
            for group in groups.values()
            for each in group
            if each.change.rule.startswith("wire-") and _FIELD_OF_THINKING.search(each.change.path)
        ]
        self._known: dict[tuple[object, ...], tuple[Reason, ...]] = {}  # a body may differ in a thousand fields

    def of_all(self, changes: Sequence[Change]) -> tuple[Reason, ...]:
        """What brought about one change in all of the calls that show it."""
        first, *others = map(self.of, changes)
        shared = tuple(each for each in first if all(each in other for other in others))
        if shared or not first:
            return shared
        causes = {each.cause for each in first}.intersection(*({each.cause for each in other} for other in others))
        unnamed = (replace(each, name="") for each in first if each.cause in causes and each.cause != "unknown")
        return tuple(dict.fromkeys(unnamed))

    def of(self, change: Change) -> tuple[Reason, ...]:
        """What brought it about, the likeliest first; nothing where that is not known."""
        reasons = self._of(change)
        if _FILTERS in change.path and id(change.pair) not in self._with_new_fields:
            return ()  # it came alone, as from call to call another does
        by_url = _FILTERS in change.path or any(_THE_URL in each.name for each in reasons)
        return () if by_url and not self._is_of_every_url(change) else reasons

    def _is_of_every_url(self, change: Change) -> bool:
        """Whether every call whose URL changed shows what the URL is said to bring about."""
        if not change.rule.startswith(("wire-", "event-")):
            return True
        shown = self._shown.get((change.rule, wire_name(change.path)), set())
        return all(key in shown for key, each in self._evidence.items() if any(map(_is_of_url, each.asked)))

    def _of(self, change: Change) -> tuple[Reason, ...]:
        evidence = self._evidence.get(id(change.pair), Evidence())
        if change.origin == "request":
            return self._brought_by_the_answer(change, evidence) or _causes_of_request(change, evidence)
        if change.origin not in _ANSWER or _has_no_cause(change):
            return ()
        if change.rule == "response-model-changed":
            return _causes_of_another_model(change, evidence)
        if change.circumstance == MOVED_API:
            return (Reason(rank=DECIDES, cause="prompt", name=_THE_URL),)
        if change.rule == "route-changed":
            return _GATEWAY if evidence.is_gateway and _is_of_upstream(change) else ()
        if change.rule == "usage-changed":
            return _causes_of_counts(change, evidence, self._wavering)
        aspects = _aspects(change, evidence)
        key = (id(change.pair), change.rule, aspects, change.subject if change.rule.startswith("tool-") else "")
        if key not in self._known:
            self._known[key] = _causes_of_answer(change, aspects, evidence)
        return self._known[key]

    def _brought_by_the_answer(self, change: Change, evidence: Evidence) -> tuple[Reason, ...]:
        """The form that thinking came in, where the same client gives more or less of it back."""
        if change.rule not in _GIVEN_BACK or evidence.is_other_sdk or not _is_later(change):
            return ()
        at = _number(change)
        fields = {_FIELD_OF_THINKING.search(each.path) for each in self._thought if _number(each) < at}
        names = sorted({re.sub(r"\d+", "", found[1]) for found in fields if found is not None})
        server = "gateway" if evidence.is_gateway else "provider"
        return tuple(Reason(rank=DECIDES, cause=server, name=f"{name} of the answer before") for name in names[:1])


def _is_hidden(change: Change, levels: Mapping[int, str]) -> bool:
    """Whether nobody is told of it, of settings: then it is named as no cause either."""
    return change.expected or (change.rule.startswith(_OF_SETTINGS) and not counts(change, levels))


_OF_SETTINGS = ("request-field-", "request-parameter-")


def _has_no_cause(change: Change) -> bool:
    """Whether nothing that differs brought it about: a recorder hides it, or the service announces it to all."""
    return is_mask(change.old) or is_mask(change.new) or change.circumstance == WARNING


_GIVEN_BACK = ("reasoning-appeared", "reasoning-vanished")
_FIELD_OF_THINKING = re.compile(r"(?:message|delta)\.(reasoning\w{0,40}(?:\[\d{0,9}\])?(?:\.\w{1,40}){0,9})$")


def _number(change: Change) -> int:
    interaction = None if change.pair is None else change.pair.new or change.pair.old
    return -1 if interaction is None else interaction.index


_THE_URL = "the URL"


def _is_of_url(asked: Asked) -> bool:
    """Whether it is the address, or the version of the API in it."""
    return asked.name.startswith(_THE_URL) or (asked.explains is not None and "api-version" in asked.explains.asked)


_FILTERS = ".content_filter_results."  # of which from call to call others run


def _causes_of_answer(change: Change, aspects: frozenset[str], evidence: Evidence) -> tuple[Reason, ...]:
    """By the rule, the subject and the aspects of the change alone."""
    causes = sorted(_causes(change, aspects, evidence), key=lambda each: each.rank)
    if causes and causes[0].rank == DECIDES:
        causes = [each for each in causes if each.rank == DECIDES]
        causes = _or_model(causes, aspects, evidence) if change.rule.startswith(_FIELDS_THERE) else causes
    if any(each.cause == "unknown" for each in causes):
        causes = [each for each in causes if each.rank <= MODEL]  # of many that may have, the two likeliest
    if change.rule in _OTHER_ANSWERS:
        causes = [each for each in causes if each.name.startswith(_RESULT)] or causes  # it says what was found
    if causes:
        return _without_the_answer_before(causes)
    if evidence.is_unseen:
        return ()
    if (
        aspects & _PACKAGING
        and not aspects & _CONTENT
        and change.rule not in _OF_ANYBODY
        and change.circumstance not in (ITEM, THINGS)
    ):
        return _by_the_server(evidence)
    return ()


_FIELDS_THERE = ("wire-", "usage-detail-", "event-type-")  # which fields and events there are


def _or_model(decided: list[Reason], aspects: frozenset[str], evidence: Evidence) -> list[Reason]:
    """What decides; where that is only another version of the API, another model may have brought the field as well."""
    is_other = evidence.is_other_model or evidence.is_other_answering
    versions = {each.name for each in evidence.asked if each.explains is not None and VERSIONS & {*each.explains.asked}}
    names = [each.name for each in decided]
    if not is_other or not aspects & OF_A_VERSION or aspects & IN_FIELDS or not versions.issuperset(names):
        return decided
    return [Reason(rank=DECIDES, cause="unknown", name=f"request ({_listed(names)}) or model")]


def _by_the_server(evidence: Evidence) -> tuple[Reason, ...]:
    """Who serves the call; but where the request changed in a setting of which nobody knows what it does, that may be
    it as well.
    """
    unknown = [each.name for each in evidence.asked if _is_unknown_setting(each)]
    if not unknown:
        return _GATEWAY if evidence.is_gateway else _PROVIDER
    server = "gateway" if evidence.is_gateway else "provider"
    return (Reason(rank=MODEL, cause="unknown", name=f"request ({_listed(unknown)}) or {server}"),)


def _is_unknown_setting(asked: Asked) -> bool:
    is_setting = asked.change.rule.startswith(_OF_SETTINGS)
    return is_setting and asked.explains is None and not (asked.is_repeated or asked.has_effect)


def _without_the_answer_before(causes: list[Reason]) -> tuple[Reason, ...]:
    """An answer that changed is told itself, and by the same causes: it is named where there is no other."""
    return tuple([each for each in causes if each.rank != SAID_BEFORE] or causes)


_OTHER_ANSWERS = ("text-changed", "text-facts-changed")
_RESULT = "the result of "
_ANSWER = ("response", "stream")
_PACKAGING = frozenset(("wire", "stream", "detail"))
_CONTENT = frozenset(("kind", "thinking", "cache", "media"))
_OF_ANYBODY = ("unclassified-change", "id-topology-changed", "event-value-changed")
_PROVIDER, _GATEWAY, _SDK = (
    (Reason(rank=PROVIDER, cause="provider"),),
    (Reason(rank=PROVIDER, cause="gateway"),),
    (Reason(rank=DECIDES, cause="sdk"),),
)


# --- what is asked ---------------------------------------------------------------------------------------------------


def _causes_of_request(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """A request is its own cause, and needs no words for it; but how it is written is the SDK's doing."""
    if change.path == "request.model":
        return (Reason(rank=ITSELF, cause="model"),)
    if change.circumstance == CHOSEN:
        return ()
    if change.rule in _WRITTEN_BY_SDK or (change.circumstance == ENCODED and evidence.is_other_sdk):
        return _SDK if evidence.is_other_sdk else ()
    is_asked = change.rule.startswith(_WHAT_IS_ASKED) and "query." not in change.path
    return (Reason(rank=ITSELF, cause="prompt"),) if is_asked else ()


_WRITTEN_BY_SDK = frozenset(
    (
        "request-serialization-changed",
        "json-formatting-changed",
        "user-agent-changed",
        "header-added",
        "header-removed",
        "header-changed",
    )
)
_TEXT_RULES = ("system-prompt-changed", "prompt-changed", "tool-result-changed")
_WHAT_IS_ASKED = (
    *_TEXT_RULES,
    "tool-definition-",
    "response-schema-changed",
    "request-parameter-changed",
    "request-field-",
    "reasoning-",
)
_THOUGHT = ("reasoning-reworded", "opaque-changed")  # in a history: what an answer held
_BROUGHT = ("reasoning-appeared", "reasoning-vanished", "tool-result-changed")
_NOT_ASKED = (
    "interaction-",
    "user-agent-changed",
    "json-formatting-changed",
    "request-serialization-changed",
    "content-length-",
    *(f"{kind}-changed" for kind in CLASSES if kind not in ("opaque", "score")),  # sealed thinking; logprobs
)


def _asked(folded: Folded) -> Asked:
    change = folded.change
    name = _setting(change)
    root = folded.root
    said_before = root is not None and root.origin != "request" and root.pair is not change.pair
    is_repeated = said_before or (change.rule in _THOUGHT and _is_later(change))
    if change.rule in _BROUGHT:  # whatever it was that the answer brought
        is_repeated = False
    if is_repeated and root is not None and root.rule.startswith("tool-arguments-") and _is_of_no_model(change):
        name = f"the arguments of {root.subject}"
    elif is_repeated:
        name = "the answer before"
    elif change.rule in _THOUGHT:
        name = "the reasoning that is given back"
    elif change.rule.startswith("tool-definition-"):
        name = f"the tool {change.subject}"
    elif change.rule.startswith("reasoning-") or is_given_back(change):
        name = "the reasoning that is given back"
    elif change.rule == "tool-result-changed":
        name = f"{_RESULT}{change.subject}"
    return Asked(
        name=name,
        explains=_explanation(change),
        is_text=change.rule in _TEXT_RULES,
        is_repeated=is_repeated,
        has_effect=bool(folded.follows),
        change=change,
    )


def is_given_back(change: Change) -> bool:
    """Whether a field of a request holds thinking, or the seal of it: ``parts[0].thoughtSignature``."""
    row = _explanation(change) if change.rule.startswith("request-field-") else None
    return row is not None and bool({"thoughtSignature", "reasoning-appeared"} & {*row.asked})


def _is_later(change: Change) -> bool:
    """Whether a recording holds a call before this one, whose answer could be given back."""
    sides = () if change.pair is None else (change.pair.old, change.pair.new)
    return any(side is not None and side.index > 0 for side in sides)


def _is_of_no_model(change: Change) -> bool:
    sides = () if change.pair is None else (change.pair.old, change.pair.new)
    return all(side is not None and side.llm is None for side in sides)


def _setting(change: Change) -> str:
    """What of the request changed, as the provider calls it where that says enough."""
    if change.rule == "response-schema-changed" and change.circumstance != OF_SETTING:
        return "the schema of the answer"
    if change.rule == "prompt-changed" and not change.subject and " part " in change.note:
        return f"{change.note.partition(' part ')[0]} part"
    name = (change.subject or change.path).removeprefix("request.").removeprefix("parameters.")
    sent, _, canonical = name.removesuffix(")").partition(" (")
    if canonical:
        return canonical if sent in _VAGUE else sent
    whole = next((step for step in _steps(change.path) if _named(step)), "")
    return whole if whole and name.startswith(f"{whole}.") and not change.path.startswith(_CANONICAL) else name


_VAGUE = ("type", "mode", "name", "format", "schema", "description", "effort", "enabled", "include", "value")
_CANONICAL = "request.parameters."


def _explanation(change: Change) -> Explanation | None:
    if change.rule.startswith("tool-definition-") and _is_only_of_cache(change):
        return _named("cache_control")
    if (row := _ruled(change.rule)) is not None:
        return row
    if change.path.startswith("request.input_messages[") and ".reasoning" in change.path:
        return _ruled("reasoning-appeared")  # no setting
    return next(filter(None, map(_named, _steps(change.path))), None)


def _ruled(rule: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if any(_fits(each, rule) for each in row.asked)), None)


def _named(name: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if name in row.asked), None)


def _is_only_of_cache(change: Change) -> bool:
    return change.note.startswith(("cache_control ", "cache_control.")) and ";" not in change.note


def _steps(path: str) -> list[str]:
    for sign in "[]":
        path = path.replace(sign, ".")
    return path.split(".")


# --- what differs ----------------------------------------------------------------------------------------------------


def _evidence(group: list[Folded]) -> Evidence:
    pair = group[0].change.pair
    assert pair is not None
    old, new = pair.old, pair.new
    if old is None or new is None:
        return Evidence()
    asked = tuple(
        _asked(each)
        for each in group
        if each.change.origin == "request" and not each.change.rule.startswith(_NOT_ASKED)
        and each.change.path != "request.model"
        and each.change.circumstance not in (WHITESPACE, DEFAULT, MADE)  # nobody can say that it made a difference
    )  # fmt: skip
    rules = {each.change.rule for each in group}
    providers = provider_of(old), provider_of(new)
    upstreams = upstream_of(old) or "", upstream_of(new) or ""
    asked_models = [each.change for each in group if each.change.path == "request.model"]
    is_other_model = any(map(is_deciding, asked_models)) and not _is_same_answering(old, new)
    is_other_provider = providers[0] != providers[1] and not {UNKNOWN, None} & {*providers}
    evidence = Evidence(
        asked=asked,
        is_other_sdk=client_of(old, new) == OTHER,
        is_other_model=is_other_model,
        is_other_answering=any(is_other_answering(each.change) for each in group),
        is_other_provider=is_other_provider,
        is_stand_in=is_stand_in(old) or is_stand_in(new),
        upstreams=upstreams if all(upstreams) and upstreams[0] != upstreams[1] else None,
        is_gateway=providers[1] in GATEWAYS,
        is_other_kind=any(_fits(kind, rule) for kind in OTHER_KIND for rule in rules),
        is_cut=any(_is_cut(each) for each in (old, new)),
        is_refused=any(each.response.status_code in OF_THE_REQUEST for each in (old, new)),
        is_thinking=any(_is_of_thinking(each.change) for each in group),
        is_of_unknown_api=old.llm is None and new.llm is None,
        is_unseen=_is_unseen(old.request, new.request),
    )
    if is_other_model or is_other_provider:
        return evidence
    usages = (each.change for each in group if each.change.rule == "usage-changed")
    inputs = [each[1:] for usage in usages for each in _counted(usage) if each[0] == "input_tokens"]
    fits = {fit_of(pair, after - before) for before, after in inputs}
    weighty = any(_is_weighty(*each) for each in inputs)
    return replace(evidence, is_cached_apart=CACHED in fits, is_counted_otherwise=weighty and OTHERWISE in fits)


def _is_unseen(old: Request, new: Request) -> bool:
    """Whether a request that has a body is recorded without it: not at all, or with another length than before."""
    if not (old.url and new.url):
        return True
    if any(map(_has_body, (old, new))):
        return False
    lengths = [side.headers.get("Content-Length") for side in (old, new)]
    return lengths[0] != lengths[1]


def _has_body(request: Request) -> bool:
    return bool(request.body.size or request.body.events or request.body.json is not ABSENT)


def _is_same_answering(old: Interaction, new: Interaction) -> bool:
    """Whether one model answered both, under whichever name it was asked: an alias, or a preview that became final."""
    answered = [side.llm.response_model if side.llm is not None else None for side in (old, new)]
    return answered[0] is not None and answered[0] == answered[1]


def _is_of_thinking(change: Change) -> bool:
    """Whether there is thinking on one side only, by what is shown or by what is counted."""
    if change.origin != "response":
        return False
    if change.rule in ("reasoning-appeared", "reasoning-vanished"):
        return True
    if change.rule == "usage-changed":
        thought = [(old, new) for name, old, new in _counted(change) if "thinking" in _aspects_of_count(name)]
        return any(bool(old) != bool(new) for old, new in thought)
    return change.rule.startswith("usage-detail-") and "thinking" in _aspects_of_count(change.path.rpartition(".")[2])


def is_other_answering(change: Change) -> bool:
    """A name that only tells the date beside what it told before, or in another order, is the same model's."""
    if change.rule != "response-model-changed":
        return False
    from cassette_tools.rules._models import is_same_model  # only few recordings name two models

    short, long = sorted((str(change.old), str(change.new)), key=len)
    is_dated = long.startswith(short) and long[len(short) :].strip("-@:").replace("-", "").isdecimal()
    return not is_dated and not is_same_model(short, long)


def _is_of_upstream(change: Change) -> bool:
    return change.rule == "route-changed" and any(name in change.path for name in UPSTREAM)


def _is_cut(interaction: Interaction) -> bool:
    return interaction.llm is not None and "length" in interaction.llm.finish_reasons


# --- what explains what ----------------------------------------------------------------------------------------------


def _aspects(change: Change, evidence: Evidence) -> frozenset[str]:
    """What of the answer a change speaks of."""
    if change.circumstance in _ASPECTS_BY_CIRCUMSTANCE:
        return _ASPECTS_BY_CIRCUMSTANCE[change.circumstance]
    if change.circumstance == LEAKED:
        return frozenset(("sealed", "thinking", *(("cut",) if evidence.is_cut else ())))
    row = next((row for row in ASPECTS if _fits(row.rule, change.rule) and _is_at(change.path, row.where)), None)
    aspects = {*(row.aspects if row is not None else ())}
    if "detail" in aspects:
        value = change.old if change.new is ABSENT else change.new
        counted = {*_aspects_of_some(change.path.rpartition(".")[2], value)}
        aspects |= counted - {"input", "output"}
        if "output" in counted and evidence.is_thinking and _asks_to_think(evidence):
            aspects.add("thinking")  # what was counted as words is counted as thinking, or the other way round
    if change.rule.startswith(("wire-", "event-", "unclassified-")):
        if evidence.is_other_kind and _is_at(change.path, IN_THE_ANSWER) and "usage" not in change.path:
            aspects.add("kind")
        if evidence.is_thinking and aspects & {"thought", "sealed"}:
            aspects.add("thinking")
    thinks = change.rule in ("usage-detail-added", "reasoning-appeared") and "thinking" in aspects
    if (
        evidence.is_cut and aspects & {"text", "form", "thinking", "output", "kind"} and not thinks
    ):  # no limit brings it
        aspects.add("cut")
    return frozenset(aspects)


_ASPECTS_BY_CIRCUMSTANCE = {TOLD_NOW: frozenset(("wire",)), OTHER_UNIT: frozenset(("unit", "wire"))}


def _asks_to_think(evidence: Evidence) -> bool:
    return any(asked.explains is not None and "thinking" in asked.explains.exactly for asked in evidence.asked)


def _is_at(path: str, where: tuple[str, ...]) -> bool:
    return not where or any(word in path for word in where)


def _aspects_of_some(name: str, value: Json) -> Iterator[str]:
    """What the counts of a detail speak of that are not nought. Where they come as an object, what a cache gave is only
    one of them.
    """
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from (aspect for aspect in _aspects_of_some(inner, each) if aspect != "cache")
    elif isinstance(value, int | float) and not isinstance(value, bool) and value > 0:
        yield from _aspects_of_count(name)


def _counted(change: Change) -> Iterator[tuple[str, float, float]]:
    """Each count that changed, with both of its values."""
    old, new = change.old, change.new
    if not isinstance(old, dict) or not isinstance(new, dict):
        name = change.path.rpartition(".")[2]
        old, new = {name: old}, {name: new}
    for name in [each for each in old if each in new]:
        before, after = old[name], new[name]
        if isinstance(before, int | float) and isinstance(after, int | float) and before != after:
            yield name, before, after


def _aspects_of_count(name: str) -> tuple[str, ...]:
    lowered = name.lower()
    return next((aspects for word, aspects in COUNTS.items() if word in lowered), ())


def _causes(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    is_set = False
    for asked in evidence.asked:
        rank = _rank(asked, aspects, evidence, change)
        if rank is not None:
            yield Reason(rank=rank, cause="prompt", name=asked.name, is_text=asked.is_text)
            is_set = is_set or asked.change.path.startswith(_CANONICAL)
    if is_set and aspects & {"text", "output", "thinking"} and "cut" not in aspects:
        # where a setting is named, so are those beside it that bound how much is said
        for asked in evidence.asked:
            if asked.explains is not None and "end" in asked.explains.exactly:
                yield Reason(rank=SWAYS, cause="prompt", name=asked.name)
    another = "another was asked" if evidence.is_other_model else "another answered"
    if aspects & _PACKAGING:
        if evidence.is_other_model and aspects & IN_FIELDS:
            yield Reason(rank=MODEL, cause="model", name=another)
        elif evidence.is_other_model and aspects & {"wire", "detail"} and not evidence.is_other_provider:
            if evidence.upstreams:
                yield _GATEWAY[0]
            else:
                server = "gateway" if evidence.is_gateway else "provider"
                yield Reason(rank=MODEL, cause="unknown", name=f"model or {server}")
    elif (evidence.is_other_model or evidence.is_other_answering) and _is_by_model(aspects, evidence):
        yield Reason(rank=MODEL, cause="model", name=another)
    if evidence.is_other_provider and aspects - {"status"}:
        yield Reason(rank=PROVIDER, cause="provider")
    if evidence.upstreams and not evidence.is_other_model and aspects & BY_UPSTREAM:
        # Which fields there are a gateway decides as well: the same ones come and go where the upstream stays.
        named = not aspects & {"wire", "detail"}
        yield Reason(rank=UPSTREAM_RANK, cause="gateway", name=" → ".join(evidence.upstreams) if named else "")


def _is_by_model(aspects: frozenset[str], evidence: Evidence) -> bool:
    return bool(aspects & BY_MODEL) and ("status" not in aspects or evidence.is_refused)


def _rank(asked: Asked, aspects: frozenset[str], evidence: Evidence, change: Change) -> int | None:
    """How likely a change of the request explains an aspect of the answer; ``None`` when it cannot."""
    if "status" in aspects:
        return DECIDES if evidence.is_refused and not asked.is_repeated else None
    if asked.change.path.startswith("response.events["):
        return None  # of what is sent over a WebSocket, what follows is folded
    if evidence.is_of_unknown_api and "header" not in aspects:  # anything may matter
        return DECIDES if not asked.change.rule.startswith("header-") else None
    if _is_of_parallel_calls(asked.change, change):
        return DECIDES
    row = asked.explains
    if row is None or _takes_no_field(asked, change):
        return None
    if aspects & {*row.exactly} or _is_of_one_tool(asked.change, change) or _is_stopped(asked.change, change):
        return DECIDES
    return _rank_of_perhaps(asked, row, aspects, evidence, change)


def _takes_no_field(asked: Asked, change: Change) -> bool:
    """Whether it is a prompt, which takes no counter away, nor makes an API leave a field out."""
    if change.rule.startswith("usage-detail-"):
        return asked.is_text or asked.is_repeated
    return asked.is_text and change.rule.startswith(_FIELDS) and change.rule.endswith("-removed")


def _rank_of_perhaps(
    asked: Asked, row: Explanation, aspects: frozenset[str], evidence: Evidence, change: Change
) -> int | None:
    """How likely what decides nothing by itself brought it about."""
    is_of_tool = asked.change.rule.startswith("tool-definition-")
    if is_of_tool and not _came_or_went(asked.change) and not _is_of_the_edit(asked.change, change, aspects):
        return None
    if aspects & {"thought", "sealed"} and is_of_tool and _came_or_went(asked.change):
        return TOLD  # Gemini signs its thinking where there are tools
    if not aspects & {*row.perhaps}:
        return None
    is_of_another = evidence.is_other_model or evidence.is_counted_otherwise
    if "thinking" in aspects and change.rule != "usage-changed" and is_of_another:
        return None  # whether it thinks is the model's, and who counts the input otherwise reads it otherwise
    if asked.is_repeated or asked.change.circumstance == STAMPED:
        return SAID_BEFORE
    return TOLD if asked.is_text or is_of_tool else SWAYS


_FIELDS = ("wire-", "event-type-", "header-")


def _is_of_one_tool(asked: Change, change: Change) -> bool:
    """Whether a tool that came or went is the one that is called now, or no longer."""
    return (
        asked.rule == "tool-definition-changed"
        and change.rule in ("tool-call-added", "tool-call-removed")
        and asked.subject == change.subject
        and (asked.old is ABSENT or asked.new is ABSENT)
    )


def _is_of_parallel_calls(asked: Change, change: Change) -> bool:
    """Whether a call beside others is gone where they are forbidden now, or came where they no longer are."""
    name = asked.path.rpartition(".")[2]
    if name not in PARALLEL_CALLS or change.circumstance not in (BESIDE_OTHERS, IDENTICAL):
        return False
    was, forbids = (side is PARALLEL_CALLS[name] for side in (asked.old, asked.new))
    return was != forbids and forbids == (change.rule == "tool-call-removed")


def _is_of_the_edit(asked: Change, change: Change, aspects: frozenset[str]) -> bool:
    """Whether a tool that is described otherwise may explain it: whether it is called and how, and how much is read.
    No other words for the same, and no other arguments of another tool: models vary these by themselves.
    """
    if change.rule.startswith("tool-arguments-"):
        return change.subject in asked.subject.replace(",", " ").split()
    varies = change.rule.startswith(("text-reworded", "text-whitespace-", "reasoning-"))
    return not varies or "kind" in aspects


def _is_stopped(asked: Change, change: Change) -> bool:
    """Whether a text ends where it would go on with a word that now stops the model, or went on with one that stopped
    it before.
    """
    if not asked.path.endswith("stop_sequences") or not change.rule.startswith("text-"):
        return False
    sides = [[each] if isinstance(each, str) else each for each in (asked.old, asked.new)]
    before, after = ({word.strip() for word in side if word} if isinstance(side, list) else set() for side in sides)
    return any(
        isinstance(longer, str) and any(word in longer and word not in str(shorter) for word in words)
        for longer, shorter, words in (
            (change.old, change.new, after - before),
            (change.new, change.old, before - after),
        )
    )


def _came_or_went(change: Change) -> bool:
    return change.old is ABSENT or change.new is ABSENT


# --- counts ----------------------------------------------------------------------------------------------------------


def _causes_of_counts(change: Change, evidence: Evidence, wavering: frozenset[tuple[str, str]]) -> tuple[Reason, ...]:
    """Those of the counts that moved most; none, when one of them moved more than all that have a cause.

    An input that does not fit what is asked was counted otherwise by who serves it: how many tokens a text has is no
    chance. Then the request explains nothing of the rest either.
    """
    counts = [each for each in _counted(change) if "cache" not in each[0]] or list(_counted(change))
    if evidence.is_cached_apart:
        counts = [each for each in counts if "input" not in _aspects_of_count(each[0])]
    weighty = [each for each in counts if _is_weighty(*each[1:])] or counts
    explained: list[tuple[float, list[Reason]]] = []
    unexplained: list[float] = []
    for name, old, new in weighty:
        causes = list(_causes_of_count(change, name, old, new, evidence, wavering))
        if causes:
            explained.append((_weight(old, new), causes))
        else:
            unexplained.append(_weight(old, new))
            if evidence.is_counted_otherwise and "input" in _aspects_of_count(name):
                server = _GATEWAY if evidence.is_gateway else _PROVIDER
                return server if _weight(old, new) > CLEAR_FACTOR else ()
    if not explained or any(each >= max(weight for weight, _ in explained) for each in unexplained):
        return ()
    reasons = sorted(dict.fromkeys(each for _, causes in explained for each in causes), key=lambda each: each.rank)
    return _without_the_answer_before([replace(each, rank=max(each.rank, DECIDES)) for each in reasons])


def _causes_of_count(
    change: Change, name: str, old: float, new: float, evidence: Evidence, wavering: frozenset[tuple[str, str]]
) -> Iterator[Reason]:
    aspects = frozenset(_aspects_of_count(name))
    if evidence.is_cut and aspects & {"thinking", "output"}:
        aspects |= {"cut"}
    allowed = [each for each in evidence.asked if _may_move(each, aspects, new - old, evidence, wavering)]
    yield from _causes(change, aspects, replace(evidence, asked=tuple(allowed)))


def _may_move(
    asked: Asked, aspects: frozenset[str], grown: float, evidence: Evidence, wavering: frozenset[tuple[str, str]]
) -> bool:
    """Whether a change of the request could move a count in this direction, and by so much."""
    if "input" in aspects:
        return not evidence.is_counted_otherwise or not _is_told(asked)
    if any((asked.name, aspect) in wavering for aspect in aspects):
        return False
    row = asked.explains
    if row is None or not {"thinking"} & {*row.exactly}:
        return True
    more = effort(asked.change.new) - effort(asked.change.old) if not _came_or_went(asked.change) else 0
    return more * grown >= 0


def _is_told(asked: Asked) -> bool:
    """Whether it is part of what the model reads, whose tokens can be estimated; a setting may bring hidden ones."""
    rule = asked.change.rule
    texts = ("tool-definition-", "reasoning-", "opaque-")
    return asked.is_text or asked.is_repeated or rule.startswith(texts) or is_given_back(asked.change)


def _is_weighty(old: float, new: float) -> bool:
    """Whether a count moved by more than other words of the same length would move it."""
    return abs(new - old) > WEIGHTY_TOKENS and _weight(old, new) > WEIGHTY_FACTOR


def _weight(old: float, new: float) -> float:
    """By which factor a count moved, up or down."""
    low, high = sorted((old + 1, new + 1))
    return high / low if low > 0 else float("inf")


def _wavering(groups: dict[int, list[Folded]], evidence: dict[int, Evidence]) -> frozenset[tuple[str, str]]:
    """Settings, with the aspect of what they should move, after which some calls have more of it and some have less:
    then it is chance. Texts are not among them, for each call is told something else; nor are calls in which thinking
    itself comes or goes.
    """
    moved: dict[tuple[str, str], set[bool]] = {}
    for key, group in groups.items():
        for each in group:
            if each.change.rule != "usage-changed" or evidence[key].is_thinking:
                continue
            for name, old, new in _counted(each.change):
                for asked in evidence[key].asked:
                    if not _is_told(asked) and _is_weighty(old, new):
                        for aspect in _aspects_of_count(name):
                            moved.setdefault((asked.name, aspect), set()).add(new > old)
    return frozenset(each for each, ways in moved.items() if len(ways) > 1)


# --- in words --------------------------------------------------------------------------------------------------------


def in_words(reasons: Sequence[Reason]) -> str:
    """``prompt (the user message) and model (another was asked)``: each once, what is named in its order."""
    asked = [each for each in reasons if each.cause == "prompt"]
    names: dict[str, list[str]] = {}
    for each in reasons:
        if each.rank != ITSELF:
            names.setdefault(each.cause, []).extend([each.name] if each.name else [])
    told = {cause: f"{cause} ({_listed(each)})" if each else cause for cause, each in names.items()}
    if "prompt" in told and not all(each.is_text for each in asked):
        told["prompt"] = f"request{told['prompt'].removeprefix('prompt')}"
    if "unknown" in told:
        told["unknown"] = _listed(names["unknown"])
    return " and ".join(told.values())


def _listed(names: list[str]) -> str:
    names = [name for name in dict.fromkeys(names) if not any(name.startswith(f"{other}.") for other in names)]
    if "output_type" in names and {"response_format", "output_format"} & {*names}:
        names.remove("output_type")  # the same setting in short
    more = f" and {len(names) - FEW} more" if names[FEW:] else ""
    return ", ".join(names[:FEW]) + more


def _causes_of_another_model(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """Another model answers: asked for, or chosen by who serves the call."""
    if evidence.is_other_model and not evidence.is_stand_in and not is_of_nobody(change):
        return (Reason(rank=MODEL, cause="model"),)
    chosen = [each for each in evidence.asked if each.explains is not None and "model" in each.explains.perhaps]
    if chosen:
        return tuple(Reason(rank=SWAYS, cause="prompt", name=each.name) for each in chosen)
    if evidence.upstreams and evidence.is_other_answering:  # a name in full is the gateway's, whoever answers
        return (Reason(rank=UPSTREAM_RANK, cause="gateway", name=" → ".join(evidence.upstreams)),)
    if evidence.is_unseen:
        return ()  # who asked may have asked for it
    return _GATEWAY if evidence.is_gateway else _PROVIDER


def _fits(pattern: str, rule: str) -> bool:
    return rule.startswith(pattern[:-1]) if pattern.endswith("*") else rule == pattern
