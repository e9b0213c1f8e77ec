"""Real VCR.py and a real client against a server here: what is written, and what is played."""

from __future__ import annotations

import copy
import gzip
import io
import json
import urllib.request
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from hypothesis import given
from hypothesis import strategies as st
from vcr.request import Request
from vcr.serializers import jsonserializer, yamlserializer

from cassette_tools import lint, load
from cassette_tools.errors import ConfigError
from cassette_tools.integrations import _exchange, vcrpy

from .model_server import SECRET, Model, serving


@pytest.fixture
def model() -> Iterator[Model]:
    with serving() as model:
        yield model


@pytest.fixture(autouse=True)
def _without_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The serializer reads the configuration of the folder it runs in."""
    monkeypatch.chdir(tmp_path)


def ask(
    model: Model, *, stream: bool, prompt: str = f"Say {SECRET}", key: str = SECRET, **headers: str
) -> httpx.Response:
    request = {"model": "gpt-4o", "stream": stream, "messages": [{"role": "user", "content": prompt}]}
    with httpx.Client(cookies={"session": "c0ffee"}) as client:
        return client.post(
            model.url,
            params={"api-version": "1", "api_key": key},
            headers={"Authorization": f"Bearer {key}", **headers},
            json=request,
        )


def said(answer: httpx.Response) -> str:
    if not answer.text.startswith("data:"):
        return str(answer.json()["choices"][0]["message"]["content"])
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data: {")]
    return "".join(event["choices"][0]["delta"].get("content") or "" for event in events)


def recorder(*, extend_select: tuple[str, ...] = (), **options: Any) -> vcr.VCR:
    made = vcr.VCR(**options)
    vcrpy.install(made, vcrpy.Serializer(extend_select=extend_select))
    return made


def hooked() -> vcr.VCR:
    return vcr.VCR(
        before_record_request=vcrpy.before_record_request, before_record_response=vcrpy.before_record_response
    )


# --- secrets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [hooked, recorder])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("packed", ["", "gzip"])
def test_no_secret_reaches_the_cassette(model: Model, tmp_path: Path, make: Any, stream: bool, packed: str) -> None:
    path = tmp_path / "answer.yaml"
    with make().use_cassette(str(path)):
        answer = ask(model, stream=stream, **{"X-Packed": packed})
    # The client and the server saw everything.
    assert said(answer) == model.text
    assert answer.headers["set-cookie"].startswith("sid=zX9q")
    assert answer.headers["x-ratelimit-remaining-requests"] == "9998"
    target, headers, body = model.asked[0]
    assert SECRET in target
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert headers["Cookie"] == "session=c0ffee"
    assert SECRET.encode() in body
    # The file has nothing of it.
    recorded = load(str(path)).interactions[0]
    for text in (path.read_text(), recorded.request.body.text or "", recorded.response.body.text or ""):
        assert not [at for at in range(len(SECRET) - 10) if SECRET[at : at + 10] in text]
        assert "zX9q" not in text
        assert "c0ffee" not in text
        assert "ratelimit" not in text
        assert "acme" not in text
    assert lint(str(path)) == ()
    # And it is played, to a client that sends the secret as before.
    with make().use_cassette(str(path), record_mode="none") as cassette:
        played = ask(model, stream=stream, **{"X-Packed": packed})
        assert cassette.all_played
    assert model.calls == 1
    assert said(played) == model.text.replace(SECRET, "REDACTED")


def test_a_request_is_matched_by_its_redacted_body(model: Model, tmp_path: Path) -> None:
    made = recorder(match_on=("method", "uri", "body"))
    path = str(tmp_path / "answers.yaml")
    prompts = (f"first {SECRET}", "second", f"third {SECRET}")
    with made.use_cassette(path):
        for prompt in prompts:
            model.text = prompt.upper()
            ask(model, stream=False, prompt=prompt)
    with made.use_cassette(path, record_mode="none"):
        assert [said(ask(model, stream=False, prompt=prompt)) for prompt in reversed(prompts)] == [
            f"THIRD {SECRET.upper()}",
            "SECOND",
            f"FIRST {SECRET.upper()}",
        ]
    assert model.calls == 3


@pytest.mark.parametrize("key", [SECRET[::-1], "REDACTED"])
def test_another_key_plays_it_too(model: Model, tmp_path: Path, key: str) -> None:
    path = str(tmp_path / "answer.yaml")
    with recorder().use_cassette(path):
        ask(model, stream=False)
    with recorder().use_cassette(path, record_mode="none"):
        assert said(ask(model, stream=False, key=key)) == model.text.replace(SECRET, "REDACTED")


def test_ids_that_a_client_says_back_are_matched(model: Model, tmp_path: Path) -> None:
    """The client says the recorded name of the call where it said the true one, in the body and in the URL."""
    made = recorder(match_on=("method", "uri", "body"))
    path = str(tmp_path / "answers.yaml")

    def converse() -> str:
        model.tool = "get_weather"
        call = ask(model, stream=False, prompt="Weather?").json()["choices"][0]["message"]["tool_calls"][0]["id"]
        model.tool = None
        with httpx.Client() as client:
            message = {"role": "tool", "tool_call_id": call, "content": "rain"}
            body = {"model": "gpt-4o", "messages": [message]}
            assert said(client.post(model.url, params={"after": call}, json=body)) == model.text
        return str(call)

    model.text = "It rains."
    with made.use_cassette(path):
        assert converse().startswith("call_q7Zt9Kx2Lm5Wv8Rd")
    with made.use_cassette(path, record_mode="none"):
        assert converse() == "call_1"
    assert model.calls == 2


def test_the_client_of_the_standard_library(model: Model, tmp_path: Path) -> None:
    def answer() -> tuple[str | None, str]:
        request = urllib.request.Request(
            f"{model.url}?api_key={SECRET}",
            data=json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": SECRET}]}).encode(),
            headers={"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as response:
            return response.headers["Set-Cookie"], json.load(response)["choices"][0]["message"]["content"]

    path = tmp_path / "answer.yaml"
    with recorder().use_cassette(str(path)):
        cookie, text = answer()
    assert cookie is not None
    assert text == model.text
    with recorder().use_cassette(str(path), record_mode="none"):
        assert answer() == (None, model.text.replace(SECRET, "REDACTED"))
    assert SECRET not in path.read_text()


def test_hooks_of_a_project_stay() -> None:
    def own(request: Any) -> Any:
        return request

    made = vcr.VCR(before_record_request=own, before_record_response=(own, own))
    vcrpy.install(made)
    vcrpy.install(made)
    assert made.before_record_request == (own, vcrpy.before_record_request)
    assert made.before_record_response == (own, own, vcrpy.before_record_response)
    assert made.serializer == "cassette"


# --- the same meaning is the same file -------------------------------------------------------------------------------


def recorded_anew(model: Model, path: Path, made: vcr.VCR) -> bytes:
    with made.use_cassette(str(path), record_mode="all", drop_unused_requests=True):
        ask(model, stream=True)
        ask(model, stream=False)
    return path.read_bytes()


def test_recording_again_changes_nothing(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    made = recorder(extend_select=("rechunk", "layout"))
    first = recorded_anew(model, path, made)
    assert recorded_anew(model, path, made) == first
    path.unlink()
    assert recorded_anew(model, path, made) == first
    assert model.calls == 6
    assert b"req_1\n" in first
    assert b"req_2\n" in first  # numbered over the file

    model.text = model.text.replace("rains", "snows")
    changed = recorded_anew(model, path, made)
    assert changed.replace(b"snows", b"rains") == first


def test_without_rechunk_the_cuts_of_the_stream_stay(model: Model, tmp_path: Path) -> None:
    path = tmp_path / "answers.yaml"
    first = recorded_anew(model, path, recorder())
    assert recorded_anew(model, path, recorder()) != first


def test_the_configuration_speaks_for_the_serializer(model: Model, tmp_path: Path) -> None:
    (tmp_path / "cassette.toml").write_text('[normalize]\nextend-select = ["rechunk"]\nignore = ["times"]\n')
    path = tmp_path / "answers.yaml"
    with recorder().use_cassette(str(path)):
        answer = ask(model, stream=True)
    text = path.read_text()
    assert answer.headers["date"] in text
    assert text.count("chat.completion.chunk") <= 4


def test_json_cassettes(model: Model, tmp_path: Path) -> None:
    made = vcr.VCR()
    vcrpy.install(made, vcrpy.Serializer(extend_select=("rechunk",), inner=jsonserializer))
    path = tmp_path / "answers.json"
    first = recorded_anew(model, path, made)
    assert json.loads(first)["version"] == 1
    path.unlink()
    assert recorded_anew(model, path, made) == first


def test_a_step_that_is_none_is_told_at_once() -> None:
    with pytest.raises(ConfigError, match="'rechunks' is no step of normalize"):
        vcrpy.Serializer(extend_select=("rechunks",))


def test_what_cannot_be_normalised_is_written_with_a_warning(tmp_path: Path) -> None:
    cassette = {"recorded": [f"Bearer {SECRET}"]}
    with pytest.warns(UserWarning, match="written without being normalised"):
        text = vcrpy.serializer.serialize(cassette)
    assert text == yamlserializer.serialize({"recorded": ["Bearer REDACTED"]})
    assert vcrpy.serializer.deserialize(text) == {"recorded": ["Bearer REDACTED"]}


def test_an_empty_cassette() -> None:
    empty: dict[str, Any] = {"version": 1, "interactions": []}
    assert vcrpy.serializer.serialize(empty) == yamlserializer.serialize(empty)


# --- the hooks alone -------------------------------------------------------------------------------------------------


def request_of(body: Any = None, **headers: Any) -> Request:
    return Request("POST", f"https://api.example.com/v1?api_key={SECRET}", body, {"Authorization": SECRET, **headers})


BODIES = (
    (f'{{"prompt": "{SECRET}"}}'.encode(), b'{"prompt": "REDACTED"}'),
    (f'{{"prompt": "{SECRET}"}}', b'{"prompt": "REDACTED"}'),
    (b'{"api_key": "Zk3vQ8mN2xR7tL5pW9yB"}', b'{"api_key": "REDACTED"}'),
    ({"messages": [{"content": SECRET}], "n": 1}, {"messages": [{"content": "REDACTED"}], "n": 1}),
    (bytearray(SECRET.encode()), bytearray(b"REDACTED")),
    (b"\xff\xfe\x00", b"\xff\xfe\x00"),
    (None, None),
    (b"", b""),
    (17, 17),
)


@pytest.mark.parametrize(("body", "wanted"), BODIES)
def test_bodies_of_requests(body: Any, wanted: Any) -> None:
    request = request_of(body)
    before = copy.deepcopy(vars(request))
    clean = vcrpy.before_record_request(request)
    assert clean.uri == "https://api.example.com/v1?api_key=REDACTED"
    assert dict(clean.headers) == {"Authorization": "REDACTED"}
    assert clean.body == wanted
    assert type(clean.body) is type(request.body)
    assert vars(request) == before
    assert vcrpy.before_record_request(clean) is clean


def test_files_and_iterators_stay_such() -> None:
    clean = vcrpy.before_record_request(request_of(io.BytesIO(SECRET.encode())))
    assert clean.body.read() == b"REDACTED"
    assert clean.body.read() == b"REDACTED"
    clean = vcrpy.before_record_request(request_of(iter([SECRET[:9].encode(), SECRET[9:]])))
    assert list(clean.body) == [b"REDACTED"]
    assert list(clean.body) == [b"REDACTED"]
    clean = vcrpy.before_record_request(request_of(iter([b"a", b"b"])))
    assert list(clean.body) == [b"a", b"b"]


def test_compressed_bodies_of_requests() -> None:
    packed = gzip.compress(SECRET.encode())
    clean = vcrpy.before_record_request(
        request_of(packed, **{"Content-Encoding": "gzip", "Content-Length": str(len(packed))})
    )
    assert gzip.decompress(clean.body) == b"REDACTED"
    assert clean.headers["Content-Length"] == str(len(clean.body))


def test_header_fields_keep_their_types() -> None:
    headers = {"authorization": f"Bearer {SECRET}".encode(), "cookie": "a=b", "x-two": ["1", SECRET], "Accept": b"*/*"}
    clean = vcrpy.before_record_request(Request("GET", "https://api.example.com/", None, headers))
    assert dict(clean.headers) == {"authorization": b"Bearer REDACTED", "x-two": "1", "Accept": b"*/*"}
    response = {
        "status": {"code": 200, "message": "OK"},
        "headers": {
            "Set-Cookie": ["a=b", "c=d"],
            "x-api-key": (SECRET, "REDACTED"),
            "X-Token": SECRET,
            "cf-cache-status": ["HIT"],
            "Content-Length": [str(len(SECRET))],
        },
        "body": {"string": SECRET.encode()},
        "url": f"https://api.example.com/?api_key={SECRET}",
    }
    before = copy.deepcopy(response)
    clean = vcrpy.before_record_response(response)
    assert response == before
    assert clean["headers"]["x-api-key"] == ("REDACTED", "REDACTED")
    assert clean["headers"]["X-Token"] == "REDACTED"
    assert clean["headers"]["Content-Length"] == ["8"]
    assert "Set-Cookie" not in clean["headers"]
    assert clean["body"] == {"string": b"REDACTED"}
    assert clean["url"] == "https://api.example.com/?api_key=REDACTED"


@pytest.mark.parametrize(
    ("response", "wanted"),
    [
        ({}, {}),
        (None, None),
        ({"body": None, "headers": None}, {"body": None, "headers": None}),
        ({"body": SECRET}, {"body": "REDACTED"}),
        (
            {"status_code": 200, "headers": {"Set-Cookie": "a=b", "X": "1"}, "content": SECRET, "http_version": "1.1"},
            {"status_code": 200, "headers": {"X": "1"}, "content": "REDACTED", "http_version": "1.1"},
        ),
        ({"headers": {"authorization": [SECRET]}, "body": {"string": "\ud800"}}, {"headers": {"authorization": ["REDACTED"]}, "body": {"string": "\ud800"}}),
        ({"headers": 5, "body": [SECRET.encode(), 7]}, {"headers": 5, "body": [b"REDACTED", 7]}),
    ],
)  # fmt: skip
def test_odd_responses(response: Any, wanted: Any) -> None:
    assert vcrpy.before_record_response(response) == wanted


def test_odd_requests() -> None:
    assert vcrpy.before_record_request(None) is None
    clean = vcrpy.before_record_request(Request("GET", f"https://x/\ud800?{SECRET}", SECRET, {"Cookie": "a=b"}))
    assert (clean.uri, clean.body, dict(clean.headers)) == (
        "https://x/\ud800?REDACTED",
        b"REDACTED",
        {"Cookie": "REDACTED"},
    )


@given(
    st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")), st.sampled_from(("", "gzip", "deflate"))
)
def test_bytes_without_secrets_stay(body: bytes, coding: str) -> None:
    packed = gzip.compress(body) if coding == "gzip" else zlib.compress(body) if coding else body
    headers = {"Content-Encoding": [coding]} if coding else {}
    response = {"status": {"code": 200, "message": "OK"}, "headers": headers, "body": {"string": packed}}
    assert vcrpy.before_record_response(copy.deepcopy(response)) == response
    request = Request("POST", "https://api.example.com/v1", packed, dict(headers))
    assert vcrpy.before_record_request(request).body == packed


def test_a_request_that_is_played_is_cleaned_once() -> None:
    request = request_of(b"asked four times by VCR.py")
    before = _exchange._normalized.cache_info()
    assert {vcrpy.before_record_request(copy.deepcopy(request)).uri for _ in range(4)} == {
        "https://api.example.com/v1?api_key=REDACTED"
    }
    after = _exchange._normalized.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 3)
