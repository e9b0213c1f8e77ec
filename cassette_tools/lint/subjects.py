"""What an interaction has that only some rules ask about. A rule with one of these is neither asked, nor its module
imported, for an interaction that has nothing of the kind: nothing else may hang on it.
"""

from __future__ import annotations

from cassette_tools.model import ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Body, Interaction, LLMCall

EVERY = ""  # what a rule about every interaction has


def subjects_of(interaction: Interaction) -> list[str]:
    """The subjects of an interaction."""
    found = [EVERY]
    found += [name for name, has in OF_INTERACTIONS.items() if has(interaction)]
    call = interaction.llm
    if call is not None:
        found.append(CALL)
        found += [name for name, has in OF_CALLS.items() if has(call)]
    return found


def _is_stream(interaction: Interaction) -> bool:
    body = interaction.response.body
    return bool(body.stream or body.events)


def _has_cookies(interaction: Interaction) -> bool:
    for pairs in (interaction.request.headers.pairs, interaction.response.headers.pairs):
        for name, _value in pairs:
            if len(name) in _LENGTHS and name.lower() in _COOKIES:
                return True
    return bool(interaction.aside) and any(route[-1] == "cookies" for route in interaction.aside)


_COOKIES = ("cookie", "set-cookie")
_LENGTHS = tuple(map(len, _COOKIES))  # asked first, since nearly all fields are others


def _is_beyond_ascii(interaction: Interaction) -> bool:
    return _is_beyond(interaction.request.body) or _is_beyond(interaction.response.body)


def _is_beyond(body: Body) -> bool:
    """Whether a body has characters beyond ASCII, or escapes of any; of binary frames nothing is known."""
    text = body.text
    return bool(body.events) if text is None else "\\u" in text or not text.isascii()


def _calls_tools(call: LLMCall) -> bool:
    for message in call.output_messages:
        for part in message.parts:
            if isinstance(part, ToolCall):
                return True
    return False


CALL = "call"  # of a language model

OF_INTERACTIONS: dict[str, Callable[[Interaction], bool]] = {
    "stream": _is_stream,
    "cookies": _has_cookies,
    "beyond-ascii": _is_beyond_ascii,
}
OF_CALLS: dict[str, Callable[[LLMCall], bool]] = {
    "error": lambda call: call.error is not None,
    "tool-calls": _calls_tools,
    "history": lambda call: len(call.input_messages) > 1,
    "response-format": lambda call: "response_format" in call.parameters,
    "cost": lambda call: call.usage is not None and call.usage.cost is not None,
}
SUBJECTS = (EVERY, CALL, *OF_INTERACTIONS, *OF_CALLS)
