"""Why a request is refused, or no longer is: what the error names, and else whatever was asked otherwise."""

from __future__ import annotations

from cassette_tools.data.causes import GONE, OF_GONE
from cassette_tools.data.drift import OF_A_BATCH
from cassette_tools.diff.judging.likely import another_model
from cassette_tools.diff.judging.named import is_named
from cassette_tools.diff.judging.reasons import DECIDES, MODEL, PROVIDER
from cassette_tools.diff.judging.sides import call_of, interactions_of
from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.diff.judging.evidence import Evidence
    from cassette_tools.model import Interaction


def causes_of_refusal(change: Change, evidence: Evidence) -> tuple[Reason, ...]:
    """Who asked for what is refused. Whether a setting is allowed the model decides as well; a model that is gone is
    gone whatever else was asked.
    """
    said = _said(change)
    asked = [each for each in evidence.asked if not each.is_repeated]
    named = [each for each in asked if is_named(each, said)]
    if not _is_refused(change, evidence) and not (change.circumstance == OF_A_BATCH and named):
        return ()
    if not named and _is_gone(change, said):
        return _causes_of_a_gone_model(change, evidence, asked)
    reasons = [Reason(rank=DECIDES, cause="prompt", name=each.name, is_text=each.is_text) for each in named or asked]
    return (*reasons, *_by_model(evidence))


def _is_refused(change: Change, evidence: Evidence) -> bool:
    """Whether the status, or the result of a batch, says that the request is wrong."""
    return "invalid_request" in _said(change) if change.circumstance == OF_A_BATCH else evidence.is_refused


def _by_model(evidence: Evidence) -> tuple[Reason, ...]:
    is_another = evidence.is_another_model
    return (Reason(rank=MODEL, cause="model", name=another_model(evidence)),) if is_another else ()


def _causes_of_a_gone_model(change: Change, evidence: Evidence, asked: list[Asked]) -> tuple[Reason, ...]:
    """The model that was asked instead; of the same model who no longer serves it, unless it is asked elsewhere."""
    if evidence.is_another_model:
        return _by_model(evidence)
    if evidence.addressed or evidence.is_other_provider:
        return tuple(Reason(rank=DECIDES, cause="prompt", name=each.name, is_text=each.is_text) for each in asked)
    is_served = not _failing(change)[1]
    words = "the model is served now" if is_served else "the model is no longer served"
    return (Reason(rank=PROVIDER, cause=evidence.server, name=words),)


def _is_gone(change: Change, said: str) -> bool:
    """Whether an error says of the model that it is not there."""
    sides = [side for side, fails in zip(interactions_of(change), _failing(change), strict=True) if fails]
    if not any(side.response.status_code in GONE or any(word in said for word in OF_GONE) for side in sides if side):
        return False
    return any(_names_its_model(side, said) for side in sides)


def _names_its_model(side: Interaction | None, said: str) -> bool:
    call = call_of(side)
    asked = "" if call is None else (call.request_model or "").rpartition("/")[2].lower()
    return "model" in said or (bool(asked) and asked in said)


def _failing(change: Change) -> list[bool]:
    """Which of the two sides failed."""
    return [side is not None and side.response.status_code >= _FAILS for side in interactions_of(change)]


_FAILS = 400  # the first of the statuses of failures


def _said(change: Change) -> str:
    """What the errors say, in small letters, with the parameter that they name."""
    return " ".join(_words(change)).lower()


def _words(change: Change) -> Iterator[str]:
    if change.circumstance == OF_A_BATCH:
        yield from (repr(side) for side in (change.old, change.new) if side)
    for side in interactions_of(change):
        call = call_of(side)
        if side is not None and call is not None and call.error is not None:
            yield f"{call.error.message} {call.error.type} {call.error.code}"
            yield _param(side)


def _param(side: Interaction) -> str:
    """The parameter that OpenAI names beside the sentence."""
    body = side.response.body.json
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("param") or "") if isinstance(error, dict) else ""
