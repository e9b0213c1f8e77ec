"""Amazon Bedrock's agents and knowledge bases: the dialect ``bedrock.agent``.

InvokeAgent streams the agent's words as bytes, with what it did on the way as traces; RetrieveAndGenerate answers with
a text and its sources; Retrieve only with the sources. The model stands behind the agent and is seldom named. Pointers
are those of `openai_chat`.
"""

from __future__ import annotations

from cassette_tools.data.endpoints import provider_for
from cassette_tools.decoding.ending import ending, is_streamed
from cassette_tools.decoding.errors import error_in, error_of, failure_in, is_failure, typed_by_header
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import leftovers, mapping, sequence, text
from cassette_tools.dialects import DIALECTS, LIKELY, Dialect, Folded
from cassette_tools.model import ABSENT, CallError, Generic, LLMCall, Message, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Event, Interaction, Json, Part

    Settings = dict[str, Json]

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
    body: Settings = {"output": {"text": "".join(pieces)}}
    if sources:
        body["citations"] = sources
    if traces:
        body["traces"] = traces
    complete = bool(pieces) or error is not None
    return Folded(body=body, complete=complete, cut=None if complete else "no chunk", error=error)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    request, response = interaction.request, interaction.response
    asked, body = mapping(request.body.json), mapping(folded.body)
    operation = _operation(request.url) or "invoke_agent"
    extra: Settings = {}
    leftovers(asked, ("inputText", "input", "retrievalQuery"), "/request", extra)
    leftovers(body, ("output", "citations", "retrievalResults"), "/response", extra)
    error = folded.error
    if error is None and response.status_code >= 400 and not response.body.events:
        found = error_in(body) or error_of(response.body.json, response.body.text, response.status_code)
        error = typed_by_header(found, response.headers)
    parts = tuple(_answer(body)) if error is None or folded.error is not None else ()
    outputs = (Message(role="assistant", parts=parts, pointer=""),) if parts else ()
    stream = is_streamed(interaction, asked=operation == "invoke_agent" or path_of(request.url).endswith("Stream"))
    complete, cut = ending(interaction, folded, error, stream=stream)
    return LLMCall(
        provider_name=provider_for(request.url, body),
        dialect=NAME,
        operation_name=operation,
        request_model=_model(asked),
        input_messages=tuple(_question(asked)),
        output_messages=outputs,
        stream=stream,
        error=error,
        complete=complete,
        cut=cut,
        extra=extra,
        body=folded.body if folded.body is not ABSENT or response.body.events else response.body.json,
    )


def _question(asked: Settings) -> list[Message]:
    for pointer, words in (
        ("/inputText", asked.get("inputText")),
        ("/input/text", mapping(asked.get("input")).get("text")),
        ("/retrievalQuery/text", mapping(asked.get("retrievalQuery")).get("text")),
    ):
        if isinstance(words, str) and words:
            return [Message(role="user", parts=(Text(content=words, pointer=pointer),), pointer=pointer)]
    return []


def _answer(body: Settings) -> list[Part]:
    words = mapping(body.get("output")).get("text")
    if isinstance(words, str) and words:
        return [Text(content=words, citations=tuple(sequence(body.get("citations"))), pointer="/output/text")]
    return [
        Generic(kind="retrieval_result", content=result, pointer=f"/retrievalResults/{index}")
        for index, result in enumerate(sequence(body.get("retrievalResults")))
    ]


def _model(asked: Settings) -> str | None:
    """The configuration of RetrieveAndGenerate names a model, by its ARN or its id."""
    configuration = mapping(asked.get("retrieveAndGenerateConfiguration"))
    for key in ("knowledgeBaseConfiguration", "externalSourcesConfiguration"):
        named = text(mapping(configuration.get(key)).get("modelArn"))
        if named is not None:
            return named.rpartition("/")[2]
    return None


_DOCS = "https://docs.aws.amazon.com/bedrock/latest/APIReference"
DIALECTS.register(
    Dialect(
        name=NAME,
        title="Amazon Bedrock agents and knowledge bases",
        recognize=recognize,
        fold=fold,
        decode=decode,
        sources=(
            ("Amazon Bedrock API reference: InvokeAgent", f"{_DOCS}/API_agent-runtime_InvokeAgent.html"),
            (
                "Amazon Bedrock API reference: RetrieveAndGenerate",
                f"{_DOCS}/API_agent-runtime_RetrieveAndGenerate.html",
            ),
            ("Amazon Bedrock API reference: Retrieve", f"{_DOCS}/API_agent-runtime_Retrieve.html"),
        ),
        recognition=(
            (LIKELY, "a POST to `/agents/{id}/agentAliases/{id}/sessions/{id}/text`"),
            (LIKELY, "a POST to `/retrieveAndGenerate`, or to `/knowledgebases/{id}/retrieve`"),
        ),
        mapping=(
            ("`inputText`, `input.text`, `retrievalQuery.text`", "`input_messages`", "InvokeAgent; Retrieve"),
            ("frames `chunk`; `output.text`", "`text`, with `citations`", "InvokeAgent; RetrieveAndGenerate"),
            ("frames `trace`", "`extra`, in their order", "InvokeAgent"),
            ("`retrievalResults[]`", "`generic` of kind retrieval_result", "Retrieve"),
        ),
    )
)
