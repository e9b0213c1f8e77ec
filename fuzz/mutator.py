"""Inputs changed where programs go wrong: in the parsed file, in the JSON and the events that its texts hold, in ids.

What was parsed is written again, so that most inputs get past the parser; the fuzzer's own changes of bytes find what
lies before it. Everything hangs on the dice alone, so that an input can be made again.
"""

from __future__ import annotations

import json
import random
import re
import struct
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import yaml

BOUNDARY = b"\n%%%% the other recording %%%%\n"

STRANGE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**63, 2**64, -(2**200), 1.5, 1e308, -0.0, float("inf"), float("nan"), b"\xff\x00"),
    *(
        "",
        " ",
        "\0",
        "\x1b[2J",
        "\u2028",
        "\x85",
        "\ufeff",
        "\u202e",
        "\ud800",
        "é",
        "é" * 40,
        "Ã©",
        "\r\n",
        "\n\n",
        ": ",
    ),
    *("0", "-0", "1e999", "null", "[DONE]", "{", "}", "[]", "{}", "data: x\n\n", "REDACTED"),
    *("call_1", "call_2", "tooluse_1", "toolu_1", "chatcmpl-1", "id_1", "00000000-0000-4000-8000-000000000001"),
    *("2020-01-01T00:00:00Z", "Mon, 01 Jan 2024 00:00:00 GMT", "https://a.example/?sig=x&se=2031-01-01"),
    *("sk-proj-Zq8wE4rT6yU1iO3pA5sD7fG9hJ2kL4zX6cV8bN0mQ1wE3rT5", "org-Zq8wE4rT6yU1iO3pA5sD7fG9"),
    *([], {}, [[]], {"a": 1}),
)
NAMES = (
    *(
        "id",
        "type",
        "role",
        "content",
        "choices",
        "delta",
        "index",
        "usage",
        "model",
        "error",
        "input",
        "output",
        "created",
    ),
    *("tool_calls", "tool_call_id", "arguments", "headers", "body", "string", "uri", "url", "method", "status", "code"),
    *("request", "response", "encoding", "base64_string", "Content-Type", "Content-Length", "Content-Encoding"),
    *("Transfer-Encoding", "Date", "Set-Cookie", ""),
)
_ID = re.compile(r"\b(?:call|chatcmpl|toolu|tooluse|msg|resp|fc|req|file|run|thread|asst)[-_][A-Za-z0-9_-]+")
_BLOCKS = re.compile(r"(?<=\n\n)|(?<=\r\n\r\n)")


def mutated(data: bytes, dice: random.Random, most: int) -> bytes | None:
    """Another input made of one; ``None`` where it has no structure to change."""
    if BOUNDARY in data:
        old, _, new = data.partition(BOUNDARY)
        side = mutated(new, dice, most) or old
        return old + BOUNDARY + side if dice.random() < 0.8 else side + BOUNDARY + new
    if data.startswith(b"httprr trace"):
        made = _httprr(data, dice)
    elif _is_frames(data):
        made = _frames(data, dice)
    else:
        made = _document(data, dice)
    return None if made is None or len(made) > most else made


def cut(data: bytes, dice: random.Random) -> bytes:
    """Another input made of one by changing its bytes: a piece of it is gone, doubled, or others stand there."""
    at, end = sorted(dice.randrange(len(data) + 1) for _ in range(2))
    piece = data[at:end][:200]
    to = dice.randrange(len(data) + 1)
    strange = dice.choice(
        (b"\0", b"\xff", b"\x80", b"\r", b"\n\n", b": ", b'"', b"{", b"[", bytes((dice.randrange(256),)))
    )
    new = dice.choice((b"", strange, strange, piece + piece, data[to : to + 20]))
    return data[:at] + new + data[at + len(piece) :]


# --- YAML and JSON ---------------------------------------------------------------------------------------------------


def _document(data: bytes, dice: random.Random) -> bytes | None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    is_json = text.lstrip()[:1] in ("{", "[")
    try:
        tree = json.loads(text) if is_json else yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except Exception:
        return _text(text, dice).encode("utf-8", "surrogatepass")
    if not isinstance(tree, dict | list):
        return _text(text, dice).encode("utf-8", "surrogatepass")
    for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
        tree = _changed(tree, dice)
    try:
        if is_json:
            return json.dumps(tree, default=repr, indent=dice.choice((None, 2))).encode("utf-8", "surrogatepass")
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        width = dice.choice((20, 80, 100_000))
        dumped: bytes = yaml.dump(tree, Dumper=dumper, sort_keys=False, allow_unicode=True, width=width).encode()
        return dumped
    except Exception:  # a surrogate, which YAML cannot say
        return None


def _routes(node: Any, route: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if route:
        yield route
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _routes(value, (*route, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _routes(value, (*route, at))


def _at(tree: Any, route: tuple[Any, ...]) -> Any:
    for step in route:
        tree = tree[step]
    return tree


def _changed(tree: Any, dice: random.Random) -> Any:
    """One change of a parsed document; its own, so that it may be done in place."""
    routes = list(_routes(tree))
    if not routes:
        return dice.choice(STRANGE)
    texts = [route for route in routes if isinstance(_at(tree, route), str)]
    if texts and dice.random() < 0.6:
        route = dice.choice(texts)
        holder = _at(tree, route[:-1])
        holder[route[-1]] = _text(holder[route[-1]], dice)
        return tree
    route = dice.choice(routes)
    holder, key = _at(tree, route[:-1]), route[-1]
    action = dice.randrange(6)
    if action == 0:
        del holder[key]
    elif action == 1:
        holder[key] = dice.choice(STRANGE)
    elif action == 2:
        holder[key] = _copied(_at(tree, dice.choice(routes)))
    elif action == 3 and isinstance(holder, list):
        holder.insert(dice.randrange(len(holder) + 1), _copied(holder[key]))
    elif action == 4 and isinstance(holder, list):
        dice.shuffle(holder)
    elif isinstance(holder, dict):
        holder[dice.choice(NAMES)] = _copied(holder.pop(key))
    return tree


def _copied(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _copied(value) for key, value in node.items()}
    return [_copied(value) for value in node] if isinstance(node, list) else node


# --- texts: JSON, events, ids ----------------------------------------------------------------------------------------


def _text(text: str, dice: random.Random) -> str:
    """A text with its JSON, its events, its ids or its characters changed."""
    if text.lstrip()[:1] in ("{", "[") and dice.random() < 0.8:
        try:
            return json.dumps(_changed(json.loads(text), dice), default=repr, ensure_ascii=dice.random() < 0.5)
        except (ValueError, RecursionError):
            pass
    if ("data:" in text or "event:" in text) and dice.random() < 0.8:
        return _events(text, dice)
    ids = sorted(set(_ID.findall(text)))
    if ids and dice.random() < 0.5:
        return text.replace(dice.choice(ids), dice.choice([*ids, "call_1", "call_2", "chatcmpl-1", "x"]))
    at = dice.randrange(len(text) + 1)
    end = min(len(text), at + dice.choice((0, 0, 1, 3, 20)))
    new = dice.choice([each for each in STRANGE if isinstance(each, str)])
    return text[:at] + new + text[end:]


def _events(text: str, dice: random.Random) -> str:
    blocks = [block for block in _BLOCKS.split(text) if block]
    at = dice.randrange(len(blocks)) if blocks else 0
    action = dice.randrange(6)
    if not blocks or action == 0:
        return text + dice.choice(
            (": comment\n\n", "data: [DONE]\n\n", "event: ping\ndata: {}\n\n", "id: \n\n", "retry: x\n")
        )
    if action == 1:
        del blocks[at]
    elif action == 2:
        blocks.insert(dice.randrange(len(blocks) + 1), blocks[at])
    elif action == 3:
        blocks = [*blocks[:at], blocks[at][: dice.randrange(len(blocks[at]) + 1)]]
    elif action == 4:
        blocks[at] = blocks[at].replace("\n", dice.choice(("\r\n", "\r", "\n\n", "\n")))
    else:
        head, colon, data = blocks[at].partition("data:")
        body = data.strip()
        blocks[at] = f"{head}{colon} {_text(body, dice)}\n\n" if body else blocks[at]
    return "".join(blocks)


# --- httprr, and frames of event streams -----------------------------------------------------------------------------


def _httprr(data: bytes, dice: random.Random) -> bytes | None:
    """A trace with one message changed, and lengths that mostly fit."""
    first, _, rest = data.partition(b"\n")
    pairs: list[list[bytes]] = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        lengths = line.split()
        if len(lengths) != 2 or not all(each.isdigit() and len(each) < 8 for each in lengths):
            return None
        asked, answered = map(int, lengths)
        pairs.append([rest[:asked], rest[asked : asked + answered]])
        rest = rest[asked + answered :]
    if not pairs:
        return None
    pair = dice.choice(pairs)
    side = dice.randrange(2)
    head, blank, body = pair[side].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if dice.random() < 0.5:
        body = _text(body.decode("utf-8", "replace"), dice).encode("utf-8", "replace")
    elif dice.random() < 0.5:
        lines.insert(dice.randrange(len(lines) + 1), dice.choice(lines))
    else:
        at = dice.randrange(len(lines))
        lines[at] = _text(lines[at].decode("utf-8", "replace"), dice).encode("utf-8", "replace")
    pair[side] = b"\r\n".join(lines) + blank + body
    wrong = dice.choice((0,) * 9 + (3,))
    written = (b"%d %d\n%b%b" % (len(one) + wrong, len(other), one, other) for one, other in pairs)
    return b"".join((first, b"\n", *written))


def _is_frames(data: bytes) -> bool:
    return len(data) > 16 and struct.unpack(">I", data[8:12])[0] == crc32(data[:8])


def _frames(data: bytes, dice: random.Random) -> bytes:
    """An event stream of AWS with frames changed, and checksums that fit."""
    frames = []
    at = 0
    while at + 16 <= len(data):
        total, length = struct.unpack(">II", data[at : at + 8])
        if not 16 <= total <= len(data) - at or length > total - 16:
            break
        frames.append([data[at + 12 : at + 12 + length], data[at + 12 + length : at + total - 4]])
        at += total
    if not frames:
        return data
    frame = dice.choice(frames)
    action = dice.randrange(4)
    if action == 0:
        frames.remove(frame)
    elif action == 1:
        frames.insert(dice.randrange(len(frames) + 1), list(frame))
    elif action == 2 and frame[0]:
        spot = dice.randrange(len(frame[0]))
        frame[0] = frame[0][:spot] + bytes((dice.randrange(256),)) + frame[0][spot + 1 :]
    else:
        frame[1] = _text(frame[1].decode("utf-8", "replace"), dice).encode("utf-8", "replace")
    return b"".join(_frame(*each) for each in frames)


def _frame(headers: bytes, payload: bytes) -> bytes:
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    prelude += struct.pack(">I", crc32(prelude))
    message = prelude + headers + payload
    return message + struct.pack(">I", crc32(message))
