"""Signed addresses: whoever has one may use it, for as long as it says.

Sources: Azure Storage, "Create a service SAS" and "Create a user delegation SAS"; Amazon S3, "Authenticating requests:
using query parameters"; Google Cloud Storage, "Signed URLs".
"""

from __future__ import annotations

from urllib.parse import unquote

from cassette_tools._record import record
from cassette_tools.later import regex

_ADDRESS_END = regex(r"[\s\"'<>)\]`]|\\[nrt\"]|$")
_BREAK = regex(r"[\s\"'<>)\]`]")  # what no address holds
_HOST = regex(r"(?:\A|[(\[:])//([^/?#]+)")
_ADDRESS = 4000  # characters before which the beginning of an address is looked for
_PARAMETER = regex(r"(?:[?&;]|\\u0026)(?:amp;)?([A-Za-z][A-Za-z0-9_-]*)=((?:[^&\s\"'<>\\]|\\/)*)")


@record
class Term:
    """From when until when an address opens something, in seconds of Unix time, as far as it says; `is_narrow` for one
    that lets only one object be read.
    """

    since: float | None = None
    until: float | None = None
    is_narrow: bool = False


def parameters_at(text: str, at: int) -> dict[str, str]:
    """The parameters of the address around a place of a text, their names in lower case."""
    start = max(text.rfind("?", max(0, at - _ADDRESS), at), 0)
    end = _ADDRESS_END.search(text, at)
    found = _PARAMETER.findall(text[start : end.start() if end is not None else len(text)])
    return {name.lower(): unquote(value) for name, value in found}


def host_at(text: str, at: int) -> str:
    """The host of the address around a place of a text, in lower case; ``""`` where none begins before it."""
    before = text[max(0, at - _ADDRESS) : at].replace("\\/", "/")
    address = _HOST.search(_BREAK.split(before)[-1])
    return address[1].rpartition("@")[2].partition(":")[0].lower() if address is not None else ""


def term_of(parameters: dict[str, str]) -> Term:
    """The term of a signed address."""
    for issuer in ("x-amz", "x-goog"):
        if f"{issuer}-date" in parameters:
            since = _seconds(parameters[f"{issuer}-date"])
            lasts = parameters.get(f"{issuer}-expires", "")
            return Term(since=since, until=since + float(lasts) if since is not None and lasts.isdecimal() else None)
    if "se" in parameters:
        since = _seconds(parameters.get("st") or parameters.get("skt") or "")
        is_narrow = parameters.get("sr") == "b" and parameters.get("sp") == "r"
        return Term(since=since, until=_seconds(parameters["se"]), is_narrow=is_narrow)
    expires = parameters.get("expires", "")
    return Term(until=float(expires) if expires.isdecimal() else None)


def _seconds(moment: str) -> float | None:
    from datetime import UTC, datetime

    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=UTC)).timestamp()
