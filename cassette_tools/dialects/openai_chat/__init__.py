"""OpenAI Chat Completions, and everything that speaks like it: the dialect ``openai.chat``.

OpenRouter, Vercel AI Gateway, Azure, xAI, Groq, Hugging Face, DeepSeek, Mistral, Z.ai, Perplexity, Together,
Cerebras, Gemini's compatible endpoint, Snowflake, Cloudflare, vLLM, llama.cpp and the rest differ in fields, not in
kind. What differs stands in tables: `data.endpoints`, `data.finish_reasons`, `data.usage`, and those of the
modules of this folder.

Pointers: a part's `pointer` leads into the JSON of the body it came from (the request's for the history, the folded
response's for the answer). `Message.extra` and `Tool.extra` are keyed by pointers relative to the message's or the
tool's own `pointer`, `LLMCall.extra` by ``/request/…`` and ``/response/…``.
"""

from __future__ import annotations

from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.streams import first_values
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import at, mapping, text
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, POSSIBLE, Dialect
from cassette_tools.dialects.openai_chat.content import content_part, content_parts
from cassette_tools.dialects.openai_chat.request import ROLES, read_request, read_tool, read_tools
from cassette_tools.dialects.openai_chat.response import read_response
from cassette_tools.dialects.openai_chat.settings import choices_wanted, read_settings
from cassette_tools.dialects.openai_chat.stream import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.decoding import Folded
    from cassette_tools.model import Body, Interaction, Json, LLMCall

# What relatives of this API take from it.
__all__ = [
    "ROLES",
    "choices_wanted",
    "content_part",
    "content_parts",
    "read_request",
    "read_settings",
    "read_tool",
    "read_tools",
]

NAME = "openai.chat"

# The last three are Perplexity's: how its streams end, and what it searched for before it answers.
OBJECTS = ("chat.completion", "chat.completion.chunk", "chat.completion.done", "chat.reasoning", "chat.reasoning.done")
# The last step of the path, where a request with `messages` is a chat even if nothing that was answered says so.
PATHS = (
    ("/chat/completions", "OpenAI and nearly all of its relatives, under many prefixes"),
    ("/completions", "Azure AI Foundry: /models/{model}/completions"),
    ("/invocations", "Databricks: /serving-endpoints/{name}/invocations"),
    ("/text/chat", "watsonx.ai"),
    ("/text/chat_stream", "watsonx.ai, streaming"),
)
FILLING = "/fim/completions"  # Mistral: a prompt and a suffix are asked with, and answered as a chat is
_ENDS = tuple([end for end, _ in PATHS])
_LOOK_AHEAD = 40  # events; Azure's first chunk says nothing yet


def recognize(interaction: Interaction) -> int:
    """3: the response has the shape of this dialect; 2: the path and the method say so; 1: the request's shape does."""
    body = interaction.response.body
    return CERTAIN if _is_answered(body) else 0 if _is_foreign(body) else _asked_for(interaction)


def _is_answered(body: Body) -> bool:
    """Whether an early event, or the body, is a chat; the events of other dialects say what they are."""
    values = first_values(body, _LOOK_AHEAD)
    told = next((value for value in values if _is_chat(value) or "type" in mapping(value)), None)
    return _is_chat(told)


def _asked_for(interaction: Interaction) -> int:
    """What the request alone says."""
    request = interaction.request
    path = path_of(request.url)
    if path.endswith((PATHS[0][0], FILLING)):
        return LIKELY if is_post(request) else 0  # GET lists stored completions
    first = mapping(at(request.body.json, ("messages", 0)))
    if "role" not in first:
        return 0
    return POSSIBLE if path.endswith(_ENDS) or not (path or _is_proto(first)) else 0


def _is_chat(value: Json) -> bool:
    if text(mapping(value).get("object")) in OBJECTS:
        return True
    first = mapping(at(value, ("choices", 0)))
    return type(first.get("message")) is dict or type(first.get("delta")) is dict


def _is_proto(message: dict[str, Json]) -> bool:
    """Whether a request is one of xAI's protocol buffers as JSON: the names of its enumerations give it away."""
    return (text(message.get("role")) or "").startswith("ROLE_")


def _is_foreign(body: Body) -> bool:
    """A legacy completion, or a list: an answer, and not one to a chat."""
    kind = text(mapping(first_values(body, 1)[0]).get("object"))
    return kind not in (None, "error", *OBJECTS)


def decode(interaction: Interaction, folded: Folded) -> LLMCall:
    """The call that an interaction is. Never raises, whatever the bodies hold."""
    decoding = Decoding(NAME, interaction, folded)
    operation = "text_completion" if path_of(interaction.request.url).endswith(FILLING) else "chat"
    asked = read_request(decoding.request)
    return decoding.call(operation, asked, read_response(decoding), wanted=choices_wanted(asked.parameters))


DIALECTS.register(Dialect(name=NAME, title="OpenAI Chat Completions", recognize=recognize, fold=fold, decode=decode))
