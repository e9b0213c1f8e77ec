"""What stands above the changes of a pair: who asked, who was asked and who answered, and how it was compared."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.reporters import DriftReport, Provenance

SAME_PROFILE = "rerecord"
PROFILES = {
    "sdk-upgrade": "another SDK version: how requests are written may differ",
    "cross-provider": "another provider, API or model vendor: only the meaning counts",
}
ANOTHER_SDK = "another SDK: how requests are written may differ"


def sources_of(provenance: Provenance) -> Iterator[tuple[str, str, str]]:
    """Title, old and new of each thing that is known of at least one side; ``""`` for a side that does not tell it."""
    for title, (old, new) in (
        ("SDK", _sdks(provenance)),
        ("provider", provenance.provider_name),
        ("upstream", provenance.upstream),
        ("API", _apis(provenance)),
        ("model asked", provenance.request_model),
        ("model answered", provenance.response_model),
    ):
        if old or new:
            yield title, ", ".join(old), ", ".join(new)


def change_in_words(old: str, new: str) -> str:
    """``OpenAI/Python 1.63.2 → 1.107.1``: a name that all have is said once."""
    sides = [[each.partition(" ")[::2] for each in side.split(", ")] for side in (old, new)]
    names, versions = zip(*sides[0], *sides[1], strict=True)
    if len({*names}) > 1 or not all(versions):
        return f"{old or 'none'} → {new or 'none'}"
    before, after = (", ".join(version for _, version in side) for side in sides)
    return f"{names[0]} {before} → {after}"


def profile_in_words(report: DriftReport) -> str:
    """What a comparison under the profile means, and what it takes for granted."""
    provenance = report.provenance
    if report.profile == SAME_PROFILE:
        return f"{_sameness(provenance)}: everything counts"
    if report.profile == "sdk-upgrade" and provenance.sdk[0] and not _names(0, provenance) & _names(1, provenance):
        return ANOTHER_SDK
    return PROFILES[report.profile]


def _sameness(provenance: Provenance) -> str:
    providers = provenance.provider_name
    provider = bool({*providers[0]} & {*providers[1]} - {"unknown"})
    client = provenance.client == "same"
    if client and provider:
        return "the same client and provider"
    if client or provider:
        return f"the same {'client' if client else 'provider'}, {'provider' if client else 'client'} unknown"
    return "client and provider unknown"


def _names(side: int, provenance: Provenance) -> set[str]:
    return {sdk.partition(" ")[0] for sdk in provenance.sdk[side]}


def _sdks(provenance: Provenance) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was identified; a User-Agent that a recorder's filter took away is unknown."""
    old, new = (
        sdk or (("unknown",) if agent else ()) for sdk, agent in zip(provenance.sdk, provenance.user_agent, strict=True)
    )
    return old, new


def _apis(provenance: Provenance) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The dialects, with the version of the API where one dialect is spoken in another version."""
    (old, new), versions = provenance.dialect, provenance.api_version
    if old == new and len(old) == 1 and all(versions) and versions[0] != versions[1]:
        before, after = ((f"{old[0]} {' and '.join(side)}",) for side in versions)
        return before, after
    return old, new
