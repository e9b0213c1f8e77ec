"""Embeddings, of every provider: texts go in, vectors come out.

The dialects ``openai.embeddings`` (OpenAI, Azure, Mistral, Voyage and others that answer alike), ``gemini.embed``,
``cohere.embed``, ``ollama.embed`` and ``bedrock.embed`` differ in where the vectors stand. What is told of an answer
is how many there are, of how many dimensions and of which type: base64 and floats of the same vectors give the same.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding import Folded
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping, sequence
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import asked_texts, call_of
from cassette_tools.model import Generic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Event, Interaction, Json, LLMCall, Part

    Vector = tuple[int, str]  # dimensions, type


@record
class Api:
    """One API. `asked` are the request's keys for what is embedded, `vectors` finds the answer's vectors."""

    name: str
    title: str
    ends: tuple[str, ...]
    asked: tuple[str, ...]
    consumed: tuple[str, ...]
    vectors: Callable[[dict[str, Json]], Iterator[Vector]]
    shape: str
    sources: tuple[tuple[str, str], ...]


def _vector(value: Json) -> Iterator[Vector]:
    """A list of numbers, or little-endian 32-bit floats in base64 (OpenAI's SDKs ask for these)."""
    if isinstance(value, list) and value and all(isinstance(each, (int, float)) for each in value):
        whole = all(isinstance(each, int) for each in value)
        yield len(value), "int" if whole else "float"
    elif isinstance(value, str) and value:
        yield (len(value.rstrip("=")) * 3 // 4) // 4, "float"


def _openai(body: dict[str, Json]) -> Iterator[Vector]:
    for item in sequence(body.get("data")):
        yield from _vector(mapping(item).get("embedding"))


def _gemini(body: dict[str, Json]) -> Iterator[Vector]:
    yield from _vector(mapping(body.get("embedding")).get("values"))
    for item in sequence(body.get("embeddings")):
        yield from _vector(mapping(item).get("values"))
    for item in sequence(body.get("predictions")):  # Vertex AI
        yield from _vector(mapping(mapping(item).get("embeddings")).get("values"))


def _cohere(body: dict[str, Json]) -> Iterator[Vector]:
    found = body.get("embeddings")
    groups = found.values() if isinstance(found, dict) else [found]
    for group in groups:
        for item in sequence(group):
            yield from _vector(item)


def _ollama(body: dict[str, Json]) -> Iterator[Vector]:
    yield from _vector(body.get("embedding"))
    for item in sequence(body.get("embeddings")):
        yield from _vector(item)


def _bedrock(body: dict[str, Json]) -> Iterator[Vector]:
    by_type = mapping(body.get("embeddingsByType"))
    if by_type:
        for item in by_type.values():
            yield from _vector(item)
    else:
        yield from _vector(body.get("embedding"))
    yield from _cohere(body)
    for item in sequence(body.get("embeddings")):  # Nova
        yield from _vector(mapping(item).get("embedding"))


APIS = (
    Api(
        name="openai.embeddings",
        title="OpenAI Embeddings",
        ends=("/embeddings",),
        asked=("input",),
        consumed=("data",),
        vectors=_openai,
        shape="`data[]` of objects with an `embedding`",
        sources=(("OpenAI API reference: Embeddings", "https://platform.openai.com/docs/api-reference/embeddings"),),
    ),
    Api(
        name="gemini.embed",
        title="Gemini Embeddings",
        ends=(":embedContent", ":batchEmbedContents", ":embedText"),
        asked=("content", "requests", "instances"),
        consumed=("embedding", "embeddings", "predictions"),
        vectors=_gemini,
        shape="`embedding.values` or `embeddings[].values`",
        sources=(("Gemini API: Embeddings", "https://ai.google.dev/api/embeddings"),),
    ),
    Api(
        name="cohere.embed",
        title="Cohere Embed",
        ends=("/v1/embed", "/v2/embed"),
        asked=("texts", "images", "inputs"),
        consumed=("embeddings", "texts"),
        vectors=_cohere,
        shape="`response_type` of embeddings",
        sources=(("Cohere API reference: Embed", "https://docs.cohere.com/reference/embed"),),
    ),
    Api(
        name="ollama.embed",
        title="Ollama Embeddings",
        ends=("/api/embed", "/api/embeddings"),
        asked=("input", "prompt"),
        consumed=("embedding", "embeddings"),
        vectors=_ollama,
        shape="`embeddings[]` beside `total_duration`",
        sources=(("Ollama API", "https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embeddings"),),
    ),
    Api(
        name="bedrock.embed",
        title="Amazon Bedrock embedding models",
        ends=("/invoke",),
        asked=("inputText", "texts", "inputImage", "singleEmbeddingParams"),
        consumed=("embedding", "embeddings", "embeddingsByType", "texts", "inputTextTokenCount"),
        vectors=_bedrock,
        shape="an `embedding` or `embeddings`, answered by InvokeModel",
        sources=(
            (
                "Amazon Titan Text Embeddings",
                "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html",
            ),
            (
                "Cohere Embed on Bedrock",
                "https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html",
            ),
        ),
    ),
)


def _recognizer(api: Api) -> Callable[[Interaction], int]:
    def recognize(interaction: Interaction) -> int:
        """3: the answer has this API's vectors; 2: the path and the method say so."""
        request = interaction.request
        if not path_of(request.url).endswith(api.ends) or request.method.upper() not in ("POST", ""):
            return 0
        body = mapping(interaction.response.body.json)
        if next(api.vectors(body), None) is not None:
            return CERTAIN
        if api.name == "bedrock.embed" and "embed" not in request.url:
            return 0
        return LIKELY if "choices" not in body else 0

    return recognize


def _decoder(api: Api) -> Callable[[Interaction, Folded], LLMCall]:
    def decode(interaction: Interaction, folded: Folded) -> LLMCall:
        """The call that an interaction is. Never raises, whatever the bodies hold."""
        decoding = Decoding(api.name, interaction, folded)
        asked = [part for key in api.asked for part in _taken(decoding.request, key)]
        parts = tuple(_counted([*api.vectors(decoding.body)], f"/{api.consumed[0]}"))
        for key in api.consumed:
            decoding.response.take(key)
        return call_of(decoding, "embeddings", tuple(asked), parts)

    return decode


def _taken(request: Members, key: str) -> tuple[Part, ...]:
    """What is embedded. What else stands with each text (Gemini: its task) stays."""
    texts = _asked(request.peek(key), f"/{key}")
    for _, each in request.entries(key):
        for read in ("content", "parts", "text"):
            each.take(read)
        each.keep()
    request.take(key)
    return texts


def _asked(value: Json, pointer: str) -> tuple[Part, ...]:
    """Gemini wraps every text in a content with parts, and several in requests."""
    if isinstance(value, dict) and "parts" in value:
        return asked_texts([mapping(part).get("text") for part in sequence(value["parts"])], f"{pointer}/parts")
    if isinstance(value, list) and value and isinstance(value[0], dict):
        parts: list[Part] = []
        for index, each in enumerate(value):
            inner = mapping(each).get("content", each)
            parts.extend(_asked(inner, f"{pointer}/{index}"))
        return tuple(parts)
    return asked_texts(value, pointer)


def _counted(vectors: list[Vector], pointer: str) -> Iterator[Part]:
    """How many vectors of each kind came."""
    for kind in dict.fromkeys(vectors):
        dimensions, form = kind
        content = {"count": vectors.count(kind), "dimensions": dimensions, "type": form}
        yield Generic(kind="embedding", content=content, pointer=pointer)


def _fold(events: tuple[Event, ...]) -> Folded:
    """Nothing streams embeddings; what came as events is kept as it is."""
    return Folded(body={"events": [event.json or event.data for event in events]})


for _api in APIS:
    DIALECTS.register(
        Dialect(
            name=_api.name,
            title=_api.title,
            recognize=_recognizer(_api),
            fold=_fold,
            decode=_decoder(_api),
            sources=_api.sources,
            recognition=(
                (CERTAIN, f"a path that ends with {', '.join(f'`{end}`' for end in _api.ends)}, and {_api.shape}"),
                (LIKELY, "the same path, whatever the answer"),
            ),
            mapping=(
                (", ".join(f"`{key}`" for key in _api.asked), "`input_messages`", "token ids: only their number"),
                (_api.shape, "`generic` of kind embedding: count, dimensions, type", "not the numbers"),
                ("every other short member of the request", "`parameters`, under its own name", ""),
            ),
        )
    )
