"""How cassette files are laid out: one module per format, each registering one `Format`.

A format says how to recognise its files and how to read one interaction; it does not read files, and it does not
know what the traffic means.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cassette_tools.formats._writing import Written
    from cassette_tools.model import Interaction, Json, Recording, Route


@record
class Item:
    """One interaction as the file has it: plain data, where it stands, and the spelling of its scalars.

    `spelling` gives the text of a scalar that YAML reads as something else (``2023-06-01``, ``on``, ``1e3``): in a
    header or a body the text is what counts. Its argument is a route relative to the item.
    """

    node: Json
    index: int
    route: Route
    spelling: Callable[[Route], str | None]


@record
class Writer:
    """How to make a file of a format: from a whole recording, whatever format it was read from."""

    extension: str  # of the files, with its dot
    write: Callable[[Recording], Written]


@record
class Format:
    """A cassette format. `name` is what `--to` and `source.format` say.

    `items` is the route of the sequence of interactions from the top of the file. `sniff` is asked with the top-level
    mapping (what stands before the items, at least) and the first interaction (``None`` in an empty cassette); it
    answers with the format's version, ``""`` for a format without versions, or ``None`` for "not mine". `read` makes
    the interaction of one item. `schema` names the JSON Schema under ``schemas/``, by version.
    """

    name: str
    title: str
    items: Route
    sniff: Callable[[Mapping[str, Json], Json], str | None]
    read: Callable[[Item, str], Interaction]
    schema: Mapping[str, str] = {}
    writers: Mapping[str, Writer] = {}  # by the name that `cassette convert --to` has for it


FORMATS: Registry[Format] = Registry("cassette_tools.formats")


def writers() -> dict[str, Writer]:
    """Every form in which a recording can be written, by its name."""
    return {name: writer for each in FORMATS for name, writer in sorted(each.writers.items())}
