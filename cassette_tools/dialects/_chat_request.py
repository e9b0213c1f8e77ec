"""What of Chat Completions the dialects use that are read in the old way."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.members import Members
from cassette_tools.dialects.openai_chat import request as chat
from cassette_tools.dialects.openai_chat.request import ROLES
from cassette_tools.dialects.openai_chat.request import read_tool as _tool
from cassette_tools.dialects.openai_chat.settings import READERS, SETTINGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Json, Message, Part, Tool

    Settings = dict[str, Json]

__all__ = ["ROLES", "SETTINGS", "_READERS", "ChatRequest", "_tool", "read_request"]


@record
class ChatRequest:
    """What the request says. `extra` has the pointers of the request's own JSON, without a prefix."""

    model: str | None
    parameters: Settings
    system: tuple[Part, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...]
    extra: dict[str, Json]


def read_request(body: Json) -> ChatRequest:
    """Decode a request body of any shape."""
    members = Members(body, "", {}, "")
    asked = chat.read_request(members)
    return ChatRequest(
        model=asked.model,
        parameters=dict(asked.parameters),
        system=asked.system,
        messages=asked.messages,
        tools=asked.tools,
        extra=members.extra,
    )


def _setting(key: str) -> Callable[[str, Json, Settings, dict[str, Json]], None]:
    def read(name: str, value: Json, parameters: Settings, extra: dict[str, Json]) -> None:
        members = Members({name: value}, "", extra, "")
        READERS[key](members, name, parameters)
        members.keep(nulls=True)

    return read


_READERS = {key: _setting(key) for key in READERS}
