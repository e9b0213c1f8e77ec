"""Messages of the OpenAI family as parts: the same words serve the request's history and the response's answer.

Sources: the OpenAI API reference (Chat Completions), OpenRouter's (reasoning_details, images), Databricks' and
LiteLLM's (thoughts), Groq's ("Compound": executed_tools).
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.data.media_types import AUDIO_TYPES
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.parts import called, words_in
from cassette_tools.decoding.values import mapping, text
from cassette_tools.dialects.openai_chat.content import content_part, content_parts
from cassette_tools.model import (
    Blob,
    File,
    Generic,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Json, Part

# The same thing under the names of different hosts; the first that says something is taken.
REASONING_KEYS = (
    ("reasoning", "OpenRouter, Vercel, Groq, Together, Cerebras, Ollama, newer vLLM"),
    ("reasoning_content", "DeepSeek, xAI, Z.ai, DashScope, llama.cpp, older vLLM, Azure's third-party models"),
    ("reasoning_text", "GitHub Copilot"),
)


def message_parts(
    message: Members, *, citations: tuple[Json, ...] = (), audio_format: str | None = None
) -> tuple[Part, ...]:
    """The parts of one message, in the order: reasoning, text, refusal, tool calls, media, tools that the provider ran.

    `citations` are used when the message has no annotations of its own.
    """
    if len(message.left) == 1 and "content" in message and not citations:  # nearly all are content alone
        return tuple(content_parts(message, "content"))
    parts = _reasoning(message)
    parts.extend(_cited(message, content_parts(message, "content"), citations))
    parts.extend(words_in(message, "refusal", Refusal))
    parts.extend([_tool_call(call, members) for call, members in message.entries("tool_calls")])
    legacy = message.object("function_call")
    if any(legacy.left.values()):  # Snowflake sends one of empty words with every answer
        parts.append(_called(None, legacy, "function", None))
    parts.extend(_sound(message, audio_format))
    for image, members in message.entries("images"):  # OpenRouter: as parts of a content
        parts.extend(content_part(image, members.pointer, members.where, message.extra))
    for run, members in message.entries("executed_tools"):
        parts.extend(_executed(run, members))
    return tuple(parts)


def _cited(message: Members, spoken: list[Part], citations: tuple[Json, ...]) -> list[Part]:
    """Give the last text the citations of the message, or, failing these, those of the whole answer."""
    own = message.array("annotations")
    found = own or citations
    last = max((index for index, part in enumerate(spoken) if type(part) is Text), default=None)
    if last is not None and found:
        spoken[last] = replace(spoken[last], citations=found)
    elif found:
        message.extra[f"{message.where}/annotations" if own else f"{message.where}/citations"] = [*found]
    return spoken


# --- reasoning -------------------------------------------------------------------------------------------------------


def _reasoning(message: Members) -> list[Part]:
    """The thoughts in words, then the details, then what is sealed (GitHub Copilot's signature of the thought)."""
    detailed = [_detail(detail, members) for detail, members in message.entries("reasoning_details")]
    if not detailed or not message.peek("thinking_blocks"):
        detailed.extend([_thinking_block(block, members) for block, members in message.entries("thinking_blocks")])
    told = "".join([part.content for part in detailed if isinstance(part, Reasoning)])
    sealed = [
        Reasoning(content="", kind="encrypted", encrypted=opaque, pointer=message.at("reasoning_opaque"))
        for opaque in [message.text("reasoning_opaque")]
        if opaque is not None
    ]
    return [*_thoughts(message, told), *detailed, *sealed]


def _thoughts(message: Members, told: str) -> list[Part]:
    """The thought in words, unless the details have `told` it. What repeats words is told once; other words under
    another key stay.
    """
    parts: list[Part] = []
    said = told
    for key, _ in REASONING_KEYS:
        words = message.peek(key)
        if words in (said, "", None):
            message.take(key)
        elif type(words) is str and not said:
            said = message.take(key)
            parts.append(Reasoning(content=said, pointer=message.at(key)))
    return parts


_DETAIL_KINDS = {
    # OpenRouter, "Reasoning tokens": the type of a detail, the key of its words, and our name for it.
    "reasoning.text": ("text", "text"),
    "reasoning.summary": ("summary", "summary"),
    "reasoning.encrypted": ("data", "encrypted"),
}


def _detail(detail: Json, members: Members) -> Part:
    kind = members.text("type") or ""
    if kind not in _DETAIL_KINDS:
        return Generic(kind=kind or "reasoning_detail", content=detail, pointer=members.pointer)
    key, ours = _DETAIL_KINDS[kind]
    words = members.string(key) or ""
    members.take("index")
    part = Reasoning(
        content="" if ours == "encrypted" else words,
        kind=ours,
        encrypted=words if ours == "encrypted" else None,
        signature=members.text("signature"),
        id=members.text("id"),
        format=members.text("format"),
        pointer=members.at(key),
    )
    members.keep()
    return part


def _thinking_block(block: Json, members: Members) -> Part:
    """LiteLLM passes Anthropic's blocks on, with the signatures that ``reasoning_content`` lacks."""
    kind, words = members.text("type"), members.string("thinking")
    data = members.string("data") if words is None else None
    if words is None and data is None:
        return Generic(kind=kind or "thinking_block", content=block, pointer=members.pointer)
    signature = members.text("signature") if words is not None else None
    members.keep()
    if words is not None:
        return Reasoning(content=words, signature=signature, pointer=members.at("thinking"))
    return Reasoning(content="", kind="redacted", encrypted=data, pointer=members.at("data"))


# --- tools -----------------------------------------------------------------------------------------------------------


def _tool_call(call: Json, members: Members) -> Part:
    kind = "function" if type(members.peek("function")) is dict else "custom"
    if type(members.peek(kind)) is not dict:
        return Generic(kind=text(members.peek("type")) or "tool_call", content=call, pointer=members.pointer)
    inner = members.object(kind)
    call_id, signature = members.text("id"), None
    members.take("type")
    members.take("index")
    if members.left:
        signature = _signature(members)
        if not any(mapping(members.peek("custom")).values()):
            members.take("custom")  # Snowflake sends an empty one beside every function
        members.keep()
    return _called(call_id, inner, kind, signature)


def _signature(call: Members) -> str | None:
    """Gemini's thought signature, which its OpenAI-compatible endpoint hangs on the call."""
    found = text(mapping(mapping(call.peek("extra_content")).get("google")).get("thought_signature"))
    if found is not None:
        call.take("extra_content")
    return found


def _called(call_id: str | None, inner: Members, kind: str, signature: str | None) -> ToolCall:
    key = "input" if kind == "custom" else "arguments"
    raw, name = inner.peek(key), inner.string("name")
    call = called(inner, key, id=call_id, name=name, kind=kind, signature=signature)
    inner.keep()
    if kind == "custom" and raw:  # which takes any text
        return replace(call, arguments=raw, raw_arguments=raw, arguments_valid=True)
    return call


def tool_response(message: Members) -> ToolCallResponse:
    """The tool's answer in a message of role ``tool`` (or ``function``, which has no id but a name)."""
    content, place = message.take("content"), message.at("content")
    if type(content) is list and len(content) == 1:
        only = Members(mapping(content[0]), f"{place}/0", message.extra, f"{message.where}/content/0")
        if only.peek("type") == "text" and type(only.peek("text")) is str:
            only.take("type")
            content, place = only.take("text"), only.at("text")
            only.keep(nulls=True)
    return ToolCallResponse(id=message.text("tool_call_id"), response=content, name=message.text("name"), pointer=place)


# --- media, and tools that the provider ran --------------------------------------------------------------------------


def _sound(message: Members, audio_format: str | None) -> list[Part]:
    """The answer as sound; a request's history has only its id."""
    audio = message.object("audio")
    if not any(audio.left.values()):  # Snowflake writes every field that it knows
        return []
    data, transcript, audio_id = audio.string("data"), audio.string("transcript"), audio.text("id")
    if data is None and transcript is None and audio_id is None:
        audio.keep_whole()
        return []
    audio.keep()
    if data is None and transcript is None:
        return [File(file_id=audio_id or "", modality="audio", pointer=audio.at("id"))]
    mime, content = AUDIO_TYPES.get(audio_format or ""), data or ""
    return [
        Blob(
            modality="audio", mime_type=mime, content=content, transcript=transcript, id=audio_id, pointer=audio.pointer
        )
    ]


def _executed(run: Json, members: Members) -> list[Part]:
    """Groq's compound models run tools of their own and tell what they did in ``executed_tools``."""
    call_id = text(members.peek("id"))
    name = text(members.peek("name")) or text(members.peek("type")) or ""
    answer = {
        key: members.take(key) for key in ("output", "search_results", "code_results") if members.peek(key) is not None
    }
    asked = members.left if type(run) is dict else run
    place = members.pointer
    parts: list[Part] = [ServerToolCall(id=call_id, name=name, server_tool_call=asked, pointer=place)]
    if answer:
        parts.append(ServerToolCallResponse(id=call_id, server_tool_call_response=answer, name=name, pointer=place))
    return parts
