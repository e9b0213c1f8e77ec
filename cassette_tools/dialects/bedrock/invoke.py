"""Amazon Bedrock's InvokeModel for model families whose native format no other dialect knows: ``bedrock.invoke``.

Titan, Llama, Mistral's text models, Cohere's Command, AI21's Jurassic and the first Claudes each have a format of their
own, which a row of `FAMILIES` describes. Claude on Bedrock speaks ``anthropic.messages`` since, Nova
``bedrock.converse``, and others ``openai.chat``: these are recognised by their shapes. Pointers are those of
`openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.bedrock_families import FAMILIES, NOT_TEXT
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding, answer
from cassette_tools.decoding.errors import failure_in, is_failure
from cassette_tools.decoding.streams import Stream, first_values, folded
from cassette_tools.decoding.trace import Trace, joined
from cassette_tools.decoding.urls import model_in_path, path_of
from cassette_tools.decoding.usage import METRICS, usage_of_counts
from cassette_tools.decoding.values import at, count, mapping, sequence, text
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.model import Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.bedrock_families import Family
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Extra, Members
    from cassette_tools.decoding.trace import Runs
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Object, Usage

NAME = "bedrock.invoke"
PATHS = ("/invoke", "/invoke-with-response-stream")
# A guardrail that blocks the question answers in the place of the model, and gives no other reason.
GUARDRAIL, BLOCKED = "amazon-bedrock-guardrailAction", "INTERVENED"
_LOOK_AHEAD = 5  # events
_OF_OTHERS = ("messages", "message", "chat_history", "anthropic_version")  # request keys of dialects that chat


def recognize(interaction: Interaction) -> int:
    """2: an InvokeModel path with a model of one of the families, or where the model's name tells nothing, a request
    and an answer of one; what has another dialect's shape is surer there.
    """
    request = interaction.request
    if not path_of(request.url).endswith(PATHS) or "/model/" not in request.url:
        return 0
    asked, model = request.body.json, model_in_path(request.url)
    if model is None or not writes_text(model) or not mapping(asked).keys().isdisjoint(_OF_OTHERS):
        return 0
    answers = first_values(interaction.response.body, _LOOK_AHEAD)
    is_one = family_of(model) is not None or any(family_by_shape(asked, answer) is not None for answer in answers)
    return LIKELY if is_one else 0


# --- families --------------------------------------------------------------------------------------------------------


def writes_text(model: str) -> bool:
    """Whether the name of a model does not tell that it writes none."""
    return not any(word in model for word in NOT_TEXT)


def family_of(model: str | None) -> Family | None:
    """The family of a model id such as ``us.meta.llama3-…``; ``None`` for those that have a dialect of their own, and
    for the ARN of an inference profile, of an imported or a provisioned model.
    """
    if model is None or not writes_text(model):
        return None
    name = f".{model.rpartition('/')[2]}"
    return next((family for family in FAMILIES if f".{family.prefix}" in name), None)


def family_by_shape(asked: Json, answer: Json) -> Family | None:
    """The family whose prompt the request has, and whose words the answer, or an object of the stream."""
    prompted = mapping(asked)
    for family in FAMILIES:
        if family.prompt in prompted:
            results = at(answer, (family.results, 0)) if family.results else answer
            if type(at(results, family.words)) is str or type(at(answer, family.piece)) is str:
                return family
    return None


# --- streams ---------------------------------------------------------------------------------------------------------


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the objects of one stream: each has a piece of the text where its family has it. Never raises."""
    stream, trace = Stream(), Trace()
    runs: Runs = []
    families: list[Family] = []
    for number, event in enumerate(events):
        if is_failure(event.event):
            stream.fail(failure_in(event, number))
        elif type(event.json) is dict:
            found = next((each for each in FAMILIES if type(at(event.json, each.piece)) is str), None)
            if found is not None:
                families.append(found)
                runs.append((number, _pointer(*found.piece[:-1]), at(event.json, found.piece)))
            stream.update(event.json)
            stream.ended = stream.ended or _is_end(event.json, found)
    if families:
        family = families[-1]
        _place(stream.body, family, joined(runs))
        first = (family.results, 0) if family.results else ()
        trace.note(_pointer(*first, *family.words), runs, str(family.piece[-1]))
    return folded(stream.body, trace, None if stream.ended else "no reason to stop", stream.error)


def _pointer(*path: str | int) -> str:
    return "".join([f"/{step}" for step in path])


def _is_end(value: Object, family: Family | None) -> bool:
    """Whether an object of a stream is its last: it says why, or has Amazon's measure."""
    if METRICS in value or value.get("is_finished") is True or value.get(GUARDRAIL) == BLOCKED:
        return True
    if family is None:
        return False
    beside = (*family.piece[:-1], *family.reason)
    return bool(at(value, beside) or at(value, family.reason))


def _place(body: Object, family: Family, words: str) -> None:
    """Put the whole text where the answer without streaming has it, and beside it what belongs to it."""
    answer = body
    if family.results:
        answer = dict(mapping(at(body, (family.results, -1))))  # Mistral's objects are answers already
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
    parts = () if prompt is None else (Text(content=prompt, pointer=pointer),)
    messages = (Message(role="user", parts=parts, pointer=pointer),) if parts else ()
    return DecodedRequest(parameters=parameters, messages=messages)


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
    for index, (_, result) in enumerate(body.apart(family.results)):
        result.take(family.made)
        result.take("index")  # the order of the results says the same
        yield _output(decoding, family, result, index, result.extra)
        result.keep()


def _output(decoding: Decoding, family: Family, source: Members, index: int, extra: Extra) -> Message:
    words = text(_end(source, family.words))
    native = _end(source, family.reason)
    if native is None and decoding.body.get(GUARDRAIL) == BLOCKED:
        native = BLOCKED
    finish = decoding.finish((), family.reason[-1], native, extra, api=f"{family.title} is not")
    parts = () if words is None else (Text(content=words, pointer=source.pointer + _pointer(*family.words)),)
    return answer(parts, finish, extra, source.pointer, index=index)


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
    body = decoding.body
    results = sequence(body.get(family.results)) if family.results else [body]
    counts = [count(mapping(result).get(family.made)) for result in results]
    counted = [each for each in counts if each is not None]
    given = _counted(decoding, count(body.get(family.given)), "input")
    made = _counted(decoding, sum(counted) if counted else None, "output")
    return usage_of_counts(given, made, mapping(body.get(METRICS)) or None, "")


def _counted(decoding: Decoding, own: int | None, side: str) -> int | None:
    """A count of the body's `own`, or what Amazon counted on that `side`."""
    metric = count(at(decoding.body, (METRICS, f"{side}TokenCount")))
    header = _number(decoding.interaction.response.headers.get(f"x-amzn-bedrock-{side}-token-count"))
    return next((each for each in (own, metric, header) if each is not None), None)


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and len(value) < 19 and value.isdecimal() else None


_TITLE = "Amazon Bedrock InvokeModel (native formats)"
DIALECTS.register(Dialect(name=NAME, title=_TITLE, recognize=recognize, fold=fold, decode=decode))
