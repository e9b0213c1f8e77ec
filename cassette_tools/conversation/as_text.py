"""The conversation as a person reads it. A line of the file is a line here and nothing depends on the terminal, so
that two versions of a recording can be compared as text (``git diff`` with a textconv).
"""

from __future__ import annotations

import json

from cassette_tools.conversation._paint import paint, title
from cassette_tools.model import (
    ABSENT,
    Blob,
    File,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
    Uri,
)
from cassette_tools.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Interaction, Json, LLMCall, Message, Part, Recording, Usage
    from cassette_tools.reporters import Style

EXCERPT_LINES = 10
EXCERPT_LENGTH = 800
LONGEST = 2000  # characters of one tool argument or result


def show_text(recording: Recording, style: Style) -> str:
    """Every interaction: who was asked, what was said, how it ended, what it cost, and what is wrong with it."""
    blocks = [
        *("\n".join(_interaction(each, style)) for each in recording.interactions),
        *(_alarm(problem.message, style) for problem in recording.problems),
    ]
    return "\n\n".join(blocks)


def _interaction(interaction: Interaction, style: Style) -> Iterator[str]:
    yield title(interaction, style)
    call = interaction.llm
    if call is None:
        yield from _exchange(interaction, style)
    else:
        yield from _call(call, style)
    bodies = (interaction.request.body, interaction.response.body)
    for problem in (*interaction.problems, *(each for body in bodies for each in body.problems)):
        yield _alarm(problem.message, style)


# --- traffic that is no call of a model -----------------------------------------------------------------------------


def _exchange(interaction: Interaction, style: Style) -> Iterator[str]:
    for name, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        if body.text or body.raw:
            kind = paint("role", name, style)
            yield f"  {kind}  {paint('dim', _kind_of(body), style)}"
            yield from (f"    {line}" for line in _excerpt(body))


def _kind_of(body: Body) -> str:
    kind = body.stream or ("JSON" if body.json is not ABSENT else "text" if body.text is not None else "binary")
    codings = "".join(f", {coding}" for coding in body.codings)
    return f"{kind}{codings}, {body.size:,} bytes"


def _excerpt(body: Body) -> list[str]:
    text = (body.text or "")[: EXCERPT_LENGTH + 1]
    lines = text[:EXCERPT_LENGTH].split("\n")
    shown = [printable(line.rstrip("\r")) for line in lines[:EXCERPT_LINES]]
    while shown and not shown[-1]:
        shown.pop()
    return [*shown, "…"] if len(lines) > EXCERPT_LINES or len(text) > EXCERPT_LENGTH else shown


# --- calls ----------------------------------------------------------------------------------------------------------


def _call(call: LLMCall, style: Style) -> Iterator[str]:
    models = printable(call.request_model or "no model")
    if call.response_model and call.response_model != call.request_model:
        models += f" → {printable(call.response_model)}"
    yield f"  {printable(call.provider_name)} · {call.dialect} · {models}"  # an unknown provider is its recorded host
    settings = list(_settings(call))
    if settings:
        yield "  " + paint("dim", " · ".join(settings), style)
    if call.system_instructions:
        yield from _turn("system", call.system_instructions, style)
    for message in call.input_messages:
        yield from _turn(message.role, message.parts, style, name=message.name)
    several = len(call.output_messages) > 1
    for message in call.output_messages:
        yield from _turn(
            f"{message.role} {message.index}" if several else message.role, message.parts, style, answer=True
        )
        yield "  " + paint("dim", _finish(message), style)
    if call.usage is not None:
        yield "  " + paint("dim", _usage(call.usage), style)
    if call.error is not None:
        facts = [printable(fact) for fact in (call.error.type, call.error.code) if fact]
        inside = " in the stream" if call.error.in_stream else ""
        named = f" ({', '.join(facts)})" if facts else ""
        yield _alarm(f"error{inside}{named}: {call.error.message}", style)
    if not call.complete:
        yield _alarm(f"the stream is cut: {call.cut}", style)
    for problem in call.problems:
        yield _alarm(problem.message, style)


def _settings(call: LLMCall) -> Iterator[str]:
    for name, value in call.parameters.items():
        yield f"{printable(name)} {_short(value)}"
    if call.tools:
        yield f"tools: {', '.join(printable(tool.name) for tool in call.tools)}"


def _turn(
    role: str, parts: tuple[Part, ...], style: Style, *, name: str | None = None, answer: bool = False
) -> Iterator[str]:
    named = f" ({printable(name)})" if name else ""
    yield f"  {paint('role', printable(role), style)}{named}"
    calls = sum(isinstance(part, ToolCall) for part in parts)
    for part in parts:
        yield from (f"    {line}" for line in _part(part, style, several=calls > 1))
    if not parts and answer:
        yield "    " + paint("dim", "(says nothing)", style)


def _part(part: Part, style: Style, *, several: bool) -> list[str]:
    if isinstance(part, Text):
        return _lines(part.content)
    if isinstance(part, Reasoning):
        words = _lines(part.content) if part.content else [f"({printable(part.kind)})"]
        return [paint("dim", f"~ {line}", style) for line in words]
    if isinstance(part, Refusal):
        return [paint("alarm", f"refuses: {line}", style) for line in _lines(part.content)]
    if isinstance(part, ToolCall):
        identity = f"  [{printable(part.id)}]" if several and part.id else ""
        return [paint("call", f"→ {printable(part.name)}({_arguments(part.arguments)}){identity}", style)]
    if isinstance(part, ToolCallResponse):
        failed = "error: " if part.is_error else ""
        return [paint("call", f"← {failed}{line}", style) for line in _lines(_told(part.response))]
    if isinstance(part, ServerToolCall):
        return [paint("call", f"⇒ {printable(part.name)} (run by the provider) {_short(part.server_tool_call)}", style)]
    if isinstance(part, ServerToolCallResponse):
        return [paint("call", f"⇐ {_short(part.server_tool_call_response)}", style)]
    if isinstance(part, Blob):
        size = len(part.content) * 3 // 4
        return [
            paint(
                "dim",
                f"[{printable(part.modality)}, {printable(part.mime_type or 'unknown type')}, {size:,} bytes]",
                style,
            )
        ]
    if isinstance(part, File):
        return [paint("dim", f"[file {printable(part.file_id)}]", style)]
    if isinstance(part, Uri):
        return [paint("dim", f"[{printable(part.modality or 'media')} at {printable(part.uri)}]", style)]
    return [paint("dim", f"[{printable(part.kind)}] {_short(part.content)}", style)]


def _lines(text: str) -> list[str]:
    return [printable(line) for line in text.split("\n")]


def _arguments(arguments: Json) -> str:
    """``city: "Lisboa", days: 3``; what is no object stands as it is."""
    if isinstance(arguments, dict):
        return ", ".join(f"{printable(str(name))}: {_short(value)}" for name, value in arguments.items())
    return _short(arguments)


def _told(response: Json) -> str:
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, default=str)


def _short(value: Json) -> str:
    text = printable(json.dumps(value, ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _finish(message: Message) -> str:
    reason, native = message.finish_reason, message.native_finish_reason
    if reason is None and native is None:
        return "finish: not said"
    said = f" ({printable(native)})" if native and native != reason else ""
    return f"finish: {reason or 'unknown'}{said}"


def _usage(usage: Usage) -> str:
    """``19 in (0 cached) · 148 out (128 reasoning) · $0.00159375``; a count that was not sent is not told, a 0 is."""
    facts = []
    if usage.input_tokens is not None:
        details = _details(
            (usage.cache_read_input_tokens, "cached"), (usage.cache_creation_input_tokens, "cache written")
        )
        facts.append(f"{usage.input_tokens:,} in{details}")
    if usage.output_tokens is not None:
        facts.append(f"{usage.output_tokens:,} out{_details((usage.reasoning_output_tokens, 'reasoning'))}")
    if usage.cost is not None:
        facts.append("$" + (f"{usage.cost:.10f}".rstrip("0").rstrip(".") or "0"))
    return "usage: " + (" · ".join(facts) or "no counts")


def _details(*counts: tuple[int | None, str]) -> str:
    told = [f"{count:,} {name}" for count, name in counts if count is not None]
    return f" ({', '.join(told)})" if told else ""


def _alarm(message: str, style: Style) -> str:
    return "  " + paint("alarm", f"! {printable(message)}", style)
