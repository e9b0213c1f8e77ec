"""Keys as their issuers make them, the places where they can stand, and recordings in which they do."""

from __future__ import annotations

import json
import random
import re._parser as regex  # type: ignore[import-not-found]
import string
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

import yaml

from cassette_tools.data.secrets import KINDS, SecretKind

Maker = Callable[[random.Random], str]
Exchange = tuple[dict[str, Any], dict[str, Any]]

BASE62 = string.ascii_letters + string.digits
BASE64 = BASE62 + "+/"
HEX = "0123456789abcdef"


def word(alphabet: str, size: int) -> Maker:
    return lambda dice: "".join(dice.choices(alphabet, k=size))


def from_pattern(pattern: str, dice: random.Random) -> str:
    """A random text that a regular expression matches; repetitions are short."""
    return _made(regex.parse(pattern), dice)


def _made(parsed: Any, dice: random.Random) -> str:
    text = ""
    for operation, argument in parsed:
        name = str(operation)
        if name == "LITERAL":
            text += chr(argument)
        elif name == "IN":
            text += dice.choice(_members(argument))
        elif name == "MAX_REPEAT":
            least, most, inner = argument
            text += "".join(_made(inner, dice) for _ in range(dice.randint(least, min(int(most), least + 3))))
        elif name == "SUBPATTERN":
            text += _made(argument[3], dice)
        elif name == "BRANCH":
            text += _made(dice.choice(argument[1]), dice)
        elif name not in ("ASSERT", "ASSERT_NOT", "AT"):
            raise AssertionError(name)
    return text


def _members(argument: Any) -> str:
    found = ""
    for name, member in argument:
        if str(name) == "LITERAL":
            found += chr(member)
        elif str(name) == "RANGE":
            found += "".join(map(chr, range(member[0], member[1] + 1)))
        elif str(name) == "NEGATE":
            return BASE62
        else:
            assert str(name) == "CATEGORY", name
    return found


def token_of(dice: random.Random) -> str:
    """A JSON Web Token that speaks for somebody."""
    claims = {"sub": f"user-{word(BASE62, 12)(dice)}", "iat": 1_700_000_000, "exp": 1_700_003_600}
    parts = [json.dumps({"alg": "RS256", "typ": "JWT"}).encode(), json.dumps(claims).encode(), dice.randbytes(48)]
    return ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def key_of(kind: SecretKind) -> Maker:
    """How keys of a kind are made, as a recording has them: with the word before a bearer token, and the address or the
    command around a password.
    """
    if kind.judge == "jwt":
        return token_of
    if kind.judge == "basic":
        return lambda dice: "Basic " + b64encode(f"ana:{word(BASE62, 20)(dice)}".encode()).decode()
    if kind.judge == "user":
        return lambda dice: f"curl -s https://db.internal{kind.mark}ana:{word(BASE62, 20)(dice)}"
    if kind.judge == "login":
        return lambda dice: f"postgres://ana:{word(BASE62, 20)(dice)}@db.internal:5432/main"
    if kind.after_mark and kind.mark.endswith(" "):
        return lambda dice: kind.mark + word(BASE62, 36)(dice)
    return lambda dice: from_pattern(kind.pattern, dice)


MARKED: dict[str, Maker] = {f"{kind.name} {kind.mark}": key_of(kind) for kind in KINDS}

# Credentials without a mark: who has no name for what they are cannot know them.
UNMARKED: dict[str, Maker] = {
    "Mistral, 32 letters and digits": word(BASE62, 32),
    "Cohere, 40 letters and digits": word(BASE62, 40),
    "Azure, 32 hexadecimal digits": word(HEX, 32),
    "Azure, 84 letters and digits": word(BASE62, 84),
    "Deepgram, 40 hexadecimal digits": word(HEX, 40),
    "Pinecone and AgentOps, a UUID": lambda dice: str(UUID(int=dice.getrandbits(128), version=4)),
    "AWS, the secret half": word(BASE64, 40),
    "32 bytes in base64": lambda dice: b64encode(dice.randbytes(32)).decode(),
    "32 bytes in base64 for URLs": lambda dice: urlsafe_b64encode(dice.randbytes(32)).decode().rstrip("="),
    "AWS SSO": lambda dice: "aorAAAAA" + word(BASE64, 200)(dice) + ":" + word(BASE64, 20)(dice),
    "24 letters and digits": word(BASE62, 24),
}

# Words that stand before a key in a text by themselves, and what is no secret of it.
_UNSPOKEN = ("Bearer ", "Basic ")


def secret_part(key: str) -> str:
    """What of a key as it is recorded must be gone afterwards."""
    if "telegram" in key:
        return key.rpartition("/bot")[2]
    if "://" in key:
        return key.partition("@")[0].rpartition(":")[2]
    return key.removeprefix("Bearer ").removeprefix("Basic ")


# --- places ----------------------------------------------------------------------------------------------------------

JSON = {"Content-Type": ["application/json"]}
FORM = {"Content-Type": ["application/x-www-form-urlencoded"]}


def exchange(
    *,
    uri: str = "https://api.harbour.dev/v1/things",
    headers: dict[str, list[str]] | None = None,
    body: str = '{"model":"harbour-2"}',
    answer: str = '{"object":"thing"}',
    answered: dict[str, list[str]] | None = None,
) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "uri": uri, "headers": headers or JSON, "body": body},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": answered or JSON,
            "body": {"string": answer},
        },
    }


def arguments(value: dict[str, Any]) -> str:
    """A chat answer that calls a tool."""
    call = {"id": "call_1", "type": "function", "function": {"name": "go", "arguments": json.dumps(value)}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "model": "harbour-2", "choices": [choice]})


# Where a key tells itself by its mark.
ANYWHERE: dict[str, Callable[[str], dict[str, Any]]] = {
    "header": lambda key: exchange(headers={"X-Note": [f"it is {key}"], **JSON}),
    "response header": lambda key: exchange(answered={"X-Note": [f"it is {key}"], **JSON}),
    "request text": lambda key: exchange(
        body=json.dumps({"messages": [{"role": "user", "content": f"It is {key} now"}]})
    ),
    "response text": lambda key: exchange(answer=json.dumps({"said": f"It is {key}, no less"})),
    "plain text": lambda key: exchange(answer=f"It is {key}\nor so", answered={"Content-Type": ["text/plain"]}),
    "tool arguments": lambda key: exchange(answer=arguments({"note": f"with {key} inside"})),
}

# Where only the name beside it tells it.
NAMED: dict[str, Callable[[str], dict[str, Any]]] = {
    "Authorization": lambda key: exchange(headers={"Authorization": [f"Bearer {key}"], **JSON}),
    "api-key": lambda key: exchange(headers={"api-key": [key], **JSON}),
    "x-agentops-api-key": lambda key: exchange(headers={"X-Agentops-Api-Key": [key], **JSON}),
    "a token header": lambda key: exchange(headers={"X-Harbour-Token": [key], **JSON}),
    "query: key": lambda key: exchange(uri=f"https://api.harbour.dev/v1/things?alt=sse&key={quote(key, safe='')}"),
    "query: api_key": lambda key: exchange(uri=f"https://api.harbour.dev/v1/things?api_key={quote(key, safe='')}&a=b"),
    "query: access_token": lambda key: exchange(uri=f"https://api.harbour.dev/?access_token={quote(key, safe='')}"),
    "user info": lambda key: exchange(uri=f"https://ana:{quote(key, safe='')}@api.harbour.dev/v1/things"),
    "form: client_secret": lambda key: exchange(headers=FORM, body=f"client_secret={quote(key, safe='')}&a=b"),
    "form: refresh_token": lambda key: exchange(headers=FORM, body=f"grant_type=refresh_token&refresh_token={quote(key, safe='')}"),
    "form: apikey first": lambda key: exchange(headers=FORM, body=f"apikey={quote(key, safe='')}"),
    "JSON: api_key": lambda key: exchange(body=json.dumps({"api_key": key})),
    "JSON: apiKey": lambda key: exchange(body=json.dumps({"settings": {"apiKey": key}})),
    "JSON: access_token": lambda key: exchange(answer=json.dumps({"access_token": key, "expires_in": 3600})),
    "JSON: refreshToken": lambda key: exchange(answer=json.dumps({"refreshToken": key}, separators=(",", ":"))),
    "JSON: client_secret": lambda key: exchange(answer=json.dumps({"client_secret": key}, indent=2)),
    "JSON: password": lambda key: exchange(body=json.dumps({"password": key})),
    "tool arguments": lambda key: exchange(answer=arguments({"url": "/", "api_key": key})),
    "a quoted variable": lambda key: exchange(body=json.dumps({"messages": [{"role": "user", "content": f"run\nSECRET_KEY={key}\n"}]})),
    "a quoted header": lambda key: exchange(body=json.dumps({"messages": [{"role": "user", "content": f"curl -H 'x-api-key: {key}' /"}]})),
}  # fmt: skip


# --- streams ---------------------------------------------------------------------------------------------------------


def sse(*events: Any) -> str:
    return "".join(
        (f"event: {each['type']}\n" if "type" in each else "") + f"data: {json.dumps(each)}\n\n" for each in events
    )


def chat(pieces: list[str]) -> str:
    chunks = [_chunk({"content": piece}) for piece in pieces]
    return sse(*chunks, _chunk({}, "stop")) + "data: [DONE]\n\n"


def chat_arguments(pieces: list[str]) -> str:
    first = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "go", "arguments": ""}}
    calls = [first, *({"index": 0, "function": {"arguments": piece}} for piece in pieces)]
    return sse(*(_chunk({"tool_calls": [call]}) for call in calls), _chunk({}, "tool_calls")) + "data: [DONE]\n\n"


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "harbour-2", "choices": [choice]}


def anthropic(pieces: list[str]) -> str:
    return _anthropic(
        {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces], "end_turn"
    )


def anthropic_arguments(pieces: list[str]) -> str:
    block = {"type": "tool_use", "id": "toolu_1", "name": "go", "input": {}}
    return _anthropic(block, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces], "tool_use")


def _anthropic(block: dict[str, Any], deltas: list[dict[str, Any]], stop: str) -> str:
    message: dict[str, Any] = {"id": "msg_1", "type": "message", "role": "assistant", "model": "harbour-2", "content": [],
               "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 1, "output_tokens": 1}}  # fmt: skip
    return sse(
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
        *({"type": "content_block_delta", "index": 0, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": stop, "stop_sequence": None}, "usage": {"output_tokens": 9}},
        {"type": "message_stop"},
    )


def responses(pieces: list[str], *, whole: str | None = None) -> str:
    """A stream of the Responses API; `whole` is what its end says, where a redactor has cleaned that."""
    text = "".join(pieces) if whole is None else whole
    part = {"type": "output_text", "text": text, "annotations": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [part]}
    begun = {"id": "resp_1", "object": "response", "status": "in_progress", "model": "harbour-2", "output": []}
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    return sse(
        {"type": "response.created", "response": begun},
        {
            "type": "response.output_item.added",
            "output_index": 0,
            "item": {**item, "status": "in_progress", "content": []},
        },
        *({"type": "response.output_text.delta", **where, "delta": piece} for piece in pieces),
        {"type": "response.output_text.done", **where, "text": text},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": {**begun, "status": "completed", "output": [item]}},
    )


def responses_cleaned(pieces: list[str]) -> str:
    return responses(pieces, whole="REDACTED")


def gemini(pieces: list[str]) -> str:
    return sse(
        *({"candidates": [{"content": {"parts": [{"text": piece}], "role": "model"}, "index": 0}]} for piece in pieces),
        {"candidates": [{"content": {"parts": [{"text": ""}], "role": "model"}, "finishReason": "STOP", "index": 0}],
         "usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 1}, "modelVersion": "harbour-2"},
    )  # fmt: skip


def ollama(pieces: list[str]) -> str:
    lines = [{"model": "harbour-2", "created_at": "2025-01-01T00:00:00Z", "message": {"role": "assistant", "content": piece},
              "done": False} for piece in pieces]  # fmt: skip
    end = {**lines[-1], "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
    return "".join(json.dumps(line) + "\n" for line in (*lines, end))


def unknown(pieces: list[str]) -> str:
    return sse(*({"kind": "piece", "words": piece} for piece in pieces), {"kind": "end"})


# Streams of text, and streams of a tool's arguments.
TEXTS: dict[str, Callable[[list[str]], str]] = {
    "chat": chat,
    "anthropic": anthropic,
    "responses": responses,
    "responses, its end cleaned": responses_cleaned,
    "gemini": gemini,
    "ollama": ollama,
    "unknown": unknown,
}
ARGUMENTS: dict[str, Callable[[list[str]], str]] = {"chat": chat_arguments, "anthropic": anthropic_arguments}


def streamed(content: str) -> dict[str, Any]:
    kind = "application/x-ndjson" if content[:1] == "{" else "text/event-stream"
    return exchange(body='{"model":"harbour-2","stream":true}', answer=content, answered={"Content-Type": [kind]})


def splits(text: str, key: str) -> Iterator[list[str]]:
    """The text in three pieces, cut before or in the key, at every position."""
    start, end = text.index(key), text.index(key) + len(key)
    for cut in range(start + 1, end):
        yield [text[:start], text[start:cut], text[cut:]]


def cassette(*exchanges: dict[str, Any]) -> bytes:
    return yaml.safe_dump({"version": 1, "interactions": list(exchanges)}, allow_unicode=True).encode()
