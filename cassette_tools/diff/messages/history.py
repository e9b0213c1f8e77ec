"""The messages of a request: who said what, and what the tools gave."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import QUESTION
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.messages.calls import call_changes
from cassette_tools.diff.messages.other_parts import other_part_changes
from cassette_tools.diff.messages.part_notes import part_in_words
from cassette_tools.diff.messages.parts import couple_parts, echo_of_part, joined_text, key_of, shown_part, tool_calls
from cassette_tools.diff.messages.prompt_text import prompt_text_changes
from cassette_tools.diff.messages.reasoning import reasoning_changes
from cassette_tools.diff.messages.respelled import form_of, respelled
from cassette_tools.diff.messages.results import Calls, left_results, one_result, result_changes
from cassette_tools.diff.messages.retold import as_calls, with_role
from cassette_tools.diff.messages.turns import matched, results_of, turns_of
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.model import (
    ABSENT,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    ToolCallResponse,
)
from cassette_tools.places import value_at
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import TypeVar

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.messages.turns import Turn
    from cassette_tools.model import Json, Message, Part, Place

    P = TypeVar("P", ServerToolCall, ServerToolCallResponse)

GIVEN_BACK = "given_back"  # the step of a path that says that an answer is, or is not, repeated

# --- the history -----------------------------------------------------------------------------------------------------


def history_changes(
    scene: Scene,
    old: Sequence[Message],
    new: Sequence[Message],
    without: tuple[Collection[int], Collection[int]] = ((), ()),
) -> Iterator[Change]:
    """The changes of a request's messages, but for those `without` that are spoken of elsewhere."""
    changes = list(_history_changes(scene, old, new, without))
    for added in (True, False):
        changes = as_calls(scene, changes, (old, new), added=added)
        changes = with_role(changes, added=added)
    yield from changes
    yield from _left_out(scene, old, new)


def _left_out(scene: Scene, old: Sequence[Message], new: Sequence[Message]) -> Iterator[Change]:
    """What a tool of the provider gave in an answer, and the client gives back in one recording only: whatever was
    asked, it is lost on the way.
    """
    results = _by_name(old, ServerToolCallResponse), _by_name(new, ServerToolCallResponse)
    calls = _by_name(old, ServerToolCall), _by_name(new, ServerToolCall)
    for name in sorted(results[0].keys() ^ results[1].keys()):
        added = name in results[1]
        given, call = results[added][name], calls[not added].get(name)
        if call is None or not all(name in side for side in scene.ids.given):
            continue
        sides = (call, given) if added else (given, call)
        field = _emptied(scene, given.pointer, call.pointer, new=added)
        yield scene.change(
            rule="prompt-changed",
            path=f"request.{GIVEN_BACK}[{name}]",
            origin="request",
            old=ABSENT if added else shown_part(given),
            new=shown_part(given) if added else ABSENT,
            subject="the history",
            note=f"the result of {name} is {'now' if added else 'no longer'} sent back with its call" + field,
            old_place=request_place(scene.old, sides[0].pointer),
            new_place=request_place(scene.new, sides[1].pointer),
        )


def _emptied(scene: Scene, given: str, left: str, *, new: bool) -> str:
    """``: outputs is null``: the field of the item that held what was given and is, or was, left empty."""
    bodies = [each.request.body.json for each in (scene.old, scene.new)]
    full, bare = value_at(bodies[new], given), value_at(bodies[not new], left)
    if not isinstance(full, dict) or not isinstance(bare, dict):
        return ""
    names = [name for name, value in full.items() if value and not bare.get(name)]
    verb = "was" if new else "is"
    return f": {names[0]} {verb} {'null' if names[0] in bare else 'left out'}" if len(names) == 1 else ""


def _by_name(messages: Sequence[Message], kind: type[P]) -> dict[str, P]:
    """The last part of a kind by the name of its tool."""
    return {part.name or "": part for message in messages for part in message.parts if isinstance(part, kind)}


def _history_changes(
    scene: Scene,
    old: Sequence[Message],
    new: Sequence[Message],
    without: tuple[Collection[int], Collection[int]] = ((), ()),
) -> Iterator[Change]:
    old_turns, new_turns = turns_of(old, without[0]), turns_of(new, without[1])
    calls = Calls(scene, old, new)
    found = matched(scene.ids, old_turns, new_turns)
    for lefts, rights in found.regrouped:
        yield from _regrouped_changes(
            scene, old_turns[lefts.start : lefts.stop], new_turns[rights.start : rights.stop], calls
        )
    for before, after in found.moved:
        yield _moved_change(scene, old_turns[before], new_turns[after])
        list(_turn_changes(scene, old_turns[before], new_turns[after], calls))  # the ids in it are met here
    asked = _questions(old_turns), _questions(new_turns)
    for i, j in found.pairs:
        if i is not None and j is not None:
            are_questions = i in asked[0] and j in asked[1]
            yield from _paired_turns(scene, old_turns[i], new_turns[j], calls, are_questions=are_questions)
        elif j is not None:
            yield from _turn_alone(scene, new_turns[j], calls, added=True)
        elif i is not None:
            yield from _turn_alone(scene, old_turns[i], calls, added=False)
    yield from left_results(scene, calls)


def _paired_turns(scene: Scene, old: Turn, new: Turn, calls: Calls, *, are_questions: bool) -> Iterator[Change]:
    is_question = are_questions and not _repeats(scene, old, new)
    for change in _turn_changes(scene, old, new, calls):
        yield _as_question(change) if is_question else change


def _regrouped_changes(scene: Scene, old: Sequence[Turn], new: Sequence[Turn], calls: Calls) -> Iterator[Change]:
    """The same words in other messages, and what differs in the calls and results in them."""
    yield _regrouped_change(scene, old, new)
    before, after = ([call for turn in side for call in tool_calls(turn.parts)] for side in (old, new))
    yield from call_changes(scene, before, after, new[0].at, "request")  # the ids in them are met here
    for left, right in zip(results_of(old), results_of(new), strict=True):
        yield from one_result(scene, left, right, new[0].at, calls)


def _questions(turns: Sequence[Turn]) -> set[int]:
    """The turns in which a user says what all of this is about: the first that is the user's, and the last."""
    said = [number for number, turn in enumerate(turns) if turn.role == "user"]
    return {*said[:1], *said[-1:]}


def _repeats(scene: Scene, old: Turn, new: Turn) -> bool:
    """Whether a client says, as the user, what a model answered before (``… Observation: 42``)."""
    return scene.ids.repetition(joined_text(old.parts), joined_text(new.parts)) is not None


def _as_question(change: Change) -> Change:
    """Words of the user that have little in common with those before are another question."""
    if not change.path.endswith(".text") or change.size is None or change.size >= _LITTLE:
        return change
    words = [{*str(side).lower().split()} if side else set() for side in (change.old, change.new)]
    shorter = min(map(len, words))
    another = shorter and len(words[0] & words[1]) < _LITTLE * shorter  # else one was put into more words
    return replace(change, circumstance=QUESTION) if another else change


_LITTLE = 0.5  # alike


def _moved_change(scene: Scene, old: Turn, new: Turn) -> Change:
    places = _places(scene, old, new)
    said = short(shown_part(new.parts[0])) + " " if new.parts else ""
    return scene.change(
        rule="prompt-changed",
        path=new.at,
        origin="request",
        old=old.name,
        new=new.name,
        subject="the order of the messages",
        note=f"{new.subject} {said}moved from {old.name} to {new.name}",
        echo=("moved", tuple(map(part_key, new.parts))),
        old_place=places[0],
        new_place=places[1],
        also=(_pointers_of([old]), _pointers_of([new])),
    )


def _regrouped_change(scene: Scene, old: Sequence[Turn], new: Sequence[Turn]) -> Change:
    places = _places(scene, old[0], new[0])
    said = [turn for turn in max(old, new, key=len) if turn.role != "tool"]
    made = [call for turn in said for call in tool_calls(turn.parts)]
    sizes = _messages_said(old), _messages_said(new)
    messages = f"in {sizes[1]} message{'s' * (sizes[1] > 1)}"
    if made:
        note = f"{' and '.join(map(_in_short, said))} are sent {messages} now, not {sizes[0]}"
    else:
        note = f"the same text, {messages} instead of {sizes[0]}"
    is_round = bool(made) and any(turn.role == "tool" for turn in new)
    first = part_key(new[0].parts[0]) if new[0].parts else None
    return scene.change(
        rule="prompt-changed",
        path=new[0].at,
        origin="request",
        old=sizes[0],
        new=sizes[1],
        subject=new[0].subject,
        note=note + _other_form(scene, old[0], new[0]),
        echo=("moved", first, key_of(made[-1])) if is_round else ("regrouped", *sizes, first),
        old_place=places[0],
        new_place=places[1],
        also=(_pointers_of(old), _pointers_of(new)),
    )


def _messages_said(turns: Sequence[Turn]) -> int:
    """How many messages there are but for the results of tools."""
    return sum(turn.role != "tool" for turn in turns)


def _in_short(turn: Turn) -> str:
    made = ", ".join(call.name for call in tool_calls(turn.parts))
    said = short(joined_text(turn.parts))
    return f"a call to {made}" if made and said == '""' else f"{said} with a call to {made}" if made else said


def _other_form(scene: Scene, old: Turn, new: Turn) -> str:
    """What to say of a content that is sent as a list, or no longer is."""
    sides = ((scene.old, old), (scene.new, new))
    sent = [value_at(each.request.body.json, f"{turn.messages[0].pointer}/content") for each, turn in sides]
    if isinstance(sent[0], str) and isinstance(sent[1], list):
        return f"; its content is a list of {len(sent[1])} parts now, and was a string"
    if isinstance(sent[0], list) and isinstance(sent[1], str):
        return f"; its content is a string now, and was a list of {len(sent[0])} parts"
    return ""


def _pointers_of(turns: Sequence[Turn]) -> tuple[str, ...]:
    return tuple(message.pointer for turn in turns for message in turn.messages)


def _role_change(scene: Scene, old: Turn, new: Turn) -> Change:
    places, roles = _places(scene, old, new), (_roles(old), _roles(new))
    return scene.change(
        rule="prompt-changed",
        path=f"{new.at}.role",
        origin="request",
        old=roles[0],
        new=roles[1],
        subject=f"the role of {new.name}",
        note=f"{roles[0]} → {roles[1]}",
        echo=("role", *roles),
        old_place=places[0],
        new_place=places[1],
    )


def _roles(turn: Turn) -> str:
    """The role as the wire has it; that of results differs from API to API, and of them the results say enough."""
    return turn.role if turn.role == "tool" else turn.messages[0].native_role or turn.role


def _places(scene: Scene, old: Turn, new: Turn) -> tuple[Place | None, Place | None]:
    pointers = (turn.messages[0].pointer or next((part.pointer for part in turn.parts), "") for turn in (old, new))
    sides = zip((scene.old, scene.new), pointers, strict=True)
    before, after = (request_place(interaction, pointer) for interaction, pointer in sides)
    return before, after


def _turn_alone(scene: Scene, turn: Turn, calls: Calls, *, added: bool) -> Iterator[Change]:
    for message in turn.messages:
        scene.stands_alone("request", message.pointer, added=added)
    if not turn.parts:
        yield _alone(scene, turn, turn.messages[0].pointer, "", f"{short('')} is", None, added=added)
    for part in turn.parts:
        if isinstance(part, ToolCallResponse):
            calls.leave(part, turn, new=added)
        elif not isinstance(part, Reasoning):
            yield _alone(scene, turn, part.pointer, shown_part(part), f"{part_in_words(part)} is", part, added=added)


def _alone(
    scene: Scene, turn: Turn, pointer: str, shown: Json, words: str, part: Part | None, *, added: bool
) -> Change:
    """A part of a message, or a message without any, that came or went."""
    place = request_place(scene.new if added else scene.old, pointer)
    return scene.change(
        rule="prompt-changed",
        path=turn.at,
        origin="request",
        old=ABSENT if added else shown,
        new=shown if added else ABSENT,
        subject=turn.subject,
        note=f"{words} {'new' if added else 'gone'}",
        echo=echo_of_part(part, added=added),
        old_place=None if added else place,
        new_place=place if added else None,
    )


def _turn_changes(scene: Scene, old: Turn, new: Turn, calls: Calls) -> Iterator[Change]:
    if _roles(old) != _roles(new) and not (old.role == new.role and scene.is_cross_provider):
        yield _role_change(scene, old, new)
    before, after = old.parts, new.parts
    same = respelled(before, after)
    if same:
        yield _respelled_change(scene, old, new, same)
        before, after = _parts_but(before, same), _parts_but(after, same.values())
    yield from prompt_text_changes(scene, before, after, new.at, new.subject)
    yield from reasoning_changes(scene, old.parts, new.parts, new.at, "request")
    yield from call_changes(scene, tool_calls(old.parts), tool_calls(new.parts), new.at, "request")
    yield from result_changes(scene, old, new, calls)
    yield from other_part_changes(scene, before, after, new.at, "request")
    for left, right in zip(old.messages, new.messages, strict=False):
        if left.name != right.name:
            yield _name_change(scene, left, right, new)
        scene.couple("request", left.pointer, right.pointer)
        couple_parts(scene, "request", left.parts, right.parts)


def _parts_but(parts: Sequence[Part], without: Collection[int]) -> tuple[Part, ...]:
    return tuple(part for number, part in enumerate(parts) if number not in without)


def _name_change(scene: Scene, old: Message, new: Message, turn: Turn) -> Change:
    return scene.change(
        rule="prompt-changed",
        path=f"{turn.at}.name",
        origin="request",
        old=old.name,
        new=new.name,
        subject=f"the name in {turn.subject}",
        note=became(old.name or ABSENT, new.name or ABSENT),
    )


def _respelled_change(scene: Scene, old: Turn, new: Turn, same: Mapping[int, int]) -> Change:
    """Texts that were in objects, or now are: what is said is the same."""
    first, partner = next(iter(same.items()))
    forms = form_of(old.parts[first]), form_of(new.parts[partner])
    name = old.parts[first].pointer.lstrip("/").partition("/")[0]
    beside = name not in ("", "messages", "input", "contents", "system", "message")  # Cohere's `documents`
    what = f"each of {len(same)} {name if beside else 'parts'}" if len(same) > 1 else name if beside else "a part"
    return scene.change(
        rule="request-type-changed",
        path=f"{new.at}.parts",
        origin="request",
        old=forms[0],
        new=forms[1],
        subject=what if beside else f"{what} of {new.subject}",
        echo=("respelled", *forms, part_key(new.parts[partner])),
        old_place=request_place(scene.old, old.parts[first].pointer),
        new_place=request_place(scene.new, new.parts[partner].pointer),
        also=(tuple(old.parts[i].pointer for i in same), tuple(new.parts[j].pointer for j in same.values())),
    )
