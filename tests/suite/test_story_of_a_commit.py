"""A commit as a maintainer makes it, with edits whose number is known: the whole story, line by line."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from made_suites import asked, exchange, write

from cassette_tools.cli import main

SCENARIOS = ("add", "ask", "greet", "list", "multiply", "plan", "read", "search", "sum", "write")
MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o3", "o4-mini")
BEFORE, AFTER = "You are a helpful assistant. Always name your source.", "You are a helpful assistant."


def answered(model: str, text: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2, "total_tokens": 12},
    }


def recorded(path: str, model: str, scenario: str, *, system: str = BEFORE, agent: str, code: int = 200) -> None:
    """One recording of one call. A failure is what the provider answers that is too busy."""
    messages = [{"role": "system", "content": system}, {"role": "user", "content": f"Please {scenario} for me, Ada."}]
    failure = {"error": {"type": "overloaded_error", "message": "Overloaded"}}
    answer = answered(model, f"This is how one can {scenario}.") if code == 200 else failure
    made = exchange(asked(model=model, messages=messages), answer, code=code)
    made["request"]["headers"]["User-Agent"] = [agent]
    write(path, made)


@pytest.fixture
def commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """60 recordings, then a commit: a sentence leaves the prompt of 40, another model answers 10, the SDK is a new one
    in all, 3 are deleted, 2 are renamed, and 1 fails.
    """
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    monkeypatch.chdir(tmp_path)
    every = [(scenario, model) for model in MODELS for scenario in SCENARIOS]
    for scenario, model in every:
        recorded(f"cassettes/{model}/{scenario}.yaml", model, scenario, agent="OpenAI/Go 2.3.0")
    commit("before")
    for number, (scenario, model) in enumerate(every):
        recorded(
            f"cassettes/{model}/{scenario}.yaml",
            "o4-mini-high" if model == "o4-mini" else model,
            scenario,
            system=AFTER if number < 40 else BEFORE,
            agent="OpenAI/Go 2.7.1",
            code=529 if (scenario, model) == ("plan", "o3") else 200,
        )
    for scenario in ("add", "ask", "greet"):
        Path(f"cassettes/o3/{scenario}.yaml").unlink()
    for scenario in ("read", "search"):
        Path(f"cassettes/gpt-4o/{scenario}.yaml").rename(f"cassettes/gpt-4o/{scenario}_a_file.yaml")
    commit("after")
    return tmp_path


def commit(name: str) -> None:
    if name == "before":
        subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", *who, "commit", "-q", "-m", name], check=True)
    subprocess.run(["git", "tag", name], check=True)


def told(capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    assert main(["diff", "before..after", *options]) == 1
    return capsys.readouterr().out.splitlines()


STORY = """\
before → after: 57 recordings compared, each by its gravest change: 1 breaking, 50 behavior, 6
without drift; 3 removed, 2 renamed (read.yaml → read_a_file.yaml, search.yaml → search_a_file.yaml)

breaking (a client that worked with the old recording can fail on the new)
   1×  plan of o3: status 200 became 529; the call now fails: Overloaded (overloaded_error)
behavior (the same contract, other behaviour)
  40×  the system prompt lost "Always name your source." (of 4 models)
  10×  model o4-mini became o4-mini-high (all of o4-mini-high)
recordings (only one side has them)
   3×  the recording is gone (cassettes/o3)

the gravest change of each recording (X breaking, b behavior, · at most cosmetic)
                add ask greet list multiply plan read read_a_file search search_a_file sum write
  gpt-4.1       b   b   b     b    b        b    b                b                    b   b
  gpt-4.1-mini  b   b   b     b    b        b    b                b                    b   b
  gpt-4o        b   b   b     b    b        b         b                  b             b   b
  gpt-4o-mini   b   b   b     b    b        b    b                b                    b   b
  o3                          ·    ·        X    ·                ·                    ·   ·
  o4-mini-high  b   b   b     b    b        b    b                b                    b   b

SDK: OpenAI/Go 2.3.0 → 2.7.1
tokens in 560, as before, out 112, as before; not in the sums: 1 recording that now fails
54 changes in all: 1 breaking, 53 behavior; not shown: 74 noise
--show-all tells each recording in full
"""


def test_the_story_is_that_of_the_commit(commits: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each edit is one line with its number, the SDK one of the sums; nothing else is told."""
    assert told(capsys) == STORY.splitlines()
