"""Errors of an answer, and what of it could not be read."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import BROKEN_OFF, IN_SESSION
from cassette_tools.diff.changes.places import response_place, told_place
from cassette_tools.diff.messages.parts import joined_text
from cassette_tools.diff.messages.text_notes import last_words
from cassette_tools.diff.pairing.provenance import provider_of
from cassette_tools.diff.texts.made import made_apart
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.model import ABSENT
from cassette_tools.places import value_at
from cassette_tools.secrets import REDACTED, redacted
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.volatile import volatile_field
from cassette_tools.words import LIMIT, became, unquoted, without_varying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import CallError, Interaction, Json, Problem


def is_one_provider_asked(scene: Scene) -> bool:
    asked = provider_of(scene.old), provider_of(scene.new)
    return asked[0] is not None and asked[0] == asked[1]


def error_changes(scene: Scene, old: CallError | None, new: CallError | None) -> Iterator[Change]:
    """An error that came, went, or is another one; as noise one whose sentence names another request by an id."""
    is_elsewhere = scene.is_cross_provider and not is_one_provider_asked(scene)
    if old == new:
        return
    if _are_same(old, new, in_other_words=is_elsewhere):
        yield from _other_ids(scene, old, new)
        return
    begun = _begun(scene.new) if old is None else ""
    after = f", after {last_words(begun)}" if begun else ""
    yield scene.change(
        rule=rule_by_sides(old, new, "error-appeared", "error-vanished", "error-changed"),
        path="response.error",
        origin="response",
        old=_shown_error(old),
        new=_shown_error(new),
        note=_error_note(scene, old, new, is_elsewhere=is_elsewhere) + after,
        circumstance=_circumstance_of(scene, old, begun),
        old_place=told_place(scene.old, old),
        new_place=told_place(scene.new, new),
        also=(_fields_of(scene.old, old), _fields_of(scene.new, new)),
    )


def _circumstance_of(scene: Scene, old: CallError | None, begun: str) -> str | None:
    if old is None and _goes_on(scene.new):
        return IN_SESSION
    return BROKEN_OFF if begun else None


def _other_ids(scene: Scene, old: CallError | None, new: CallError | None) -> Iterator[Change]:
    """The ids and times that the sentence of an error has anew for every run, as in any other text."""
    if old is None or new is None:
        return
    made = made_apart(*(error.message.replace("/", "/ ") for error in (old, new)))  # a step of a path is a word
    if made is None:
        return
    yield scene.change(
        rule="id-changed",
        path="response.error.message",
        origin="response",
        old=old.message,
        new=new.message,
        subject=f"the sentence of the error, in {made.note},",
        old_place=response_place(scene.old, old.pointer),
        new_place=response_place(scene.new, new.pointer),
        also=(_fields_of(scene.old, old), _fields_of(scene.new, new)),
    )


def _are_same(old: CallError | None, new: CallError | None, *, in_other_words: bool) -> bool:
    """Whether a client takes both for the same error: by type and code, and the sentence, which every provider words in
    its own way.
    """
    if old is None or new is None or (old.type, old.code) != (new.type, new.code):
        return False
    return in_other_words or _is_like(old, new)


def rule_by_sides(old: object, new: object, appeared: str, vanished: str, changed: str) -> str:
    """Which rule it is, by what is ``None``."""
    if old is None:
        return appeared
    return vanished if new is None else changed


def _begun(interaction: Interaction) -> str:
    """What a stream said before it broke off with an error."""
    call, body = interaction.llm, interaction.response.body
    if call is None or not body.stream or call.asked is not None:
        return ""
    return "".join(joined_text(message.parts) for message in call.output_messages).strip()


def _goes_on(interaction: Interaction) -> bool:
    """Whether a session has an answer in spite of an error."""
    call = interaction.llm
    return call is not None and call.asked is not None and any(each.parts for each in call.output_messages)


def _fields_of(interaction: Interaction, error: CallError | None) -> tuple[str, ...]:
    """Where the body says what the error says: an error may have no object of its own (Cohere)."""
    whole = value_at(interaction.response.body.json, error.pointer) if error is not None else ABSENT
    if error is None or not isinstance(whole, dict):
        return ()
    said, others = (error.message, error.type, error.code), _others_in(interaction, error)
    told = [key for key, value in whole.items() if key in _OWN or key in others or (value and value in said)]
    return tuple(error.pointer + pointer_from_route((key,)) for key in told)


def _others_in(interaction: Interaction, error: CallError | None) -> dict[str, Json]:
    """What else the object of an error says in a word, such as the parameter that is wrong."""
    whole = value_at(interaction.response.body.json, error.pointer) if error is not None and error.pointer else None
    return {
        key: value
        for key, value in (whole.items() if isinstance(whole, dict) else ())
        if key not in _OWN and not isinstance(value, dict | list) and not volatile_field(f"error.{key}")
    }


_OWN = ("message", "type", "code", "status")  # what an error is known by, in the words of one provider or another


def _is_like(old: CallError, new: CallError) -> bool:
    """The same sentence, but for the numbers and ids in it (limits, request ids, times)."""
    before, after = (without_varying(redacted(error.message)) for error in (old, new))
    return before.replace(REDACTED, "#") == after.replace(REDACTED, "#")


def _error_note(scene: Scene, old: CallError | None, new: CallError | None, *, is_elsewhere: bool) -> str:
    """What an error says, as a person reads it: by its message, not by the fields that it does not have. Of one that
    changed, its type and code, and of one provider's all that it says.
    """
    if old is None or new is None:
        error, side = (old, scene.old) if new is None else (new, scene.new)
        return "" if error is None else error_in_words(error, side, brief=new is None)
    said = []
    for name in ("type", "code") if is_elsewhere else ("type", "code", "message"):
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            words = became(before or ABSENT, after or ABSENT, 2 * LIMIT, plain=True)
            said.append(words if name == "message" else f"{name} {words}")
    others = () if is_elsewhere else json_changes(_others_in(scene.old, old), _others_in(scene.new, new))
    return ", ".join([*said, *(f"{dotted(each.route).lstrip('.')} {became(each.old, each.new)}" for each in others)])


def error_in_words(error: CallError, interaction: Interaction, *, brief: bool) -> str:
    """What an error says, with its type and code; of one that is gone the first sentence (`brief`)."""
    import re

    body = interaction.response.body
    if body.json is ABSENT and (body.text or "").lstrip()[:1] == "<":
        return f"{unquoted(error.message, 2 * LIMIT)}, an HTML page"
    named = " ".join(dict.fromkeys(word for word in (error.type, error.code) if word))
    message = re.split(r"(?<=\w{3}[.!?])\s+", error.message.strip(), maxsplit=1)[0] if brief else error.message
    message = unquoted(message, (2 if brief else 4) * LIMIT)
    return f"{message} ({named})" if named and named not in message else message


def _shown_error(error: CallError | None) -> Json:
    if error is None:
        return ABSENT
    return {"type": error.type, "code": error.code, "message": error.message}


def problem_changes(scene: Scene, old: tuple[Problem, ...], new: tuple[Problem, ...]) -> Iterator[Change]:
    """What could not be read as it should, by kind; what has a rule of its own here is left to it."""
    before, after = ({each.kind: each for each in side if each.kind not in _TOLD_OTHERWISE} for side in (old, new))
    for kind in sorted(before.keys() ^ after.keys()):
        problem = {**before, **after}[kind]
        change = scene.change(
            rule="problem-appeared" if kind in after else "problem-vanished",
            path=f"response.problems[{kind}]",
            origin="response",
            note=f"{kind}: {problem.message}",
        )
        if kind in after:
            yield replace(change, new=kind, new_place=problem.place)
        else:
            yield replace(change, old=kind, old_place=problem.place)


_TOLD_OTHERWISE = frozenset(
    ("tool-arguments-not-json", "stream-truncated", "stream-error-event", "finish-reason-unknown", "usage-inconsistent")
)
