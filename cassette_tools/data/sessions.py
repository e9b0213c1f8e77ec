"""Live sessions over a WebSocket: by which of their messages an API is known, and where they name the model."""

from __future__ import annotations

from cassette_tools._record import record


@record
class SessionRow:
    """An API; the members of a message that the client sends, and of one that it receives, down to the model's name."""

    api: str
    asked: tuple[str, ...]
    answered: tuple[str, ...]
    reason: str


SESSIONS = (
    SessionRow(
        api="openai.realtime",
        asked=("session", "model"),
        answered=("session", "model"),
        reason="`session.update`, `session.created` and `session.updated`; the address names the model as well",
    ),
    SessionRow(
        api="gemini.live",
        asked=("setup", "model"),
        answered=("setupComplete", "model"),
        reason="the first message of the client is its setup; the answer to it names no model so far",
    ),
)
