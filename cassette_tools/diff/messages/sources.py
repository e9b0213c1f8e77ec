"""The sources that an answer names: citations, and the search results that some providers list beside it."""

from __future__ import annotations

from cassette_tools.data.wire import SOURCES
from cassette_tools.secrets import masked
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import cut, short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Json, Place


def source_changes(
    scene: Scene,
    path: str,
    old: Iterable[Json],
    new: Iterable[Json],
    places: tuple[Place | None, Place | None] = (None, None),
) -> Iterator[Change]:
    """Which sources came and went; their order, their titles and where in the text they are named say nothing."""
    old, new = ([one for each in side for one in _references(each)] for side in (old, new))
    before, after = (list(dict.fromkeys(map(_address, side))) for side in (old, new))
    gone, come = _sources_apart(scene, before, after)
    counts = len(old), len(new)
    if gone or come or (all(counts) and counts[0] != counts[1]):
        named = (_named(gone, "gone", old), _named(come, "new", new))
        yield scene.change(
            rule="citation-changed",
            path=path,
            origin="response",
            old=before,
            new=after,
            note=_none_any_more(counts, before)
            or _none_before(counts, after)
            or "; ".join(filter(None, named))
            or f"{counts[1]} instead of {counts[0]} passages, of the same pages",
            old_place=places[0],
            new_place=places[1],
        )


def _sources_apart(scene: Scene, before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The sources that are gone, and those that are new."""
    gone = [source for source in before if not _is_among(scene, source, after)]
    come = [source for source in after if not any(_is_among(scene, each, (source,)) for each in before)]
    return gone, come


def source_couples(scene: Scene, old: Json, new: Json) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Which source of one answer is which of the other, wherever they stand, by their pointers; and the lists of which
    the order is another.
    """
    couples: dict[str, str] = {}
    moved: list[tuple[str, str]] = []
    lists = [*_lists_of_sources(old)], [*_lists_of_sources(new)]
    for (before, olds), (after, news) in zip(*lists, strict=False):
        known = _same_sources(scene, olds, news)
        couples.update({f"{before}/{i}": f"{after}/{j}" for i, j in known.items()})
        if [*known.values()] != sorted(known.values()):
            moved.append((before, after))
    return couples, moved


def _lists_of_sources(body: Json) -> Iterator[tuple[str, list[Json]]]:
    """With their pointers, in the order of the body. What is in a source is no list of sources of the answer."""
    pending: list[tuple[str, Json]] = [("", body)]
    while pending:
        pointer, value = pending.pop()
        if isinstance(value, dict):
            steps = [(pointer_from_route((key,)), each) for key, each in value.items()]
        elif isinstance(value, list) and pointer.rpartition("/")[2] in _LISTS:
            yield pointer, value
            continue
        else:
            steps = [(f"/{index}", each) for index, each in enumerate(value)] if isinstance(value, list) else []
        pending.extend((pointer + step, each) for step, each in reversed(steps))


_LISTS = frozenset(row.name for row in SOURCES)


def _same_sources(scene: Scene, old: list[Json], new: list[Json]) -> dict[int, int]:
    """The elements that name the same sources. Of several that do, the first is the first."""
    sides = [list(map(_address, side)) for side in (old, new)]
    known: dict[int, int] = {}
    left = dict(enumerate(sides[1]))
    for i, source in enumerate(sides[0]):
        found = next((j for j, other in left.items() if _is_among(scene, source, (other,))), None)
        if found is not None:
            known[i] = found
            del left[found]
    return known


def _none_any_more(counts: tuple[int, int], sources: list[str]) -> str:
    return f"none any more ({_known(sources) or f'{counts[0]} before'})" if counts[0] and not counts[1] else ""


def _none_before(counts: tuple[int, int], sources: list[str]) -> str:
    return f"{counts[1]} now, none before" + _known(sources, ": ") if counts[1] and not counts[0] else ""


def _known(sources: list[str], before: str = "before: ") -> str:
    """Those that have addresses or titles that a person knows again."""
    told = [cut(each, _LONGEST) for each in sources[:_MOST] if not each.isalnum()]
    more = f" and {len(sources) - len(told)} more" if len(sources) > len(told) else ""
    return f"{before}{', '.join(told)}{more}" if told else ""


_MOST = 3  # sources that are named
_LONGEST = 60  # characters of each


def _named(sources: list[str], became_of_them: str, every: list[Json]) -> str:
    """``2 new: https://…, https://…``."""
    if not sources:
        return ""
    more = f" and {len(sources) - _MOST} more" if len(sources) > _MOST else ""
    named = ", ".join(_in_words(each, every) for each in sources[:_MOST])
    return f"{len(sources)} {became_of_them}: {named}{more}"


def _in_words(source: str, every: list[Json]) -> str:
    """A source as one reads it: a number alone is that of a document; of one that has only an id, what it says."""
    name = cut(source, _LONGEST) if any(map(str.isalpha, source)) else f"document {source}"
    said = next((_said_of(each) for each in every if _address(each) == source), "")
    return f"{name} ({short(said, _LONGEST)})" if said else name


def _said_of(source: Json) -> str:
    """The words of a document that came with the source (Cohere)."""
    documents = [each["document"] for each in _objects(source) if isinstance(each.get("document"), dict)]
    words = (each[name] for each in documents for name in ("title", "snippet", "text", "content") if name in each)
    return next((each for each in words if isinstance(each, str) and each), "")


def _is_among(scene: Scene, source: str, others: Iterable[str]) -> bool:
    """Whether a source is there, by the name that the other recording has for it: some are named by ids."""
    return any(source == other or scene.ids.are_renamed(source, other) for other in others)


def _references(source: Json) -> list[Json]:
    """Bedrock's knowledge bases name several passages for one piece of the answer, Cohere's version 1 documents
    by their ids.
    """
    if not isinstance(source, dict):
        return [source]
    several, documents = source.get("retrievedReferences"), source.get("document_ids")
    if isinstance(documents, list) and documents:
        return [{"id": each} for each in documents]
    return several if isinstance(several, list) else [source]


def _address(source: Json) -> str:
    """What a source is known by: its address, else its name, else its id; else the words of it, in whatever order."""
    if isinstance(source, str):
        return _page(source)
    within = [*_objects(source)]
    found = next((found for names in _NAMES if (found := _first_named(within, names))), None)
    if found:
        return _page(found)
    words = " ".join(value[name] for value in within for name in sorted(value) if isinstance(value[name], str))
    return words or short(_ordered(source), 2000)


def _first_named(objects: list[dict[str, Json]], names: Iterable[str]) -> Json:
    """The first text that one of the objects has under one of the names."""
    return next((each[name] for each in objects for name in names if isinstance(each.get(name), str)), None)


# By which a source is known, the best first.
_NAMES = (
    ("url", "uri", "document_title", "file_id", "title", "x-amz-bedrock-kb-source-uri"),
    ("document_id", "documentId", "doc_id", "id"),  # Cohere's documents have what names the caller gave them
)


def _objects(source: Json) -> Iterator[dict[str, Json]]:
    """An object and those within, the outer ones first."""
    pending = [source]
    while pending:
        value = pending.pop(0)
        if isinstance(value, dict):
            yield value
            pending.extend(value[key] for key in sorted(value))
        elif isinstance(value, list):
            pending.extend(value)


def _page(address: str) -> str:
    """An address without who led there: ``?utm_source=openai``."""
    import re

    return masked(re.sub(r"[?&]utm_[^&#]*", "", address) if "://" in address else address)


def _ordered(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value)}
    return [_ordered(each) for each in value] if isinstance(value, list) else value
