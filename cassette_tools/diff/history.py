"""The messages of a request: who said what, and what the tools gave."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.drift import FAILURES
from cassette_tools.diff.align import align_by_key, message_key, part_key
from cassette_tools.diff.change import Change
from cassette_tools.diff.freeform import json_changes, listed
from cassette_tools.diff.parts import (
    call_changes,
    couple_parts,
    echo_of_part,
    key_of,
    other_part_changes,
    part_in_words,
    reasoning_changes,
    shown_part,
    text_part_changes,
    tool_calls,
)
from cassette_tools.diff.places import request_place
from cassette_tools.diff.scene import id_changes
from cassette_tools.diff.text import json_document, similarity
from cassette_tools.diff.vocabulary import plain_result
from cassette_tools.model import ABSENT, Reasoning, ToolCall, ToolCallResponse
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from cassette_tools.diff.scene import Scene
    from cassette_tools.model import Json, Message, Part


@record
class Turn:
    """What one side said before the other spoke again: one message, or the results of tools in a row."""

    role: str
    at: str  # request.input_messages[3]
    parts: tuple[Part, ...]
    messages: tuple[Message, ...]

    @property
    def subject(self) -> str:
        """What a person calls it."""
        return "the tool results" if self.role == "tool" else f"the {self.role} message"


# --- the history -----------------------------------------------------------------------------------------------------


def history_changes(scene: Scene, old: Sequence[Message], new: Sequence[Message]) -> Iterator[Change]:
    """The changes of a request's messages."""
    old_turns, new_turns = _turns(old), _turns(new)
    calls = _Calls(scene, old, new)

    def key(turn: Turn) -> Hashable:
        return tuple(message_key(message) for message in turn.messages)

    def likeness(left: Turn, right: Turn) -> float:
        if left.role != right.role:
            return 0.0
        return 0.3 + similarity(repr(key(left)), repr(key(right)))

    for i, j in align_by_key(old_turns, new_turns, key, likeness, ordered=True):
        if i is None and j is not None:
            yield from _turn_alone(scene, new_turns[j], calls, added=True)
        elif j is None and i is not None:
            yield from _turn_alone(scene, old_turns[i], calls, added=False)
        elif i is not None and j is not None:
            yield from _turn_changes(scene, old_turns[i], new_turns[j], calls)


def _turns(messages: Sequence[Message]) -> list[Turn]:
    turns: list[Turn] = []
    for index, message in enumerate(messages):
        if message.role == "tool" and turns and turns[-1].role == "tool":
            last = turns.pop()
            turns.append(
                Turn(
                    role="tool",
                    at=last.at,
                    parts=(*last.parts, *message.parts),
                    messages=(*last.messages, message),
                )
            )
        else:
            at = f"request.input_messages[{index}]"
            turns.append(Turn(role=message.role, at=at, parts=message.parts, messages=(message,)))
    return turns


def _turn_alone(scene: Scene, turn: Turn, calls: _Calls, *, added: bool) -> Iterator[Change]:
    for part in turn.parts or (None,):
        if part is not None and isinstance(part, Reasoning):
            continue
        if part is not None and isinstance(part, ToolCallResponse):
            yield _result_alone(scene, part, turn.at, calls, added=added)
            continue
        shown = "" if part is None else shown_part(part)
        place = request_place(scene.new if added else scene.old, "" if part is None else part.pointer)
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
    yield from text_part_changes(
        scene, old.parts, new.parts, new.at, "request", rule="prompt-changed", subject=new.subject
    )
    yield from reasoning_changes(scene, old.parts, new.parts, new.at, "request")
    yield from call_changes(scene, tool_calls(old.parts), tool_calls(new.parts), new.at, "request")
    yield from _result_changes(scene, old, new, calls)
    yield from other_part_changes(scene, old.parts, new.parts, new.at, "request")
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


# --- results of tools ------------------------------------------------------------------------------------------------


class _Calls:
    """Which call of the history a result answers, on either side."""

    def __init__(self, scene: Scene, old: Sequence[Message], new: Sequence[Message]) -> None:
        self._scene = scene
        self._old = self._by_id(old)
        self._new = self._by_id(new)

    @staticmethod
    def _by_id(messages: Sequence[Message]) -> Mapping[str, ToolCall]:
        return {call.id: call for message in messages for call in tool_calls(message.parts) if call.id}

    def of(self, result: ToolCallResponse, *, new: bool) -> ToolCall | None:
        """The call whose id the result names."""
        return (self._new if new else self._old).get(result.id or "")

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
        return 0.1 + scene.ids.are_coupled(left.id, right.id) + 0.5 * (part_key(left) == part_key(right))

    def identity(result: ToolCallResponse) -> Hashable:
        return id(result)  # nothing is settled by content alone: equal results may answer different calls

    for i, j in align_by_key(lefts, rights, identity, likeness):
        if i is not None and j is not None:
            yield from _one_result(scene, lefts[i], rights[j], new.at, calls)
        elif i is not None:
            yield _result_alone(scene, lefts[i], old.at, calls, added=False)
        elif j is not None:
            yield _result_alone(scene, rights[j], new.at, calls, added=True)


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
        echo=calls.echo(old, new),
        old_place=places[0],
        new_place=places[1],
    )


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
