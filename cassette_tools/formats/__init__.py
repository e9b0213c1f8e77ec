"""How cassette files are laid out: one module per format, each registering one `Format`.

A format says how to recognise its files and how to read one interaction; it does not read files, and it does not
know what the traffic means.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.registry import Registry
from cassette_tools.source.yaml_tree import DOCUMENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import TypeAlias, TypeVar

    from cassette_tools.model import Interaction, Json, Recording, Route
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile

    T = TypeVar("T", bytes, str)
    Mark: TypeAlias = Callable[[Route, int, int], None]  # tell which piece of the text a route leads to


def _no_scalars(_route: Route) -> Iterator[str]:
    return iter(())


@record
class Item:
    """One interaction as the file has it: plain data, where it stands, and the spelling of its scalars.

    `folder` is where the file stands (``None``: nowhere). `spelling` gives the text of a scalar that YAML reads as
    something else (``2023-06-01``, ``on``, ``1e3``): in a header or a body the text is what counts. Its argument is a
    route relative to the item. `scalars` gives the texts of all scalars of the node at such a route, those of keys too.
    """

    node: Json
    index: int
    route: Route
    spelling: Callable[[Route], str | None]
    scalars: Callable[[Route], Iterator[str]] = _no_scalars
    folder: str | None = None


ASKED_BESIDE: list[str] = []  # files that cassettes name: what is found in such a cassette hangs on these, too
# Keys of sequences that are read element by element, so that memory does not grow with the file.
STREAMED = ("interactions", "http_interactions")


@record
class Whole:
    """A file that was read to its end: the plain data at its top, and those of further YAML documents.

    `folder` is where it stands, for formats that keep bodies in files beside it (``None``: nowhere).
    """

    top: Json
    further: tuple[Json, ...] = ()
    folder: str | None = None

    def documents(self) -> Iterator[tuple[Route, Json]]:
        """Every document, with the route of its top."""
        yield (), self.top
        for number, document in enumerate(self.further, 1):
            yield (DOCUMENT, number), document


@record
class Noted:
    """What a recorder keeps of an exchange beside method, URL, header fields and bodies. `route` leads to it from the
    item (``*``: every member); `kind` is time, duration, address, cookies, url, or the length of a body:
    request-length, response-length; or head-length, of the header fields; or the number of the interaction in its file.
    """

    route: Route
    kind: str


def _never(_top: Mapping[str, Json], _first: Json) -> str | None:
    return None


@record
class Loss:
    """Something that the written file does not say any more, or (not `lost`) says in another way; `interaction` is
    ``None`` for the cassette as a whole.
    """

    message: str
    interaction: int | None = None
    lost: bool = True


@record
class Written:
    """A cassette file, and what of the recording is not in it."""

    content: bytes
    losses: tuple[Loss, ...] = ()


@record
class Writer:
    """How to make a file of a format: from a whole recording, whatever format it was read from."""

    extension: str  # of the files, with its dot
    write: Callable[[Recording], Written]


@record
class Format:
    """A cassette format. `name` is what `--to` and `source.format` say.

    `items` is the key of the sequence of interactions at the top of the file (one of `STREAMED`), ``()`` where they
    stand elsewhere: then `layout` finds them in the `Whole`. With both, it finds what there is beside the items.
    `sniff` is asked with the top-level mapping (what stands before the items, at least; an empty one where the top is
    none) and the first element of the sequence there (``None`` where there is none); it answers with the format's
    version, ``""`` for a format without versions, or ``None`` for "not mine". A format that is neither YAML nor JSON
    has `text` instead, which answers with the version and the items, or ``None``. `read` makes the interaction of one
    item. `schema` names the JSON Schema under ``schemas/``, by version.

    Four fields say how its files are found before anything is parsed. Where a folder is walked, a file is looked at
    that has one of the `marks` somewhere or begins with one of `starts`, and that is named ``*.yaml``, ``*.json``, or
    with one of `suffixes`. What begins with one of `starts` or `text_starts` is neither YAML nor JSON. `typical` are
    keys by which this format is asked first: of the top of the file, or ``request.KEY`` of its first interaction.

    A format whose files can be normalised lists in `noted` what it keeps beside the exchange (``None``: it cannot), and
    in `matched` what of a request its players compare beside method and URL: ``body``, ``headers``; `hashed`
    is the field of an interaction by whose value some players find it, a hash of the request. `rewriting` makes of a
    file that is neither YAML nor JSON what its changes are asked of. `ordered` says whether the interactions stand in
    the order in which they were made: some recorders sort them, and then another order says nothing.
    """

    name: str
    title: str
    read: Callable[[Item, str], Interaction]
    items: Route = ()
    sniff: Callable[[Mapping[str, Json], Json], str | None] = _never
    layout: Callable[[Whole], Iterator[tuple[Route, Json]]] | None = None
    text: Callable[[bytes, Mark], tuple[str, list[tuple[Route, Json]]] | None] | None = None
    schema: Mapping[str, str] = {}
    marks: tuple[bytes, ...] = ()
    starts: tuple[bytes, ...] = ()
    text_starts: tuple[bytes, ...] = ()
    suffixes: tuple[str, ...] = ()
    typical: tuple[str, ...] = ()
    noted: tuple[Noted, ...] | None = None
    matched: frozenset[str] = frozenset()
    hashed: str | None = None
    ordered: bool = True
    rewriting: Callable[[Source], PlainFile] | None = None
    writers: Mapping[str, Writer] = {}  # by the name that `cassette convert --to` has for it


FORMATS: Registry[Format] = Registry("cassette_tools.formats", group="cassette_tools.formats")


@record
class Clues:
    """By what the files of all formats are found before anything is parsed: the fields of `Format` put together.

    `modules` are those of the formats; `typical` leads from a key to the modules that are asked first.
    """

    modules: tuple[str, ...]
    marks: tuple[bytes, ...]
    starts: tuple[bytes, ...]
    text_starts: tuple[bytes, ...]
    suffixes: tuple[str, ...]
    typical: Mapping[str, str]


_GZIP = b"\x1f\x8b"
_clues: Clues | None = None


def clues() -> Clues:
    """The clues of our own formats: as they were compiled, for to import every format takes longer than to read a
    cassette; put together anew while a format is being added, or taken away.
    """
    global _clues
    if _clues is None:
        from cassette_tools._compiled import clues as compiled

        modules = FORMATS.modules()
        if modules == compiled.MODULES:
            _clues = Clues(
                modules=modules,
                marks=compiled.MARKS,
                starts=compiled.STARTS,
                text_starts=compiled.TEXT_STARTS,
                suffixes=compiled.SUFFIXES,
                typical=compiled.TYPICAL,
            )
        else:
            _clues = gathered()
    return _clues


def gathered() -> Clues:
    """The clues of our own formats, from the formats themselves. What many share comes first."""
    own = sorted(FORMATS.own(), key=lambda each: each.read.__module__)  # whatever was imported first
    typical: dict[str, list[str]] = {}
    for each in own:
        for key in each.typical:
            typical.setdefault(key, []).append(each.read.__module__.rpartition(".")[2])
    return Clues(
        modules=FORMATS.modules(),
        marks=_by_frequency(each.marks for each in own),
        starts=_by_frequency(each.starts for each in own),
        text_starts=_by_frequency((*each.starts, *each.text_starts) for each in own),
        suffixes=_by_frequency(each.suffixes for each in own),
        typical={key: " ".join(sorted(typical[key])) for key in sorted(typical, key=lambda key: ("." in key, key))},
    )


def _by_frequency(groups: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    count: dict[T, int] = {}
    for group in groups:
        for each in group:
            count[each] = count.get(each, 0) + 1
    return tuple(sorted(count, key=lambda each: -count[each]))


def may_be_cassette(content: bytes) -> bool:
    """Whether a walked file is worth parsing: it has a mark of some format, of ours or of another package."""
    known = clues()
    if content.startswith((_GZIP, *known.starts)) or any(mark in content for mark in known.marks):
        return True
    return any(
        content.startswith(each.starts) or any(mark in content for mark in each.marks)
        for each in FORMATS.others().values()
    )


def writers() -> dict[str, Writer]:
    """Every form in which a recording can be written, by its name."""
    return {name: writer for each in FORMATS for name, writer in sorted(each.writers.items())}
