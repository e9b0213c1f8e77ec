"""Keys of JSON objects and header fields in alphabetical order: each takes the place that another had, so that the
spaces between them stay.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.load import understood
from cassette_tools.normalize.draft import Draft
from cassette_tools.source.json_tree import end_of, members
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Body, Headers, Interaction


def sorted_json(text: str, start: int) -> str:
    """The JSON document that begins at `start`, its keys in order at every depth."""
    first = text[start]
    if first not in "{[":
        return text[start : end_of(text, start)]
    held = members(text, start)
    pieces = []
    for _key, begin, end in held:
        value = _value_start(text, begin, first)
        pieces.append(text[begin:value] + sorted_json(text, value) if value < end else text[begin:end])
    order = sorted(range(len(held)), key=lambda at: str(held[at][0])) if first == "{" else range(len(held))
    written: list[str] = []
    at = start
    for slot, member in zip(held, order, strict=True):
        written += (text[at : slot[1]], pieces[member])
        at = slot[2]
    return "".join(written) + text[at : end_of(text, start)]


def _value_start(text: str, begin: int, holder: str) -> int:
    """Where the value of a member begins, whose key begins at `begin`."""
    if holder == "[":
        return begin
    at = text.index(":", end_of(text, begin)) + 1
    while text[at] in " \t\r\n":
        at += 1
    return at


def with_sorted_keys(interaction: Interaction, *, request: bool) -> Interaction:
    """The interaction with the JSON of its bodies in order; that of the request if it may change."""
    asked = _sorted(interaction.request.body, interaction.request.headers) if request else None
    answered = _sorted(interaction.response.body, interaction.response.headers)
    if asked is None and answered is None:
        return interaction
    changed = interaction
    if asked is not None:
        changed = replace(changed, request=replace(changed.request, body=asked))
    if answered is not None:
        changed = replace(changed, response=replace(changed.response, body=answered))
    return understood(replace(changed, llm=None))


def _sorted(body: Body, headers: Headers) -> Body | None:
    if body.tree or not (body.verbatim or body.raw is not None):
        return None  # the file has no text to be put in order
    draft = Draft(body)
    for document in draft.documents:
        text = draft.segments[document.segment]
        draft.replace(document.segment, document.start, document.end, sorted_json(text, document.start))
    draft.apply()
    if not draft.is_changed:
        return None
    plain = replace(headers, pairs=tuple(pair for pair in headers if pair[0].lower() != "content-encoding"), routes=())
    content = draft.frames() if body.stream == "eventstream" else draft.segments[0]
    return read_body(content, plain, body.route)
