"""Cohere's Chat API, versions 2 and 1: the dialect ``cohere.chat``.

Version 2 asks like Chat Completions and answers with content blocks, a plan, calls and citations of its own; a stream
is folded into that answer. Version 1 (deprecated) has one text, and streams lines of JSON. Pointers are those of
`openai_chat`. Cohere counts twice: what the model processed (`tokens`), which is what other providers report, and what
is billed (`billed_units`), which stays in the usage's `extra`.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.urls import path_of
from cassette_tools.decoding.values import mapping
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
_LOOK_AHEAD = 5  # events


# --- recognising -----------------------------------------------------------------------------------------------------


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: host, path and method say so."""
    body = interaction.response.body
    for event in body.events[:_LOOK_AHEAD]:
        value = mapping(event.json)
        if _is_one_of(value.get("type"), EVENTS) or _is_one_of(value.get("event_type"), LINES):
            return CERTAIN
    if type(body.json) is dict and _is_answer(body.json):
        return CERTAIN
    request = interaction.request
    path = path_of(request.url)
    if request.method.upper() in ("POST", "") and path.endswith(tuple(end for end, _ in PATHS)):
        whole = mapping(request.body.json)
        return LIKELY if "cohere" in path or "message" in whole or "chat_history" in whole else 0
    return 0


def _is_one_of(word: Json, words: frozenset[str]) -> bool:
    return isinstance(word, str) and word in words


def _is_answer(value: dict[str, Json]) -> bool:
    if "choices" in value or "object" in value:
        return False
    message = value.get("message")
    if type(message) is dict:
        return "finish_reason" in value and ("content" in message or "tool_calls" in message or "tool_plan" in message)
    return "generation_id" in value and "text" in value


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    operation = "text_completion" if "prompt" in decoding.request else "chat"
    return decoding.call(operation, read_request(decoding.request), read_response(decoding))


DIALECTS.register(Dialect(name=NAME, title="Cohere Chat", recognize=recognize, fold=fold, decode=decode))
