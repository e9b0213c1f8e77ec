"""The messages of a request: who said what, and what the tools gave."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.drift import FAILURES, QUESTION
from cassette_tools.diff.changes.change import Change
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.messages.calls import call_changes
from cassette_tools.diff.messages.other_parts import other_part_changes
from cassette_tools.diff.messages.part_notes import part_in_words
from cassette_tools.diff.messages.parts import couple_parts, echo_of_part, joined_text, key_of, shown_part, tool_calls
from cassette_tools.diff.messages.prompt_text import prompt_text_changes
from cassette_tools.diff.messages.reasoning import reasoning_changes
from cassette_tools.diff.messages.respelled import form_of, respelled
from cassette_tools.diff.messages.turns import matched, name_of, results_of, turns_of
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.pairing.vocabulary import plain_result
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.freeform import json_changes, listed
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import (
    ABSENT,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from cassette_tools.places import value_at
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
    from typing import TypeVar

    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.messages.turns import Turn
    from cassette_tools.model import Interaction, Json, Message, Place

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
        changes = _as_calls(scene, changes, (old, new), added=added)
        changes = _with_role(changes, added=added)
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
        yield Change(
            rule="prompt-changed",
            path=f"request.{GIVEN_BACK}[{name}]",
            origin="request",
            pair=scene.pair,
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


def _with_role(changes: list[Change], *, added: bool) -> list[Change]:
    """The same changes, but the texts of a role that were put in are told with the messages that now have that role
    (`added`), or those left out with the messages that no longer have it: the client tells the history another way.
    """
    here, there = ("new", "old") if added else ("old", "new")
    root = next((each for each in changes if each.path.endswith(".role")), None)
    if root is None:
        return changes
    beside = [
        each
        for each in changes
        if each.rule == "prompt-changed"
        and each.subject == f"the {getattr(root, here)} message"
        and getattr(each, there) is ABSENT
        and isinstance(getattr(each, here), str)
    ]
    if not beside:
        return changes
    pointers = tuple(_pointer(each, here) for each in beside)
    texts = " and ".join(dict.fromkeys(short(getattr(each, here)) for each in beside[:2]))
    more = f" and {len(beside) - 2} more" if beside[2:] else ""
    verb = ("are" if beside[1:] else "is") + (" new" if added else " gone")
    said = f"the {getattr(root, here)} message{'s' * (len(beside) > 1)} {texts}{more} {verb}"
    note = f"{root.note}, and {said} beside it"
    also = (root.also[0], (*root.also[1], *pointers)) if added else ((*root.also[0], *pointers), root.also[1])
    whole = replace(root, note=note, also=also)
    return [whole if each is root else each for each in changes if not any(each is other for other in beside)]


def _as_calls(
    scene: Scene, changes: list[Change], sides: tuple[Sequence[Message], Sequence[Message]], *, added: bool
) -> list[Change]:
    """The same changes, but one for a call and its result that were sent as a text, and now as what they are (`added`),
    or the other way round.
    """
    here, there = ("new", "old") if added else ("old", "new")
    results = [each for each in changes if each.rule == "tool-result-changed" and getattr(each, there) is ABSENT]
    calls = [each for each in changes if ".tool_calls[" in each.path and getattr(each, there) is ABSENT]
    texts = [each for each in changes if each.rule == "prompt-changed" and getattr(each, here) is ABSENT]
    for result in results:
        given = plain_result(getattr(result, here))
        shown = short(given, _WHOLE)
        call = next((each for each in calls if each.subject == f"a call to {result.subject} in the history"), None)
        said = (each for each in texts if isinstance(getattr(each, there), str))
        text = next((each for each in said if (words := getattr(each, there).strip()) and words in shown), None)
        if call is None or text is None:
            continue
        values = {"text": getattr(text, there)}, {"call": getattr(call, here), "result": getattr(result, here)}
        forms = ("as text", "as a call and its result") if added else ("as a call and its result", "as text")
        pointers = [_pointer(each, there) for each in (text,)], [_pointer(each, here) for each in (call, result)]
        empty = [message.pointer for message in sides[not added] if all(map(_says_nothing, message.parts))]
        before = (*_around(sides[not added], pointers[0]), *empty)
        after = _around(sides[added], pointers[1])
        one = Change(
            rule="prompt-changed",
            path=result.path,
            origin="request",
            pair=scene.pair,
            old=values[0 if added else 1],
            new=values[1 if added else 0],
            subject=f"how the history carries the call to {result.subject}",
            note=f"{forms[0]} → {forms[1]}, {short(given)}",
            echo=("told", *forms, result.subject),
            old_place=text.old_place or result.old_place,
            new_place=result.new_place or text.new_place,
            also=(before, after) if added else (after, before),
        )
        rest = [each for each in changes if not any(each is gone for gone in (text, call, result))]
        rest.insert(min(map(changes.index, (text, call, result))), one)
        changes = rest
    return changes


def _pointer(change: Change, side: str) -> str:
    place = change.old_place if side == "old" else change.new_place
    return (place.pointer if place is not None else None) or ""


def _around(messages: Sequence[Message], pointers: Sequence[str]) -> tuple[str, ...]:
    """The messages that the pointers lead into."""
    return tuple(each.pointer for each in messages if any(f"{at}/".startswith(f"{each.pointer}/") for at in pointers))


def _says_nothing(part: object) -> bool:
    return isinstance(part, Text) and not part.content.strip()


def _history_changes(
    scene: Scene,
    old: Sequence[Message],
    new: Sequence[Message],
    without: tuple[Collection[int], Collection[int]] = ((), ()),
) -> Iterator[Change]:
    old_turns, new_turns = turns_of(old, without[0]), turns_of(new, without[1])
    calls = _Calls(scene, old, new)
    found = matched(scene.ids, old_turns, new_turns)
    for lefts, rights in found.regrouped:
        sides = [old_turns[i] for i in lefts], [new_turns[j] for j in rights]
        yield _regrouped_change(scene, *sides)
        lefts_made, rights_made = ([call for turn in side for call in tool_calls(turn.parts)] for side in sides)
        yield from call_changes(
            scene, lefts_made, rights_made, sides[1][0].at, "request"
        )  # the ids in them are met here
        for left, right in zip(*map(results_of, sides), strict=True):
            yield from _one_result(scene, left, right, sides[1][0].at, calls)
    for before, after in found.moved:
        yield _moved_change(scene, old_turns[before], new_turns[after])
        list(_turn_changes(scene, old_turns[before], new_turns[after], calls))  # the ids in it are met here
    asked = _questions(old_turns), _questions(new_turns)
    for i, j in found.pairs:
        if i is None and j is not None:
            yield from _turn_alone(scene, new_turns[j], calls, added=True)
        elif j is None and i is not None:
            yield from _turn_alone(scene, old_turns[i], calls, added=False)
        elif i is not None and j is not None:
            is_question = i in asked[0] and j in asked[1]
            is_question = is_question and not _repeats(scene, old_turns[i], new_turns[j])
            for change in _turn_changes(scene, old_turns[i], new_turns[j], calls):
                yield _as_question(change) if is_question else change
    yield from _left_results(scene, calls)


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
    return Change(
        rule="prompt-changed",
        path=new.at,
        origin="request",
        pair=scene.pair,
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
    sizes = [len([turn for turn in side if turn.role != "tool"]) for side in (old, new)]
    many = [turn for turn in max(old, new, key=len) if turn.role != "tool"]
    made = [call for turn in many for call in tool_calls(turn.parts)]
    if made:
        said = " and ".join(_in_short(turn) for turn in many)
        note = f"{said} are sent in {sizes[1]} message{'s' * (sizes[1] > 1)} now, not {sizes[0]}"
    else:
        note = f"the same text, in {sizes[1]} message{'s' * (sizes[1] > 1)} instead of {sizes[0]}"
    is_round = bool(made) and any(turn.role == "tool" for turn in new)
    first = part_key(new[0].parts[0]) if new[0].parts else None
    return Change(
        rule="prompt-changed",
        path=new[0].at,
        origin="request",
        pair=scene.pair,
        old=sizes[0],
        new=sizes[1],
        subject=new[0].subject,
        note=note + _other_form(scene, old[0], new[0]),
        echo=("moved", first, key_of(made[-1])) if is_round else ("regrouped", *sizes, first),
        old_place=places[0],
        new_place=places[1],
        also=(_pointers_of(old), _pointers_of(new)),
    )


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
    return Change(
        rule="prompt-changed",
        path=f"{new.at}.role",
        origin="request",
        pair=scene.pair,
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


def _turn_alone(scene: Scene, turn: Turn, calls: _Calls, *, added: bool) -> Iterator[Change]:
    for message in turn.messages:
        scene.stands_alone("request", message.pointer, added=added)
    for part in turn.parts or (None,):
        if part is not None and isinstance(part, Reasoning):
            continue
        if part is not None and isinstance(part, ToolCallResponse):
            calls.leave(part, turn, new=added)
            continue
        shown = "" if part is None else shown_part(part)
        pointer = turn.messages[0].pointer if part is None else part.pointer
        place = request_place(scene.new if added else scene.old, pointer)
        yield Change(
            rule="prompt-changed",
            path=turn.at,
            origin="request",
            pair=scene.pair,
            old=ABSENT if added else shown,
            new=shown if added else ABSENT,
            subject=turn.subject,
            note=f"{short(shown) if part is None else part_in_words(part)} is {'new' if added else 'gone'}",
            echo=echo_of_part(part, added=added),
            old_place=None if added else place,
            new_place=place if added else None,
        )


def _turn_changes(scene: Scene, old: Turn, new: Turn, calls: _Calls) -> Iterator[Change]:
    if _roles(old) != _roles(new) and not (old.role == new.role and scene.is_cross_provider):
        yield _role_change(scene, old, new)
    before, after = old.parts, new.parts
    same = respelled(before, after)
    if same:
        yield _respelled_change(scene, old, new, same)
        before = tuple(part for number, part in enumerate(before) if number not in same)
        after = tuple(part for number, part in enumerate(after) if number not in same.values())
    yield from prompt_text_changes(scene, before, after, new.at, new.subject)
    yield from reasoning_changes(scene, old.parts, new.parts, new.at, "request")
    yield from call_changes(scene, tool_calls(old.parts), tool_calls(new.parts), new.at, "request")
    yield from _result_changes(scene, old, new, calls)
    yield from other_part_changes(scene, before, after, new.at, "request")
    for left, right in zip(old.messages, new.messages, strict=False):
        if left.name != right.name:
            yield Change(
                rule="prompt-changed",
                path=f"{new.at}.name",
                origin="request",
                pair=scene.pair,
                old=left.name,
                new=right.name,
                subject=f"the name in {new.subject}",
                note=became(left.name or ABSENT, right.name or ABSENT),
            )
        scene.couple("request", left.pointer, right.pointer)
        couple_parts(scene, "request", left.parts, right.parts)


def _respelled_change(scene: Scene, old: Turn, new: Turn, same: Mapping[int, int]) -> Change:
    """Texts that were in objects, or now are: what is said is the same."""
    first, partner = next(iter(same.items()))
    forms = form_of(old.parts[first]), form_of(new.parts[partner])
    name = old.parts[first].pointer.lstrip("/").partition("/")[0]
    beside = name not in ("", "messages", "input", "contents", "system", "message")  # Cohere's `documents`
    what = f"each of {len(same)} {name if beside else 'parts'}" if len(same) > 1 else name if beside else "a part"
    return Change(
        rule="request-type-changed",
        path=f"{new.at}.parts",
        origin="request",
        pair=scene.pair,
        old=forms[0],
        new=forms[1],
        subject=what if beside else f"{what} of {new.subject}",
        echo=("respelled", *forms, part_key(new.parts[partner])),
        old_place=request_place(scene.old, old.parts[first].pointer),
        new_place=request_place(scene.new, new.parts[partner].pointer),
        also=(tuple(old.parts[i].pointer for i in same), tuple(new.parts[j].pointer for j in same.values())),
    )


# --- results of tools ------------------------------------------------------------------------------------------------


class _Calls:
    """Which call of the history a result answers, on either side, and the results that are left alone."""

    def __init__(self, scene: Scene, old: Sequence[Message], new: Sequence[Message]) -> None:
        self._scene = scene
        self._old = self._by_id((*_answers_of(scene.old), *old))
        self._new = self._by_id((*_answers_of(scene.new), *new))
        self._turns = _calls_by_place(old), _calls_by_place(new)
        self.gone: list[tuple[ToolCallResponse, Turn]] = []
        self.come: list[tuple[ToolCallResponse, Turn]] = []

    def leave(self, result: ToolCallResponse, turn: Turn, *, new: bool) -> None:
        """Put aside a result that has no counterpart in its turn."""
        (self.come if new else self.gone).append((result, turn))

    @staticmethod
    def _by_id(messages: Sequence[Message]) -> Mapping[str, ToolCall]:
        return {call.id: call for message in messages for call in tool_calls(message.parts) if call.id}

    def of(self, result: ToolCallResponse, *, new: bool) -> ToolCall | None:
        """The call whose id the result names; without ids, the call of the same number before it."""
        return (self._new if new else self._old).get(result.id or "") or self._turns[new].get(result.pointer)

    def echo(self, old: ToolCallResponse | None, new: ToolCallResponse | None) -> Hashable:
        """Results follow from calls: where the call changed, the result's change is the echo of that. That a tool
        fails, or no longer does, is never a mere echo.
        """
        if _is_failure(old) != _is_failure(new):
            return ("result", key_of(old), key_of(new))
        before = None if old is None else self.of(old, new=False)
        after = None if new is None else self.of(new, new=True)
        keys = (None if before is None else part_key(before), None if after is None else part_key(after))
        return ("call", *keys) if keys[0] != keys[1] else ("result", key_of(old), key_of(new))

    def name(self, result: ToolCallResponse, *, new: bool) -> str | None:
        """The tool that gave the result."""
        call = self.of(result, new=new)
        return result.name or (call.name if call is not None else None)


def _answers_of(interaction: Interaction) -> tuple[Message, ...]:
    """The answers of a session: their calls have results in the same request."""
    call = interaction.llm
    return () if call is None or call.asked is None else call.output_messages


def _calls_by_place(messages: Sequence[Message]) -> Mapping[str, ToolCall]:
    """The calls of results that name none, by the place of the result: the first answers the first (Ollama)."""
    waiting: list[ToolCall] = []
    found: dict[str, ToolCall] = {}
    for message in messages:
        for part in message.parts:
            if isinstance(part, ToolCall):
                waiting.append(part)
            elif isinstance(part, ToolCallResponse) and waiting and not part.id and part.pointer:
                found[part.pointer] = waiting.pop(0)
    return found


def _is_failure(result: ToolCallResponse | None) -> bool:
    """By the flag; where there is none, by the first words."""
    if result is None:
        return False
    if result.is_error is not None:
        return bool(result.is_error)
    said = result.response if isinstance(result.response, str) else short(result.response, _FIRST_WORDS)
    return any(row.word in said[:_FIRST_WORDS].lower() for row in FAILURES)


_FIRST_WORDS = 80  # characters of a result in which a failure is named


def _result_changes(scene: Scene, old: Turn, new: Turn, calls: _Calls) -> Iterator[Change]:
    lefts = [part for part in old.parts if isinstance(part, ToolCallResponse)]
    rights = [part for part in new.parts if isinstance(part, ToolCallResponse)]

    def likeness(left: ToolCallResponse, right: ToolCallResponse) -> float:
        names = scene.ids.common_name(left.id, new=False), scene.ids.common_name(right.id, new=True)
        tools = calls.name(left, new=False), calls.name(right, new=True)
        if names[0] != names[1] and not scene.ids.are_coupled(left.id, right.id) and None not in names:
            return 0.0  # they answer two calls of which both recordings know
        coupled = 2.0 * scene.ids.are_coupled(left.id, right.id)
        return 0.1 + coupled + 0.5 * (tools[0] == tools[1]) + 0.5 * (part_key(left) == part_key(right))

    def identity(result: ToolCallResponse) -> Hashable:
        return id(result)  # nothing is settled by content alone: equal results may answer different calls

    for i, j in align_by_key(lefts, rights, identity, likeness):
        if i is not None and j is not None:
            yield from _one_result(scene, lefts[i], rights[j], new.at, calls)
        elif i is not None:
            calls.leave(lefts[i], old, new=False)
        elif j is not None:
            calls.leave(rights[j], new, new=True)


def _left_results(scene: Scene, calls: _Calls) -> Iterator[Change]:
    """The results that no turn at their place has: those that answer one call have moved, the others came or went."""
    come = [*calls.come]
    for result, turn in calls.gone:
        partner = next((each for each in come if scene.ids.are_coupled(result.id, each[0].id)), None)
        if partner is None:
            yield _result_alone(scene, result, turn.at, calls, added=False)
            continue
        come.remove(partner)
        yield _moved_result(scene, (result, turn), partner, calls)
        yield from _one_result(scene, result, partner[0], partner[1].at, calls)
    for result, turn in come:
        yield _result_alone(scene, result, turn.at, calls, added=True)


def _moved_result(
    scene: Scene, old: tuple[ToolCallResponse, Turn], new: tuple[ToolCallResponse, Turn], calls: _Calls
) -> Change:
    name = calls.name(new[0], new=True) or "unknown"
    places = [name_of(_holder(each)) for each in (old, new)]
    return Change(
        rule="prompt-changed",
        path=f"{new[1].at}.results[{name}]",
        origin="request",
        pair=scene.pair,
        old=places[0],
        new=places[1],
        subject="the order of the messages",
        note=f"the result of {name} moved from {places[0]} to {places[1]}",
        echo=("moved", part_key(new[0]), key_of(calls.of(new[0], new=True))),
        old_place=request_place(scene.old, old[0].pointer),
        new_place=request_place(scene.new, new[0].pointer),
        also=(_within(old), _within(new)),
    )


def _within(result: tuple[ToolCallResponse, Turn]) -> tuple[str, ...]:
    """The result, and the message that holds nothing else."""
    part, message = result[0], _holder(result)
    return (part.pointer, message.pointer) if len(message.parts) == 1 else (part.pointer,)


def _holder(result: tuple[ToolCallResponse, Turn]) -> Message:
    part, turn = result
    return next(each for each in turn.messages if any(one is part for one in each.parts))


def _result_alone(scene: Scene, result: ToolCallResponse, at: str, calls: _Calls, *, added: bool) -> Change:
    place = request_place(scene.new if added else scene.old, result.pointer)
    name = calls.name(result, new=added) or "unknown"
    return Change(
        rule="tool-result-changed",
        path=f"{at}.results[{name}]",
        origin="request",
        pair=scene.pair,
        old=ABSENT if added else result.response,
        new=result.response if added else ABSENT,
        subject=name,
        note=f"{short(result.response)} is {'new' if added else 'gone'}",
        echo=calls.echo(None if added else result, result if added else None),
        old_place=None if added else place,
        new_place=place if added else None,
    )


def _one_result(scene: Scene, old: ToolCallResponse, new: ToolCallResponse, at: str, calls: _Calls) -> Iterator[Change]:
    places = (request_place(scene.old, old.pointer), request_place(scene.new, new.pointer))
    name = calls.name(new, new=True) or calls.name(old, new=False) or "unknown"
    path = f"{at}.results[{name}]"
    scene.couple("request", old.pointer, new.pointer)
    yield from id_changes(scene, f"{path}.id", "request", old.id, new.id, places)
    if _is_same_result(scene, old.response, new.response) and bool(old.is_error) == bool(new.is_error):
        return
    note = _difference(old.response, new.response) or "it is an error on one side only"
    yield Change(
        rule="tool-result-changed",
        path=path,
        origin="request",
        pair=scene.pair,
        old=old.response,
        new=new.response,
        subject=name,
        note=note,
        echo=("result", key_of(old), key_of(new)) if _fails(old) != _fails(new) else calls.echo(old, new),
        old_place=places[0],
        new_place=places[1],
    )


def _fails(result: ToolCallResponse) -> bool:
    """Whether the tool gave an error: that is more than another call explains."""
    if result.is_error is not None:
        return result.is_error
    said = result.response if isinstance(result.response, str) else short(result.response)
    return said.lstrip(" \"'{[<*").lower().startswith(_FAILURES)


_FAILURES = ("error", "failed", "failure", "exception", "traceback", "invalid", "toolcallerror", "tool error")

_WHOLE = 1_000_000_000  # characters: nothing is cut


def _is_same_result(scene: Scene, old: Json, new: Json) -> bool:
    """Across providers, what one API wraps and another does not is the same; so is JSON as text."""
    if old == new or scene.ids.are_renamed(short(old, _WHOLE), short(new, _WHOLE)):
        return True
    if not scene.is_cross_provider:
        return False
    left, right = plain_result(old), plain_result(new)
    if isinstance(left, str) != isinstance(right, str):
        left, right = (json_document(each) if isinstance(each, str) else each for each in (left, right))
    return bool(left == right)


def _difference(old: Json, new: Json) -> str:
    """Two values in words, as JSON where they are JSON."""
    left = json_document(old) if isinstance(old, str) else old
    right = json_document(new) if isinstance(new, str) else new
    if isinstance(left, dict | list) and isinstance(right, dict | list):
        return listed(list(json_changes(left, right))) or "written otherwise"
    return became(old, new) if old != new else ""
