"""One conversation as five providers stream it: a call of a tool, its result, an answer that says the call's id.

`recorded` makes it anew each time: the words are the same, and ids, times, chunks, padding and noisy header fields are
drawn from `dice`.
"""

from __future__ import annotations

import json
import random
import string
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import yaml

from cassette_tools.formats import writers
from cassette_tools.load import load_source
from cassette_tools.source import Source

Event = tuple[str | None, Any]
ARGUMENTS = '{"harbour": "Évora \\"new\\"", "depth": 1.0, "tags": [], "more": {}, "big": 12345678901234567890}'
ANSWER = 'The tide (%s) is — 2.4 m\nat noon; "enough" water\\sand 🌊.'
ASKED = "Is there enough water?"


class Dice(random.Random):
    """Chance, and what providers make of it."""

    def word(self, length: int, letters: str = string.ascii_letters + string.digits) -> str:
        return "".join(self.choice(letters) for _ in range(length))

    def pieces(self, text: str) -> list[str]:
        cuts = sorted(self.sample(range(1, len(text)), self.randrange(1, min(9, len(text)))))
        return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    def padding(self) -> str:
        return self.word(self.randrange(1, 14))


def chat(dice: Dice, _first: bool, call: str, text: str | None) -> list[Event]:
    whole = {
        "id": f"chatcmpl-{dice.word(29)}",
        "object": "chat.completion.chunk",
        "created": dice.now,
        "model": "harbour-2",
    }  # type: ignore[attr-defined]

    def chunk(delta: dict[str, Any], finish: str | None = None) -> Event:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return None, whole | {"system_fingerprint": f"fp_{dice.word(10, '0123456789abcdef')}", "choices": [choice], "obfuscation": dice.padding()}  # fmt: skip

    events = [chunk({"role": "assistant", "content": ""})]
    if text is None:
        function = {"name": "get_tide", "arguments": ""}
        events.append(chunk({"tool_calls": [{"index": 0, "id": call, "type": "function", "function": function}]}))
        events += [
            chunk({"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}) for piece in dice.pieces(ARGUMENTS)
        ]
        return [*events, chunk({}, "tool_calls"), (None, "[DONE]")]
    events += [chunk({"content": piece}) for piece in dice.pieces(text)]
    return [*events, chunk({}, "stop"), (None, "[DONE]")]


def anthropic(dice: Dice, _first: bool, call: str, text: str | None) -> list[Event]:
    message = {"id": f"msg_01{dice.word(22)}", "type": "message", "role": "assistant", "model": "harbour-2", "content": [],
               "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 1}}  # fmt: skip
    block = {"type": "text", "text": ""} if text else {"type": "tool_use", "id": call, "name": "get_tide", "input": {}}
    deltas = (
        [{"type": "text_delta", "text": piece} for piece in dice.pieces(text)]
        if text
        else [{"type": "input_json_delta", "partial_json": piece} for piece in dice.pieces(ARGUMENTS)]
    )
    kinds: list[dict[str, Any]] = [
        {"type": "message_start", "message": message},
        {"type": "content_block_start", "index": 0, "content_block": block},
    ]
    for delta in deltas:
        kinds += [{"type": "ping"}] * (dice.random() < 0.2)
        kinds.append({"type": "content_block_delta", "index": 0, "delta": delta})
    kinds += [
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn" if text else "tool_use", "stop_sequence": None},
         "usage": {"output_tokens": 7}},
        {"type": "message_stop"},
    ]  # fmt: skip
    return [(kind["type"], kind) for kind in kinds]


def responses(dice: Dice, _first: bool, call: str, text: str | None) -> list[Event]:
    answer = {"id": f"resp_{dice.word(48, '0123456789abcdef')}", "object": "response", "created_at": dice.now, "model": "harbour-2", "output": []}  # type: ignore[attr-defined] # fmt: skip
    item_id = f"{'msg' if text else 'fc'}_{dice.word(48, '0123456789abcdef')}"
    item: dict[str, Any] = {"id": item_id, "type": "message", "role": "assistant", "status": "completed"}
    part = {"type": "output_text", "text": text, "annotations": []}
    kinds: list[dict[str, Any]] = [{"type": "response.created", "response": answer | {"status": "in_progress"}}]
    if text:
        whole = item | {"content": [part]}
        kinds.append(
            {
                "type": "response.output_item.added",
                "output_index": 0,
                "item": item | {"status": "in_progress", "content": []},
            }
        )
        kinds.append(
            {
                "type": "response.content_part.added",
                "item_id": item_id,
                "output_index": 0,
                "content_index": 0,
                "part": part | {"text": ""},
            }
        )
        place = {"item_id": item_id, "output_index": 0, "content_index": 0}
        kinds += [
            {"type": "response.output_text.delta", **place, "delta": piece, "obfuscation": dice.padding()}
            for piece in dice.pieces(text)
        ]
        kinds.append({"type": "response.output_text.done", **place, "text": text})
    else:
        item = {
            "id": item_id,
            "type": "function_call",
            "status": "completed",
            "call_id": call,
            "name": "get_tide",
            "arguments": "",
        }
        whole = item | {"arguments": ARGUMENTS}
        kinds.append({"type": "response.output_item.added", "output_index": 0, "item": item})
        place = {"item_id": item_id, "output_index": 0}
        kinds += [
            {"type": "response.function_call_arguments.delta", **place, "delta": piece, "obfuscation": dice.padding()}
            for piece in dice.pieces(ARGUMENTS)
        ]
        kinds.append({"type": "response.function_call_arguments.done", **place, "arguments": ARGUMENTS})
    kinds.append({"type": "response.output_item.done", "output_index": 0, "item": whole})
    done = answer | {"status": "completed", "completed_at": dice.now + dice.randrange(90), "output": [whole], "usage": {"input_tokens": 9, "output_tokens": 7, "total_tokens": 16}}  # type: ignore[attr-defined] # fmt: skip
    kinds.append({"type": "response.completed", "response": done})
    return [(kind["type"], kind | {"sequence_number": number}) for number, kind in enumerate(kinds)]


ID = {
    "openai": lambda dice: f"call_{dice.word(24)}",
    "mistral": lambda dice: dice.word(9),
    "anthropic": lambda dice: f"toolu_01{dice.word(22)}",
    "responses": lambda dice: f"call_{dice.word(24)}",
    "gateway": lambda dice: f"get_tide_{dice.word(12, string.ascii_lowercase + string.digits)}",
}
STREAM: dict[str, Callable[[Dice, bool, str, str | None], list[Event]]] = {
    "openai": chat, "mistral": chat, "gateway": chat, "anthropic": anthropic, "responses": responses
}  # fmt: skip
URL = {
    "anthropic": "https://api.anthropic.com/v1/messages",
    "responses": "https://api.openai.com/v1/responses",
    "mistral": "https://api.mistral.ai/v1/chat/completions",
}
PADDED = ("anthropic",)


def recorded(provider: str, to: str, dice: Dice) -> bytes:
    """The conversation as a recorder of the format `to` writes it."""
    dice.now = dice.randrange(1_700_000_000, 1_900_000_000)  # type: ignore[attr-defined]
    call = ID[provider](dice)
    turns: list[Any] = [{"role": "user", "content": ASKED}]
    exchanges = []
    for text in (None, ANSWER % call):
        body = {"model": "harbour-2", "stream": True, "input" if provider == "responses" else "messages": list(turns)}
        exchanges.append(exchange(provider, body, STREAM[provider](dice, text is None, call, text), dice))
        turns += history(provider, call)
        dice.now += dice.randrange(1, 90)  # type: ignore[attr-defined]
    plain = yaml.safe_dump({"version": 1, "interactions": exchanges}).encode()
    return writers()[to].write(load_source(Source.from_bytes(plain, "a.yaml"))).content


def history(provider: str, call: str) -> list[Any]:
    if provider == "responses":
        return [{"type": "function_call", "call_id": call, "name": "get_tide", "arguments": ARGUMENTS},
                {"type": "function_call_output", "call_id": call, "output": "2.4"}]  # fmt: skip
    if provider == "anthropic":
        return [{"role": "assistant", "content": [{"type": "tool_use", "id": call, "name": "get_tide", "input": json.loads(ARGUMENTS)}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call, "content": "2.4"}]}]  # fmt: skip
    function = {"name": "get_tide", "arguments": ARGUMENTS}
    return [{"role": "assistant", "content": None, "tool_calls": [{"id": call, "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": call, "content": "2.4"}]  # fmt: skip


def exchange(provider: str, body: Any, events: list[Event], dice: Dice) -> dict[str, Any]:
    stream = []
    for name, data in events:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        if provider in PADDED:
            text = f"{text[:-1]}{' ' * dice.randrange(9)}}}"
        stream.append((f"event: {name}\n" if name else "") + f"data: {text}\n\n")
        stream += [": PROCESSING\n\n"] * (provider == "gateway" and dice.random() < 0.2)
    headers = {
        "Content-Type": ["text/event-stream"],
        "Date": [format_datetime(datetime.fromtimestamp(dice.now, UTC), usegmt=True)],  # type: ignore[attr-defined]
        "Cf-Ray": [f"{dice.word(16, '0123456789abcdef')}-LIS"],
        "Set-Cookie": [f"__cf_bm={dice.word(43)}; path=/"],
        "X-Request-Id": [f"req_{dice.word(32, '0123456789abcdef')}"],
        "X-Ratelimit-Remaining-Tokens": [str(dice.randrange(9999))],
        "Openai-Processing-Ms": [str(dice.randrange(9999))],
        "Etag": [b64encode(dice.randbytes(12)).decode()],
    }
    return {
        "request": {
            "method": "POST",
            "uri": URL.get(provider, "https://openrouter.ai/api/v1/chat/completions"),
            "body": json.dumps(body, ensure_ascii=False),
            "headers": {"Content-Type": ["application/json"], "Authorization": [f"Bearer sk-{dice.word(48)}"]},
        },
        "response": {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": "".join(stream)}},
    }
