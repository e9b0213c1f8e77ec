"""What the readers of cassette formats share: header fields and bodies as plain data have them."""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.model import Headers
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Item
    from cassette_tools.model import Body, Json, Route


def mapping(node: Json) -> dict[str, Json]:
    """`node` if it is a mapping, else an empty one."""
    return node if isinstance(node, dict) else {}


def text(node: Json) -> str:
    """`node` as text: ``""`` for null."""
    return node if isinstance(node, str) else "" if node is None else str(node)


def whole_number(node: Json) -> int | None:
    """`node` if it is a whole number, also one written as text; a boolean is none."""
    if isinstance(node, str) and node.strip().isdecimal():
        return int(node)
    return node if isinstance(node, int) and not isinstance(node, bool) else None


def headers_of(node: Json, item: Item, route: Route) -> Headers:
    """Header fields from a mapping of names to values or lists of values. Bytes are Latin-1 (RFC 9110 §5.5), and a
    scalar that YAML reads as something else is the text that was written.
    """
    pairs: list[tuple[str, str]] = []
    for name, values in mapping(node).items():
        several = values if isinstance(values, list | tuple) else [values]
        for at, value in enumerate(several):
            if isinstance(value, bytes):
                value = value.decode("latin-1")
            elif not isinstance(value, str):
                spelled = item.spelling((*route, name, at)) or item.spelling((*route, name))
                value = spelled if spelled is not None else "" if value is None else str(value)
            pairs.append((str(name), value))
    return Headers(pairs=tuple(pairs))


def body_of(recorded: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file as text or bytes; an unquoted number or date is the text that was written."""
    if recorded is not None and not isinstance(recorded, str | bytes):
        recorded = item.spelling(route)
    return read_body(recorded, headers, (*item.route, *route))


def parsed_body(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file already parsed, written again as JSON: its own spacing is lost."""
    import json

    if isinstance(value, str):
        return body_of(value, headers, item, route)
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return replace(read_body(written, headers, (*item.route, *route)), verbatim=False)


def rest(node: dict[str, Json], known: frozenset[str]) -> dict[str, Json]:
    """The members that the model has no field for."""
    return {key: value for key, value in node.items() if key not in known}
