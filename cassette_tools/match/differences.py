"""In what two requests differ, part by part, each at its place in the cassette. Secrets are told, never shown."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import parse_qs

from cassette_tools._record import record
from cassette_tools.matchers import address_of, content, is_multipart, json_of
from cassette_tools.model import ABSENT, Place
from cassette_tools.places import header_place, query_place, url_place
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    before = len(asked.keys() | stored.keys())
    for name in sorted(asked.keys() | stored.keys()):
        one, other = (_single(each.get(name, ABSENT)) for each in (asked, stored))
        if one != other:
            before = 0
            secret = is_secret_name(name)
            at = query_place(recorded, name)
            yield Difference(part="query", path=f"query.{name}", given=one, recorded=other, place=at, is_secret=secret)
    if before and address_of(given).query != address_of(recorded).query:
        yield Difference(
            part="query",
            path="query",
            given=address_of(given).query,
            recorded=address_of(recorded).query,
            place=place,
            note="the same parameters, in another order or other escapes",
            is_secret=any(map(is_secret_name, asked)),
        )


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
    for name in sorted(asked.keys() | stored.keys()):
        one, other = (_single(each.get(name, ABSENT)) for each in (asked, stored))
        if one != other:
            yield Difference(
                part="headers",
                path=f"headers.{name}",
                given=one,
                recorded=other,
                place=places.get(name, beside),
                is_secret=is_secret_name(name),
            )


# --- bodies -----------------------------------------------------------------------------------------------------------


def _of_bodies(given: Request, recorded: Request) -> Iterator[Difference]:
    one, other = content(given.body), content(recorded.body)
    if (one or b"") == (other or b""):
        return
    asked, stored = json_of(given.body), json_of(recorded.body)
    if asked is not ABSENT and stored is not ABSENT:
        try:
            found = list(islice(json_differences(asked, stored), MOST))
        except RecursionError:
            found = [("", asked, stored)]
        for pointer, here, there in found:
            yield _in_json(recorded, pointer, here, there)
        if not found:
            yield _in_text(given, recorded, "the same JSON, in other characters or another order of keys")
        return
    form = "application/x-www-form-urlencoded"
    if media_type(given.headers) == media_type(recorded.headers) == form and given.body.text and recorded.body.text:
        fields, kept = (parse_qs(each.body.text or "", keep_blank_values=True) for each in (given, recorded))
        for name in sorted(fields.keys() | kept.keys()):
            here, there = _single(fields.get(name, ABSENT)), _single(kept.get(name, ABSENT))
            if here != there:
                yield Difference(
                    part="body",
                    path=f"body.{name}",
                    given=here,
                    recorded=there,
                    place=recorded.body.place(),
                    is_secret=is_secret_name(name),
                )
        return
    yield _in_text(given, recorded, _kinds(given, recorded))


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
        start, end = 0, 0
        shorter = min(len(one), len(other))
        while start < shorter and one[start] == other[start]:
            start += 1
        while len(one) != len(other) and end < shorter - start and one[-1 - end] == other[-1 - end]:
            end += 1
        here, there = one[start : len(one) - end], other[start : len(other) - end]
        for at in range(max(len(here), len(there))):
            left, right = (each[at] if at < len(each) else ABSENT for each in (here, there))
            yield from json_differences(left, right, f"{pointer}/{start + at}")
    elif not _is_same(one, other):
        yield pointer, one, other


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
