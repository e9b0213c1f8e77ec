"""Secrets replaced by ``REDACTED``, wherever text can hold them; placeholders stay as they are."""

from __future__ import annotations

from cassette_tools.data.secrets import SCHEMES, SIGNED_SCHEMES
from cassette_tools.secrets import REDACTED, credential, is_secret_header, redacted


def redacted_header(name: str, value: str) -> str:
    """The value of a header field. The authentication scheme stays: clients choose by it."""
    if not is_secret_header(name):
        return redacted(value)
    scheme, space, rest = value.strip().partition(" ")
    if space and scheme.lower() in SIGNED_SCHEMES:
        return value if REDACTED in rest else f"{scheme} {REDACTED}"
    if credential(value) is None:
        return redacted(value)
    return f"{scheme} {REDACTED}" if space and scheme.lower() in SCHEMES else REDACTED
