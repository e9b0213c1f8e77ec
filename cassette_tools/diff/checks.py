"""A last look at what is done: a call that an agent makes before it answers, and of which the answer says nothing that
was not known before. With it and without it the loop ends with the same answer.
"""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.data.drift import LAST_CHECK
from cassette_tools.diff.asked import part_key
from cassette_tools.diff.parts import joined_text, tool_calls
from cassette_tools.model import ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.align import Pair
    from cassette_tools.diff.change import Change
    from cassette_tools.model import LLMCall, Message, Part


def told_as_checks(changes: Iterable[Change], pair: Pair, pairs: Iterable[Pair]) -> Iterator[Change]:
    """The changes of a pair; a call in the place of which the answer stands is told as a look at what is done."""
    for change in changes:
        gone = change.rule == "tool-call-removed"
        is_one = (gone or change.rule == "tool-call-added") and change.origin == "response"
        if is_one and change.circumstance is None and _is_last_check(pair, pairs, gone=gone):
            yield replace(change, circumstance=LAST_CHECK)
        else:
            yield change


def _is_last_check(pair: Pair, pairs: Iterable[Pair], *, gone: bool) -> bool:
    if pair.old is None or pair.new is None or pair.old.llm is None or pair.new.llm is None:
        return False
    checking, ending = (pair.old.llm, pair.new.llm) if gone else (pair.new.llm, pair.old.llm)
    calls = tool_calls(_said(checking.output_messages))
    if len(calls) != 1 or tool_calls(_said(ending.output_messages)) or not _last_result(ending):
        return False
    key = part_key(calls[0])
    known = _words(checking.input_messages)
    for each in pairs:
        alone = (each.old if each.new is None else None) if gone else (each.new if each.old is None else None)
        call = None if alone is None else alone.llm
        if call is None or key not in map(part_key, tool_calls(_said(call.input_messages))[-1:]):
            continue
        answer = _said(call.output_messages)
        if joined_text(answer).strip() and not tool_calls(answer):
            return not (_words(call.input_messages[-1:]) & _words(call.output_messages)) - known
    return False


def _last_result(call: LLMCall) -> bool:
    """Whether the request sends what a tool gave: then the client is in the middle of a loop."""
    return any(isinstance(part, ToolCallResponse) for part in _said(call.input_messages[-1:]))


def _said(messages: Iterable[Message]) -> list[Part]:
    return [part for message in messages for part in message.parts]


def _words(messages: Iterable[Message]) -> set[str]:
    return {word for part in _said(messages) for word in re.findall(r"\w+", repr(part_key(part)).lower())}
