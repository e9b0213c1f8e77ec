"""Finding secrets in text, and speaking of them without saying them. What is none: `placeholders`."""

from __future__ import annotations

import re
from bisect import bisect_left

from cassette_tools.data.secrets import HEADERS, KINDS, OPEN_HEADERS, PUBLIC_HEADERS, SCHEMES, SIGNED_SCHEMES
from cassette_tools.later import regex
from cassette_tools.secrets.placeholders import is_placeholder, is_random, use_own
from cassette_tools.secrets.secret import SHOWN, Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from cassette_tools.data.secrets import SecretKind

    Search: TypeAlias = tuple[str, Callable[[str], re.Match[str] | None], tuple[tuple[SecretKind, int], ...]]

__all__ = (
    "REDACTED",
    "Secret",
    "basic_credential",
    "credential",
    "header_secret",
    "is_placeholder",
    "is_secret_header",
    "masked",
    "redacted",
    "secret_of_header",
    "secrets_in",
    "use_own",
)

# Before a token: nothing that could belong to it; but the letter of a JSON escape (``\n``, ``\u003d``) does not.
BEFORE = r"(?:(?<![A-Za-z0-9_+-])|(?<=\\[nrtbf])|(?<=\\u[0-9a-fA-F]{4})|(?<=%[0-9a-fA-F]{2}))"
_AFTER = r"(?![A-Za-z0-9_-])"


def secrets_in(text: str, *, anywhere: bool = False) -> tuple[Secret, ...]:
    """The secrets that `text` holds, in their order, without overlaps; placeholders are none. Keys by their marks stand
    between signs; or `anywhere`, and whatever a few letters of one seem to say.

    Clean text costs a handful of searches for one character each: megabytes in milliseconds.
    """
    found = _plain_secrets(text, anywhere)
    if _ENCODED.search(text) is not None or ";base64," in text:
        from cassette_tools.secrets.encoded import encoded_secrets

        for secret in encoded_secrets(text, secrets_in):
            _put(found, secret)
    return tuple(found)


def _plain_secrets(text: str, anywhere: bool) -> list[Secret]:
    found: list[Secret] = []
    named: list[int] = []
    for character, search, kinds in _searches or _prepared():
        first = search(text) if character in text else None
        if first is not None:
            bare = _add_marked(found, first, kinds, anywhere)
            named += bare if character in _NAMES else ()
    if named:
        from cassette_tools.secrets.named import named_secret

        for at in named:  # last, since what a mark tells is told better
            secret = named_secret(text, at)
            if secret is not None:
                _put(found, secret)
    return found


REDACTED = "REDACTED"


def redacted(text: str) -> str:
    """The text without the secrets that it holds."""
    pieces: list[str] = []
    at = 0
    for secret in secrets_in(text):
        pieces += (text[at : secret.start], REDACTED)
        at = secret.end
    return "".join((*pieces, text[at:])) if at else text


def masked(text: str) -> str:
    """The text with every secret in it cut down to what shows its kind."""
    found = secrets_in(text) if len(text) > 8 else ()
    for secret in reversed(found):
        text = f"{text[: secret.start]}{secret.shown}…{text[secret.end :]}"
    return text


def _add_marked(
    found: list[Secret], first: re.Match[str], kinds: tuple[tuple[SecretKind, int], ...], anywhere: bool
) -> list[int]:
    """Add the keys by their marks, from the first anchor of one on; returns where an anchor has no key."""
    searched: set[str] = set()  # the kinds that were looked for in the whole text
    bare: list[int] = []
    for anchor in first.re.finditer(first.string, first.start()):
        at = anchor.start()
        if not any(_is_added(found, kind, anchor.string, at - before, searched, anywhere) for kind, before in kinds):
            bare.append(at)
    return bare


def _is_added(found: list[Secret], kind: SecretKind, text: str, start: int, searched: set[str], anywhere: bool) -> bool:
    """Whether a key of the kind stands where its mark may; a floating kind stands anywhere, and is looked for once."""
    if start < 0 or kind.name in searched or not text.startswith(kind.mark, start):
        return False
    if not kind.floating:
        return _add(found, kind, _pattern(kind, anywhere).match(text, start), anywhere)
    searched.add(kind.name)
    for match in _pattern(kind).finditer(text):
        _add(found, kind, match, anywhere)
    return False


def _add(found: list[Secret], kind: SecretKind, match: re.Match[str] | None, anywhere: bool) -> bool:
    extent = _extent(kind, match, anywhere) if match is not None and _is_key(kind, match, anywhere) else None
    if match is None or extent is None:
        return False
    start, end, until = extent
    shown = kind.mark.lstrip(".")[:SHOWN] if not kind.floating else match[0][:3]
    is_open = not kind.wide and not kind.after_mark  # whether the mark may be shown, and is a part of the secret
    secret = Secret(name=kind.name, shown=shown if is_open else "", start=start, end=end, lasts=kind.lasts, until=until)
    _put(found, secret)
    return True


def _is_key(kind: SecretKind, match: re.Match[str], anywhere: bool) -> bool:
    """Whether what looks like a key is one: no placeholder, no piece of an image, and not only who signed."""
    if not kind.judge and is_placeholder(match[0], kind) and not (anywhere and _is_random(match[0])):
        return False
    if not anywhere and _BASE64.fullmatch(kind.mark) and _is_within_base64(match):
        return False
    return kind.mark not in _KEY_IDS or not _names_signer(match)  # what is signed is told by its signature: `named`


def _extent(kind: SecretKind, match: re.Match[str], anywhere: bool) -> tuple[int, int, str] | None:
    """Where the secret in a match begins and ends, and until when it lasts; ``None`` where its judge sees none."""
    start, end = match.start() + (len(kind.mark) if kind.after_mark else 0), match.end()
    if not kind.judge:
        return start, end, ""
    from cassette_tools.secrets.judges import JUDGES

    verdict = JUDGES[kind.judge](match.string[start:end])
    if verdict is not None:
        return start + verdict[0], start + verdict[1], verdict[2]
    return (start, end, "") if anywhere and _is_random(match[0]) else None


def _names_signer(match: re.Match[str]) -> bool:
    """Whether the id of a key only says who signed: in AWS Signature Version 4 a scope follows it; in an address of
    Version 2 it has its own parameter.
    """
    text, start = match.string, match.start()
    before = text[max(0, start - 17) : start].lower()
    if before.endswith("x-amz-credential=") or _SCOPE.match(text, match.end()) is not None:
        return True
    if not before.endswith("awsaccesskeyid="):
        return False
    from cassette_tools.secrets.addresses import parameters_at

    return "signature" in parameters_at(text, start)


def _is_random(token: str) -> bool:
    """Whether the end of a token, which is the key or its seal, is no word."""
    word = re.split("[._-]", token)[-1]
    return len(word) >= _SEAL and is_random(word)


_SEAL = 24  # characters
_LINE = 64  # characters; what is encoded for mail has 76 in a line


def _is_within_base64(match: re.Match[str]) -> bool:
    """Whether what looks like a key is a piece of an image or the like: base64 goes on before or behind it, in which
    ``/`` and ``+`` are letters.
    """
    text, start, end = match.string, match.start(), match.end()
    return _is_base64(text[max(0, start - _LINE) : start]) or _is_base64(text[end : end + _LINE])


def _is_base64(text: str) -> bool:
    """Whether a line of base64 stands there, and no path: it has letters of both cases, and digits."""
    if len(text) < _LINE or _BASE64.fullmatch(text) is None:
        return False
    return not (text.islower() or text.isupper()) and any(character.isdigit() for character in text)


# The beginning of a quoted word of base64 in whose bytes the first bit is 0 (`secrets.encoded`); asked of every text.
ASCII_GROUP = "[CI-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589][A-Za-z0-9+/]"
_ENCODED = regex(f'"(?={ASCII_GROUP * 3})(?:{ASCII_GROUP}){{9}}')
_BASE64 = regex("[A-Za-z0-9+/]+={0,2}")
_KEY_IDS = ("AKIA", "ASIA")
_SCOPE = regex(r"(?:/|%2[fF]|\\/)[0-9]{8}(?:/|%2[fF]|\\/)[a-z0-9-]+(?:/|%2[fF]|\\/)")


def _put(found: list[Secret], secret: Secret) -> None:
    """Add a secret to those that are found, in their order, unless it overlaps one of them."""
    at = bisect_left(found, secret.start, key=_start_of)
    before, after = at > 0 and found[at - 1].end > secret.start, at < len(found) and found[at].start < secret.end
    if not before and not after:
        found.insert(at, secret)


def _start_of(secret: Secret) -> int:
    return secret.start


# --- header fields ---------------------------------------------------------------------------------------------------


def is_secret_header(name: str) -> bool:
    """Whether the whole value of a header field is a credential, by its name in any case."""
    known = _headers.get(name)
    if known is None:
        field = name.lower()
        known = _headers[name] = fits(field, _HEADERS) and not fits(field, _OPEN_HEADERS)
    return known


def fits(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of the patterns, or ends as one that begins with ``*``."""
    return any(name.endswith(pattern[1:]) if pattern[0] == "*" else name == pattern for pattern in patterns)


_HEADERS = tuple(row.name for row in HEADERS)
_OPEN_HEADERS = tuple(row.name for row in OPEN_HEADERS)
_headers: dict[str, bool] = {}


def credential(value: str) -> str | None:
    """The credential in the value of a secret header field, without its scheme; ``None`` when there is none."""
    scheme, space, rest = value.strip().partition(" ")
    word = scheme.lower()
    if space and word in SIGNED_SCHEMES:
        return None
    token = rest.strip() if space and word in SCHEMES else value.strip()
    if space and word == "basic":
        return token if basic_credential(token) else None
    if " " in token or is_placeholder(token):
        return None
    return token


def secret_of_header(name: str, value: str) -> Secret | None:
    """The secret in a header field: the first, since one is enough. Of a cookie only a token that says whose it is."""
    field = name.lower()
    if field in _COOKIES:
        return next((each for each in secrets_in(value) if each.name == _SPEAKING), None)
    if field in _NOT_ONE:
        return None
    if not is_secret_header(name):
        return next((each for each in secrets_in(value) if not each.companion), None)
    token = credential(value)
    if token is None:
        return _signer(value)
    lasts = "hours" if field == _SESSION else ""
    return next(iter(secrets_in(token)), None) or Secret(
        name="credential", shown="", start=0, end=len(token), lasts=lasts
    )


def _signer(value: str) -> Secret | None:
    """The id of a long-lived key in a field that signs the request (AWS Signature Version 4)."""
    scheme = value.strip().partition(" ")[0].lower()
    match = _SIGNER.search(value) if scheme in SIGNED_SCHEMES else None
    if match is None or _SIGNATURE.search(value, match.end()) is None:
        return None
    if is_placeholder(match[1], next(kind for kind in KINDS if kind.mark == _KEY_IDS[0])):
        return None
    start, end = match.span(1)
    return Secret(name=_SIGNED, shown=_KEY_IDS[0], start=start, end=end, lasts="minutes")


_SIGNER = regex(rf"Credential=({_KEY_IDS[0]}[A-Z2-7]{{16}})/")
_SIGNATURE = regex("Signature=[0-9a-f]{16}")
_SESSION = "x-amz-security-token"  # ends by itself, with the session
_SIGNED = "AWS access key id with a signature"
_NOT_ONE = frozenset(row.name for row in PUBLIC_HEADERS)
_COOKIES = frozenset(("cookie", "set-cookie"))
_SPEAKING = "JSON Web Token"


def header_secret(name: str, value: str) -> str | None:
    """What a header field holds that must not be published, in words."""
    secret = secret_of_header(name, value)
    return None if secret is None else secret.describe()


def basic_credential(token: str) -> bool:
    """Whether the credential of ``Basic`` (RFC 7617) holds a password, or a key in place of the name."""
    from cassette_tools.secrets.judges import basic

    return basic(token) is not None


# --- the searches ----------------------------------------------------------------------------------------------------

_compiled: dict[str, re.Pattern[str]] = {}
_searches: list[Search] = []
_ANCHORS = "K-_kI/B.d"  # characters that marks have and texts have seldom, the best first

# The ends of names after which a credential may stand (`data.secrets`, FIELDS and PARAMETERS), by a character of
# theirs; `named` looks at the whole name, and at the value.
_ASSIGNED = r"""(?:\\*["']\s{0,2}[:=]|["']?\s?=|:|%3D|\\u003d|"\r?\n\r?\n)>?\s{0,2}(?:\\*["'])?[^\s"'\\]{8}"""
_NAMES = {
    "k": rf"(?:ey|en){_ASSIGNED}",
    "K": rf"(?:ey|EY|EN){_ASSIGNED}",
    "w": rf"(?:or)?d{_ASSIGNED}",
    "ecret": _ASSIGNED,
    "_": rf"(?:SECRET|PASSWORD){_ASSIGNED}",
    "=": r"[^\s&\"'<>=]{8}(?<=[deghlntyDEGHLNTY]=.{8})"
    r"(?<=(?i:key|ken|ret|ord|swd|pwd|sig|ure|ial|jwt|uth|pid|ion)=.{8})",
}


_LONG_TOKEN = "(?=[A-Za-z0-9+/._-]{16})"  # what follows the sign in every kind; quicker to ask than for the marks


def _prepared() -> list[Search]:
    """The searches for marks and names, made once from the tables, each with its character, its kinds and how far
    their marks begin before it.

    A regular expression that begins with one literal character (and then looks ahead) skips to it as fast as memory
    is read. What stands before it is looked at from there, one character first.
    """
    anchored: dict[str, list[tuple[SecretKind, int]]] = {name: [] for name in _NAMES}
    for kind in KINDS:
        anchor = next(character for character in _ANCHORS if character in kind.mark)
        anchored.setdefault(anchor, []).append((kind, kind.mark.index(anchor)))
    for anchor, kinds in anchored.items():
        ahead = [_ahead(anchor, kinds)] if kinds else []
        ahead += [f"(?={_NAMES[anchor]})"] if anchor in _NAMES else []
        around = f"(?:{'|'.join(ahead)})" if len(ahead) > 1 else ahead[0]
        _searches.append((anchor, re.compile(re.escape(anchor) + around).search, tuple(kinds)))
    return _searches


def _ahead(anchor: str, kinds: list[tuple[SecretKind, int]]) -> str:
    """What stands around an anchor that belongs to the mark of one of the kinds."""
    marks = sorted({(kind.mark[:at], kind.mark[at + 1 :], kind.ahead) for kind, at in kinds})
    # Of a kind that says itself what follows, the token may be short.
    long, short = ([mark for mark in marks if bool(mark[2]) is is_short] for is_short in (False, True))
    alternatives = "|".join(_alternative(anchor, *mark) for mark in long)
    if long and anchor in "-_.":
        alternatives = f"{_LONG_TOKEN}(?:{alternatives})"
    joined = "|".join(filter(None, (alternatives, *(_alternative(anchor, *mark) for mark in short))))
    befores = {before for before, _after, _more in marks}
    if "" in befores:
        return f"(?={joined})"
    glance = "".join(sorted({re.escape(before[-1]) for before in befores}))
    return f"(?<=[{glance}]{re.escape(anchor)})(?={joined})"


def _alternative(anchor: str, before: str, after: str, more: str) -> str:
    """What stands around the anchor of a mark."""
    return (f"(?<={re.escape(before + anchor)})" if before else "") + re.escape(after) + more


def _pattern(kind: SecretKind, anywhere: bool = False) -> re.Pattern[str]:
    text = kind.pattern if kind.wide or anywhere else f"{BEFORE}{kind.pattern}{_AFTER}"
    pattern = _compiled.get(text)
    if pattern is None:
        pattern = _compiled[text] = re.compile(text, re.DOTALL)
    return pattern
