"""Streams of generateContent, folded into the body of the same answer without streaming.

Every chunk has the shape of a whole response. Texts are joined with the part before while both are thought, or neither;
every other part is complete, except for sound and for calls whose arguments are streamed. Google counts tokens in each
chunk, and the counts are running ones.

Sources: the Gemini API reference ("models.streamGenerateContent") and Vertex AI's; recordings of both.
"""

from __future__ import annotations

from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.media import joined_base64
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import Folded
from cassette_tools.dialects._gemini_grounding import METADATA, grown, merged_metadata
from cassette_tools.dialects.gemini.names import both, member, spelled
from cassette_tools.model import CallError, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from cassette_tools.decoding.trace import Runs
    from cassette_tools.dialects._gemini_partial import Arguments
    from cassette_tools.model import Event, Json, Piece

    Object = dict[str, Json]

FINISH = both(("finishReason",))
UNFINISHED = (0, "FINISH_REASON_UNSPECIFIED")  # "the model has not stopped generating the tokens"
USAGE = both(("usageMetadata",))
# Keys whose first word counts: they are the same in every chunk.
FIRST = both(("responseId", "modelVersion", "createTime"))
_SIGNATURES = both(("thoughtSignature",))
_CALLS = both(("functionCall",))
_STREAMED = both(("partialArgs", "willContinue"))
_INLINE = both(("inlineData",))


class _Part:
    """A part in the making."""

    __slots__ = ("arguments", "at", "entry", "goes_on", "runs", "sound", "thought")

    def __init__(self, entry: Object, at: tuple[int, str]) -> None:
        self.entry = entry
        self.at = at  # the event that began it, and its pointer there
        self.runs: Runs | None = None
        self.thought = False
        self.arguments: Arguments | None = None
        self.goes_on = False  # a call whose arguments are still to come
        self.sound: list[str] | None = None


class _Candidate:
    """A candidate in the making."""

    __slots__ = ("content", "finishes", "parts", "values")

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self.content: Object | None = None
        self.values: Object = {}
        self.finishes: list[Json] = []


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the chunks of one stream. Never raises, whatever the events hold."""
    candidates: dict[int, _Candidate] = {}
    top: Object = {}
    error: CallError | None = None
    for number, event in enumerate(events):
        chunk = event.json
        if type(chunk) is dict:
            _add_chunk(chunk, "", number, top, candidates)
        elif type(chunk) is list:
            for place, each in enumerate(chunk):
                if type(each) is dict:
                    _add_chunk(each, f"/{place}", number, top, candidates)
        else:
            continue
        if error is None and (type(chunk) is list or "error" in chunk):
            error = error_in(chunk, event_index=number)
    trace = Trace()
    return _whole(top, candidates, error, trace, trace)


def fold_values(chunks: list[Json]) -> Folded:
    """`fold` for chunks that were read as one JSON document: nothing leads from there to events."""
    candidates: dict[int, _Candidate] = {}
    top: Object = {}
    error: CallError | None = None
    for number, chunk in enumerate(chunks):
        if type(chunk) is dict:
            _add_chunk(chunk, "", number, top, candidates)
            error = error or error_in(chunk, pointer=f"/{number}")
    return _whole(top, candidates, error, Trace(), {})


def _whole(
    top: Object,
    candidates: dict[int, _Candidate],
    error: CallError | None,
    trace: Trace,
    shown: Mapping[str, tuple[Piece, ...]],
) -> Folded:
    problems: list[Problem] = []
    if candidates:
        top["candidates"] = [
            _folded(index, candidates[index], f"/candidates/{at}", trace, problems)
            for at, index in enumerate(sorted(candidates))
        ]
    cut = None if error is not None else _missing(candidates, top)
    return Folded(body=top, trace=shown, complete=cut is None, cut=cut, error=error, problems=tuple(problems))


def _missing(candidates: dict[int, _Candidate], top: Object) -> str | None:
    """What the stream lacks at its end: every candidate says why it ended, unless the prompt was blocked."""
    unfinished = [str(index) for index in sorted(candidates) if not candidates[index].finishes]
    if candidates:
        return f"no finishReason for candidate {' and '.join(unfinished)}" if unfinished else None
    if member(mapping(member(top, "promptFeedback")), "blockReason"):
        return None
    return "no candidate"


# --- chunks ----------------------------------------------------------------------------------------------------------


def _add_chunk(chunk: Object, prefix: str, number: int, top: Object, candidates: dict[int, _Candidate]) -> None:
    for key, value in chunk.items():
        if value is None:
            continue
        if key == "candidates" and type(value) is list:
            for position, piece in enumerate(value):
                if type(piece) is dict:
                    _add_candidate(candidates, piece, f"{prefix}/candidates/{position}", number, position)
        elif key not in top:
            top[key] = value
        elif key in FIRST:
            pass
        elif key in USAGE and type(value) is dict and type(top[key]) is dict:
            # A count that the last chunk leaves out is the one before (one stream, 2025).
            top[key] = {**top[key], **{name: count for name, count in value.items() if count is not None}}
        else:
            top[key] = _laid_over(top[key], value)


def _laid_over(old: Json, new: Json) -> Json:
    if type(old) is dict and type(new) is dict:
        return {**old, **new}
    if type(old) is list and type(new) is list:
        return grown(old, new)
    return new


def _add_candidate(candidates: dict[int, _Candidate], piece: Object, where: str, number: int, position: int) -> None:
    index = piece.get("index")
    if type(index) is not int:
        index = position
    candidate = candidates.get(index)
    if candidate is None:
        candidate = candidates[index] = _Candidate()
    for key, value in piece.items():
        if value is None:
            continue
        if key == "content" and type(value) is dict:
            _add_content(candidate, value, where + "/content", number)
        elif key in FINISH:
            if value in UNFINISHED:
                candidate.values.setdefault(key, value)
            else:
                if value not in candidate.finishes:
                    candidate.finishes.append(value)
                candidate.values[key] = value
        elif key in METADATA:
            candidate.values[key] = merged_metadata(candidate.values.get(key), value)
        elif value != [] or key not in candidate.values:
            before = candidate.values.get(key)
            # Log probabilities are of the tokens of their chunk; everything else is said again.
            candidate.values[key] = _extended(before, value) if key in _PER_TOKEN else value


_PER_TOKEN = both(("logprobsResult",))


def _extended(old: Json, new: Json) -> Json:
    if type(old) is not dict or type(new) is not dict:
        return new
    whole = dict(old)
    for key, value in new.items():
        before = whole.get(key)
        whole[key] = before + value if type(before) is list and type(value) is list else value
    return whole


def _add_content(candidate: _Candidate, content: Object, where: str, number: int) -> None:
    if candidate.content is None:
        candidate.content = {}
    for key, value in content.items():
        if key != "parts":
            if value is not None:
                candidate.content.setdefault(key, value)
        elif type(value) is list:
            for position, part in enumerate(value):
                _add_part(candidate.parts, part, f"{where}/parts/{position}", number)
        elif value is not None:
            _add_part(candidate.parts, value, where + "/parts", number)


# --- parts -----------------------------------------------------------------------------------------------------------


def _add_part(parts: list[_Part], part: Json, where: str, number: int) -> None:
    if type(part) is not dict:
        if part is not None:
            parts.append(_Part(part, (number, where)))
        return
    last = parts[-1] if parts else None
    words = part.get("text")
    if type(words) is str:
        if last is not None and last.runs is not None and _goes_on(last, part, words):
            if words:
                last.runs.append((number, where, words))
            if len(part) > 1:
                last.entry.update(_asides(part))
            return
        opened = _Part(dict(part), (number, where))
        opened.runs = [(number, where, words)]
        opened.thought = part.get("thought") is True
        parts.append(opened)
        return
    call = _call_in(part)
    if call is not None and _continues_call(last, call):
        assert last is not None
        _add_arguments(last, call)
        _add_asides(last, part)
        return
    if last is not None and last.sound is not None and _is_more_sound(last, part):
        last.sound.append(part[_inline_key(part)]["data"])
        return
    opened = _Part(part, (number, where))
    parts.append(opened)
    if call is not None and not _STREAMED.isdisjoint(call):
        _begin_call(opened, part, call)
    elif _is_sound(part):
        opened.sound = [part[_inline_key(part)]["data"]]


def _goes_on(last: _Part, part: Object, words: str) -> bool:
    """Whether a text goes on with the part before: both are thought or neither is, and it says nothing else of itself.

    A signature without words belongs to the words before it.
    """
    thought = part.get("thought") is True
    if len(part) == 1:
        return thought == last.thought
    if thought != last.thought and (words or _SIGNATURES.isdisjoint(part)):
        return False
    entry = last.entry
    return all(key not in entry or entry[key] == value for key, value in _asides(part).items())


def _asides(part: Object) -> Object:
    return {key: value for key, value in part.items() if key not in ("text", "thought") and value is not None}


def _add_asides(last: _Part, part: Object) -> None:
    for key, value in part.items():
        if key not in _CALLS and value is not None:
            last.entry[key] = value


def _call_in(part: Object) -> Object | None:
    value = member(part, "functionCall")
    return value if type(value) is dict else None


def _continues_call(last: _Part | None, call: Object) -> bool:
    return last is not None and last.goes_on and not call.get("name")


def _begin_call(opened: _Part, part: Object, call: Object) -> None:
    """A call whose arguments will come in pieces, or whose first pieces came with its name."""
    from cassette_tools.dialects._gemini_partial import Arguments

    key = spelled(part, "functionCall")
    opened.arguments = Arguments(call.get("args"))
    inner = {name: value for name, value in call.items() if name not in _STREAMED}
    opened.entry = {**part, key: inner}
    _add_arguments(opened, call)


def _add_arguments(part: _Part, call: Object) -> None:
    assert part.arguments is not None
    pieces = member(call, "partialArgs")
    for piece in pieces if type(pieces) is list else ():
        part.arguments.add(piece)
    inner = part.entry[spelled(part.entry, "functionCall")]
    for name, value in call.items():
        if name == "args" and type(value) is dict:
            part.arguments.value.update(value)
        elif name not in _STREAMED and value is not None and name != "args":
            inner.setdefault(name, value)
    inner["args"] = part.arguments.value
    if part.arguments.odd:
        inner["partialArgs"] = part.arguments.odd
    part.goes_on = member(call, "willContinue") is True


def _inline_key(part: Object) -> str:
    return spelled(part, "inlineData")


def _is_sound(part: Object) -> bool:
    """Speech comes in many pieces, pictures whole."""
    if _INLINE.isdisjoint(part) or len(part) > 1:
        return False
    inner = part[_inline_key(part)]
    kind = member(inner, "mimeType") if type(inner) is dict else None
    return isinstance(kind, str) and kind.startswith("audio/") and isinstance(inner.get("data"), str)


def _is_more_sound(last: _Part, part: Object) -> bool:
    if not _is_sound(part):
        return False
    old, new = last.entry[_inline_key(last.entry)], part[_inline_key(part)]
    return bool({**old, "data": ""} == {**new, "data": ""})


# --- one candidate, folded -------------------------------------------------------------------------------------------


def _folded(index: int, candidate: _Candidate, pointer: str, trace: Trace, problems: list[Problem]) -> Object:
    folded: Object = {}
    if candidate.content is not None:
        content = dict(candidate.content)
        if candidate.parts:
            content["parts"] = [
                _folded_part(part, f"{pointer}/content/parts/{at}", trace) for at, part in enumerate(candidate.parts)
            ]
        folded["content"] = content
    folded.update(candidate.values)
    if index:
        folded.setdefault("index", index)
    if len(candidate.finishes) > 1:
        said = " and then ".join(repr(word) for word in candidate.finishes)
        problems.append(Problem(kind="finish-reason-changed", message=f"candidate {index} says finishReason {said}"))
    return folded


def _folded_part(part: _Part, pointer: str, trace: Trace) -> Json:
    entry = part.entry
    if part.runs is not None:
        entry["text"] = joined(part.runs)
        trace.note(pointer + "/text", part.runs, "text")
    elif part.sound is not None and len(part.sound) > 1:
        key = _inline_key(entry)
        return {**entry, key: {**entry[key], "data": joined_base64(part.sound)}}
    elif type(entry) is dict and not _CALLS.isdisjoint(entry):
        number, where = part.at
        key = spelled(entry, "functionCall")
        trace.note(f"{pointer}/{key}/args", [(number, f"{where}/{key}/args", "")], "")
    return entry
