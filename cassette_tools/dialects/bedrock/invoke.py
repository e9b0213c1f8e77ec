"""Amazon Bedrock's InvokeModel for model families whose native format no other dialect knows: ``bedrock.invoke``.

Titan, Llama, Mistral's text models, Cohere's Command, AI21's Jurassic and the first Claudes each have a format of their
own, which a row of `FAMILIES` describes. Claude on Bedrock speaks ``anthropic.messages`` since, Nova
``bedrock.converse``, and others ``openai.chat``: these are recognised by their shapes. Pointers are those of
`openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.bedrock_families import FAMILIES, NOT_TEXT
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import failure_in, is_failure
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.streams import update
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import METRICS, usage_of_counts
from cassette_tools.decoding.values import count, mapping, sequence
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.bedrock.families import at_path, family_by_shape, family_of
from cassette_tools.model import Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.bedrock_families import Family
    from cassette_tools.decoding.streams import Object
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import CallError, Event, Interaction, Json, LLMCall, Usage

NAME = "bedrock.invoke"
PATHS = ("/invoke", "/invoke-with-response-stream")
# A guardrail that blocks the question answers in the place of the model, and gives no other reason.
GUARDRAIL, BLOCKED = "amazon-bedrock-guardrailAction", "INTERVENED"
_LOOK_AHEAD = 5  # events
_OF_OTHERS = ("messages", "message", "chat_history", "anthropic_version")  # request keys of dialects that chat


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """2: an InvokeModel path with a model of one of the families, or where the model's name tells nothing, a request
    and an answer of one; what has another dialect's shape is surer there.
    """
    request = interaction.request
    if not path_of(request.url).endswith(PATHS) or "/model/" not in request.url:
        return 0
    asked, body = request.body.json, interaction.response.body
    if type(asked) is dict and any(key in asked for key in _OF_OTHERS):
        return 0
    model = model_in_path(request.url)
    if model is None or any(word in model for word in NOT_TEXT):
        return 0
    if family_of(model) is not None:
        return LIKELY
    answers = [body.json] if not body.events else [event.json for event in body.events[:_LOOK_AHEAD]]
    return LIKELY if any(family_by_shape(asked, answer) is not None for answer in answers) else 0


# --- streams ---------------------------------------------------------------------------------------------------------


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the objects of one stream: each has a piece of the text where its family has it. Never raises."""
    body: Object = {}
    runs: Runs = []
    error: CallError | None = None
    family: Family | None = None
    ended = False
    for number, event in enumerate(events):
        value = event.json
        if is_failure(event.event):
            error = error or failure_in(event, number)
        elif type(value) is dict:
            found = next((each for each in FAMILIES if type(at_path(value, each.piece)) is str), None)
            if found is not None:
                family = found
                runs.append((number, _pointer(*family.piece[:-1]), at_path(value, family.piece)))
            update(body, value)
            ended = ended or _is_end(value, found)
    trace = Trace()
    if family is not None:
        _place(body, family, joined(runs))
        first = (family.results, 0) if family.results else ()
        trace.note(_pointer(*first, *family.words), runs, str(family.piece[-1]))
    complete = ended or error is not None
    return Folded(body=body, trace=trace, complete=complete, cut=None if complete else "no reason to stop", error=error)


def _pointer(*path: str | int) -> str:
    return "".join([f"/{step}" for step in path])


def _is_end(value: Object, family: Family | None) -> bool:
    """Whether an object of a stream is its last: it says why, or has Amazon's measure."""
    if METRICS in value or value.get("is_finished") is True or value.get(GUARDRAIL) == BLOCKED:
        return True
    if family is None:
        return False
    beside = (*family.piece[:-1], *family.reason)
    return bool(at_path(value, beside) or at_path(value, family.reason))


def _place(body: Object, family: Family, words: str) -> None:
    """Put the whole text where the answer without streaming has it, and beside it what belongs to it."""
    answer = body
    if family.results:
        answer = dict(mapping(at_path(body, (family.results, -1))))  # Mistral's objects are answers already
        body[family.results] = [answer]
        for key in (family.reason[0], family.made, str(family.piece[0]), "index"):
            if key in body and key != family.results:
                answer[key] = body.pop(key)
        if "totalOutputTextTokenCount" in body:  # Titan names the sum otherwise than the count of one result
            answer["tokenCount"] = body.pop("totalOutputTextTokenCount")
    for step in family.words[:-1]:  # copied: the events keep theirs
        answer[step] = dict(mapping(answer.get(step)))
        answer = answer[step]
    answer[family.words[-1]] = words


# --- decoding --------------------------------------------------------------------------------------------------------


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded, provider="aws.bedrock")
    url = interaction.request.url
    family = family_of(model_in_path(url)) or family_by_shape(interaction.request.body.json, folded.body) or FAMILIES[0]
    asked = decoding.streaming(_request(decoding.request, family), by_path=path_of(url).endswith(PATHS[1]))
    return decoding.call("text_completion", asked, _response(decoding, family))


def _request(request: Members, family: Family) -> DecodedRequest:
    names = dict(family.settings)
    titan = request.object("textGenerationConfig")
    parameters = request.renamed(names) | titan.renamed(names)
    titan.keep()
    prompt, pointer = request.string(family.prompt), request.at(family.prompt)
    if prompt is None:
        return DecodedRequest(parameters=parameters)
    message = Message(role="user", parts=(Text(content=prompt, pointer=pointer),), pointer=pointer)
    return DecodedRequest(parameters=parameters, messages=(message,))


def _response(decoding: Decoding, family: Family) -> DecodedResponse:
    error = decoding.error()
    usage = _usage(decoding, family)
    if error is not None and decoding.folded.error is None:
        return DecodedResponse(error=error, usage=usage)
    return DecodedResponse(outputs=tuple(_outputs(decoding, family)), error=error, usage=usage)


def _outputs(decoding: Decoding, family: Family) -> Iterator[Message]:
    body = decoding.response
    if not body.left:
        return
    for key in (family.given, family.made, "index"):
        body.take(key)
    if not family.results:
        yield _output(decoding, family, body, 0, {})
    for index, (value, pointer) in enumerate(body.elements(family.results)):
        answer = Members(value, pointer, {}, "")
        answer.take(family.made)
        answer.take("index")  # their order says it
        yield _output(decoding, family, answer, index, answer.extra)
        answer.keep()


def _output(decoding: Decoding, family: Family, answer: Members, index: int, extra: dict[str, Json]) -> Message:
    words = _end(answer, family.words)
    native = _end(answer, family.reason)
    if native is None and decoding.body.get(GUARDRAIL) == BLOCKED:
        native = BLOCKED
    canonical, named = decoding.finish((), family.reason[-1], native, extra, api=f"{family.title} is not")
    text = Text(content=words, pointer=answer.pointer + _pointer(*family.words)) if type(words) is str else None
    return Message(
        role="assistant",
        parts=(text,) if text is not None and words else (),
        index=index,
        finish_reason=canonical,
        native_finish_reason=named,
        extra=extra,
        pointer=answer.pointer,
    )


def _end(answer: Members, path: tuple[str, ...]) -> Json:
    """What stands at the end of one or two keys; what stands beside the second is kept."""
    *outer, key = path
    for step in outer:
        answer = answer.object(step)
    value = answer.take(key)
    if outer:
        answer.keep()
    return value


def _usage(decoding: Decoding, family: Family) -> Usage | None:
    """The counts of the body; failing these, of Amazon's measure in the stream, or of the headers."""
    body, headers = decoding.body, decoding.interaction.response.headers
    answers = sequence(body.get(family.results)) if family.results else [body]
    counts = [count(mapping(answer).get(family.made)) for answer in answers]
    counted = [each for each in counts if each is not None]
    metrics = mapping(body.get(METRICS))
    given = (
        count(body.get(family.given)),
        count(metrics.get("inputTokenCount")),
        _number(headers.get("x-amzn-bedrock-input-token-count")),
    )
    made = (
        sum(counted) if counted else None,
        count(metrics.get("outputTokenCount")),
        _number(headers.get("x-amzn-bedrock-output-token-count")),
    )
    return usage_of_counts(_first(given), _first(made), metrics or None, "")


def _first(counts: tuple[int | None, ...]) -> int | None:
    return next((each for each in counts if each is not None), None)


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and len(value) < 19 and value.isdecimal() else None


_TITLE = "Amazon Bedrock InvokeModel (native formats)"
DIALECTS.register(Dialect(name=NAME, title=_TITLE, recognize=recognize, fold=fold, decode=decode))
