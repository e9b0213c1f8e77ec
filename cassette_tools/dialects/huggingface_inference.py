"""Hugging Face's inference of a model by its path, and that of its servers: the dialect ``huggingface.inference``.

`inputs` go in, whatever the task; text comes out, or vectors, or what another task makes. Text Generation Inference
(TGI), dedicated endpoints and SageMaker's containers answer alike. Pointers are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.data.settings import HUGGING_FACE
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import error_in
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.streams import Stream, first_values, folded, whole_string
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import count, mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import asked_texts
from cassette_tools.model import Generic, Message, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding import Folded
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Object

NAME = "huggingface.inference"
TEXT = "generated_text"
PROVIDER = "huggingface"


def recognize(interaction: Interaction) -> int:
    """3: inputs are asked with, and a text was generated; 2: they are, at a host of Hugging Face."""
    request = interaction.request
    if not is_post(request) or "inputs" not in mapping(request.body.json):
        return 0
    if any(TEXT in _first(value) for value in first_values(interaction.response.body, 1)):
        return CERTAIN
    return LIKELY if provider_for(request.url, {}) == PROVIDER else 0


def _first(value: Json) -> dict[str, Json]:
    """An answer is a list of texts, or one alone; a piece of a stream has the text that is whole at its end."""
    return mapping(value[0] if isinstance(value, list) and value else value)


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the tokens of one stream; they stand in the details, as without streaming. Never raises."""
    stream = Stream()
    tokens: list[Json] = []
    for number, event in enumerate(events):
        value = mapping(event.json)
        tokens.extend([value["token"]] if mapping(value.get("token")) else ())
        _add(stream, value, number)
    trace = Trace()
    for block in stream.blocks.values():
        stream.body[TEXT] = whole_string(block, TEXT, f"/{TEXT}", "text", trace)
    if tokens:
        stream.body["details"] = {**mapping(stream.body.get("details")), "tokens": tokens}
    return folded(stream.body, trace, None if stream.ended else f"no {TEXT}", stream.error)


def _add(stream: Stream, value: Object, number: int) -> None:
    token = mapping(value.get("token"))
    if value.get("error"):
        stream.fail(error_in(value, event_index=number))
    words = token.get("text")
    if isinstance(words, str) and not token.get("special"):
        stream.block(0, number).append(TEXT, words, number, "/token")
    stream.ended = stream.ended or isinstance(value.get(TEXT), str)
    stream.update({key: each for key, each in value.items() if key not in ("token", "index", "error", TEXT)})


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    request = decoding.request
    settings = request.object("parameters")
    parameters = {**settings.renamed(HUGGING_FACE), **request.renamed({"stream": "stream"})}
    settings.keep()
    given = asked_texts(request.take("inputs"), "/inputs")
    path = path_of(interaction.request.url)
    asked = DecodedRequest(
        model=request.text("model") or _model(path),
        parameters=parameters,
        messages=(Message(role="user", parts=given, pointer="/inputs"),) if given else (),
        stream=path.endswith("/generate_stream"),
    )
    return decoding.call(_operation(path), asked, _response(decoding))


def _model(path: str) -> str | None:
    """The name of a model has an owner: ``/models/OWNER/NAME/pipeline/TASK``."""
    return path.partition("/models/")[2].partition("/pipeline/")[0] or None


def _operation(path: str) -> str:
    return "embeddings" if path.endswith("/feature-extraction") else "text_completion"


def _response(decoding: Decoding) -> DecodedResponse:
    error = decoding.error()
    if error is not None:
        return DecodedResponse(error=error)
    read = _answers(decoding, decoding.folded.body)
    outputs = tuple(message for message, _ in read)
    usage = next((each for _, each in read if each is not None), None)
    return DecodedResponse(outputs=outputs, usage=usage, ends=any(each.native_finish_reason for each in outputs))


def _answers(decoding: Decoding, value: Json) -> list[tuple[Message, Usage | None]]:
    """The texts, each with its counts, or what the server sent instead."""
    if isinstance(value, dict) and TEXT in value:
        return [_text(decoding, decoding.response)]
    if isinstance(value, list) and any(TEXT in mapping(each) for each in value):
        items = (Members(each, f"/{at}", decoding.extra, f"/response/{at}") for at, each in enumerate(value))
        return [_text(decoding, each, index) for index, each in enumerate(items)]
    decoding.response.left.clear()
    parts = tuple(_results(value))
    return [(Message(role="assistant", parts=parts, pointer=""), None)] if parts else []


def _text(decoding: Decoding, members: Members, index: int = 0) -> tuple[Message, Usage | None]:
    """A text, and of its details why it ended and how long it is."""
    parts = words_in(members, TEXT)
    place = members.at("details")
    details = members.object("details")
    message = decoding.output(parts, details, "finish_reason", None, {}, pointer=members.pointer, index=index)
    given, made = (count(details.take(key)) for key in ("input_length", "generated_tokens"))
    details.keep()
    members.keep()
    if given is None and made is None:
        return message, None
    native = {"input_length": given, "generated_tokens": made}
    return message, Usage(input_tokens=given, output_tokens=made, native=native, pointer=place)


def _results(value: Json) -> Iterator[Generic]:
    """Vectors by their number and size; what another task makes as it is."""
    vectors = value if isinstance(value, list) and value and isinstance(value[0], list) else [value]
    if all(_is_vector(each) for each in vectors):
        sizes = [len(each) for each in vectors if isinstance(each, list)]
        for size in dict.fromkeys(sizes):
            content = {"count": sizes.count(size), "dimensions": size, "type": "float"}
            yield Generic(kind="embedding", content=content, pointer="")
    elif value:
        yield Generic(kind="result", content=value, pointer="")


def _is_vector(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, int | float) for each in value)


DIALECTS.register(Dialect(name=NAME, title="Hugging Face inference", recognize=recognize, fold=fold, decode=decode))
