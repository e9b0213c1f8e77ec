"""A slower parser for the YAML that the libyaml of `ruamel.yaml.clib` refuses although others read it.

Two things: an unquoted URL in a flow collection (``[https://a/b]``, YAML 1.2 §7.3.3), and a JSON string's escaped
surrogate pair (``"\\ud83d\\ude00"``), which JSON written into YAML files holds.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

REFUSALS = ("found unexpected ':'", "invalid Unicode character escape code")
MAX_SIZE = 2_000_000  # bytes; it reads about one megabyte a second


def events(content: bytes) -> Iterator[Any]:
    """The same events as libyaml's, from `ruamel.yaml`'s parser in Python. Raises MarkedYAMLError."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    for event in yaml.parse(content.decode("utf-8")):
        value = getattr(event, "value", None)
        if isinstance(value, str) and not value.isascii():
            event.value = value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        yield event
