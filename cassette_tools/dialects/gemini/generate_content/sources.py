"""Where an answer of Gemini's got what it says: grounding and citation metadata as citations of its text.

A citation is what the provider wrote of one source (``{"web": {"uri": …, "title": …}}``), with the segment of the text
that it supports beside it. Segments count UTF-8 bytes, not characters. What is left of the metadata stays in `extra`,
except for what the model asked the search and which pages it read: these are calls of Google's own tools.

Sources: the Gemini API reference (``GroundingMetadata``, ``CitationMetadata``, ``UrlContextMetadata``).
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.protobuf import Fields, both, spelled
from cassette_tools.decoding.values import mapping, sequence, text
from cassette_tools.model import ServerToolCall, ServerToolCallResponse, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cassette_tools.model import Json, Object, Part

    Cited = tuple[Json, Json]  # a citation, and the segment that it speaks of

METADATA = both(("groundingMetadata", "citationMetadata", "urlContextMetadata"))

# What the model asked a tool of Google's own: the key of the metadata, the tool, and the name of the argument.
QUERIES = (
    ("webSearchQueries", "google_search", "queries"),
    ("imageSearchQueries", "google_search", "image_queries"),
    ("retrievalQueries", "retrieval", "queries"),
)


def read_sources(candidate: Fields, parts: list[Part]) -> list[Part]:
    """The parts of a candidate with their citations, and after them what Google's tools were asked and gave."""
    if METADATA.isdisjoint(candidate.left):
        return parts
    grounding = candidate.object("groundingMetadata")
    added = [*_searches(grounding, parts), *_pages(candidate)]
    if any(isinstance(part, Text) for part in parts):
        parts = _cited(parts, [*_grounded(grounding), *_recited(candidate)])
    grounding.keep()
    return [*parts, *added]


def _searches(grounding: Fields, parts: Sequence[Part]) -> Iterator[Part]:
    """The calls of the search, unless they are among the parts: Gemini 3 tells of its calls so."""
    calls = [part.name for part in parts if isinstance(part, ServerToolCall)]
    for key, tool, argument in QUERIES:
        if grounding.peek(key) and not any(name.startswith(tool) for name in calls):
            queries, pointer = [*grounding.array(key)], grounding.at(key)
            if queries:
                yield ServerToolCall(id=None, name=tool, server_tool_call={argument: queries}, pointer=pointer)


def _pages(candidate: Fields) -> Iterator[Part]:
    metadata = candidate.object("urlContextMetadata")
    pages, pointer = metadata.peek("urlMetadata"), metadata.at("urlMetadata")
    if type(pages) is not list or not pages:
        metadata.keep_whole()
        return
    metadata.take("urlMetadata")
    metadata.keep()
    yield ServerToolCallResponse(id=None, server_tool_call_response=pages, name="url_context", pointer=pointer)


def _recited(candidate: Fields) -> Iterator[Cited]:
    """``citationSources`` (Gemini API) or ``citations`` (Vertex AI)."""
    metadata = candidate.object("citationMetadata")
    for key in ("citationSources", "citations"):
        for citation in metadata.array(key):
            yield citation, None
    metadata.keep()


def _grounded(grounding: Fields) -> Iterator[Cited]:
    """One citation for each source of each support; after them, the sources that support nothing in particular."""
    if not (_are_objects(grounding.peek("groundingChunks")) and _are_objects(grounding.peek("groundingSupports"))):
        return
    chunks = dict(enumerate(grounding.array("groundingChunks")))
    used: set[Json] = set()
    for whole in grounding.array("groundingSupports"):
        support = Fields(whole, "", {}, "")
        segment, indexes = support.peek("segment"), support.array("groundingChunkIndices")
        if not indexes or not all(type(index) is int and index in chunks for index in indexes):
            yield whole, segment  # it names sources that are not there
            continue
        used.update(indexes)
        yield from ((citation, segment) for citation in _supported(support, [chunks[index] for index in indexes]))
    yield from ((chunk, None) for index, chunk in chunks.items() if index not in used)


def _are_objects(value: Json) -> bool:
    return value is None or (type(value) is list and all(type(item) is dict for item in value))


def _supported(support: Fields, chunks: list[Json]) -> Iterator[Object]:
    """The sources of one support, each with the segment and its own score."""
    segment, scores = support.take("segment"), support.array("confidenceScores")
    for place, chunk in enumerate(chunks):
        citation = {**chunk, **support.left}
        if segment is not None:
            citation["segment"] = segment
        if len(scores) == len(chunks):
            citation["confidenceScore"] = scores[place]
        elif scores and place == 0:
            citation["confidenceScores"] = [*scores]
        yield citation


def _cited(parts: list[Part], cited: list[Cited]) -> list[Part]:
    """Give each text its citations. ``partIndex`` counts the parts before a stream is joined, so the words decide."""
    texts = [(index, part.content) for index, part in enumerate(parts) if isinstance(part, Text)]
    given: dict[int, list[Json]] = {}
    for citation, segment in cited:
        words = text(mapping(segment).get("text"))
        homes = [index for index, content in texts if words is not None and words in content]
        given.setdefault(next(iter(homes), texts[-1][0]), []).append(citation)
    cited_parts = list(parts)
    for index, citations in given.items():
        cited_parts[index] = replace(parts[index], citations=tuple(citations))
    return cited_parts


# --- while a stream is folded ----------------------------------------------------------------------------------------


def merged_metadata(old: Json, new: Json) -> Json:
    """Metadata of one chunk laid over that of the chunks before.

    Lists that grow are sent whole again, or only what is new of them. Sources that are numbered anew are appended, and
    the supports that name them by number are moved along.
    """
    if type(old) is not dict or type(new) is not dict or not new:
        return new if new else old
    whole, fresh = _numbered_on(old, new)
    for key, value in fresh.items():
        known = whole.get(key)
        if type(value) is list and type(known) is list:
            whole[key] = grown(known, value)
        elif key not in whole or (value is not None and value != {}):
            whole[key] = value
    return whole


def _numbered_on(old: Object, new: Object) -> tuple[Object, Object]:
    """The old metadata with the sources that are numbered anew, and what else is new."""
    whole, fresh = dict(old), dict(new)
    chunks, supports = spelled(new, "groundingChunks"), spelled(new, "groundingSupports")
    before, after = sequence(old.get(chunks)), sequence(new.get(chunks))
    if not before or not after or after[: len(before)] == before:
        return whole, fresh
    whole[chunks] = before + fresh.pop(chunks)
    moved = [_moved(support, len(before)) for support in sequence(fresh.get(supports))]
    if moved:
        whole[supports] = sequence(old.get(supports)) + moved
        del fresh[supports]
    return whole, fresh


def grown(old: list[Json], new: list[Json]) -> list[Json]:
    """A list that was sent again: whole, or with what came after it."""
    if new[: len(old)] == old:
        return new
    return old + [item for item in new if item not in old]


def _moved(support: Json, by: int) -> Json:
    if type(support) is not dict:
        return support
    key = spelled(support, "groundingChunkIndices")
    indices = support.get(key)
    if type(indices) is not list:
        return support
    return {**support, key: [index + by if type(index) is int else index for index in indices]}
