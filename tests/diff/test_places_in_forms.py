"""A field of a form is shown where it stands, however a recorder keeps forms: as lines, as text, by names. So is a
schema that gained something: the side that lacks it shows what would hold it.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from cassette_tools.diff import compare
from cassette_tools.finding import Location
from cassette_tools.load import load_source
from cassette_tools.source import Source

SPEECH, OTHER = "https://api.openai.com/v1/audio/transcriptions", "https://api.example.com/v1/run"
FIELDS = ("prompt", "model", "language")
OLD = {"prompt": "whisper-9 or voice-9?", "model": "whisper-9", "language": "en"}
NEW = {"prompt": "whisper-9 or voice-9?", "model": "voice-9", "language": "fr"}
NOISE = base64.b64encode(b"\xff\xfe\x00 sound\r\n").decode()


def lines_of(fields: dict[str, str]) -> list[str]:
    """A multipart body, line by line."""
    parts = [[f'Content-Disposition: form-data; name="{name}"\r\n', "\r\n", f"{fields[name]}\r\n"] for name in FIELDS]
    return [line for part in parts for line in ("--xYz\r\n", *part)] + ["--xYz--\r\n"]


def proxy(fields: dict[str, str]) -> str:
    """Azure's test proxy keeps a list of lines."""
    return proxied(lines_of(fields))


def proxy_with_sound(fields: dict[str, str]) -> str:
    """And what is no text in base64."""
    sound = ["--xYz\r\n", 'Content-Disposition: form-data; name=file; filename="a.mp3"\r\n', "\r\n", f"b64:{NOISE}"]
    return proxied([*sound, *lines_of(fields)])


def proxied(body: list[str]) -> str:
    entry = {
        "RequestUri": SPEECH,
        "RequestMethod": "POST",
        "RequestHeaders": {"Content-Type": "multipart/form-data; boundary=xYz"},
        "RequestBody": body,
        "StatusCode": 200,
        "ResponseHeaders": {"Content-Type": "application/json"},
        "ResponseBody": {"text": "Hi"},
    }
    return json.dumps({"Entries": [entry], "Variables": {}}, indent=1)


def vcr(body: str, kind: str, url: str) -> str:
    return f"""interactions:
- request:
    body: {body}
    headers:
      Content-Type: ['{kind}']
    method: POST
    uri: {url}
  response:
    body: {{string: '{{"text": "Hi"}}'}}
    headers:
      Content-Type: [application/json]
    status: {{code: 200, message: OK}}
version: 1
"""


def text(fields: dict[str, str]) -> str:
    """VCR.py keeps one text."""
    body = "|-\n" + "".join(f"      {line.strip()}\n" for line in lines_of(fields)).rstrip("\n")
    return vcr(body, "multipart/form-data; boundary=xYz", SPEECH)


def har(fields: dict[str, str]) -> str:
    """HAR keeps names and values."""
    kind = "application/x-www-form-urlencoded"
    params = [{"name": name, "value": fields[name]} for name in FIELDS]
    request = {
        "method": "POST",
        "url": OTHER,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": [{"name": "Content-Type", "value": kind}],
        "queryString": [],
        "postData": {"mimeType": kind, "params": params},
        "headersSize": -1,
        "bodySize": -1,
    }
    content = {"size": 14, "mimeType": "application/json", "text": '{"text": "Hi"}'}
    response = {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [], "headers": []}
    entry = {
        "startedDateTime": "2030-01-01T00:00:00Z",
        "time": 1,
        "cache": {},
        "timings": {"send": 0, "wait": 1, "receive": 0},
        "request": request,
        "response": {**response, "content": content, "redirectURL": "", "headersSize": -1, "bodySize": -1},
    }
    log = {"version": "1.2", "creator": {"name": "Example", "version": "1"}, "entries": [entry]}
    return json.dumps({"log": log}, indent=1)


def shown(old: str, new: str) -> dict[str, tuple[str, str]]:
    """The text of the lines at which each finding above noise stands, by the end of its path."""
    sources = {side: Source.from_bytes(content.encode(), side) for side, content in (("old", old), ("new", new))}
    contents = {"old": old.splitlines(), "new": new.splitlines()}

    def locate(side: str, place: Any) -> Location:
        return Location(path=side, region=sources[side].region(place))

    def line(location: Location | None) -> str:
        return "" if location is None else contents[location.path][location.region.line - 1].strip()

    found = compare(load_source(sources["old"]), load_source(sources["new"]), locate=locate).findings
    return {
        each.path.rpartition(".")[2]: (line(each.old_location), line(each.new_location))
        for each in found
        if each.level != "noise"
    }


@pytest.mark.parametrize("made", [proxy, proxy_with_sound, text, har])
def test_a_field_stands_where_its_value_is(made: Any) -> None:
    told = shown(made(OLD), made(NEW))
    assert told.keys() == {"model", "language"}
    for name, lines in told.items():
        assert all(value in line for value, line in zip((OLD[name], NEW[name]), lines, strict=True))
        assert not any("prompt" in line or "?" in line for line in lines), "the first that has the word is another"


def test_a_field_that_came_stands_where_it_is() -> None:
    told = shown(text({**OLD, "language": ""}), text({**OLD, "language": "fr"}))
    assert told["language"][1] == "fr"


SCHEMA = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
MORE = {"type": "object", "properties": {"name": {"type": "string"}, "mail": {"type": "string"}}}


@pytest.mark.parametrize(
    "asked",
    [
        lambda schema: {"input": "Hi", "text": {"format": {"type": "json_schema", "name": "person", "schema": schema}}},
        lambda schema: {
            "messages": [{"role": "user", "content": "Hi"}],
            "response_format": {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}},
        },
    ],
    ids=["responses", "chat"],
)
def test_a_schema_that_gained_a_field_stands_at_its_fields_on_both_sides(asked: Any) -> None:
    pages = []
    for schema in (SCHEMA, {**MORE, "required": ["name", "mail"]}):
        sent = json.dumps({"model": "gpt-9", **asked(schema)}, indent=1)
        url = "https://api.openai.com/v1/" + ("responses" if "input" in asked(schema) else "chat/completions")
        body = "|-\n" + "\n".join(f"      {line}" for line in sent.splitlines())
        pages.append(vcr(body, "application/json", url))
    [(old, new)] = shown(*pages).values()
    assert old.startswith(('"properties"', '"required"'))
    assert new.startswith('"mail"')
