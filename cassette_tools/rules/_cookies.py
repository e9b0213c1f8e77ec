"""The cookies of an interaction, with their places."""

from __future__ import annotations

from cassette_tools.places import header_place
from cassette_tools.secrets import is_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Place


def cookies_in(interaction: Interaction) -> Iterator[tuple[str, str, str, Place]]:
    """Each cookie that was recorded: the side, the header field, the cookie's name, and where the field stands."""
    for side, field, message in (
        ("request", "cookie", interaction.request),
        ("response", "set-cookie", interaction.response),
    ):
        for position, (name, value) in enumerate(message.headers.pairs):
            if len(name) == len(field) and name.lower() == field:
                place = header_place(message, position)
                for cookie in _cookies(field, value):
                    yield side, field, cookie, place


def _cookies(field: str, value: str) -> Iterator[str]:
    """The names of the cookies with a value that is no placeholder (RFC 6265 §4)."""
    for pair in value.split(";")[: None if field == "cookie" else 1]:
        name, equals, content = pair.strip().partition("=")
        if equals and content.strip('"') and not is_placeholder(content) and "deleted" not in content[:8]:
            yield name


def listed(names: list[str], shown: int = 4) -> str:
    """Some names, for a message."""
    return ", ".join(f"`{name}`" for name in names[:shown]) + (", …" if len(names) > shown else "")
