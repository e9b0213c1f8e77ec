"""Where the strings stand that a stream of the Responses API sends in pieces.

Source: the OpenAI API reference ("Streaming events").
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Site:
    """Where the string that an event carries stands: in which `item`, and there at the end of the keys `below`.

    `listed` are the keys that lead to a list, and `index` is the key of the event that says which of the list it is,
    there a `part` of this type. The event `.done` has the string whole, under the key `whole`.
    """

    item: str
    below: tuple[str, ...]
    whole: str
    listed: tuple[str, ...] = ()
    index: str = ""
    part: str = ""

    def way(self, index: int) -> tuple[str | int, ...]:
        """The keys that lead to the string."""
        return (*self.listed, index, *self.below) if self.index else self.below


def _content(part: str, key: str, *, item: str = "message") -> Site:
    return Site(item=item, below=(key,), whole=key, listed=("content",), index="content_index", part=part)


_THOUGHT = _content("reasoning_text", "text", item="reasoning")
_SUMMARY = Site(
    item="reasoning", below=("text",), whole="text", listed=("summary",), index="summary_index", part="summary_text"
)
SITES: dict[str, Site] = {
    "output_text": _content("output_text", "text"),
    "refusal": _content("refusal", "refusal"),
    "audio": _content("output_audio", "data"),
    "audio.transcript": _content("output_audio", "transcript"),
    "reasoning_text": _THOUGHT,
    "reasoning": _THOUGHT,  # Azure and vLLM before the name was settled, 2025
    "reasoning_summary_text": _SUMMARY,
    "reasoning_summary": _SUMMARY,
    "function_call_arguments": Site(item="function_call", below=("arguments",), whole="arguments"),
    "custom_tool_call_input": Site(item="custom_tool_call", below=("input",), whole="input"),
    "mcp_call_arguments": Site(item="mcp_call", below=("arguments",), whole="arguments"),
    "code_interpreter_call_code": Site(item="code_interpreter_call", below=("code",), whole="code"),
    "shell_call_command": Site(
        item="shell_call", below=(), whole="command", listed=("action", "commands"), index="command_index"
    ),
    "apply_patch_call_operation_diff": Site(item="apply_patch_call", below=("operation", "diff"), whole="diff"),
}
