"""Changed header fields and bodies put into the file, in whatever way it holds them."""

from __future__ import annotations

import json

from cassette_tools.errors import NotRewritable
from cassette_tools.model import ABSENT
from cassette_tools.normalize.draft import Draft
from cassette_tools.normalize.headers import changes
from cassette_tools.normalize.storing import stored
from cassette_tools.places import header_place
from cassette_tools.source.rewrite import Rewriting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Interaction, Json, Request, Response, Route
    from cassette_tools.normalize.work import Work


def put_headers(work: Work, message: Request | Response, index: int, steps: frozenset[str]) -> None:
    """Change the header fields of a message of the interaction at `index`, by some steps."""
    gone: dict[Route, list[Route]] = {}  # by what holds the values of one field
    for position, step, new in changes(message.headers, index, work.names, steps, work.selected):
        name, value = message.headers.pairs[position]
        route = header_place(message, position).route
        work.changes[step] += 1
        work.touched.add(message.route)
        if new is None:
            gone.setdefault(route[:-1], []).append(route)
        elif work.file.value(route) == f"{name}: {value}":  # old VCR.py: a line
            put_text(work, route, f"{name}: {new}")
        else:
            put_text(work, route, new)
    for holder, routes in gone.items():
        for route in _without(work, holder, routes):
            work.file.drop(route)


def put_lists(work: Work, interaction: Interaction) -> None:
    """Lists in place of the values of header fields that VCR.py would take letter by letter."""
    file = work.file
    if work.layout.name != "vcrpy" or not isinstance(file, Rewriting) or not interaction.response.headers.bare:
        return
    from cassette_tools.rules.header_value_not_listed import check

    for seen in check(interaction):
        for place in (seen.place, *seen.related):
            work.changes["lists"] += 1
            file.enlist(place.route[:-1])


def _without(work: Work, holder: Route, routes: list[Route]) -> list[Route]:
    """What must go so that header values go: in a mapping of names to values or lists of them, in a list of mappings
    (HAR), of pairs, or of lines.
    """
    values = work.file.value(holder)
    if not isinstance(values, list):
        return [holder] if values is not ABSENT else []  # {name, value}, or the one value under its name
    all_go = len(routes) == len(values)
    if all_go and holder[-1] == "value" and isinstance(holder[-2], int):
        return [holder[:-1]]  # {name, value: [value, …]}
    if isinstance(holder[-1], str) and holder[-1] != "headers":
        return [holder] if all_go else routes
    if holder[-1] == 1 and _is_pair(work.file.value(holder[:-1])):
        return [holder[:-1]] if all_go else routes
    return [holder] if len(values) == 2 and routes[0][-1] == 1 else routes  # [name, value], else lines


def _is_pair(node: Json) -> bool:
    """Whether it is a name and its values: ``[name, [value, …]]``."""
    return isinstance(node, list) and len(node) == 2 and isinstance(node[0], str)


def put_text(work: Work, route: Route, text: str) -> None:
    """Text in place of a scalar; a number where a number stood."""
    while (old := work.file.value(route)) is ABSENT and route:
        route = route[:-1]
    if isinstance(old, bytes):
        work.file.put(route, text.encode("latin-1", "replace"))
    elif isinstance(old, int | float) and not isinstance(old, bool) and text.isdecimal():
        work.file.put(route, type(old)(text))
    elif isinstance(old, str | int | float) and str(old) != text:
        work.file.put(route, text)


def put_body(work: Work, draft: Draft, body: Body) -> bytes | str | None:
    """Put a draft into the place of `body`, the one that was read; its new content, or ``None`` when it stays."""
    new = _content(work, draft, body)
    if new is None:
        return None
    old = work.file.value(body.route)
    try:
        if isinstance(old, dict | list):
            _put_tree(work, body.route, old, json.loads(new))
        elif isinstance(old, str | bytes):
            work.file.put(body.route, stored(old, body, new))
        else:
            raise NotRewritable("it is kept in a way that cannot be written here")
    except (NotRewritable, ValueError) as error:
        work.remark(f"a body could not be changed: {error}")
        return None
    return new


def _content(work: Work, draft: Draft, body: Body) -> bytes | str | None:
    """The new content of a body; ``None`` when it has the old one."""
    if draft.body.stream == "eventstream":
        if body.problems:
            return None
        frames = draft.frames(blank=("p",) if work.takes("padding") else ())
        return None if frames == Draft(body).frames() else frames
    if draft.segments:
        return None if draft.segments[0] == body.text else draft.segments[0]
    content = with_boundaries(work, body.raw or b"")
    return None if content == (body.raw or b"") else content


def with_boundaries(work: Work, content: bytes) -> bytes:
    """Bytes between boundaries of text, with the new ones."""
    if not work.boundaries:
        return content
    import re

    new = {old.encode(): (work.names.get(old) or old).encode() for old in work.boundaries}
    longest_first = sorted(new, key=lambda each: (-len(each), each))
    return re.sub(b"|".join(map(re.escape, longest_first)), lambda match: new[match[0]], content)


def _put_tree(work: Work, route: Route, old: Json, new: Json) -> None:
    """A body that the file holds as a tree: its scalars one by one."""
    members = old.items() if isinstance(old, dict) else enumerate(old)
    for key, value in members:
        other = new[key if isinstance(new, list) or key in new else str(key)]
        if isinstance(value, dict | list):
            _put_tree(work, (*route, key), value, other)
        elif other != value and isinstance(value, str) == isinstance(other, str):
            work.file.put((*route, key), other)
