"""What was told so far of all calls, under all that a later call may say again of it."""

from __future__ import annotations

from itertools import chain

from cassette_tools.data.drift import DONE, RESULTS
from cassette_tools.diff.judging.alone import lone_call
from cassette_tools.diff.judging.fields import wire_name
from cassette_tools.diff.judging.thought_before import words_of_moved_thinking
from cassette_tools.diff.messages.parts import echo_of_part
from cassette_tools.diff.pairing.asked import part_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator
    from typing import Any

    from cassette_tools.diff.changes.change import Change

    Key = tuple[Hashable, ...]
    Keys = tuple[Key, ...]


LAST = 200  # answers, results and calls before a change that are looked at


class Memory:
    """What was told so far, of all calls: a later one may repeat it."""

    def __init__(self) -> None:
        self.said: dict[Key, Change] = {}
        self.spoken: list[tuple[str, str, Change]] = []
        self.results: dict[int, Change] = {}  # by their id
        self.called: list[Change] = []
        self.moved: list[tuple[str, Change]] = []  # words of thinking that moved, with their roots
        # done in one recording, on their way in the other; with their roots
        self.jobs: list[tuple[Change, Change]] = []
        self._given: dict[int, list[Change]] = {}  # by the pair
        self._told_by_tools: dict[int, list[tuple[Change, Change]]] = {}  # by the pair, each with its root

    def given(self, change: Change) -> list[Change]:
        """The answers that the requests of an interaction give back."""
        return self._given.get(id(change.pair), [])

    def told_by_tools(self, change: Change) -> list[tuple[Change, Change]]:
        """The changed tool results in the requests of an interaction, each with its root."""
        return self._told_by_tools.get(id(change.pair), [])

    def keep(self, change: Change, root: Change, keys: Iterable[Key]) -> None:
        """Remember a change under all that may be said again of it."""
        if root is not change and change.origin == "request":
            self._given.setdefault(id(change.pair), []).append(root)
            if change.rule == "tool-result-changed":
                self._told_by_tools.setdefault(id(change.pair), []).append((change, root))
        for key in chain(keys, _halves(change), _exchanged(change), _both_names(change)):
            self.said.setdefault(key, root)
        if change.circumstance == RESULTS:
            self.results[id(change)] = change
        if change.circumstance == DONE:
            self.jobs.append((change, root))
        if change.origin == "response":
            self._keep_answer(change, root)

    def _keep_answer(self, change: Change, root: Change) -> None:
        if change.rule.startswith("tool-arguments-"):
            self.called.append(root)
        self.moved.extend((words, root) for words in words_of_moved_thinking(change))
        text = said_sides(change)
        if text is not None and text[0] == "text":
            self.spoken.append((text[1], text[2], root))


def said_sides(change: Change) -> tuple[str, Any, Any] | None:
    """The kind of what is said, and both sides of it."""
    echo = change.echo
    if isinstance(echo, tuple) and len(echo) == 3 and echo[0] in ("text", "call", "result"):
        return echo
    return None


def _halves(change: Change) -> Keys:
    """The old and the new side of what an answer says: a history that is paired otherwise loses one and gains the
    other.
    """
    said = said_sides(change)
    if change.origin != "response" or said is None:
        return ()
    return tuple(("half", said[0], side, said[side]) for side in (1, 2) if said[side])


def _both_names(change: Change) -> Iterator[Key]:
    """Of a field that was renamed in one call, what went and what came in the others."""
    if change.rule != "wire-field-renamed":
        return
    for rule, name in (("wire-field-removed", change.old), ("wire-field-added", change.new)):
        path = f"{change.path.rpartition('.')[0]}.{str(name).rpartition('.')[2]}"
        for origin in ("response", "stream"):
            yield (rule, origin, wire_name(path), False, ())


def _exchanged(change: Change) -> Iterator[Key]:
    """What a request more (or less) was asked with by a tool, and what it was answered: later requests repeat that."""
    call = lone_call(change)
    if call is None:
        return
    added = change.rule == "interaction-added"
    for message in call.output_messages:
        for part in message.parts:
            yield ("echo", echo_of_part(part, added=added))
    for part in call.input_messages[-1].parts if call.input_messages else ():
        yield ("sent", added, part_key(part))
