"""Secrets that only their names tell: ``"api_key": "…"`` in JSON of any depth of quoting, ``client_secret=…`` in forms
and URLs, ``API_KEY=…`` in what a text quotes.

A name counts only where a value stands that has the entropy of a key. Schemas, documentation, code and placeholders
have none.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from cassette_tools.data.secrets import CHOSEN, FIELDS, PARAMETERS, PUBLIC_KEYS, SIGNED, SIGNED_WITH
from cassette_tools.later import regex
from cassette_tools.secrets import fits
from cassette_tools.secrets.placeholders import SHORTEST, SHORTEST_CHOSEN, is_placeholder
from cassette_tools.secrets.secret import Secret

_NAME = regex(r"[A-Za-z0-9_.\[\]-]{1,60}\Z")
# What stands between a name and its value; a blank line does in a part of a form (RFC 7578).
_AFTER_NAME = regex(
    r"""\\*["']?(?:\s{0,2}(?:[:=]|%3[aAdD]|\\u003[dD])>?|(?<=")\r?\n\r?\n)\s{0,2}(\\*["'])?"""
    r"(?:(?i:bearer|token|basic|bot) )?"
)
_VALUE = regex(r"(?:[A-Za-z0-9_~.+:=/-]|%[0-9A-Fa-f]{2}|\\/|\\u00(?:2[bBfF]|3[dD]))+")
_PARTED_VALUE = regex(r"(?:[A-Za-z0-9_~.+:=/;,@|-]|%[0-9A-Fa-f]{2})+(?=\\*[\"'])")  # parts and a signature, in quotes
_CHOSEN_VALUE = regex(r"(?:[^\s\"'\\&<>,;]|\\/)+")
_GOES_ON = "([{$<*%"  # after a value: it is code, or a template
_CODE = regex(r"[A-Za-z_][A-Za-z0-9_.]*[(\[]")  # without quotes: what asks for a value, as ``os.environ.get(`` does
_SHOWN = 40  # characters of a name
_SESSION = "x-amz-security-token"  # opens nothing without the half of a key that signs
_FORM_SIGNATURE = regex(r'name=\\*"[xX]-[aA]mz-[sS]ignature\\*"')

_PUBLIC = regex("|".join(row.name for row in PUBLIC_KEYS))
_FIELDS = tuple(row.name for row in FIELDS)
_PARAMETERS = tuple(row.name for row in PARAMETERS)
_SIGNED = frozenset(row.name for row in SIGNED)
_SIGNED_WITH = frozenset(row.name for row in SIGNED_WITH)
_roles: dict[str, str] = {}


def named_secret(text: str, start: int) -> Secret | None:
    """The secret whose name is around a place of a text, or before the ``=`` there, if one stands there."""
    if text[start] == "=":
        name_end = start
    else:
        name_end = start + 1
        while name_end < len(text) and text[name_end].isalnum():
            name_end += 1
    name = _name_before(text, name_end)
    if name is None:
        return None
    role = _role_of(name.rpartition(".")[2] or name)
    name_start = name_end - len(name)
    if not role or (role not in ("field", "chosen") and not _is_in_query(text, name_start)):
        return None
    after = _AFTER_NAME.match(text, name_end)
    if after is None:
        return None
    return _secret(text, name, role, after)


def _name_before(text: str, end: int) -> str | None:
    match = _NAME.search(text[max(0, end - 60) : end])
    if match is None:
        return None
    name = match[0]
    before = end - len(name) - 1
    if before >= 0 and text[before] == "\\" and name[0] in "nrtu":
        name = name[5:] if name[0] == "u" else name[1:]  # an escape of JSON
    return name or None


def _role_of(name: str) -> str:
    """What the name says of its value."""
    role = _roles.get(name)
    if role is None:
        plain = name.lower().replace("-", "").replace("_", "").replace("[]", "")
        if plain in _SIGNED:
            role = "signed"
        elif plain in _SIGNED_WITH:
            role = "companion"
        elif fits(plain, _FIELDS):
            role = "chosen" if plain.endswith(CHOSEN) else "field"
        else:
            role = "parameter" if fits(plain, _PARAMETERS) else ""
        _roles[name] = role
    return role


def _is_in_query(text: str, start: int) -> bool:
    """Whether a name stands where parameters do: after ``?`` or ``&``, however that is spelled, or at the beginning."""
    return start == 0 or text[start - 1] in "?&;" or text.endswith(("\\u0026", "%26", "%3F"), start - 6, start)


def is_secret_value(name: str, value: str) -> bool:
    """Whether a value that stands apart from its name is a secret, as a parameter of that name."""
    separator = "" if _role_of(name) in ("field", "chosen") else "?"
    text = f"{separator}{name}={value}"
    at = len(separator) + len(name)
    secret = named_secret(text, at) if name else None
    return secret is not None and secret.end == len(text)


def _secret(text: str, name: str, role: str, after: re.Match[str]) -> Secret | None:
    match = (_CHOSEN_VALUE if role == "chosen" else _VALUE).match(text, after.end())
    is_quoted = after[1] is not None
    if match is None or (not is_quoted and _CODE.match(match[0])):
        return None
    is_secret = _is_password if role == "chosen" else _is_credential
    parted = (
        _PARTED_VALUE.match(text, after.end()) if is_quoted and text[match.end() : match.end() + 1] == ";" else None
    )
    if parted is not None:  # redact all of its parts: what is left would still be a credential
        match, is_secret = parted, _has_credential
    value = match[0] if is_quoted else _without_marks(match[0])
    end = match.start() + len(value)
    if text[match.end() : match.end() + 1] in tuple(_GOES_ON):
        return None
    return _told(text, name, role, match.start(), end) if is_secret(unquote(value).replace("\\/", "/")) else None


def _without_marks(value: str) -> str:
    """A value without what follows it in prose: the sentence goes on, or emphasis of Markdown ends."""
    for mark in ("**", "__", "`"):
        value = value.rstrip(".,:").removesuffix(mark)
    return value.rstrip(".,:")


def _is_password(value: str) -> bool:
    return len(value) >= SHORTEST_CHOSEN and not is_placeholder(value, chosen=True)


def _is_credential(value: str) -> bool:
    if len(value) < SHORTEST or "://" in value or _PUBLIC.fullmatch(value) is not None:
        return False
    return not is_placeholder(value)


def parts_of(value: str) -> list[str]:
    """The parts of a value that are credentials themselves; signs separate names, values and the signature."""
    return [part for part in _PARTS.split(value) if _is_credential(part)]


_PARTS = regex("[;,:=|]")


def _has_credential(value: str) -> bool:
    return bool(parts_of(value))


def _told(text: str, name: str, role: str, start: int, end: int) -> Secret:
    shown = name[-_SHOWN:]
    if role == "chosen":
        return Secret(name="password", shown="", start=start, end=end, field=shown)
    from cassette_tools.secrets.addresses import host_at, parameters_at, term_of

    if role != "signed":
        is_companion = role == "companion" or (name.lower() == _SESSION and _is_signed(text, start))
        host = host_at(text, start) if role == "parameter" or name.lower() == "token" else ""
        return Secret(name="credential", shown="", start=start, end=end, field=shown, companion=is_companion, host=host)
    from cassette_tools.secrets.judges import day_of

    term = term_of(parameters_at(text, start))
    return Secret(name="signature", shown="", start=start, end=end, field=shown, term=term, until=day_of(term.until))


def _is_signed(text: str, at: int) -> bool:
    """Whether the address around a place has a signature, or the form that it is a field of."""
    from cassette_tools.secrets.addresses import parameters_at

    if any(name.replace("-", "") in _SIGNED for name in parameters_at(text, at)):
        return True
    return _FORM_SIGNATURE.search(text) is not None
