"""Ruby VCR, ropensci's vcr and Betamax."""

from __future__ import annotations

from pathlib import Path

import pytest
from format_samples import SAMPLES, answered, asked, content, count_of, findings, read, refusal, said

from cassette_tools.formats import writers
from cassette_tools.load import load

FOLDER = SAMPLES / "ruby_vcr"
URL = "https://api.example.com/v1/chat/completions"
ASKED = '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


def test_the_gem() -> None:
    recording = load(str(FOLDER / "chat.yml"))
    assert (recording.format, recording.format_version, recording.problems) == ("ruby-vcr", "VCR 6.3.1", ())
    whole, stream = recording.interactions
    fields = (("Content-Type", "application/json"), ("Accept", "*/*"), ("User-Agent", "Ruby"))
    assert asked(whole) == ("POST", URL, fields, ASKED)
    assert answered(whole)[:2] == (200, (("Content-Type", "application/json"), ("X-Count", "1"), ("X-Count", "2")))
    assert (whole.response.reason, whole.recorded_at) == ("OK", "2025-10-09T08:53:20Z")
    assert (stream.response.body.stream, len(stream.response.body.events)) == ("sse", 3)
    assert said(recording) == TALK * 2
    assert findings(FOLDER / "chat.yml") == []


def test_it_is_written_as_it_was_read() -> None:
    for name in ("chat.yml", "odd.yml"):
        written = writers()["ruby-vcr"].write(load(str(FOLDER / name)))
        assert (written.losses, read(written.content).interactions) == ((), load(str(FOLDER / name)).interactions)


def test_bytes_encodings_older_gems_and_unquoted_dates() -> None:
    image, exact = load(str(FOLDER / "odd.yml")).interactions
    assert (content(image.response.body), image.response.http_version) == (b"\x00\x01\xff", "HTTP/1.1")
    assert image.request.extra == {"body": {"encoding": "US-ASCII"}}
    assert (content(exact.response.body), exact.response.reason) == ("Olá", None)
    assert asked(exact) == ("GET", "https://api.example.com/v1/exact", (("X-Version", "2023-06-01"),), "")
    assert findings(FOLDER / "odd.yml") == []


def test_ropensci_s_vcr() -> None:
    recording = load(str(FOLDER / "ropensci.yml"))
    assert recording.format_version == "VCR-vcr/2.1.0"
    chat, upload = recording.interactions
    date = ("date", "Thu, 09 Oct 2025 08:53:20 GMT")
    assert asked(chat) == ("POST", URL, (("content-type", "application/json"),), ASKED)
    assert answered(chat)[:2] == (200, (("content-type", "application/json"), date))
    assert (content(upload.request.body), upload.response.status_code) == ('{"purpose":"vision"}', 204)
    assert findings(FOLDER / "ropensci.yml") == []


def test_ropensci_s_vcr_before_2_0() -> None:
    """Its status has a `status_code`; a body may be in a file beside the cassette, or (since 2.0) compressed."""
    recording = load(str(FOLDER / "ropensci_first.yml"))
    assert (recording.format_version, recording.problems) == ("vcr/1.7.0, webmockr/2.0.0", ())
    assert [
        (each.response.status_code, each.response.reason, each.response.body.text)
        for each in recording.interactions[1:]
    ] == [(401, "Unauthorized", "Olá"), (200, "OK", None), (200, None, "Olá")]
    chat, *_ = recording.interactions
    assert (asked(chat)[0], asked(chat)[3], answered(chat)[0], chat.response.reason) == ("POST", ASKED, 200, "OK")
    assert findings(FOLDER / "ropensci_first.yml") == []


def test_the_status_of_r_is_known_to_rules_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "weather.yml"
    text = (FOLDER / "ropensci_first.yml").read_text(encoding="utf-8").partition("- request:\n    method: get")[0]
    path.write_text(text.replace("status_code: 200", "status_code: 429"), encoding="utf-8")
    assert [(rule, line, column) for rule, line, column, _message in findings(path)] == [
        ("error-status-recorded", 13, 20)
    ]


@pytest.mark.parametrize(
    ("status", "rules"),
    [
        ("status: {status_code: 200}", []),
        ("status: {code: 200}", []),
        ("status: 200", []),
        ("status_code: 200", []),
        ("status: {status_code: two}", ["schema-violation"]),
        ("status: {category: Success}", ["schema-violation"]),
        ("status: {}", ["schema-violation"]),
    ],
)
def test_every_place_of_a_status(status: str, rules: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yml"
    path.write_text(
        "http_interactions:\n- request: {method: get, uri: https://api.example.com/}\n"
        f"  response:\n    {status}\n    body: {{string: Hello}}\n"
    )
    assert [rule for rule, *_ in findings(path)] == rules
    if not rules:
        assert answered(load(str(path)).interactions[0])[0] == 200


def test_betamax() -> None:
    recording = load(str(FOLDER / "betamax.json"))
    assert (recording.format, recording.format_version) == ("ruby-vcr", "betamax/0.8.1")
    (interaction,) = recording.interactions
    assert interaction.response.body.codings == ("gzip",)
    assert said(recording) == TALK
    assert findings(FOLDER / "betamax.json") == []


def test_the_first_betamax() -> None:
    """Its status is a number beside the body."""
    (interaction,) = load(str(FOLDER / "betamax_first.json")).interactions
    assert answered(interaction)[0] == 200
    assert findings(FOLDER / "betamax_first.json") == []


def test_a_response_without_a_status(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text((FOLDER / "betamax_first.json").read_text(encoding="utf-8").replace(', "status_code": 200', ""))
    assert [rule for rule, *_ in findings(path)] == ["schema-violation"]


def test_what_contradicts_the_schema_is_told_with_its_place() -> None:
    record = "or record the cassette again"
    assert findings(FOLDER / "bad.yml") == [
        ("schema-violation", 3, 3, f"request lacks uri: add it, for example `uri: https://api.example.com/v1/chat/completions`, {record}"),
        ("schema-violation", 11, 13, f'response.status.code is the text "two hundred", expected a whole number from 100 to 999: correct it, {record}'),
    ]  # fmt: skip


def test_interactions_that_are_none_are_refused() -> None:
    assert refusal("http_interactions:\n- one\n")


def test_real_cassettes(shared: Path) -> None:
    for owner in ("crmne__ruby_llm", "alexrudall__ruby-openai", "tidyverse__ellmer"):
        files, interactions = count_of(shared / "corpus" / owner, format="ruby-vcr", patterns=("**/*.yml",))
        assert files > 5
        assert interactions >= files


def test_the_gem_s_own_layout_is_kept(shared: Path) -> None:
    """Four cassettes in five come out byte for byte; the others were laid out by an older Psych, or by hand."""
    same = count = 0
    for path in sorted(shared.rglob("*.yml")):
        raw = path.read_bytes()
        if b"recorded_with: VCR 6" in raw[-200:]:
            count += 1
            same += writers()["ruby-vcr"].write(load(str(path))).content == raw
    assert count > 90
    assert same / count > 0.8
