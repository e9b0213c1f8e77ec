"""What an interaction has that only some rules ask about. A rule with one of these is neither asked, nor its module
imported, for an interaction that has nothing of the kind: nothing else may hang on it.
"""

from __future__ import annotations

from cassette_tools.model import ToolCall

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cassette_tools.model import Body, Interaction, LLMCall

EVERY = ""  # what a rule about every interaction has


def subjects_of(interaction: Interaction) -> Iterator[str]:
    """The subjects of an interaction."""
    yield EVERY
    for name, has in OF_INTERACTIONS.items():
        if has(interaction):
            yield name
    call = interaction.llm
    if call is not None:
        yield CALL
        for name, is_so in OF_CALLS.items():
            if is_so(call):
                yield name


def _is_stream(interaction: Interaction) -> bool:
    body = interaction.response.body
    return bool(body.stream or body.events)


def _has_cookies(interaction: Interaction) -> bool:
    pairs = (*interaction.request.headers.pairs, *interaction.response.headers.pairs)
    return any(name.lower() in ("cookie", "set-cookie") for name, _value in pairs)


def _is_beyond_ascii(interaction: Interaction) -> bool:
    return _is_beyond(interaction.request.body) or _is_beyond(interaction.response.body)


def _is_beyond(body: Body) -> bool:
    """Whether a body has characters beyond ASCII, or escapes of any; of binary frames nothing is known."""
    text = body.text
    return bool(body.events) if text is None else "\\u" in text or not text.isascii()


def _calls_tools(call: LLMCall) -> bool:
    return any(isinstance(part, ToolCall) for message in call.output_messages for part in message.parts)


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
