"""What is told of who answered."""

from __future__ import annotations

import re
from itertools import chain

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
from cassette_tools.diff.judging.sides import interactions_of, is_one_sided, latest_of, value_of
from cassette_tools.diff.pairing.provenance import is_stand_in, provider_of, upstream_of
from cassette_tools.finding import Reason
from cassette_tools.model import ABSENT
from cassette_tools.sdk import OTHER, client_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from cassette_tools.data.causes import Explanation
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Interaction, Json, Request

    Count = tuple[str, float, float]  # its name, before and after

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

    def decides(self, aspect: str) -> bool:
        """Whether it settles this aspect of the answer."""
        return self.explains is not None and aspect in self.explains.exactly

    def may_sway(self, aspect: str) -> bool:
        """Whether it may have an influence on this aspect."""
        return self.explains is not None and aspect in self.explains.perhaps

    def is_about(self, names: Collection[str]) -> bool:
        """Whether the row that explains it has one of the names."""
        return self.explains is not None and any(name in self.explains.asked for name in names)


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

    @property
    def server(self) -> str:
        """Who serves the call."""
        return "gateway" if self.is_gateway else "provider"

    @property
    def is_another_model(self) -> bool:
        """Whether another model was asked, or another answered."""
        return self.is_other_model or self.is_other_answering


class Causes:
    """The causes of all changes between two recordings."""

    def __init__(self, changes: Iterable[Folded], levels: Mapping[int, str]) -> None:
        groups = _by_pair(changes, levels)
        told = [each.change for group in groups.values() for each in group]
        self._evidence = {key: _evidence(group) for key, group in groups.items()}
        self._wavering = _wavering(groups, self._evidence)
        self._shown = _shown(told)
        self._with_new_fields = {id(change.pair) for change in told if change.rule == "wire-field-added"}
        self._thought = [change for change in told if _is_field_of_thinking(change)]
        self._known: dict[tuple[object, ...], tuple[Reason, ...]] = {}  # a body may differ in a thousand fields

    def of_all(self, changes: Sequence[Change]) -> tuple[Reason, ...]:
        """What brought about one change in all of the calls that show it."""
        first, *others = map(self.of, changes)
        shared = tuple(each for each in first if all(each in other for other in others))
        return shared or _shared_kinds(first, others)

    def of(self, change: Change) -> tuple[Reason, ...]:
        """What brought it about, the likeliest first; nothing where that is not known."""
        reasons = self._of(change)
        if _FILTERS in change.path and id(change.pair) not in self._with_new_fields:
            return ()  # it came alone, as from call to call another does
        by_url = _FILTERS in change.path or any(_THE_URL in each.name for each in reasons)
        return () if by_url and not self._is_of_every_url(change) else reasons

    def _is_of_every_url(self, change: Change) -> bool:
        """Whether every call whose URL changed shows what the URL is said to bring about."""
        if not _is_of_the_wire(change):
            return True
        shown = self._shown.get((change.rule, wire_name(change.path)), set())
        return all(key in shown for key, each in self._evidence.items() if any(map(_is_of_url, each.asked)))

    def _of(self, change: Change) -> tuple[Reason, ...]:
        evidence = self._evidence.get(id(change.pair), Evidence())
        if change.origin == "request":
            return self._brought_by_the_answer(change, evidence) or _causes_of_request(change, evidence)
        if change.origin not in _ANSWER or _has_no_cause(change):
            return ()
        if change.rule == "usage-changed":
            return _causes_of_counts(change, evidence, self._wavering)
        if change.rule in _CAUSES_BY_RULE:
            return _CAUSES_BY_RULE[change.rule](change, evidence)
        if change.circumstance == MOVED_API:
            return (Reason(rank=DECIDES, cause="prompt", name=_THE_URL),)
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
        return tuple(
            Reason(rank=DECIDES, cause=evidence.server, name=f"{name} of the answer before") for name in names[:1]
        )


def _is_hidden(change: Change, levels: Mapping[int, str]) -> bool:
    """Whether nobody is told of it, of settings: then it is named as no cause either."""
    return change.expected or (change.rule.startswith(_OF_SETTINGS) and not counts(change, levels))


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


def _is_of_the_wire(change: Change) -> bool:
    return change.rule.startswith(("wire-", "event-"))


def _is_field_of_thinking(change: Change) -> bool:
    return change.rule.startswith("wire-") and _FIELD_OF_THINKING.search(change.path) is not None


def _shared_kinds(first: Sequence[Reason], others: Sequence[Sequence[Reason]]) -> tuple[Reason, ...]:
    """What all calls share is the kind of cause, where each has a name of its own for it."""
    causes = set.intersection(*({each.cause for each in reasons} for reasons in (first, *others))) - {"unknown"}
    return tuple(dict.fromkeys(replace(each, name="") for each in first if each.cause in causes))


_OF_SETTINGS = ("request-field-", "request-parameter-")


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
        return _without_the_answer_before(causes)
    return _by_the_server(evidence) if _is_of_the_server(change, aspects) and not evidence.is_unseen else ()


def _likeliest(change: Change, aspects: frozenset[str], evidence: Evidence) -> list[Reason]:
    """Of all causes those that decide, and else the likelier ones."""
    causes = sorted(_causes(change, aspects, evidence), key=lambda each: each.rank)
    deciding = [each for each in causes if each.rank == DECIDES]
    if deciding:
        causes = _or_model(deciding, aspects, evidence) if change.rule.startswith(_FIELDS_THERE) else deciding
    if any(each.cause == "unknown" for each in causes):
        causes = [each for each in causes if each.rank <= MODEL]  # of many that may have, the two likeliest
    return _found_by_a_tool(causes) if change.rule in _OTHER_ANSWERS else causes


def _found_by_a_tool(causes: list[Reason]) -> list[Reason]:
    """The results of tools, where there are any: an answer says what was found."""
    return [each for each in causes if each.name.startswith(_RESULT)] or causes


def _is_of_the_server(change: Change, aspects: frozenset[str]) -> bool:
    """Whether it is the shape of an answer, which who serves the call decides, rather than what the answer holds."""
    if not aspects & _PACKAGING or aspects & _CONTENT:
        return False
    return change.rule not in _OF_ANYBODY and change.circumstance not in (ITEM, THINGS)


_FIELDS_THERE = ("wire-", "usage-detail-", "event-type-")  # which fields and events there are


def _or_model(decided: list[Reason], aspects: frozenset[str], evidence: Evidence) -> list[Reason]:
    """What decides; where that is only another version of the API, another model may have brought the field as well."""
    if not evidence.is_another_model or not aspects & OF_A_VERSION or aspects & IN_FIELDS:
        return decided
    versions = {each.name for each in evidence.asked if each.is_about(VERSIONS)}
    names = [each.name for each in decided]
    if not versions.issuperset(names):
        return decided
    return [Reason(rank=DECIDES, cause="unknown", name=f"request ({_listed(names)}) or model")]


def _by_the_server(evidence: Evidence) -> tuple[Reason, ...]:
    """Who serves the call; but where the request changed in a setting of which nobody knows what it does, that may be
    it as well.
    """
    unknown = [each.name for each in evidence.asked if _is_unknown_setting(each)]
    if not unknown:
        return _SERVED_BY[evidence.server]
    return (Reason(rank=MODEL, cause="unknown", name=f"request ({_listed(unknown)}) or {evidence.server}"),)


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
_SERVED_BY = {server: (Reason(rank=PROVIDER, cause=server),) for server in ("provider", "gateway")}
_SDK = (Reason(rank=DECIDES, cause="sdk"),)


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
    change, root = folded.change, folded.root
    is_repeated = _is_repeated(change, root)
    return Asked(
        name=_name_of_repeated(change, root) if is_repeated else _name_of_asked(change),
        explains=_explanation(change),
        is_text=change.rule in _TEXT_RULES,
        is_repeated=is_repeated,
        has_effect=bool(folded.follows),
        change=change,
    )


def _is_repeated(change: Change, root: Change | None) -> bool:
    """Whether a request gives back what an earlier answer said."""
    if change.rule in _BROUGHT:  # whatever it was that the answer brought
        return False
    said_before = root is not None and root.origin != "request" and root.pair is not change.pair
    return said_before or (change.rule in _THOUGHT and _is_later(change))


def _name_of_repeated(change: Change, root: Change | None) -> str:
    is_called = root is not None and root.rule.startswith("tool-arguments-") and _is_of_no_model(change)
    return f"the arguments of {root.subject}" if root is not None and is_called else "the answer before"


def _name_of_asked(change: Change) -> str:
    name = next((name for rule, name in _NAMES if change.rule.startswith(rule)), None)
    if name is not None:
        return name + (change.subject if name.endswith(" ") else "")
    return _REASONING_BACK if is_given_back(change) else _setting(change)


_REASONING_BACK = "the reasoning that is given back"
_NAMES = (
    ("reasoning-", _REASONING_BACK),
    ("opaque-changed", _REASONING_BACK),
    ("tool-definition-", "the tool "),
    ("tool-result-changed", _RESULT),
)


def is_given_back(change: Change) -> bool:
    """Whether a field of a request holds thinking, or the seal of it: ``parts[0].thoughtSignature``."""
    row = _explanation(change) if change.rule.startswith("request-field-") else None
    return row is not None and bool({"thoughtSignature", "reasoning-appeared"} & {*row.asked})


def _is_later(change: Change) -> bool:
    """Whether a recording holds a call before this one, whose answer could be given back."""
    return any(side is not None and side.index > 0 for side in interactions_of(change))


def _is_of_no_model(change: Change) -> bool:
    return all(side is not None and side.llm is None for side in interactions_of(change))


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
    return name if change.path.startswith(_CANONICAL) else _whole_setting(change, name)


def _whole_setting(change: Change, name: str) -> str:
    """The setting that a row explains, where only a member of it changed."""
    whole = next((step for step in _steps(change.path) if _named(step)), "")
    return whole if whole and name.startswith(f"{whole}.") else name


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
    changes = [each.change for each in group]
    evidence = Evidence(
        asked=tuple(_asked(each) for each in group if _is_asked(each.change)),
        is_other_sdk=client_of(old, new) == OTHER,
        is_other_model=_is_other_model(changes, old, new),
        is_other_answering=any(map(is_other_answering, changes)),
        is_other_provider=_is_other_provider(old, new),
        is_stand_in=is_stand_in(old) or is_stand_in(new),
        upstreams=_other_upstreams(old, new),
        is_gateway=provider_of(new) in GATEWAYS,
        is_other_kind=any(map(_is_of_another_kind, changes)),
        is_cut=_is_cut(old) or _is_cut(new),
        is_refused=_is_refused(old) or _is_refused(new),
        is_thinking=any(map(_is_of_thinking, changes)),
        is_of_unknown_api=old.llm is None and new.llm is None,
        is_unseen=_is_unseen(old.request, new.request),
    )
    is_known_counter = not evidence.is_other_model and not evidence.is_other_provider
    return _with_counts(evidence, pair, changes) if is_known_counter else evidence


def _with_counts(evidence: Evidence, pair: Pair, changes: Sequence[Change]) -> Evidence:
    """The evidence, with how the counts of the input fit what is sent: only of one model can that be said."""
    usages = (each for each in changes if each.rule == "usage-changed")
    inputs = [(old, new) for usage in usages for name, old, new in _counted(usage) if name == "input_tokens"]
    fits = {fit_of(pair, new - old) for old, new in inputs}
    is_weighty = any(_is_weighty(old, new) for old, new in inputs)
    return replace(evidence, is_cached_apart=CACHED in fits, is_counted_otherwise=is_weighty and OTHERWISE in fits)


def _is_asked(change: Change) -> bool:
    """Whether it is of what is asked, and may matter."""
    if change.origin != "request" or change.rule.startswith(_NOT_ASKED) or change.path == "request.model":
        return False
    return change.circumstance not in (WHITESPACE, DEFAULT, MADE)  # nobody can say that it made a difference


def _is_other_model(changes: Sequence[Change], old: Interaction, new: Interaction) -> bool:
    """Whether another model was asked for, and another one answered as far as that is known."""
    asked = [each for each in changes if each.path == "request.model"]
    return any(map(is_deciding, asked)) and not _is_same_answering(old, new)


def _is_other_provider(old: Interaction, new: Interaction) -> bool:
    """Whether both providers are known, and are two."""
    providers = {provider_of(old), provider_of(new)}
    return len(providers) > 1 and not {UNKNOWN, None} & providers


def _other_upstreams(old: Interaction, new: Interaction) -> tuple[str, str] | None:
    """The upstreams that a gateway chose, where these are two."""
    before, after = upstream_of(old) or "", upstream_of(new) or ""
    return (before, after) if before and after and before != after else None


def _is_of_another_kind(change: Change) -> bool:
    """Whether it says that the answer is of another kind."""
    return any(_fits(kind, change.rule) for kind in OTHER_KIND)


def _is_refused(interaction: Interaction) -> bool:
    return interaction.response.status_code in OF_THE_REQUEST


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
    if change.rule == "usage-changed":
        thought = [(old, new) for name, old, new in _counted(change) if "thinking" in _aspects_of_count(name)]
        return any(bool(old) != bool(new) for old, new in thought)
    if change.rule.startswith("usage-detail-"):
        return "thinking" in _aspects_of_count(change.path.rpartition(".")[2])
    return change.rule in ("reasoning-appeared", "reasoning-vanished")


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
        aspects = frozenset(("sealed", "thinking"))
        return aspects | {"cut"} if evidence.is_cut else aspects
    aspects = _aspects_of_rule(change)
    if "detail" in aspects:
        aspects |= _aspects_of_detail(change, evidence)
    if change.rule.startswith(("wire-", "event-", "unclassified-")):
        aspects |= frozenset(_aspects_of_field(change, aspects, evidence))
    return aspects | {"cut"} if evidence.is_cut and _may_be_cut(change, aspects) else aspects


def _aspects_of_rule(change: Change) -> frozenset[str]:
    row = next((row for row in ASPECTS if _fits(row.rule, change.rule) and _is_at(change.path, row.where)), None)
    return frozenset() if row is None else frozenset(row.aspects)


def _aspects_of_detail(change: Change, evidence: Evidence) -> frozenset[str]:
    """What the counts speak of that came or went."""
    value = value_of(change)
    counted = frozenset(_aspects_of_some(change.path.rpartition(".")[2], value))
    if "output" in counted and evidence.is_thinking and _asks_to_think(evidence):
        counted |= {"thinking"}  # what was counted as words is counted as thinking, or the other way round
    return counted - {"input", "output"}


def _aspects_of_field(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[str]:
    """What a field speaks of beside the shape of the answer."""
    if evidence.is_other_kind and _is_at(change.path, IN_THE_ANSWER) and "usage" not in change.path:
        yield "kind"
    if evidence.is_thinking and aspects & {"thought", "sealed"}:
        yield "thinking"


def _may_be_cut(change: Change, aspects: frozenset[str]) -> bool:
    """Whether a limit of the output may have taken it away. No limit brings thinking."""
    if change.rule in ("usage-detail-added", "reasoning-appeared") and "thinking" in aspects:
        return False
    return not aspects.isdisjoint(("text", "form", "thinking", "output", "kind"))


_ASPECTS_BY_CIRCUMSTANCE = {TOLD_NOW: frozenset(("wire",)), OTHER_UNIT: frozenset(("unit", "wire"))}


def _asks_to_think(evidence: Evidence) -> bool:
    return any(asked.decides("thinking") for asked in evidence.asked)


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


def _counted(change: Change) -> Iterator[Count]:
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
    yield from _causes_asked(change, aspects, evidence)
    yield from _causes_by_model(aspects, evidence)
    if evidence.is_other_provider and aspects - {"status"}:
        yield Reason(rank=PROVIDER, cause="provider")
    if evidence.upstreams and not evidence.is_other_model and aspects & BY_UPSTREAM:
        # Which fields there are a gateway decides as well: the same ones come and go where the upstream stays.
        named = not aspects & {"wire", "detail"}
        yield Reason(rank=UPSTREAM_RANK, cause="gateway", name=" → ".join(evidence.upstreams) if named else "")


def _causes_asked(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    """What was asked otherwise. Where a setting is named, so are those beside it that bound how much is said."""
    is_set = False
    for asked in evidence.asked:
        rank = _rank(asked, aspects, evidence, change)
        if rank is not None:
            yield Reason(rank=rank, cause="prompt", name=asked.name, is_text=asked.is_text)
            is_set = is_set or asked.change.path.startswith(_CANONICAL)
    if is_set and aspects & {"text", "output", "thinking"} and "cut" not in aspects:
        bounds = (asked.name for asked in evidence.asked if asked.decides("end"))
        yield from (Reason(rank=SWAYS, cause="prompt", name=name) for name in bounds)


def _causes_by_model(aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    """Another model; of the shape of an answer one that was asked for."""
    if aspects & _PACKAGING:
        if evidence.is_other_model:
            yield from _causes_of_packaging(aspects, evidence)
    elif evidence.is_another_model and _is_by_model(aspects, evidence):
        yield Reason(rank=MODEL, cause="model", name=_another_model(evidence))


def _another_model(evidence: Evidence) -> str:
    return "another was asked" if evidence.is_other_model else "another answered"


def _causes_of_packaging(aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    """What may bring another shape of the answer where another model is asked for."""
    if aspects & IN_FIELDS:
        yield Reason(rank=MODEL, cause="model", name=_another_model(evidence))
    elif aspects & {"wire", "detail"} and not evidence.is_other_provider:
        if evidence.upstreams:
            yield from _SERVED_BY["gateway"]
        else:
            yield Reason(rank=MODEL, cause="unknown", name=f"model or {evidence.server}")


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
    if asked.explains is None or _takes_no_field(asked, change):
        return None
    return _rank_of_row(asked, asked.explains, aspects, evidence, change)


def _rank_of_row(
    asked: Asked, row: Explanation, aspects: frozenset[str], evidence: Evidence, change: Change
) -> int | None:
    """How likely that is which a row can explain."""
    is_deciding = not aspects.isdisjoint(row.exactly)
    if is_deciding or _is_of_one_tool(asked.change, change) or _is_stopped(asked.change, change):
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
    if is_of_tool and is_one_sided(asked.change):
        if aspects & {"thought", "sealed"}:
            return TOLD  # Gemini signs its thinking where there are tools
    elif is_of_tool and not _is_of_the_edit(asked.change, change, aspects):
        return None
    if aspects.isdisjoint(row.perhaps) or _is_thought_by_another(change, aspects, evidence):
        return None
    if asked.is_repeated or asked.change.circumstance == STAMPED:
        return SAID_BEFORE
    return TOLD if asked.is_text or is_of_tool else SWAYS


def _is_thought_by_another(change: Change, aspects: frozenset[str], evidence: Evidence) -> bool:
    """Whether it thinks is the model's, and who counts the input otherwise reads it otherwise."""
    is_thinking = "thinking" in aspects and change.rule != "usage-changed"
    return is_thinking and (evidence.is_other_model or evidence.is_counted_otherwise)


_FIELDS = ("wire-", "event-type-", "header-")


def _is_of_one_tool(asked: Change, change: Change) -> bool:
    """Whether a tool that came or went is the one that is called now, or no longer."""
    return (
        asked.rule == "tool-definition-changed"
        and change.rule in ("tool-call-added", "tool-call-removed")
        and asked.subject == change.subject
        and is_one_sided(asked)
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
    before, after = _stop_words(asked.old), _stop_words(asked.new)
    return _goes_on(change.old, change.new, after - before) or _goes_on(change.new, change.old, before - after)


def _stop_words(setting: Json) -> set[str]:
    words = [setting] if isinstance(setting, str) else setting
    return {word.strip() for word in words if word} if isinstance(words, list) else set()


def _goes_on(longer: Json, shorter: Json, words: set[str]) -> bool:
    """Whether one text has a word that another one lacks."""
    return isinstance(longer, str) and any(word in longer and word not in str(shorter) for word in words)


# --- counts ----------------------------------------------------------------------------------------------------------


def _causes_of_counts(change: Change, evidence: Evidence, wavering: frozenset[tuple[str, str]]) -> tuple[Reason, ...]:
    """Those of the counts that moved most; none, when one of them moved more than all that have a cause.

    An input that does not fit what is asked was counted otherwise by who serves it: how many tokens a text has is no
    chance. Then the request explains nothing of the rest either.
    """
    found = [(count, [*_causes_of_count(change, *count, evidence, wavering)]) for count in _weighty(change, evidence)]
    unexplained = [count for count, causes in found if not causes]
    if evidence.is_counted_otherwise and (inputs := [count for count in unexplained if _is_of_input(count)]):
        return _SERVED_BY[evidence.server] if _weight(*inputs[0][1:]) > CLEAR_FACTOR else ()
    most = max((_weight(old, new) for (_, old, new), causes in found if causes), default=0)
    if most <= max((_weight(old, new) for _, old, new in unexplained), default=0):
        return ()
    reasons = sorted(dict.fromkeys(chain.from_iterable(causes for _, causes in found)), key=lambda each: each.rank)
    return _without_the_answer_before([replace(each, rank=max(each.rank, DECIDES)) for each in reasons])


def _weighty(change: Change, evidence: Evidence) -> list[Count]:
    """The counts that moved by much, or all; what a cache gave is one only where there is no other."""
    counts = [*_counted(change)]
    counts = [count for count in counts if "cache" not in count[0]] or counts
    if evidence.is_cached_apart:
        counts = [count for count in counts if not _is_of_input(count)]
    return [count for count in counts if _is_weighty(*count[1:])] or counts


def _is_of_input(count: Count) -> bool:
    return "input" in _aspects_of_count(count[0])


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
    if not asked.decides("thinking") or is_one_sided(asked.change):
        return True
    return (effort(asked.change.new) - effort(asked.change.old)) * grown >= 0


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
        if evidence[key].is_thinking:
            continue
        settings = [asked.name for asked in evidence[key].asked if not _is_told(asked)]
        for aspect, has_grown in _moves(group):
            for name in settings:
                moved.setdefault((name, aspect), set()).add(has_grown)
    return frozenset(each for each, ways in moved.items() if len(ways) > 1)


def _moves(group: list[Folded]) -> Iterator[tuple[str, bool]]:
    """The aspects of an answer whose counts moved by much, and whether they grew."""
    usages = (each.change for each in group if each.change.rule == "usage-changed")
    for name, old, new in chain.from_iterable(map(_counted, usages)):
        if _is_weighty(old, new):
            yield from ((aspect, new > old) for aspect in _aspects_of_count(name))


# --- in words --------------------------------------------------------------------------------------------------------


def in_words(reasons: Sequence[Reason]) -> str:
    """``prompt (the user message) and model (another was asked)``: each once, what is named in its order."""
    names: dict[str, list[str]] = {}
    for each in reasons:
        if each.rank != ITSELF:
            names.setdefault(each.cause, []).extend([each.name] if each.name else [])
    words = dict(zip(names, names, strict=True))
    if any(each.cause == "prompt" and not each.is_text for each in reasons):
        words["prompt"] = "request"
    return " and ".join(_cause_in_words(cause, words[cause], _listed(each)) for cause, each in names.items())


def _cause_in_words(cause: str, word: str, names: str) -> str:
    """``model (another was asked)``; of what is not known, what it may be."""
    if cause == "unknown":
        return names
    return f"{word} ({names})" if names else word


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
    chosen = [each.name for each in evidence.asked if each.may_sway("model")]
    if chosen:
        return tuple(Reason(rank=SWAYS, cause="prompt", name=name) for name in chosen)
    if evidence.upstreams and evidence.is_other_answering:  # a name in full is the gateway's, whoever answers
        return (Reason(rank=UPSTREAM_RANK, cause="gateway", name=" → ".join(evidence.upstreams)),)
    return () if evidence.is_unseen else _SERVED_BY[evidence.server]  # who asked may have asked for it


def _causes_of_route(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    return _SERVED_BY["gateway"] if evidence.is_gateway and _is_of_upstream(change) else ()


_CAUSES_BY_RULE: dict[str, Callable[[Change, Evidence], tuple[Reason, ...]]] = {
    "response-model-changed": _causes_of_another_model,
    "route-changed": _causes_of_route,
}


def _fits(pattern: str, rule: str) -> bool:
    return rule.startswith(pattern[:-1]) if pattern.endswith("*") else rule == pattern
