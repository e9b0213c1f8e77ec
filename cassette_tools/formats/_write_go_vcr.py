"""go-vcr version 2, as `cassette.Save` of go-vcr v3 and v4 marshals its structs: order and presence of the keys,
``!!binary`` for what is not UTF-8, literal blocks for several lines, durations in Go's notation.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import parse_qsl

from cassette_tools.formats import Loss, Written
from cassette_tools.formats._asking import asked, host_losses, method_losses
from cassette_tools.formats._fields import whole_number
from cassette_tools.formats._uncoded import uncoded
from cassette_tools.formats._writing import (
    Representer,
    beside_losses,
    body_bytes,
    by_name,
    extra_losses,
    header_losses,
    message_losses,
    reason_phrase,
    text_losses,
    text_of,
    yaml_bytes,
)
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cassette_tools.model import Body, Headers, Interaction, Json, Recording, Request, Response

NAME = "go-vcr"
_LINE = 70  # characters of base64

# The keys of the structs, in their order; what is `omitempty` there stands only if the recording has it.
_REQUEST = (
    "proto", "proto_major", "proto_minor", "content_length", "transfer_encoding", "trailer", "host", "remote_addr",
    "request_uri", "body", "form", "headers", "url", "method",
)  # fmt: skip
_RESPONSE = (
    "proto", "proto_major", "proto_minor", "transfer_encoding", "trailer", "content_length", "uncompressed", "body",
    "headers", "status", "code", "duration",
)  # fmt: skip


def write(recording: Recording) -> Written:
    """The cassette as go-vcr v4 writes it."""
    losses: list[Loss] = []
    own = recording.format == NAME
    write_one = _foreign if not own else _of_version_1 if recording.format_version == "1" else _interaction
    items = []
    for interaction in recording.interactions:
        items.append(write_one(interaction))
        losses.extend(_losses(interaction, own=own))
    document = {"version": 2, "interactions": items}
    return Written(content=yaml_bytes(document, representer=_GoRepresenter, start=True), losses=tuple(losses))


def _losses(interaction: Interaction, *, own: bool) -> Iterator[Loss]:
    yield from header_losses(interaction)
    yield from message_losses(interaction)
    yield from text_losses(interaction)
    yield from host_losses(interaction)
    if not interaction.request.method:
        yield Loss(message="there is no method, which Go takes for GET", interaction=interaction.index, lost=False)
    yield from beside_losses(interaction, ("recorded_at",))
    if not own:
        yield from method_losses(interaction)
        yield from extra_losses(interaction)
        if uncoded(interaction).response is not interaction.response:
            said = "the response has no Content-Encoding any more: Go's transport undoes it before go-vcr sees the body"
            yield Loss(message=said, interaction=interaction.index, lost=False)


def _interaction(interaction: Interaction) -> dict[str, Json]:
    """One that was go-vcr's own, with all that it had."""
    request, response = interaction.request, interaction.response
    sent = {**_request(request, own=True), **request.extra}
    answered = _response(response, interaction.duration, own=True)
    if response.reason is not None:
        answered["status"] = f"{response.status_code} {response.reason}"
    answered |= response.extra
    if response.http_version is not None:
        answered["proto"] = response.http_version
    return {
        "id": interaction.index,
        **interaction.extra,
        "request": _ordered(_REQUEST, sent),
        "response": _ordered(_RESPONSE, answered),
    }


def _of_version_1(interaction: Interaction) -> dict[str, Json]:
    """One of go-vcr's first version, with what the second has beside of a request, and its players compare."""
    whole, request = _interaction(interaction), interaction.request
    sent = {**whole["request"], **_sent_by_go(request), "content_length": len(body_bytes(request.body))}
    return {**whole, "request": _ordered(_REQUEST, sent)}


def _sent_by_go(request: Request) -> dict[str, Json]:
    """What Go's client says of every request."""
    return {
        **_protocol("HTTP/1.1"),
        "host": request.url.partition("://")[2].partition("/")[0].rpartition("@")[2],
    }


def _foreign(interaction: Interaction) -> dict[str, Json]:
    """Another recorder's, as Go would have had it: its transport undoes compression, and its requests are HTTP/1.1."""
    request, response = asked(interaction.request), uncoded(interaction).response
    sent = {**_request(request, own=False), **_sent_by_go(request), "headers": _canonical(request.headers)}
    answered = {
        **_response(response, interaction.duration, own=False),
        **_protocol(response.http_version or "HTTP/1.1"),
        "status": f"{response.status_code} {reason_phrase(response)}",
        "headers": _canonical(response.headers),
        "uncompressed": _is_coded(interaction.response) and not _is_coded(response),
    }
    form = _form(request)
    if form:
        sent["form"] = form
    return {
        "id": interaction.index,
        "request": _ordered(_REQUEST, {key: value for key, value in sent.items() if value != {}}),
        "response": _ordered(_RESPONSE, answered),
    }


def _ordered(keys: tuple[str, ...], values: dict[str, Json]) -> dict[str, Json]:
    return {key: values[key] for key in (*keys, *values) if key in values}


def _request(request: Request, *, own: bool) -> dict[str, Json]:
    length = request.content_length
    whole: dict[str, Json] = {
        "content_length": len(body_bytes(request.body)) if length is None and not own else _or_unknown(length),
        "url": request.url,
        "method": request.method,
    }
    if request.body.text is not None or request.body.raw is not None:
        whole["body"] = _body(request.body, own=own)
    if request.headers.pairs:
        whole["headers"] = by_name(request.headers)
    return whole


def _response(response: Response, duration: float | None, *, own: bool) -> dict[str, Json]:
    return {
        "content_length": _or_unknown(response.content_length),
        "body": _body(response.body, own=own),
        "headers": by_name(response.headers),
        "code": response.status_code,
        "duration": go_duration(duration or 0.0),
    }


def _is_coded(response: Response) -> bool:
    return response.headers.get("Content-Encoding") is not None


def _canonical(headers: Headers) -> dict[str, list[str]]:
    """The values by the names that `http.Header.Get` looks for, in the order in which Go writes a map."""
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(canonical_name(name), []).append(value)
    return {name: grouped[name] for name in sorted(grouped)}


_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110 §5.6.2


def canonical_name(name: str) -> str:
    """Go's `http.CanonicalHeaderKey`: ``content-type`` is ``Content-Type``; what is no token stays."""
    return "-".join(part.capitalize() for part in name.split("-")) if _TOKEN.fullmatch(name) else name


_FORM = "application/x-www-form-urlencoded"


def _form(request: Request) -> dict[str, list[str]]:
    """What `http.Request.ParseForm` gives, which go-vcr keeps and compares: the parameters of an urlencoded body, then
    those of the URL.
    """
    pairs = []
    if request.method in ("POST", "PUT", "PATCH") and media_type(request.headers) == _FORM:
        pairs += parse_qsl(text_of(request.body) or "", keep_blank_values=True)
    pairs += parse_qsl(request.url.partition("#")[0].partition("?")[2], keep_blank_values=True)
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return {name: form[name] for name in sorted(form)}


def _protocol(version: str) -> dict[str, Json]:
    """``HTTP/2.0`` as Go's three fields."""
    major, _, minor = version.rpartition("/")[2].partition(".")
    first = whole_number(major)
    numbers = 1 if first is None else first, whole_number(minor) or 0
    return {"proto": f"HTTP/{numbers[0]}.{numbers[1]}", "proto_major": numbers[0], "proto_minor": numbers[1]}


def _or_unknown(length: int | None) -> int:
    return -1 if length is None else length


def _body(body: Body, *, own: bool) -> str | bytes:
    """Text where the bytes are UTF-8. A body that this format itself had as bytes stays so."""
    if body.raw is not None and (own or body.codings):
        return body.raw
    text = text_of(body)
    return body_bytes(body) if text is None else text


def go_duration(seconds: float) -> str:
    """A duration as Go's `time.Duration.String` writes it: ``1h2m3.5s``, ``890.029ms``, ``12µs``, ``0s``."""
    left = round(seconds * 1_000_000_000)
    sign, left = ("-", -left) if left < 0 else ("", left)
    if left < 1_000_000_000:
        for unit, size in (("ms", 1_000_000), ("µs", 1_000), ("ns", 1)):
            if left >= size:
                return f"{sign}{_decimal(left, size)}{unit}"
        return "0s"
    minutes, rest = divmod(left, 60_000_000_000)
    hours, minutes = divmod(minutes, 60)
    head = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{sign}{head}{_decimal(rest, 1_000_000_000)}s"


def _decimal(amount: int, unit: int) -> str:
    whole, rest = divmod(amount, unit)
    if not rest:
        return str(whole)
    digits = len(str(unit)) - 1
    return f"{whole}.{rest:0{digits}d}".rstrip("0")


class _GoRepresenter(Representer):
    """Go's packages quote such text with double quotes, write several lines as a literal block, and bytes in lines of
    70 characters.
    """

    quote = '"'
    several_lines = "|"

    def represent_bytes(self, value: bytes) -> Any:
        encoded = b64encode(value).decode("ascii")
        if len(encoded) <= _LINE:
            return self.scalar("binary", encoded)
        lines = (encoded[at : at + _LINE] for at in range(0, len(encoded), _LINE))
        return self.scalar("binary", "".join(f"{line}\n" for line in lines), "|")
