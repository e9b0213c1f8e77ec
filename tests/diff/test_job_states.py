"""How far a job is: that it is done, or is not, is told, with the requests that ask again; all else is when one looked."""

from __future__ import annotations

from typing import Any

import pytest

from cassette_tools.diff import compare
from tests.diff.drift_cases import exchange, lines, recording

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


# --- how often a client asks -----------------------------------------------------------------------------------------

ANTHROPIC_BATCH = "https://api.anthropic.com/v1/messages/batches/msgbatch_01AbCdEf"
VIDEO = f"{OPENAI}/videos/video_68aa1bb2cc3"
OPERATION = f"{GOOGLE}/v1beta/models/veo-9/operations/k2l3m4n5"


def anthropic_poll(state: str, left: int = 1) -> dict[str, Any]:
    counts = {"processing": left, "succeeded": 1 - left, "errored": 0}
    said = {"id": "msgbatch_01AbCdEf", "type": "message_batch", "request_counts": counts}
    return got(ANTHROPIC_BATCH, {**said, "processing_status": state})


def video_poll(state: str, progress: int = 30) -> dict[str, Any]:
    return got(VIDEO, {"id": "video_68aa1bb2cc3", "object": "video", "status": state, "progress": progress})


def response_poll(state: str) -> dict[str, Any]:
    said = {"id": "resp_68aa1bb2cc3", "object": "response", "model": "gpt-9", "output": [], "background": True}
    return got(f"{OPENAI}/responses/resp_68aa1bb2cc3", {**said, "status": state})


def operation_poll(state: str) -> dict[str, Any]:
    said = {"name": "models/veo-9/operations/k2l3m4n5"}
    return got(OPERATION, {**said, "done": True, "response": {}} if state == "done" else said)


POLLS = (
    (anthropic_poll, "in_progress", "ended"),
    (video_poll, "in_progress", "completed"),
    (response_poll, "queued", "completed"),
    (operation_poll, "going", "done"),
)


@pytest.mark.parametrize(("poll", "going", "done"), POLLS, ids=[row[0].__name__ for row in POLLS])
@pytest.mark.parametrize("more", [1, 3])
def test_to_ask_more_often_is_a_matter_of_when(poll: Any, going: str, done: str, more: int) -> None:
    begun = [poll(going)]
    few, many = [*begun, poll(done)], [*begun, *(poll(going) for _ in range(more)), poll(done)]
    for sides, rule in (((few, many), "interaction-added"), ((many, few), "interaction-removed")):
        assert [(each.level, each.rule) for each in told(*sides)] == [("cosmetic", rule)]


@pytest.mark.parametrize(("fewer", "word"), [(False, "more"), (True, "less")])
def test_how_many_times_more_is_said(fewer: bool, word: str) -> None:
    begun, done = video_poll("in_progress"), video_poll("completed")
    few, many = recording(begun, done), recording(*[begun] * 4, done)
    [(_, _, words)] = lines(many, few) if fewer else lines(few, many)
    assert words.startswith(f"the client asks 3 times {word} how far the job is: GET /v1/videos/video_68aa1bb2cc3")


@pytest.mark.parametrize(("poll", "going", "done"), POLLS, ids=[row[0].__name__ for row in POLLS])
def test_to_ask_for_what_is_done_is_a_request_more(poll: Any, going: str, done: str) -> None:
    once = [poll(going), poll(done)]
    assert [(each.level, each.rule) for each in told(once, [*once, poll(done)])] == [("behavior", "interaction-added")]


def test_a_job_that_is_begun_twice_is_a_request_more() -> None:
    once = batch("in_progress")
    assert [(each.level, each.rule) for each in told(once, once * 2)] == [("behavior", "interaction-added")]


def test_how_much_is_done_counts_when_it_is_done() -> None:
    assert told([video_poll("in_progress", 30)], [video_poll("in_progress", 60)]) == []
    assert told([video_poll("completed", 100)], [video_poll("completed", 60)]) != []
    assert told([anthropic_poll("in_progress", 1)], [anthropic_poll("in_progress", 0)]) == []
    assert told([anthropic_poll("ended", 1)], [anthropic_poll("ended", 0)]) != []


# --- what a job has in one state, and not in another -----------------------------------------------------------------

COUNTS = {"processing": 0, "succeeded": 2, "errored": 0, "canceled": 0, "expired": 0}
LATE = 1711493163

DONE_JOBS: dict[str, tuple[str, dict[str, Any]]] = {
    "batch": (
        f"{OPENAI}/batches/batch_68aa1bb2cc3",
        {
            "id": "batch_68aa1bb2cc3",
            "object": "batch",
            "status": "completed",
            "errors": None,
            "output_file_id": "file-cvaTdG",
            "finalizing_at": LATE,
            "completed_at": LATE,
            "failed_at": None,
            "request_counts": {"total": 2, "completed": 2, "failed": 0},
        },
    ),
    "run": (
        f"{OPENAI}/threads/thread_68aa1bb2/runs/run_68aa1bb2cc3",
        {
            "id": "run_68aa1bb2cc3",
            "object": "thread.run",
            "thread_id": "thread_68aa1bb2",
            "assistant_id": "asst_68aa1bb2",
            "model": "gpt-9",
            "status": "completed",
            "completed_at": LATE,
            "failed_at": None,
            "cancelled_at": None,
            "last_error": None,
            "usage": {"prompt_tokens": 20, "completion_tokens": 4, "total_tokens": 24},
        },
    ),
    "messages": (
        ANTHROPIC_BATCH,
        {
            "id": "msgbatch_01AbCdEf",
            "type": "message_batch",
            "processing_status": "ended",
            "request_counts": COUNTS,
            "ended_at": "2030-08-20T18:37:24.100435Z",
            "results_url": f"{ANTHROPIC_BATCH}/results",
            "cancel_initiated_at": None,
        },
    ),
    "tuning": (
        f"{OPENAI}/fine_tuning/jobs/ftjob-68aa1bb2",
        {
            "id": "ftjob-68aa1bb2",
            "object": "fine_tuning.job",
            "status": "succeeded",
            "finished_at": LATE,
            "fine_tuned_model": "ft:gpt-9:acme::68aa1bb2",
            "result_files": ["file-1"],
            "trained_tokens": 5768,
            "error": None,
        },
    ),
    "prediction": (
        "https://api.replicate.com/v1/predictions/gm3qorzdhgbfurvjtvhg6dckhu",
        {
            "id": "gm3qorzdhgbfurvjtvhg6dckhu",
            "status": "succeeded",
            "output": "hello",
            "error": None,
            "completed_at": "2030-09-08T16:19:34.779176Z",
            "metrics": {"predict_time": 0.1},
        },
    ),
}
BROKEN = {"code": "invalid", "message": "a bad line"}
WAITING = (
    ("batch", {"status": "in_progress", "output_file_id": None, "finalizing_at": None, "completed_at": None}),
    ("batch", {"status": "in_progress", "request_counts": {"total": 2, "completed": 0, "failed": 0}}),
    ("run", {"status": "in_progress", "completed_at": None, "usage": None}),
    ("messages", {"processing_status": "in_progress", "ended_at": None, "results_url": None}),
    ("messages", {"processing_status": "in_progress", "request_counts": {**COUNTS, "processing": 2, "succeeded": 0}}),
    ("tuning", {"status": "running", "finished_at": None, "fine_tuned_model": None, "result_files": []}),
    ("prediction", {"status": "processing", "output": None, "completed_at": None, "metrics": {}}),
)


@pytest.mark.parametrize(("job", "changed"), WAITING, ids=[f"{job} {len(each)}" for job, each in WAITING])
def test_what_a_job_has_when_it_is_done_follows_from_that(job: str, changed: dict[str, Any]) -> None:
    url, done = DONE_JOBS[job]
    sides = recording(got(url, done)), recording(got(url, {**done, **changed}))
    rule = "response-body-changed" if job == "prediction" else "job-state-changed"
    for pair in (sides, sides[::-1]):
        assert [(level, found) for level, found, _ in lines(*pair)] == [("behavior", rule)]


FAILED = (
    ("batch", {"status": "failed", "completed_at": None, "failed_at": LATE, "errors": {"data": [BROKEN]}}, "errors"),
    ("run", {"status": "failed", "completed_at": None, "failed_at": LATE, "last_error": BROKEN}, "last_error"),
    ("run", {"status": "cancelled", "completed_at": None, "cancelled_at": LATE}, ""),
    ("messages", {"processing_status": "canceling", "ended_at": None, "cancel_initiated_at": "2030-08-20T18:37Z"}, ""),
    ("tuning", {"status": "failed", "fine_tuned_model": None, "trained_tokens": None, "error": BROKEN}, "error"),
)


@pytest.mark.parametrize(("job", "changed", "why"), FAILED, ids=[f"{row[0]} {row[2]}" for row in FAILED])
def test_a_job_that_fails_says_why(job: str, changed: dict[str, Any], why: str) -> None:
    url, done = DONE_JOBS[job]
    state = next(iter(changed))
    [(level, rule, words)] = lines(recording(got(url, done)), recording(got(url, {**done, **changed})))
    assert (level, rule) == ("breaking", "job-state-changed")
    assert words.startswith(f"the job does not succeed: {state} {done[state]} became {changed[state]}")
    assert not why or f"; the field {why} was null and is now " in words


def test_what_was_lost_in_one_state_is_told() -> None:
    url, done = DONE_JOBS["batch"]
    found = told([got(url, done)], [got(url, {**done, "output_file_id": None})])
    assert [(each.level, each.rule) for each in found] == [("breaking", "wire-field-nulled")]


def many(pending: int, failed: int = 0) -> dict[str, Any]:
    """A batch of xAI, which counts what is left instead of saying a word."""
    state = {"num_requests": 2, "num_pending": pending, "num_success": 2 - pending - failed, "num_error": failed}
    return got("https://api.x.ai/v1/batches/batch_68aa1bb2cc3", {"batch_id": "batch_68aa1bb2cc3", "state": state})


def test_a_job_that_counts_what_is_left() -> None:
    looks = [many(2), many(2), many(0)]
    assert [(each.level, each.rule) for each in told(looks, looks[1:])] == [("cosmetic", "interaction-removed")]
    assert [(each.level, each.rule) for each in told(looks[1:], looks)] == [("cosmetic", "interaction-added")]


def test_the_look_that_finds_it_done() -> None:
    """It is compared with the look that finds it done, however often was asked before."""
    found = told([many(2), many(2), many(0)], [many(2), many(0, failed=1)])
    assert [each for each in found if "num_pending" in each.message] == []
    assert [each.path for each in found if each.rule == "interaction-removed"] == ["interactions[1]"]


def test_a_page_of_a_list() -> None:
    """How many elements a page has is no reason for what an element has."""

    def listed(limit: int, **more: Any) -> list[dict[str, Any]]:
        said = {"data": [{"id": "item_1", "words": "One", **more}]}
        return [got(f"https://api.x.ai/v1/batches/batch_68aa1bb2cc3/results?limit={limit}", said)]

    found = told(listed(100, thoughts="Long"), listed(50))
    assert {each.rule for each in found} >= {"wire-field-removed"}
    assert [each.evidence for each in found if "limit" in each.evidence] == []
