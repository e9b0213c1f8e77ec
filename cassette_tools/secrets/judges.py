"""What is a secret though looks do not tell: tokens that speak for somebody, and passwords in a wrapping.

Each gives where in the matched text the secret stands, and until when it is good (``""``: nobody knows); ``None`` for
what is none.
"""

from __future__ import annotations

from cassette_tools.secrets.placeholders import claims_of, is_documented, is_placeholder, speaks_for_nobody

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    Verdict: TypeAlias = tuple[int, int, str] | None

_NOWHERE = ("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", "example.")


def jwt(token: str) -> Verdict:
    """A JSON Web Token (RFC 7519) that speaks for somebody."""
    if speaks_for_nobody(token):
        return None
    return 0, len(token), day_of(claims_of(token).get("exp"))


def day_of(seconds: object) -> str:
    """The day of a moment in seconds of Unix time; ``""`` for what is none."""
    from datetime import UTC, datetime

    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < 32_503_680_000:
        return ""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def basic(token: str) -> Verdict:
    """A name and a password in base64; services also take a key in the place of the name."""
    from base64 import b64decode

    try:
        decoded = b64decode(token + "=" * (-len(token) % 4), validate=True).decode("utf-8")
    except ValueError:
        return None
    name, colon, password = decoded.partition(":")
    if not colon or not decoded.isprintable() or is_documented(token):
        return None
    is_secret = not is_placeholder(password, chosen=True) if password else not is_placeholder(name)
    return (0, len(token), "") if is_secret else None


def login(address: str) -> Verdict:
    """``://name:password@host``. Nobody comes in at a host that is this machine, or none."""
    before, _at, host = address.rpartition("@")
    name, _colon, password = before.removeprefix("://").partition(":")
    if not password or host.startswith(_NOWHERE) or "://" in password or is_placeholder(password, chosen=True):
        return None
    start = len("://") + len(name) + 1
    return start, start + len(password), ""


def user(command: str) -> Verdict:
    """The last word of a command is ``name:password``, perhaps behind a quotation mark."""
    _name, _colon, password = command.rpartition(" ")[2].partition(":")
    if is_placeholder(password, chosen=True):
        return None
    return len(command) - len(password), len(command), ""


def sealed(token: str) -> Verdict:
    """Whether it has several parts and a signature at the end: ``tid=…;exp=1760000000;…:…``."""
    parts, _colon, seal = token.rpartition(":")
    if is_placeholder(seal):
        return None
    ends = next((part[4:] for part in parts.split(";") if part.startswith("exp=")), "")
    return 0, len(token), day_of(int(ends)) if ends.isdecimal() and len(ends) < _DIGITS else ""


_DIGITS = 12  # of seconds since 1970; a longer number is no time


JUDGES: dict[str, Callable[[str], Verdict]] = {
    "jwt": jwt,
    "basic": basic,
    "login": login,
    "user": user,
    "sealed": sealed,
}
