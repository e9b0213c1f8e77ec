"""`cassette match`, as a user sees it: whole outputs, statuses, and JSON that fits its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cassette_tools.cli import main
from cassette_tools.errors import SourceError
from cassette_tools.load import load
from cassette_tools.match import as_json, as_text
from cassette_tools.match.search import answer, replay
from cassette_tools.matchers import Matching, player_named
from cassette_tools.reporters import Style
from cassette_tools.schema import schema_text
from cassette_tools.source import Source

SECRET = "sk-proj-9hTz3KqLm8Wv2XcB7nRd5YfG1sJp4UeA6oQi0ZtVxEbCyHuMkN"  # invented

CASSETTE = """\
version: 1
interactions:
- request:
    method: POST
    uri: https://api.example.com/v1/chat/completions?user=1
    headers:
      Content-Type:
      - application/json
      Authorization:
      - REDACTED
    body: '{"model":"example-1","messages":[{"role":"user","content":"Name a wader of the salt marshes."}],"api_key":"x1"}'
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: The avocet.}}
- request:
    method: GET
    uri: https://api.example.com/v1/models
    headers: {}
    body: null
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: '{}'}}
- request:
    method: POST
    uri: https://api.example.com/v1/chat/completions?user=1
    headers:
      Content-Type:
      - application/json
      Authorization:
      - REDACTED
    body: '{"model":"example-1","messages":[{"role":"user","content":"Name a duck."}],"api_key":"x1"}'
  response: {status: {code: 200, message: OK}, headers: {}, body: {string: The teal.}}
"""


@pytest.fixture
def cassette(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "a.yaml"
    path.write_text(CASSETTE)
    return path


URL = "https://api.example.com/v1/chat/completions"
DUCK = '{"model":"example-2","messages":[{"role":"user","content":"Name a duck, quickly."}],"api_key":"y2"}'
COMPARED = "matcher: vcrpy, which compares method, scheme, host, port, path, query\n"

OUTPUTS: list[tuple[list[str], int, str]] = [
    (
        ["curl", f"{URL}?user=1", "--json", '{"model":"example-1"}'],
        0,
        f"POST {URL}?user=1 matches interaction 0, a.yaml:3\n"
        "the same request, when it comes again, plays interaction 2\n"
        "\n"
        "differs and is not compared: headers (accept, authorization), body (2 values, from line 11)\n" + COMPARED,
    ),
    (
        ["curl", f"{URL}?user=2&key={SECRET}", "--json", DUCK, "-H", f"Authorization: Bearer {SECRET}"],
        1,
        f"""\
POST {URL}?user=2&key=… matches none of 3 recorded requests

nearest: interaction 2, a.yaml:19
  POST {URL}?user=1
  query.key  line 21
    - (not recorded)
    + another value, which is not shown
  query.user  line 21
    - 1
    + 2

differs and is not compared: headers (accept, authorization), body (3 values, from line 27)
{COMPARED}""",
    ),
    (
        ["--match-on", "method,uri,body", "curl", f"{URL}?user=1", "--json", DUCK],
        1,
        f"""\
POST {URL}?user=1 matches none of 3 recorded requests

nearest: interaction 2, a.yaml:19
  POST {URL}?user=1
  body.model  line 27, column 21
    - example-1
    + example-2
  body.messages[0].content  line 27, column 70
    - Name a duck.
    + Name a duck, quickly.
  body.api_key  line 27, column 97
    - another value, which is not shown
    + another value, which is not shown

differs and is not compared: headers (accept, authorization)
matcher: vcrpy, which compares method, uri, body
""",
    ),
    (
        ["--all"],
        0,
        "a.yaml:3: interactions 0, 2 ask for different things, and are one request to the player: their order alone says "
        "which answer each gets\n3 of 3 recorded requests find their own answer\n" + COMPARED,
    ),
    (
        ["--all", "--repeats"],
        1,
        "a.yaml:19: interaction 2 is never played: its request gets the answer of interaction 0, line 3\n"
        "a.yaml:3: interactions 0, 2 ask for different things, and are one request to the player: all of them get the "
        "first one's answer\n2 of 3 recorded requests find their own answer\n" + COMPARED,
    ),
    (
        ["--all", "--match-on", "method,uri,body"],
        0,
        "3 of 3 recorded requests find their own answer\nmatcher: vcrpy, which compares method, uri, body\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "status", "expected"), OUTPUTS)
def test_what_it_prints(
    words: list[str], status: int, expected: str, cassette: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["match", "a.yaml", *words]) == status
    assert capsys.readouterr() == (expected, "")
    assert main(["match", "a.yaml", "--format", "json", *words]) == status
    shown = capsys.readouterr().out
    assert faults(json.loads(shown)) == []
    assert SECRET not in shown


def faults(report: Any) -> list[str]:
    validator = Draft202012Validator(json.loads(schema_text("match-report")))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(report)]


def test_json(cassette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["match", "a.yaml", "--format", "json", "curl", f"{URL}?user=2", "-XPOST"])
    report = json.loads(capsys.readouterr().out)
    nearest = report.pop("nearest")
    assert report == {
        "schema_version": 1,
        "source": {"path": "a.yaml", "format": "vcrpy", "format_version": "1"},
        "profile": {"name": "vcrpy", "match_on": ["method", "scheme", "host", "port", "path", "query"], "repeats": False},
        "request": {"method": "POST", "url": f"{URL}?user=2"},
        "matched": False,
        "interaction": None,
        "further": [],
    }  # fmt: skip
    assert [each["interaction"] for each in nearest] == [0, 2, 1]
    assert nearest[0]["failing"] == ["query"]
    assert nearest[0]["differences"][0] == {
        "part": "query",
        "path": "query.user",
        "compared": True,
        "given": "2",
        "recorded": "1",
        "note": None,
        "location": {"path": "a.yaml", "line": 5, "column": 10, "end_line": 5, "end_column": 60},
    }


def test_the_request_may_come_from_a_file(cassette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("asked.http").write_text(f"POST {URL}?user=1\n\n")
    assert main(["match", "a.yaml", "--request", "asked.http"]) == 0
    assert capsys.readouterr().out.startswith(f"POST {URL}?user=1 matches interaction 0, a.yaml:3\n")


FAULTS: list[tuple[list[str], str]] = [
    (["a.yaml"], "say which request: --request FILE, a curl command after the cassette, or --all"),
    (["a.yaml", "--all", "curl", URL], "say which request: --request FILE, a curl command after the cassette, or --all"),
    (["a.yaml", "--request", "none.http"], "--request none.http: cannot be read: No such file or directory"),
    (["-", "--request", "-"], "the cassette and the request are both -; only one of them can be standard input"),
    (["a.yaml", "--all", "--match-on", "colour"],
     "--match-on: 'colour' is no matcher; expected some of method, scheme, host, port, path, query, uri, headers, body, "
     "raw_body, body_as_json, content_length"),
    (["a.yaml", "--all", "--match-on", "body_as_json"],
     "--match-on: vcrpy has no matcher 'body_as_json'; expected some of method, scheme, host, port, path, query, uri, "
     "headers, body, raw_body"),
    (["none.yaml", "--all"], "none.yaml: cannot be read: No such file or directory"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "message"), FAULTS)
def test_what_cannot_be_done(
    words: list[str], message: str, cassette: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["match", *words]) == 2
    assert capsys.readouterr() == ("", f"cassette: error: {message}\n")


def test_the_configuration_says_who_plays(cassette: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("cassette.toml").write_text('[match]\nmatch-on = ["method", "uri", "body"]\n')
    main(["match", "a.yaml", "--all"])
    assert capsys.readouterr().out.endswith("matcher: vcrpy, which compares method, uri, body\n")
    Path("cassette.toml").write_text('[match]\nprofile = "charm-vcr"\n')  # no player of these files
    main(["match", "a.yaml", "--all"])
    assert capsys.readouterr().out.endswith(COMPARED)
    Path("cassette.toml").write_text('[match]\nprofile = "vhs"\n')
    assert main(["match", "a.yaml", "--all"]) == 2
    assert capsys.readouterr().err == (
        "cassette: error: "
        + str(Path("cassette.toml").absolute())
        + ": match.profile is 'vhs'; expected one of vcrpy, "
        "ruby-vcr, go-vcr, go-vcr-4, charm-vcr, httprr, json-body, none\n"
    )


def test_of_a_format_without_a_known_player(samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["match", str(samples / "formats" / "wiremock" / "several.json"), "--all"]) in (0, 1)
    assert capsys.readouterr().err == (
        "cassette: no player of wiremock is known here: compared by json-body; --profile names another\n"
    )


# --- profiles -----------------------------------------------------------------------------------------------------------

GO = """\
version: 2
interactions:
- id: 0
  request:
    content_length: {length}
    body: '{body}'
    headers:
      Accept: [application/json]
    url: https://api.example.com/v1/chat
    method: {method}
  response: {{body: '', headers: {{}}, status: 200 OK, code: 200, duration: 1s}}
"""

PROFILES: list[tuple[str, str, str, list[str], list[str]]] = [
    # method, recorded body, profile, the request, the matchers that it fails
    ("POST", '{"a":1,"b":2}', "go-vcr", ["--json", "{}"], []),
    ("POST", '{"a":1,"b":2}', "charm-vcr", ["--json", '{"b": 2, "a": 1.0}'], []),
    ("POST", '{"a":1,"b":2}', "charm-vcr", ["--json", '{"b": 2, "a": true}'], ["body_as_json"]),
    ("POST", r'{"a":"x\r\ny"}', "charm-vcr", ["--json", r'{"a":"x\ny"}'], []),
    ("POST", r'{"a":"x\r\ny"}', "json-body", ["--json", r'{"a":"x\ny"}'], ["body_as_json"]),
    ("POST", '{"a":1,"b":2}', "json-body", ["--json", '{"b": 2, "a": 1}'], []),
    ("POST", "a=1", "json-body", ["-d", "a=1"], []),
    ("POST", "a=1", "json-body", ["-d", "a=2"], ["body_as_json"]),
    ("POST", "", "charm-vcr", ["-XPOST", "-H", "Accept: application/json"], []),
    ("POST", "", "charm-vcr", ["-XPOST"], ["headers"]),
    ("POST", '{"a":1}', "charm-vcr", ["-XPOST"], ["headers", "body", "content_length"]),
    ("POST", '{"a":1}', "go-vcr-4", ["-d", '{"a":1}', "-H", "Accept: application/json", "-H", "Content-Type: x"], ["headers"]),
    ("POST", '{"a":1}', "go-vcr-4", ["-d", '{"a": 1}', "-H", "Accept: application/json"], ["headers", "body", "content_length"]),
    ("GET", "", "go-vcr-4", ["-H", "accept: application/json"], []),
    ("GET", "", "ruby-vcr", ["-H", "accept: text/html"], []),
]  # fmt: skip


@pytest.mark.parametrize(("method", "body", "profile", "words", "failing"), PROFILES)
def test_profiles(
    method: str,
    body: str,
    profile: str,
    words: list[str],
    failing: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(GO.format(length=len(body), body=body, method=method))
    asked = [str(path), "--profile", profile, "--format", "json", "curl", "https://api.example.com/v1/chat", *words]
    status = main(["match", *asked])
    report = json.loads(capsys.readouterr().out)
    assert (status, report["nearest"][0]["failing"]) == (int(bool(failing)), failing)


def test_ruby_forgets_the_usual_port_and_the_case_of_the_method(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.yml"
    path.write_text(
        "http_interactions:\n- request: {method: get, uri: 'https://a.example/x', body: {string: ''}, headers: {}}\n"
        "  response: {status: {code: 200}, headers: {}, body: {string: ''}}\n  recorded_at: x\nrecorded_with: VCR 6.3.1\n"
    )
    for url, status in (("https://a.example:443/x", 0), ("https://a.example:444/x", 1), ("https://a.example/x?", 1)):
        assert main(["match", str(path), "curl", url]) == status
    capsys.readouterr()


def test_httprr_plays_the_last_of_the_same_requests(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def exchange(answer: str) -> str:
        asked = "GET https://a.example/x HTTP/1.1\r\nHost: a.example\r\n\r\n"
        told = f"HTTP/1.1 200 OK\r\n\r\n{answer}"
        return f"{len(asked)} {len(told)}\n{asked}{told}"

    path = tmp_path / "a.httprr"
    path.write_bytes(("httprr trace v1\n" + "".join(map(exchange, ("one", "two", "two")))).encode())
    assert main(["match", str(path), "--all"]) == 1
    assert capsys.readouterr().out == (
        f"{path}:3: interaction 0 is never played: its request gets the answer of interaction 2, line 15\n"
        "1 of 3 recorded requests find their own answer, 1 the same answer at another place\n"
        "matcher: httprr, which compares method, uri, headers, body\n"
    )


# --- every real recording ------------------------------------------------------------------------------------------------


def test_every_recording_can_be_asked(shared: Path) -> None:
    """Of every format, under every player: each request finds itself, or what keeps it is told; and the JSON fits."""
    paths = sorted(path for path in (shared / "corpus").rglob("*.*") if path.is_file())[::9]
    profiles = [Matching(player=player_named(name), on=player_named(name).on) for name in ("json-body", "vcrpy")]
    asked = 0
    for path in paths:
        try:
            recording = load(str(path))
        except SourceError:
            continue
        source = Source.from_path(str(path))
        for matching in profiles if path.stat().st_size < 300_000 else ():
            load_again = source.region
            for interaction in recording.interactions[:2]:
                found = answer(recording, interaction.request, matching)
                assert found.found is not None
                asked += 1
            every = replay(recording, matching)
            assert faults(json.loads(as_json.replay_json(every, recording, load_again))) == []
            assert as_text.replay_text(every, recording, load_again, Style())
    assert asked > 50
