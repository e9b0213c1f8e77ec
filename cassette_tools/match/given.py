"""The request that somebody asks about: raw HTTP, a curl command, JSON, or an entry of a HAR.

Nothing is sent. What is not understood raises UsageError with what was seen; a secret in it is never repeated.
"""

from __future__ import annotations

import json
import re
import shlex
from urllib.parse import quote_plus

from cassette_tools.errors import UsageError
from cassette_tools.model import Headers, Request
from cassette_tools.wire.body import read_body

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from typing import NoReturn

    from cassette_tools.model import Json

_METHOD = r"[A-Z][A-Z-]*"
_REQUEST_LINE = re.compile(rf"({_METHOD}) +(\S+)(?: +HTTP/[\d.]+)?")
_ACCEPTED = "expected raw HTTP (POST https://… and header fields), a curl command, a JSON object, or an entry of a HAR"


def request_from(content: bytes) -> Request:
    """The request in a file. Raises UsageError."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    start = content[:200].lstrip()
    if start.startswith(b"{"):
        return _from_json(content)
    if re.match(rb"(?:\$ +)?curl\s", start):
        return _from_command(content.decode("utf-8", "surrogateescape"))
    return _from_http(content.lstrip(b"\r\n"))


def _made(method: str, url: str, pairs: list[tuple[str, str]], body: str | bytes | None) -> Request:
    if not url:
        raise UsageError("the request has no URL; a relative one needs a Host field")
    headers = Headers(pairs=tuple(pairs))
    return Request(method=method, url=url, headers=headers, body=read_body(body, headers, ()))


# --- raw HTTP ---------------------------------------------------------------------------------------------------------


def _from_http(content: bytes) -> Request:
    """RFC 9112; also with bare line feeds, and without the version, as editors write requests."""
    head, *rest = re.split(rb"\r?\n\r?\n", content, maxsplit=1)
    lines = re.split(r"\r?\n", head.decode("utf-8", "replace").rstrip("\r\n"))
    found = _REQUEST_LINE.fullmatch(lines[0].strip())
    if found is None:
        raise UsageError(f"the request cannot be read: it does not begin with a method and a URL; {_ACCEPTED}")
    pairs = []
    for number, line in enumerate(lines[1:], 2):
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"the request cannot be read: line {number} is no header field; {_ACCEPTED}")
        pairs.append((name.strip(), value.strip()))
    method, target = found[1], found[2]
    if target.startswith("/"):
        target = _absolute(target, Headers(pairs=tuple(pairs)).get("Host") or "")
        pairs = [pair for pair in pairs if pair[0].lower() != "host"]  # it is in the URL now
    elif "://" not in target:
        raise UsageError(f"the request cannot be read: its first line has no URL; {_ACCEPTED}")
    return _made(method, target, pairs, _as_text(rest[0]) if rest and rest[0] else None)


def _absolute(target: str, host: str) -> str:
    """A request line says no scheme: it is TLS, but for a server on this machine."""
    name = host.rpartition(":")[0] if ":" in host else host
    is_local = name in ("localhost", "127.0.0.1", "[::1]") or host.endswith(":80")
    return f"{'http' if is_local else 'https'}://{host}{target}" if host else ""


def _as_text(body: bytes) -> str | bytes:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


# --- JSON and HAR -----------------------------------------------------------------------------------------------------


def _from_json(content: bytes) -> Request:
    try:
        top = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the request cannot be read: it is not JSON: {error}") from error
    node = top.get("request") if isinstance(top.get("request"), dict) else top
    url = node.get("url", node.get("uri"))
    if not isinstance(url, str):
        raise UsageError(
            'the request cannot be read: the JSON object has no "url"; expected method, url, headers, body'
        )
    pairs = list(_pairs(node.get("headers")))
    body = _json_body(node)
    method = node.get("method")
    if not isinstance(method, str):
        method = "GET" if body is None else "POST"
    return _made(method, url, pairs, body)


def _pairs(node: Json) -> list[tuple[str, str]]:
    """Header fields as a mapping (values or lists of them), as pairs, or as HAR has them."""
    if isinstance(node, dict):
        return [
            (str(name), str(value))
            for name, values in node.items()
            for value in (values if isinstance(values, list) else [values])
        ]
    if not isinstance(node, list):
        return []
    found = []
    for each in node:
        if isinstance(each, dict) and "name" in each:
            found.append((str(each["name"]), str(each.get("value", ""))))
        elif isinstance(each, list) and len(each) == 2:
            found.append((str(each[0]), str(each[1])))
    return [pair for pair in found if not pair[0].startswith(":")]  # HTTP/2 has its request line among the fields


def _json_body(node: dict[str, Json]) -> str | bytes | None:
    posted = node.get("postData")
    body = posted.get("text") if isinstance(posted, dict) else node.get("body")
    if isinstance(body, dict) and body.keys() <= {"string", "encoding"} and isinstance(body.get("string"), str):
        body = body["string"]  # as Ruby VCR writes it
    if body is None or isinstance(body, str):
        return body
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# --- curl -------------------------------------------------------------------------------------------------------------


def _from_command(text: str) -> Request:
    """A command line as browsers and manuals write it: lines that go on, and ``$'…'``."""
    text = text.strip().removeprefix("$").strip()
    text = re.sub(r"\\\r?\n", " ", text)
    text = re.sub(r"\$'((?:[^'\\]|\\.)*)'", lambda found: shlex.quote(_unescaped(found[1])), text)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(f"the curl command cannot be read: {error}") from error
    return request_from_curl(words[1:])


_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


def _unescaped(text: str) -> str:
    """What a shell reads in ``$'…'``."""

    def meant(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "uUx":
            return chr(int(code[1:], 16))
        return _ESCAPES.get(code, code)

    return re.sub(r"\\(u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|x[0-9a-fA-F]{1,2}|.)", meant, text, flags=re.DOTALL)


def request_from_curl(words: list[str]) -> Request:
    """The request that ``curl WORDS`` would send, but for the fields that curl adds itself. Raises UsageError."""
    said, unknown = _parser().parse_known_args(words)
    for word in unknown:
        raise UsageError(f"the curl command cannot be read: {word.partition('=')[0]!r} is no option that is known here")
    urls = [*said.words, *([said.url] if said.url else [])]
    if len(urls) != 1:
        seen = "no URL" if not urls else f"{len(urls)} URLs"
        raise UsageError(f"the curl command cannot be read: it has {seen}; expected one")
    pairs = [_field(line) for line in said.header]
    body = _curl_body(said)
    _add_fields(said, pairs, body)
    url = urls[0] if "://" in urls[0] else f"http://{urls[0]}"
    if said.get and body:
        url, body = f"{url}{'&' if '?' in url else '?'}{body}", None
    method = said.request or ("HEAD" if said.head else "GET" if body is None and not said.form else "POST")
    return _made(method, url, pairs, body)


def _parser() -> ArgumentParser:
    """The options that say something of the request, and those that are passed over."""
    from argparse import ArgumentParser

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise UsageError(f"the curl command cannot be read: {message}")

    parser = Parser(add_help=False, allow_abbrev=False, prog="curl")
    add = parser.add_argument
    add("words", nargs="*")
    add("--url")
    add("-X", "--request")
    add("-H", "--header", action="append", default=[])
    add("-d", "--data", "--data-ascii", "--data-raw", "--data-binary", action="append", dest="data", default=[])
    add("--data-urlencode", action="append", default=[])
    add("--json", action="append", default=[])
    add("-F", "--form", "--form-string", action="append", dest="form", default=[])
    add("-G", "--get", action="store_true")
    add("-I", "--head", action="store_true")
    add("-A", "--user-agent")
    add("-e", "--referer")
    add("-b", "--cookie")
    add("-u", "--user")
    add("--oauth2-bearer")
    add("--compressed", action="store_true")
    for flags in (
        ("-s", "--silent"), ("-S", "--show-error"), ("-k", "--insecure"), ("-L", "--location"), ("-v", "--verbose"),
        ("-i", "--include"), ("-f", "--fail"), ("-N", "--no-buffer"), ("-g", "--globoff"), ("-O", "--remote-name"),
        ("-#", "--progress-bar"), ("-0", "--http1.0"), ("--http1.1",), ("--http2",), ("--http3",), ("-4", "--ipv4"),
        ("-6", "--ipv6"), ("--fail-with-body",), ("--path-as-is",), ("--no-progress-meter",), ("-j",),
    ):  # fmt: skip
        add(*flags, action="store_true", dest="_passed")
    for flags in (
        ("-o", "--output"), ("-m", "--max-time"), ("--connect-timeout",), ("-w", "--write-out"), ("--retry",),
        ("-x", "--proxy"), ("--cacert",), ("-E", "--cert"), ("--key",), ("-c", "--cookie-jar"), ("--resolve",),
        ("-D", "--dump-header"), ("--retry-delay",), ("--max-redirs",), ("--stderr",),
    ):  # fmt: skip
        add(*flags, action="append", dest="_passed_values")
    return parser


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        name = line.removesuffix(";")  # a field without a value
    return name.strip(), value.strip()


def _curl_body(said: Namespace) -> str | None:
    if said.json:
        return "".join(_from_file(each) for each in said.json)
    pieces = [_from_file(each) for each in said.data]
    for each in said.data_urlencode:
        name, equals, value = each.partition("=")
        pieces.append(f"{name}={quote_plus(value)}" if equals and name else quote_plus(value or name))
    return "&".join(pieces) if pieces else None


def _from_file(value: str) -> str:
    if value.startswith("@"):
        raise UsageError(
            f"the curl command cannot be read: the body is in a file ({value}); write it into the command, or give the "
            "request as raw HTTP"
        )
    return value


def _add_fields(said: Namespace, pairs: list[tuple[str, str]], body: str | None) -> None:
    """The fields that options stand for, where ``-H`` does not say them."""
    names = {name.lower() for name, _value in pairs}
    asked: list[tuple[str, str | None]] = [
        ("User-Agent", said.user_agent),
        ("Referer", said.referer),
        ("Cookie", said.cookie),
        ("Authorization", f"Bearer {said.oauth2_bearer}" if said.oauth2_bearer else None),
    ]
    if said.user:
        from base64 import b64encode

        asked.append(("Authorization", f"Basic {b64encode(said.user.encode()).decode('ascii')}"))
    if said.json:
        asked += [("Content-Type", "application/json"), ("Accept", "application/json")]
    elif body is not None and not said.get:
        asked.append(("Content-Type", "application/x-www-form-urlencoded"))
    pairs += [(name, value) for name, value in asked if value and name.lower() not in names]
