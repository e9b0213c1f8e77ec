"""What a live session says of itself, whose messages no dialect reads: its API, and the models asked and answering."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.data.sessions import SESSIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.model import Interaction, Json


@record
class Session:
    """Of a recording of anything else, all three are ``None``."""

    api: str | None = None
    asked: str | None = None
    answered: str | None = None


def session_of(interaction: Interaction) -> Session:
    """By its messages, in either direction; a session that is set up over HTTP by the body that describes it."""
    body = interaction.response.body
    if body.stream == "websocket":
        sent, received = ([each.json for each in body.events if each.event == way] for way in ("sent", "received"))
    else:
        sent, received = [interaction.request.body.json], [body.json]
    for row in SESSIONS:
        asked, answered = _first(sent, row.asked), _first(received, row.answered)
        if asked or answered:
            api = row.api if body.stream == "websocket" else None  # over HTTP the dialect says it
            return Session(api=api, asked=asked or _in_address(interaction), answered=answered)
    return Session()


def _first(messages: Sequence[Json], steps: tuple[str, ...]) -> str | None:
    for message in messages:
        found = message
        for step in steps:
            found = found.get(step) if isinstance(found, dict) else None
        if isinstance(found, str) and found:
            return found
    return None


def _in_address(interaction: Interaction) -> str | None:
    from urllib.parse import parse_qs

    named = parse_qs(interaction.request.url.partition("?")[2]).get("model")
    return named[0] if named else None
