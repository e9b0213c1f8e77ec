"""Our token counts against those of `genai-prices`, which reads many providers' usage by the same definition: input
includes cached tokens, output reasoning.

It must be told the API's flavour, raises where a count is missing or contradicts another, and does not know every host.
"""

from __future__ import annotations

import warnings
from collections import Counter
from typing import Any

import pytest
from dialect_cases import real_calls

from cassette_tools.data.endpoints import provider_for
from cassette_tools.model import Interaction, Usage

genai_prices = pytest.importorskip("genai_prices", reason="the extra `prices` is not installed")

# Which of the flavours of a provider reads a dialect, the first that it has. No row: the package does not read it.
FLAVORS: dict[str, tuple[str, ...]] = {
    "openai.chat": ("chat", "default"),
    "openai.responses": ("responses",),
    "openai.embeddings": ("embeddings",),
    "anthropic.messages": ("anthropic", "default"),
    "gemini.generate_content": ("default",),
    "bedrock.converse": ("default",),
    "cohere.chat": ("tokens",),
}

# How many of the real calls the two read at least: so that a silent failure of either is seen.
FEWEST = {
    "anthropic.messages": 90,
    "bedrock.converse": 8,
    "cohere.chat": 15,
    "gemini.generate_content": 80,
    "openai.chat": 140,
    "openai.responses": 85,
}

# Our counts, and the package's names for them. It leaves out counts of 0.
COUNTS = (
    ("input_tokens", "input_tokens"),
    ("output_tokens", "output_tokens"),
    ("cache_read_input_tokens", "cache_read_tokens"),
    ("cache_creation_input_tokens", "cache_write_tokens"),
)

# (dialect, provider, count, why the two differ). An empty provider stands for any.
DIFFERENCES: tuple[tuple[str, str, str, str], ...] = ()

# Provider ids for URLs that say nothing: `None` where the package would guess.
_UNREADABLE = (LookupError, ValueError, TypeError, AttributeError)


def _theirs(interaction: Interaction) -> Any:
    call = interaction.llm
    assert call is not None
    for flavor in FLAVORS.get(call.dialect, ()):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = genai_prices.extract_usage(
                    call.body, provider_api_url=interaction.request.url, api_flavor=flavor
                )
        except _UNREADABLE:
            continue
        return found.usage
    return None


def _differences(ours: Usage, theirs: Any) -> dict[str, tuple[int, int]]:
    pairs = {name: (getattr(ours, name) or 0, getattr(theirs, other, None) or 0) for name, other in COUNTS}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def test_counts_are_those_of_the_package(shared: Any) -> None:
    compared: Counter[str] = Counter()
    known = {(dialect, provider, count) for dialect, provider, count, _reason in DIFFERENCES}
    met = set()
    unlike = []
    for name, each in real_calls():
        call = each.llm
        if call is None or call.usage is None:
            continue
        theirs = _theirs(each)
        if theirs is None:
            continue
        compared[call.dialect] += 1
        provider = provider_for(each.request.url, {})
        for count, pair in _differences(call.usage, theirs).items():
            rows = known & {(call.dialect, provider, count), (call.dialect, "", count)}
            met |= rows
            if not rows:
                unlike.append((name, call.dialect, provider, count, pair))
    assert unlike == []
    assert known - met == set()  # every row is needed
    assert {name: count for name, count in compared.items() if count < FEWEST.get(name, 1)} == {}
    assert set(FEWEST) <= set(compared) <= set(FLAVORS)


def test_every_difference_has_a_reason() -> None:
    assert [row for row in DIFFERENCES if not row[3].strip()] == []
