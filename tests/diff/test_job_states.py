"""How far a job is: that it is done, or is not, is told, with the requests that ask again; all else is when one looked."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift

GOOGLE = "https://generativelanguage.googleapis.com"
OPENAI = "https://api.openai.com/v1"


def got(url: str, said: dict[str, Any]) -> dict[str, Any]:
    made = exchange("", said, url=url)
    made["request"]["method"] = "GET"
    return made


def google_file(state: str, polls: int = 0) -> list[dict[str, Any]]:
    file = {"name": "files/lyz7nmka9w110", "uri": f"{GOOGLE}/v1beta/files/lyz7nmka9w110", "mimeType": "video/mp4"}
    made = exchange("film", {"file": {**file, "state": state}}, url=f"{GOOGLE}/upload/v1beta/files")
    return [made, *(got(f"{GOOGLE}/v1beta/files/lyz7nmka9w110", {**file, "state": "ACTIVE"}) for _ in range(polls))]


def batch(state: str, polls: int = 0) -> list[dict[str, Any]]:
    job = {"id": "batch_68aa1bb2cc3", "object": "batch", "endpoint": "/v1/responses"}
    made = exchange({"input_file_id": "file-1"}, {**job, "status": state}, url=f"{OPENAI}/batches")
    return [made, *(got(f"{OPENAI}/batches/{job['id']}", {**job, "status": "completed"}) for _ in range(polls))]


def told(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[Drift]:
    return [each for each in compare(recording(*old), recording(*new)).findings if each.level != "noise"]


STATES = (
    (google_file, "ACTIVE", "PROCESSING", "behavior", "it cannot be used yet"),
    (batch, "completed", "in_progress", "behavior", "it has no result yet"),
    (batch, "completed", "queued", "behavior", "it has not begun"),
    (batch, "queued", "in_progress", "cosmetic", "on its way with both"),
    (batch, "validating", "finalizing", "cosmetic", "on its way with both"),
)


@pytest.mark.parametrize(("make", "old", "new", "level", "why"), STATES, ids=[f"{r[1]} {r[2]}" for r in STATES])
def test_how_far_a_job_is(make: Any, old: str, new: str, level: str, why: str) -> None:
    for sides in ((old, new), (new, old)):
        found = told(*(make(state) for state in sides))
        assert [(each.level, each.rule) for each in found] == [(level, "job-state-changed")], why


@pytest.mark.parametrize(
    ("make", "done", "going"), [(google_file, "ACTIVE", "PROCESSING"), (batch, "completed", "queued")]
)
@pytest.mark.parametrize("polls", [1, 3])
def test_to_ask_again_follows(make: Any, done: str, going: str, polls: int) -> None:
    ready, waited = make(done), make(going, polls)
    for sides in ((ready, waited), (waited, ready)):
        [found] = told(*sides)
        assert (found.level, found.rule) == ("behavior", "job-state-changed")
        assert "folded: requests" in found.message


def test_a_request_for_something_else_follows_from_nothing() -> None:
    other = got(f"{GOOGLE}/v1beta/files/zz9yy8xx7ww6", {"name": "files/zz9yy8xx7ww6", "state": "ACTIVE"})
    found = told(google_file("ACTIVE"), [*google_file("PROCESSING"), other])
    assert {each.rule for each in found} == {"job-state-changed", "interaction-added"}
