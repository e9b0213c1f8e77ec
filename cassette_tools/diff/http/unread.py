"""Bodies that are no JSON: forms by their fields, text by its lines, all else by its length and a digest.

No decoder reads them, so nothing else speaks of what is in them. Nothing may be swallowed: whatever differs is told,
and be it as noise.
"""

from __future__ import annotations

from cassette_tools.diff.changes.places import field_offset
from cassette_tools.diff.changes.scene import volatile_changes
from cassette_tools.diff.values.sdp import without_session_ids
from cassette_tools.model import ABSENT
from cassette_tools.wire.body import is_idle
from cassette_tools.words import without_varying

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Body, Headers, Json, Place

    Fields: TypeAlias = dict[str, str | bytes]


def unread_changes(scene: Scene, side: str, told: Sequence[Change] = ()) -> Iterator[Change]:
    """What differs in two bodies that are not both JSON, nor both streams of it. What `told` says of the words, the
    media or the fields of the body is not told again.
    """
    old, new = (getattr(each, side) for each in (scene.old, scene.new))
    before, after = _content(old.body), _content(new.body)
    if before == after or (told and (None in (before, after) or any(map(_is_of_body, told)))):
        return
    before, after = _whole(old.body, before), _whole(new.body, after)
    forms = _fields(before, old.headers), _fields(after, new.headers)
    if not forms[0] or not forms[1]:
        yield from _content_changes(scene, side, "", before, after)
    elif forms[0] == forms[1]:
        places = (old.body.place(), new.body.place())
        yield _change(scene, side, "padding-changed", "", "the boundary", places=places)
    else:
        knows_parts = any(change.path.startswith("request.input_messages") for change in told)
        yield from _form_changes(scene, side, *forms, knows_parts=knows_parts)


def _whole(body: Body, content: str | bytes | None) -> str | bytes:
    """What is compared: of a body that is all JSON, that."""
    return body.text or body.raw or "" if content is None else content


def _is_of_body(change: Change) -> bool:
    """Whether a change says what is in the body of an answer."""
    return change.path.startswith(_READ) or change.rule.startswith("problem-")


def _form_changes(scene: Scene, side: str, old: Fields, new: Fields, *, knows_parts: bool) -> Iterator[Change]:
    """The fields of a form that differ; where its parts are known, only those of as many characters as before."""
    for name in dict.fromkeys((*old, *new)):
        left, right = old.get(name), new.get(name)
        if left == right:
            continue
        if not knows_parts or (left is not None and right is not None and len(left) == len(right)):
            yield from _content_changes(scene, side, name, left, right)


_READ = ("response.output_messages", "response.error")


def _content(body: Body) -> str | bytes | None:
    """What of a body is no JSON; ``None`` when all of it is."""
    if body.stream:
        odd = [event.data for event in body.events if event.json is ABSENT and not is_idle(event)]
        return "\n".join(odd) or None
    if body.json is not ABSENT:
        return None
    return body.text if body.text is not None else body.raw


# --- forms -----------------------------------------------------------------------------------------------------------


def _fields(content: str | bytes, headers: Headers) -> Fields:
    """The fields of a form by their names; none for a body that is no form."""
    kind, _, parameters = (headers.get("Content-Type") or "").partition(";")
    kind = kind.strip().lower()
    if kind == "application/x-www-form-urlencoded" and isinstance(content, str):
        from urllib.parse import parse_qsl

        return _named([(name, value) for name, value in parse_qsl(content, keep_blank_values=True)])
    return _parts(content, parameters) if kind.startswith("multipart/") else {}


def _parts(content: str | bytes, parameters: str) -> Fields:
    """The fields of a multipart body. The boundary is a parameter of its type, or what the body begins with."""
    marked = parameters.partition("boundary=")[2].partition(";")[0].strip().strip('"')
    whole = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    boundary = marked.encode("utf-8", "surrogatepass") or whole.partition(b"--")[2].splitlines()[:1][0]
    pieces = whole.split(b"--" + boundary)[1:] if boundary else []
    return _named([field for piece in pieces if not piece.startswith(b"--") for field in _part(piece)])


def _part(piece: bytes) -> Iterator[tuple[str, str | bytes]]:
    """The name of a part of a multipart body (RFC 7578) and what it holds, after the header of the part."""
    import re

    gap = re.search(rb"\r?\n\r?\n", piece)
    head, value = (piece[: gap.start()], piece[gap.end() :]) if gap is not None else (piece, b"")
    named = re.search(rb'[; ]name="?([^";\r\n]*)', head)
    name = named[1].decode("utf-8", "replace") if named else "part"
    for each, content in ((f"{name}.header", head.strip()), (name, re.sub(rb"\r?\n\Z", b"", value))):
        try:
            yield each, content.decode("utf-8")
        except UnicodeDecodeError:
            yield each, content


def _named(pairs: list[tuple[str, str | bytes]]) -> Fields:
    """Fields of one name are told apart by their number."""
    fields: Fields = {}
    for name, value in pairs:
        number = sum(each == name or each.startswith(f"{name}[") for each in fields)
        fields[f"{name}[{number}]" if number else name] = value
    return fields


# --- what differs ----------------------------------------------------------------------------------------------------


def _content_changes(
    scene: Scene, side: str, name: str, old: str | bytes | None, new: str | bytes | None
) -> Iterator[Change]:
    """The change of the body, or of one field of a form: its ids as noise, and what else differs."""
    places = _places(scene, side, name, old, new)
    path = f"{side}.body.{name}" if name else f"{side}.body"
    before, after = _shown(old), _shown(new)
    quiet = volatile_changes(scene, path, side, before, after, places) if name else None
    if quiet is not None:
        yield from quiet
        return
    if isinstance(old, str) and isinstance(new, str):
        before, after = _without_ids(scene, old, new)
        if before == after or scene.ids.are_renamed(old, new):
            yield _change(scene, side, "id-changed", name, "the ids in the body", old, new, places)
            return
    rule = _rule(side, before, after) if name else _RULES[side]
    yield _change(scene, side, rule, name, name or "the body", before, after, places)


_RULES = {"request": "request-parameter-changed", "response": "response-body-changed"}


def _rule(side: str, old: Json, new: Json) -> str:
    """What the change of a field is called."""
    if old is ABSENT:
        return f"{side}-field-added"
    return f"{side}-field-removed" if new is ABSENT else _RULES[side]


def _shown(content: str | bytes | None) -> Json:
    if content is None:
        return ABSENT
    if isinstance(content, str):
        return content
    from hashlib import sha256

    return {"length": len(content), "sha256": sha256(content).hexdigest()[:12]}


def _without_ids(scene: Scene, old: str, new: str) -> tuple[str, str]:
    """Two texts with what is drawn anew for every session or failure masked, line by line."""
    left, right = without_session_ids(old), without_session_ids(new)
    if left is not None and right is not None:
        return left, right
    if scene.old.response.status_code < 400 or scene.new.response.status_code < 400:
        return old, new
    return (old, new) if without_varying(old) != without_varying(new) else ("", "")


def _places(
    scene: Scene, side: str, name: str, old: str | bytes | None, new: str | bytes | None
) -> tuple[Place | None, Place | None]:
    """The characters at which the bodies begin to differ there; where that cannot be said, the bodies."""
    before, after = (getattr(each, side).body for each in (scene.old, scene.new))
    return _place(before, name, old, new), _place(after, name, new, old)


def _place(body: Body, name: str, content: str | bytes | None, other: str | bytes | None) -> Place | None:
    if content is None:
        return None
    start = _begin_of(body, name, content)
    if start < 0 or body.tree:
        return body.place()
    at = 0
    if isinstance(content, str) and isinstance(other, str):
        shorter = min(len(content), len(other))
        at = next((n for n in range(shorter) if content[n] != other[n]), max(0, shorter - 1))
    return body.place(offset=start + at, length=1)


def _begin_of(body: Body, name: str, content: str | bytes) -> int:
    """At which character a field of a form begins, or a text; -1 where that cannot be said."""
    begins = field_offset(body, name) if name else None
    if begins is not None and (body.text is not None or body.chunks):
        return begins
    return (body.text or "").find(content) if isinstance(content, str) else -1


def _change(
    scene: Scene,
    side: str,
    rule: str,
    name: str,
    subject: str,
    old: Json = ABSENT,
    new: Json = ABSENT,
    places: tuple[Place | None, Place | None] = (None, None),
) -> Change:
    return scene.change(
        rule=rule,
        path=f"{side}.body.{name}" if name else f"{side}.body",
        origin=side,
        old=old,
        new=new,
        subject=subject,
        old_place=places[0],
        new_place=places[1],
    )
