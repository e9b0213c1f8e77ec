"""Who did it: for each change, what else differs between the two recordings that could have brought it about.

What the client asked otherwise comes first, and of that what decides the thing in question; then other models,
providers and upstreams. Where nothing that is recorded could explain a change, nothing is named.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.causes import (
    ASPECTS,
    BY_MODEL,
    BY_UPSTREAM,
    DEFAULTS,
    EXPLANATIONS,
    IN_THE_ANSWER,
    OF_THE_REQUEST,
    OTHER_KIND,
)
from cassette_tools.data.endpoints import UNKNOWN
from cassette_tools.data.vendors import GATEWAYS, UPSTREAM
from cassette_tools.data.volatile import CLASSES
from cassette_tools.diff.provenance import provider_of
from cassette_tools.diff.sdk import OTHER, client_of
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.data.causes import Explanation
    from cassette_tools.diff.change import Change
    from cassette_tools.diff.folding import Folded
    from cassette_tools.model import Interaction

UNCAUSED = ("unknown", "")
DECIDES, TOLD, MODEL, PROVIDER, UPSTREAM_RANK, SWAYS, SAID_BEFORE = range(7)  # the likelier causes first
FEW = 3  # changes of a request that are named


@record
class Asked:
    """A change of what is asked: its name for a person, the row that says what it can explain, and how it came."""

    name: str
    explains: Explanation | None
    is_text: bool  # of the prompt rather than of the settings
    is_repeated: bool  # it gives back what an earlier answer said
    change: Change


@record
class Evidence:
    """What differs between the two interactions of a pair."""

    asked: tuple[Asked, ...] = ()
    is_other_sdk: bool = False
    is_other_model: bool = False
    is_other_answering: bool = False
    is_other_provider: bool = False
    is_other_upstream: bool = False
    is_gateway: bool = False
    is_other_kind: bool = False
    is_cut: bool = False
    is_refused: bool = False  # by a status that speaks of the request
    is_thinking: bool = False  # on one side only
    is_of_unknown_api: bool = False


@record
class Cause:
    """One thing that could have brought a change about."""

    rank: int
    cause: str  # prompt, model, provider, gateway
    name: str
    is_text: bool = False


class Causes:
    """The causes of all changes between two recordings."""

    def __init__(self, changes: Iterable[Folded]) -> None:
        groups: dict[int, list[Folded]] = {}
        for each in changes:
            if each.change.pair is not None:
                groups.setdefault(id(each.change.pair), []).append(each)
        self._evidence = {key: _evidence(group) for key, group in groups.items()}
        self._known: dict[tuple[object, ...], tuple[str, str]] = {}  # a body may differ in a thousand fields

    def of(self, change: Change) -> tuple[str, str]:
        """The cause as JSON calls it, and in words: ``request (max_tokens)``."""
        evidence = self._evidence.get(id(change.pair), Evidence())
        if change.origin == "request":
            return _cause_of_request(change, evidence)
        if change.origin not in _ANSWER:
            return UNCAUSED
        if change.rule == "response-model-changed":
            return _cause_of_another_model(evidence)
        if change.rule == "route-changed":
            return ("gateway", "gateway") if evidence.is_gateway and _is_of_upstream(change) else UNCAUSED
        aspects = _aspects(change, evidence)
        key = (id(change.pair), change.rule, aspects, change.subject if change.rule.startswith("tool-") else "")
        if key not in self._known:
            self._known[key] = _cause_of_answer(change, aspects, evidence)
        return self._known[key]


def _cause_of_answer(change: Change, aspects: frozenset[str], evidence: Evidence) -> tuple[str, str]:
    """By the rule, the subject and the aspects of the change alone."""
    causes = sorted(_causes(change, aspects, evidence), key=lambda each: each.rank)
    if causes and causes[0].rank == DECIDES and change.rule != "usage-changed":  # its counts have a cause each
        causes = [each for each in causes if each.rank == DECIDES]
    if causes:
        return causes[0].cause, _in_words(causes)
    if aspects & _PACKAGING and not aspects & _CONTENT and change.rule not in _OF_ANYBODY:
        by = "gateway" if evidence.is_gateway else "provider"
        return by, by
    return UNCAUSED


_ANSWER = ("response", "stream")
_PACKAGING = frozenset(("wire", "stream", "detail"))
_CONTENT = frozenset(("kind", "thinking", "cache", "media"))
_OF_ANYBODY = ("unclassified-change", "id-topology-changed", "event-value-changed")


# --- what is asked ---------------------------------------------------------------------------------------------------


def _cause_of_request(change: Change, evidence: Evidence) -> tuple[str, str]:
    """A request is its own cause, and needs no words for it; but how it is written is the SDK's doing."""
    if change.path == "request.model":
        return "model", ""
    if change.rule in _WRITTEN_BY_SDK:
        return ("sdk", "sdk") if evidence.is_other_sdk else UNCAUSED
    return ("prompt", "") if change.rule.startswith(_WHAT_IS_ASKED) and "query." not in change.path else UNCAUSED


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
    is_repeated = change.rule in _THOUGHT or (folded.root is not None and folded.root.origin != "request")
    if is_repeated:
        name = "the answer before"
    elif change.rule.startswith("tool-definition-"):
        name = f"the tool {change.subject}"
    elif change.rule.startswith("reasoning-"):
        name = "the reasoning that is given back"
    elif change.rule == "tool-result-changed":
        name = f"the result of {change.subject}"
    return Asked(
        name=name,
        explains=_explanation(change),
        is_text=change.rule in _TEXT_RULES,
        is_repeated=is_repeated,
        change=change,
    )


def _setting(change: Change) -> str:
    """What of the request changed, as the provider calls it where that says enough."""
    if change.rule == "response-schema-changed":
        return "the schema of the answer"
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
    return _ruled(change.rule) or next(filter(None, map(_named, _steps(change.path))), None)


def _is_default(change: Change) -> bool:
    """Whether a setting came or went that says what holds without it."""
    name = change.path.removeprefix("request.parameters.")
    if name not in DEFAULTS or (change.old is not ABSENT and change.new is not ABSENT):
        return False
    value = change.old if change.new is ABSENT else change.new
    value = value.get("mode") if isinstance(value, dict) else value
    return bool(value == DEFAULTS[name][0])


def _ruled(rule: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if any(_fits(each, rule) for each in row.asked)), None)


def _named(name: str) -> Explanation | None:
    return next((row for row in EXPLANATIONS if name in row.asked), None)


def _is_only_of_cache(change: Change) -> bool:
    return change.note.startswith("cache_control ") and ";" not in change.note


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
        and not _is_default(each.change)
    )  # fmt: skip
    rules = {each.change.rule for each in group}
    providers = provider_of(old), provider_of(new)
    return Evidence(
        asked=asked,
        is_other_sdk=client_of(old, new) == OTHER,
        is_other_model=any(each.change.path == "request.model" for each in group),
        is_other_answering=any(_is_other_answering(each.change) for each in group),
        is_other_provider=providers[0] != providers[1] and not {UNKNOWN, None} & {*providers},
        is_other_upstream=providers[1] in GATEWAYS and any(_is_of_upstream(each.change) for each in group),
        is_gateway=providers[1] in GATEWAYS,
        is_other_kind=any(_fits(kind, rule) for kind in OTHER_KIND for rule in rules),
        is_cut=any(_is_cut(each) for each in (old, new)),
        is_refused=any(each.response.status_code in OF_THE_REQUEST for each in (old, new)),
        is_thinking=any(
            each.change.origin == "response" and each.change.rule in ("reasoning-appeared", "reasoning-vanished")
            for each in group
        ),
        is_of_unknown_api=old.llm is None and new.llm is None,
    )


def _is_other_answering(change: Change) -> bool:
    """A name that only tells the date beside what it told before is the same model's."""
    if change.rule != "response-model-changed":
        return False
    short, long = sorted((str(change.old), str(change.new)), key=len)
    return not (long.startswith(short) and long[len(short) :].strip("-@:").replace("-", "").isdecimal())


def _is_of_upstream(change: Change) -> bool:
    return change.rule == "route-changed" and any(name in change.path for name in UPSTREAM)


def _is_cut(interaction: Interaction) -> bool:
    return interaction.llm is not None and "length" in interaction.llm.finish_reasons


# --- what explains what ----------------------------------------------------------------------------------------------


def _aspects(change: Change, evidence: Evidence) -> frozenset[str]:
    """What of the answer a change speaks of."""
    row = next((row for row in ASPECTS if _fits(row.rule, change.rule) and _is_at(change.path, row.where)), None)
    aspects = {*(row.aspects if row is not None else ())}
    if "counts" in aspects:
        aspects = {aspect for name in _changed_counts(change) for aspect in _aspects_of_count(name)}
    if "detail" in aspects and _is_some(change.old if change.new is ABSENT else change.new):
        counted = _aspects_of_count(change.path.rpartition(".")[2])
        if {*counted} - {"input", "output"}:
            aspects |= {*counted}
    if change.rule.startswith(("wire-", "event-", "unclassified-")):
        if evidence.is_other_kind and _is_at(change.path, IN_THE_ANSWER):
            aspects.add("kind")
        if evidence.is_thinking and "thought" in aspects:
            aspects.add("thinking")
    if evidence.is_cut and aspects & {"text", "form", "thinking", "output", "kind"}:
        aspects.add("cut")
    return frozenset(aspects)


def _is_at(path: str, where: tuple[str, ...]) -> bool:
    return not where or any(word in path for word in where)


def _is_some(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _changed_counts(change: Change) -> Iterator[str]:
    old, new = change.old, change.new
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield change.path.rpartition(".")[2]
        return
    for name in {**old, **new}:
        if old.get(name) != new.get(name):
            yield name


def _aspects_of_count(name: str) -> tuple[str, ...]:
    lowered = name.lower()
    return next((aspects for word, aspects in _COUNTS.items() if word in lowered), ())


_COUNTS = {
    "cache": ("cache",),
    "reason": ("thinking",),
    "thought": ("thinking",),
    "audio": ("media",),
    "image": ("media",),
    "input": ("input",),
    "prompt": ("input",),
    "output": ("output",),
    "completion": ("output",),
    "candidates": ("output",),
    "total": ("input", "output"),
}


def _causes(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[Cause]:
    for asked in evidence.asked:
        rank = _rank(asked, aspects, evidence, change)
        if rank is not None:
            yield Cause(rank=rank, cause="prompt", name=asked.name, is_text=asked.is_text)
    by_model = aspects & BY_MODEL and ("status" not in aspects or evidence.is_refused)
    if by_model and (evidence.is_other_model or (evidence.is_other_answering and not aspects & _PACKAGING)):
        yield Cause(
            rank=MODEL, cause="model", name="another was asked" if evidence.is_other_model else "another answered"
        )
    if evidence.is_other_provider and aspects - {"status"}:
        yield Cause(rank=PROVIDER, cause="provider", name="")
    if evidence.is_other_upstream and not evidence.is_other_model and aspects & BY_UPSTREAM:
        yield Cause(rank=UPSTREAM_RANK, cause="gateway", name="another upstream")


def _rank(asked: Asked, aspects: frozenset[str], evidence: Evidence, change: Change) -> int | None:
    """How likely a change of the request explains an aspect of the answer; ``None`` when it cannot."""
    if "status" in aspects:
        return DECIDES if evidence.is_refused and not asked.is_repeated else None
    if evidence.is_of_unknown_api and "header" not in aspects:  # anything may matter
        return DECIDES if not asked.change.rule.startswith("header-") else None
    row = asked.explains
    if row is None:
        return None
    if aspects & {*row.exactly} or _is_of_one_tool(asked.change, change):
        return DECIDES
    if aspects & {*row.perhaps}:
        if "thinking" in aspects and evidence.is_other_model and change.rule != "usage-changed":
            return None  # whether it thinks is the model's
        if asked.is_repeated:
            return SAID_BEFORE
        return TOLD if asked.is_text or asked.change.rule.startswith("tool-definition-") else SWAYS
    return None


def _is_of_one_tool(asked: Change, change: Change) -> bool:
    """Whether a tool that came or went is the one that is called now, or no longer."""
    return (
        asked.rule == "tool-definition-changed"
        and change.rule in ("tool-call-added", "tool-call-removed")
        and asked.subject == change.subject
        and (asked.old is ABSENT or asked.new is ABSENT)
    )


def _cause_of_another_model(evidence: Evidence) -> tuple[str, str]:
    """Another model answers: asked for, or chosen by who serves the call."""
    if evidence.is_other_model:
        return "model", "model"
    chosen = [each.name for each in evidence.asked if each.explains is not None and "model" in each.explains.perhaps]
    if chosen:
        return "prompt", f"request ({', '.join(chosen[:FEW])})"
    if evidence.is_gateway:
        return "gateway", "gateway (another upstream)" if evidence.is_other_upstream else "gateway"
    return "provider", "provider"


def _in_words(causes: list[Cause]) -> str:
    """``prompt (the user message) and model (another was asked)``: each once, what is named in its order."""
    asked = [each for each in causes if each.cause == "prompt"]
    names = [*dict.fromkeys(each.name for each in asked)]
    names = [name for name in names if not any(name.startswith(f"{other}.") for other in names)]
    if "output_type" in names and {"response_format", "output_format"} & {*names}:
        names.remove("output_type")  # the same setting in short
    kind = "prompt" if all(each.is_text for each in asked) else "request"
    more = f" and {len(names) - FEW} more" if names[FEW:] else ""
    told = {"prompt": f"{kind} ({', '.join(names[:FEW])}{more})"}
    for each in causes:
        told.setdefault(each.cause, f"{each.cause} ({each.name})" if each.name else each.cause)
    return " and ".join(told[cause] for cause in dict.fromkeys(each.cause for each in causes))


def _fits(pattern: str, rule: str) -> bool:
    return rule.startswith(pattern[:-1]) if pattern.endswith("*") else rule == pattern
