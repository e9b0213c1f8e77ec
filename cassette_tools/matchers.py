"""Whether a player would take a recorded request for another one: what it compares, and how.

Sources stand in `cassette_tools.data.matchers`. Of VCR.py's matchers the tests have VCR.py itself decide the same
pairs. What a player's hooks do to a live request (filters, scrubbers) no file shows: a request is compared as it is
given.
"""

from __future__ import annotations

from json import dumps, loads
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlparse, urlsplit

from cassette_tools._record import record
from cassette_tools.data.matchers import GENERAL, NO_PLAYER, PLAYERS
from cassette_tools.model import ABSENT
from cassette_tools.nesting import json_value
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from cassette_tools.config import MatchSettings
    from cassette_tools.data.matchers import Player
    from cassette_tools.model import Body, Json, Request

CHARM = "charm-vcr"
_PORTS = {"http": 80, "https": 443}


@record
class Matching:
    """A player, and what it compares here. `is_configured`: somebody said so, it is not only what the format tells.
    `repeats`: it plays a recording again.
    """

    player: Player
    on: tuple[str, ...]
    is_configured: bool = False
    repeats: bool = False

    @property
    def again(self) -> str:
        """What is played when a request comes again: ``next``, ``first`` or ``last``."""
        return self.player.repeated if self.repeats else self.player.again

    def looks_at_bodies(self) -> bool:
        """Whether the bodies of two requests must be alike."""
        return any(name in _BODIES for name in self.on)

    def matches(self, given: Request, recorded: Request) -> bool:
        """Whether the player plays the recording for this request."""
        return all(agrees(name, given, recorded, self) for name in self.names_for(given))

    def failing(self, given: Request, recorded: Request) -> tuple[str, ...]:
        """What it compares and finds to differ."""
        return tuple(name for name in self.names_for(given) if not agrees(name, given, recorded, self))

    def names_for(self, given: Request) -> tuple[str, ...]:
        """What is compared for this request: Charm's matcher leaves one without a body to that of go-vcr v4."""
        if self.player.name == CHARM and self.on == self.player.on and not content(given.body):
            return player_named("go-vcr-4").on
        return self.on

    def key(self, request: Request) -> tuple[Any, ...]:
        """What two requests that are the same to the player have in common. (VCR.py can also take two bodies for
        the same that are of different types and have the same bytes.)"""
        return tuple(_hashable(_seen(name, request, self.player)) for name in self.names_for(request))


def player_named(name: str) -> Player:
    """The player of that name."""
    return next(player for player in PLAYERS if player.name == name)


def chosen(player: Player, settings: MatchSettings) -> Matching:
    """A player that somebody named, whatever the format."""
    return _matching(player, _known_names(player, settings), settings, is_configured=True)


def _known_names(player: Player, settings: MatchSettings) -> tuple[str, ...]:
    """The configured matchers that the player has."""
    return tuple(name for name in settings.match_on if name in player.names)


def _matching(player: Player, on: tuple[str, ...], settings: MatchSettings, *, is_configured: bool) -> Matching:
    repeats = settings.repeats and bool(player.repeats)
    return Matching(player=player, on=on or player.on, is_configured=is_configured, repeats=repeats)


def matching_for(format_name: str, settings: MatchSettings) -> Matching | None:
    """How requests of files of a format are matched: as configured, where that player reads such files, else as the
    format tells. ``None`` where no player is known, or none is wanted.
    """
    if settings.profile == NO_PLAYER:
        return None
    told = next((player for player in PLAYERS if format_name in player.formats), None)
    wanted = player_named(settings.profile) if settings.profile is not None else None
    if wanted is not None and _plays(wanted, told):
        return chosen(wanted, settings)
    if told is None:
        return None
    on = _known_names(told, settings)
    if len(on) < len(settings.match_on):
        on = ()  # it is meant for another player
    return _matching(told, on, settings, is_configured=bool(on))


def _plays(player: Player, told: Player | None) -> bool:
    """Whether a player can be meant for files of the format that another one writes."""
    if told is None:
        return player.name == GENERAL
    return (
        player is told
        or (player.name == GENERAL and told.is_choosable)
        or (player.family == told.family and not player.formats and told.is_choosable)
    )


def agrees(name: str, given: Request, recorded: Request, matching: Matching) -> bool:
    """Whether the matcher of that name takes two requests for the same."""
    player = matching.player
    if name == "body" and player.family == "python":
        return _same_python_body(given, recorded)
    return bool(_seen(name, given, player) == _seen(name, recorded, player))


def content(body: Body) -> bytes | None:
    """The bytes of a body; ``None`` when there is none."""
    if body.raw is not None:
        return body.raw
    return None if body.text is None else body.text.encode("utf-8", "surrogatepass")


# --- what each matcher sees -------------------------------------------------------------------------------------------


def _seen(name: str, request: Request, player: Player) -> Any:
    look = _LOOKS.get((player.name, name)) or _LOOKS.get((player.family, name)) or _LOOKS["", name]
    return look(request)


def address_of(request: Request) -> SplitResult:
    """The parts of the URL; none of them where it is no URL."""
    try:
        return urlsplit(request.url)
    except ValueError:
        return urlsplit("")


def _port(request: Request) -> int | None:
    address = address_of(request)
    try:
        port = address.port
    except ValueError:
        return None
    return port if port is not None else _PORTS.get(address.scheme)


def _python_path(request: Request) -> str:
    """Without the parameters that RFC 1808 let stand behind a semicolon; none is the same as ``/``."""
    try:
        return urlparse(request.url).path or "/"
    except ValueError:
        return "/"


def _python_uri(request: Request) -> str:
    """A bare host is taken for one with the path ``/`` (`vcr.matchers._normalized_uri`)."""
    address = address_of(request)
    authority = f"{address.scheme}://{address.netloc}"
    if address.path or not request.url.startswith(authority):
        return request.url
    return f"{authority}/{request.url[len(authority) :]}"


def _ruby_uri(request: Request) -> str:
    """Without the port that goes without saying (`VCR::Request#without_standard_port`)."""
    address = address_of(request)
    mark = f":{_PORTS.get(address.scheme)}"
    if not address.netloc.endswith(mark):
        return request.url
    return request.url.replace(address.netloc, address.netloc.removesuffix(mark), 1)


def _python_headers(request: Request) -> Mapping[str, str]:
    """Without case, the first value of each (`vcr.request.HeadersDict`)."""
    found: dict[str, str] = {}
    for name, value in request.headers:
        found.setdefault(name.lower(), value)
    return found


def _headers(request: Request) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in request.headers:
        found.setdefault(name.lower(), []).append(value)
    return found


def _go_headers(request: Request) -> Mapping[str, list[str]]:
    """Go keeps the host beside the header fields."""
    found = dict(_headers(request))
    found.pop("host", None)
    return found


def _typed(value: Json) -> Json:
    """JSON in which ``true`` is no 1, as it is to Go and Ruby; 1.0 is 1 to both."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return {key: _typed(each) for key, each in value.items()}
    return [_typed(each) for each in value] if isinstance(value, list) else value


def _json_or_bytes(request: Request) -> Any:
    value = json_of(request.body)
    if value is not ABSENT:
        try:
            return "json", _typed(value)
        except RecursionError:
            pass
    return content(request.body) or b""


def _charm_body(request: Request) -> Any:
    """As JSON or bytes, with the line ends of Unix, also those that JSON escapes (`normalizeLineEndings`)."""
    raw = (content(request.body) or b"").replace(b"\r\n", b"\n").replace(rb"\r\n", rb"\n")
    try:
        return "json", _typed(loads(raw))
    except (ValueError, RecursionError):
        return raw


def json_of(body: Body) -> Json:
    """The body as JSON, also where it is read as a stream; `ABSENT` when it is none."""
    if body.json is not ABSENT or not body.text:
        return body.json
    if body.stream is None and not body.tree:
        return ABSENT
    try:
        return json_value(body.text)
    except (ValueError, RecursionError):
        return ABSENT


def _length(request: Request) -> int:
    """Go counts what it sends; what the recorder noted of a recording must be that."""
    if request.content_length is not None:
        return request.content_length
    return len(content(request.body) or b"")


_LOOKS: Mapping[tuple[str, str], Callable[[Request], Any]] = {
    ("", "method"): lambda request: request.method,
    ("ruby", "method"): lambda request: request.method.lower(),
    ("", "scheme"): lambda request: address_of(request).scheme,
    ("", "host"): lambda request: address_of(request).hostname,
    ("", "port"): _port,
    ("", "path"): lambda request: address_of(request).path,
    ("python", "path"): _python_path,
    ("", "query"): lambda request: parse_qs(address_of(request).query, keep_blank_values=True),
    ("python", "query"): lambda request: sorted(parse_qsl(address_of(request).query)),
    ("", "uri"): lambda request: request.url,
    ("python", "uri"): _python_uri,
    ("ruby", "uri"): _ruby_uri,
    ("", "headers"): _headers,
    ("python", "headers"): _python_headers,
    ("go", "headers"): _go_headers,
    ("", "body"): lambda request: content(request.body) or b"",
    ("", "raw_body"): lambda request: content(request.body),
    ("python", "body"): lambda request: _python_body(request),
    ("", "body_as_json"): _json_or_bytes,
    (CHARM, "body_as_json"): _charm_body,
    ("", "content_length"): _length,
}
_BODIES = ("body", "raw_body", "body_as_json", "content_length")


# --- VCR.py's bodies --------------------------------------------------------------------------------------------------


def _transformers(request: Request) -> tuple[str, ...]:
    """How VCR.py reads the body, by the header fields (`vcr.matchers._checker_transformer_pairs`); XML-RPC, which it
    reads as well, is compared as bytes here.
    """
    kind = (request.headers.get("Content-Type") or "").lower()
    names = {
        "chunked": "chunked" in (request.headers.get("Transfer-Encoding") or "").lower(),
        "form": "application/x-www-form-urlencoded" in kind,
        "json": "application/json" in kind,
    }
    return tuple(name for name, holds in names.items() if holds)


def _transformed(raw: bytes | None, names: tuple[str, ...]) -> Any:
    value: Any = raw
    for name in names:
        if name == "chunked" and isinstance(value, bytes):
            value = _unchunked(value)
        elif name == "form" and value is not None:
            value = parse_qs(value.decode("ascii"))
        elif name == "json":
            value = loads(value) if value else None
    return value


def _unchunked(body: bytes) -> bytes | None:
    """The content of a body in chunks (RFC 9112 §7.1); one that is in none is itself. To VCR.py nothing is none."""
    if not body:
        return None
    pieces: list[bytes] = []
    at = 0
    while True:
        size, mark, _rest = body[at:].partition(b"\r\n")
        if not mark or not size or not all(digit in b"0123456789abcdefABCDEF" for digit in size):
            if at == 0:
                return body
            raise ValueError("a chunk has no length")
        length, start = int(size, 16), at + len(size) + 2
        if length == 0:
            return b"".join(pieces)
        pieces.append(body[start : start + length])
        at = start + length + 2
        if body[at - 2 : at] != b"\r\n":
            raise ValueError("a chunk has no end")


def _same_python_body(given: Request, recorded: Request) -> bool:
    """`vcr.matchers.body`: as the header fields say, where those of both say the same, else as bytes."""
    names = _transformers(given)
    one, other = content(given.body), content(recorded.body)
    if names and names == _transformers(recorded):
        try:
            return bool(_transformed(one, names) == _transformed(other, names))
        except _UNREADABLE:
            pass
    return one == other


def _python_body(request: Request) -> Any:
    names, raw = _transformers(request), content(request.body)
    try:
        return names, _transformed(raw, names)
    except _UNREADABLE:
        return names, raw


_UNREADABLE: tuple[type[Exception], ...] = (ValueError, RecursionError)


def _hashable(value: Any) -> Any:
    if isinstance(value, str | bytes | int | None):
        return value
    try:
        return dumps(value, sort_keys=True, default=repr)
    except (TypeError, ValueError, RecursionError):
        return repr(value)


def is_multipart(request: Request) -> bool:
    """Whether the body is in parts, between boundaries."""
    return media_type(request.headers).startswith("multipart/")
