"""What becomes null or goes is as grave wherever it stands; what a server draws is noise; a cut answer is told once."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, exchange, question, recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift

JOBS = "https://api.openai.com/v1/fine_tuning/jobs"
CLAUDE = "https://api.anthropic.com/v1/messages"
UNKNOWN = "https://example.com/v1/pictures"
SAFE = {"filtered": False, "severity": "safe"}
ALL = {"hate": SAFE, "violence": SAFE}


def told(old: Any, new: Any) -> list[Drift]:
    return [each for each in compare(recording(old), recording(new)).findings if each.level != "noise"]


def job(asked: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    said = {"object": "fine_tuning.job", "id": "ftjob-1", "model": "gpt-9", "status": "queued", **more}
    return exchange({"model": "gpt-9", "training_file": "file-1", **(asked or {})}, said, url=JOBS)


def claude(container: Any) -> dict[str, Any]:
    said = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [{"type": "text", "text": "It is 18 °C."}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 9, "output_tokens": 7},
        "context_management": container,
    }
    return exchange({"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "?"}]}, said,
                    url=CLAUDE)  # fmt: skip


def chat(content: Any, finish: str, filters: Any = None, **settings: Any) -> dict[str, Any]:
    said = answer(content, finish=finish)
    if filters is not None:
        said["choices"][0]["content_filter_results"] = filters
    return exchange(question(**settings), said)


@pytest.mark.parametrize("old", [{}, [], {"a": 1}, [1]])
def test_an_object_or_a_list_that_is_null(old: Any) -> None:
    """Who goes through it fails, were it empty before or not."""
    for sides in ((job(result_files=old), job(result_files=None)), (claude(old), claude(None))):
        assert [(each.level, each.rule) for each in told(*sides)] == [("breaking", "wire-field-nulled")]
        assert [(each.level, each.rule) for each in told(*sides[::-1])] == [("shape", "wire-field-filled")]


def test_an_empty_text_that_is_null_breaks_nobody() -> None:
    """Of words that are not there, APIs send either."""
    assert [each.level for each in told(claude(""), claude(None))] == ["shape"]


def test_all_filters_gone_is_a_field_gone() -> None:
    old, new = chat("It is 18 °C.", "stop", ALL), chat("It is 18 °C.", "stop", {})
    assert [(each.level, each.rule) for each in told(old, new)] == [("breaking", "wire-field-removed")]


def test_which_filters_ran_varies() -> None:
    old, new = chat("It is 18 °C.", "stop", {**ALL, "protected_material_code": SAFE}), chat("It is 18 °C.", "stop", ALL)
    assert [(each.level, each.rule) for each in told(old, new)] == [("shape", "wire-detail-changed")]


@pytest.mark.parametrize("empty", ["", None])
def test_an_answer_that_is_cut_before_its_first_word_is_one_thing(empty: Any) -> None:
    old, new = chat("It is 18 °C.", "stop", ALL), chat(empty, "length", {}, max_tokens=16)
    found = [each for each in told(old, new) if each.origin != "request"]
    assert [(each.level, each.rule) for each in found] == [("breaking", "finish-reason-changed")]
    assert "now ends with length, before any text" in found[0].message
    back = [each for each in told(new, old) if each.origin != "request"]
    assert [(each.level, each.rule) for each in back] == [("behavior", "finish-reason-changed")]


def picture(asked: dict[str, Any], **said: Any) -> dict[str, Any]:
    return exchange({"prompt": "a barn", **asked}, {"picture": {"width": 64, **said}}, url=UNKNOWN)


@pytest.mark.parametrize("make", [job, picture], ids=["a job", "an API that nobody knows"])
def test_a_seed_that_the_server_draws(make: Any) -> None:
    assert told(make({}, seed=17), make({}, seed=4711)) == []
    asked = make({"options": {"seed": 17}}, seed=17), make({"options": {"seed": 17}}, seed=4711)
    assert [each.origin for each in told(*asked)] == ["response"]  # it was asked for
    assert [each.origin for each in told(make({}, seed=17), make({}))] == ["response"]  # noise is a value that differs


def test_values_of_two_objects_are_two_lines() -> None:
    def made(code: str, index: int) -> dict[str, Any]:
        return job(first={"native_finish_reason": code}, second={"index": index})

    lines = [each for each in told(made("a", 1), made("b", 2)) if each.rule == "wire-detail-changed"]
    assert len(lines) == 2
    assert not any("fields changed" in each.message for each in lines)
