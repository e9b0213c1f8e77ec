"""A choice of a Chat Completions stream in the making: the words, values and calls that its deltas bring.

Strings are joined in the order of arrival; what else a delta holds is set, merged or extended as the tables say, and
what no table knows is kept too. Never is everything joined that happens to be a string: many servers repeat ids, names
and roles in every chunk.
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from
from cassette_tools.decoding.merging import extended, put
from cassette_tools.decoding.streams import update
from cassette_tools.decoding.trace import joined
from cassette_tools.dialects.openai_chat.calls import Calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.trace import Runs, Trace
    from cassette_tools.dialects.openai_chat.rare_deltas import Rare
    from cassette_tools.model import CallError, Json, Object


# Strings of a delta that are not written in pieces: the first word counts for the one, the last for the other.
FIRST_WORD = frozenset(("role", "id", "name", "type"))
LAST_WORD = frozenset(("channel", "reasoning_opaque", "finish_reason"))
# Strings of a delta that are written in pieces, even when all the pieces are alike. (Unknown ones are joined unless
# they are.)
JOINED = frozenset(("content", "refusal", "reasoning", "reasoning_content", "reasoning_text"))
# Lists of which every chunk has a piece, though two pieces be alike: vLLM's tokens.
GROWING = frozenset(("token_ids",))


class Choice:
    """A choice in the making."""

    __slots__ = (
        "calls",
        "details",
        "error",
        "finishes",
        "logprobs",
        "others",
        "rare",
        "snapshot",
        "strings",
        "values",
    )

    def __init__(self) -> None:
        self.strings: dict[str, Runs] = {}
        self.values: Object = {}  # members of the message that are not strings
        self.others: Object = {}  # members of the choice beside the message
        self.finishes: list[str] = []
        self.logprobs: Json = None
        self.snapshot: Json = None  # a message that came whole
        self.error: CallError | None = None
        self.calls = Calls()
        self.details: dict[tuple[Json, Json], tuple[Object, dict[str, Runs]]] = {}
        self.rare: Rare | None = None  # what few streams have

    def add(self, piece: Object, number: int, position: int) -> None:
        """What the event `number` says of the choice, in the object at `position` among its choices."""
        for key, value in piece.items():
            if value is None:
                continue
            reader = _MEMBERS.get(key)
            if reader is not None:
                reader(self, value, number, position)
            else:
                put(self.others, key, value, GROWING)


def _delta(choice: Choice, value: Json, number: int, position: int) -> None:
    if type(value) is not dict:
        choice.others["delta"] = value
        return
    where = "/choices/0/delta" if position == 0 else f"/choices/{position}/delta"
    strings = choice.strings
    for name, words in value.items():
        if type(words) is not str:
            if words is not None:
                _value(choice, name, words, number, where)
            elif name not in choice.values:
                choice.values[name] = None
        elif name in strings:
            strings[name].append((number, where, words))
        else:
            strings[name] = [(number, where, words)]


def _value(choice: Choice, key: str, value: Json, number: int, where: str) -> None:
    """A member of a delta that is no string."""
    adder = _LISTS.get(key) if type(value) is list else None
    if adder is not None:
        if key == "tool_calls":
            choice.values.setdefault(key, None)
        for position, entry in enumerate(value):
            if type(entry) is dict:
                adder(choice, entry, number, f"{where}/{key}/{position}")
    elif key not in RARE or not _add_rare(choice, key, value, number, where):
        put(choice.values, key, value, GROWING)


def _add_call(choice: Choice, entry: Object, number: int, where: str) -> None:
    choice.calls.add(entry, number, where)


# Members of a delta that few servers send; their readers are imported when they come.
RARE = frozenset(("content", "thinking_blocks", "function_call", "audio", "executed_tools"))


def _add_rare(choice: Choice, key: str, value: Json, number: int, where: str) -> bool:
    from cassette_tools.dialects.openai_chat.rare_deltas import READERS, Rare

    kind, reader = READERS[key]
    if type(value) is not kind:
        return False
    if choice.rare is None:
        choice.rare = Rare(choice.strings, choice.values)
    reader(choice.rare, value, number, where)
    return True


def _add_detail(choice: Choice, entry: Object, number: int, where: str) -> None:
    """OpenRouter's reasoning details: a slot for each index *and* type, since one index has text and encrypted data."""
    index, kind = entry.get("index"), entry.get("type")
    key = (index if isinstance(index, int) else None, kind if isinstance(kind, str) else None)
    values, strings = choice.details.setdefault(key, ({}, {}))
    for name, value in entry.items():
        if name in ("text", "summary", "data") and type(value) is str:
            strings.setdefault(name, []).append((number, where, value))
            values.setdefault(name, None)
        elif values.get(name) is None:
            values[name] = value


_LISTS: dict[str, Callable[[Choice, Object, int, str], None]] = {
    "tool_calls": _add_call,
    "reasoning_details": _add_detail,
}


def _finish(choice: Choice, value: Json, number: int, position: int) -> None:
    if type(value) is str and value not in choice.finishes:
        choice.finishes.append(value)


def _logprobs(choice: Choice, value: Json, number: int, position: int) -> None:
    choice.logprobs = extended(choice.logprobs, value)


def _message(choice: Choice, value: Json, number: int, position: int) -> None:
    choice.snapshot = value


def _error(choice: Choice, value: Json, number: int, position: int) -> None:
    put(choice.others, "error", value)
    if value and choice.error is None:
        choice.error = error_from(value, {}, f"/choices/{position}/error", number)


def _nothing(choice: Choice, value: Json, number: int, position: int) -> None:
    """The index is known; Together sends `text` beside every `delta.content`."""


_MEMBERS: dict[str, Callable[[Choice, Json, int, int], None]] = {
    "index": _nothing,
    "delta": _delta,
    "finish_reason": _finish,
    "logprobs": _logprobs,
    "message": _message,
    "error": _error,
    "text": _nothing,
}


# --- folded ----------------------------------------------------------------------------------------------------------


def folded_message(choice: Choice, pointer: str, trace: Trace) -> Json:
    """The message that the deltas of a choice make, which will stand at `pointer`."""
    rare = choice.rare
    has_items = rare is not None and bool(rare.items)
    if choice.snapshot is not None and not (has_items or choice.strings or choice.values or choice.details):
        return choice.snapshot  # a server that streams the whole message at once
    message: Object = {}
    strings = {key: runs for key, runs in choice.strings.items() if key != "content" or not has_items}
    for key, runs in strings.items():
        message[key] = _word(key, runs)
        trace.note(f"{pointer}/{key}", runs, key)
    update(message, choice.values)
    if choice.details:
        message["reasoning_details"] = _folded_details(choice, f"{pointer}/reasoning_details", trace)
    if choice.calls.found:
        message["tool_calls"] = choice.calls.folded(f"{pointer}/tool_calls", trace)
    if rare is not None:
        rare.fold_into(message, pointer, trace)
    return message


def _word(key: str, runs: Runs) -> str:
    words = [run[2] for run in runs]
    if key in LAST_WORD:
        words.reverse()
    if key in FIRST_WORD or key in LAST_WORD:
        return next(filter(None, words), "")
    if key not in JOINED and len(set(words)) == 1:
        return words[0]  # an unknown word that is repeated in every chunk
    return "".join(words)


def _folded_details(choice: Choice, pointer: str, trace: Trace) -> list[Json]:
    folded = []
    for place, (values, strings) in enumerate(choice.details.values()):
        for name, runs in strings.items():
            values[name] = joined(runs)
            trace.note(f"{pointer}/{place}/{name}", runs, name)
        folded.append(values)
    return folded
