"""What the pages of our dialects say. It stands apart from the decoders, since no command needs it.

A module for each dialect, named as it is: `SOURCES` are (title, URL) of the public references; `RECOGNITION` is
(certainty, what is looked at); `MAPPING` is (what the wire says, what it becomes, why or where from), with the tables
of the decoder wherever it has them. A dialect that says all this in its own record (that of a plugin) needs no module.
"""

from __future__ import annotations

from importlib import import_module

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.dialects import Dialect


@record
class Page:
    """What a page says beside the docstring of the dialect's module."""

    sources: tuple[tuple[str, str], ...]
    recognition: tuple[tuple[int, str], ...]
    mapping: tuple[tuple[str, str, str], ...]


def page_of(dialect: Dialect) -> Page:
    """The page of a dialect, from its record or from its module here."""
    if dialect.mapping:
        return Page(sources=dialect.sources, recognition=dialect.recognition, mapping=dialect.mapping)
    module = import_module(f"cassette_tools.manual.{dialect.name.replace('.', '_')}")
    return Page(sources=module.SOURCES, recognition=module.RECOGNITION, mapping=module.MAPPING)
