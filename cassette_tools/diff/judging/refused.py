"""Why a request is refused, or no longer is: the settings that the error names, else all changes of the request."""

from __future__ import annotations

from cassette_tools.data.causes import GONE, KEYLESS, OF_GONE, OF_THE_ACCOUNT, OF_THE_KEY, OF_THE_REQUEST
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
    """The changes of the request that explain the refusal. Another model is a possible cause, too, since models accept
    other settings; a model that is gone is the only one. If a side fails whatever it asks (its key, its quota), only
    the error of the other side can name a setting. Another host has its own say, whatever it is asked.
    """
    said = _said(change)
    asked = [each for each in evidence.asked if not each.is_repeated]
    if evidence.host:
        host = Reason(rank=DECIDES, cause="prompt", name=f"Host is now {evidence.host}")
        return (*_by_name(asked, said), host)
    if any(map(_is_turned_away, interactions_of(change))):
        return (*_causes_of_no_key(change), *_by_name(asked, _said_of_the_request(change)))
    named = [each for each in asked if is_named(each, said)]
    if not _is_refused(change, evidence) and not (change.circumstance == OF_A_BATCH and named):
        return ()
    if not named and _is_gone(change, said):
        return _causes_of_a_gone_model(change, evidence, asked)
    return (*map(_reason, named or asked), *_by_model(evidence))


def _reason(asked: Asked) -> Reason:
    return Reason(rank=DECIDES, cause="prompt", name=asked.name, is_text=asked.is_text)


def _by_name(asked: list[Asked], said: str) -> tuple[Reason, ...]:
    """The changed settings that the error names."""
    return tuple(_reason(each) for each in asked if is_named(each, said))


def _is_refused(change: Change, evidence: Evidence) -> bool:
    """Whether the status, or the result of a batch, says that the request is wrong."""
    return "invalid_request" in _said(change) if change.circumstance == OF_A_BATCH else evidence.is_refused


def _by_model(evidence: Evidence) -> tuple[Reason, ...]:
    is_another = evidence.is_another_model
    return (Reason(rank=MODEL, cause="model", name=another_model(evidence)),) if is_another else ()


def _causes_of_a_gone_model(change: Change, evidence: Evidence, asked: list[Asked]) -> tuple[Reason, ...]:
    """The other model, if the request names one; else the changed address, or the server that dropped the model. Where
    both calls fail, nobody knows that it was served.
    """
    if evidence.is_another_model:
        return _by_model(evidence)
    if evidence.addressed or evidence.is_other_provider:
        return tuple(map(_reason, asked))
    old_fails, new_fails = _failing(change)
    words = _SERVED.get((old_fails, new_fails), "")
    return (Reason(rank=PROVIDER, cause=evidence.server, name=words),)


_SERVED = {(False, True): "the model is no longer served", (True, False): "the model is served now"}
"""By which of the two sides failed."""


def _is_turned_away(side: Interaction | None) -> bool:
    """Whether a call fails whatever it asks, because of its key, its quota or the server."""
    if side is None or side.response.status_code < _FAILS:
        return False
    said = _words_of(side)
    return side.response.status_code not in OF_THE_REQUEST or _has_any(said, (*OF_THE_KEY, *OF_THE_ACCOUNT))


def _causes_of_no_key(change: Change) -> tuple[Reason, ...]:
    """The recordings that were made without a valid key."""
    sides = zip(("old", "new"), interactions_of(change), strict=True)
    keyless = [name for name, side in sides if side is not None and _has_no_key(side)]
    words = (f"the {name} recording was made without a valid key" for name in keyless)
    return tuple(Reason(rank=DECIDES, cause="unknown", name=each) for each in words)


def _has_no_key(side: Interaction) -> bool:
    status = side.response.status_code
    return status in KEYLESS or (status >= _FAILS and _has_any(_words_of(side), OF_THE_KEY))


def _said_of_the_request(change: Change) -> str:
    """The words of the errors on the sides where they are about the request."""
    sides = (side for side in interactions_of(change) if side is not None and not _is_turned_away(side))
    return " ".join(map(_words_of, sides))


def _has_any(said: str, words: tuple[str, ...]) -> bool:
    return any(word in said for word in words)


def _is_gone(change: Change, said: str) -> bool:
    """Whether an error says that the model does not exist."""
    sides = [side for side, fails in zip(interactions_of(change), _failing(change), strict=True) if fails]
    if not any(side.response.status_code in GONE or _has_any(said, OF_GONE) for side in sides if side):
        return False
    return any(_names_its_model(side, said) for side in sides)


def _names_its_model(side: Interaction | None, said: str) -> bool:
    call = call_of(side)
    asked = "" if call is None else (call.request_model or "").rpartition("/")[2].lower()
    return "model" in said or (bool(asked) and asked in said)


def _failing(change: Change) -> list[bool]:
    """Which of the two sides failed."""
    return [side is not None and side.response.status_code >= _FAILS for side in interactions_of(change)]


_FAILS = 400  # the lowest status of a failure


def _said(change: Change) -> str:
    """The words of the errors, in lower case, with the parameter that they name."""
    return " ".join(_words(change)).lower()


def _words(change: Change) -> Iterator[str]:
    if change.circumstance == OF_A_BATCH:
        yield from (repr(side) for side in (change.old, change.new) if side)
    yield from (_words_of(side) for side in interactions_of(change) if side is not None)


def _words_of(side: Interaction) -> str:
    """The words of the error of a call, in lower case, with the parameter that it names."""
    call = call_of(side)
    if call is None or call.error is None:
        return ""
    return f"{call.error.message} {call.error.type} {call.error.code} {_param(side)}".lower()


def _param(side: Interaction) -> str:
    """The parameter that OpenAI names beside the message."""
    body = side.response.body.json
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("param") or "") if isinstance(error, dict) else ""
