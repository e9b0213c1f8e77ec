"""What tools gave, as the messages of a request say it: which call each answers, and what became of it."""

from __future__ import annotations

from cassette_tools.data.drift import FAILURES
from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.changes.scene import id_changes
from cassette_tools.diff.messages.parts import key_of, tool_calls
from cassette_tools.diff.messages.turns import name_of, results_of
from cassette_tools.diff.pairing.asked import part_key
from cassette_tools.diff.pairing.vocabulary import plain_result
from cassette_tools.diff.texts.text import json_document
from cassette_tools.diff.values.freeform import json_changes, listed
from cassette_tools.diff.values.matching import align_by_key
from cassette_tools.model import (
    ABSENT,
    ToolCall,
    ToolCallResponse,
)
from cassette_tools.words import became, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.messages.turns import Turn
    from cassette_tools.model import Interaction, Json, Message


class Calls:
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

    def likeness(self, old: ToolCallResponse, new: ToolCallResponse) -> float:
        """How much two results are one: those that answer two calls of which both recordings know are not."""
        ids = self._scene.ids
        names = ids.common_name(old.id, new=False), ids.common_name(new.id, new=True)
        are_coupled = ids.are_coupled(old.id, new.id)
        if names[0] != names[1] and not are_coupled and None not in names:
            return 0.0
        of_one_tool = self.name(old, new=False) == self.name(new, new=True)
        return 0.1 + 2.0 * are_coupled + 0.5 * of_one_tool + 0.5 * (part_key(old) == part_key(new))

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


def result_changes(scene: Scene, old: Turn, new: Turn, calls: Calls) -> Iterator[Change]:
    """The results of one turn; those that stand alone in it are left to `calls`."""
    lefts, rights = results_of([old]), results_of([new])
    # By nothing but likeness, `id` is no key in common: equal results may answer different calls.
    for i, j in align_by_key(lefts, rights, id, calls.likeness):
        if i is not None and j is not None:
            yield from one_result(scene, lefts[i], rights[j], new.at, calls)
        elif i is not None:
            calls.leave(lefts[i], old, new=False)
        elif j is not None:
            calls.leave(rights[j], new, new=True)


def left_results(scene: Scene, calls: Calls) -> Iterator[Change]:
    """The results that no turn at their place has: those that answer one call have moved, the others came or went."""
    come = [*calls.come]
    for result, turn in calls.gone:
        partner = next((each for each in come if scene.ids.are_coupled(result.id, each[0].id)), None)
        if partner is None:
            yield _result_alone(scene, result, turn.at, calls, added=False)
            continue
        come.remove(partner)
        yield _moved_result(scene, (result, turn), partner, calls)
        yield from one_result(scene, result, partner[0], partner[1].at, calls)
    for result, turn in come:
        yield _result_alone(scene, result, turn.at, calls, added=True)


def _moved_result(
    scene: Scene, old: tuple[ToolCallResponse, Turn], new: tuple[ToolCallResponse, Turn], calls: Calls
) -> Change:
    name = calls.name(new[0], new=True) or "unknown"
    places = [name_of(_holder(each)) for each in (old, new)]
    return scene.change(
        rule="prompt-changed",
        path=f"{new[1].at}.results[{name}]",
        origin="request",
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


def _result_alone(scene: Scene, result: ToolCallResponse, at: str, calls: Calls, *, added: bool) -> Change:
    place = request_place(scene.new if added else scene.old, result.pointer)
    name = calls.name(result, new=added) or "unknown"
    return scene.change(
        rule="tool-result-changed",
        path=f"{at}.results[{name}]",
        origin="request",
        old=ABSENT if added else result.response,
        new=result.response if added else ABSENT,
        subject=name,
        note=f"{short(result.response)} is {'new' if added else 'gone'}",
        echo=calls.echo(None if added else result, result if added else None),
        old_place=None if added else place,
        new_place=place if added else None,
    )


def one_result(scene: Scene, old: ToolCallResponse, new: ToolCallResponse, at: str, calls: Calls) -> Iterator[Change]:
    """What became of a result that both histories have."""
    places = (request_place(scene.old, old.pointer), request_place(scene.new, new.pointer))
    name = calls.name(new, new=True) or calls.name(old, new=False) or "unknown"
    path = f"{at}.results[{name}]"
    scene.couple("request", old.pointer, new.pointer)
    yield from id_changes(scene, f"{path}.id", "request", old.id, new.id, places)
    if _is_same_result(scene, old.response, new.response) and bool(old.is_error) == bool(new.is_error):
        return
    note = _difference(old.response, new.response) or "it is an error on one side only"
    yield scene.change(
        rule="tool-result-changed",
        path=path,
        origin="request",
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
