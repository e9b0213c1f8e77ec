"""The cookies of an interaction, with their places."""

from __future__ import annotations

from urllib.parse import unquote

from cassette_tools.model import Place
from cassette_tools.places import header_place
from cassette_tools.secrets import is_placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction

COOKIES = "cookies"  # the field of a recorder that lists them


def cookies_in(interaction: Interaction) -> Iterator[tuple[str, str, str, Place]]:
    """Each cookie that was recorded: the side, the header field, the cookie's name, and where the field stands."""
    for side, field, message in (
        ("request", "cookie", interaction.request),
        ("response", "set-cookie", interaction.response),
    ):
        named: set[str] = set()
        for position, (name, value) in enumerate(message.headers.pairs):
            if len(name) == len(field) and name.lower() == field:
                place = header_place(message, position)
                for cookie in _cookies(field, value):
                    named.add(cookie)
                    yield side, field, cookie, place
        for cookie, place in _listed_beside(interaction, side):
            if cookie not in named:
                yield side, field, cookie, place


def _listed_beside(interaction: Interaction, side: str) -> Iterator[tuple[str, Place]]:
    """The cookies of a list that the recorder keeps beside the header fields (HAR), with where each value stands."""
    for route, cookies in interaction.aside.items():
        if route[-2:] != (side, COOKIES):
            continue
        for index, cookie in enumerate(cookies if isinstance(cookies, list) else ()):
            name, value = (cookie.get("name"), cookie.get("value")) if isinstance(cookie, dict) else (None, None)
            if isinstance(name, str) and isinstance(value, str) and _is_kept(value):
                yield name, Place(route=(*route, index, "value"))


def _cookies(field: str, value: str) -> Iterator[str]:
    """The names of the cookies with a value that is no placeholder (RFC 6265 §4)."""
    for pair in value.split(";")[: None if field == "cookie" else 1]:
        name, equals, content = pair.strip().partition("=")
        if equals and _is_kept(content):
            yield name


def _is_kept(content: str) -> bool:
    """Whether the value of a cookie is one that a server knows again."""
    plain = unquote(content.strip('"'))  # Express signs ``s:…``, and writes it with percent signs
    return bool(plain) and not is_placeholder(plain) and "deleted" not in plain[:8]


def listed(names: list[str], shown: int = 4) -> str:
    """Some names, for a message."""
    return ", ".join(f"`{name}`" for name in names[:shown]) + (", …" if len(names) > shown else "")
