"""Chat Completions streams, folded into the body of the same answer without streaming.

A chunk is a body whose ``message`` is a ``delta``. Strings of a delta are joined, in the order of arrival and for
each choice; what else it holds is set, merged or extended as the tables below say, and what no table knows is kept
too. Never is everything joined that happens to be a string: many servers repeat ids, names and roles in every chunk.

Sources: the OpenAI API reference ("The chat completion chunk object") and the providers' own; the amendments for tool
calls answer Mistral (no index), Gemini through OpenRouter (one index for every call), Z.ai (index -1) and vLLM's
relatives (empty ids).
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_from, error_in, failure_in, is_failure
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import Folded
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Json

    Merge = dict[str, Json]

# Keys of a chunk whose first word counts. Azure's and Copilot's first chunk has them empty; some servers vary them.
FIRST = ("id", "object", "created", "model", "provider", "system_fingerprint", "service_tier")
# Random text that OpenAI (`obfuscation`) and Mistral (`p`) add so that a chunk's size does not tell its content.
PADDING = frozenset(("obfuscation", "p"))
# Strings of a delta that are not written in pieces: the first word counts for the one, the last for the other.
FIRST_WORD = frozenset(("role", "id", "name", "type"))
LAST_WORD = frozenset(("channel", "reasoning_opaque", "finish_reason"))
# Strings of a delta that are written in pieces, even when all the pieces are alike. (Unknown ones are joined unless
# they are.)
JOINED = frozenset(("content", "refusal", "reasoning", "reasoning_content", "reasoning_text"))
# Keys of a choice that are read apart, or repeat what the deltas say: Together sends `text` beside every
# `delta.content`.
CHOICE_KEYS = frozenset(("index", "delta", "message", "text", "finish_reason", "logprobs"))
# Lists of which every chunk has a piece, though two pieces be alike: vLLM's tokens.
GROWING = frozenset(("token_ids",))
_DEPTH = 24  # how deep objects are merged; below that the later one stands


class Call:
    """A tool call in the making."""

    __slots__ = ("arguments", "event", "function", "id", "kind", "others", "runs", "type")

    def __init__(self, event: int) -> None:
        self.event = event
        self.id: str | None = None
        self.type: str | None = None
        self.kind = "function"
        self.function: Merge = {}
        self.others: Merge = {}
        self.runs: Runs = []
        self.arguments: Json = None


class Choice:
    """A choice in the making."""

    __slots__ = (
        "blocks",
        "by_index",
        "calls",
        "details",
        "error",
        "finishes",
        "items",
        "logprobs",
        "others",
        "snapshot",
        "sound",
        "strings",
        "values",
    )

    def __init__(self) -> None:
        self.strings: dict[str, Runs] = {}
        self.values: Merge = {}
        self.others: Merge = {}
        self.finishes: list[str] = []
        self.logprobs: Json = None
        self.snapshot: Json = None
        self.sound: list[str] = []
        self.error: CallError | None = None
        self.items: list[tuple[int, str, str, Json]] = []  # event, pointer, kind, words (or the whole item)
        self.details: dict[tuple[Json, Json], tuple[Merge, dict[str, Runs]]] = {}
        self.blocks: list[tuple[Merge, Runs]] = []
        self.calls: list[Call] = []
        self.by_index: dict[int, Call] = {}


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream. Never raises, whatever the events hold."""
    chunks: list[Merge] = []
    last: Merge = {}
    choices: dict[int, Choice] = {}
    error: CallError | None = None
    done = False
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is not dict:
            done = done or event.data.lstrip().startswith("[DONE]")
            error = error or _stray_error(event, number)
            continue
        if chunk.get("error") or (event.event is not None and is_failure(event.event)):
            error = error or failure_in(event, number) or _chunk_error(chunk, number)
        chunks.append(chunk)
        last.update(chunk)
        listed = chunk.get("choices")
        if type(listed) is list:
            for position, piece in enumerate(listed):
                if type(piece) is dict:
                    _add_choice(choices, piece, number, position)
    trace = Trace()
    problems: list[Problem] = []
    body = _top(chunks, last)
    if choices:
        order = sorted(choices)
        body["choices"] = [
            _folded_choice(index, choices[index], f"/choices/{at}", trace, problems) for at, index in enumerate(order)
        ]
    elif "choices" in last:
        body["choices"] = last["choices"] or []
    if error is None:
        error = _choice_error(choices) or _groq_error(chunks, body)
    cut = None if done or error is not None else _missing(choices)
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=error, problems=tuple(problems))


# --- the end, and failure --------------------------------------------------------------------------------------------


def _missing(choices: dict[int, Choice]) -> str | None:
    """What a stream without ``[DONE]`` lacks: Cerebras, Perplexity and others end with the finish reasons alone."""
    if not choices:
        return "no choice and no [DONE]"
    open_ones = [str(index) for index in sorted(choices) if not any(choices[index].finishes)]
    if not open_ones:
        return None
    return f"no finish_reason for choice {' and '.join(open_ones)} and no [DONE]"


def _stray_error(event: Event, number: int) -> CallError | None:
    """An error in data that are no object: Google's list of one, or plain words under ``event: error``."""
    if type(event.json) is list:
        return error_in(event.json, event_index=number)
    if event.event == "error":
        return CallError(type=None, code=None, message=event.data, in_stream=True, raw=event.data, event_index=number)
    return None


def _chunk_error(chunk: Merge, number: int) -> CallError | None:
    """OpenRouter and OpenAI put ``error`` beside the choices; Groq sends it as an event of that name."""
    return error_in(chunk, event_index=number) or error_from(chunk, chunk, "", number)


def _choice_error(choices: dict[int, Choice]) -> CallError | None:
    for choice in choices.values():
        if choice.error is not None:
            return choice.error
    return None


def _groq_error(chunks: list[Merge], body: Merge) -> CallError | None:
    """Groq tells under ``x_groq`` why it stopped a stream early."""
    inner = mapping(body.get("x_groq")).get("error")
    if not inner:
        return None
    number = next((at for at, chunk in enumerate(chunks) if mapping(chunk.get("x_groq")).get("error")), 0)
    return error_from(inner, {}, "/x_groq/error", number)


# --- chunks ----------------------------------------------------------------------------------------------------------


def _top(chunks: list[Merge], last: Merge) -> Merge:
    """The keys of the body beside its choices."""
    body: Merge = {}
    for key, value in last.items():
        if key in PADDING or key == "choices":
            continue
        if key in FIRST:
            body[key] = _first(chunks, key, value)
        elif key == "usage":
            body[key] = _last_usage(chunks, value)
        elif value is None:
            body[key] = next((chunk[key] for chunk in reversed(chunks) if chunk.get(key) is not None), None)
        elif type(value) is dict:
            body[key] = _merged_all([chunk[key] for chunk in chunks if type(chunk.get(key)) is dict])
        else:
            body[key] = value
    if "object" in body and isinstance(body["object"], str):
        body["object"] = "chat.completion"
    return body


def _first(chunks: list[Merge], key: str, value: Json) -> Json:
    for chunk in chunks:
        word = chunk.get(key)
        if word:
            return word
    return value


def _last_usage(chunks: list[Merge], value: Json) -> Json:
    """The last usage that says anything: some servers send a running one in every chunk, Databricks an empty one."""
    for chunk in reversed(chunks):
        usage = chunk.get("usage")
        if type(usage) is dict and any(item is not None for item in usage.values()):
            return usage
    return value


def _merged_all(values: list[Merge]) -> Merge:
    whole = values[0]
    for value in values[1:]:
        whole = merged(whole, value)
    return whole


def merged(old: Merge, new: Merge, depth: int = 0) -> Merge:
    """`new` laid over `old`: objects are merged, anything else of `new` stands unless it is null."""
    whole = dict(old)
    for key, value in new.items():
        before = whole.get(key)
        if type(value) is dict and type(before) is dict and depth < _DEPTH:
            whole[key] = merged(before, value, depth + 1)
        elif value is not None or key not in whole:
            whole[key] = value
    return whole


# --- one choice of one chunk -----------------------------------------------------------------------------------------


def _add_choice(choices: dict[int, Choice], piece: Merge, number: int, position: int) -> None:
    index = piece.get("index")
    if type(index) is not int:
        index = position if index is None else 0
    choice = choices.get(index)
    if choice is None:
        choice = choices[index] = Choice()
    for key, value in piece.items():
        if value is None or key == "index":
            continue
        if key == "delta":
            if type(value) is not dict:
                choice.others[key] = value
            else:
                where = "/choices/0/delta" if position == 0 else f"/choices/{position}/delta"
                strings = choice.strings
                for name, words in value.items():
                    if type(words) is not str:
                        if words is not None or name not in choice.values:
                            _add_value(choice, name, words, number, where)
                    elif name in strings:
                        strings[name].append((number, where, words))
                    else:
                        strings[name] = [(number, where, words)]
        elif key == "finish_reason":
            if type(value) is str and value not in choice.finishes:
                choice.finishes.append(value)
        elif key == "logprobs":
            choice.logprobs = _extended(choice.logprobs, value)
        elif key == "message":
            choice.snapshot = value
        elif key not in CHOICE_KEYS:
            _put(choice.others, key, value)
            if key == "error" and value and choice.error is None:
                choice.error = error_from(value, {}, f"/choices/{position}/error", number)


def _add_value(choice: Choice, key: str, value: Json, number: int, where: str) -> None:
    """A member of a delta that is no string."""
    if key == "tool_calls" and type(value) is list:
        choice.values.setdefault(key, None)
        for position, entry in enumerate(value):
            if type(entry) is dict:
                _add_call(choice, entry, number, f"{where}/tool_calls/{position}")
    elif key == "reasoning_details" and type(value) is list:
        for position, entry in enumerate(value):
            _add_detail(choice, entry, number, f"{where}/reasoning_details/{position}")
    elif value is None:
        choice.values.setdefault(key, None)
    elif key in _RARE:
        from cassette_tools.dialects._chat_fold_rare import READERS

        kind, reader = READERS[key]
        if type(value) is kind:
            reader(choice, value, number, where)
        else:
            _put(choice.values, key, value)
    else:
        _put(choice.values, key, value)


# Members of a delta that few servers send; their readers are imported when they come.
_RARE = frozenset(("content", "thinking_blocks", "function_call", "audio", "executed_tools"))


def _put(values: Merge, key: str, value: Json) -> None:
    """A value that is not written in pieces: lists grow, objects are merged, anything else stands until the next."""
    before = values.get(key)
    if type(value) is list:
        if type(before) is list:
            if before != value or key in GROWING:  # a list sent again whole is a snapshot
                before.extend(value)
        else:
            values[key] = list(value)
    elif type(value) is dict and type(before) is dict:
        values[key] = merged(before, value)
    else:
        values[key] = value


def _extended(before: Json, value: Json) -> Json:
    """Log probabilities: an object of lists, one entry for each token."""
    if type(value) is not dict:
        return value
    whole = before if type(before) is dict else {}
    for key, entries in value.items():
        if type(entries) is list:
            if type(whole.get(key)) is list:
                whole[key].extend(entries)
            else:
                whole[key] = list(entries)
        elif entries is not None or key not in whole:
            whole[key] = entries
    return whole


def _add_call(choice: Choice, entry: Merge, number: int, where: str) -> None:
    call_id = text(entry.get("id"))
    # Snowflake sends an empty `custom` beside every `function`.
    kind = "custom" if type(entry.get("custom")) is dict and not entry.get("function") else "function"
    inner = mapping(entry.get(kind))
    call = _call_for(choice, entry, call_id, text(inner.get("name")), number)
    call.id = call.id or call_id
    if kind == "custom":
        call.kind = kind
    for key, value in inner.items():
        if key in ("arguments", "input"):
            if type(value) is str:
                call.runs.append((number, f"{where}/{kind}", value))
            elif value is not None:
                call.arguments = value
        elif value and not call.function.get(key):
            call.function[key] = value
    for key, value in entry.items():
        if key == "type":
            call.type = call.type or text(value)
        elif key not in ("index", "id", kind) and value is not None:
            _put(call.others, key, value)


def _call_for(choice: Choice, entry: Merge, call_id: str | None, name: str | None, number: int) -> Call:
    """The call that an entry goes on with, or a new one.

    An index says which, except that another id means another call, and so does a second name in one chunk. Without an
    index an id or a name that is new begins a call, and anything else goes on with the latest.
    """
    index = entry.get("index")
    call: Call | None
    if type(index) is int:
        call = choice.by_index.get(index)
        if call is not None and call_id is not None:
            if call.id is not None and call.id != call_id:
                call = None
        elif call is not None and name is not None and call.event == number and call.function.get("name"):
            call = None
    elif call_id is not None:
        call = next((known for known in choice.calls if known.id == call_id), None)
    else:
        call = choice.calls[-1] if choice.calls and name is None else None
    if call is None:
        call = Call(number)
        choice.calls.append(call)
        if type(index) is int:
            choice.by_index[index] = call
    return call


def _add_detail(choice: Choice, entry: Json, number: int, where: str) -> None:
    """OpenRouter's reasoning details: a slot for each index *and* type, since one index has text and encrypted data."""
    if type(entry) is not dict:
        return
    index, kind = entry.get("index"), entry.get("type")
    key = (index if isinstance(index, int) else None, kind if isinstance(kind, str) else None)
    slot = choice.details.get(key)
    if slot is None:
        slot = choice.details[key] = ({}, {})
    values, strings = slot
    for name, value in entry.items():
        if name in ("text", "summary", "data") and type(value) is str:
            strings.setdefault(name, []).append((number, where, value))
            values.setdefault(name, None)
        elif values.get(name) is None:
            values[name] = value


# --- one choice, folded ----------------------------------------------------------------------------------------------


def _folded_choice(index: int, choice: Choice, pointer: str, trace: Trace, problems: list[Problem]) -> Merge:
    message = _folded_message(choice, pointer + "/message", trace)
    words = [word for word in choice.finishes if word]
    if len(words) > 1:
        said = " and then ".join(repr(word) for word in words)
        problems.append(Problem(kind="finish-reason-changed", message=f"choice {index} says finish_reason {said}"))
    finish = words[-1] if words else (choice.finishes[-1] if choice.finishes else None)
    folded: Merge = {"index": index, "message": message, "finish_reason": finish}
    if choice.logprobs is not None:
        folded["logprobs"] = choice.logprobs
    folded.update(choice.others)
    return folded


def _folded_message(choice: Choice, pointer: str, trace: Trace) -> Json:
    if (
        not choice.strings
        and not choice.values
        and not choice.items
        and not choice.details
        and choice.snapshot is not None
    ):
        return choice.snapshot  # a server that streams the whole message at once
    message: Merge = {}
    for key, runs in choice.strings.items():
        if key == "content" and choice.items:
            continue
        if key == "audio/transcript":
            choice.values["audio"]["transcript"] = joined(runs)
            trace.note(pointer + "/audio/transcript", runs, "transcript")
            continue
        message[key] = _word(key, runs)
        trace.note(f"{pointer}/{key}", runs, key)
    for key, value in choice.values.items():
        if key not in message or value is not None:
            message[key] = value
    if choice.sound:
        from cassette_tools.dialects._chat_fold_rare import joined_sound

        message["audio"]["data"] = joined_sound(choice.sound)
    if choice.items:
        from cassette_tools.dialects._chat_fold_rare import folded_items

        message["content"] = folded_items(choice, pointer + "/content", trace)
    if choice.blocks:
        from cassette_tools.dialects._chat_fold_rare import folded_blocks

        message["thinking_blocks"] = folded_blocks(choice, pointer + "/thinking_blocks", trace)
    if choice.details:
        message["reasoning_details"] = _folded_details(choice, pointer + "/reasoning_details", trace)
    if choice.calls:
        message["tool_calls"] = [
            _folded_call(call, f"{pointer}/tool_calls/{place}", trace) for place, call in enumerate(choice.calls)
        ]
    if "function_call" in choice.values:
        from cassette_tools.dialects._chat_fold_rare import LEGACY

        legacy = choice.by_index.get(LEGACY)
    else:
        legacy = None
    if legacy is not None:
        message["function_call"] = {**legacy.function, "arguments": joined(legacy.runs)}
        trace.note(pointer + "/function_call/arguments", legacy.runs, "arguments")
    return message


def _word(key: str, runs: Runs) -> str:
    if len(runs) == 1:
        return runs[0][2]
    if key in FIRST_WORD:
        return next((run[2] for run in runs if run[2]), "")
    if key in LAST_WORD:
        return next((run[2] for run in reversed(runs) if run[2]), "")
    if key not in JOINED and all(run[2] == runs[0][2] for run in runs):
        return runs[0][2]  # an unknown word that is repeated in every chunk
    return joined(runs)


def _folded_details(choice: Choice, pointer: str, trace: Trace) -> list[Json]:
    folded = []
    for place, (values, strings) in enumerate(choice.details.values()):
        for name, runs in strings.items():
            values[name] = joined(runs)
            trace.note(f"{pointer}/{place}/{name}", runs, name)
        folded.append(values)
    return folded


def _folded_call(call: Call, pointer: str, trace: Trace) -> Merge:
    key = "input" if call.kind == "custom" else "arguments"
    inner: Merge = {"name": "", **call.function}
    if call.runs:
        inner[key] = joined(call.runs)
        trace.note(f"{pointer}/{call.kind}/{key}", call.runs, key)
    elif call.arguments is not None:
        inner[key] = call.arguments
    folded: Merge = {} if call.id is None else {"id": call.id}
    folded["type"] = call.type or call.kind
    folded[call.kind] = inner
    folded.update(call.others)
    return folded
