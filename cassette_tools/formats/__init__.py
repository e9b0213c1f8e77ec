"""How cassette files are laid out: one module per format, each registering one `Format`.

A format says how to recognise its files and how to read one interaction; it does not read files, and it does not
know what the traffic means.
"""

from __future__ import annotations

from cassette_tools import walk
from cassette_tools._record import record
from cassette_tools.registry import Registry
from cassette_tools.source.yaml_tree import DOCUMENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeAlias

    from cassette_tools.formats._writing import Written
    from cassette_tools.model import Interaction, Json, Recording, Route
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile

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
    item. `schema` names the JSON Schema under ``schemas/``, by version. `marks` are for a format of another package:
    what its files have somewhere, so that they are looked at where a folder is walked (those of ours stand in `walk`).

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
    noted: tuple[Noted, ...] | None = None
    matched: frozenset[str] = frozenset()
    hashed: str | None = None
    ordered: bool = True
    rewriting: Callable[[Source], PlainFile] | None = None
    writers: Mapping[str, Writer] = {}  # by the name that `cassette convert --to` has for it


FORMATS: Registry[Format] = Registry("cassette_tools.formats", group="cassette_tools.formats")


def may_be_cassette(content: bytes) -> bool:
    """Whether a walked file is worth parsing: it has a mark of some format, ours or of another package."""
    if walk.may_be_cassette(content):
        return True
    return any(mark in content for each in FORMATS.others().values() for mark in each.marks)


def writers() -> dict[str, Writer]:
    """Every form in which a recording can be written, by its name."""
    return {name: writer for each in FORMATS for name, writer in sorted(each.writers.items())}
