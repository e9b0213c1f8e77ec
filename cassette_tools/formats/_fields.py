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
    if isinstance(value, str):
        return body_of(value, headers, item, route)
    return made_body(compact(value), headers, item, route)


def compact(value: Json) -> str:
    """A value that the file has parsed, as JSON text without spaces."""
    import json

    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def from_base64(stored: str) -> bytes | None:
    """The bytes that base64 text (RFC 4648, line breaks allowed) holds; ``None`` when it is none."""
    from binascii import Error, a2b_base64

    try:
        return a2b_base64("".join(stored.split()).encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None


def made_body(content: str | bytes | None, headers: Headers, item: Item, route: Route) -> Body:
    """A body that was put together of what stands at `route`: its characters are not those of the file."""
    return replace(read_body(content, headers, (*item.route, *route)), verbatim=False)


def parsed_or_text(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file as text, or, when it is JSON, as the value that it is."""
    if value is None or isinstance(value, str | bytes):
        return body_of(value, headers, item, route)
    return made_body(compact(value), headers, item, route)


def beside(folder: str | None, name: str, *within: str) -> bytes | None:
    """The content of a file that a cassette names, in the folder `within` below its own; never from outside of it."""
    import os

    if folder is None:
        return None
    home = os.path.realpath(os.path.join(folder, *within))
    path = os.path.realpath(os.path.join(home, name))
    if os.path.commonpath((home, path)) != home or not os.path.isfile(path):
        return None
    with open(path, "rb") as stream:
        return stream.read()


def rest(node: dict[str, Json], known: frozenset[str]) -> dict[str, Json]:
    """The members that the model has no field for."""
    return {key: value for key, value in node.items() if key not in known}
