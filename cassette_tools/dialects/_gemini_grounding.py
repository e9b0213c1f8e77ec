"""Where an answer of Gemini's got what it says: grounding and citation metadata as citations of its text.

A citation is what the provider wrote of one source (``{"web": {"uri": …, "title": …}}``), with the segment of the text
that it supports beside it. Segments count UTF-8 bytes, not characters. What is left of the metadata stays in `extra`,
except for what the model asked the search and which pages it read: these are calls of Google's own tools.

Sources: the Gemini API reference (``GroundingMetadata``, ``CitationMetadata``, ``UrlContextMetadata``).
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.decoding.values import escaped, leftovers, mapping, sequence
from cassette_tools.dialects.gemini.names import both, member, spelled
from cassette_tools.model import ServerToolCall, ServerToolCallResponse, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

    Object = dict[str, Json]

METADATA = both(("groundingMetadata", "citationMetadata", "urlContextMetadata"))

# What the model asked a tool of Google's own: the key of the metadata, the tool, and the name of the argument.
QUERIES = (
    ("webSearchQueries", "google_search", "queries"),
    ("imageSearchQueries", "google_search", "image_queries"),
    ("retrievalQueries", "retrieval", "queries"),
)


def read_metadata(candidate: Object, parts: tuple[Part, ...], pointer: str, extra: Object) -> tuple[Part, ...]:
    """The parts of a candidate with their citations, and after them what Google's tools were asked and gave."""
    cited: list[tuple[Object, Json]] = []  # the citation, and the segment that it speaks of
    added: list[Part] = []
    key = spelled(candidate, "groundingMetadata")
    if key in candidate:
        _grounding(candidate[key], pointer, f"/{key}", extra, cited, added, parts)
    key = spelled(candidate, "citationMetadata")
    if key in candidate:
        _citations(candidate[key], f"/{key}", extra, cited, parts)
    key = spelled(candidate, "urlContextMetadata")
    if key in candidate:
        _pages(candidate[key], pointer, f"/{key}", extra, added)
    return (*_cited(parts, cited), *added)


def _has_text(parts: tuple[Part, ...]) -> bool:
    return any(isinstance(part, Text) for part in parts)


def _grounding(
    metadata: Json,
    pointer: str,
    where: str,
    extra: Object,
    cited: list[tuple[Object, Json]],
    added: list[Part],
    parts: tuple[Part, ...],
) -> None:
    if not isinstance(metadata, dict):
        if metadata is not None:
            extra[where] = metadata
        return
    known: list[str] = []
    chunks_key, supports_key = spelled(metadata, "groundingChunks"), spelled(metadata, "groundingSupports")
    chunks, supports = metadata.get(chunks_key), metadata.get(supports_key)
    if _has_text(parts) and _are_objects(chunks) and _are_objects(supports):
        known.extend((chunks_key, supports_key))
        _supported(sequence(chunks), sequence(supports), cited)
    calls = [part.name for part in parts if isinstance(part, ServerToolCall)]  # Gemini 3 tells of its calls as parts
    for wire, tool, argument in QUERIES:
        key = spelled(metadata, wire)
        queries = metadata.get(key)
        if isinstance(queries, list) and queries and not any(name.startswith(tool) for name in calls):
            known.append(key)
            added.append(
                ServerToolCall(
                    id=None, name=tool, server_tool_call={argument: queries}, pointer=f"{pointer}{where}/{key}"
                )
            )
    leftovers(metadata, known, where, extra)


def _are_objects(value: Json) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(item, dict) for item in value))


def _supported(chunks: list[Json], supports: list[Json], cited: list[tuple[Object, Json]]) -> None:
    """One citation for each source of each support; after them, the sources that support nothing in particular."""
    used: set[int] = set()
    for support in supports:
        indices = sequence(member(support, "groundingChunkIndices"))
        scores = sequence(member(support, "confidenceScores"))
        segment = support.get("segment")
        rest = {key: value for key, value in support.items() if key not in _SUPPORT_KEYS}
        found = [index for index in indices if type(index) is int and 0 <= index < len(chunks)]
        if len(found) != len(indices) or not found:
            cited.append((support, segment))  # it names sources that are not there
            continue
        for place, index in enumerate(found):
            used.add(index)
            citation = {**chunks[index], **rest}
            if segment is not None:
                citation["segment"] = segment
            if len(scores) == len(found):
                citation["confidenceScore"] = scores[place]
            elif scores and place == 0:
                citation["confidenceScores"] = scores
            cited.append((citation, segment))
    cited.extend((chunk, None) for index, chunk in enumerate(chunks) if index not in used)


_SUPPORT_KEYS = both(("segment", "groundingChunkIndices", "confidenceScores"))


def _citations(
    metadata: Json, where: str, extra: Object, cited: list[tuple[Object, Json]], parts: tuple[Part, ...]
) -> None:
    """``citationSources`` (Gemini API) or ``citations`` (Vertex AI)."""
    if not isinstance(metadata, dict) or not _has_text(parts):
        if metadata is not None:
            extra[where] = metadata
        return
    known = []
    for name in ("citationSources", "citations"):
        key = spelled(metadata, name)
        listed = metadata.get(key)
        if isinstance(listed, list):
            known.append(key)
            cited.extend((citation, None) for citation in listed)
    leftovers(metadata, known, where, extra)


def _pages(metadata: Json, pointer: str, where: str, extra: Object, added: list[Part]) -> None:
    key = spelled(mapping(metadata), "urlMetadata")
    pages = mapping(metadata).get(key)
    if isinstance(pages, list) and pages:
        added.append(
            ServerToolCallResponse(
                id=None,
                server_tool_call_response=pages,
                name="url_context",
                pointer=f"{pointer}{where}/{escaped(key)}",
            )
        )
        leftovers(metadata, (key,), where, extra)
    elif metadata:
        extra[where] = metadata


def _cited(parts: tuple[Part, ...], cited: list[tuple[Object, Json]]) -> tuple[Part, ...]:
    """Give each text its citations. ``partIndex`` counts the parts before a stream is joined, so the words decide."""
    if not cited:
        return parts
    texts = [index for index, part in enumerate(parts) if isinstance(part, Text)]
    given: dict[int, list[Json]] = {}
    for citation, segment in cited:
        words = mapping(segment).get("text")
        home = texts[-1]
        if len(texts) > 1 and isinstance(words, str) and words:
            home = next((index for index in texts if words in getattr(parts[index], "content", "")), home)
        given.setdefault(home, []).append(citation)
    return tuple(
        replace(part, citations=tuple(given[index])) if index in given else part for index, part in enumerate(parts)
    )


# --- while a stream is folded ----------------------------------------------------------------------------------------


def merged_metadata(old: Json, new: Json) -> Json:
    """Metadata of one chunk laid over that of the chunks before.

    Lists that grow are sent whole again, or only what is new of them. Sources that are numbered anew are appended, and
    the supports that name them by number are moved along.
    """
    if type(old) is not dict or type(new) is not dict or not new:
        return new if new else old
    whole = dict(old)
    chunks_key = spelled(new, "groundingChunks")
    supports_key = spelled(new, "groundingSupports")
    moved = 0
    before, after = sequence(old.get(chunks_key)), sequence(new.get(chunks_key))
    if before and after and after[: len(before)] != before:
        moved = len(before)
    for key, value in new.items():
        known = whole.get(key)
        if key == chunks_key and moved:
            whole[key] = before + after
        elif key == supports_key and moved and type(value) is list:
            whole[key] = sequence(known) + [_moved(support, moved) for support in value]
        elif type(value) is list and type(known) is list:
            whole[key] = grown(known, value)
        elif value is not None and value != {}:
            whole[key] = value
        else:
            whole.setdefault(key, value)
    return whole


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
