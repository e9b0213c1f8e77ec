"""Six kinds of keys, at every place of a recording that a report could speak of. All are made up."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Mapping
from typing import Any

PLAIN = string.ascii_letters + string.digits
CHAT = "https://api.openai.com/v1/chat/completions"
JSON = {"Content-Type": ["application/json"]}
Interaction = dict[str, Any]


def _word(draw: random.Random, length: int, letters: str = PLAIN) -> str:
    return "".join(draw.choice(letters) for _ in range(length))


KINDS: Mapping[str, Callable[[random.Random], str]] = {
    "groq": lambda draw: "gsk_" + _word(draw, 52),
    "openai": lambda draw: "sk-proj-" + _word(draw, 48),
    "anthropic": lambda draw: "sk-ant-api03-" + _word(draw, 80),
    "jwt": lambda draw: f"eyJhbGciOiJIUzI1NiJ9.eyJ{_word(draw, 30)}.{_word(draw, 43)}",
    "aws": lambda draw: "AKIA" + _word(draw, 16, string.ascii_uppercase + "234567"),
    "opaque": lambda draw: _word(draw, 40),
}
SHOWN = {"anthropic": "sk-ant-api03-", "jwt": "eyJhbGciOiJIUzI1NiJ9."}
"""What begins every key of a kind alike, and tells nothing of it."""


def asked(content: str = "hi", **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": content}], **more}


def answered(content: str | None = "x", **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **more}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    head = {"id": "chatcmpl-x", "object": "chat.completion", "created": 1700000000, "model": "gpt-4o"}
    return {**head, "choices": [choice], "usage": usage}


def exchange(
    request: Any = None,
    response: Any = None,
    *,
    url: str = CHAT,
    sent: Mapping[str, list[str]] = JSON,
    got: Mapping[str, list[str]] = JSON,
    **response_fields: Any,
) -> Interaction:
    bodies = [
        each if isinstance(each, str) else json.dumps(each) for each in (request or asked(), response or answered())
    ]
    return {
        "id": 0,
        "request": {"url": url, "method": "POST", "body": bodies[0], "headers": dict(sent)},
        "response": {
            "body": bodies[1],
            "headers": dict(got),
            "status": "200 OK",
            "code": 200,
            "duration": "1ms",
            **response_fields,
        },
    }


def cassette(interaction: Interaction, *, escaped: bool = True) -> str:
    """A go-vcr cassette with the one interaction; not `escaped`, what is not ASCII stands in it as it is."""
    return json.dumps({"version": 2, "interactions": [interaction]}, ensure_ascii=escaped, indent=1)


def _call(name: str = "f", arguments: str = "{}", identity: str = "call_1") -> dict[str, Any]:
    call = {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}
    return answered(None, tool_calls=[call])


def _tool(**function: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f", **function}}]}


def _parameters(properties: Any) -> dict[str, Any]:
    return {"parameters": {"type": "object", "properties": properties}}


def _said(key: str, **request: Any) -> Interaction:
    found = exchange()
    found["request"].update(request)
    return found


def _answer(**fields: Any) -> Interaction:
    body = answered()
    body.update(fields)
    return exchange(response=body)


def _finish(key: str) -> Interaction:
    body = answered()
    body["choices"][0]["finish_reason"] = key
    return exchange(response=body)


def _result(key: str) -> Interaction:
    call = _call()["choices"][0]["message"]
    turns = [{"role": "user", "content": "x"}, call, {"role": "tool", "tool_call_id": "call_1", "content": key}]
    return exchange({"model": "gpt-4o", "messages": turns})


def _image(key: str) -> Interaction:
    url = f"https://b.s3.amazonaws.com/x.png?X-Amz-Signature={key}"
    return exchange(
        {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}],
        }
    )


def _stream(text: str) -> Interaction:
    return exchange(asked(stream=True), text, got={"Content-Type": ["text/event-stream"]})


def _split(key: str, length: int) -> Interaction:
    def event(piece: str) -> str:
        choice = {"index": 0, "delta": {"content": piece}, "finish_reason": None}
        head = {"id": "chatcmpl-x", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o"}
        return f"data: {json.dumps({**head, 'choices': [choice]})}\n\n"

    pieces = [key[at : at + length] for at in range(0, len(key), length)]
    return _stream("".join(map(event, pieces)) + "data: [DONE]\n\n")


def _refused(message: str, code: str) -> Interaction:
    error = {"error": {"message": message, "type": code, "code": code}}
    return exchange(response=error, code=401, status="401 Unauthorized")


def _header(name: str, value: str) -> Interaction:
    return exchange(sent={name: [value], **JSON})


def _with(part: str, more: Mapping[str, Any]) -> Interaction:
    found = exchange()
    (found[part] if part else found).update(more)
    return found


PLACES: Mapping[str, Callable[[str], Interaction]] = {
    "Authorization": lambda key: _header("Authorization", f"Bearer {key}"),
    "X-Api-Key": lambda key: _header("X-Api-Key", key),
    "Cookie": lambda key: _header("Cookie", f"session={key}"),
    "Set-Cookie": lambda key: exchange(got={"Set-Cookie": [f"sid={key}; HttpOnly"], **JSON}),
    "another header": lambda key: _header("X-Custom", key),
    "another header of the response": lambda key: exchange(got={"X-Custom": [key], **JSON}),
    "the name of a header": lambda key: _header(key, "x"),
    "User-Agent": lambda key: _header("User-Agent", f"App/1.0 ({key})"),
    "the key of a URL": lambda key: exchange(url=f"https://generativelanguage.googleapis.com/v1beta/x?key={key}"),
    "a query": lambda key: exchange(url=f"{CHAT}?api_key={key}"),
    "a user": lambda key: exchange(url=f"https://user:{key}@api.openai.com/v1/chat/completions"),
    "a step of a URL": lambda key: exchange(url=f"https://example.com/hook/{key}/x"),
    "a host": lambda key: exchange(url=f"https://{key}.example.com/v1/chat/completions"),
    "the method": lambda key: _with("request", {"method": key}),
    "a prompt": lambda key: exchange(asked(f"my key is {key} ok?")),
    "an answer": lambda key: exchange(response=answered(f"the key is {key} indeed")),
    "mojibake": lambda key: exchange(response=answered(f"cafÃ©{key}Ã©")),
    "an argument": lambda key: exchange(
        asked(**_tool(**_parameters({"token": {"type": "string"}}))), _call(arguments=json.dumps({"token": key}))
    ),
    "arguments that are no JSON": lambda key: exchange(asked(**_tool()), _call(arguments=f'{{"token":"{key}')),
    "the name of a tool": lambda key: exchange(response=_call(name=key)),
    "the id of a call": lambda key: exchange(response=_call(identity=key)),
    "the description of a tool": lambda key: exchange(
        asked(**_tool(description=key, **_parameters({"p": {"type": "string", "default": key, "enum": [key]}})))
    ),
    "a property of a schema": lambda key: exchange(asked(**_tool(**_parameters({key: {"type": "string"}})))),
    "the result of a tool": _result,
    "the model asked": lambda key: exchange({**asked(), "model": key}),
    "the model that answered": lambda key: _answer(model=key),
    "the finish reason": _finish,
    "an error": lambda key: _refused(f"Incorrect API key provided: {key}.", "invalid_api_key"),
    "the code of an error": lambda key: _refused("x", key),
    "the status": lambda key: exchange(status=key),
    "a field of the recorder": lambda key: _with("", {"request": {**exchange()["request"], "x": key}, "q": key}),
    "a name of the recorder": lambda key: exchange(**{key: 1}),
    "a parameter": lambda key: exchange(asked(api_key=key)),
    "a password": lambda key: exchange(
        {"username": "u", "password": key}, {"access_token": key}, url="https://example.com/login"
    ),
    "metadata": lambda key: exchange(asked(metadata={"k": key})),
    "a form": lambda key: exchange(
        f"token={key}&grant=x",
        f"access_token={key}",
        url="https://example.com/oauth",
        sent={"Content-Type": ["application/x-www-form-urlencoded"]},
        got={"Content-Type": ["text/plain"]},
    ),
    "a name in a body": lambda key: exchange({key: 1}, {key: 2}, url="https://example.com/x"),
    "a name on the wire": lambda key: _answer(**{key: 1}),
    "a value on the wire": lambda key: _answer(zzz=key),
    "a body that is no JSON": lambda key: exchange(f'{{"key":"{key}', f'{{"key":"{key}'),
    "an address in a prompt": _image,
    "the name of an event": lambda key: _stream(f'event: {key}\ndata: {{"a":1}}\n\ndata: x{key}\n\ndata: {{}}\n\n'),
    "an error in a stream": lambda key: _stream(f'data: {{"error":{{"message":"bad key {key}"}}}}\n\n'),
    "a stream in small pieces": lambda key: _split(key, 7),
    "a stream in halves": lambda key: _split(key, len(key) // 2 + 1),
    "escapes of JSON": lambda key: exchange(
        response=json.dumps(answered(f"it is {key}")).replace(key[0], f"\\u{ord(key[0]):04x}")
    ),
}
