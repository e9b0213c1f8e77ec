"""Secrets replaced by ``REDACTED``, wherever text can hold them; placeholders stay as they are."""

from __future__ import annotations

import re
from urllib.parse import unquote

from cassette_tools.data.secrets import FIELDS, PARAMETERS, SCHEMES, SIGNED_SCHEMES
from cassette_tools.secrets import REDACTED, SECRET_HEADERS, credential, is_placeholder, redacted

_PARAMETERS = frozenset(row.name for row in PARAMETERS)
_FIELDS = frozenset(row.name for row in FIELDS)
_PAIR = re.compile(r"(?P<name>[^=&?#\s\\]+)=(?P<value>[^&#\s\\]+)")
_USERINFO = re.compile(r"(?<=://)([^/@\s:]+):([^/@\s]+)@")
_SHORTEST = 16  # characters of a secret that is told by its name alone
_CHOSEN = frozenset(("password", "passwd", "pwd"))
_SHORTEST_CHOSEN = 4
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\?]+\?(?:\\u0026|[^\s\"'<>\\)])+")


def redacted_header(name: str, value: str) -> str:
    """The value of a header field. The authentication scheme stays: clients choose by it."""
    if name.lower() not in SECRET_HEADERS:
        return redacted_addresses(value)
    scheme, space, rest = value.strip().partition(" ")
    if space and scheme.lower() in SIGNED_SCHEMES:
        return value if REDACTED in rest else f"{scheme} {REDACTED}"
    if credential(value) is None:
        return redacted(value)
    return f"{scheme} {REDACTED}" if space and scheme.lower() in SCHEMES else REDACTED


def redacted_url(url: str) -> str:
    """The URL without the credentials in its query and before its host (RFC 3986 §3.2.1)."""
    head, question, query = url.partition("?")
    if "@" in head:
        head = _USERINFO.sub(lambda match: f"{match[1]}:{REDACTED}@", head)
    return redacted(head) + question + redacted_form(query)


def redacted_addresses(text: str) -> str:
    """Any text without the secrets in it, also those that the names of parameters of a URL call so."""
    if "://" in text and "=" in text:
        text = _ADDRESS.sub(lambda match: _PAIR.sub(_without_secret, match[0]), text)
    return redacted(text)


def redacted_form(text: str) -> str:
    """Names and values of a query or a form (``application/x-www-form-urlencoded``)."""
    return redacted(_PAIR.sub(_without_secret, text)) if "=" in text else redacted(text)


def _without_secret(match: re.Match[str]) -> str:
    return f"{match['name']}={REDACTED}" if is_secret_parameter(match["name"], match["value"]) else match[0]


def is_secret_parameter(name: str, value: str) -> bool:
    """Whether a parameter's name says that its value is a secret, and the value is no placeholder."""
    name = name.removeprefix("u0026")  # an ampersand in JSON, without its backslash
    return _is_secret(unquote(name).lower(), unquote(value), _PARAMETERS)


def is_secret_field(name: str, value: str) -> bool:
    """The same for a field of a JSON body."""
    return " " not in value and _is_secret(name.lower(), value, _FIELDS)


def _is_secret(name: str, value: str, names: frozenset[str]) -> bool:
    if name in _CHOSEN:  # people choose short ones
        return len(value) >= _SHORTEST_CHOSEN and not is_placeholder(
            value + "\0" * (_SHORTEST - len(value)), chosen=True
        )
    return name in names and len(value) >= _SHORTEST and not is_placeholder(value)
