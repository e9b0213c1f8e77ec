"""Who asked, who was asked and who answered, and which profile that makes."""

from __future__ import annotations

import re

from cassette_tools.data.drift import CROSS_PROVIDER, RERECORD, SDK_UPGRADE
from cassette_tools.data.endpoints import LOCAL, NAMES, PROXIES, SELF_HOSTED, UNKNOWN, hints_in, provider_for
from cassette_tools.data.vendors import (
    GATEWAYS,
    ROUTING,
    UPSTREAM_FIELDS,
    UPSTREAM_HEADERS,
    VERSIONS,
    vendor_of,
)
from cassette_tools.diff.pairing.align import align_interactions
from cassette_tools.diff.pairing.sessions import session_of
from cassette_tools.reporters import Provenance
from cassette_tools.sdk import OTHER, SAME, client_of, is_known, sdks_of
from cassette_tools.sdk import UNKNOWN as UNKNOWN_CLIENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cassette_tools.model import Interaction, Json, Recording


def provenance_of(old: Recording, new: Recording) -> Provenance:
    """The distinct values of both recordings, in the order of their interactions."""
    return Provenance(
        sdk=(_sdks(old), _sdks(new)),
        client=_client(old, new),
        api_version=_both(old, new, api_version_of),
        user_agent=_both(old, new, lambda each: each.request.headers.get("user-agent")),
        provider_name=_providers(old, new),
        dialect=_both(old, new, _api_of),
        request_model=_both(old, new, _asked_of),
        response_model=_both(old, new, _answered_of),
        upstream=_upstreams(old, new),
    )


def _api_of(interaction: Interaction) -> str | None:
    return session_of(interaction).api if interaction.llm is None else interaction.llm.dialect


def _asked_of(interaction: Interaction) -> str | None:
    named = None if interaction.llm is None else interaction.llm.request_model
    return named or session_of(interaction).asked


def _answered_of(interaction: Interaction) -> str | None:
    named = None if interaction.llm is None else interaction.llm.response_model
    return named or session_of(interaction).answered


def provider_of(interaction: Interaction) -> str | None:
    """Who serves the call; for traffic that no dialect reads, by the host alone."""
    if interaction.llm is not None:
        return interaction.llm.provider_name
    name = provider_for(interaction.request.url, {})
    return None if name == UNKNOWN else name


def _providers(old: Recording, new: Recording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The providers. Where only the bodies give them away, and both give away the same one, none is another because
    one hint more came or went (Copilot's own beside that of Azure behind it).
    """
    before, after = _both(old, new, provider_of)
    if not {*before} & {*after} and _hints(old) & _hints(new):
        return before, before
    return before, after


def _hints(recording: Recording) -> set[str]:
    calls = [each for each in recording.interactions if each.llm is not None]
    silent = [each for each in calls if provider_for(each.request.url) in (LOCAL, UNKNOWN)]
    return {name for each in silent if each.llm is not None for name in hints_in(each.llm.body)}


def upstream_of(interaction: Interaction) -> str | None:
    """The upstream that answered behind a gateway, where the gateway names it."""
    call = interaction.llm
    if call is None or call.provider_name not in GATEWAYS:
        return None
    named = next(filter(None, map(interaction.response.headers.get, UPSTREAM_HEADERS)), None)
    if named is not None or not isinstance(call.body, dict):
        return named
    found = [call.body.get(field) for field in UPSTREAM_FIELDS]
    return next((each for each in (*found, _routed_to(call.body, 6)) if isinstance(each, str) and each), None)


def _routed_to(value: Json, depth: int) -> str | None:
    """Whom a ``routing`` names, which stands in the message (chat) or at the top (other APIs)."""
    if not depth or not isinstance(value, dict | list):
        return None
    if isinstance(value, dict) and isinstance(routing := value.get("routing"), dict):
        return next((routing[name] for name in ROUTING if isinstance(routing.get(name), str)), None)
    inner = value.values() if isinstance(value, dict) else value
    return next(filter(None, (_routed_to(each, depth - 1) for each in inner)), None)


def is_stand_in(interaction: Interaction | None) -> bool:
    """Whether a model of another vendor than the asked one answered: a gateway's fallback."""
    call = interaction.llm if interaction is not None else None
    if call is None or not call.request_model or not call.response_model:
        return False
    asked, answered = vendor_of(call.request_model), vendor_of(call.response_model)
    return bool(asked and answered and asked != answered)


def api_version_of(interaction: Interaction) -> str | None:
    """Which version of its API a call speaks: by the path, the query and the header that say so."""
    if interaction.llm is None:
        return None
    address, _, query = interaction.request.url.partition("?")
    path = re.search(r"/(v\d+(?:(?:alpha|beta)\d*)?)(?:/|$)", address.partition("://")[2])
    told = re.search(r"(?:^|&)api-version=([^&]+)", query)  # Azure
    found = [match[1] if match is path else f"api-version {match[1]}" for match in (path, told) if match is not None]
    said = (interaction.request.headers.get(name) for name in VERSIONS)
    return ", ".join((*found, *filter(None, said)))


def _sdks(recording: Recording) -> tuple[str, ...]:
    """The SDKs of the calls to models, of all requests where there is no such call; the versions of one by number."""
    found = list(dict.fromkeys(sdk for each in _calls(recording) for sdk in sdks_of(each)))
    names = [sdk.name for sdk in found]
    found.sort(key=lambda sdk: (names.index(sdk.name), [int(number) for number in re.findall(r"\d+", sdk.version)]))
    return tuple(map(str, found))


def _calls(recording: Recording) -> Sequence[Interaction]:
    return [each for each in recording.interactions if each.llm is not None] or recording.interactions


def _client(old: Recording, new: Recording) -> str:
    """Whether the same client asks, judged by the calls that both recordings hold: an exporter of telemetry beside
    them, or one call more, is no other client.
    """
    sdks = _sdks(old), _sdks(new)
    if all(sdks) and {*sdks[0]} != {*sdks[1]}:
        told = {client_of(*each) for each in _compared(old, new)}
        return next((each for each in (OTHER, SAME) if each in told), UNKNOWN_CLIENT)
    is_known_client = all(sdks) and all(is_known(each) for side in (old, new) for each in _calls(side))
    return SAME if is_known_client else UNKNOWN_CLIENT


def _compared(old: Recording, new: Recording) -> list[tuple[Interaction, Interaction]]:
    """The interactions that are in both recordings; only the model calls, if both have any."""
    pairs = [(pair.old, pair.new) for pair in align_interactions(old.interactions, new.interactions)]
    both = [(left, right) for left, right in pairs if left is not None and right is not None]
    have_calls = all(any(map(_is_call, side.interactions)) for side in (old, new))
    return [each for each in both if all(map(_is_call, each))] if have_calls else both


def _is_call(interaction: Interaction) -> bool:
    return interaction.llm is not None


def _both(
    old: Recording, new: Recording, value_of: Callable[[Interaction], str | None]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, after = _distinct(old, value_of), _distinct(new, value_of)
    return before, before if {*before} == {*after} else after  # which came first is no news


def _upstreams(old: Recording, new: Recording) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The upstreams; that calls changed theirs with each other is news, too."""
    if not any(map(upstream_of, (*old.interactions, *new.interactions))):
        return (), ()
    pairs = align_interactions(old.interactions, new.interactions)
    sides = [(upstream_of(pair.old), upstream_of(pair.new)) for pair in pairs if pair.old and pair.new]
    if any(before and after and before != after for before, after in sides):
        return _distinct(old, upstream_of), _distinct(new, upstream_of)
    return _both(old, new, upstream_of)


def _distinct(recording: Recording, value_of: Callable[[Interaction], str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in map(value_of, recording.interactions) if value))


def profile_for(provenance: Provenance) -> str:
    """The profile that the provenance asks for. Two recordings that share a provider are of one provider, and behind a
    host that is not known, a local one or a proxy may be any: there the API and the vendor of the model decide. A
    model whose name tells no vendor (a fine-tuned one, a deployment) is no reason.
    """
    for old, new in (
        _known(provenance.provider_name),
        provenance.dialect,
        (_vendors(provenance.request_model[0]), _vendors(provenance.request_model[1])),
    ):
        if old and new and not {*old} & {*new}:
            return CROSS_PROVIDER
    return SDK_UPGRADE if provenance.client == OTHER else RERECORD


def _known(providers: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The providers by name; which server of one's own answers is no other contract."""
    own = dict.fromkeys(SELF_HOSTED, "one's own")
    return tuple(tuple(own.get(name, name) for name in side if name in NAMES - PROXIES) for side in providers)


def _vendors(models: Sequence[str]) -> tuple[str, ...]:
    """Whose models were asked; nothing when one of the names does not tell."""
    vendors = tuple(map(vendor_of, models))
    return vendors if all(vendors) else ()
