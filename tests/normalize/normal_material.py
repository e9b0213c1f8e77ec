"""Recordings to normalise, and others that differ from them in noise alone."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from effort import chosen, loaded

from cassette_tools.data.normal import REPAIRS, STEPS
from cassette_tools.errors import NotRewritable
from cassette_tools.formats import FORMATS
from cassette_tools.load import load_source
from cassette_tools.model import Recording, ToolCall, ToolCallResponse
from cassette_tools.normalize import Settings, normalized
from cassette_tools.source import Source
from cassette_tools.source.json_tree import find_exactly
from cassette_tools.source.rewrite import Rewriting

USUAL = frozenset(step.name for step in STEPS if step.default)
CANONICAL = USUAL | {"rechunk"}
ALL = frozenset(step.name for step in STEPS) - {"headers"} - REPAIRS


def rewritten(content: bytes, steps: frozenset[str] = USUAL, *, path: str = "a.yaml", requests: bool = False) -> bytes:
    return normalized(Source.from_bytes(content, path), Settings(steps=steps, requests=requests)).content


def read(content: bytes, path: str = "a.yaml") -> Recording:
    return load_source(Source.from_bytes(content, path))


@cache
def real(folder: Path) -> tuple[Path, ...]:
    """The chosen real recordings of a format that can be normalised."""
    return tuple(path for path in chosen(folder) if _can_be_normalized(path))


def _can_be_normalized(path: Path) -> bool:
    recording = loaded(path)
    return recording is not None and FORMATS[recording.format].noted is not None


# --- the same again, with other ids, times and chunks ----------------------------------------------------------------


def made_anew(content: bytes, path: str, dice: random.Random) -> bytes | None:
    """The recording as if it had been recorded again: ids renamed, times moved, streams cut otherwise. ``None`` where
    the file is spelled so that this cannot be done to its text.
    """
    recording = read(content, path)
    text = content.decode("utf-8")
    for old in sorted(_ids(recording), key=lambda each: (-len(each), each)):
        tail = "".join(dice.choice("abcdefghkmnpqrstuvwxyz23456789") for _ in range(9)) + "7"
        text = text.replace(old, old[:-10] + tail)
    shift = dice.randrange(1_000, 20_000_000)
    text = re.sub(
        r'("(?:created|[a-z_]+_at)"\s*:\s*)(1[67]\d{8})\b', lambda found: f"{found[1]}{int(found[2]) + shift}", text
    )
    text = re.sub(
        r"(?m)^( +duration: )[1-9][\d.]*(m?s)$", lambda found: f"{found[1]}{dice.randrange(1, 900)}{found[2]}", text
    )
    try:
        return _recut(text.encode("utf-8"), path, dice)
    except NotRewritable:
        return None


def _ids(recording: Recording) -> set[str]:
    found: set[str | None] = set()
    for each in recording.interactions:
        if each.llm is not None and each.response.body.verbatim:
            found.add(each.llm.response_id)
            for message in each.llm.output_messages:
                found.update(part.id for part in message.parts if isinstance(part, ToolCall | ToolCallResponse))
    return {
        each for each in found if each is not None and len(each) > 16 and re.fullmatch(r"[a-zA-Z]+[-_][\w-]+", each)
    }


def _recut(content: bytes, path: str, dice: random.Random) -> bytes:
    source = Source.from_bytes(content, path)
    recording = load_source(source)
    file = Rewriting(source)
    for interaction in recording.interactions:
        body = interaction.response.body
        if body.stream == "sse" and body.verbatim and body.text and not body.problems and interaction.llm is not None:
            new = "".join(_blocks(body.text, dice))
            if new != body.text:
                file.put(body.route, new)
    return content if file.is_empty else file.content()


PIECES = (("choices", 0, "delta", "content"), ("delta", "text"), ("delta", "partial_json"), ("delta", "thinking"))


def _blocks(text: str, dice: random.Random) -> Iterator[str]:
    """The blocks of a stream, some of them cut in two: the same bytes around another piece of the string."""
    for block in re.split(r"(?<=\n\n)", text):
        start = block.find("{")
        whole = _piece(block, start) if start >= 0 and block.count("\ndata:") + block.startswith("data:") == 1 else None
        if whole is None or dice.random() < 0.5:
            yield block
            continue
        first, last = whole
        safe = [at for at in range(first + 2, last - 1) if "\\" not in block[max(first, at - 12) : at]]
        if not safe:
            yield block
            continue
        at = dice.choice(safe)
        yield f'{block[:at]}"{block[last:]}'
        yield f"{block[: first + 1]}{block[at:]}"


def _piece(block: str, start: int) -> tuple[int, int] | None:
    if '"finish_reason":"' in block or '"logprobs":{' in block or '"usage":{' in block:
        return None
    for way in PIECES:
        span = find_exactly(block, way, start)
        if span is not None and block[span.start] == '"' and span.end - span.start > 4:
            return span.start, span.end
    return None
