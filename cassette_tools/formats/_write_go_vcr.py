"""go-vcr version 2, as `cassette.Save` of go-vcr v3 and v4 marshals its structs: order and presence of the keys,
``!!binary`` for what is not UTF-8, literal blocks for several lines, durations in Go's notation.
"""

from __future__ import annotations

from base64 import b64encode

from cassette_tools.formats._fields import whole_number
from cassette_tools.formats._writing import (
    Loss,
    Representer,
    Written,
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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from cassette_tools.model import Body, Interaction, Json, Recording, Request, Response

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
    items = []
    for interaction in recording.interactions:
        items.append(_interaction(interaction, own=own))
        losses.extend(_losses(interaction, own=own))
    document = {"version": 2, "interactions": items}
    return Written(content=yaml_bytes(document, representer=_GoRepresenter, start=True), losses=tuple(losses))


def _losses(interaction: Interaction, *, own: bool) -> Iterator[Loss]:
    yield from header_losses(interaction)
    yield from message_losses(interaction)
    yield from text_losses(interaction)
    if not interaction.request.method:
        yield Loss(message="there is no method, which Go takes for GET", interaction=interaction.index)
    yield from beside_losses(interaction, ("recorded_at",))
    if not own:
        yield from extra_losses(interaction, {})


def _interaction(interaction: Interaction, *, own: bool) -> dict[str, Json]:
    whole: dict[str, Json] = {"id": interaction.index}
    if own:
        whole.update(interaction.extra)
    whole["request"] = _ordered(_REQUEST, _request(interaction.request, own=own))
    whole["response"] = _ordered(_RESPONSE, _response(interaction.response, interaction.duration, own=own))
    return whole


def _ordered(keys: tuple[str, ...], values: dict[str, Json]) -> dict[str, Json]:
    return {key: values[key] for key in (*keys, *values) if key in values}


def _request(request: Request, *, own: bool) -> dict[str, Json]:
    length = request.content_length
    whole: dict[str, Json] = {
        "content_length": len(body_bytes(request.body)) if length is None and not own else _or_unknown(length),
        "url": request.url,
        "method": request.method,
    }
    if own:
        whole.update(request.extra)
    else:
        whole.update(_protocol("HTTP/1.1"))
        whole["host"] = request.url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    if request.body.text is not None or request.body.raw is not None:
        whole["body"] = _body(request.body, own=own)
    if request.headers.pairs:
        whole["headers"] = by_name(request.headers)
    return whole


def _response(response: Response, duration: float | None, *, own: bool) -> dict[str, Json]:
    whole: dict[str, Json] = {
        "content_length": _or_unknown(response.content_length),
        "body": _body(response.body, own=own),
        "headers": by_name(response.headers),
        "code": response.status_code,
        "duration": go_duration(duration or 0.0),
    }
    if own:
        if response.reason is not None:
            whole["status"] = f"{response.status_code} {response.reason}"
        whole.update(response.extra)
        if response.http_version is not None:
            whole["proto"] = response.http_version
    else:
        whole.update(_protocol(response.http_version or "HTTP/1.1"))
        whole["status"] = f"{response.status_code} {reason_phrase(response)}"
        # Go's transport undoes gzip by itself and says so; here the body was recorded without its coding.
        coded = response.headers.get("Content-Encoding")
        whole["uncompressed"] = bool(coded) and response.body.raw is None
    return whole


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
