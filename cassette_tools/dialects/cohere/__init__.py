"""Cohere's Chat API, versions 2 and 1: the dialect ``cohere.chat``.

Version 2 asks like Chat Completions and answers with content blocks, a plan, calls and citations of its own; a stream
is folded into that answer. Version 1 (deprecated) has one text, and streams lines of JSON. Pointers are those of
`openai_chat`. Cohere counts twice: what the model processed (`tokens`), which is what other providers report, and what
is billed (`billed_units`), which stays in the usage's `extra`.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.cohere.request import read_request
from cassette_tools.dialects.cohere.response import read_response
from cassette_tools.dialects.cohere.stream import EVENTS, LINES, fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Interaction, Json, LLMCall

NAME = "cohere.chat"
PATHS = (("/v2/chat", "version 2"), ("/v1/chat", "version 1"), ("/v1/generate", "Generate, until 2025"))
_ENDS = tuple([end for end, _ in PATHS])
_SPOKEN = ("content", "tool_calls", "tool_plan")  # what a message of version 2 has
_LOOK_AHEAD = 5  # events


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: host, path and method say so."""
    body, request = interaction.response.body, interaction.request
    if _is_answer(mapping(body.json)) or any(_is_event(mapping(event.json)) for event in body.events[:_LOOK_AHEAD]):
        return CERTAIN
    path, asked = path_of(request.url), mapping(request.body.json)
    if not is_post(request) or not path.endswith(_ENDS):
        return 0
    return LIKELY if "cohere" in path or "message" in asked or "chat_history" in asked else 0


def _is_event(value: dict[str, Json]) -> bool:
    return text(value.get("type")) in EVENTS or text(value.get("event_type")) in LINES


def _is_answer(value: dict[str, Json]) -> bool:
    if "choices" in value or "object" in value:
        return False
    message = value.get("message")
    if type(message) is dict:
        return "finish_reason" in value and not message.keys().isdisjoint(_SPOKEN)
    return "generation_id" in value and "text" in value


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    operation = "text_completion" if "prompt" in decoding.request else "chat"
    return decoding.call(operation, read_request(decoding.request), read_response(decoding))


DIALECTS.register(Dialect(name=NAME, title="Cohere Chat", recognize=recognize, fold=fold, decode=decode))
