"""txtar archives (golang.org/x/tools/txtar) whose files are a request and its answers.

Source: the package's documentation (a line ``-- name --`` begins a file), and aibridge's fixtures for the names:
``request``, ``streaming``, ``non-streaming``, and the same with ``/tool-call`` for a second turn, of which only the
answer is kept. Method and address are not.
"""

from __future__ import annotations

import re

from cassette_tools._record import replace
from cassette_tools.formats import FORMATS, Format, Item
from cassette_tools.formats._fields import mapping, whole_number
from cassette_tools.model import Body, Headers, Interaction, Request, Response
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Mark
    from cassette_tools.model import Json, Route

_NAMES = ("request", "streaming", "non-streaming")


def items(content: bytes, mark: Mark) -> tuple[str, list[tuple[Route, Json]]] | None:
    """An exchange for each answer; archives without any are not ours."""
    text = content.decode("utf-8-sig", "replace")
    found = list(re.finditer(r"^-- (\S.*?) --[ \t]*\r?$\n?", text, re.MULTILINE))
    files = {}
    for at, match in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        files[match[1]] = text[match.end() : end]
        mark((match[1],), match.end(), end)
        if files[match[1]].startswith("HTTP/"):
            _mark_fields(text, match.end(), (match[1],), mark)
    if not any(name.partition("/")[0] in _NAMES for name in files):
        return None
    exchanges: list[tuple[Route, Json]] = []
    for name in files:
        kind, _, turn = name.partition("/")
        if kind == "request":
            continue
        asked = "request" + (f"/{turn}" if turn else "")
        node = {"request": files.get(asked), "asked": asked, "response": files[name], "name": name}
        exchanges.append(((name,), node))
    if not exchanges:
        exchanges = [((name,), {"request": files[name], "asked": name, "response": None, "name": ""}) for name in files]
    return "", exchanges


def read(item: Item, _version: str) -> Interaction:
    """One exchange."""
    node = mapping(item.node)
    asked, answered = node["request"], node["response"]
    if isinstance(answered, str) and answered.startswith("HTTP/"):
        response = _whole_answer(answered, (node["name"],))
    else:
        response = Response(
            status_code=200 if answered is not None else 0,
            body=read_body(answered, Headers(), (node["name"],)) if answered is not None else Body(),
            route=(node["name"],),
        )
    return Interaction(
        index=item.index,
        request=Request(
            method="POST",
            url="",
            body=read_body(asked, Headers(), (node["asked"],)) if asked is not None else Body(),
            route=(node["asked"],),
        ),
        response=response,
        extra={"name": node["name"]},
        route=item.route,
    )


def _mark_fields(text: str, at: int, route: Route, mark: Mark) -> None:
    """The value of each header field of an answer that begins at `at`."""
    number = 0
    for line in text[at:].split("\n")[1:]:
        at = text.index("\n", at) + 1
        if not line.rstrip("\r"):
            break
        if ":" in line:
            mark((*route, "headers", number, 1), at + line.index(":") + 1, at + len(line.rstrip("\r")))
            number += 1


def _whole_answer(words: str, route: Route) -> Response:
    """An answer with its status line and header fields (RFC 9112)."""
    head, _, body = words.replace("\r\n", "\n").partition("\n\n")
    first, *lines = head.split("\n")
    version, _, status = first.partition(" ")
    code, _, reason = status.partition(" ")
    pairs = [tuple(map(str.strip, line.partition(":")[::2])) for line in lines if ":" in line]
    headers = Headers(
        pairs=tuple((name, value) for name, value in pairs),
        routes=tuple((*route, "headers", at, 1) for at in range(len(pairs))),
    )
    return Response(
        status_code=whole_number(code) or 0,
        reason=reason,
        headers=headers,
        body=replace(read_body(body, headers, route), verbatim=False),
        http_version=version,
        route=route,
    )


FORMATS.register(
    Format(
        name="txtar",
        title="txtar archive",
        text=items,
        read=read,
        marks=(b"\n-- request --", b"streaming --\n"),  # below a comment
        starts=(b"-- request --",),
        text_starts=(b"-- ",),
        suffixes=(".txtar",),
    )
)
