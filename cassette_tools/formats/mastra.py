"""Mastra's recorder (`llm-recorder`, JavaScript): ``meta`` and ``recordings``; its older files are the list alone.

Source: the recorder's `LLMRecording` and `RecordingFile`. JSON bodies are parsed. A stream is the list of its chunks as
they came, cut anywhere, with the milliseconds before each. Header fields of the request are not kept. A binary body is
in a file beside the recording, which ``binaryArtifact`` names with its media type; no other folder is looked into.
"""

from __future__ import annotations

from cassette_tools.formats import FORMATS, Format, Item, Whole
from cassette_tools.formats._fields import (
    beside,
    headers_of,
    kept_apart,
    made_body,
    mapping,
    parsed_or_text,
    rest,
    text,
    whole_number,
    with_chunks,
)
from cassette_tools.model import Body, Headers, Interaction, Request, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cassette_tools.model import Json, Route

_REQUEST = frozenset(("method", "url", "body", "binaryArtifact"))
_RESPONSE = frozenset(("status", "statusText", "headers", "body", "binaryArtifact", "chunks", "isStreaming"))
_LAST = 253_402_300_800_000  # the year 10000, in milliseconds of Unix time


def sniff(top: Mapping[str, Json], first: Json) -> str | None:
    """By a request with a url and ``response.isStreaming`` in the first of the recordings, or in that of a list."""
    recordings = top.get("recordings")
    if recordings == []:
        return "" if isinstance(top.get("meta"), dict) else None
    node = mapping(recordings[0] if isinstance(recordings, list) else None if top else first)
    return "" if "url" in mapping(node.get("request")) and "isStreaming" in mapping(node.get("response")) else None


def layout(whole: Whole) -> Iterator[tuple[Route, Json]]:
    """Every element of ``recordings``, or of the list that the file is."""
    is_list = isinstance(whole.top, list)
    above: Route = () if is_list else ("recordings",)
    for index, recording in enumerate(whole.top if is_list else whole.top["recordings"]):
        yield (*above, index), recording


def read(item: Item, _version: str) -> Interaction:
    """One recording."""
    node = mapping(item.node)
    asked, answered = mapping(node.get("request")), mapping(node.get("response"))
    request_headers = _asked_headers(asked, item)
    response_headers = headers_of(answered.get("headers"), item, ("response", "headers"))
    reason, when, taken = answered.get("statusText"), _moment(asked.get("timestamp")), _duration(answered)
    return Interaction(
        index=item.index,
        request=Request(
            method=text(asked.get("method")),
            url=text(asked.get("url")),
            headers=request_headers,
            body=_body(asked, request_headers, item, "request"),
            extra=rest(asked, _REQUEST if when is None else _REQUEST | {"timestamp"}),
            route=(*item.route, "request"),
        ),
        response=Response(
            status_code=whole_number(answered.get("status")) or 0,
            reason=reason if isinstance(reason, str) else None,
            headers=response_headers,
            body=_stream(answered, response_headers, item)
            if answered.get("isStreaming")
            else _body(answered, response_headers, item, "response"),
            extra=rest(answered, _RESPONSE if taken is None else _RESPONSE | {"chunkTimings"}),
            route=(*item.route, "response"),
            status_route=(*item.route, "response", "status"),
        ),
        recorded_at=when,
        duration=taken,
        extra=rest(node, frozenset(("request", "response"))),
        route=item.route,
        time_route=(*item.route, "request", "timestamp"),
        duration_route=(*item.route, "response", "chunkTimings"),
    )


def _asked_headers(asked: dict[str, Json], item: Item) -> Headers:
    """The media type of a binary body, which is all that is kept of them."""
    kind = mapping(asked.get("binaryArtifact")).get("contentType")
    if not isinstance(kind, str):
        return Headers()
    place = (*item.route, "request", "binaryArtifact", "contentType")
    return Headers(pairs=(("content-type", kind),), routes=(place,))


def _body(node: dict[str, Json], headers: Headers, item: Item, side: str) -> Body:
    name = mapping(node.get("binaryArtifact")).get("path")
    if isinstance(name, str):
        return kept_apart(beside(item.folder, name), name, headers, item, (side, "binaryArtifact", "path"))
    return parsed_or_text(node.get("body"), headers, item, (side, "body"))


def _stream(node: dict[str, Json], headers: Headers, item: Item) -> Body:
    listed, where = node.get("chunks"), ("response", "chunks")
    chunks = [text(chunk) for chunk in listed] if isinstance(listed, list) else []
    made = made_body("".join(chunks), headers, item, where)
    return with_chunks(made, item, ((chunk, (*where, number)) for number, chunk in enumerate(chunks)))


def _moment(milliseconds: Json) -> str | None:
    """Milliseconds of Unix time as ISO 8601."""
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool) or not 0 <= milliseconds < _LAST:
        return None
    import time

    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{thousandths:03}Z"


def _duration(answered: dict[str, Json]) -> float | None:
    """How long the chunks of a stream took, in seconds."""
    timings = answered.get("chunkTimings")
    if not isinstance(timings, list) or not timings or not all(type(each) is int for each in timings):
        return None
    total = sum(timings)
    return total / 1000 if 0 <= total < _LAST else None


FORMATS.register(
    Format(
        name="mastra",
        title="Mastra's llm-recorder",
        sniff=sniff,
        layout=layout,
        read=read,
        schema={"": "mastra"},
        marks=(b'"isStreaming"',),
        typical=("recordings",),
    )
)
