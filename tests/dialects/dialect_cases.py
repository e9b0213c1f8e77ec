"""What the tests of all dialects share: their samples, the real calls, arbitrary JSON, and streams that are cut."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effort import SHARED, files, loaded
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.dialects import DIALECTS, Dialect, Folded
from cassette_tools.load import load
from cassette_tools.model import ABSENT, Body, Event, Interaction, LLMCall, Reasoning, Refusal, Text, ToolCall

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples" / "dialects"
PAIR = (("streaming.yaml", "plain.yaml"), ("streaming.yaml", "non_streaming.yaml"))


def folder_of(dialect: Dialect) -> Path:
    """Its samples: in a folder of its name, or, where a module registers several dialects, of the module's."""
    own = SAMPLES / dialect.name.replace(".", "_")
    return own if own.is_dir() else SAMPLES / dialect.recognize.__module__.rpartition(".")[2].lstrip("_")


def calls_in(path: Path) -> list[Interaction]:
    """The calls of a recording, which a test may change as it likes."""
    return [each for each in load(str(path)).interactions if each.llm is not None]


@cache
def sample_calls() -> tuple[tuple[str, Interaction], ...]:
    return tuple((str(path.relative_to(SAMPLES)), each) for path in files(SAMPLES) for each in calls_in(path))


@cache
def real_calls() -> tuple[tuple[str, Interaction], ...]:
    """Every call of the shared corpus."""
    readable = [(path, recording) for path in files(SHARED / "corpus") if (recording := loaded(path))]
    return tuple(
        (str(path.relative_to(SHARED)), each)
        for path, recording in readable
        for each in recording.interactions
        if each.llm is not None
    )


def decoded(dialect: Dialect, interaction: Interaction) -> LLMCall:
    """What one dialect makes of an interaction, as the loader would ask it."""
    body = interaction.response.body
    folded = dialect.fold(body.events) if body.stream else Folded(body=body.json)
    call = dialect.decode(interaction, folded)
    assert repr(call)
    return call


def of(dialect: Dialect, calls: tuple[tuple[str, Interaction], ...]) -> list[tuple[str, Interaction]]:
    return [(name, each) for name, each in calls if each.llm is not None and each.llm.dialect == dialect.name]


# --- arbitrary JSON ---------------------------------------------------------------------------------------------------

STRANGE = (None, 0, -1, True, 1e999, "", "x", [], [None], [[]], {}, {"x": None}, [{}], {"type": "text"}, 10**30)


def documents(interaction: Interaction) -> list[Any]:
    body = interaction.response.body
    every = (interaction.request.body.json, body.json, *(event.json for event in body.events))
    return [document for document in every if document is not ABSENT]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every member of a document, as its parent and its key."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(members):
        yield value, key
        yield from places(inner)


def words_of(dialect: Dialect) -> tuple[list[str], list[str]]:
    """The keys and the short strings of a dialect's samples, so that arbitrary JSON gets everywhere."""
    keys: dict[str, None] = {"error": None}
    words: dict[str, None] = {"": None}
    for _name, interaction in of(dialect, sample_calls()):
        for document in documents(interaction):
            for parent, key in places(document):
                if isinstance(parent, dict):
                    keys[key] = None
                inner = parent[key]
                if isinstance(inner, str) and len(inner) < 40:
                    words[inner] = None
    return list(keys), list(words)


@cache
def anything(name: str) -> st.SearchStrategy[Any]:
    """JSON of the words that a dialect knows, in any order."""
    keys, words = words_of(DIALECTS[name])
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(min_value=-(2**70), max_value=2**70),
        st.floats(),
        st.sampled_from(words),
        st.text(max_size=6),
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.one_of(st.sampled_from(keys), st.text(max_size=3)), inner, max_size=4),
        ),
        max_leaves=14,
    )


# --- streams that are cut ---------------------------------------------------------------------------------------------


def cuts_of(interaction: Interaction, most: int = 16) -> list[int]:
    """After how many events to cut: after each of a short stream, at some places of a long one."""
    count = len(interaction.response.body.events)
    if count <= most:
        return list(range(count + 1))
    return sorted({0, 1, 2, *(count * eighth // 8 for eighth in range(1, 8)), count - 2, count - 1, count})


def cut_after(interaction: Interaction, events: int) -> Interaction:
    """The interaction as it would have been recorded, had the connection broken."""
    body = interaction.response.body
    if events >= len(body.events):
        return interaction
    last = body.events[events - 1] if events else None
    end = 0 if last is None else last.offset + len(last.data)
    text = None if body.text is None else body.text[:end]
    comments = tuple(each for each in body.comments if each.offset < end)
    shorter: Body = replace(body, events=body.events[:events], text=text, comments=comments)
    return replace(interaction, response=replace(interaction.response, body=shorter))


def events_of(values: list[Any], names: list[str | None]) -> tuple[Event, ...]:
    return tuple(
        Event(event=name, data="?" if value is ABSENT else repr(value), offset=0, json=value)
        for value, name in zip(values, names, strict=False)
    )


def said(call: LLMCall) -> dict[tuple[int, str], list[str]]:
    """Choice by choice, and kind by kind, the strings that a stream says piece by piece."""
    strings: dict[tuple[int, str], list[str]] = {}
    for message in call.output_messages:
        for part in message.parts:
            if isinstance(part, Text | Refusal | Reasoning):
                strings.setdefault((message.index, part.type), []).append(part.content)
            elif isinstance(part, ToolCall):
                strings.setdefault((message.index, part.type), []).append(f"{part.name}({_arguments(part)}")
    return strings


def _arguments(call: ToolCall) -> str:
    """The arguments as text, without whitespace: a dialect that has an object has a string while it is cut."""
    if call.raw_arguments is not None:
        return "".join(call.raw_arguments.split())
    if call.arguments == {}:
        return ""
    return "".join(json.dumps(call.arguments, ensure_ascii=False).split())


def is_beginning(short: list[str], long: list[str]) -> bool:
    """Whether the strings are the first of the others, the last of them perhaps only begun."""
    if len(short) > len(long):
        return False
    return all(a == b for a, b in zip(short[:-1], long, strict=False)) and all(
        b.startswith(a) for a, b in zip(short, long, strict=False)
    )
