"""Embeddings, of every provider: texts go in, vectors come out.

The dialects ``openai.embeddings`` (OpenAI, Azure, Mistral, Voyage and others that answer alike), ``gemini.embed``,
``cohere.embed``, ``ollama.embed`` and ``bedrock.embed`` differ in where the vectors stand. What is told of an answer
is how many there are, of how many dimensions and of which type: base64 and floats of the same vectors give the same.
"""

from __future__ import annotations

from cassette_tools.data.operations import EMBEDDINGS
from cassette_tools.decoding import Folded
from cassette_tools.decoding.values import at, mapping, sequence
from cassette_tools.dialects.operations.endpoint import Api, listed, register
from cassette_tools.dialects.operations.summary import asked_texts
from cassette_tools.model import Generic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.data.operations import Endpoint
    from cassette_tools.decoding.assembly import Decoding
    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Event, Json, Part

    Vector = tuple[int, str]  # dimensions, type
    Finder = Callable[[dict[str, Json]], Iterator[Vector]]


# --- what came -------------------------------------------------------------------------------------------------------


def _vector(value: Json) -> Iterator[Vector]:
    """A list of numbers, or little-endian 32-bit floats in base64 (OpenAI's SDKs ask for these)."""
    if isinstance(value, list) and value and all(isinstance(each, (int, float)) for each in value):
        whole = all(isinstance(each, int) for each in value)
        yield len(value), "int" if whole else "float"
    elif isinstance(value, str) and value:
        yield (len(value.rstrip("=")) * 3 // 4) // 4, "float"


def _vectors(items: Json, *path: str) -> Iterator[Vector]:
    """The vectors of a list, each at the end of `path` in its element."""
    for item in sequence(items):
        yield from _vector(at(item, path))


def _openai(body: dict[str, Json]) -> Iterator[Vector]:
    yield from _vectors(body.get("data"), "embedding")


def _gemini(body: dict[str, Json]) -> Iterator[Vector]:
    yield from _vector(at(body, ("embedding", "values")))
    yield from _vectors(body.get("embeddings"), "values")
    yield from _vectors(body.get("predictions"), "embeddings", "values")  # Vertex AI


def _cohere(body: dict[str, Json]) -> Iterator[Vector]:
    found = body.get("embeddings")
    for group in found.values() if isinstance(found, dict) else (found,):
        yield from _vectors(group)


def _ollama(body: dict[str, Json]) -> Iterator[Vector]:
    yield from _vector(body.get("embedding"))
    yield from _vectors(body.get("embeddings"))


def _bedrock(body: dict[str, Json]) -> Iterator[Vector]:
    by_type = mapping(body.get("embeddingsByType"))
    for vector in by_type.values() or (body.get("embedding"),):
        yield from _vector(vector)
    yield from _cohere(body)
    yield from _vectors(body.get("embeddings"), "embedding")  # Nova


def _counted(vectors: list[Vector], pointer: str) -> Iterator[Part]:
    """How many vectors of each kind came."""
    for kind in dict.fromkeys(vectors):
        dimensions, form = kind
        content = {"count": vectors.count(kind), "dimensions": dimensions, "type": form}
        yield Generic(kind="embedding", content=content, pointer=pointer)


# --- what went in ----------------------------------------------------------------------------------------------------


def _given(decoding: Decoding, asked: tuple[str, ...]) -> tuple[Part, ...]:
    return tuple([part for key in asked for part in _taken(decoding.request, key)])


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


def _fold(events: tuple[Event, ...]) -> Folded:
    """Nothing streams embeddings; what came as events is kept as it is."""
    return Folded(body={"events": [event.json or event.data for event in events]})


# --- the APIs --------------------------------------------------------------------------------------------------------

_FINDERS: dict[str, Finder] = {
    "openai.embeddings": _openai,
    "gemini.embed": _gemini,
    "cohere.embed": _cohere,
    "ollama.embed": _ollama,
    "bedrock.embed": _bedrock,
}


def _api(row: Endpoint, vectors: Finder) -> Api:
    # InvokeModel answers everything, so that the model has to say what it is.
    only = "embed" if row.name == "bedrock.embed" else ""
    return Api(
        row=row,
        given=lambda decoding: (_given(decoding, row.asked), None),
        parts=lambda decoding: _counted([*vectors(decoding.body)], f"/{row.consumed[0]}"),
        is_answer=lambda body: next(vectors(body), None) is not None,
        is_foreign=lambda url, body: only not in url or "choices" in body,
        fold=_fold,
        mapping=(
            (listed(row.asked), "`input_messages`", "token ids: only their number"),
            (row.shape, row.becomes, "not the numbers"),
        ),
    )


for _row in EMBEDDINGS:
    register(_api(_row, _FINDERS[_row.name]))
