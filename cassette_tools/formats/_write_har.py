"""HAR 1.2 (W3C Web Performance Working Group, "HTTP Archive (HAR) format", 2012; Jan Odvarko's text of version 1.2).

Every field that the specification requires is there. What it has no field for stands under names that begin with an
underscore, as it demands: ``_encoding`` beside a request body that is no text, which its `postData` cannot hold.
"""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from cassette_tools._version import __version__
from cassette_tools.formats import Loss, Written
from cassette_tools.formats._asking import address_losses, asked, host_losses, method_losses, sent_address
from cassette_tools.formats._uncoded import uncoded
from cassette_tools.formats._writing import body_bytes, extra_losses, reason_phrase, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Body, Headers, Interaction, Json, Recording, Request, Response

NAME = "har"
UNKNOWN_TIME = "1970-01-01T00:00:00.000Z"  # HAR demands a time; its reader takes this one for none
_UNKNOWN = -1  # "set to -1 if the info is not available"


def write(recording: Recording) -> Written:
    """The recording as a HAR file."""
    own = recording.format == NAME
    log = {
        "version": "1.2",
        "creator": {"name": "cassette", "version": __version__},
        "entries": [_entry(each, own=own) for each in recording.interactions],
    }
    losses = [loss for each in recording.interactions for loss in _losses(each, own=own)]
    text = json.dumps({"log": log}, indent=2, ensure_ascii=False)
    return Written(content=f"{text}\n".encode("utf-8", "surrogatepass"), losses=tuple(losses))


def _losses(interaction: Interaction, *, own: bool) -> Iterator[Loss]:
    recorded = interaction.recorded_at
    moment = _moment(recorded)
    if recorded is not None and moment != recorded:
        said = "the time of recording has no time zone: it is taken for UTC"  # the same for all, and told once
        if moment is None:
            said = f"the time of recording, {recorded!r}, is no date and is lost"
        yield Loss(message=said, interaction=interaction.index, lost=moment is None)
    if _decoded(interaction) is not interaction.response.body:
        said = "the response's body is written without its compression, as HAR demands; its header stays"
        yield Loss(message=said, interaction=interaction.index, lost=False)
    yield from host_losses(interaction)
    if not own:
        yield from method_losses(interaction)
        yield from address_losses(interaction)
        yield from extra_losses(interaction)


def _decoded(interaction: Interaction) -> Body:
    """The body of an answer without its content coding: HAR's `content.text`."""
    return uncoded(interaction).response.body


def _moment(recorded: str | None) -> str | None:
    """A time as HAR has it: ISO 8601 with a time zone. One without is taken for UTC."""
    if recorded is None:
        return None
    try:
        moment = datetime.fromisoformat(recorded)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return f"{moment.isoformat()}Z"
    return recorded if "T" in recorded else moment.isoformat()


def _entry(interaction: Interaction, *, own: bool) -> dict[str, Json]:
    milliseconds = 0 if interaction.duration is None else round(interaction.duration * 1000, 6)
    entry: dict[str, Json] = {
        "startedDateTime": _moment(interaction.recorded_at) or UNKNOWN_TIME,
        "time": milliseconds,
        "request": _request(interaction.request if own else asked(interaction.request), own=own),
        "response": _response(interaction.response, _decoded(interaction), own=own),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    }
    body = interaction.response.body
    if body.stream == "websocket":  # as Chrome's DevTools export them
        entry["_webSocketMessages"] = [
            {"type": _WAYS.get(event.event or "", event.event), "time": 0, "opcode": 1, "data": event.data}
            for event in body.events
        ]
    return entry | dict(interaction.extra) if own else entry


_WAYS = {"sent": "send", "received": "receive"}


def _request(request: Request, *, own: bool) -> dict[str, Json]:
    whole: dict[str, Json] = {
        "method": request.method,
        "url": request.url if own else sent_address(request.url),
        "httpVersion": _text(request.extra.get("proto")) or "HTTP/1.1",
        "cookies": _cookies(request.headers, "Cookie"),
        "headers": _headers(request.headers),
        "queryString": _query(request.url),
        "headersSize": _UNKNOWN,
        "bodySize": request.body.size,
    }
    if request.body.text is not None or request.body.raw is not None:
        whole["postData"] = _post_data(request)
    return whole | {key: value for key, value in request.extra.items() if key != "proto"} if own else whole


def _post_data(request: Request) -> dict[str, Json]:
    data: dict[str, Json] = {"mimeType": request.headers.get("Content-Type") or "", "params": []}
    text = None if request.body.codings else text_of(request.body)
    if text is None:
        return {**data, "text": _base64(request.body), "_encoding": "base64"}
    return {**data, "text": text}


def _response(response: Response, decoded: Body, *, own: bool) -> dict[str, Json]:
    """`decoded` is the body to be written."""
    whole: dict[str, Json] = {
        "status": response.status_code,
        "statusText": reason_phrase(response),
        "httpVersion": response.http_version or "HTTP/1.1",
        "cookies": _cookies(response.headers, "Set-Cookie"),
        "headers": _headers(response.headers),
        "content": _content(response, decoded),
        "redirectURL": response.headers.get("Location") or "",
        "headersSize": _UNKNOWN,
        "bodySize": response.body.size,
    }
    return whole | dict(response.extra) if own else whole


def _content(response: Response, body: Body) -> dict[str, Json]:
    content: dict[str, Json] = {"size": body.size, "mimeType": response.headers.get("Content-Type") or ""}
    if body.text is None and body.raw is None:
        return content
    text = None if body.codings else text_of(body)
    if text is None:
        return {**content, "text": _base64(body), "encoding": "base64"}
    return {**content, "text": text}


def _base64(body: Body) -> str:
    return b64encode(body_bytes(body)).decode("ascii")


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _cookies(headers: Headers, field: str) -> list[dict[str, str]]:
    """Name and value of every cookie (RFC 6265 §4)."""
    cookies = []
    for line in headers.get_all(field):
        pairs = line.split(";") if field == "Cookie" else [line.partition(";")[0]]
        for pair in pairs:
            name, equals, value = pair.strip().partition("=")
            if equals:
                cookies.append({"name": name, "value": value})
    return cookies


def _query(url: str) -> list[dict[str, str]]:
    try:
        pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:  # an address that is none; HAR keeps it whole in `url`
        return []
    return [{"name": name, "value": value} for name, value in pairs]


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None
