"""HTTP around the bodies: header fields, recorded lengths, and what the recorder notes."""

from __future__ import annotations

import re
from collections import Counter

from cassette_tools._record import replace
from cassette_tools.data.drift import CHOSEN, HTML_PAGE, OTHER_VERSION, SDK_METHOD, WARNING
from cassette_tools.data.headers import ADDRESS, COMMON, LIST, MEDIA, PRESENCE, REQUEST, RESPONSE
from cassette_tools.diff.changes.masks import appears_in_header, header_mask_change
from cassette_tools.diff.changes.scene import noise
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.model import ABSENT, Place
from cassette_tools.places import duration_place, header_place, length_place, status_place, time_place, version_place
from cassette_tools.volatile import fits, volatile_field, volatile_header
from cassette_tools.words import became, short, unquoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeVar

    from cassette_tools.data.headers import Asked, Told
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.diff.values.freeform import JsonChange
    from cassette_tools.model import Headers, Interaction, Json, Request, Response, Route

    T = TypeVar("T", Asked, Told)
    Holder = Interaction | Request | Response


def header_changes(scene: Scene, side: str, old: Headers, new: Headers) -> Iterator[Change]:
    """Header fields by name; their order and the case of their names mean nothing (RFC 9110 §5)."""
    before, after = _by_name(old), _by_name(new)
    for name in dict.fromkeys((*before, *after)) if before != after else ():
        left, right = before.get(name), after.get(name)
        is_expected = _is_expected(scene, side, name)
        is_given_back = not is_expected and _is_given_back(scene, side, name, left, right)
        if left != right and not is_given_back:
            yield replace(_header_change(scene, side, name, left, right), expected=is_expected)


def _is_given_back(scene: Scene, side: str, name: str, old: str | None, new: str | None) -> bool:
    """Whether a field only repeats what an earlier answer gave. What this answer gives is noted."""
    if old is None or new is None:
        return False
    if scene.ids.are_renamed(old, new) and not appears_in_header(name, old, new):
        return True
    if side == "response" and old and new:
        scene.ids.define_parts(old, new)
    return False


def _is_expected(scene: Scene, side: str, name: str) -> bool:
    """Whether a field differs because another provider has other headers: of these only its warnings are more."""
    return scene.is_cross_provider and not (side == "response" and is_warning(name))


def _by_name(headers: Headers) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    return {name: ", ".join(each) for name, each in values.items()}


def _header_change(scene: Scene, side: str, name: str, old: str | None, new: str | None) -> Change:
    told = _rule(scene, side, name, (old, new))
    hidden = _is_hidden(name)
    shown = (_shown(old, hidden), _shown(new, hidden))
    change = header_mask_change(scene.pair, side, name, (old, new), shown) or _plain_change(
        scene, side, name, told, (old, new), shown
    )
    if side == "response" and told is not None and is_warning(name):
        change = replace(change, circumstance=WARNING, note=_warning_in_words(name, old, new))
    messages = (_message(scene.old, side), _message(scene.new, side))
    return replace(
        change,
        old_place=_field_place(messages[0], name, messages[1]) if old is not None else None,
        new_place=_field_place(messages[1], name, messages[0]) if new is not None else None,
    )


def _plain_change(
    scene: Scene,
    side: str,
    name: str,
    told: str | None,
    values: tuple[str | None, str | None],
    shown: tuple[Json, Json],
) -> Change:
    """The change of a field that no mask explains."""
    volatile = volatile_header(name) if told is None else None
    if volatile is not None:
        return noise(scene, volatile, f"{side}.headers.{name}", side, *shown)
    return scene.change(
        rule=told or "transport-changed",
        path=f"{side}.headers.{name}",
        origin=side,
        old=shown[0],
        new=shown[1],
        subject=name if told in _BY_NAME else f"the header {name}",
        circumstance=_circumstance(told, side, name, values),
        note=_came_or_went(*shown) if told is None else "",
    )


def _rule(scene: Scene, side: str, name: str, values: tuple[str | None, str | None]) -> str | None:
    """What a change of a field is called; ``None`` for noise."""
    if side == "request":
        told = _request_rule(name, values)
    else:
        told = _response_rule(name, values, (scene.old.response.status_code, scene.new.response.status_code))
    if told is None and name == "content-type" and all("boundary=" in (value or "") for value in values):
        return "padding-changed"  # what parts of a multipart body are told apart by (RFC 2046 §5.1)
    return told


def is_warning(name: str) -> bool:
    """Whether the service warns people in the response field of this name."""
    row = _row_of(RESPONSE, name)
    return row is not None and row.warns


def _warning_in_words(name: str, old: str | None, new: str | None) -> str:
    """All that the service says, the date at its end too: ``x will be removed in May (the header x-warning)``."""
    said = [unquoted(re.sub(_WARN_CODE, r"\2", value), _WHOLE) for value in (old, new) if value is not None]
    words = " → ".join(dict.fromkeys(said))
    return f"{words} (the header {name})" if name.endswith(_IN_WORDS) else f"{name}: {words}"


_WARN_CODE = r'(\d{3} \S+ )"([^"]*)"(?: "[^"]*")?'  # RFC 9111 §5.5: the code and who warns, the text, the date
_IN_WORDS = ("warning", "warnings")  # how fields are called whose value is a sentence
_WHOLE = 1000  # characters of a warning


def _circumstance(told: str | None, side: str, name: str, values: tuple[str | None, str | None]) -> str | None:
    if told == "request-parameter-changed":
        return OTHER_VERSION if _is_other_version(*values) else None
    if told == "content-type-changed" and _media(values[1])[0] == "text/html":
        return HTML_PAGE
    if told == "header-changed" and name == SDK_METHOD_HEADER:
        return SDK_METHOD
    row = _row_of(REQUEST, name) if side == "request" else None
    return CHOSEN if row is not None and row.kind == "chosen" else None


def _is_other_version(old: str | None, new: str | None) -> bool:
    """Whether the one changed that an API has: ``assistants=v1`` to ``assistants=v2``."""
    before, after = (re.fullmatch(r"(\w+)=v(\d+)", (each or "").strip()) for each in (old, new))
    return before is not None and after is not None and before[1] == after[1] and before[2] != after[2]


SDK_METHOD_HEADER = "x-stainless-helper-method"

_BY_NAME = frozenset(("header-added", "header-removed", "header-changed", "content-type-changed", "padding-changed"))


def _request_rule(name: str, values: tuple[str | None, str | None]) -> str | None:
    """What a change of a request's field is called; ``None`` for noise."""
    if name == "user-agent":
        return "user-agent-changed"
    if name == SDK_METHOD_HEADER and None not in values:  # of one that comes or goes, the SDK began to tell of it
        return "header-changed"
    row = _row_of(REQUEST, name)
    if row is None:
        return None if volatile_header(name) is not None else _header_rule(values)
    if row.kind == "noise" or not _differ(row.compare, *values):
        return None
    return _header_rule(values) if row.kind in ("client", "chosen") else _field_rule(values)


def _field_rule(values: tuple[str | None, str | None]) -> str:
    if None in values:
        return "request-field-added" if values[0] is None else "request-field-removed"
    return "request-parameter-changed"


def _response_rule(name: str, values: tuple[str | None, str | None], statuses: tuple[int, int]) -> str | None:
    """What a change of a response's field is called; ``None`` for noise."""
    row = _row_of(RESPONSE, name)
    if row is None or not _differ(row.compare, *values):
        return None
    if row.failed and all(status == 200 for status, value in zip(statuses, values, strict=True) if value is not None):
        return None
    if name == "content-type" and None not in values and _media(values[0])[0] != _media(values[1])[0]:
        return "content-type-changed"
    return _header_rule(values)


def _header_rule(values: tuple[str | None, str | None]) -> str:
    if None in values:
        return "header-added" if values[0] is None else "header-removed"
    return "header-changed"


def _row_of(table: tuple[T, ...], name: str) -> T | None:
    return next((row for row in table if fits(row.match, name)), None)


def _differ(compare: str, old: str | None, new: str | None) -> bool:
    """Whether two values of a field differ in what it is read for; see `data.headers`."""
    if old is None or new is None:
        return compare != COMMON
    if compare == LIST:
        return _words(old) != _words(new)
    if compare == MEDIA:
        return _media(old) != _media(new)
    if compare == ADDRESS:
        return _fixed(old) != _fixed(new)
    return compare != PRESENCE


def _words(value: str) -> set[str]:
    return {word.strip() for word in value.split(",")}


def _media(value: str | None) -> tuple[str, set[str]]:
    """A media type and its parameters but the boundary (RFC 2046 §5.1), and UTF-8, which all text here is."""
    kind, *parameters = [piece.strip().lower() for piece in (value or "").split(";")]
    plain = {each.replace('"', "") for each in parameters if each}
    return kind, {each for each in plain if not each.startswith("boundary=")} - {"charset=utf-8"}


def _fixed(address: str) -> list[str]:
    """The steps of an address, those that look like ids left out."""
    import re

    steps = re.split(r"([/?&=;,<>])", address)
    return ["{id}" if len(step) >= _ID and any(map(str.isdigit, step)) else step for step in steps]


_ID = 8  # characters of a step that may be an id


def _came_or_went(old: Json, new: Json) -> str:
    if old is ABSENT:
        return f"is new: {short(new)}"
    return f"is gone; it was {short(old)}" if new is ABSENT else became(old, new, arrow=" became ")


def _shown(value: str | None, hidden: bool) -> object:
    if value is None:
        return ABSENT
    return "***" if hidden else value


def _is_hidden(name: str) -> bool:
    """Whether the values of a field are never shown: it says a secret, or who pays."""
    from cassette_tools.data.secrets import HEADERS

    row = volatile_header(name)
    return any(each.name == name for each in HEADERS) or (row is not None and row.kind == "account")


def _field_place(message: Request | Response, name: str, other: Request | Response) -> Place:
    """The first field of the name whose value the other side does not have, or not so often; else the first that
    differs from its counterpart; else the first.
    """
    there = other.headers.get_all(name)
    fields = [(at, message.headers.pairs[at][1]) for at in message.headers.positions(name)]
    if len(there) == len(fields):
        fields = [field for field, value in zip(fields, there, strict=True) if field[1] != value] or fields
    first = fields[0][0]
    left = Counter(there)
    for at, value in fields:
        if not left[value]:
            first = at
            break
        left[value] -= 1
    return header_place(message, first)


def length_changes(scene: Scene, side: str) -> Iterator[Change]:
    """A recorded length that contradicts its body on one side only: that side was edited by hand."""
    old, new = (_message(interaction, side) for interaction in (scene.old, scene.new))
    stale = (is_stale(old), is_stale(new))
    if stale[0] == stale[1]:
        return
    wrong = new if stale[1] else old
    yield scene.change(
        rule="content-length-stale" if stale[1] else "content-length-mended",
        path=f"{side}.content_length",
        origin="transport",
        old=wrong.content_length,
        new=wrong.body.size,
        subject=side,
        old_place=length_place(old) if stale[0] else None,
        new_place=length_place(new) if stale[1] else None,
    )


def _message(interaction: Interaction, side: str) -> Request | Response:
    return interaction.request if side == "request" else interaction.response


def is_stale(message: Request | Response) -> bool:
    """Whether the recorded length contradicts the body."""
    length = message.content_length
    return length is not None and 0 < length != message.body.size


def recorder_changes(scene: Scene) -> Iterator[Change]:
    """What the recorder notes beside the traffic."""
    yield from _noted_changes(scene, "", scene.old, scene.new)
    yield from _noted_changes(scene, "request", scene.old.request, scene.new.request)
    yield from _noted_changes(scene, "response", scene.old.response, scene.new.response)
    yield from _protocol_changes(scene)
    for name, place_of in (("duration", duration_place), ("recorded_at", time_place)):
        times = (getattr(scene.old, name), getattr(scene.new, name))
        if times[0] != times[1]:
            yield scene.change(
                rule="measure-changed" if name == "duration" else "time-changed",
                path=name,
                origin="transport",
                old=times[0],
                new=times[1],
                subject=name,
                old_place=place_of(scene.old) if times[0] is not None else None,
                new_place=place_of(scene.new) if times[1] is not None else None,
            )


def _noted_changes(scene: Scene, side: str, old: Holder, new: Holder) -> Iterator[Change]:
    """The notes on an interaction, or on one of its messages."""
    for found in json_changes(dict(old.extra), dict(new.extra)) if old.extra != new.extra else ():
        path = f"{side}{dotted(found.route)}".lstrip(".")
        if path not in _FOLLOWS_FROM_THE_REST:
            yield replace(
                _noted_change(scene, path, found),
                old_place=_noted_place(scene.old, old.route, found.route) if found.old is not ABSENT else None,
                new_place=_noted_place(scene.new, new.route, found.route) if found.new is not ABSENT else None,
            )


_FOLLOWS_FROM_THE_REST = frozenset(
    (
        "id",  # the interaction's number in the file, which the path of every finding has
        "callIndex",  # seinfeld's number of it
        "_order",  # Polly.js's number of it
        "response.proto_major",  # said by `http-version-changed`
        "response.proto_minor",
    )
)


def _noted_change(scene: Scene, path: str, found: JsonChange) -> Change:
    if path == "response.status_code" and found.old is not ABSENT and found.new is not ABSENT:
        rule = "status-class-changed" if not found.old or not found.new else "status-changed"
        return scene.change(rule=rule, path=path, origin="response", old=found.old, new=found.new)
    row = volatile_field(path)
    if row is not None and row.kind != "id":
        return noise(scene, row, path, "transport", found.old, found.new)
    return scene.change(
        rule="recorder-field-changed",
        path=path,
        origin="transport",
        old=found.old,
        new=found.new,
        subject=path,
    )


def _noted_place(interaction: Interaction, base: Route, route: Route) -> Place:
    if route[0] == "proto" and base == interaction.request.route:  # HAR's, which is called as the response's
        route = interaction.response.version_route[-1:] or ("proto",)
    return Place(route=(*base, *route))


def _protocol_changes(scene: Scene) -> Iterator[Change]:
    """The version of HTTP, and the words beside the status, which HTTP/2 does not have."""
    old, new = scene.old.response, scene.new.response
    if old.http_version != new.http_version:
        yield scene.change(
            rule="http-version-changed",
            path="response.http_version",
            origin="transport",
            old=old.http_version,
            new=new.http_version,
            old_place=version_place(old) if old.http_version else None,
            new_place=version_place(new) if new.http_version else None,
        )
    if old.status_code == new.status_code and (old.reason or "") != (new.reason or ""):
        yield scene.change(
            rule="transport-changed",
            path="response.reason",
            origin="transport",
            old=old.reason or "",
            new=new.reason or "",
            subject="the reason phrase",
            old_place=status_place(old),
            new_place=status_place(new),
        )
