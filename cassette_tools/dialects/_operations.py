"""What operations that are no conversation have in common: one request, one payload, and a summary of it.

The summary is one output message whose parts say how much of what came (vectors, pictures, sound, a list), so that two
recordings can be compared without comparing every number.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, is_streamed
from cassette_tools.decoding.errors import error_in, error_of
from cassette_tools.decoding.urls import model_in_path
from cassette_tools.decoding.values import count, escaped, mapping, text
from cassette_tools.model import ABSENT, Blob, Generic, LLMCall, Message, Text, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cassette_tools.dialects import Folded
    from cassette_tools.model import Body, CallError, Interaction, Json, Part

    Settings = dict[str, Json]

# Where the usage object is, and the names of its counts, in the order of asking.
_USAGE = (
    ("usage", ("prompt_tokens", "input_tokens", "total_tokens"), ("completion_tokens", "output_tokens")),
    ("usageMetadata", ("promptTokenCount", "totalTokenCount"), ("candidatesTokenCount",)),
    ("meta", (), ()),  # Cohere: billed_units below it
    ("", ("prompt_eval_count", "inputTextTokenCount"), ()),  # Ollama, Titan
)
_LONGEST = 200  # code points of a value that can be a setting; longer ones are content


@record
class Summary:
    """What an operation's decoder found. `consumed` are the keys of the request and of the response that it
    read; what of these has no place is in `extra`.
    """

    operation: str
    asked: tuple[Part, ...] = ()
    parts: tuple[Part, ...] = ()
    model: str | None = None
    consumed: tuple[Collection[str], Collection[str]] = ((), ())
    usage: Usage | None = None
    extra: Mapping[str, Json] = {}


def call_of(interaction: Interaction, folded: Folded, dialect: str, summary: Summary) -> LLMCall:
    """The call that an operation is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    asked = mapping(request.body.json)
    body = mapping(folded.body)
    extra: Settings = {}
    parameters = _parameters(asked, summary.consumed[0], extra)
    error = folded.error or _error(interaction, body, bool(summary.parts))
    extra.update(summary.extra)
    usage = summary.usage or usage_in(body)
    if error is None or error.raw is not body:
        known = {*summary.consumed[1], "id", "model", "object", "error"}
        if usage is not None:
            known.add(usage.pointer[1:])
        for key, value in body.items():
            if key not in known and value is not None:
                extra[f"/response/{escaped(key)}"] = value
    outputs = (Message(role="assistant", parts=summary.parts, pointer=""),) if summary.parts else ()
    inputs = (Message(role="user", parts=summary.asked, pointer=""),) if summary.asked else ()
    stream = is_streamed(interaction, asked=_asks_for_a_stream(asked, summary.asked))
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider_for(request.url, body),
        dialect=dialect,
        operation_name=summary.operation,
        request_model=text(asked.get("model")) or summary.model or model_in_path(request.url),
        response_model=text(body.get("model")) or text(body.get("modelVersion")),
        response_id=text(body.get("id")),
        input_messages=inputs,
        output_messages=outputs,
        parameters=parameters,
        stream=stream,
        usage=usage,
        error=error,
        complete=complete,
        cut=cut,
        problems=folded.problems,
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
        trace=folded.trace,
    )


def _asks_for_a_stream(asked: Settings, given: tuple[Part, ...]) -> bool:
    """Also in the words of OpenAI's speech, and as a field of a form."""
    fields = [part.content for part in given if type(part) is Generic and part.kind == "form_field"]
    return (
        asked.get("stream") is True
        or asked.get("stream_format") == "sse"
        or any(mapping(field).get("name") == "stream" and mapping(field).get("value") == "true" for field in fields)
    )


def _parameters(asked: Settings, consumed: Collection[str], extra: Settings) -> Settings:
    """Settings under their own names: what is short and no content. Everything else is kept in `extra`."""
    parameters: Settings = {}
    for key, value in asked.items():
        if key in consumed or key == "model":
            continue
        short = not isinstance(value, (str, dict, list)) or len(value) <= _LONGEST
        if short and not (isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value)):
            parameters[str(key)] = value
        else:
            extra[f"/request/{escaped(key)}"] = value
    return parameters


def _error(interaction: Interaction, body: Settings, answered: bool) -> CallError | None:
    response = interaction.response
    if response.status_code < 400:
        return None if answered or "status" in body else error_in(body)  # a job has an `error` of its own
    return error_in(body) or error_of(response.body.json, response.body.text, response.status_code)


def usage_in(body: Settings) -> Usage | None:
    """The token counts that an answer without a conversation tells, wherever it does."""
    for key, given_names, made_names in _USAGE:
        holder = mapping(body.get(key)) if key else body
        inner = mapping(holder.get("billed_units")) or mapping(holder.get("tokens"))
        given = _first(holder, given_names)
        if given is None:
            given = count(inner.get("input_tokens"))
        made = _first(holder, made_names)
        if made is None:
            made = count(inner.get("output_tokens"))
        if given is not None or made is not None:
            total = count(holder.get("total_tokens"))
            if total is None and given is not None:
                total = given + (made or 0)
            return Usage(
                input_tokens=given,
                output_tokens=made,
                total_tokens=total,
                extra=_other_counts(holder, (*given_names, *made_names, "total_tokens")) if key else {},
                native=holder,
                pointer=f"/{key}" if key else "",
            )
    return None


def _other_counts(holder: Settings, read: tuple[str, ...]) -> Settings:
    """What the usage object holds besides the counts that were read."""
    return {f"/{escaped(key)}": value for key, value in holder.items() if key not in read and value is not None}


def _first(holder: Settings, names: tuple[str, ...]) -> int | None:
    return next((found for name in names if (found := count(holder.get(name))) is not None), None)


# --- parts -----------------------------------------------------------------------------------------------------------


def asked_texts(value: Json, pointer: str) -> tuple[Part, ...]:
    """The texts that were given: one, several, or token ids (of which the number and a digest are told)."""
    if isinstance(value, str):
        return (Text(content=value, pointer=pointer),) if value else ()
    if not isinstance(value, list):
        return () if value is None else (Generic(kind="input", content=value, pointer=pointer),)
    if value and all(type(each) is int for each in value):
        from hashlib import sha256  # other ids are another prompt

        digest = sha256(repr(value).encode()).hexdigest()[:16]
        return (Generic(kind="tokens", content={"count": len(value), "sha256": digest}, pointer=pointer),)
    parts: list[Part] = []
    for index, each in enumerate(value):
        parts.extend(asked_texts(each, f"{pointer}/{index}"))
    return tuple(parts)


def media(content: bytes, modality: str, label: str | None) -> Part:
    """Binary content as a part: its media type by what it is labelled with, else by its first bytes."""
    from binascii import b2a_base64

    kind = label if label and not label.startswith(("application/octet-stream", "application/json")) else None
    return Blob(
        modality=modality,
        mime_type=kind or media_type_of(content),
        content=b2a_base64(content, newline=False).decode("ascii"),
    )


# First bytes and what they begin (IANA media types; the formats' own specifications).
_SIGNATURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF", "application/pdf"),
)


def media_type_of(content: bytes) -> str | None:
    """The media type that the first bytes give away."""
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12])
    return next((kind for start, kind in _SIGNATURES if content.startswith(start)), None)


def media_type_of_base64(content: str) -> str | None:
    """The same for base64 text."""
    from binascii import Error, a2b_base64

    try:
        return media_type_of(a2b_base64(content[:24]))
    except (Error, ValueError):
        return None


def content_of(body: Body) -> bytes | None:
    """The bytes of a body that is no JSON."""
    if body.raw is not None:
        return body.raw
    return body.text.encode("utf-8", "surrogatepass") if body.text else None
