"""What scenario a recording is of, and what its model is called: guessed from paths, or said by a pattern."""

from __future__ import annotations

import pytest

from cassette_tools.errors import UsageError
from cassette_tools.scenarios import labels_of, most_asked, parts_by, scenarios_of

CLAUDE, GPT = ("", "claude"), ("", "gpt")


@pytest.mark.parametrize(
    ("paths", "scenarios"),
    [
        (["claude/tool.yaml", "gpt/tool.yaml"], ["tool", "tool"]),
        (["t/tool[claude].yaml"], ["tool"]),
        (["trip/cassette.yaml", "walk/cassette.yaml"], ["trip", "walk"]),
        (["rig/claude/014.yaml"], ["rig/014"]),  # a number names nothing
        (["014.yaml"], ["014"]),
        # what most are is not said; what only the folder tells apart is
        (
            ["plain/claude/tool.yaml", "plain/gpt/tool.yaml", "cached/claude/tool.yaml", "plain/gpt/hello.yaml"],
            ["tool", "tool", "cached/tool", "hello"],
        ),
        # folders that have no model in common are of one scenario, whatever else has to be told apart
        (
            ["a/claude/tool.yaml", "a/claude/hello.yaml", "b/claude/tool.yaml", "c/gpt/tool.yaml"],
            ["tool", "hello", "b/tool", "tool"],
        ),
        (
            ["chat_cached/claude/tool.yaml", "chat/claude/tool.yaml", "c/gpt/hello.yaml"],
            ["chat_cached/tool", "tool", "hello"],
        ),  # the shorter name
        (["a/claude/tool.yaml", "b/claude/tool.yaml", "c/gpt/hello.yaml"], ["a/tool", "b/tool", "hello"]),  # equals
        (["a/claude/cassette.yaml", "b/gpt/cassette.yaml"], ["a", "b"]),
        (["s/claude/tool.yaml", "s/gpt/tool.yaml"], ["tool", "tool"]),  # one scenario and no other
        # two of one model that not even the folder tells apart
        (["x/claude/tool.yaml", "x/claude/tool.json", "x/gpt/hello.yaml"], ["tool", "tool", "hello"]),
    ],
)
def test_a_scenario_is_guessed_from_the_paths(paths: list[str], scenarios: list[str]) -> None:
    assert scenarios_of(paths, [GPT if "gpt" in path else CLAUDE for path in paths]) == scenarios


@pytest.mark.parametrize(
    ("path", "model", "scenario"),
    [
        ("chat_with_openai_gpt-4o_says_hello.yml", ("openai", "gpt-4o"), "chat_with_says_hello"),
        ("chat_with_xai_grok-4-1-fast_says_hello_twice.yml", ("x_ai", "grok-4-1-fast"), "chat_with_says_hello_twice"),
        # a name for what the provider calls otherwise goes as a whole
        ("chat_with_grok-4-1-fast_says_hello.yml", ("x_ai", "grok-4.3"), "chat_with_says_hello"),
        (
            "chat_with_claude-haiku-4-5_says_hello.yml",
            ("aws.bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
            "chat_with_says_hello",
        ),
        # most words are the model's, which has a long name: what is left is the test's
        (
            "vcr/chat_calling_azure_grok-4-1-fast-non-reasoning_takes_object_params.yml",
            ("azure.ai.inference", "grok-4-1-fast-non-reasoning"),
            "chat_calling_takes_object_params",
        ),
        ("tool/azure-gpt-5-mini-eu.yml", ("azure.ai.openai", "gpt-5-mini"), "tool"),
        ("gpt-4o.yml", ("openai", "gpt-4o"), "gpt-4o"),  # there is nothing else
        ("test_openai_moderation.yml", ("openai", "omni-2"), "test_openai_moderation"),  # one word may be the subject
    ],
)
def test_a_name_in_a_name_is_left_out(path: str, model: tuple[str, str], scenario: str) -> None:
    assert scenarios_of([path], [model]) == [scenario]


@pytest.mark.parametrize(
    ("pattern", "path", "parts"),
    [
        (
            "{suite}/{model}/{scenario}.yaml",
            "t/TestA/gpt-5/tool.yaml",
            {"suite": "TestA", "model": "gpt-5", "scenario": "tool"},
        ),
        ("{scenario}.*", "t/tool.yaml", {"scenario": "tool"}),
        ("chat_{provider}_{scenario}.yml", "t/chat_a_b_c.yml", {"provider": "a_b", "scenario": "c"}),
        ("{scenario}/{model}", "t\\tool\\gpt-5", {"scenario": "tool", "model": "gpt-5"}),
        ("x/{scenario}.yaml", "max/tool.yaml", None),  # it begins with a step
        ("{scenario}.yaml", "tool.yml", None),
        ("a+({scenario})", "a+(tool)", {"scenario": "tool"}),  # only * and braces mean something
    ],
)
def test_a_pattern_names_the_parts_of_a_path(pattern: str, path: str, parts: dict[str, str] | None) -> None:
    assert parts_by(pattern)(path) == parts


EXPECTED = (
    "; expected a path with {scenario} in it, and if need be {suite}, {provider} and {model}, such as "
    "'{suite}/{model}/{scenario}.yaml'"
)


@pytest.mark.parametrize(
    ("pattern", "seen"),
    [
        ("*.yaml", ""),
        ("{suite}/{model}.yaml", ""),
        ("{scenario}/{modle}.yaml", ": {modle} is no part"),
        ("{scenario}/{}.yaml", ": {} is no part"),
        ("{scenario}/{scenario}.yaml", ": {scenario} is there twice"),
    ],
)
def test_a_pattern_that_names_no_scenario_is_refused(pattern: str, seen: str) -> None:
    with pytest.raises(UsageError) as caught:
        parts_by(pattern)
    assert str(caught.value) == f"--scenario-from {pattern}{seen}{EXPECTED}"


@pytest.mark.parametrize(
    ("calls", "model"),
    [
        ([], ("", "")),
        ([(GPT, 5), (CLAUDE, 900), (GPT, None)], GPT),
        ([(GPT, 5), (CLAUDE, 900)], CLAUDE),  # a title is made by a small model
    ],
)
def test_who_is_asked(calls: list[tuple[tuple[str, str], int | None]], model: tuple[str, str]) -> None:
    assert most_asked(calls) == model


@pytest.mark.parametrize(
    ("models", "labels"),
    [
        ([("openai", "gpt-4o-2024-08-06"), ("openai", "o3")], ["gpt-4o", "o3"]),
        ([("anthropic", "claude-opus-4-20250514")], ["claude-opus-4"]),
        ([("openai", "gpt-4o-2024-08-06"), ("openai", "gpt-4o")], ["gpt-4o-2024-08-06", "gpt-4o"]),
        ([("openrouter", "z-ai/glm-4.6")], ["glm-4.6"]),
        ([("", "glm"), ("zai", "glm")], ["glm (unknown provider)", "glm (zai)"]),
        ([("unknown", "glm"), ("zai", "glm")], ["glm (unknown provider)", "glm (zai)"]),
        ([("openai", ""), ("unknown", "")], ["openai", "no model"]),
    ],
)
def test_labels(models: list[tuple[str, str]], labels: list[str]) -> None:
    assert list(labels_of(models).values()) == labels
