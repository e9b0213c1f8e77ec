"""The request of a Cohere chat: version 2 asks like Chat Completions, with names of its own in between; version 1 with
one `message` and the `chat_history` before it, Generate with a `prompt` (`version_one`).

Source: Cohere API reference, "Chat" of both versions.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.settings import COHERE
from cassette_tools.decoding.parts import words_in
from cassette_tools.decoding.values import index_of, mapping
from cassette_tools.dialects.cohere.version_one import first_messages, first_tools
from cassette_tools.dialects.openai_chat.request import read_request as read_chat_request
from cassette_tools.model import Reasoning, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from cassette_tools.decoding.assembly import DecodedRequest
    from cassette_tools.decoding.members import Members, Settings
    from cassette_tools.model import Json, Message, Part


_MODES = {"REQUIRED": "required", "NONE": "none"}
_FIRST = ("message", "chat_history", "prompt")  # what version 1 and Generate ask with


def read_request(request: Members) -> DecodedRequest:
    """Decode a request body of any shape."""
    if "messages" in request or request.left.keys().isdisjoint(_FIRST):
        asked = _like_chat(request)
        return replace(asked, messages=tuple([_like_answer(each) if each.extra else each for each in asked.messages]))
    messages, tools = tuple(first_messages(request)), first_tools(request)
    system = tuple(words_in(request, "preamble"))
    asked = _like_chat(request)
    return replace(asked, system=system, messages=messages, tools=(*tools, *asked.tools))


# --- version 2 -------------------------------------------------------------------------------------------------------


def _like_chat(request: Members) -> DecodedRequest:
    """The request as one of Chat Completions, and what Cohere asks for otherwise."""
    own = request.renamed(COHERE)
    mode = request.named("tool_choice", _MODES)
    if mode is not None:
        own["tool_choice"] = {"mode": mode, "names": [], "parallel": None}
    _output_format(request, own)
    asked = read_chat_request(request)
    return replace(asked, parameters={**asked.parameters, **own})


def _output_format(request: Members, parameters: Settings) -> None:
    """The schema stands beside the type, which is ``json_object``."""
    asked = mapping(request.peek("response_format"))
    if asked.get("type") != "json_object" or asked.get("json_schema", asked.get("schema")) is None:
        return
    form = request.object("response_format")
    form.take("type")
    parameters["output_type"] = "json"
    schema = form.take("json_schema" if "json_schema" in form else "schema")
    parameters["response_format"] = {"kind": "json_schema", "schema": schema}
    form.keep(nulls=True)


def _like_answer(message: Message) -> Message:
    """A turn of the history has its plan and its citations where the answer had them."""
    extra, parts = dict(message.extra), list(message.parts)
    if type(extra.get("/citations")) is list:
        cited = by_block(extra.pop("/citations"))
        parts = [_cited(part, cited, f"{message.pointer}/content/") for part in parts]
        if cited:
            extra["/citations"] = unplaced(cited)
    if type(extra.get("/tool_plan")) is str:
        plan = extra.pop("/tool_plan")
        parts[:0] = [Reasoning(content=plan, kind="plan", pointer=f"{message.pointer}/tool_plan")] if plan else []
    return replace(message, parts=tuple(parts), extra=extra)


def _cited(part: Part, cited: dict[int, list[Json]], content: str) -> Part:
    """A text with its citations, which are taken from `cited`."""
    if type(part) is not Text:
        return part
    block = part.pointer.removeprefix(content).partition("/")[0]
    return replace(part, citations=tuple(cited.pop(int(block) if block.isdecimal() else 0, ())))


def by_block(citations: Iterable[Json]) -> dict[int, list[Json]]:
    """Citations by the block of content that they speak of: the first, unless they say another."""
    cited: dict[int, list[Json]] = {}
    for citation in citations:
        cited.setdefault(index_of(mapping(citation).get("content_index"), 0), []).append(citation)
    return cited


def unplaced(cited: dict[int, list[Json]]) -> list[Json]:
    """The citations that speak of no block."""
    return [citation for several in cited.values() for citation in several]
