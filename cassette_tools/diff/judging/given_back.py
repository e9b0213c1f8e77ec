"""Settings that an answer gives back."""

from __future__ import annotations

from itertools import chain

from cassette_tools.diff.judging.fields import setting_of, whatever_event
from cassette_tools.diff.judging.settings import SETTINGS
from cassette_tools.model import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Json


def asked_for(change: Change, mates: list[Change]) -> Change | None:
    """The change of the request that a field of the answer gives back (OpenAI Responses, ``tools``, ``top_p``).

    A field that came or went inside of what was given back is the provider's own, unless the request has just that.
    """
    if not change.rule.startswith(_GIVEN_BACK):
        return None
    field = setting_of(whatever_event(change.path).removeprefix("response.").removeprefix("body."))
    settings = sorted(mates, key=lambda each: each.path != f"request.{field}")  # first the very setting
    asked = (root for root in settings if root.origin == "request" and _gives_back(change, field, root))
    replaced = (root for root in mates if any(field.startswith(f"{name}.") for name in _replaced_by(root)))
    return next(chain(asked, replaced), None)


def _gives_back(change: Change, field: str, root: Change) -> bool:
    """Whether a field of an answer is what a change of the request is of, or lies in it."""
    names = _names_of(root)
    if field in names:
        return True
    return any(field.startswith(f"{name}.") and _is_asked_within(change, field, root, name) for name in names)


def _is_asked_within(change: Change, field: str, root: Change, name: str) -> bool:
    return ABSENT not in (change.old, change.new) or _is_noted(field, root.note) or _is_sent(change, name)


def _replaced_by(root: Change) -> set[str]:
    """The objects of settings that a request replaces, under the names that an answer may give them back by: by one of
    another kind (``turn_detection.type``), or by one where there was none. What is in such an object, or no longer is,
    goes with its kind.
    """
    if root.origin != "request" or not root.rule.startswith(SETTINGS):
        return set()
    if _is_given_whole(root):
        return _names_of(root)
    name = root.path.rpartition(".")[2]
    return {each.removesuffix(f".{name}") for each in _names_of(root)} if name in _KINDS else set()


_KINDS = ("type", "kind", "mode")


def _is_given_whole(root: Change) -> bool:
    """Whether an object came, went, or stands in the place of something else."""
    sides = [isinstance(side, dict) for side in (root.old, root.new)]
    return sides[0] != sides[1]


def _is_noted(field: str, note: str) -> bool:
    """Whether the field is what changed; of a strict tool a provider closes the schema itself."""
    name = field.rpartition(".")[2]
    return name in note or (name == "additionalProperties" and ("strict" in note or "other properties" in note))


def _is_sent(change: Change, setting: str) -> bool:
    """Whether the request, on the side that has the field, sends it with the value that is given back."""
    is_gone = change.new is ABSENT
    side = None if change.pair is None else change.pair.old if is_gone else change.pair.new
    sent, value = None if side is None else side.request.body.json, change.old if is_gone else change.new
    name = change.path.rpartition(".")[2].removesuffix("[]")
    return isinstance(sent, dict) and any(
        given == value or (isinstance(given, list) and value in given) for given in _given(sent.get(setting), name)
    )


def _given(document: Json, name: str) -> Iterator[Json]:
    """The values of a name, wherever it stands."""
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield from [node[name]] if name in node else []
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)


# A setting that is given back follows from nothing else.
GIVEN_BACK_WHOLE = ("wire-detail-changed", "unclassified-change", "response-body-changed", "serving-changed")

_GIVEN_BACK = ("wire-", "unclassified-", "event-value-", "response-field-", "response-body-", "serving-")


def _names_of(root: Change) -> set[str]:
    """What a change of the request is of, under the names that an answer may give it back by."""
    path = setting_of(root.path.removeprefix("request.").removeprefix("parameters."))
    names = {path, root.subject.partition(" ")[0], *_GIVEN_BACK_AS.get(path.partition(".")[0], ())}
    if root.rule == "request-field-renamed":
        names.update(setting_of(side) for side in (root.old, root.new) if isinstance(side, str))
    if _is_of_session(root):
        names.update([f"{holder}.{name}" for holder in _OF_SESSIONS for name in names])
    return names


_OF_SESSIONS = ("session", "responses")  # what holds the settings of a session, as the server gives them back


def _is_of_session(root: Change) -> bool:
    """Whether the request was put together of the messages of a session."""
    call = None if root.pair is None or root.pair.new is None else root.pair.new.llm
    return call is not None and call.asked is not None


# Canonical names of what OpenAI Responses gives back, and its own.
_GIVEN_BACK_AS = {
    "system_instructions": ("instructions",),
    "response_format": ("text", "text.format"),
    "max_tokens": ("max_output_tokens",),
    "input_messages": ("instructions",),
}
