"""One scenario over many providers: `cross-provider` reports what was said otherwise, and nothing that is only spelled
otherwise.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

import pytest
from effort import THOROUGH, loaded

from cassette_tools.data.drift import CROSS_PROVIDER, JUDGEMENTS
from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

if TYPE_CHECKING:
    from pathlib import Path

    from cassette_tools.finding import Drift
    from cassette_tools.model import Recording

# Each is recorded with many models, streamed and whole; the client asks the same of all of them.
SCENARIOS = ("simple", "tool", "multi_tool")

# What may be reported between two of them, and of which it is a fact: (rule, the end of its path, why).
MAY_DIFFER: tuple[tuple[str, str, str], ...] = (
    ("request-parameter-changed", "request.model", "another model is asked: that is the point"),
    ("response-model-changed", "response.model", "the same name is another snapshot elsewhere"),
    ("request-field-added", "request.body.store", "one of OpenAI's APIs is told not to keep answers"),
    ("request-field-removed", "request.body.store", "one of OpenAI's APIs is told not to keep answers"),
    (
        "request-field-renamed",
        "request.max_completion_tokens",
        "one API of one provider: models that think refuse the older name",
    ),
    ("request-field-renamed", "request.max_tokens", "one API of one provider: models that think refuse the older name"),
    ("dialect-changed", "response.dialect", "one vendor answers at several addresses, in several ways"),
    ("usage-changed", "response.usage", "every vendor counts tokens of its own"),
    ("cost-changed", "response.usage.cost", "every vendor has its own prices"),
    ("reasoning-appeared", ".reasoning", "some models think aloud"),
    ("reasoning-vanished", ".reasoning", "some models think aloud"),
    ("text-reworded", ".text", "every model has its own words"),
    ("text-changed", ".text", "one says hi, another lists all ways to say it"),
    ("text-whitespace-changed", ".text", "every model has its own words"),
    ("text-facts-changed", ".text", "some convert to Celsius, or add a remark"),
    ("text-appeared", ".text", "some models say what they will do before they call a tool"),
    ("text-vanished", ".text", "some models say what they will do before they call a tool"),
    ("tool-arguments-changed", ".arguments", "the same place is formatted differently"),
    ("request-field-added", ".functionCall.id", "the client makes ids up for Gemini, and none for Vertex"),
    ("request-field-removed", ".functionCall.id", "the client makes ids up for Gemini, and none for Vertex"),
)


@cache
def recordings(folder: Path) -> dict[str, list[tuple[str, Recording]]]:
    """The recordings of each scenario by its name, streamed ones apart."""
    found: dict[str, list[tuple[str, Recording]]] = defaultdict(list)
    names = {f"{name}{mode}" for name in SCENARIOS for mode in ("", "_streaming")}
    for path in sorted(folder.rglob("*.yaml")):
        if path.stem in names:
            recording = loaded(path)
            assert recording is not None
            found[path.stem].append((str(path.relative_to(folder)), recording))
    return found


@pytest.fixture
def fantasy(shared: Path) -> dict[str, list[tuple[str, Recording]]]:
    return recordings(shared / "corpus" / "charmbracelet__fantasy" / "providertests" / "testdata")


def loud(old: Recording, new: Recording) -> list[Drift]:
    return [each for each in compare(old, new, profile=CROSS_PROVIDER).findings if each.level != "noise"]


def is_allowed(finding: Drift) -> bool:
    return any(finding.rule == rule and finding.path.endswith(end) for rule, end, _reason in MAY_DIFFER)


def test_every_dialect_is_among_them(fantasy: dict[str, list[tuple[str, Recording]]]) -> None:
    calls = [each.llm for found in fantasy.values() for _, recording in found for each in recording.interactions]
    assert {None if call is None else call.dialect for call in calls} == {
        "anthropic.messages",
        "gemini.generate_content",
        "openai.chat",
        "openai.responses",
    }


@pytest.mark.parametrize("mode", ["", "_streaming"], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_any_two_providers(fantasy: dict[str, list[tuple[str, Recording]]], name: str, mode: str) -> None:
    found = fantasy[name + mode]
    assert len(found) > 9
    wrong: list[Any] = []
    ring = pairwise((*found, found[0]))  # each with its neighbours; the thorough run takes each with each
    for (old_name, old), (new_name, new) in permutations(found, 2) if THOROUGH else ring:
        wrong += [
            (old_name, new_name, each.rule, each.path, each.message) for each in loud(old, new) if not is_allowed(each)
        ]
    assert wrong[:20] == []


def test_a_stream_and_the_whole_answer_of_another(fantasy: dict[str, list[tuple[str, Recording]]]) -> None:
    """Then the mode is reported, which a client must know; and still nothing that is only spelled otherwise."""
    for name in ("simple", "tool"):  # the streamed multi_tool has another prompt
        for (_, old), (_, new) in zip(fantasy[name], reversed(fantasy[f"{name}_streaming"]), strict=False):
            others = [each for each in loud(old, new) if not is_allowed(each)]
            assert {each.rule for each in others} == {"stream-mode-changed"}


def test_the_table_speaks_of_rules() -> None:
    known = {row.name for row in JUDGEMENTS if CROSS_PROVIDER in row.profiles}
    assert [row for row in MAY_DIFFER if row[0] not in known or not row[2].strip()] == []


# --- which recordings are of two providers ---------------------------------------------------------------------------

CHAT, COHERE = "https://api.openai.com/v1/chat/completions", "https://api.cohere.com/v2/rerank"
AZURE = "https://acme.openai.azure.com/openai/deployments/d/chat/completions"
LOCAL = "http://localhost:11434/v1/chat/completions"


@pytest.mark.parametrize(
    ("url", "old", "new", "profile", "why"),
    [
        (CHAT, "gpt-9", "ft:gpt-9:acme::a1b2", "rerecord", "tuned from the same"),
        (CHAT, "gpt-9", "computer-use-preview", "rerecord", "a name that says nothing of its vendor"),
        (CHAT, "gpt-9", "no such model", "rerecord", "a name that was mistyped"),
        (AZURE, "first-deployment", "other-deployment", "rerecord", "names that somebody gave"),
        (LOCAL, "llama3", "tinydolphin", "rerecord", "a name that says nothing of its vendor"),
        (COHERE, "rerank-english-v3.0", "rerank-multilingual-v2.0", "rerecord", "two lines of one vendor"),
        (CHAT, "gpt-9", "claude-9", "cross-provider", "two vendors that are known"),
        (LOCAL, "llama3", "gemma3:1b", "cross-provider", "two vendors that are known"),
    ],
)
def test_another_vendor_is_one_that_is_known(url: str, old: str, new: str, profile: str, why: str) -> None:
    sides = (recording(exchange(question(model=model), answer("Warm."), url=url)) for model in (old, new))
    assert compare(*sides).profile == profile, why


ANTHROPIC = "https://api.anthropic.com/v1/messages"


def gpt(**settings: Any) -> Recording:
    return recording(exchange({"model": "gpt-9", "messages": MESSAGES, **settings}, answer("Warm.")))


def claude(**settings: Any) -> Recording:
    content = [{"type": "text", "text": "Warm."}]
    said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": content}
    asked = {"model": "claude-9", "max_tokens": 400, "messages": MESSAGES, **settings}
    return recording(exchange(asked, {**said, "stop_reason": "end_turn"}, url=ANTHROPIC))


MESSAGES = [{"role": "user", "content": "How warm is it?"}]


@pytest.mark.parametrize(
    ("settings", "told", "why"),
    [
        ({}, [], "Anthropic wants a limit in every call"),
        ({"temperature": 0.2}, ["request-field-removed"], "both know it"),
        ({"stop": ["END"]}, ["request-field-removed"], "both know it"),
        ({"seed": 7}, [], "Anthropic has none"),
        ({"tool_choice": "auto"}, [], "it says what holds without it"),
        ({"tool_choice": "required"}, ["request-field-removed"], "both know it"),
        ({"service_tier": "flex"}, [], "every vendor sells tiers of its own"),
        ({"max_tokens": 300}, ["request-parameter-changed"], "another limit"),
    ],
)
def test_a_setting_that_only_one_provider_is_asked_for(settings: dict[str, Any], told: list[str], why: str) -> None:
    found = [each for each in compare(gpt(**settings), claude()).findings if each.level == "behavior"]
    rules = [each.rule for each in found if each.path.startswith("request.parameters", len("interactions[0]."))]
    assert rules == told, why


def test_what_is_not_told_is_no_cause() -> None:
    found = compare(gpt(service_tier="flex", seed=7), claude()).findings
    assert [each.evidence for each in found if "flex" in each.evidence or "seed" in each.evidence] == []


def test_one_provider_has_one_way_to_fail() -> None:
    def failed(model: str, kind: str) -> Recording:
        error = {"type": "error", "error": {"type": kind, "message": f"{kind}: {model}"}}
        asked = {"model": model, "max_tokens": 9, "messages": MESSAGES}
        return recording(exchange(asked, error, status=400, url=ANTHROPIC))

    found = compare(failed("claude-9", "authentication_error"), failed("gpt-9", "not_found_error"))
    assert found.profile == CROSS_PROVIDER
    assert "error-changed" in {each.rule for each in found.findings if each.level != "noise"}
