"""What operations that are no conversation have in common: one request, one payload, and a summary of it.

The summary is one output message whose parts say how much of what came (vectors, pictures, sound, a list), so that two
recordings can be compared without comparing every number.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse
from cassette_tools.decoding.values import count, escaped, mapping, text
from cassette_tools.model import Generic, Message, Text, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.assembly import Decoding
    from cassette_tools.decoding.members import Members, Settings
    from cassette_tools.model import CallError, Json, LLMCall, Part

    Names = tuple[str, ...]

# Where the usage object is, and the names of its counts, in the order of asking.
_USAGE = (
    ("usage", ("prompt_tokens", "input_tokens", "total_tokens"), ("completion_tokens", "output_tokens")),
    ("usageMetadata", ("promptTokenCount", "totalTokenCount"), ("candidatesTokenCount",)),
    ("meta", (), ()),  # Cohere: billed_units below it
    ("", ("prompt_eval_count", "inputTextTokenCount"), ()),  # Ollama, Titan
)
_LONGEST = 200  # code points of a value that can be a setting; longer ones are content


def call_of(
    decoding: Decoding, operation: str, asked: tuple[Part, ...], parts: tuple[Part, ...], model: str | None = None
) -> LLMCall:
    """The call that an operation is: `asked` went in, `parts` came out. Both have been taken from the bodies.

    `model` is the one that is asked for elsewhere than in JSON.
    """
    body = decoding.response
    for_model = decoding.request.text("model") or model
    parameters = _parameters(decoding.request)
    usage = usage_in(decoding.body)
    if usage is not None:
        body.take(usage.pointer[1:])
    body.text("object")
    request = DecodedRequest(
        model=for_model,
        parameters=parameters,
        messages=(Message(role="user", parts=asked, pointer=""),) if asked else (),
        stream=_asks_for_a_stream(parameters, asked),
    )
    response = DecodedResponse(
        model=body.text("model") or text(body.peek("modelVersion")),
        id=body.text("id"),
        outputs=(Message(role="assistant", parts=parts, pointer=""),) if parts else (),
        usage=usage,
        error=_error(decoding, answered=bool(parts)),
        ends=False,
    )
    return decoding.call(operation, request, response)


def _asks_for_a_stream(parameters: Settings, given: tuple[Part, ...]) -> bool:
    """In the words of OpenAI's speech, or as a field of a form."""
    fields = [mapping(part.content) for part in given if type(part) is Generic and part.kind == "form_field"]
    in_form = any(field.get("name") == "stream" and field.get("value") == "true" for field in fields)
    return parameters.get("stream_format") == "sse" or in_form


def _parameters(request: Members) -> Settings:
    """Settings under their own names: what is short and no content. Everything else stays."""
    return {str(key): request.take(key) for key, value in [*request.left.items()] if _is_setting(value)}


def _is_setting(value: Json) -> bool:
    if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        return False
    return not isinstance(value, (str, dict, list)) or len(value) <= _LONGEST


def _error(decoding: Decoding, *, answered: bool) -> CallError | None:
    failed = decoding.interaction.response.status_code >= 400
    if not failed and (answered or "status" in decoding.body):  # a job has an `error` of its own
        return decoding.folded.error
    return decoding.error()


def usage_in(body: Settings) -> Usage | None:
    """The token counts that an answer without a conversation tells, wherever it does."""
    return next((usage for row in _USAGE if (usage := _usage_at(body, *row)) is not None), None)


def _usage_at(body: Settings, key: str, given_names: Names, made_names: Names) -> Usage | None:
    holder = mapping(body.get(key)) if key else body
    billed = mapping(holder.get("billed_units")) or mapping(holder.get("tokens"))
    given = _first(holder, given_names, billed.get("input_tokens"))
    made = _first(holder, made_names, billed.get("output_tokens"))
    if given is None and made is None:
        return None
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


def _other_counts(holder: Settings, read: tuple[str, ...]) -> Settings:
    """What the usage object holds besides the counts that were read."""
    return {f"/{escaped(key)}": value for key, value in holder.items() if key not in read and value is not None}


def _first(holder: Settings, names: Names, other: Json) -> int | None:
    """The first count that is there; failing these, the `other`."""
    found = (count(holder.get(name)) for name in names)
    return next((each for each in found if each is not None), count(other))


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
