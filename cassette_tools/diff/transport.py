"""HTTP around the bodies: header fields, recorded lengths, and what the recorder notes."""

from __future__ import annotations

from cassette_tools.diff.change import Change
from cassette_tools.diff.freeform import dotted, json_changes
from cassette_tools.diff.scene import noise
from cassette_tools.model import ABSENT, Place
from cassette_tools.volatile import volatile_field, volatile_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.diff.scene import Scene
    from cassette_tools.model import Headers, Interaction, Request, Response


def header_changes(scene: Scene, side: str, old: Headers, new: Headers) -> Iterator[Change]:
    """Header fields by name; their order and the case of their names mean nothing (RFC 9110 §5)."""
    before, after = _by_name(old), _by_name(new)
    if before == after:
        return
    for name in dict.fromkeys((*before, *after)):
        left, right = before.get(name), after.get(name)
        if left is not None and right is not None and scene.ids.are_renamed(left, right):
            continue
        if left != right:
            yield _header_change(scene, side, name, left, right)


def _by_name(headers: Headers) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        values[name] = f"{values[name]}, {value}" if name in values else value
    return values


def _header_change(scene: Scene, side: str, name: str, old: str | None, new: str | None) -> Change:
    path = f"{side}.headers.{name}"
    row = volatile_header(name)
    if row is not None:
        hidden = row.kind == "account"
        return noise(scene, row, path, side, _shown(old, hidden), _shown(new, hidden))
    if name == "user-agent":
        rule = "user-agent-changed"
    elif old is None or new is None:
        rule = "header-added" if old is None else "header-removed"
    elif name == "content-type" and _without_boundary(old) == _without_boundary(new):
        rule = "padding-changed"
    elif name == "content-type" and side == "response" and _media_type(old) != _media_type(new):
        rule = "content-type-changed"
    else:
        rule = "header-changed"
    return Change(
        rule=rule,
        path=path,
        origin=side,
        pair=scene.pair,
        old=_shown(old, _is_secret(name)),
        new=_shown(new, _is_secret(name)),
        subject=name,
        old_place=_header_place(scene.old, side) if old is not None else None,
        new_place=_header_place(scene.new, side) if new is not None else None,
    )


def _shown(value: str | None, hidden: bool) -> object:
    if value is None:
        return ABSENT
    return "***" if hidden else value


def _is_secret(name: str) -> bool:
    from cassette_tools.data.secrets import HEADERS

    return any(row.name == name for row in HEADERS)


def _without_boundary(value: str) -> list[str]:
    """A media type and its parameters but the one that parts of a multipart body are told apart by (RFC 2046 §5.1)."""
    pieces = [piece.strip() for piece in value.split(";")]
    return [piece for piece in pieces if not piece.lower().startswith("boundary=")]


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def _header_place(interaction: Interaction, side: str) -> Place:
    message: Request | Response = interaction.request if side == "request" else interaction.response
    return Place(route=(*message.route, "headers"))


def length_changes(scene: Scene, side: str) -> Iterator[Change]:
    """A recorded length that contradicts its body on one side only: that side was edited by hand."""
    old, new = (_message(interaction, side) for interaction in (scene.old, scene.new))
    stale = (_is_stale(old), _is_stale(new))
    if stale[0] == stale[1]:
        return
    wrong = new if stale[1] else old
    yield Change(
        rule="content-length-stale" if stale[1] else "content-length-mended",
        path=f"{side}.content_length",
        origin="transport",
        pair=scene.pair,
        old=wrong.content_length,
        new=wrong.body.size,
        subject=side,
        old_place=Place(route=(*old.route, "content_length")) if stale[0] else None,
        new_place=Place(route=(*new.route, "content_length")) if stale[1] else None,
    )


def _message(interaction: Interaction, side: str) -> Request | Response:
    return interaction.request if side == "request" else interaction.response


def _is_stale(message: Request | Response) -> bool:
    return (
        message.content_length is not None
        and message.content_length > 0
        and message.content_length != message.body.size
    )


def recorder_changes(scene: Scene) -> Iterator[Change]:
    """What the recorder notes beside the traffic. The number and the length of an interaction follow from the rest."""
    for side, old, new in (
        ("", scene.old.extra, scene.new.extra),
        ("request", scene.old.request.extra, scene.new.request.extra),
        ("response", scene.old.response.extra, scene.new.response.extra),
    ):
        if old == new:
            continue
        for found in json_changes(dict(old), dict(new)):
            path = f"{side}{dotted(found.route)}".lstrip(".")
            if path in _FOLLOWS_FROM_THE_REST:
                continue
            row = volatile_field(path)
            if row is not None and row.kind != "id":
                yield noise(scene, row, path, "transport", found.old, found.new)
                continue
            yield Change(
                rule="recorder-field-changed",
                path=path,
                origin="transport",
                pair=scene.pair,
                old=found.old,
                new=found.new,
                subject=path,
            )
    if scene.old.response.http_version != scene.new.response.http_version:
        yield Change(
            rule="http-version-changed",
            path="response.http_version",
            origin="transport",
            pair=scene.pair,
            old=scene.old.response.http_version,
            new=scene.new.response.http_version,
        )
    for name in ("duration", "recorded_at"):
        times = (getattr(scene.old, name), getattr(scene.new, name))
        if times[0] != times[1]:
            rule = "measure-changed" if name == "duration" else "time-changed"
            yield Change(
                rule=rule, path=name, origin="transport", pair=scene.pair, old=times[0], new=times[1], subject=name
            )


_FOLLOWS_FROM_THE_REST = frozenset(
    (
        "id",  # the interaction's number in the file: `interaction-reordered` speaks of it
        "callIndex",  # seinfeld's number of it
        "_order",  # Polly.js's number of it
        "response.status",  # the words for the code
        "response.uncompressed",  # whether the transport undid a content coding
        "response.proto_major",  # said by `http-version-changed`
        "response.proto_minor",
    )
)
