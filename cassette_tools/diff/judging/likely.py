"""How likely what differs brought a change about."""

from __future__ import annotations

from cassette_tools.data.causes import BY_MODEL, BY_UPSTREAM, IN_FIELDS, PARALLEL_CALLS
from cassette_tools.data.drift import BESIDE_OTHERS, IDENTICAL, STAMPED
from cassette_tools.diff.judging.asked import CANONICAL
from cassette_tools.diff.judging.limits import cuts_for_certain, is_limit, may_cut
from cassette_tools.diff.judging.named import is_named
from cassette_tools.diff.judging.reasons import (
    DECIDES,
    MODEL,
    PROVIDER,
    SAID_BEFORE,
    SERVED_BY,
    SETTLES,
    SWAYS,
    TOLD,
    UPSTREAM_RANK,
)
from cassette_tools.diff.judging.sides import is_one_sided, value_of
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.causes import Explanation
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.diff.judging.evidence import Evidence
    from cassette_tools.model import Json


PACKAGING = frozenset(("wire", "stream", "detail"))


def likely_causes(change: Change, aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    yield from _causes_asked(change, aspects, evidence)
    yield from _causes_by_model(aspects, evidence)
    if evidence.is_other_provider and aspects:
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
            is_set = is_set or asked.change.path.startswith(CANONICAL)
    is_bound = change.rule != "reasoning-kind-changed"  # no limit moves thinking elsewhere
    if is_set and is_bound and aspects & {"text", "output", "thinking"} and "cut" not in aspects:
        bounds = (asked.name for asked in evidence.asked if asked.decides("end"))
        yield from (Reason(rank=SWAYS, cause="prompt", name=name) for name in bounds)


def _causes_by_model(aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    """Another model; of the shape of an answer one that was asked for."""
    if aspects & PACKAGING:
        if evidence.is_other_model:
            yield from _causes_of_packaging(aspects, evidence)
    elif evidence.is_another_model and aspects & BY_MODEL:
        yield Reason(rank=MODEL, cause="model", name=another_model(evidence))


def another_model(evidence: Evidence) -> str:
    return "another was asked" if evidence.is_other_model else "another answered"


def _causes_of_packaging(aspects: frozenset[str], evidence: Evidence) -> Iterator[Reason]:
    """What may bring another shape of the answer where another model is asked for."""
    if aspects & IN_FIELDS:
        yield Reason(rank=MODEL, cause="model", name=another_model(evidence))
    elif aspects & {"wire", "detail"} and not evidence.is_other_provider:
        if evidence.upstreams:
            yield from SERVED_BY["gateway"]
        else:
            yield Reason(rank=MODEL, cause="unknown", name=f"model or {evidence.server}")


def _rank(asked: Asked, aspects: frozenset[str], evidence: Evidence, change: Change) -> int | None:
    """How likely a change of the request explains an aspect of the answer; ``None`` when it cannot."""
    if asked.change.path.startswith("response.events["):
        return None  # of what is sent over a WebSocket, what follows is folded
    if evidence.is_of_unknown_api and "header" not in aspects:  # anything may matter
        return DECIDES if not asked.change.rule.startswith("header-") else None
    if _is_of_parallel_calls(asked.change, change):
        return SETTLES
    if _is_warned_of(asked, change):
        return DECIDES
    if asked.explains is None or asked.is_renamed or _takes_no_field(asked, change):
        return None
    if is_limit(asked):
        return _rank_of_limit(asked, aspects, evidence)
    return _rank_of_row(asked, asked.explains, aspects, evidence, change)


def _is_warned_of(asked: Asked, change: Change) -> bool:
    """Whether a field that came or went is a warning about the setting."""
    if not change.rule.startswith("wire-") or "warning" not in change.path.lower():
        return False
    return is_named(asked, repr(value_of(change)).lower())


def _rank_of_limit(asked: Asked, aspects: frozenset[str], evidence: Evidence) -> int | None:
    """A limit that cuts one output and not the other: a certain cause if the whole output is longer than the limit."""
    if aspects.isdisjoint(("end", "cut")) or not may_cut(asked.change, evidence.cut):
        return None
    return SETTLES if cuts_for_certain(asked.change, evidence.cut) else DECIDES


def _rank_of_row(
    asked: Asked, row: Explanation, aspects: frozenset[str], evidence: Evidence, change: Change
) -> int | None:
    """How likely that is which a row can explain."""
    if _is_of_one_tool(asked.change, change) or _is_stopped(asked.change, change) or _is_guarded(asked, row, aspects):
        return SETTLES
    if not aspects.isdisjoint(row.exactly):
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
    is_whole = is_one_sided(asked.change)
    if is_of_tool and is_whole and aspects & {"thought", "sealed"}:
        return TOLD  # Gemini signs its thinking where there are tools
    if is_of_tool and not (is_whole or _is_of_the_edit(asked.change, change, aspects)):
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


def _is_guarded(asked: Asked, row: Explanation, aspects: frozenset[str]) -> bool:
    """Whether a guardrail came or went with the answers that it holds back."""
    return "held" in aspects and "held" in row.exactly and is_one_sided(asked.change)


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
