"""``cassette schema``."""

from __future__ import annotations

from cassette_tools.cli.output import write
from cassette_tools.errors import UsageError


def schema(name: str | None) -> int:
    """The names of the published schemas, or the text of one. Raises UsageError for a name that is none."""
    from cassette_tools.schema import schema_names, schema_text

    if name is None:
        write("\n".join(schema_names()))
        return 0
    if name not in schema_names():
        raise UsageError(f"there is no schema {name!r}; expected one of {', '.join(schema_names())}")
    write(schema_text(name))
    return 0
