"""The answer: a message of each candidate, the counts, and what went wrong."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.google import ROLES
from cassette_tools.decoding.assembly import DecodedResponse, answer
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.messages import role_of
from cassette_tools.decoding.protobuf import Fields, both, member
from cassette_tools.decoding.values import at, index_of, mapping, sequence
from cassette_tools.dialects.gemini.generate_content.parts import read_parts
from cassette_tools.dialects.gemini.generate_content.sources import read_sources
from cassette_tools.dialects.gemini.names import enum_name, finish_name, model_name
from cassette_tools.model import ABSENT, Message, Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.assembly import Decoding, Finish
    from cassette_tools.model import Body, CallError, Json, Object, Part, Usage


_CANDIDATE_MARKS = both(("finishReason", "finishMessage", "safetyRatings", "groundingMetadata"))
_RESPONSE_MARKS = both(("modelVersion", "responseId"))
_UNSPECIFIED = "FINISH_REASON_UNSPECIFIED"
_NO_PROVIDER = "no provider of this dialect is"


def is_answer(value: Object) -> bool:
    """Whether a body, or a chunk of a stream, has the shape of an answer."""
    if sequence(value.get("candidates")):
        first = mapping(at(value, ("candidates", 0)))  # PaLM's candidates were texts, without content
        return type(first.get("content")) is dict or not _CANDIDATE_MARKS.isdisjoint(first)
    if type(member(value, "promptFeedback")) is dict:
        return True
    # Embeddings and cached contents report their counts so too.
    return type(member(value, "usageMetadata")) is dict and not _RESPONSE_MARKS.isdisjoint(value)


def read_response(decoding: Decoding, body: Fields, *, counting: bool) -> DecodedResponse:
    """Decode a response body of any shape; `counting`: tokens were to be counted, and the counts are all of it."""
    error = _error(decoding)
    usage = _count(decoding, body) if counting else decoding.usage(body, "usageMetadata")
    model = body.text("modelVersion")
    return DecodedResponse(
        model=model_name(model) if model else None,
        id=body.text("responseId"),
        outputs=tuple(_outputs(decoding, body)) or _blocked(body),
        usage=_named(usage),
        error=error,
    )


# --- messages --------------------------------------------------------------------------------------------------------


def _outputs(decoding: Decoding, body: Fields) -> Iterator[Message]:
    for place, value in enumerate(body.array("candidates")):
        pointer = f"/candidates/{place}"
        if type(value) is dict:
            yield _output(decoding, Fields(value, pointer, {}, ""), place)
        elif value is not None:
            body.extra[body.where + pointer] = value


def _output(decoding: Decoding, candidate: Fields, place: int) -> Message:
    content = candidate.object("content")
    role, native = role_of(content.text("role"), ROLES, "model")
    parts = read_parts(content)
    content.keep()
    parts = read_sources(candidate, parts)
    index = index_of(candidate.peek("index"), place)
    if type(candidate.peek("index")) is int:
        candidate.take("index")
    finish = _finish(decoding, candidate, parts, index)
    candidate.keep()
    return answer(parts, finish, candidate.extra, candidate.pointer, role=role, native_role=native, index=index)


def _finish(decoding: Decoding, candidate: Fields, parts: list[Part], index: int) -> Finish:
    """Why a candidate ended, which may be a number."""
    native = candidate.take("finishReason")
    word = finish_name(native, decoding.provider)
    what = f"candidate {index}"
    found = decoding.finish(
        parts, "finishReason", native if word is None else word, candidate.extra, what=what, api=_NO_PROVIDER
    )
    if word == _UNSPECIFIED:
        message = f"{what} ends with finishReason {native!r}, which says nothing"
        decoding.problems.append(Problem(kind="finish-reason-unknown", message=message))
    if word == _UNSPECIFIED or (found[0] is None and native not in (None, "")):
        candidate.extra["/finishReason"] = native
    return found


def _blocked(body: Fields) -> tuple[Message, ...]:
    """A prompt that was blocked has no candidate: what is said instead is that it was filtered, and why."""
    told = body.peek("promptFeedback")
    feedback = Fields(told if type(told) is dict else None, body.at("promptFeedback"), {}, "")
    reason = enum_name("blockReason", feedback.take("blockReason"))
    if reason is None or reason == "":
        return ()
    body.take("promptFeedback")
    feedback.keep()
    return (answer((), ("content_filter", str(reason)), feedback.extra, feedback.pointer),)


# --- counts ----------------------------------------------------------------------------------------------------------


def _count(decoding: Decoding, body: Fields) -> Usage | None:
    """The counts that are an answer."""
    return decoding.counts({key: body.take(key) for key in [*body.left] if key != "error"}, "")


def _named(usage: Usage | None) -> Usage | None:
    """Counts whose modality, or whose kind of traffic, was a number."""
    if usage is None or not usage.extra:
        return usage
    return replace(usage, extra={where: _with_name(where, value) for where, value in usage.extra.items()})


def _with_name(where: str, value: Json) -> Json:
    if type(value) is list:
        return [
            {**each, "modality": enum_name("modality", each["modality"])} if "modality" in mapping(each) else each
            for each in value
        ]
    return enum_name("trafficType", value) if where in ("/trafficType", "/traffic_type") else value


# --- failure ---------------------------------------------------------------------------------------------------------


def _error(decoding: Decoding) -> CallError | None:
    """What went wrong: an event, or a body that is no answer."""
    body = decoding.interaction.response.body
    if body.events or body.comments:
        return decoding.folded.error or _stray_error(body)
    return decoding.error(bare=not is_answer(decoding.body) and "totalTokens" not in decoding.body)


def _stray_error(body: Body) -> CallError | None:
    """An error that Google wrote into an event stream without ``data:``, over many lines: to the standard these are
    unknown fields. (google-genai collects such lines until the braces balance.)
    """
    words = body.text or ""
    for start in _documents(body, words):
        found = error_in(_document(words, start))
        if found is not None:
            return replace(found, in_stream=True, pointer="")
    return None


def _documents(body: Body, words: str) -> Iterator[int]:
    """Where JSON begins that is not of the stream."""
    for event in body.events:
        if event.json is ABSENT and event.data.lstrip().startswith("{"):
            yield event.offset
    for comment in body.comments:
        if comment.field.lstrip().startswith(("{", "[")):
            yield words.rfind("\n", 0, comment.offset) + 1
            return  # the other lines are of the same document


def _document(words: str, start: int) -> Json:
    """The JSON that begins at `start`, whatever follows it."""
    from json import JSONDecoder

    while start < len(words) and words[start] in " \t\r":
        start += 1
    try:
        return JSONDecoder().raw_decode(words, start)[0]
    except (ValueError, RecursionError):
        return None
