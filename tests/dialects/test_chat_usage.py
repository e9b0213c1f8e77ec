"""Token counts of the chat dialect's providers, brought to one definition."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.data.usage import COSTS, COUNTERS, EXCLUSIVE, UPSTREAM
from cassette_tools.decoding.usage import usage_of
from cassette_tools.model import Problem, Usage


def counted(native: Any, provider: str = "openai", message: Any = None) -> tuple[Usage | None, tuple[Problem, ...]]:
    return usage_of(native, dialect="openai.chat", provider=provider, message=message)


def wire(prompt: int, completion: int, total: int | None, reasoning: int | None = None, **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total, **more}
    if reasoning is not None:
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return usage


GEMINI = {"promptTokenCount": 9, "candidatesTokenCount": 35, "thoughtsTokenCount": 20, "totalTokenCount": 64}

# provider, usage of the wire, message, input, output, total, reasoning
COUNTS = [
    ("openai", wire(19, 93, 112, 64), None, (19, 93, 112, 64)),
    ("openai", wire(19, 93, 112), None, (19, 93, 112, None)),
    ("openai", wire(19, 93, None), None, (19, 93, 112, None)),
    ("openai", {"prompt_tokens": 5}, None, (5, None, None, None)),
    ("openai", {"prompt_tokens": 0, "completion_tokens": 0}, None, (0, 0, 0, None)),
    ("openai", {"prompt_tokens": "5", "completion_tokens": True, "total_tokens": 5.0}, None, (None, None, 5, None)),
    ("x_ai", wire(10, 5, 35, 20), None, (10, 25, 35, 20)),
    ("x_ai", wire(10, 5, None, 20), None, (10, 25, 35, 20)),
    ("x_ai", wire(10, 25, 35, 20), None, (10, 25, 35, 20)),
    ("proxy.example.com", wire(10, 5, 35, 20), None, (10, 25, 35, 20)),
    ("mistral_ai", wire(10, 5, 115, prompt_tokens_details={"audio_tokens": 100}), None, (110, 5, 115, None)),
    ("mistral_ai", wire(10, 5, 15, prompt_tokens_details={"audio_tokens": 3}), None, (10, 5, 15, None)),
    # The same sums of a provider that the row does not speak of, and with no total to tell.
    ("openai", wire(10, 5, 115, prompt_tokens_details={"audio_tokens": 100}), None, (10, 5, 115, None)),
    ("openai", wire(10, 5, None, 4), None, (10, 5, 15, 4)),
    ("gcp.gemini", wire(10, 5, 65), None, (10, 55, 65, 50)),
    ("openai", wire(10, 5, 65), None, (10, 5, 65, None)),
    (
        "proxy.example.com",
        wire(3, 5, 108, cache_read_input_tokens=60, cache_creation_input_tokens=40),
        None,
        (103, 5, 108, None),
    ),
    ("vercel", wire(9, 35, 44, 20), {"provider_metadata": {"google": {"usageMetadata": GEMINI}}}, (9, 55, 64, 20)),
    ("openrouter", wire(9, 35, 44, 20), {"provider_metadata": {"google": {"usageMetadata": GEMINI}}}, (9, 35, 44, 20)),
]


@pytest.mark.parametrize(("provider", "native", "message", "expected"), COUNTS)
def test_counts(provider: str, native: Any, message: Any, expected: Any) -> None:
    usage, problems = counted(native, provider, message)
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.total_tokens, usage.reasoning_output_tokens) == expected
    assert problems == ()


CACHES = [
    ({"prompt_tokens_details": {"cached_tokens": 3, "cache_write_tokens": 4}}, 3, 4),
    ({"prompt_cache_hit_tokens": 3, "prompt_cache_miss_tokens": 7}, 3, None),
    ({"cached_tokens": 3}, 3, None),
    ({"prompt_tokens_details": {"cached_tokens": 0}, "cache_creation_input_tokens": 9}, 0, 9),
    ({"prompt_tokens_details": None}, None, None),
]


@pytest.mark.parametrize(("more", "read", "created"), CACHES)
def test_caches(more: Any, read: int | None, created: int | None) -> None:
    usage, _ = counted(wire(10, 5, 15, **more))
    assert usage is not None
    assert (usage.cache_read_input_tokens, usage.cache_creation_input_tokens) == (read, created)


MONEY = [
    ({"cost": 0.000153}, 0.000153),
    ({"cost": 0}, 0.0),
    ({"cost": {"total_cost": 0.005, "request_cost": 0.004}}, 0.005),
    ({"cost": {"usd": 0.2, "hypercredits": 4}}, 0.2),
    ({"cost_in_usd_ticks": 1_572_500}, 0.00015725),
    ({"pydantic_ai_gateway": {"cost_estimate": 0.1}}, 0.1),
    ({"cost": "0.1"}, None),
    ({}, None),
]


@pytest.mark.parametrize(("more", "cost"), MONEY)
def test_cost_in_dollars(more: Any, cost: float | None) -> None:
    usage, _ = counted(wire(1, 1, 2, **more))
    assert usage is not None
    assert usage.cost == cost


def test_what_has_no_name_is_kept() -> None:
    usage, _ = counted(
        wire(10, 5, 15, prompt_tokens_details={"cached_tokens": 1, "audio_tokens": 0}, queue_time=0.5, cached_tokens=2)
    )
    assert usage is not None
    assert usage.extra == {"/prompt_tokens_details/audio_tokens": 0, "/queue_time": 0.5, "/cached_tokens": 2}


def test_the_row_that_stands_first_counts_whatever_the_order_of_the_wire() -> None:
    usage, _ = counted({"cached_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}})
    assert usage is not None
    assert (usage.cache_read_input_tokens, usage.extra) == (1, {"/cached_tokens": 2})


def test_a_part_that_is_more_than_its_whole_is_told() -> None:
    _, problems = counted(wire(5, 3, 8, 9, prompt_tokens_details={"cached_tokens": 7}))
    assert problems == (
        Problem(
            kind="usage-inconsistent",
            message="reasoning_output_tokens (9) is more than output_tokens (3), which is said to include it",
        ),
        Problem(
            kind="usage-inconsistent",
            message="cache_read_input_tokens (7) is more than input_tokens (5), which is said to include it",
        ),
    )


@pytest.mark.parametrize("native", [None, {}, [], "x", 5])
def test_no_usage(native: Any) -> None:
    assert counted(native) == (None, ())


def test_every_row_has_a_reason() -> None:
    assert [row for row in (*COUNTERS, *COSTS, *EXCLUSIVE, *UPSTREAM) if not row.reason.strip()] == []
    assert len({(row.dialect, row.path) for row in COUNTERS}) == len(COUNTERS)
