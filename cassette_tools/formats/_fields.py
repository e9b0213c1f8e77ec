"""What the readers of cassette formats share: header fields and bodies as plain data have them."""

from __future__ import annotations

from functools import partial

from cassette_tools import budgets
from cassette_tools._record import replace
from cassette_tools.model import ABSENT, Event, Headers, Problem
from cassette_tools.nesting import json_value
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.formats import Item
    from cassette_tools.model import Body, Json, Route


LONGEST_NUMBER = 20  # characters of a status, a port, a length; what is longer is none


def mapping(node: Json) -> dict[str, Json]:
    """`node` if it is a mapping, else an empty one."""
    return node if isinstance(node, dict) else {}


def text(node: Json) -> str:
    """`node` as text: ``""`` for null, and for what is no scalar."""
    return node if isinstance(node, str) else "" if node is None or isinstance(node, list | dict) else str(node)


def whole_number(node: Json) -> int | None:
    """`node` if it is a whole number, also one written as text; a boolean is none."""
    if isinstance(node, str):
        return int(node) if len(node) < LONGEST_NUMBER and node.strip().isdecimal() else None
    return node if isinstance(node, int) and not isinstance(node, bool) else None


def headers_of(node: Json, item: Item, route: Route) -> Headers:
    """Header fields from a mapping of names to values or lists of values. Bytes are Latin-1 (RFC 9110 §5.5), and a
    scalar that YAML reads as something else is the text that was written.
    """
    if isinstance(node, list):
        listed = list(_gathered(node, (*item.route, *route)))
        return Headers(
            pairs=tuple((name, value) for name, value, _route in listed), routes=tuple(each[2] for each in listed)
        )
    pairs: list[tuple[str, str]] = []
    routes: list[Route] = []
    bare: list[str] = []
    for name, values in mapping(node).items():
        if isinstance(values, list | tuple):
            several = values
        else:
            several = [values]
            bare.append(str(name))
        for at, value in enumerate(several):
            if isinstance(value, bytes):
                value = value.decode("latin-1")
            elif not isinstance(value, str):
                written = item.spelling((*route, name, at)) or item.spelling((*route, name))
                value = written if written is not None else text(value)
            pairs.append((str(name), value))
            if route[-1] != "headers":
                routes.append((*item.route, *route, name, at))
    return Headers(pairs=tuple(pairs), routes=tuple(routes), bare=tuple(bare))


def _gathered(listed: list[Json], route: Route) -> Iterator[tuple[str, str, Route]]:
    """Old VCR.py: a list of lines (``Name: value``) or of pairs, which may stand in a list of their own. Name, value
    and route of each.
    """
    for at, entry in enumerate(listed):
        here = (*route, at)
        if isinstance(entry, str):
            name, _, value = entry.partition(":")
            yield name.strip(), value.strip(), here
        elif isinstance(entry, list | tuple) and len(entry) == 2 and isinstance(entry[0], str):
            several = isinstance(entry[1], list | tuple)
            for number, value in enumerate(entry[1] if several else [entry[1]]):
                shown = value.decode("latin-1") if isinstance(value, bytes) else text(value)
                yield entry[0], shown, (*here, 1, number) if several else (*here, 1)
        elif isinstance(entry, list | tuple):
            yield from _gathered(list(entry), here)


def listed_headers(node: Json, item: Item, route: Route) -> Headers:
    """Header fields from a list of mappings, each with a ``name`` and a ``value``."""
    fields = named_values(node, item, route)
    routes = tuple((*item.route, *route, at, "value") for at in range(len(fields)))
    return Headers(pairs=tuple(fields), routes=routes)


def named_values(node: Json, item: Item, route: Route) -> list[tuple[str, str]]:
    """The names and values of a list of mappings, each with a ``name`` and a ``value``: as they are spelled."""
    return [
        (
            spelled(mapping(each).get("name"), item, (*route, at, "name")),
            spelled(mapping(each).get("value"), item, (*route, at, "value")),
        )
        for at, each in enumerate(node if isinstance(node, list) else [])
    ]


def spelled(value: Json, item: Item, route: Route) -> str:
    """`value` as text: the text that was written where YAML reads it as something else."""
    return value if isinstance(value, str) else item.spelling(route) or text(value)


def body_of(recorded: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file as text or bytes; an unquoted number or date is the text that was written."""
    if recorded is not None and not isinstance(recorded, str | bytes):
        recorded = item.spelling(route)
    return read_body(recorded, headers, (*item.route, *route))


def parsed_body(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file already parsed, written again as JSON: its own spacing is lost."""
    if isinstance(value, str):
        return body_of(value, headers, item, route)
    return tree_body(value, headers, item, route)


def compact(value: Json) -> str:
    """A value that the file has parsed, as JSON text without spaces. YAML's keys may be what no key of JSON is."""
    import json

    write = partial(json.dumps, ensure_ascii=False, separators=(",", ":"), default=str)
    try:
        return write(value)
    except TypeError:
        return write(with_text_keys(value))


def with_text_keys(value: Json) -> Json:
    """The value with the keys that JSON can have; those of other kinds as Python spells them."""
    if isinstance(value, dict):
        return {
            key if isinstance(key, str | int | float | None) else str(key): with_text_keys(inner)
            for key, inner in value.items()
        }
    return [with_text_keys(each) for each in value] if isinstance(value, list | tuple) else value


def parsed_event(name: str | None, value: Json, offset: int) -> Event:
    """An event that the file holds as a value: what it is in JSON, also where YAML has keys that JSON has not."""
    data = compact(value)
    return Event(event=name, data=data, offset=offset, json=json_value(data))


def json_of(data: str) -> Json:
    """What a text says as JSON, or `ABSENT`: a message of a WebSocket has no type that would tell."""
    try:
        return json_value(data)
    except (ValueError, RecursionError):
        return ABSENT


def from_base64(stored: str) -> bytes | None:
    """The bytes that base64 text (RFC 4648, line breaks allowed) holds; ``None`` when it is none."""
    from binascii import Error, a2b_base64

    try:
        return a2b_base64("".join(stored.split()).encode("ascii"), strict_mode=True)
    except (Error, UnicodeEncodeError):
        return None


def made_body(content: str | bytes | None, headers: Headers, item: Item, route: Route) -> Body:
    """A body that was put together of what stands at `route`: its characters are not those of the file."""
    body = replace(read_body(content, headers, (*item.route, *route)), verbatim=False)
    if not body.problems:
        return body
    return replace(body, problems=tuple(replace(problem, place=body.place()) for problem in body.problems))


def with_chunks(body: Body, item: Item, chunks: Iterable[tuple[str | bytes, Route]], *, parsed: bool = False) -> Body:
    """A body that was put together of chunks: of each the text, and the route to it within the interaction; `parsed`
    says that each is an event, as JSON.
    """
    starts, characters = [], 0
    for said, route in chunks:
        starts.append((characters, (*item.route, *route)))
        characters += len(said)
    return replace(body, chunks=tuple(starts), parsed=parsed)


def from_base64_body(stored: str, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file as base64; what is none is the text that it is."""
    content = from_base64(stored)
    return body_of(stored, headers, item, route) if content is None else made_body(content, headers, item, route)


def parsed_or_text(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A body that stands in the file as text, or, when it is JSON, as the value that it is."""
    if value is None or isinstance(value, str | bytes):
        return body_of(value, headers, item, route)
    return tree_body(value, headers, item, route)


def beside(folder: str | None, name: str, *within: str) -> bytes | None:
    """The content of a file that a cassette names, in the folder `within` below its own (``..`` is the one above);
    never from outside of it, and through no link. ``None`` for one that cannot be read. Raises UnsafeInput where a
    recording has more of them than may be held.
    """
    from cassette_tools.formats import ASKED_BESIDE
    from cassette_tools.regular import read_below

    ASKED_BESIDE.append(name)
    if folder is None:
        return None
    import os

    steps = [step for step in within if step != ".."]
    above = [".."] * (len(within) - len(steps))
    content = read_below(os.path.normpath(os.path.join(folder, *above)), name, *steps)
    if content is not None:
        budgets.spend("inflated", len(content))
    return content


def tree_body(value: Json, headers: Headers, item: Item, route: Route) -> Body:
    """A JSON body that the file holds as the value that it is."""
    return replace(made_body(compact(value), headers, item, route), tree=True)


def kept_apart(stored: bytes | None, name: str, headers: Headers, item: Item, route: Route) -> Body:
    """A body that is in the file `name`: its content, or a problem when that is missed where it could be."""
    body = made_body(stored, headers, item, route)
    if stored is not None or item.folder is None:
        return body
    message = (
        f"the body is in the file {name[:80]!r}, which does not exist where this format keeps bodies, or cannot be "
        "read (links are not followed): restore the file, or record the interaction again"
    )
    return replace(body, problems=(Problem(kind="unreadable-body", message=message, place=body.place()),))


def address(path: str, scheme: Json = None, host: Json = None, port: Json = None) -> str:
    """The URL of a request to a mock: its path alone where the recording does not say which host it stands for."""
    if not isinstance(host, str) or not host:
        return path
    return f"{text(scheme) or 'http'}://{host}{f':{port}' if whole_number(port) else ''}{path}"


def with_query(url: str, pairs: list[tuple[str, str]]) -> str:
    """The URL with query parameters that stand apart from it."""
    if not pairs:
        return url
    from urllib.parse import urlencode

    return f"{url}{'&' if '?' in url else '?'}{urlencode(pairs, errors='surrogatepass')}"


def rest(node: dict[str, Json], known: frozenset[str]) -> dict[str, Json]:
    """The members that the model has no field for."""
    return {key: value for key, value in node.items() if key not in known}
