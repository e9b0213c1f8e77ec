"""The system prompt: its words and its places."""

from __future__ import annotations

from cassette_tools.data.drift import WHITESPACE
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.messages.parts import joined_text, texts
from cassette_tools.diff.messages.prompt_text import as_made_anew
from cassette_tools.diff.messages.text_notes import prompt_note
from cassette_tools.diff.messages.turns import name_of
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.texts.text import text_change
from cassette_tools.diff.values.freeform import dotted, route_of
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, LLMCall, Place


def _is_role(pointer: str) -> bool:
    """Whether a pointer leads to the role of a message that is part of the system prompt."""
    return pointer.startswith(("/request/messages/", "/request/input/")) and pointer.endswith("/role")


def system_role_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """As what the system prompt is sent, where that is not the usual ``system`` (OpenAI: ``developer``)."""
    if scene.is_cross_provider:
        return
    roles = [{key: each for key, each in call.extra.items() if _is_role(key)} for call in (old, new)]
    for pointer in dict.fromkeys((*roles[0], *roles[1])):
        before, after = (side.get(pointer, "system") for side in roles)
        inside = pointer.removeprefix("/request")
        if before != after and old.system_instructions and new.system_instructions:
            yield scene.change(
                rule="prompt-changed",
                path="request" + dotted(route_of(inside)),
                origin="request",
                old=before,
                new=after,
                subject="the role of the system prompt",
                note=f"{before} → {after}",
                echo=("role", before, after),
                old_place=request_place(scene.old, inside),
                new_place=request_place(scene.new, inside),
            )


def system_changes(scene: Scene, old: LLMCall, new: LLMCall) -> Iterator[Change]:
    """What the model is told before anything is asked."""
    left, right = joined_text(old.system_instructions), joined_text(new.system_instructions)
    change = text_change(left, right)
    if change is None and (left or _has_same_parts(old, new)):
        return  # the same words, in other pieces maybe
    note = prompt_note(change, left, right) if change is not None else "a part of it that is no text"
    sides = [[part.content for part in texts(call.system_instructions)] for call in (old, new)]
    if max(map(len, sides)) > 1 and change is not None:  # message by message
        left, right, note = _of_one_message(scene, *sides) or ("\n\n".join(sides[0]), "\n\n".join(sides[1]), note)
    told = scene.change(
        rule="system-prompt-changed",
        path="request.system_instructions",
        origin="request",
        old=left,
        new=right,
        subject="the system prompt",
        note=note,
        circumstance=WHITESPACE if change is not None and change.rule == "text-whitespace-changed" else None,
        old_place=_place_of_system(scene.old, old),
        new_place=_place_of_system(scene.new, new),
    )
    yield as_made_anew(scene, told)


def _has_same_parts(old: LLMCall, new: LLMCall) -> bool:
    return [*map(part_key, old.system_instructions)] == [*map(part_key, new.system_instructions)]


def _place_of_system(interaction: Interaction, call: LLMCall) -> Place | None:
    return next((request_place(interaction, part.pointer) for part in call.system_instructions), None)


def _of_one_message(scene: Scene, old: list[str], new: list[str]) -> tuple[str, str, str] | None:
    """The only text of the system prompt that changed, before and after, and what became of it."""
    gone, come = list(old), list(new)
    for each in old:
        if each in come:
            come.remove(each)
            gone.remove(each)
    if len(gone) == 1 and len(come) == 1:
        change = text_change(gone[0], come[0])
        return None if change is None else (gone[0], come[0], prompt_note(change, gone[0], come[0]))
    if len(gone) + len(come) != 1:
        return None
    if come:
        return "", come[0], f"{_name_of_message(new.index(come[0]))} is new: {short(come[0], _SENTENCE)}"
    end = "empty now" if len(old) > 1 and any(map(_is_empty_system, _messages(scene))) else "gone"
    return gone[0], "", f"{_name_of_message(old.index(gone[0]))} is {end} (was {short(gone[0], _SENTENCE)})"


def _name_of_message(number: int) -> str:
    return f"the {_ORDINALS[number]} message" if number < len(_ORDINALS) else f"message {number + 1}"


_ORDINALS = ("first", "second", "third", "fourth", "fifth")


_SENTENCE = 80  # characters


def _messages(scene: Scene) -> list[Json]:
    body = scene.new.request.body.json
    found = body.get("messages") if isinstance(body, dict) else None
    return found if isinstance(found, list) else []


def _is_empty_system(message: Json) -> bool:
    return isinstance(message, dict) and message.get("role") in _SYSTEM and message.get("content") in ("", [])


_SYSTEM = ("system", "developer")


def system_move(old: LLMCall, new: LLMCall) -> tuple[list[int], list[int]] | None:
    """The messages of either history that hold the system prompt, where it only moved: all of its texts are the same,
    and they stand elsewhere.
    """
    before, after = _system_messages(old), _system_messages(new)
    if not before and not after:
        return None
    tops = [[part.content.strip() for part in texts(call.system_instructions)] for call in (old, new)]
    every = [[*top, *side.values()] for top, side in zip(tops, (before, after), strict=True)]
    if sorted(tops[0]) == sorted(tops[1]) or sorted(every[0]) != sorted(every[1]):
        return None
    return [*before], [*after]


def _system_messages(call: LLMCall) -> dict[int, str]:
    """The texts of the messages of a history that are part of the system prompt, by their numbers."""
    messages = enumerate(call.input_messages)
    return {number: joined_text(each.parts).strip() for number, each in messages if each.role in _SYSTEM}


def _where_it_stands(scene: Scene, moved: tuple[list[int], list[int]]) -> str:
    """``the same words stand first now (they stood behind the user's message)``, where they stood as a message."""
    if bool(moved[0]) == bool(moved[1]):
        return ""
    call = scene.old.llm if moved[0] else scene.new.llm
    at = (moved[0] or moved[1])[0]
    if call is None or not at:
        return ""
    behind = f"behind the {call.input_messages[at - 1].role}'s message"
    now, was = ("first", behind) if moved[0] else (behind, "first")
    return f"the same words stand {now} now (they stood {was})"


def system_moved(scene: Scene, old: LLMCall, new: LLMCall, moved: tuple[list[int], list[int]]) -> Change:
    before, after = _place_in_words(old, moved[0]), _place_in_words(new, moved[1])
    return scene.change(
        rule="system-prompt-changed",
        path="request.system_instructions",
        origin="request",
        old=before,
        new=after,
        subject="the system prompt",
        note=_where_it_stands(scene, moved) or f"the same words, moved: {before} → {after}",
        old_place=request_place(scene.old, _first_pointer(old, moved[0])),
        new_place=request_place(scene.new, _first_pointer(new, moved[1])),
        also=(_system_pointers(old, moved[0]), _system_pointers(new, moved[1])),
    )


def _place_in_words(call: LLMCall, messages: list[int]) -> str:
    """``before all messages and message 2``: where the system prompt stands."""
    named = " and ".join(name_of(call.input_messages[number]) for number in messages)
    if not named:
        return "before all messages"
    return f"before all messages and {named}" if call.system_instructions else named


def _first_pointer(call: LLMCall, messages: list[int]) -> str:
    """Where the system prompt begins."""
    parts = [part for number in messages for part in call.input_messages[number].parts]
    first = next((part.pointer for part in call.system_instructions), None)
    return first or next((part.pointer for part in parts), "")


def _system_pointers(call: LLMCall, messages: list[int]) -> tuple[str, ...]:
    own = (part.pointer for part in call.system_instructions)
    return (*own, *(call.input_messages[number].pointer for number in messages))
