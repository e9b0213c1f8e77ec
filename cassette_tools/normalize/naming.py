"""The ids of a recording, met in the order in which they stand: what was asked, then what was answered.

Those that the client brought (an assistant, a file, a call in its history) keep their names unless changes of requests
are asked for: it will bring them again, in URLs too.
"""

from __future__ import annotations

from cassette_tools.model import ToolCall
from cassette_tools.normalize import headers, signed_urls
from cassette_tools.normalize.names import accounts_in, is_id_of_call, is_made_up
from cassette_tools.normalize.volatile_json import volatile_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cassette_tools.model import Interaction, Request, Response
    from cassette_tools.normalize.draft import Draft
    from cassette_tools.normalize.volatile_json import Volatile
    from cassette_tools.normalize.work import Work

_MULTIPART = "multipart/"
_SHORTEST = 8  # characters of a boundary that is made anew


def register_ids(work: Work, interaction: Interaction, asked: Draft, answered: Draft) -> None:
    """Name the ids of an interaction."""
    if not work.takes("ids", "request-ids", "signatures", "accounts"):
        return
    work.names.now = 2 * interaction.index
    work.tools.update(_tools_of(interaction))
    _register_request(work, interaction.request, asked)
    work.names.now += 1
    _register_response(work, interaction.response, answered)


def _register_request(work: Work, request: Request, asked: Draft) -> None:
    work.kept.update(token for token in _tokens_of(request.url) if token not in work.names)
    for value in headers.ids_in(request.headers, work.steps, work.selected):
        work.names.register(value)
    boundary = _boundary(request)
    if boundary is not None and work.is_free and work.takes("ids"):
        work.names.register_as(boundary, "boundary")
        work.boundaries.add(boundary)
    for _document, found in volatile_in(asked):
        _register_value(work, found, brought=True)


def _register_response(work: Work, response: Response, answered: Draft) -> None:
    for value in headers.ids_in(response.headers, work.steps, work.selected):
        work.names.register(value)
    said = {(found.path, found.value): found for _document, found in volatile_in(answered)}
    for found in said.values():
        _register_value(work, found, brought=False)
    for segment in answered.segments:
        for name in accounts_in(segment) if work.takes("accounts") else ():
            work.names.register(name)
        for name in signed_urls.ids_in(segment) if work.takes("ids") else ():
            work.names.register(name)


def keep_brought(work: Work, requests: Iterable[Draft]) -> None:
    """Ids that a request says anywhere before an answer did keep their names, too."""
    for index, draft in enumerate(requests):
        for segment in draft.segments:
            work.kept.update(work.names.forget_if_older(segment, 2 * index))


def _register_value(work: Work, found: Volatile, *, brought: bool) -> None:
    action, value = found.action, found.value
    if not isinstance(value, str) or not value:
        return
    is_new_id = action.action == "rename" and value not in work.names
    if action.step not in work.steps:
        work.kept.update((value,) if is_new_id else ())
    elif is_new_id and value not in work.kept:
        _register_id(work, found.path, value, may_be_renamed=work.renames_brought or not brought)
    elif action.action == "seal" and (work.is_free or not brought):
        work.names.register_as(value, "signature")


def _register_id(work: Work, path: str, value: str, *, may_be_renamed: bool) -> None:
    """Name an id that a machine made; any other keeps its name, as do those that the client brought."""
    is_call = value not in work.tools and is_id_of_call(path, value)
    if may_be_renamed and (is_call or is_made_up(value)):
        work.names.register(value)
    else:
        work.kept.add(value)


def _tools_of(interaction: Interaction) -> Iterator[str]:
    """The names of tools that are offered or called: some gateways use them as ids of calls."""
    call = interaction.llm
    if call is not None:
        yield from (tool.name for tool in call.tools)
        for message in (*call.input_messages, *call.output_messages):
            yield from (part.name for part in message.parts if isinstance(part, ToolCall))


def _tokens_of(url: str) -> Iterator[str]:
    """The pieces of a URL that may be ids."""
    for piece in url.replace("?", "/").replace("&", "/").replace("=", "/").split("/"):
        if is_made_up(piece):
            yield piece


def _boundary(request: Request) -> str | None:
    """The boundary of a multipart body (RFC 2046 §5.1)."""
    kind = request.headers.get("Content-Type") or ""
    if not kind.lower().startswith(_MULTIPART):
        return None
    for parameter in kind.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.lower() == "boundary" and len(value) >= _SHORTEST:
            return value.strip('"')
    return None
