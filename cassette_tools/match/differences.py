"""In what two requests differ, part by part, each at its place in the cassette. Secrets are told, never shown."""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from urllib.parse import parse_qs

from cassette_tools._record import record
from cassette_tools.matchers import address_of, content, is_multipart, json_of
from cassette_tools.model import ABSENT, Place
from cassette_tools.places import header_place, query_place, url_place
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cassette_tools.model import Json, Request

MOST = 100  # differences of one body; who needs more looks at both files

# Which parts of a request a matcher speaks of.
PARTS: Mapping[str, tuple[str, ...]] = {
    "uri": ("scheme", "user", "host", "port", "path", "query", "fragment"),
    "raw_body": ("body",),
    "body_as_json": ("body",),
    "content_length": ("length",),
}


@record
class Difference:
    """What differs: the `part` of the request, `path` to it (``query.page``, ``body.messages[0].content``), and both
    values (`ABSENT`: it has none).

    `note` says what values do not show. `is_secret`: they must not be shown.
    """

    __uncompared__ = ("place",)

    part: str
    path: str
    given: Json
    recorded: Json
    place: Place
    note: str = ""
    is_secret: bool = False


def parts_of(matcher: str) -> tuple[str, ...]:
    """The parts that a matcher looks at."""
    return PARTS.get(matcher, (matcher,))


def differences(given: Request, recorded: Request) -> tuple[Difference, ...]:
    """Everything in which they differ."""
    return (
        *_of_method(given, recorded),
        *_of_address(given, recorded),
        *_of_headers(given, recorded),
        *_of_bodies(given, recorded),
    )


def _of_method(given: Request, recorded: Request) -> Iterator[Difference]:
    if given.method.upper() != recorded.method.upper():
        place = Place(route=(*recorded.route, "method"))
        yield Difference(part="method", path="method", given=given.method, recorded=recorded.method, place=place)


def _of_address(given: Request, recorded: Request) -> Iterator[Difference]:
    place = url_place(recorded)
    for part, one, other in zip(
        ("scheme", "user", "host", "port", "path", "fragment"), _address(given), _address(recorded), strict=True
    ):
        if one != other:
            yield Difference(part=part, path=part, given=one, recorded=other, place=place, is_secret=part == "user")
    asked, stored = (_parameters(each) for each in (given, recorded))
    found = list(_by_name("query", asked, stored, lambda name: query_place(recorded, name)))
    yield from found
    one, other = address_of(given).query, address_of(recorded).query
    if asked and not found and one != other:
        note, secret = "the same parameters, in another order or other escapes", any(map(is_secret_name, asked))
        yield Difference(
            part="query", path="query", given=one, recorded=other, place=place, note=note, is_secret=secret
        )


def _by_name(
    part: str, asked: Mapping[str, list[str]], stored: Mapping[str, list[str]], place: Callable[[str], Place]
) -> Iterator[Difference]:
    """What stands under each name in the one and the other."""
    for name in sorted(asked.keys() | stored.keys()):
        one, other = (_single(each.get(name, ABSENT)) for each in (asked, stored))
        if one != other:
            secret = is_secret_name(name)
            path, where = f"{part}.{name}", place(name)
            yield Difference(part=part, path=path, given=one, recorded=other, place=where, is_secret=secret)


def _address(request: Request) -> tuple[Json, ...]:
    address = address_of(request)
    try:
        port: Json = address.port or {"http": 80, "https": 443}.get(address.scheme)
    except ValueError:
        port = address.netloc.rpartition(":")[2]
    user = address.netloc.rpartition("@")[0]
    return tuple(
        ABSENT if value in ("", None) else value
        for value in (address.scheme, user, address.hostname, port, address.path or "/", address.fragment)
    )


def _parameters(request: Request) -> Mapping[str, list[str]]:
    return parse_qs(address_of(request).query, keep_blank_values=True)


def _single(values: Json) -> Json:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _of_headers(given: Request, recorded: Request) -> Iterator[Difference]:
    asked: dict[str, list[str]] = {}
    for name, value in given.headers:
        asked.setdefault(name.lower(), []).append(value)
    stored: dict[str, list[str]] = {}
    places: dict[str, Place] = {}
    for position, (name, value) in enumerate(recorded.headers):
        stored.setdefault(name.lower(), []).append(value)
        places.setdefault(name.lower(), header_place(recorded, position))
    beside = Place(route=(*recorded.route, "headers"), on_key=True)
    yield from _by_name("headers", asked, stored, lambda name: places.get(name, beside))


# --- bodies -----------------------------------------------------------------------------------------------------------


def _of_bodies(given: Request, recorded: Request) -> Iterator[Difference]:
    if (content(given.body) or b"") == (content(recorded.body) or b""):
        return
    asked, stored = json_of(given.body), json_of(recorded.body)
    if asked is not ABSENT and stored is not ABSENT:
        yield from _of_json(given, recorded, asked, stored)
    elif _is_form(given) and _is_form(recorded):
        fields = [parse_qs(each.body.text or "", keep_blank_values=True) for each in (given, recorded)]
        yield from _by_name("body", fields[0], fields[1], lambda _name: recorded.body.place())
    else:
        yield _in_text(given, recorded, _kinds(given, recorded))


def _is_form(request: Request) -> bool:
    return bool(request.body.text) and media_type(request.headers) == "application/x-www-form-urlencoded"


def _of_json(given: Request, recorded: Request, asked: Json, stored: Json) -> Iterator[Difference]:
    try:
        found = list(islice(json_differences(asked, stored), MOST))
    except RecursionError:
        found = [("", asked, stored)]
    for pointer, here, there in found:
        yield _in_json(recorded, pointer, here, there)
    if not found:
        yield _in_text(given, recorded, "the same JSON, in other characters or another order of keys")


def _in_json(recorded: Request, pointer: str, here: Json, there: Json) -> Difference:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    at = pointer if there is not ABSENT else pointer.rpartition("/")[0]
    return Difference(
        part="body",
        path="body" + "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in steps),
        given=here,
        recorded=there,
        place=recorded.body.place(pointer=at),
        is_secret=any(map(is_secret_name, steps)),
    )


def _in_text(given: Request, recorded: Request, note: str) -> Difference:
    """From the first character that differs."""
    one, other = given.body.text, recorded.body.text
    place = recorded.body.place()
    if one is not None and other is not None:
        at = same_start(one, other)
        place = recorded.body.place(at, min(1, len(other) - at))
    return Difference(part="body", path="body", given=_whole(given), recorded=_whole(recorded), place=place, note=note)


def _whole(request: Request) -> Json:
    raw = content(request.body)
    if raw is None or request.body.text is not None:
        return request.body.text or ABSENT
    return f"{len(raw):,} bytes"


def _kinds(given: Request, recorded: Request) -> str:
    if is_multipart(given) and is_multipart(recorded):
        return "multipart: the boundary is another one with every request"
    kinds = [_kind(each) for each in (given, recorded)]
    return "" if kinds[0] == kinds[1] else f"given {kinds[0]}, recorded {kinds[1]}"


def _kind(request: Request) -> str:
    if not content(request.body):
        return "no body"
    if json_of(request.body) is not ABSENT:
        return "JSON"
    return "text" if request.body.text is not None else "bytes"


def json_differences(one: Json, other: Json, pointer: str = "") -> Iterator[tuple[str, Json, Json]]:
    """Where two JSON values differ: JSON pointer, what the one has there and what the other (`ABSENT`: nothing).

    Elements that only one list has are told as such: what both end with is compared from the end.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*other, *one)):
            inner = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
            yield from json_differences(one.get(key, ABSENT), other.get(key, ABSENT), inner)
    elif isinstance(one, list) and isinstance(other, list):
        start, end = _same_ends(one, other)
        here, there = one[start : len(one) - end], other[start : len(other) - end]
        for at, (left, right) in enumerate(zip_longest(here, there, fillvalue=ABSENT), start):
            yield from json_differences(left, right, f"{pointer}/{at}")
    elif not _is_same(one, other):
        yield pointer, one, other


def _same_ends(one: list[Json], other: list[Json]) -> tuple[int, int]:
    """How many elements two lists begin with alike, and, where one has more, how many they end with alike."""
    shorter = min(len(one), len(other))
    start = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    most = shorter - start if len(one) != len(other) else 0
    return start, next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)


def _is_same(one: Json, other: Json) -> bool:
    """Whether two scalars are the same JSON: 1 is 1.0, and is not true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def same_start(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one.startswith(other[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return low


def is_secret_name(name: str) -> bool:
    """Whether what stands under a name is a credential, or a cookie."""
    from fnmatch import fnmatchcase

    bare = re.sub("[-_]", "", name).lower()
    return name.lower() in _secret_headers() or any(fnmatchcase(bare, pattern) for pattern in _secret_names())


def _secret_headers() -> frozenset[str]:
    from cassette_tools.data.secrets import HEADERS

    return frozenset(("cookie", "set-cookie", *(row.name for row in HEADERS)))


def _secret_names() -> frozenset[str]:
    global _names
    if _names is None:
        from cassette_tools.data.secrets import FIELDS, PARAMETERS

        _names = frozenset(row.name for table in (FIELDS, PARAMETERS) for row in table)
    return _names


_names: frozenset[str] | None = None
