"""The conversation as a person reads it. A line of the file is a line here and nothing depends on the terminal, so
that two versions of a recording can be compared as text (``git diff`` with a textconv).
"""

from __future__ import annotations

import json

from cassette_tools.amounts import dollars
from cassette_tools.conversation._paint import paint, title
from cassette_tools.hiding import NOTHING, hiding_of
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
from cassette_tools.words import finish_in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from cassette_tools.hiding import Hiding
    from cassette_tools.model import Body, Generic, Interaction, Json, LLMCall, Message, Part, Recording, Usage
    from cassette_tools.reporters import Style

    Estimate = Callable[[Interaction], float | None]
    Painted = tuple[str, list[str]]  # the kind of paint, "" for none, and lines

EXCERPT_LINES = 10
EXCERPT_LENGTH = 800
LONGEST = 2000  # characters of one value: an argument, a parameter, an address
LONGEST_ID = 8  # characters; of a longer id the end is told, where ids that are generated differ


def show_text(recording: Recording, style: Style, estimate: Estimate | None = None, *, secrets: bool = False) -> str:
    """Every interaction: who was asked, what was said, how it ended, what it cost, and what is wrong with it.

    `estimate` gives dollars by list prices, when these are asked for. Without `secrets` these are masked.
    """
    hiding = NOTHING if secrets else hiding_of(recording)
    blocks = [
        *("\n".join(_interaction(each, style, estimate, hiding)) for each in recording.interactions),
        *(_alarm(hiding.text(problem.message), style) for problem in recording.problems),
    ]
    return "\n\n".join(blocks)


_NO_WORDS = frozenset(("pointer", "place", "trace", "body", "usage", "Blob.content"))
"""What is not shown of a call, or only counted."""


def _interaction(interaction: Interaction, style: Style, estimate: Estimate | None, hiding: Hiding) -> Iterator[str]:
    yield title(interaction, style, hiding)
    call = interaction.llm
    if call is None:
        yield from _exchange(interaction, style, hiding)
    else:
        yield from _call(hiding.record(call, _NO_WORDS), style, None if estimate is None else estimate(interaction))
    bodies = (interaction.request.body, interaction.response.body)
    for problem in (*interaction.problems, *(each for body in bodies for each in body.problems)):
        yield _alarm(hiding.text(problem.message), style)


# --- traffic that is no call of a model -----------------------------------------------------------------------------


def _exchange(interaction: Interaction, style: Style, hiding: Hiding) -> Iterator[str]:
    for name, body in (("request", interaction.request.body), ("response", interaction.response.body)):
        if body.text or body.raw:
            kind = paint("role", name, style)
            yield f"  {kind}  {paint('dim', _kind_of(body), style)}"
            yield from (f"    {line}" for line in _excerpt(hiding.text(body.text or "")))


def _kind_of(body: Body) -> str:
    kind = body.stream or ("JSON" if body.json is not ABSENT else "text" if body.text is not None else "binary")
    codings = "".join(f", {coding}" for coding in body.codings)
    return f"{kind}{codings}, {body.size:,} bytes"


def _excerpt(whole: str) -> list[str]:
    text = whole[: EXCERPT_LENGTH + 1]
    lines = text[:EXCERPT_LENGTH].split("\n")
    shown = [printable(line.rstrip("\r")) for line in lines[:EXCERPT_LINES]]
    while shown and not shown[-1]:
        shown.pop()
    return [*shown, "…"] if len(lines) > EXCERPT_LINES or len(text) > EXCERPT_LENGTH else shown


# --- calls ----------------------------------------------------------------------------------------------------------


def _call(call: LLMCall, style: Style, estimate: float | None) -> Iterator[str]:
    models = printable(call.request_model or "no model")
    if call.response_model and call.response_model != call.request_model:
        models += f" → {printable(call.response_model)}"
    yield f"  {printable(call.provider_name)} · {call.dialect} · {models}"  # an unknown provider is its recorded host
    settings = list(_settings(call))
    if settings:
        yield "  " + paint("dim", " · ".join(settings), style)
    yield from _conversation(call, style)
    if call.usage is not None:
        yield "  " + paint("dim", _usage(call.usage, estimate), style)
    yield from (_alarm(words, style) for words in _failures(call))


def _conversation(call: LLMCall, style: Style) -> Iterator[str]:
    ids = _ids_worth_telling(call)
    if call.system_instructions:
        yield from _turn("system", call.system_instructions, style, ids)
    for message in call.input_messages:
        yield from _turn(message.role, message.parts, style, ids, name=message.name)
    several = len(call.output_messages) > 1
    for message in call.output_messages:
        role = f"{message.role} {message.index}" if several else message.role
        yield from _turn(role, message.parts, style, ids, answer=True)
        if call.finish_reasons:
            yield "  " + paint("dim", _finish(message), style)


def _failures(call: LLMCall) -> Iterator[str]:
    error = call.error
    if error is not None:
        facts = ", ".join(printable(fact) for fact in (error.type, error.code) if fact)
        inside, named = " in the stream" if error.in_stream else "", f" ({facts})" if facts else ""
        yield f"error{inside}{named}: {error.message}"
    if not call.complete:
        yield f"the stream is cut: {call.cut}"
    yield from (problem.message for problem in call.problems)


def _settings(call: LLMCall) -> Iterator[str]:
    for name, value in call.parameters.items():
        yield f"{printable(name)} {_short(_said(value))}"
    if call.tools:
        yield f"tools: {', '.join(printable(tool.name) for tool in call.tools)}"


def _said(value: Json) -> Json:
    """A parameter of several members without those that say nothing."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if each is not None and each != [] and each != ()}


def _ids_worth_telling(call: LLMCall) -> frozenset[str]:
    """The ids of calls that stand beside others: without them nobody knows which result answers which call."""
    told: set[str] = set()
    for message in (*call.input_messages, *call.output_messages):
        ids = [part.id for part in message.parts if isinstance(part, ToolCall)]
        if len(ids) > 1:
            told.update(each for each in ids if each)
    return frozenset(told)


def _turn(
    role: str,
    parts: tuple[Part, ...],
    style: Style,
    ids: frozenset[str],
    *,
    name: str | None = None,
    answer: bool = False,
) -> Iterator[str]:
    named = f" ({printable(name)})" if name else ""
    yield f"  {paint('role', printable(role), style)}{named}"
    for part in parts:
        yield from (f"    {line}" for line in _part(part, style, ids))
    if not parts and answer:
        yield "    " + paint("dim", "(says nothing)", style)


def _part(part: Part, style: Style, ids: frozenset[str]) -> list[str]:
    if isinstance(part, ToolCall):
        return _tool_call(part, style, ids)
    kind, lines = _PAINTED.get(type(part), _thing)(part, ids)
    return [paint(kind, line, style) if kind else line for line in lines]


def _tool_call(part: ToolCall, style: Style, ids: frozenset[str]) -> list[str]:
    name = f"→{_identity(part.id, ids)} {printable(part.name)}"
    if part.arguments_valid:
        return [paint("call", f"{name}({_arguments(part.arguments)})", style)]
    written = part.raw_arguments if part.raw_arguments is not None else str(part.arguments)
    return [
        paint("call", f"{name}({_clipped(printable(written))})", style),
        paint("alarm", "  ! these arguments are not JSON", style),
    ]


# --- parts, each as the kind of its paint, and its lines -----------------------------------------------------------


def _text(part: Text, ids: frozenset[str]) -> Painted:
    return "", _lines(part.content)


def _reasoning(part: Reasoning, ids: frozenset[str]) -> Painted:
    words = _lines(part.content) if part.content else [f"({printable(part.kind)})"]
    return "dim", [f"~ {line}" for line in words]


def _refusal(part: Refusal, ids: frozenset[str]) -> Painted:
    return "alarm", [f"refuses: {line}" for line in _lines(part.content)]


def _tool_response(part: ToolCallResponse, ids: frozenset[str]) -> Painted:
    mark = f"←{_identity(part.id, ids)} {'error: ' if part.is_error else ''}"
    return "call", [f"{mark}{line}" for line in _told(part.response)]


def _server_call(part: ServerToolCall, ids: frozenset[str]) -> Painted:
    return "call", [f"⇒ {printable(part.name)} (run by the provider) {_short(part.server_tool_call)}"]


def _server_response(part: ServerToolCallResponse, ids: frozenset[str]) -> Painted:
    return "call", [f"⇐ {_short(part.server_tool_call_response)}"]


def _blob(part: Blob, ids: frozenset[str]) -> Painted:
    size = len(part.content.rstrip("=")) * 3 // 4  # base64: four characters hold three bytes
    said = f": {printable(part.transcript)}" if part.transcript else ""
    return "dim", [f"[{printable(part.modality)}, {printable(part.mime_type or 'unknown type')}, {size:,} bytes]{said}"]


def _file(part: File, ids: frozenset[str]) -> Painted:
    return "dim", [f"[{printable(part.modality or 'file')} {printable(part.file_id)}]"]


def _uri(part: Uri, ids: frozenset[str]) -> Painted:
    return "dim", [f"[{printable(part.modality or 'media')} at {_clipped(printable(part.uri))}]"]


def _thing(part: Generic, ids: frozenset[str]) -> Painted:
    return "dim", [f"[{printable(part.kind)}] {_short(part.content)}"]


_PAINTED: dict[type, Callable[[Any, frozenset[str]], Painted]] = {
    Text: _text,
    Reasoning: _reasoning,
    Refusal: _refusal,
    ToolCallResponse: _tool_response,
    ServerToolCall: _server_call,
    ServerToolCallResponse: _server_response,
    Blob: _blob,
    File: _file,
    Uri: _uri,
}


def _identity(identity: str | None, ids: frozenset[str]) -> str:
    if identity is None or identity not in ids:
        return ""
    return f" [{printable(identity if len(identity) <= LONGEST_ID else '…' + identity[-LONGEST_ID + 2 :])}]"


def _lines(text: str) -> list[str]:
    return [printable(line) for line in text.split("\n")]


def _arguments(arguments: Json) -> str:
    """``city: "Lisboa", days: 3``; what is no object stands as it is."""
    if isinstance(arguments, dict):
        return ", ".join(f"{printable(str(name))}: {_short(value)}" for name, value in arguments.items())
    return _short(arguments)


def _told(response: Json) -> list[str]:
    return _lines(response) if isinstance(response, str) else [_short(response)]


def _short(value: Json) -> str:
    return _clipped(printable(json.dumps(value, ensure_ascii=False, default=str)))


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def _finish(message: Message) -> str:
    reason, native = message.finish_reason, message.native_finish_reason
    if reason is None and native is None:
        return "finish: not said"
    return f"finish: {printable(finish_in_words(reason or 'unknown', native))}"


def _usage(usage: Usage, estimate: float | None) -> str:
    """``19 in (0 cached) · 148 out (128 reasoning) · $0.00159375``; a count that was not sent is not told, a 0 is.

    A cost that nobody reported stands as ``~$0.0012 (estimated)``, to three digits.
    """
    facts = []
    if usage.input_tokens is not None:
        details = _details(
            (usage.cache_read_input_tokens, "cached"), (usage.cache_creation_input_tokens, "cache written")
        )
        facts.append(f"{usage.input_tokens:,} in{details}")
    if usage.output_tokens is not None:
        facts.append(f"{usage.output_tokens:,} out{_details((usage.reasoning_output_tokens, 'reasoning'))}")
    if usage.unattributed_tokens is not None:
        facts.append(f"{usage.total_tokens:,} in total, as it was sent")
    if usage.cost is not None:
        facts.append(dollars(usage.cost))
    if estimate is not None:
        facts.append(f"~{dollars(float(f'{estimate:.3g}'))} (estimated)")
    return "usage: " + (" · ".join(facts) or "no counts")


def _details(*counts: tuple[int | None, str]) -> str:
    told = [f"{count:,} {name}" for count, name in counts if count is not None]
    return f" ({', '.join(told)})" if told else ""


def _alarm(message: str, style: Style) -> str:
    return "  " + paint("alarm", f"! {printable(message)}", style)
