"""Answers of which any other one is expected: what was made up, and a few words that a limit cut off."""

from __future__ import annotations

from cassette_tools.diff.messages.parts import joined_text
from cassette_tools.diff.texts.refusals import is_refused
from cassette_tools.diff.texts.terms import asks_only_to_make_up, words
from cassette_tools.diff.texts.text import json_document
from cassette_tools.model import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.model import LLMCall


def is_made_up_anew(scene: Scene, old: str, new: str) -> bool:
    """Whether both answers are what the same request asked the same model to make up, and both came to the same end. A
    refusal is none, and data is read by programs.
    """
    calls = scene.old.llm, scene.new.llm
    if calls[0] is None or calls[1] is None or _request(calls[0]) != _request(calls[1]):
        return False
    if not _is_to_be_made_up(calls[0]) or calls[0].finish_reasons != calls[1].finish_reasons:
        return False
    return not any(is_refused(side) or json_document(side) is not None for side in (old, new))


def _request(call: LLMCall) -> tuple[object, ...]:
    """All of a request that may change what is made up, and who answered it."""
    said = (call.system_instructions, call.input_messages)
    return (*said, call.tools, call.parameters, call.request_model, call.response_model, call.provider_name)


def _is_to_be_made_up(call: LLMCall) -> bool:
    """Whether the user asks for something made up, in a single message, without tools or a schema."""
    said = [message for message in call.input_messages if message.role != "system"]
    if len(said) != 1 or call.tools or "response_format" in call.parameters:
        return False
    if not all(isinstance(part, Text) for part in said[0].parts):
        return False
    return asks_only_to_make_up(joined_text(said[0].parts))


def cut_after_few(scene: Scene, change: TextChange, old: str, new: str) -> int | None:
    """The limit of the output that cut both answers off after a few words, where these have nothing in common: neither
    is an answer. ``None`` where it is not so, or where both count or name something.
    """
    limits = [_limit(side.llm) for side in (scene.old, scene.new)]
    if limits[0] is None or limits[0] != limits[1] or limits[0] > _SMALL:
        return None
    is_whole = change.rule == "text-changed" and change.other is not None and change.other.is_whole
    if not is_whole or any(change.facts) or is_refused(old) != is_refused(new):
        return None
    return limits[0] if max(len(words(old)), len(words(new))) <= _SMALL else None


_SMALL = 20  # tokens, and words: about a sentence


def _limit(call: LLMCall | None) -> int | None:
    """The most tokens that an answer may have which was cut there."""
    if call is None or not call.is_answered or {*call.finish_reasons} != {"length"}:
        return None
    limit = call.parameters.get("max_tokens")
    return limit if isinstance(limit, int) else None
