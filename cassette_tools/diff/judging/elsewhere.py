"""Whether a model is asked under another name, at another address, or answers in another region."""

from __future__ import annotations

from cassette_tools.data.causes import ADDRESS, REGIONS
from cassette_tools.data.endpoints import authority
from cassette_tools.diff.judging.asked import explanation_of, name_of_asked
from cassette_tools.diff.judging.models import is_deciding, is_of_nobody
from cassette_tools.diff.judging.reasons import DECIDES, MODEL, listed
from cassette_tools.finding import Reason
from cassette_tools.sdk import is_scrubbed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.evidence import Evidence
    from cassette_tools.model import Interaction


def addressed_of(changes: Sequence[Change]) -> tuple[str, ...]:
    """What differs of the model's name, and of the address that it is asked at. Where a deployment in the address says
    which model it is, its name in the body alone is nothing.
    """
    address = [name_of_asked(each) for each in changes if each.origin == "request" and _is_of_address(each)]
    named = [each for each in changes if each.path == "request.model" and (address or is_deciding(each))]
    return (*(_THE_MODEL for _ in named[:1]), *address)


def _is_of_address(change: Change) -> bool:
    row = explanation_of(change)
    return row is not None and not ADDRESS.isdisjoint(row.asked)


_THE_MODEL = "model"


def other_regions(old: Interaction, new: Interaction) -> tuple[str, str] | None:
    """The regions that answered, where these are two."""
    for name in REGIONS:
        before, after = (side.response.headers.get(name) for side in (old, new))
        if before and after and before != after:
            return before, after
    return None


def other_host(old: Interaction, new: Interaction) -> str:
    """The host that the header now names, where the URL is said to be the old one: a recorder's filter rewrote the URL,
    or a proxy was asked. "" where it is the same, or not recorded.
    """
    before, after = (side.request.headers.get("host") or "" for side in (old, new))
    is_known = before and after and not is_scrubbed(before) and not is_scrubbed(after)
    if not is_known or authority(old.request.url)[0] != authority(new.request.url)[0]:
        return ""
    names = {side.partition(":")[0].lower() for side in (before, after)}  # the port of a server of one's own is any
    return after if len(names) > 1 else ""


def asked_elsewhere(answering: Change, evidence: Evidence) -> Reason | None:
    """Another name, address or region: that the provider put another model in the place of one is not known then. Where
    another answers than is asked for, the name that is asked for explains nothing.
    """
    is_ignored = _THE_MODEL in evidence.addressed and is_of_nobody(answering)
    addressed = [each for each in evidence.addressed if not (is_ignored and each == _THE_MODEL)]
    if evidence.is_other_provider or not (addressed or evidence.regions):
        return None
    names = listed(addressed)
    if evidence.regions is None and addressed == [_THE_MODEL]:
        return Reason(rank=MODEL, cause="model", name="another was asked")
    if evidence.regions is None:
        return Reason(rank=DECIDES, cause="prompt", name=names)
    request = f"request ({names}) or " if names else ""
    deployment = f"another deployment (region {' → '.join(evidence.regions)})"
    return Reason(rank=MODEL, cause="unknown", name=request + deployment)
