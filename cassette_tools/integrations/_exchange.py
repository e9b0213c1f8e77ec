"""One exchange, cleaned: written as a cassette, normalised, and read again. So hooks find what the command finds."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def cleaned(exchange: Mapping[str, Any], steps: tuple[str, ...]) -> dict[str, Any] | None:
    """The exchange after some steps of normalize; ``None`` when they change nothing. Raises whatever reading meets."""
    yaml = import_module("vcr.serializers.yamlserializer")
    written = _normalized(yaml.serialize({"version": 1, "interactions": [exchange]}), steps)
    if written is None:
        return None
    interaction: dict[str, Any] = yaml.deserialize(written)["interactions"][0]
    return interaction


@lru_cache(maxsize=8)  # VCR.py asks four times for each request that it plays
def _normalized(written: str, steps: tuple[str, ...]) -> str | None:
    from cassette_tools._api import normalize

    content = written.encode("utf-8")
    new = normalize(content, select=steps, requests=True)
    return None if new == content else new.decode("utf-8")


class Stream:
    """A body: its `content` as VCR.py writes it, and the way back to the type that it had.

    A body that is a file or an iterator is read; VCR.py hands out a new one each time. One of another kind has no
    content, and stays.
    """

    def __init__(self, body: Any) -> None:
        self._listed = hasattr(body, "__next__") and not hasattr(body, "read")
        if hasattr(body, "read"):
            body = body.read()
        elif self._listed:
            body = b"".join(piece.encode("utf-8") if isinstance(piece, str) else bytes(piece) for piece in body)
        self._kind = type(body)
        self.content: str | bytes | dict[str, Any] | None = None
        if isinstance(body, bytes | bytearray):
            try:
                self.content = body.decode("utf-8")
            except UnicodeDecodeError:
                self.content = bytes(body)
        elif isinstance(body, str | dict):
            self.content = body

    def like(self, content: str | bytes | dict[str, Any]) -> Any:
        """New content in the type of the old body."""
        if isinstance(content, dict):
            return content
        raw = content.encode("utf-8") if isinstance(content, str) else content
        if self._listed:
            return [raw]
        return content if self._kind is str else self._kind(raw)


def text_of(headers: Mapping[Any, Any]) -> dict[str, list[str]]:
    """Header fields as VCR.py writes them: names to lists of values."""
    return {_text(name): [_text(value) for value in _several(values)] for name, values in headers.items()}


def headers_like(old: Mapping[Any, Any], new: Mapping[str, list[str]]) -> Any:
    """New values in a copy of the old header fields, whose type and types stay; a field that is not in `new` goes."""
    from copy import deepcopy

    changed: Any = deepcopy(old)
    for name, values in list(old.items()):
        kept = new.get(_text(name))
        if kept is None:
            del changed[name]
        elif kept != [_text(value) for value in _several(values)]:
            changed[name] = _values_like(values, kept)
    return changed


def _several(values: Any) -> Any:
    return values if isinstance(values, list | tuple) else (values,)


def _values_like(old: Any, new: list[str]) -> Any:
    if isinstance(old, list | tuple):
        return type(old)(_values_like(old[0], [value]) for value in new)
    return new[0].encode("latin-1", "replace") if isinstance(old, bytes) else new[0]


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def without_secrets(value: Any) -> Any:
    """A copy of some data whose texts are without the secrets that they show; header fields that hold some by their
    name are emptied.
    """
    from cassette_tools.secrets import REDACTED, is_secret_header, redacted

    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, bytes):
        return redacted(value.decode("latin-1")).encode("latin-1")
    if isinstance(value, list | tuple):
        return type(value)(without_secrets(each) for each in value)
    if hasattr(value, "items"):
        from copy import deepcopy

        changed = deepcopy(value)
        for name, inner in list(value.items()):
            is_secret = isinstance(name, str) and (is_secret_header(name) or name.lower() in ("cookie", "set-cookie"))
            changed[name] = _values_like(inner, [REDACTED]) if is_secret and inner else without_secrets(inner)
        return changed
    return value
