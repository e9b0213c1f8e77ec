"""Interactions for the tests of the chat dialect: built by hand, or read from cassettes without our loader."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

import yaml

from cassette_tools.dialects import Folded
from cassette_tools.dialects.openai_chat import decode, fold, recognize
from cassette_tools.model import ABSENT, Body, Comment, Event, Headers, Interaction, LLMCall, Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

URL = "https://api.openai.com/v1/chat/completions"
DONE = "[DONE]"


def parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "")
    except ValueError:
        return ABSENT


def event(value: Any, name: str | None = None) -> Event:
    data = value if isinstance(value, str) else json.dumps(value)
    return Event(event=name, data=data, offset=0, json=parsed(data))


def chunk(delta: Any = None, finish: Any = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {} if delta is None else delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "m-1", "choices": [choice], **more}


def folded(*chunks: Any) -> Folded:
    return fold(tuple(value if isinstance(value, Event) else event(value) for value in chunks))


def interaction(
    request: Any = None,
    response: Any = None,
    *,
    chunks: Any = None,
    url: str = URL,
    method: str = "POST",
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    comments: tuple[Comment, ...] = (),
) -> Interaction:
    """One interaction; a response that is a string is the body's text, else its JSON; `chunks` make a stream."""
    if chunks is not None:
        events = tuple(value if isinstance(value, Event) else event(value) for value in chunks)
        body = Body(text="data: …", stream="sse", events=events, comments=comments)
    else:
        body = body_of(response if isinstance(response, str) else json.dumps(response) if response is not None else "")
    return Interaction(
        index=0,
        request=Request(method=method, url=url, body=Body(text=json.dumps(request), json=request)),
        response=Response(status_code=status, headers=Headers(pairs=headers), body=body),
    )


def body_of(text: str | None) -> Body:
    if text and text.lstrip().startswith(("data:", "event:", ":")):
        events, comments = server_sent(text)
        return Body(text=text, stream="sse", events=events, comments=comments)
    return Body(text=text, json=parsed(text))


def called(recorded: Interaction) -> LLMCall:
    """What the dialect says of an interaction, as the loader would ask it."""
    body = recorded.response.body
    return decode(recorded, fold(body.events) if body.stream else Folded(body=body.json))


def understood(recorded: Interaction) -> LLMCall | None:
    return called(recorded) if recognize(recorded) else None


# --- cassettes, read plainly -----------------------------------------------------------------------------------------


def server_sent(text: str) -> tuple[tuple[Event, ...], tuple[Comment, ...]]:
    """The events of well-formed recordings; what the standard says of the others is not this test's business."""
    events: list[Event] = []
    comments: list[Comment] = []
    name: str | None = None
    data: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                events.append(event("\n".join(data), name))
            name, data = None, []
        elif not key:
            comments.append(Comment(text=value, offset=0))
        elif key == "data":
            data.append(value)
        elif key == "event":
            name = value
        elif key not in ("id", "retry"):
            comments.append(Comment(text=value, offset=0, field=key))
    return tuple(events), tuple(comments)


class _Loader(yaml.CSafeLoader):
    """Foreign tags are read as what they hold."""


def _foreign(loader: Any, suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        return base64.b64decode(value) if suffix == "binary" else value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _foreign)
_Loader.add_multi_constructor("tag:yaml.org,2002:python", _foreign)


def recorded(path: Path) -> Iterator[Interaction]:
    """The interactions of a go-vcr, VCR.py or Ruby VCR cassette whose bodies are text; none of any other file."""
    try:
        top = yaml.load(path.read_bytes(), Loader=_Loader)
    except (yaml.YAMLError, ValueError):
        return
    if not isinstance(top, dict):
        return
    for index, entry in enumerate(top.get("interactions") or top.get("http_interactions") or ()):
        if not isinstance(entry, dict) or not isinstance(entry.get("request"), dict) or "response" not in entry:
            continue
        asked, answered = entry["request"], entry["response"]
        status = answered.get("code") or answered.get("status") or answered.get("status_code") or 0
        code = status.get("code", 0) if isinstance(status, dict) else status
        yield Interaction(
            index=index,
            request=Request(
                method=str(asked.get("method") or "").upper(),
                url=str(asked.get("url") or asked.get("uri") or ""),
                body=body_of(_text(asked)),
            ),
            response=Response(status_code=int(code), headers=_headers(answered), body=body_of(_text(answered))),
        )


def _text(message: dict[str, Any]) -> str | None:
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"], default=str)
    body = message.get("body")
    body = body.get("string") if isinstance(body, dict) else body
    if isinstance(body, bytes):
        body = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode("utf-8", "replace")
    return body if isinstance(body, str) else None


def _headers(message: dict[str, Any]) -> Headers:
    fields = message.get("headers")
    pairs = fields.items() if isinstance(fields, dict) else ()
    return Headers(pairs=tuple((str(k), str(v)) for k, vs in pairs for v in (vs if isinstance(vs, list) else [vs])))
