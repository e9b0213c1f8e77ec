"""Every answer of the real recordings reads as the vendor's own SDK reads it: of all recordings in `make corpus`, otherwise of
those that are looked at in depth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, chosen, loaded, some

from cassette_tools import normalize
from cassette_tools.errors import CassetteError
from cassette_tools.load import load_source
from cassette_tools.model import Interaction, LLMCall, Reasoning, Recording, Refusal, Text, ToolCall
from cassette_tools.source import Source

from .counts import READ
from .readers import BY_PROVIDER, READERS, Facts


def of_parts(call: LLMCall, kind: type, key: str = "content") -> list[str]:
    return ["".join(getattr(p, key) for p in message.parts if isinstance(p, kind)) for message in call.output_messages]


def canonical(call: LLMCall) -> Facts:
    """The same facts in our model."""
    usage = call.usage
    return {
        "id": call.response_id,
        "model": call.response_model,
        "text": of_parts(call, Text),
        "refusal": of_parts(call, Refusal),
        "reasoning": of_parts(call, Reasoning),
        "tools": [
            [(part.name, part.arguments) for part in message.parts if isinstance(part, ToolCall)]
            for message in call.output_messages
        ],
        "finish": [message.native_finish_reason for message in call.output_messages],
        "usage": usage and (usage.input_tokens, usage.output_tokens, usage.total_tokens),
    }


def reader_of(interaction: Interaction) -> Any:
    """The SDK for an answer, and how it is read; ``None`` where no SDK reads such."""
    call = interaction.llm
    if call is None or call.error is not None or interaction.response.status_code != 200:
        return None
    return BY_PROVIDER.get((call.dialect, call.provider_name)) or READERS.get(call.dialect)


# --- where we do not say what an SDK says ----------------------------------------------------------------------------


def _gateway_counts(theirs: Any, ours: Any) -> bool:
    return theirs["usage"][:1] == ours["usage"][:1] and sum(ours["usage"][:2]) == ours["usage"][2]


def _repeated(theirs: Any, ours: Any) -> bool:
    pairs = zip(theirs["tools"], ours["tools"], strict=True)
    return all(
        [name for name, _ in one] == [name + name for name, _ in other]
        and [args for _, args in one] == [args for _, args in other]
        for one, other in pairs
    )


def _without_arguments(theirs: Any, ours: Any) -> bool:
    plain = [[(name, {} if arguments == "" else arguments) for name, arguments in calls] for calls in theirs["tools"]]
    return bool(plain == ours["tools"])


# By SDK and fact: when it is meant, and why.
CHOSEN = (
    ("openai", "finish", lambda theirs, ours: None not in theirs["finish"] and len(theirs["finish"]) == len(ours["finish"]),
     "a gateway gives the upstream's own word beside it (`native_finish_reason`), which is the native one"),
    ("openai", "usage", _gateway_counts,
     "a server counts reasoning beside the completion, and only its total, or the upstream's own counts, include it"),
    ("openai", "tools", _repeated,
     "a server says a tool's name again in every piece: joined, it is the name of no tool"),
    ("openai", "tools", _without_arguments, "a call without arguments has an empty object of them, as Anthropic's and Google's have"),
)  # fmt: skip
# By SDK and what its error says: why it cannot read what we can.
UNREADABLE = (
    ("openai", "has no attribute 'output'", "the answer is no JSON, and the SDK gives its text"),
    ("openai", "Expecting value: line 1 column 1", "the answer is a page"),
    (
        "google.genai",
        "'int' object has no attribute",
        "a recorder that wrote the numbers of enumerations, as protobuf may",
    ),
    ("cohere", "finish_reason", "the first version of the API, which the current SDK has no type for"),
)


def differences(theirs: Facts, ours: Facts, sdk: str) -> list[str]:
    """What the SDK says otherwise, and no row above explains. Nothing is said in many ways: no choice, null, ``""``."""
    found = []
    for fact in theirs:
        if theirs[fact] == ours[fact] or not (_any(theirs[fact]) or _any(ours[fact])):
            continue
        if not any((row[0], row[1]) == (sdk, fact) and row[2](theirs, ours) for row in CHOSEN):
            found.append(f"{fact}: {theirs[fact]!r:.100} is {ours[fact]!r:.100} here")
    return found


def _any(value: Any) -> bool:
    return any(map(_any, value)) if isinstance(value, list | tuple) else value is not None and value != ""


# --- every recording -------------------------------------------------------------------------------------------------


def recordings(paths: Iterable[Path]) -> Iterator[tuple[Path, Recording]]:
    return ((path, recording) for path in paths if (recording := loaded(path)) is not None)


def judged(found: Iterator[tuple[Path, Recording]]) -> tuple[Counter[tuple[str, str]], list[str]]:
    """How many answers each SDK read and could not read, and what it says otherwise."""
    counts: Counter[tuple[str, str]] = Counter()
    told = []
    for path, recording in found:
        for interaction in recording.interactions:
            reader = reader_of(interaction)
            if reader is None or interaction.llm is None:
                continue
            sdk, read = reader
            where = f"{path.name} {interaction.index} ({sdk})"
            try:
                theirs = read(interaction)
            except Exception as error:  # whatever an SDK raises at what it does not know
                counts[sdk, "unreadable"] += 1
                if not any(name == sdk and words in str(error) for name, words, _why in UNREADABLE):
                    told.append(f"{where}: {type(error).__name__}: {str(error)[:150]}")
                continue
            counts[sdk, "read"] += 1
            told += [f"{where}: {each}" for each in differences(theirs, canonical(interaction.llm), sdk)]
    return counts, told


def is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


needs_sdks = pytest.mark.skipif(
    not all(map(is_there, READ)),
    reason=f"no SDK {', '.join(name for name in READ if not is_there(name))} here; `make peers` installs them",
)


@needs_sdks
@pytest.mark.filterwarnings("ignore")  # what SDKs warn of is theirs
def test_every_answer_reads_as_the_sdk_reads_it(shared: Path) -> None:
    counts, told = judged(recordings(chosen(shared / "corpus")))
    for sdk in READ:
        print(f"{sdk}: {counts[sdk, 'read']} answers read, {counts[sdk, 'unreadable']} that it cannot read")
    assert told == []
    wanted = {sdk: least if THOROUGH else 1 for sdk, (_, least, _) in READ.items()}
    assert {sdk: counts[sdk, "read"] for sdk, least in wanted.items() if counts[sdk, "read"] < least} == {}


@needs_sdks
@pytest.mark.filterwarnings("ignore")
def test_a_normalised_answer_reads_so_too(shared: Path) -> None:
    """Of some recordings that can be normalised."""

    def normalised() -> Iterator[tuple[Path, Recording]]:
        for path, _recording in islice(recordings(chosen(shared / "corpus")), 0, None, 8 if THOROUGH else 3):
            try:
                content = normalize(path.read_bytes(), path=str(path), extend_select=("rechunk",))
                yield path, load_source(Source.from_bytes(content, str(path)))
            except CassetteError:
                continue

    counts, told = judged(normalised())
    assert told == []
    assert sum(counts.values()) >= some(40)


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        ({"text": ["a"], "id": None}, []),
        ({"text": [], "id": ""}, ["text: [] is ['a'] here"]),
        ({"text": ["b"]}, ["text: ['b'] is ['a'] here"]),
        ({"finish": ["stop"]}, []),  # the upstream's word
        ({"finish": [None]}, ["finish: [None] is ['STOP'] here"]),
    ],
)
def test_what_is_compared(theirs: Facts, expected: list[str]) -> None:
    """The judge itself: a difference is one unless a row explains it."""
    assert differences(theirs, {"text": ["a"], "id": None, "finish": ["STOP"]}, "openai") == expected
