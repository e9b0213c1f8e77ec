"""Who was asked and who answered; which profile that makes; and, for each change, who did it, by the evidence."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import CROSS_PROVIDER, RERECORD, SDK_UPGRADE
from cassette_tools.data.endpoints import UNKNOWN, provider_for
from cassette_tools.data.vendors import GATEWAYS, vendor_of
from cassette_tools.reporters import Provenance

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cassette_tools.diff.change import Change
    from cassette_tools.diff.folding import Folded
    from cassette_tools.model import Interaction, Recording


def provenance_of(old: Recording, new: Recording) -> Provenance:
    """The distinct values of both recordings, in the order of their interactions."""
    return Provenance(
        user_agent=_both(old, new, lambda each: each.request.headers.get("user-agent")),
        provider_name=_both(old, new, provider_of),
        dialect=_both(old, new, lambda each: each.llm.dialect if each.llm is not None else None),
        request_model=_both(old, new, lambda each: each.llm.request_model if each.llm is not None else None),
        response_model=_both(old, new, lambda each: each.llm.response_model if each.llm is not None else None),
    )


def provider_of(interaction: Interaction) -> str | None:
    """Who serves the call; for traffic that no dialect reads, by the host alone."""
    if interaction.llm is not None:
        return interaction.llm.provider_name
    name = provider_for(interaction.request.url, {})
    return None if name == UNKNOWN else name


def _both(
    old: Recording, new: Recording, value_of: Callable[[Interaction], str | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return _distinct(old, value_of), _distinct(new, value_of)


def _distinct(recording: Recording, value_of: Callable[[Interaction], str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in map(value_of, recording.interactions) if value))


def profile_for(provenance: Provenance) -> str:
    """The profile that the provenance asks for. Two recordings that share a provider are of one provider, and a
    provider that is not known may be the same as any.
    """
    for old, new in (
        _known(provenance.provider_name),
        provenance.dialect,
        (_vendors(provenance.request_model[0]), _vendors(provenance.request_model[1])),
    ):
        if old and new and not {*old} & {*new}:
            return CROSS_PROVIDER
    agents = provenance.user_agent
    return SDK_UPGRADE if agents[0] and agents[1] and agents[0] != agents[1] else RERECORD


def _known(providers: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(name for name in side if name != UNKNOWN) for side in providers)


def _vendors(models: Sequence[str]) -> tuple[str, ...]:
    return tuple(vendor_of(model) for model in models)


# --- causes ----------------------------------------------------------------------------------------------------------


@record
class Evidence:
    """What is known of one pair of interactions: what differs between the two besides the change in question."""

    user_agent: bool = False
    model: bool = False
    prompt: bool = False
    provider: bool = False
    answering_model: bool = False
    route: bool = False
    gateway: bool = False
    inherited: Change | None = None
    asked: tuple[str, ...] = ()  # what of the request changed, as a person calls it


_PROMPT = frozenset(
    (
        "system-prompt-changed",
        "prompt-changed",
        "tool-definition-changed",
        "response-schema-changed",
        "tool-definition-narrowed",
        "tool-definition-widened",
        "tool-result-changed",
        "request-parameter-changed",
        "request-field-added",
        "request-field-removed",
        "reasoning-appeared",
        "reasoning-vanished",
    )
)
_CLIENT_LIBRARY = frozenset(
    (
        "request-serialization-changed",
        "json-formatting-changed",
        "user-agent-changed",
        "header-added",
        "header-removed",
        "header-changed",
        "request-field-added",
        "request-field-removed",
        "id-topology-changed",
        "request-url-changed",
        "reasoning-appeared",
        "reasoning-vanished",
    )
)
_PACKAGING = ("wire-", "header-", "event-", "content-type-", "usage-detail-", "problem-", "response-field-")


def evidence_for(changes: Iterable[Folded]) -> dict[int, Evidence]:
    """The evidence of each pair, by the identity of the pair."""
    groups: dict[int, list[Folded]] = {}
    for each in changes:
        if each.change.pair is not None:
            groups.setdefault(id(each.change.pair), []).append(each)
    return {key: _evidence(group) for key, group in groups.items()}


def _evidence(group: list[Folded]) -> Evidence:
    pair = group[0].change.pair
    assert pair is not None
    old, new = pair.old, pair.new
    if old is None or new is None:
        return Evidence()
    rules = {each.change.rule for each in group}
    client = old.request.headers.get("user-agent") != new.request.headers.get("user-agent")
    prompts = [each for each in group if _cause_of_request(each.change, Evidence(user_agent=client)) == "prompt"]
    own = [each for each in prompts if each.root is None or each.root.origin == "request"]
    inherited = [each.root for each in prompts if each.root is not None and each.root.origin == "response"]
    return Evidence(
        user_agent=client,
        model=any(each.change.path == "request.model" for each in group),
        prompt=bool(own),
        provider=provider_of(old) != provider_of(new) and UNKNOWN not in (provider_of(old), provider_of(new)),
        answering_model="response-model-changed" in rules,
        route="route-changed" in rules,
        gateway=provider_of(new) in GATEWAYS,
        inherited=inherited[0] if inherited else None,
        asked=tuple(dict.fromkeys(each.change.subject or each.change.path for each in (*own, *prompts))),
    )


def cause_of(change: Change, evidence: Evidence) -> str:
    """Who did it: sdk, prompt, model, provider, gateway, or unknown where nothing that is recorded explains it."""
    if change.origin == "request":
        return _cause_of_request(change, evidence)
    if change.origin == "transport":
        return "unknown"
    if change.rule == "response-model-changed" and not evidence.model:
        return "gateway" if evidence.gateway else "provider"
    if change.rule.startswith(_PACKAGING):
        return _cause_of_packaging(evidence)
    return _cause_of_meaning(evidence)


def evidence_of(change: Change, evidence: Evidence, cause: str) -> str:
    """What the cause of a change in an answer is read from, in a few words; the header of a report tells the rest."""
    if change.origin not in ("response", "stream"):
        return ""
    if cause == "prompt":
        more = f" and {len(evidence.asked) - _FEW} more" if evidence.asked[_FEW:] else ""
        return ", ".join(evidence.asked[:_FEW]) + more
    if cause == "model" and change.rule != "response-model-changed":
        return "another was asked" if evidence.model else "another answered"
    return "another upstream" if cause == "gateway" and evidence.route else ""


_FEW = 2  # changes of a request that are named


def _cause_of_request(change: Change, evidence: Evidence) -> str:
    if change.path == "request.model":
        return "model"
    if change.path.startswith("request.query."):
        return "sdk" if evidence.user_agent else "unknown"
    if change.rule in _CLIENT_LIBRARY and evidence.user_agent:
        return "sdk"
    if change.rule == "request-url-changed":
        return "provider" if evidence.provider else "unknown"
    return "prompt" if change.rule in _PROMPT else "unknown"


def _cause_of_packaging(evidence: Evidence) -> str:
    if evidence.model:
        return "model"
    return "gateway" if evidence.gateway else "provider"


def _cause_of_meaning(evidence: Evidence) -> str:
    for holds, cause in (
        (evidence.model, "model"),
        (evidence.prompt, "prompt"),
        (evidence.provider, "provider"),
        (evidence.answering_model, "model"),
        (evidence.route, "gateway"),
    ):
        if holds:
            return cause
    return "unknown"
