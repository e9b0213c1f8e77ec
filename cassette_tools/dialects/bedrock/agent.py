"""Amazon Bedrock's agents and knowledge bases: the dialect ``bedrock.agent``.

InvokeAgent streams the agent's words as bytes, with what it did on the way as traces; RetrieveAndGenerate answers with
a text and its sources; Retrieve only with the sources. The model stands behind the agent and is seldom named. Pointers
are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import failure_in, is_failure
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import at, mapping, sequence, text
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.model import ABSENT, Generic, Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding.members import Members
    from cassette_tools.decoding.streams import Object
    from cassette_tools.model import CallError, Event, Interaction, Json, LLMCall, Part

NAME = "bedrock.agent"
_TEXT, _GENERATE, _RETRIEVE = "/text", "/retrieveAndGenerate", "/retrieve"


def recognize(interaction: Interaction) -> int:
    """2: the path of one of the three operations, and the method."""
    request = interaction.request
    if request.method.upper() not in ("POST", ""):
        return 0
    return LIKELY if _operation(request.url) is not None else 0


def _operation(url: str) -> str | None:
    path = path_of(url)
    if path.endswith(_TEXT) and "/agents/" in path and "/sessions/" in path:
        return "invoke_agent"  # OpenTelemetry's name for it
    if path.endswith((_GENERATE, f"{_GENERATE}Stream")):
        return "retrieve_and_generate"
    return "retrieval" if path.endswith(_RETRIEVE) and "/knowledgebases/" in path else None


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the words of one stream; traces are kept in their order. Never raises."""
    pieces: list[str] = []
    traces: list[Json] = []
    sources: list[Json] = []
    error: CallError | None = None
    for number, event in enumerate(events):
        value = mapping(event.json)
        name = event.event or ""
        if is_failure(name):
            error = error or failure_in(event, number)
        elif name == "chunk":
            pieces.append(event.data)
            sources.extend(sequence(mapping(value.get("attribution")).get("citations")))
        elif name == "output":  # RetrieveAndGenerateStream
            pieces.append(text(value.get("text")) or "")
        elif name == "citation":
            sources.append(value)
        else:
            traces.append(event.json if event.json is not ABSENT else event.data)
    body: Object = {"output": {"text": "".join(pieces)}}
    if sources:
        body["citations"] = sources
    if traces:
        body["traces"] = traces
    complete = bool(pieces) or error is not None
    return Folded(body=body, complete=complete, cut=None if complete else "no chunk", error=error)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    url = interaction.request.url
    operation = _operation(url) or "invoke_agent"
    asked = DecodedRequest(
        model=_model(decoding.request.left),
        messages=_question(decoding.request),
        stream=operation == "invoke_agent" or path_of(url).endswith("Stream"),
    )
    error = decoding.error() if interaction.response.status_code >= 400 else folded.error
    parts = _answer(decoding.response) if error is None or folded.error is not None else ()
    outputs = (Message(role="assistant", parts=parts, pointer=""),) if parts else ()
    return decoding.call(operation, asked, DecodedResponse(outputs=outputs, error=error, ends=False))


def _question(request: Members) -> tuple[Message, ...]:
    places = [(request, "inputText"), (request.object("input"), "text"), (request.object("retrievalQuery"), "text")]
    question: Text | None = None
    for members, key in places:
        words = members.text(key) if question is None else None
        if words is not None:
            question = Text(content=words, pointer=members.at(key))
        if members is not request:
            members.keep()
    return () if question is None else (Message(role="user", parts=(question,), pointer=question.pointer),)


def _answer(response: Members) -> tuple[Part, ...]:
    output = response.object("output")
    words, pointer = output.text("text"), output.at("text")
    output.keep()
    if words is not None:
        return (Text(content=words, citations=response.array("citations"), pointer=pointer),)
    return tuple(
        [
            Generic(kind="retrieval_result", content=result, pointer=place)
            for result, place in response.elements("retrievalResults")
        ]
    )


def _model(asked: Object) -> str | None:
    """The configuration of RetrieveAndGenerate names a model, by its ARN or its id."""
    for key in ("knowledgeBaseConfiguration", "externalSourcesConfiguration"):
        named = text(at(asked, ("retrieveAndGenerateConfiguration", key, "modelArn")))
        if named is not None:
            return named.rpartition("/")[2]
    return None


DIALECTS.register(
    Dialect(name=NAME, title="Amazon Bedrock agents and knowledge bases", recognize=recognize, fold=fold, decode=decode)
)
