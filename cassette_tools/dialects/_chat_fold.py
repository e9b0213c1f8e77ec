"""Chat Completions streams, folded into the body of the same answer without streaming.

A chunk is a body whose ``message`` is a ``delta``. Strings of a delta are joined, in the order of arrival and for
each choice; what else it holds is set, merged or extended as the tables below say, and what no table knows is kept
too. Never is everything joined that happens to be a string: many servers repeat ids, names and roles in every chunk.

Sources: the OpenAI API reference ("The chat completion chunk object") and the providers' own; the amendments for tool
calls answer Mistral (no index), Gemini through OpenRouter (one index for every call), Z.ai (index -1) and vLLM's
relatives (empty ids).
"""

from __future__ import annotations

from cassette_tools.dialects import Folded
from cassette_tools.dialects._errors import error_from, error_in, failure_in, is_failure
from cassette_tools.dialects._json import mapping, sequence, text
from cassette_tools.dialects._trace import Trace, joined
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dialects._trace import Runs
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
_DEPTH = 24  # how deep objects are merged; below that the later one stands


class _Call:
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


class _Choice:
    """A choice in the making."""

    __slots__ = (
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
        self.calls: list[_Call] = []
        self.by_index: dict[int, _Call] = {}


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream. Never raises, whatever the events hold."""
    chunks: list[Merge] = []
    last: Merge = {}
    choices: dict[int, _Choice] = {}
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
        error = _choice_error(choices)
    cut = None if done or error is not None else _missing(choices)
    return Folded(body=body, trace=trace, complete=cut is None, cut=cut, error=error, problems=tuple(problems))


# --- the end, and failure --------------------------------------------------------------------------------------------


def _missing(choices: dict[int, _Choice]) -> str | None:
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


def _choice_error(choices: dict[int, _Choice]) -> CallError | None:
    for choice in choices.values():
        if choice.error is not None:
            return choice.error
    return None


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
        whole = _merged(whole, value)
    return whole


def _merged(old: Merge, new: Merge, depth: int = 0) -> Merge:
    """`new` laid over `old`: objects are merged, anything else of `new` stands unless it is null."""
    whole = dict(old)
    for key, value in new.items():
        before = whole.get(key)
        if type(value) is dict and type(before) is dict and depth < _DEPTH:
            whole[key] = _merged(before, value, depth + 1)
        elif value is not None or key not in whole:
            whole[key] = value
    return whole


# --- one choice of one chunk -----------------------------------------------------------------------------------------


def _add_choice(choices: dict[int, _Choice], piece: Merge, number: int, position: int) -> None:
    index = piece.get("index")
    if type(index) is not int:
        index = position if index is None else 0
    choice = choices.get(index)
    if choice is None:
        choice = choices[index] = _Choice()
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
            before = choice.others.get(key)
            if type(value) is dict and type(before) is dict:
                value = _merged(before, value)
            choice.others[key] = value
            if key == "error" and value and choice.error is None:
                choice.error = error_from(value, {}, f"/choices/{position}/error", number)


def _add_value(choice: _Choice, key: str, value: Json, number: int, where: str) -> None:
    """A member of a delta that is no string."""
    if key == "tool_calls" and type(value) is list:
        choice.values.setdefault(key, None)
        for position, entry in enumerate(value):
            if type(entry) is dict:
                _add_call(choice, entry, number, f"{where}/tool_calls/{position}")
    elif key == "reasoning_details" and type(value) is list:
        for position, entry in enumerate(value):
            _add_detail(choice, entry, number, f"{where}/reasoning_details/{position}")
    elif key == "content" and type(value) is list:
        for position, entry in enumerate(value):
            _add_item(choice, entry, number, f"{where}/content/{position}")
    elif key == "function_call" and type(value) is dict:
        _add_function(choice, value, number, where)
    elif key == "audio" and type(value) is dict:
        _add_audio(choice, value, number, where)
    elif value is None:
        choice.values.setdefault(key, None)
    else:
        _put(choice.values, key, value)


def _put(values: Merge, key: str, value: Json) -> None:
    """A value that is not written in pieces: lists grow, objects are merged, anything else stands until the next."""
    before = values.get(key)
    if type(value) is list:
        if key == "executed_tools":
            values[key] = _superseded(sequence(before), value)
        elif type(before) is list:
            if before != value:  # a list sent again whole is a snapshot
                before.extend(value)
        else:
            values[key] = list(value)
    elif type(value) is dict and type(before) is dict:
        values[key] = _merged(before, value)
    else:
        values[key] = value


def _superseded(old: list[Json], new: list[Json]) -> list[Json]:
    """Groq sends a tool run twice, the second time with its output: the later of one index stands."""
    whole = list(old)
    for entry in new:
        index = mapping(entry).get("index")
        for place, before in enumerate(whole):
            if index is not None and mapping(before).get("index") == index:
                whole[place] = _merged(before, entry)
                break
        else:
            whole.append(entry)
    return whole


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


def _add_call(choice: _Choice, entry: Merge, number: int, where: str) -> None:
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


def _call_for(choice: _Choice, entry: Merge, call_id: str | None, name: str | None, number: int) -> _Call:
    """The call that an entry goes on with, or a new one.

    An index says which, except that another id means another call, and so does a second name in one chunk. Without an
    index an id or a name that is new begins a call, and anything else goes on with the latest.
    """
    index = entry.get("index")
    call: _Call | None
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
        call = _Call(number)
        choice.calls.append(call)
        if type(index) is int:
            choice.by_index[index] = call
    return call


def _add_detail(choice: _Choice, entry: Json, number: int, where: str) -> None:
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


def _add_item(choice: _Choice, entry: Json, number: int, where: str) -> None:
    """Mistral's content as a list: text and thinking come in pieces, anything else whole."""
    item = mapping(entry)
    kind = item.get("type")
    if kind == "text" and type(item.get("text")) is str:
        choice.items.append((number, where + "/text", "text", item["text"]))
    elif kind == "thinking" and type(item.get("thinking")) is list:
        for position, chunk in enumerate(item["thinking"]):
            words = mapping(chunk).get("text")
            if type(words) is str:
                choice.items.append((number, f"{where}/thinking/{position}/text", "thinking", words))
    else:
        choice.items.append((number, where, "", entry))


def _add_function(choice: _Choice, value: Merge, number: int, where: str) -> None:
    """The legacy ``function_call``, under a key of its own that no server sends."""
    call = choice.by_index.get(_LEGACY)
    if call is None:
        call = choice.by_index[_LEGACY] = _Call(number)
        choice.values.setdefault("function_call", None)
    for key, item in value.items():
        if key == "arguments" and type(item) is str:
            call.runs.append((number, f"{where}/function_call", item))
        elif item and not call.function.get(key):
            call.function[key] = item


_LEGACY = -(2**70)


def _add_audio(choice: _Choice, value: Merge, number: int, where: str) -> None:
    """OpenAI's spoken answer: the transcript in pieces, and sound of which each piece is base64 for itself."""
    audio = choice.values.get("audio")
    if type(audio) is not dict:
        audio = choice.values["audio"] = {}
    for key, item in value.items():
        if key == "transcript" and type(item) is str:
            choice.strings.setdefault("audio/transcript", []).append((number, where + "/audio", item))
        elif key == "data" and type(item) is str:
            choice.sound.append(item)
        elif item is not None:
            audio[key] = item


def _sound(pieces: list[str]) -> str:
    """Pieces of base64 as one; padding in the middle means that they must be decoded to be joined."""
    if not any("=" in piece for piece in pieces[:-1]):
        return "".join(pieces)
    import binascii

    try:
        return binascii.b2a_base64(b"".join([binascii.a2b_base64(piece) for piece in pieces]), newline=False).decode()
    except (ValueError, binascii.Error):
        return "".join(pieces)


# --- one choice, folded ----------------------------------------------------------------------------------------------


def _folded_choice(index: int, choice: _Choice, pointer: str, trace: Trace, problems: list[Problem]) -> Merge:
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


def _folded_message(choice: _Choice, pointer: str, trace: Trace) -> Json:
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
        message["audio"]["data"] = _sound(choice.sound)
    if choice.items:
        message["content"] = _folded_items(choice, pointer + "/content", trace)
    if choice.details:
        message["reasoning_details"] = _folded_details(choice, pointer + "/reasoning_details", trace)
    if choice.calls:
        message["tool_calls"] = [
            _folded_call(call, f"{pointer}/tool_calls/{place}", trace) for place, call in enumerate(choice.calls)
        ]
    legacy = choice.by_index.get(_LEGACY)
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


def _folded_items(choice: _Choice, pointer: str, trace: Trace) -> list[Json]:
    """Content items in the order of arrival, with the plain strings among them; neighbours of one kind are one item."""
    items = list(choice.items)
    for number, where, words in choice.strings.get("content", ()):
        if words:
            items.append((number, where + "/content", "text", words))
    items.sort(key=lambda item: item[0])
    folded: list[Json] = []
    runs: Runs = []
    before = ""
    for number, where, kind, words in items:
        if not kind:
            folded.append(words)
            before = ""
            continue
        if kind != before:
            runs, before = [], kind
            folded.append({"type": "text", "text": ""} if kind == "text" else {"type": kind, "thinking": []})
            place = f"{pointer}/{len(folded) - 1}"
            trace.note(place + ("/text" if kind == "text" else "/thinking/0/text"), runs, "")
        runs.append((number, where, words))
        # The runs of an item are joined once, when it is whole.
        folded[-1]["text" if kind == "text" else "thinking"] = runs
    for item in folded:
        for key in ("text", "thinking"):
            if type(mapping(item).get(key)) is list and item[key] and type(item[key][0]) is tuple:
                whole = joined(item[key])
                item[key] = whole if key == "text" else [{"type": "text", "text": whole}]
    return folded


def _folded_details(choice: _Choice, pointer: str, trace: Trace) -> list[Json]:
    folded = []
    for place, (values, strings) in enumerate(choice.details.values()):
        for name, runs in strings.items():
            values[name] = joined(runs)
            trace.note(f"{pointer}/{place}/{name}", runs, name)
        folded.append(values)
    return folded


def _folded_call(call: _Call, pointer: str, trace: Trace) -> Merge:
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
