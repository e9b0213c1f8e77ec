"""Who changed the request: its author, or the SDK that encoded it."""

from __future__ import annotations

from cassette_tools.data.drift import CHOSEN, ENCODED
from cassette_tools.diff.judging.addressed import is_default_host
from cassette_tools.diff.judging.asked import TEXT_RULES
from cassette_tools.diff.judging.reasons import BY_SDK, ITSELF
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.evidence import Evidence


def causes_of_request(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """A request is its own cause, and needs no words for it; but how it is written is the SDK's doing."""
    if change.path == "request.model":
        return (Reason(rank=ITSELF, cause="model"),)
    if change.circumstance == CHOSEN:
        return ()
    if evidence.is_other_sdk and is_default_host(change):
        return BY_SDK
    if change.rule in _WRITTEN_BY_SDK or (change.circumstance == ENCODED and evidence.is_other_sdk):
        return BY_SDK if evidence.is_other_sdk else ()
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

_WHAT_IS_ASKED = (
    *TEXT_RULES,
    "tool-definition-",
    "response-schema-changed",
    "request-parameter-changed",
    "request-field-",
    "reasoning-",
)
