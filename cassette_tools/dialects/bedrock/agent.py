"""Amazon Bedrock's agents and knowledge bases: the dialect ``bedrock.agent``.

InvokeAgent streams the agent's words as bytes, with what it did on the way as traces; RetrieveAndGenerate answers with
a text and its sources; Retrieve only with the sources. The model stands behind the agent and is seldom named. Pointers
are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.finish_reasons import canonical_finish_reason
from cassette_tools.decoding.assembly import DecodedRequest, DecodedResponse, Decoding
from cassette_tools.decoding.errors import failure_in, is_failure
from cassette_tools.decoding.parts import prompted
from cassette_tools.decoding.streams import folded
from cassette_tools.decoding.trace import Trace
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import at, mapping, sequence, text
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect
from cassette_tools.model import ABSENT, Generic, Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import CallError, Event, Interaction, Json, LLMCall, Object, Part

NAME = "bedrock.agent"
_TEXT, _GENERATE, _RETRIEVE = "/text", "/retrieveAndGenerate", "/retrieve"


def recognize(interaction: Interaction) -> int:
    """2: the path of one of the three operations, and the method."""
    request = interaction.request
    return LIKELY if is_post(request) and _operation(request.url) is not None else 0


def _operation(url: str) -> str | None:
    path = path_of(url)
    if path.endswith(_TEXT) and "/agents/" in path and "/sessions/" in path:
        return "invoke_agent"  # OpenTelemetry's name for it
    if path.endswith((_GENERATE, f"{_GENERATE}Stream")):
        return "retrieve_and_generate"
    return "retrieval" if path.endswith(_RETRIEVE) and "/knowledgebases/" in path else None


def fold(events: tuple[Event, ...]) -> Folded:
    """Join the words of one stream; traces are kept in their order. Never raises."""
    found: dict[str, list[Json]] = {"words": [], "citations": [], "traces": []}
    error: CallError | None = None
    for number, event in enumerate(events):
        error = error or failure_in(event, number)
        for kind, value in _said(event):
            found[kind].append(value)
    words = found.pop("words")
    body: Object = {"output": {"text": "".join(words)}}
    body.update({kind: values for kind, values in found.items() if values})
    return folded(body, Trace(), None if words else "no chunk", error)


def _said(event: Event) -> Iterator[tuple[str, Json]]:
    """The words and sources of an event; any other but a failure is a trace."""
    value = mapping(event.json)
    if event.event == "chunk":
        yield "words", event.data
        for citation in sequence(at(value, ("attribution", "citations"))):
            yield "citations", citation
    elif event.event == "output":  # RetrieveAndGenerateStream
        yield "words", text(value.get("text")) or ""
    elif event.event == "citation":
        yield "citations", value
    elif not is_failure(event.event):
        yield "traces", event.data if event.json is ABSENT else event.json


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
    parts = _answer(decoding.response) if error is None or folded.error is not None else []
    outputs = (_said_by_the_assistant(parts, _blocked(decoding)),) if parts else ()
    return decoding.call(operation, asked, DecodedResponse(outputs=outputs, error=error, ends=False))


def _question(request: Members) -> tuple[Message, ...]:
    """The question, in the place that each of the three has for it; the first that says something counts."""
    inner = [request.object("input"), request.object("retrievalQuery")]
    asked = prompted(request, "inputText")
    for members in inner:
        asked = asked or prompted(members, "text")
        members.keep()
    return asked


def _answer(response: Members) -> list[Part]:
    output = response.object("output")
    words, pointer = output.text("text"), output.at("text")
    output.keep()
    if words is not None:
        return [Text(content=words, citations=response.array("citations"), pointer=pointer)]
    results = response.elements("retrievalResults")
    return [Generic(kind="retrieval_result", content=result, pointer=place) for result, place in results]


def _said_by_the_assistant(parts: list[Part], blocked: str | None) -> Message:
    end = None if blocked is None else canonical_finish_reason(NAME, blocked)
    return Message(role="assistant", parts=tuple(parts), pointer="", finish_reason=end, native_finish_reason=blocked)


def _blocked(decoding: Decoding) -> str | None:
    """The word for a guardrail that answers in the place of the model: RetrieveAndGenerate's field, or its event."""
    words = (
        decoding.body.get(GUARDRAIL),
        *(mapping(each).get("action") for each in sequence(decoding.body.get("traces"))),
    )
    return next((text(each) for each in words if each == BLOCKED), None)


GUARDRAIL, BLOCKED = "guardrailAction", "INTERVENED"


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
