"""The step `comment` alone: which comment is ours, what an API may answer, and what fits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cassette_tools.ci.__main__ import main
from cassette_tools.ci.steps import LIMIT

from .api_server import TOKEN, Api

COMMENTS = "/repos/acme/tides/issues/7/comments"
PAGE = "https://github.example/acme/tides/actions/runs/99"
MARK = "<!-- cassette: cassette -->"
BODY = f"{MARK}\n\n### drift\n\n- a change\n\n### lint\n\n- a finding\n\n[The whole report]({PAGE})\n"


def put(name: str, text: str, results: int) -> None:
    """The two reports that the step reads."""
    folder = Path("cassette-reports")
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.md").write_text(text)
    (folder / f"{name}.sarif").write_text(json.dumps({"runs": [{"results": [{}] * results}]}))


@pytest.fixture(autouse=True)
def job(tmp_path: Path, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job of a pull request whose other steps have left reports."""
    monkeypatch.chdir(tmp_path)
    Path("event.json").write_text(json.dumps({"pull_request": {"number": 7}}))
    for name, value in {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": api.url,
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "acme/tides",
        "GITHUB_RUN_ID": "99",
        "GITHUB_EVENT_PATH": "event.json",
        "GITHUB_TOKEN": TOKEN,
    }.items():
        monkeypatch.setenv(name, value)
    put("drift", "### drift\n\n- a change\n", results=1)
    put("lint", "### lint\n\n- a finding\n", results=1)


def test_both_reports_in_one_comment(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["comment"]) == 0
    assert api.texts(COMMENTS) == [BODY]
    assert main(["comment"]) == 0
    assert api.texts(COMMENTS) == [BODY]
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        f"cassette: the comment: written: {api.url}/1\ncassette: the comment: written anew: {api.url}/1\n",
    )


@pytest.mark.parametrize(
    ("drift", "lint", "is_written"),
    [(0, 0, False), (1, 0, True), (0, 1, True), (2, 3, True)],
)
def test_a_first_comment_has_something_to_tell(drift: int, lint: int, is_written: bool, api: Api) -> None:
    put("drift", "### drift", drift)
    put("lint", "### lint", lint)
    assert main(["comment"]) == 0
    assert len(api.texts(COMMENTS)) == is_written


def test_a_command_that_could_not_run_is_something_to_tell(api: Api) -> None:
    put("lint", "### lint", 0)
    Path("cassette-reports/drift.sarif").unlink()
    assert main(["comment"]) == 0
    assert len(api.texts(COMMENTS)) == 1


def failing(status: int) -> Callable[[Api], None]:
    return lambda api: setattr(api, "failing", status)


def nothing(_api: Api) -> None:
    """The server is as always."""


@pytest.mark.parametrize(
    ("spoil", "environment", "reason"),
    [
        (failing(500), {}, f"POST {COMMENTS} was answered with 500 (no)"),
        (failing(302), {}, f"POST {COMMENTS} was answered with 302 (no)"),  # the token is not carried elsewhere
        (
            lambda api: setattr(api, "answer", b"<html>"),
            {},
            f"GET {COMMENTS}?per_page=100: no answer that is JSON: JSONDecodeError",
        ),
        (
            nothing,
            {"GITHUB_API_URL": "http://127.0.0.1:9"},
            f"GET {COMMENTS}?per_page=100: no answer: [Errno 111] Connection refused",
        ),
        (nothing, {"GITHUB_TOKEN": "of-somebody"}, f"GET {COMMENTS}?per_page=100 was answered with 401 (no)"),
        (nothing, {"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is empty"),
    ],
)
def test_what_goes_wrong_at_the_api_is_a_warning(
    spoil: Callable[[Api], None],
    environment: dict[str, str],
    reason: str,
    api: Api,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(api)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["comment"]) == 0
    message = (
        f"the comment could not be written: {reason}; the job needs `permissions: pull-requests: write`; the token of a "
        f"pull request from a fork can never write. The report is at {PAGE}\n"
    )
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"::warning title=cassette::{message}", f"cassette: {message}")
    assert ("GET", "/stolen") not in api.asked
    assert api.texts(COMMENTS) == []


def test_a_list_that_goes_on_elsewhere_does_not_get_the_token(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    api.page_size = 1
    api.add(COMMENTS, body="one")
    api.add(COMMENTS, body="two")
    api.url = "http://127.0.0.1:9/elsewhere"  # what the server says of the next page
    assert main(["comment"]) == 0
    assert "the next page is elsewhere: http://127.0.0.1:9/elsewhere" in capsys.readouterr().out


STRANGER = {"user": {"type": "User"}, "author_association": "CONTRIBUTOR"}
MEMBER = {"user": {"type": "User"}, "author_association": "MEMBER"}  # a job may have a person's token


@pytest.mark.parametrize(
    ("fields", "is_ours"),
    [
        ({"body": f"{MARK}\nold"}, True),
        ({"body": f"{MARK}\nold", **MEMBER}, True),
        ({"body": f"{MARK}\nold", **STRANGER}, False),  # anybody can copy the mark, and a token may edit any comment
        ({"body": f"I quote: {MARK}", **MEMBER}, False),
        ({"body": "<!-- cassette: go -->"}, False),  # of another job
        ({"body": None, "user": None}, False),
    ],
)
def test_which_comment_is_ours(fields: dict[str, object], is_ours: bool, api: Api) -> None:
    api.add(COMMENTS, **fields)
    assert main(["comment"]) == 0
    assert api.texts(COMMENTS) == ([BODY] if is_ours else [fields["body"], BODY])


@pytest.mark.parametrize("status", [403, 404])
def test_a_comment_that_may_not_be_edited_any_more(status: int, api: Api) -> None:
    """Somebody else's token wrote it, or it was deleted meanwhile: a new one is written."""
    api.add(COMMENTS, body=f"{MARK} old")
    api.refusing = status
    assert main(["comment"]) == 0
    assert api.texts(COMMENTS) == [f"{MARK} old", BODY]


def test_the_comment_is_found_on_any_page(api: Api) -> None:
    api.page_size = 2
    for number in range(4):
        api.add(COMMENTS, body=f"comment {number}")
    api.add(COMMENTS, body=f"{MARK} old")
    assert main(["comment"]) == 0
    assert api.texts(COMMENTS) == [*(f"comment {number}" for number in range(4)), BODY]


def test_two_jobs_have_two_comments(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("go", "python", "go"):
        monkeypatch.setenv("CASSETTE_NAME", name)
        assert main(["comment"]) == 0
    firsts = [text.partition("\n")[0] for text in api.texts(COMMENTS)]
    assert firsts == ["<!-- cassette: go -->", "<!-- cassette: python -->"]


@pytest.mark.parametrize(
    ("drift", "lint", "expected"),
    [
        (100, 100, "both"),
        (60_000, 4_000, "both"),
        (60_000, 60_000, "drift"),  # what changed comes first, and the summary has all of it
        (70_000, 100, "lint"),  # longer than any report is
    ],
)
def test_what_has_no_room_is_its_first_line(drift: int, lint: int, expected: str, api: Api) -> None:
    reports = {"drift": "### drift\n" + "d" * drift, "lint": "### lint\n" + "l" * lint}
    for name, text in reports.items():
        put(name, text, 1)
    assert main(["comment"]) == 0
    short = {name: f"### {name}\n\n(too long for this comment)" for name in reports}
    shown = [(reports if expected in ("both", name) else short)[name] for name in reports]
    (text,) = api.texts(COMMENTS)
    assert text == "\n\n".join((MARK, *shown, f"[The whole report]({PAGE})\n"))
    assert len(text) <= LIMIT


@pytest.mark.parametrize("name", ["a -->", "a\nb", "<b>"])
def test_a_name_is_no_markup(
    name: str, api: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CASSETTE_NAME", name)
    assert (main(["comment"]), api.asked) == (2, [])
    expected = f"CASSETTE_NAME is {name!r}; expected a word or two without <, > and --"
    assert expected in capsys.readouterr().err


def test_without_reports_there_is_nothing_to_comment_on(api: Api, capsys: pytest.CaptureFixture[str]) -> None:
    for path in Path("cassette-reports").iterdir():
        path.unlink()
    assert (main(["comment"]), api.asked) == (0, [])
    expected = "cassette: no report is in cassette-reports: run the steps lint and drift before this one\n"
    assert capsys.readouterr().err == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "expected one step: lint, drift, comment, propose; got none"),
        (["deploy"], "expected one step: lint, drift, comment, propose; got deploy"),
        (["lint", "drift"], "expected one step: lint, drift, comment, propose; got lint drift"),
    ],
)
def test_what_is_no_step(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert capsys.readouterr().err == f"cassette: error: {expected}\n"


def test_outside_of_a_ci_job(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "false")
    monkeypatch.delenv("GITLAB_CI", raising=False)
    assert main(["lint"]) == 2
    assert capsys.readouterr().err.startswith("cassette: error: neither GITHUB_ACTIONS nor GITLAB_CI is set: ")


def test_what_an_earlier_run_left_is_not_told_again(api: Api) -> None:
    """An empty report is none."""
    put("lint", "", 0)
    assert main(["comment"]) == 0
    assert "### lint" not in api.texts(COMMENTS)[0]
