"""Requests that came or went: "the same request" is said where it is the same, and many of one kind are one line."""

import pytest

from cassette_tools.diff import compare
from cassette_tools.finding import Location, Region
from tests.diff.drift_cases import answer, exchange, lines, question, recording

GPT = "https://api.openai.com/v1"


def asked(url, body="", *, method="GET", answered=None, headers=(), status=200):
    """One request to a resource of an API; `headers` are more of the request's."""
    made = exchange(body, answered if answered is not None else {"id": "x"}, url=url, status=status)
    made["request"]["method"] = method
    made["request"]["headers"].update({name: [value] for name, value in headers})
    return made


def batch(number, state="in_progress", **more):
    job = {"id": f"batch_Zz{number}aa11bb22", "object": "batch", "status": state, "endpoint": "/v1/chat/completions"}
    return asked(f"{GPT}/batches/{job['id']}", answered=job, **more)


def claude_batch(number, state="in_progress", **more):
    job = {"id": f"msgbatch_0{number}Zz11Yy22", "type": "message_batch", "processing_status": state}
    return asked(f"https://api.anthropic.com/v1/messages/batches/{job['id']}", answered=job, **more)


V1, V2 = [("OpenAI-Beta", "assistants=v1")], [("OpenAI-Beta", "assistants=v2")]
ORG = [("OpenAI-Organization", "org-Zz9")]
OLD_BETA, NEW_BETA = [("anthropic-beta", "batches-2030-01-01")], [("anthropic-beta", "batches-2030-02-02")]


@pytest.mark.parametrize(
    ("first", "added", "words"),
    [
        # a poll is a look at the same job
        (batch(1), batch(1), ("cosmetic", "the client asks once more how far the job is: ", "the same request as")),
        (claude_batch(1), claude_batch(1), ("cosmetic", "the client asks once more ", "the same request as")),
        # the id says which job it is
        (batch(1), batch(2), ("behavior", "one more request: ", "(as interactions[0], but for the id in the path, ")),
        (claude_batch(1), claude_batch(2), ("behavior", "one more request: ", "but for the id in the path, ")),
        # the version that is asked for, and who pays
        (
            batch(1, headers=V1),
            batch(1, headers=V2),
            ("behavior", "one more request: ", "the header openai-beta (assistants=v2, there assistants=v1), "),
        ),
        (
            claude_batch(1, headers=OLD_BETA),
            claude_batch(1, headers=NEW_BETA),
            ("behavior", "", "the header anthropic-beta (batches-2030-02-02, there batches-2030-01-01), "),
        ),
        (batch(1, headers=ORG), batch(1), ("behavior", "", "the header openai-organization (not sent, there sent), ")),
        # a page of a list
        (
            asked(f"{GPT}/files?limit=2"),
            asked(f"{GPT}/files?limit=2&after=file-9"),
            ("behavior", "one more request: GET /v1/files?limit=2&after=file-9 ", "but for after in the query, "),
        ),
        # the client's own words for itself
        (
            batch(1, headers=[("User-Agent", "Example/1.0")]),
            batch(1, headers=[("User-Agent", "Example/1.1")]),
            ("cosmetic", "", "the same request as"),
        ),
    ],
)
def test_the_same_request_is_said_where_it_is_the_same(first, added, words) -> None:
    level, begin, within = words
    [(told_level, rule, message)] = lines(recording(first), recording(first, added))
    assert (told_level, rule) == (level, "interaction-added")
    assert message.startswith(begin)
    assert within in message


def test_another_body_is_another_request() -> None:
    calls = [exchange(question(metadata={"run": str(run)}), answer("It is warm.")) for run in range(2)]
    [(_, _, message)] = lines(recording(calls[0]), recording(*calls))
    assert "(as interactions[0], but for metadata in the body, answered with 200)" in message


def claude(content, model="claude-9", stop="end_turn"):
    body = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Tell me a joke"}]}
    told = {"id": "msg_01", "type": "message", "role": "assistant", "model": model, "content": content}
    told |= {"stop_reason": stop, "usage": {"input_tokens": 5, "output_tokens": 7}}
    return exchange(body, told, url="https://api.anthropic.com/v1/messages")


JOKE = answer("A lighthouse walks into a bar.")
FILTERED = {"error": {"code": "content_filter", "message": "The prompt was filtered.", "type": None}}
REFUSED = answer(None)
REFUSED["choices"][0]["message"]["refusal"] = "I cannot."


@pytest.mark.parametrize(
    ("first", "again", "words"),
    [
        (JOKE, JOKE, "the same request as interactions[0], answered"),
        (FILTERED, JOKE, "but the error content_filter there, an answer of gpt-9-mini-2030-01-01 here, answered"),
        (JOKE, FILTERED, "but an answer of gpt-9-mini-2030-01-01 there, the error content_filter here, answered"),
        (JOKE, REFUSED, "but an answer of gpt-9-mini-2030-01-01 there, a refusal of gpt-9-mini-2030-01-01 here"),
        (JOKE, {**JOKE, "model": "gpt-8"}, "but an answer of gpt-9-mini-2030-01-01 there, an answer of gpt-8 here"),
    ],
)
def test_the_same_request_with_an_answer_of_another_kind_says_so(first, again, words) -> None:
    one, more = (exchange(question(), body) for body in (first, again))
    [(level, _, message)] = [each for each in lines(recording(one), recording(one, more)) if "added" in each[1]]
    assert level == "behavior"
    assert words in message


def test_another_model_that_answers_is_told_of_every_api() -> None:
    text = [{"type": "text", "text": "A bar walks into a lighthouse."}]
    one, more = claude(text), claude(text, model="claude-8")
    [(_, _, message)] = lines(recording(one), recording(one, more))
    assert "but an answer of claude-9 there, an answer of claude-8 here, answered with 200)" in message


def deleted(number):
    return asked(f"{GPT}/files/file-Zz{number}aa11bb22cc", method="DELETE")


def unloaded(number):
    return asked(f"https://generativelanguage.googleapis.com/v1beta/files/zz{number}aa11bb22cc", method="DELETE")


@pytest.mark.parametrize(
    ("made", "kind"), [(deleted, "DELETE /v1/files/{id}"), (unloaded, "DELETE /v1beta/files/{id}")]
)
@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (5, 1, "4 requests are no longer made: 4 of 5 {kind} (answered with 200)"),
        (1, 5, "4 more requests: 4 of 5 {kind} (answered with 200)"),
        (1, 3, "2 more requests: 2 of 3 {kind} (answered with 200)"),
    ],
)
def test_requests_of_one_kind_are_counted_and_never_cut(made, kind, old, new, words) -> None:
    told = lines(*(recording(*map(made, range(count))) for count in (old, new)))
    assert [message for _, _, message in told] == [words.format(kind=kind)]


def test_one_request_of_a_kind_is_named_by_its_id() -> None:
    [(_, _, message)] = lines(recording(deleted(1)), recording(deleted(1), deleted(2)))
    assert "DELETE /v1/files/file-Zz2aa11bb22cc (as interactions[0], but for the id in the path" in message


def test_what_all_say_at_their_end_is_said_once() -> None:
    pages = [asked(f"{GPT}/{name}") for name in ("models", "files", "batches")]
    [(_, _, message)] = lines(recording(pages[0]), recording(*pages))
    assert message == "2 more requests: GET /v1/files; GET /v1/batches (each answered with 200)"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"plugins": [{"id": "mender"}]}, 'as interactions[0], but for plugins [{"id": "mender"}] in the body'),
        ({"plugins": [{"id": "mender " * 20}]}, "as interactions[0], but for plugins in the body"),  # too long
    ],
)
def test_what_only_one_of_two_requests_has_is_shown(more, told) -> None:
    first, second = exchange(question(), answer("Warm.")), exchange(question(**more), answer("Warm."))
    [(_, rule, message)] = lines(recording(first), recording(first, second))
    assert rule == "interaction-added"
    assert told in message


def test_each_of_several_requests_is_told_with_its_line() -> None:
    files, batches = (
        {**exchange("", "{}"), "request": {"method": "GET", "url": f"https://api.openai.com/v1/{name}", "headers": {}}}
        for name in ("files", "batches")
    )
    kept = exchange(question(), answer("Warm."))
    old, new = recording(kept, files, batches), recording(kept)
    count = iter((30, 50, 70, 90))
    known = {}

    def locate(side, place):
        line = known.get(place.route) or next(count)
        known[place.route] = line
        return Location(path=side, region=Region(line=line, column=1, end_line=line, end_column=2))

    [found] = [each for each in compare(old, new, locate=locate).findings if each.level != "noise"]
    assert found.rule == "interaction-removed"
    assert found.message.endswith(" (lines 30, 50)")
