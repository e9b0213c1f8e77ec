"""What a call can show of its provider: rows of what was asked for, and of what came."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.model import Blob, File, Reasoning, ServerToolCall, Text, ToolCall, Uri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Interaction, Json, LLMCall, Message, Part, Tool


@record
class Feature:
    """`asked` says whether a call asks for it, `shown` whether its answer has it. What nobody asks for by a setting of
    its own (a cost) is asked for where it is shown. What a model may leave (a tool that is offered) is `optional`.
    """

    name: str
    title: str
    shown: Callable[[LLMCall, Interaction], bool]
    asked: Callable[[LLMCall], bool] | None = None
    optional: bool = False


def features_of(interaction: Interaction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what a call asked for, and of what its answer shows."""
    call = interaction.llm
    if call is None:
        return (), ()
    shown = tuple(row.name for row in FEATURES if not interaction.has_failed and row.shown(call, interaction))
    asked = tuple(row.name for row in FEATURES if row.name in shown or (row.asked is not None and row.asked(call)))
    return asked, shown


def fits_schema(interaction: Interaction) -> bool | None:
    """Whether the answer is the JSON that was asked for; ``None`` where none was, or the answer is not whole."""
    call = interaction.llm
    if call is None or not (_asks_for_structure(call) and call.complete) or interaction.has_failed:
        return None
    from cassette_tools.rules.structured_output_violates_schema import ENDED, check

    texts = [_text(each) for each in call.output_messages if each.finish_reason in ENDED]
    whole = [*filter(str.strip, texts)]
    if not whole:
        return None
    return all(map(_is_json, whole)) and next(check(interaction), None) is None


# --- what the rows ask -----------------------------------------------------------------------------------------------


def _parts(call: LLMCall) -> Iterator[Part]:
    return (part for message in call.output_messages for part in message.parts)


def _calls_tool(call: LLMCall, _interaction: Interaction) -> bool:
    return any(isinstance(part, ToolCall) for part in _parts(call))


def _offers_tools(call: LLMCall) -> bool:
    return any(map(_is_clients, call.tools))


def _is_clients(tool: Tool) -> bool:
    """Whether the client runs a tool, whoever defined it: ``computer_20251124`` is Anthropic's."""
    return tool.kind in ("function", "custom") or tool.kind.startswith(CLIENT_RUN)


# Kinds of tools that a vendor defines, and that the client runs: the screen, the shell and the files are the client's.
CLIENT_RUN = ("computer", "bash", "text_editor", "memory", "local_shell", "shell", "apply_patch")


def _calls_several(call: LLMCall, _interaction: Interaction) -> bool:
    calls = (sum(isinstance(part, ToolCall) for part in message.parts) for message in call.output_messages)
    return any(count > 1 for count in calls)


def _asks_to_stream(call: LLMCall) -> bool:
    """By a setting; where the address says it, only the answer shows it."""
    return call.stream or call.parameters.get("stream") is True


def _streams(call: LLMCall, interaction: Interaction) -> bool:
    return call.complete and bool(interaction.response.body.events)


def _thinks(call: LLMCall, _interaction: Interaction) -> bool:
    """By the thoughts that are told, or that only the total counts; by those that are sealed where the count does not
    say that there are none.
    """
    counted = call.usage.reasoning_output_tokens if call.usage is not None else None
    if call.usage is not None and call.usage.lacks_output:
        return True
    thoughts = [part for part in _parts(call) if isinstance(part, Reasoning)]
    return bool(counted) or any(part.content or counted is None for part in thoughts)


def _asks_to_think(call: LLMCall) -> bool:
    wanted = call.parameters.get("reasoning")
    if not isinstance(wanted, dict) or wanted.get("enabled") is False or wanted.get("budget_tokens") == 0:
        return False
    return bool(wanted) and wanted.get("effort") != "none"


def _asks_for_structure(call: LLMCall) -> bool:
    wanted = call.parameters.get("response_format")
    return isinstance(wanted, dict) and wanted.get("kind") != "text"


def _caches(call: LLMCall, _interaction: Interaction) -> bool:
    return call.usage is not None and (call.usage.cache_read_input_tokens or 0) > 0


def _writes_cache(call: LLMCall) -> bool:
    return call.usage is not None and (call.usage.cache_creation_input_tokens or 0) > 0


def _asks_to_count(call: LLMCall) -> bool:
    """Answers count by themselves; streams of some APIs when they are asked to."""
    return bool(call.output_messages) and (not call.stream or call.parameters.get("include_usage") is True)


def _sends(modality: str) -> Callable[[LLMCall], bool]:
    def sends(call: LLMCall) -> bool:
        parts = (part for message in call.input_messages for part in message.parts)
        return any(isinstance(part, Blob | File | Uri) and part.modality == modality for part in parts)

    return sends


def _takes(modality: str) -> Callable[[LLMCall, Interaction], bool]:
    sends = _sends(modality)
    return lambda call, _interaction: bool(call.output_messages) and sends(call)


FEATURES = (
    Feature(name="streaming", title="streaming", asked=_asks_to_stream, shown=_streams),
    Feature(name="tool_calls", title="tool calls", asked=_offers_tools, shown=_calls_tool, optional=True),
    Feature(
        name="streamed_tool_calls",
        title="streamed tool calls",
        asked=lambda call: _asks_to_stream(call) and _offers_tools(call),
        shown=lambda call, interaction: _calls_tool(call, interaction) and _streams(call, interaction),
        optional=True,
    ),
    Feature(name="parallel_tool_calls", title="parallel tool calls", shown=_calls_several),
    Feature(
        name="server_tools",
        title="the provider's own tools",
        asked=lambda call: not all(map(_is_clients, call.tools)),
        shown=lambda call, _interaction: any(isinstance(part, ServerToolCall) for part in _parts(call)),
        optional=True,
    ),
    Feature(name="reasoning", title="reasoning", asked=_asks_to_think, shown=_thinks),
    Feature(
        name="structured_output",
        title="structured output",
        asked=_asks_for_structure,
        shown=lambda _call, interaction: fits_schema(interaction) is True,
    ),
    Feature(name="image_input", title="images as input", asked=_sends("image"), shown=_takes("image")),
    Feature(name="document_input", title="documents as input", asked=_sends("document"), shown=_takes("document")),
    Feature(name="audio_input", title="audio as input", asked=_sends("audio"), shown=_takes("audio")),
    Feature(name="prompt_cache", title="prompt cache", asked=_writes_cache, shown=_caches, optional=True),
    Feature(
        name="usage",
        title="token counts",
        asked=_asks_to_count,
        shown=lambda call, _interaction: call.usage is not None and call.usage.input_tokens is not None,
    ),
    Feature(
        name="cost",
        title="cost",
        shown=lambda call, _interaction: call.usage is not None and call.usage.cost is not None,
    ),
)


def _text(message: Message) -> str:
    return "".join(part.content for part in message.parts if isinstance(part, Text))


def _is_json(text: str) -> bool:
    from cassette_tools.nesting import json_value

    try:
        _value: Json = json_value(text)
    except (ValueError, RecursionError):
        return False
    return True
