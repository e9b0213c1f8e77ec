"""VCR.py's other layouts: version 0, and requests beside responses."""

from __future__ import annotations

from pathlib import Path

from format_samples import SAMPLES, answered, asked, content, findings, said

from cassette_tools.load import load

FOLDER = SAMPLES / "vcrpy_other"
JSON = (("content-type", "application/json"),)
ASKED = '{"model":"example-1","messages":[{"role":"user","content":"Name a wader."}]}'
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]
URL = "https://api.example.com/v1/chat/completions"


def test_version_0_is_a_list_whose_requests_have_the_address_in_parts() -> None:
    recording = load(str(FOLDER / "list.yaml"))
    assert (recording.format, recording.format_version, recording.problems) == ("vcrpy-other", "0", ())
    (interaction,) = recording.interactions
    assert asked(interaction) == ("POST", URL, JSON, ASKED)
    assert answered(interaction)[:2] == (200, (*JSON, ("server", "sample")))
    assert said(recording) == TALK
    assert findings(FOLDER / "list.yaml") == []


def test_two_lists_packed_with_gzip() -> None:
    recording = load(str(FOLDER / "split.yaml.gz"))
    assert (recording.format, recording.format_version, recording.problems) == ("vcrpy-other", "split", ())
    (interaction,) = recording.interactions
    assert asked(interaction) == ("POST", URL, JSON, ASKED)
    assert answered(interaction)[:2] == (200, JSON)
    assert said(recording) == TALK
    assert findings(FOLDER / "split.yaml.gz") == []


def test_each_contradiction_is_told_once_and_at_its_place() -> None:
    assert findings(FOLDER / "bad.yaml") == [
        ("schema-violation", 2, 3, "request lacks method: add it, for example `method: POST`, or record the cassette again"),
        ("schema-violation", 11, 11, "responses[0].status is a number, expected a mapping: write its `name: value` lines below it, indented"),
    ]  # fmt: skip


def test_a_list_of_other_recorders() -> None:
    """The status is a number, and bodies of JSON are trees; in what they hold, places are those of the file."""
    (whole, packed) = load(str(FOLDER / "trees.json")).interactions
    assert asked(whole) == ("POST", URL, JSON, ASKED)
    assert answered(whole)[0] == 200
    assert content(whole.response.body).startswith('{"id":"chatcmpl-sample0001","object":"chat.completion"')
    assert (packed.response.status_code, packed.response.body.json) == (404, {"error": {"message": "No such bird."}})
    assert findings(FOLDER / "trees.json") == []


def test_a_secret_in_a_tree(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    text = (FOLDER / "trees.json").read_text(encoding="utf-8")
    key = "gsk_Qm7ZtW4vLr9XbK2nPcY8hGdJ6sFuE3aRiT5oVwNqMyBxUzHk"  # invented
    path.write_text(text.replace("Name a wader.", f"Name {key} a wader.", 1), encoding="utf-8")
    assert [(rule, line) for rule, line, *_ in findings(path)] == [("secret-in-body", 14)]


def test_what_exvcr_writes_and_what_it_reads() -> None:
    """The parts of a status line (httpc), a request that failed, and a request of any method."""
    told, failed, in_parts, any_method = load(str(FOLDER / "exvcr.json")).interactions
    assert (told.response.status_code, told.response.reason) == (200, "OK")
    assert told.response.status_route == (0, "response", "status_code", 1)
    assert (failed.response.status_code, content(failed.response.body)) == (0, "nxdomain")
    assert in_parts.response.body.json == ["conn_failed", ["error", "nxdomain"]]
    assert (any_method.request.method, any_method.response.status_code) == ("", 200)
    assert findings(FOLDER / "exvcr.json") == []


def test_what_php_vcr_writes_and_what_it_reads() -> None:
    """The status alone, or its code as text, as cURL's answer has it."""
    moved, posted = load(str(FOLDER / "php.yml")).interactions
    assert (moved.response.status_code, moved.response.status_route) == (301, (0, "response", "status"))
    assert (posted.response.status_code, posted.response.reason) == (200, "OK")
    assert findings(FOLDER / "php.yml") == []


def test_each_contradiction_of_a_list_is_told_at_its_place() -> None:
    assert findings(FOLDER / "bad_list.yml") == [
        ("schema-violation", 1, 3, "request lacks method: add it, for example `method: POST`, or record the cassette again"),
        ("schema-violation", 4, 13, 'response.status is the text "abc", expected a mapping or a whole number from 100 to 999 or a text such as 200: correct it, or record the cassette again'),
        ("schema-violation", 10, 18, "response.status_code is the number 2000, expected a whole number from 100 to 999 or a list: correct it, or record the cassette again"),
    ]  # fmt: skip
