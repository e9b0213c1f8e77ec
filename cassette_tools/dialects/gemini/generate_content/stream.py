"""Streams of generateContent, folded into the body of the same answer without streaming.

Every chunk has the shape of a whole response. Texts are joined with the part before while both are thought, or neither;
every other part is complete, except for sound and for calls whose arguments are streamed. Google counts tokens in each
chunk, and the counts are running ones.

Sources: the Gemini API reference ("models.streamGenerateContent") and Vertex AI's; recordings of both.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.merging import extended, merged
from cassette_tools.decoding.protobuf import both, member, spelled
from cassette_tools.decoding.streams import Making, folded
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import count, index_of, mapping
from cassette_tools.dialects.gemini.generate_content.sources import METADATA, grown, merged_metadata
from cassette_tools.model import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.dialects.gemini.generate_content.arguments import Arguments
    from cassette_tools.model import Event, Json, Object


UNFINISHED = (0, "FINISH_REASON_UNSPECIFIED")  # "the model has not stopped generating the tokens"
# Keys whose first word counts: they are the same in every chunk.
FIRST = both(("responseId", "modelVersion", "createTime"))
_FINISH = both(("finishReason",))
_PER_TOKEN = both(("logprobsResult",))  # of the tokens of a chunk; everything else is said again
_SIGNATURES = both(("thoughtSignature",))
_CALLS = both(("functionCall",))
_STREAMED = both(("partialArgs", "willContinue"))
_INLINE = both(("inlineData",))
_USAGE = both(("usageMetadata",))
_ADDENDS = ("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount")


class _Part:
    """A part in the making, begun by the event `number`, at the pointer `where` there. `runs` are the pieces of a text,
    `sound` those of base64.
    """

    __slots__ = ("arguments", "entry", "goes_on", "number", "runs", "sound", "thought", "where")

    def __init__(self, entry: Json, number: int, where: str) -> None:
        self.entry = entry
        self.number = number
        self.where = where
        self.runs: Runs | None = None
        self.thought = False
        self.arguments: Arguments | None = None
        self.goes_on = False  # a call whose arguments are still to come
        self.sound: list[str] | None = None


class _Candidate:
    """A candidate in the making: its content without the parts, the parts, its other fields, and each reason for its
    end that it gave.
    """

    __slots__ = ("content", "finishes", "parts", "values")

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.content: Object | None = None
        self.values: Object = {}
        self.finishes: list[Json] = []


class _Stream(Making):
    """A stream in the making: the body without its candidates, and the candidates."""

    __slots__ = ("body", "candidates")

    def __init__(self) -> None:
        super().__init__()
        self.body: Object = {}
        self.candidates: dict[int, _Candidate] = {}


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream. Never raises, whatever the events hold."""
    stream = _Stream()
    for number, event in enumerate(events):
        value = event.json
        if type(value) is dict:
            _add_chunk(stream, value, "", number)
        for place, chunk in enumerate(value) if type(value) is list else ():
            _add_chunk(stream, mapping(chunk), f"/{place}", number)
        if stream.error is None and (type(value) is list or "error" in mapping(value)):
            stream.error = error_in(value, event_index=number)
    return _folded(stream)


def fold_values(chunks: list[Json]) -> Folded:
    """`fold` for chunks that were read as one JSON document: nothing leads from there to events."""
    stream = _Stream()
    for number, chunk in enumerate(chunks):
        if type(chunk) is dict:
            _add_chunk(stream, chunk, "", number)
            stream.fail(error_in(chunk, pointer=f"/{number}"))
    return replace(_folded(stream), trace={})


def _folded(stream: _Stream) -> Folded:
    trace = Trace()
    problems: list[Problem] = []
    ordered = sorted(stream.candidates)
    if ordered:
        stream.body["candidates"] = [
            _whole_candidate(stream.candidates[index], index, f"/candidates/{place}", trace, problems)
            for place, index in enumerate(ordered)
        ]
    return folded(stream.body, trace, _missing(stream), stream.error, problems)


def _missing(stream: _Stream) -> str | None:
    """What the stream lacks at its end: every candidate says why it ended, unless the prompt was blocked."""
    unfinished = [str(index) for index, candidate in sorted(stream.candidates.items()) if not candidate.finishes]
    if unfinished:
        return f"no finishReason for candidate {' and '.join(unfinished)}"
    if stream.candidates or member(mapping(member(stream.body, "promptFeedback")), "blockReason"):
        return None
    return "no candidate"


# --- chunks ----------------------------------------------------------------------------------------------------------


def _add_chunk(stream: _Stream, chunk: Object, prefix: str, number: int) -> None:
    """A chunk, which stands at `prefix` of the event `number`."""
    body = stream.body
    for key, value in chunk.items():
        if key == "candidates" and type(value) is list:
            for place, candidate in enumerate(value):
                _add_candidate(stream, candidate, place, f"{prefix}/candidates/{place}", number)
        elif value is not None and (key not in body or key not in FIRST):
            body[key] = (_usage if key in _USAGE else _laid_over)(body.get(key), value)


def _usage(old: Json, new: Json) -> Json:
    """The counts after a chunk. Each chunk counts all tokens so far, and stands alone; only where its total includes
    tokens that it leaves out, those are as they were counted before.
    """
    both_counts = _laid_over(old, new)
    if member(mapping(new), "totalTokenCount") is None or _adds_up(mapping(both_counts)):
        return both_counts
    return new


def _adds_up(usage: Object) -> bool:
    return sum(count(member(usage, name)) or 0 for name in _ADDENDS) == count(member(usage, "totalTokenCount"))


def _laid_over(old: Json, new: Json) -> Json:
    """What a chunk says, where another said something before. What it leaves out stays as it was said."""
    if type(old) is dict and type(new) is dict:
        return merged(old, new)
    return grown(old, new) if type(old) is list and type(new) is list else new


def _add_candidate(stream: _Stream, said: Json, place: int, where: str, number: int) -> None:
    if type(said) is not dict:
        return
    index = index_of(said.get("index"), place)
    candidate = stream.candidates.get(index)
    if candidate is None:
        candidate = stream.candidates[index] = _Candidate()
    for key, value in said.items():
        if key == "content" and type(value) is dict:
            _add_content(candidate, value, where + "/content", number)
        elif value is not None:
            _add_value(candidate, key, value)


def _add_value(candidate: _Candidate, key: str, value: Json) -> None:
    values = candidate.values
    if key in _FINISH:
        _add_finish(candidate, key, value)
    elif key in METADATA:
        values[key] = merged_metadata(values.get(key), value)
    elif key in _PER_TOKEN:
        values[key] = extended(values.get(key), value)
    elif value != [] or key not in values:
        values[key] = value


def _add_finish(candidate: _Candidate, key: str, value: Json) -> None:
    if value in UNFINISHED:
        candidate.values.setdefault(key, value)
        return
    if value not in candidate.finishes:
        candidate.finishes.append(value)
    candidate.values[key] = value


def _add_content(candidate: _Candidate, content: Object, where: str, number: int) -> None:
    if candidate.content is None:
        candidate.content = {}
    for key, value in content.items():
        if value is None:
            continue
        if key != "parts":
            candidate.content.setdefault(key, value)
        elif type(value) is list:
            for place, part in enumerate(value):
                _add_part(candidate.parts, part, f"{where}/parts/{place}", number)
        else:
            _add_part(candidate.parts, value, where + "/parts", number)


# --- parts -----------------------------------------------------------------------------------------------------------


def _add_part(parts: list[_Part], part: Json, where: str, number: int) -> None:
    if type(part) is not dict:
        if part is not None:
            parts.append(_Part(part, number, where))
    elif not parts or not _goes_on(parts[-1], part, where, number):
        parts.append(_begun(part, where, number))


def _begun(part: Object, where: str, number: int) -> _Part:
    begun = _Part(part, number, where)
    words, call = part.get("text"), _call_in(part)
    if type(words) is str:
        begun.entry = dict(part)
        begun.runs = [(number, where, words)]
        begun.thought = part.get("thought") is True
    elif call is not None and not _STREAMED.isdisjoint(call):
        _begin_call(begun, part, call)
    elif _is_sound(part):
        begun.sound = [_inline(part)["data"]]
    return begun


def _goes_on(last: _Part, part: Object, where: str, number: int) -> bool:
    """Whether a part goes on with the last one, to which it is then added."""
    if type(part.get("text")) is str:
        return _add_words(last, part, where, number)
    call = _call_in(part)
    if call is not None and last.goes_on and not call.get("name"):
        _add_arguments(last, call)
        last.entry.update(_others(part, _CALLS))
        return True
    if last.sound is None or not _is_more_sound(last, part):
        return False
    last.sound.append(_inline(part)["data"])
    return True


def _add_words(last: _Part, part: Object, where: str, number: int) -> bool:
    if last.runs is None or not _is_more_text(last, part):
        return False
    if part["text"]:
        last.runs.append((number, where, part["text"]))
    last.entry.update(_asides(part))
    return True


# --- texts -----------------------------------------------------------------------------------------------------------

_WORDS = ("text", "thought")


def _is_more_text(last: _Part, part: Object) -> bool:
    """Whether a text goes on with the part before: both are thought or neither is, and it says nothing else of itself.

    A signature without words belongs to the words before it.
    """
    thought = part.get("thought") is True
    if len(part) == 1:
        return not last.thought
    if thought != last.thought and (part["text"] or _SIGNATURES.isdisjoint(part)):
        return False
    entry = last.entry
    return all(key not in entry or entry[key] == value for key, value in _asides(part).items())


def _asides(part: Object) -> Object:
    """What a text says beside its words."""
    return _others(part, _WORDS)


def _others(part: Object, keys: frozenset[str] | tuple[str, ...]) -> Object:
    """The members with other keys; a null says nothing."""
    return {key: value for key, value in part.items() if key not in keys and value is not None}


# --- calls whose arguments are streamed ------------------------------------------------------------------------------


def _call_in(part: Object) -> Object | None:
    value = member(part, "functionCall")
    return value if type(value) is dict else None


def _begin_call(begun: _Part, part: Object, call: Object) -> None:
    """A call whose arguments will come in pieces, or whose first pieces came with its name."""
    from cassette_tools.dialects.gemini.generate_content.arguments import Arguments

    begun.arguments = Arguments(call.get("args"))
    own = {name: value for name, value in call.items() if name not in _STREAMED}
    begun.entry = {**part, spelled(part, "functionCall"): own}
    _add_arguments(begun, call)


def _add_arguments(part: _Part, call: Object) -> None:
    arguments = part.arguments
    assert arguments is not None
    pieces, given = member(call, "partialArgs"), call.get("args")
    for piece in pieces if type(pieces) is list else ():
        arguments.add(piece)
    if type(given) is dict:
        arguments.value.update(given)
    own = _call_in(part.entry)
    assert own is not None
    for name, value in _others(call, _STREAMED).items():
        own.setdefault(name, value)
    own["args"] = arguments.value
    if arguments.odd:
        own["partialArgs"] = arguments.odd
    part.goes_on = member(call, "willContinue") is True


# --- sound -----------------------------------------------------------------------------------------------------------


def _inline(part: Object) -> Object:
    return mapping(member(part, "inlineData"))


def _is_sound(part: Object) -> bool:
    """Speech comes in many pieces, pictures whole."""
    if _INLINE.isdisjoint(part) or len(part) > 1:
        return False
    inner = _inline(part)
    kind = member(inner, "mimeType")
    return isinstance(kind, str) and kind.startswith("audio/") and isinstance(inner.get("data"), str)


def _is_more_sound(last: _Part, part: Object) -> bool:
    """Whether a part is sound of the same kind."""
    return _is_sound(part) and bool({**_inline(last.entry), "data": ""} == {**_inline(part), "data": ""})


# --- one candidate, folded -------------------------------------------------------------------------------------------


def _whole_candidate(candidate: _Candidate, index: int, pointer: str, trace: Trace, problems: list[Problem]) -> Object:
    whole: Object = {}
    if candidate.content is not None:
        whole["content"] = dict(candidate.content)
        if candidate.parts:
            whole["content"]["parts"] = [
                _whole_part(part, f"{pointer}/content/parts/{place}", trace)
                for place, part in enumerate(candidate.parts)
            ]
    whole.update(candidate.values)
    if index:
        whole.setdefault("index", index)
    if len(candidate.finishes) > 1:
        said = " and then ".join(repr(word) for word in candidate.finishes)
        problems.append(Problem(kind="finish-reason-changed", message=f"candidate {index} says finishReason {said}"))
    return whole


def _whole_part(part: _Part, pointer: str, trace: Trace) -> Json:
    entry = part.entry
    if part.runs is not None:
        entry["text"] = joined(part.runs)
        trace.note(pointer + "/text", part.runs, "text")
    elif part.sound is not None and len(part.sound) > 1:
        return {**entry, spelled(entry, "inlineData"): {**_inline(entry), "data": joined_base64(part.sound)}}
    elif type(entry) is dict and not _CALLS.isdisjoint(entry):
        place = f"{spelled(entry, 'functionCall')}/args"
        trace.note(f"{pointer}/{place}", [(part.number, f"{part.where}/{place}", "")], "")
    return entry
