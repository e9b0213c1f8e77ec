"""Settings of a Responses request under canonical names: those of chat, and what this API writes otherwise.

Source: the OpenAI API reference ("Create a model response").
"""

from __future__ import annotations

from cassette_tools.data.settings import CHAT, RESPONSES
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects.openai_chat import settings as chat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.decoding.members import Settings


_SETTINGS = {**CHAT, **RESPONSES}


def read_own_settings(request: Members) -> Settings:
    """The settings of a request. Those of a shape that nobody knows stay."""
    return chat.read_settings(request, names=_SETTINGS, readers=READERS)


def _tool_choice(request: Members, key: str, parameters: Settings) -> None:
    """A mode, one tool, or the tools that are allowed. A tool without a name is called by its server, or its type."""
    kind = mapping(request.peek(key)).get("type")
    if type(kind) is not str or kind in chat.MODES:
        chat.READERS["tool_choice"](request, key, parameters)
        return
    wanted, choice = request.object(key), chat.choice_in(parameters)
    if kind == "allowed_tools":
        names = [_called(Members(tool, "", {}, "")) for tool in wanted.array("tools")]
        choice["mode"], choice["names"] = "allowed", [name for name in names if name]
    else:
        choice["mode"], choice["names"] = "tool", [_called(wanted)]
    wanted.take("type")
    wanted.keep()


def _called(tool: Members) -> str | None:
    return chat.take_name(tool) or tool.text("server_label") or tool.text("type")


def _text(request: Members, key: str, parameters: Settings) -> None:
    """``text``: what chat calls ``response_format`` (flat here), and the verbosity."""
    given = request.object(key)
    if "verbosity" in given:
        parameters["verbosity"] = given.take("verbosity")
    form = given.object("format")
    kind = form.text("type")
    if kind is None:
        form.keep_whole()
    else:
        chat.put_format(parameters, kind, form)
        form.keep(nulls=True)
    given.keep(nulls=True)


def _conversation(request: Members, key: str, parameters: Settings) -> None:
    """The id of a stored conversation, or an object that has it."""
    identity = request.string(key)
    stored = request.object(key)
    if identity is None:
        identity = stored.string("id")
    if identity is not None:
        parameters["conversation_id"] = identity
        stored.keep()
    else:
        stored.keep_whole()


READERS: dict[str, Callable[[Members, str, Settings], None]] = {
    **{
        key: chat.READERS[key]
        for key in (
            "stop",
            "parallel_tool_calls",
            "top_logprobs",
            "stream_options",
            "modalities",
            "response_format",
            "reasoning",
            "prompt_cache_key",
            "prompt_cache_retention",
        )
    },
    "prompt_cache_options": chat.READERS["prompt_cache_key"],
    "tool_choice": _tool_choice,
    "text": _text,
    "conversation": _conversation,
}
