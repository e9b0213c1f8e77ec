"""VCR.py replays what `convert` writes: its own matcher finds each request, and a real client sees the same answer."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from effort import THOROUGH, chosen, files, loaded, some
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request
from vcr.serializers import jsonserializer, yamlserializer

from cassette_tools import normalize
from cassette_tools._record import replace
from cassette_tools.diff import compare
from cassette_tools.formats import writers
from cassette_tools.formats._uncoded import decompressed
from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load, understood
from cassette_tools.model import Body, Headers, Interaction, Recording, Response
from cassette_tools.model import Request as OurRequest
from cassette_tools.wire.body import read_body

from .replayed import by_lower_name, go_vcr_cassettes, sendable


def written(recording: Recording, to: str, folder: Path) -> Path:
    writer = writers()[to]
    path = folder / f"cassette{writer.extension}"
    path.write_bytes(writer.write(recording).content)
    return path


def found(recording: Recording, path: Path, to: str) -> list[tuple[int, bytes, int, bytes]]:
    """Of each request: the status and the body that VCR.py plays, and those that were recorded."""
    cassette = Cassette.load(path=str(path), record_mode=vcr.mode.NONE, serializer=SERIALIZERS[to])
    played = []
    for each in recording.interactions:
        asked = each.request
        request = Request(asked.method, asked.url, body_bytes(asked.body), dict(asked.headers))
        assert cassette.can_play_response_for(request), (path, each.index)
        answer = cassette.play_response(request)
        played.append(
            (
                answer["status"]["code"],
                answer["body"]["string"] or b"",
                each.response.status_code,
                body_bytes(each.response.body),
            )
        )
    assert cassette.all_played
    return played


SERIALIZERS: dict[str, Any] = {"vcrpy": yamlserializer, "vcrpy-json": jsonserializer}


def test_its_matcher_finds_every_interaction_of_every_go_vcr_cassette(shared: Path, tmp_path: Path) -> None:
    count = 0
    for path in go_vcr_cassettes(shared):
        recording = load(str(path))
        for status, body, wanted_status, wanted_body in found(
            recording, written(recording, "vcrpy", tmp_path), "vcrpy"
        ):
            assert (status, body) == (wanted_status, wanted_body), path
            count += 1
    assert count > 500


@pytest.mark.parametrize("to", sorted(SERIALIZERS))
def test_it_plays_samples_of_every_format(samples: Path, tmp_path: Path, to: str) -> None:
    formats = set()
    for path in sorted(samples.glob("formats/*/*")) + sorted(samples.glob("dialects/*/*")):
        if "bad" in path.name or not path.is_file():
            continue
        recording = decompressed(load(str(path)))
        if not recording.interactions or len(sendable(recording)) < len(recording.interactions):
            continue
        if any("not UTF-8" in loss.message for loss in writers()[to].write(recording).losses):
            continue
        formats.add(recording.format)
        for status, body, wanted_status, wanted_body in found(recording, written(recording, to, tmp_path), to):
            assert (status, body) == (wanted_status, wanted_body), path
    assert "go-vcr" in formats


# --- a real client ---------------------------------------------------------------------------------------------------


Seen = list[tuple[int, dict[str, list[str]], bytes]]


def seen_by_httpx(recording: Recording, path: Path) -> Seen:
    """Status, header fields and body of each answer; httpx undoes content codings."""
    with vcr.use_cassette(str(path), record_mode="none"), httpx.Client() as client:
        seen = []
        for each in recording.interactions:
            answer = client.request(each.request.method, each.request.url, content=body_bytes(each.request.body))
            seen.append((answer.status_code, by_lower_name(answer.headers.multi_items()), answer.content))
        return seen


def seen_by_requests(recording: Recording, path: Path) -> Seen:
    import requests

    with vcr.use_cassette(str(path), record_mode="none"), requests.Session() as client:
        seen = []
        for each in recording.interactions:
            answer = client.request(
                each.request.method, each.request.url, data=body_bytes(each.request.body), allow_redirects=False
            )
            seen.append((answer.status_code, by_lower_name(answer.raw.headers.items()), answer.content))
        return seen


def seen_by_aiohttp(recording: Recording, path: Path) -> Seen:
    """The answers that VCR.py makes for aiohttp."""
    import asyncio

    aiohttp = pytest.importorskip("aiohttp", reason="no aiohttp here; `make peers` installs it")
    from yarl import URL

    async def asked() -> Seen:
        seen = []
        async with aiohttp.ClientSession() as client:
            for each in recording.interactions:
                address = URL(each.request.url, encoded=True)
                answer = await client.request(
                    each.request.method, address, data=body_bytes(each.request.body), allow_redirects=False
                )
                seen.append((answer.status, by_lower_name(answer.headers.items()), await answer.read()))
        return seen

    with vcr.use_cassette(str(path), record_mode="none"):
        return asyncio.run(asked())


CLIENTS = {"httpx": seen_by_httpx, "requests": seen_by_requests, "aiohttp": seen_by_aiohttp}


def wanted(recording: Recording) -> list[tuple[int, dict[str, list[str]], bytes]]:
    plain = decompressed(recording)
    return [
        (
            each.response.status_code,
            by_lower_name((name, value) for name, value in each.response.headers),
            body_bytes(bare.response.body),
        )
        for each, bare in zip(recording.interactions, plain.interactions, strict=True)
    ]


def test_a_client_sees_what_was_recorded(shared: Path, tmp_path: Path) -> None:
    for path in go_vcr_cassettes(shared)[::24]:
        recording = load(str(path))
        assert seen_by_httpx(recording, written(recording, "vcrpy", tmp_path)) == wanted(recording), path


@pytest.mark.parametrize("client", CLIENTS)
def test_every_client_reads_what_other_formats_became(shared: Path, tmp_path: Path, client: str) -> None:
    """HAR and others keep the header of a coding over a body without it, and no client reads such an answer."""
    formats = Counter[str]()
    for path in (each for each in files(shared / "corpus") if each.suffix in (".har", ".json", ".yml")):
        recording = loaded(path)
        if (
            recording is None
            or recording.format in ("vcrpy", "go-vcr")
            or len(sendable(recording)) < len(recording.interactions)
        ):
            continue
        formats[recording.format] += 1
        if formats[recording.format] > EACH or not all(each.response.status_code for each in recording.interactions):
            continue
        plain = decompressed(recording)
        bodies = [(each.response.status_code, body_bytes(each.response.body)) for each in plain.interactions]
        seen = CLIENTS[client](recording, written(recording, "vcrpy", tmp_path))
        assert [(status, body) for status, _headers, body in seen] == bodies, path
    assert {"har", "ruby-vcr", "azure-test-proxy"} <= formats.keys()


EACH = some(25)  # recordings of a format that are played to each client


def test_a_client_sees_streams_compression_bytes_and_repeated_fields(tmp_path: Path) -> None:
    stream = 'data: {"choices":[{"delta":{"content":"Olá"}}]}\n\ndata: [DONE]\n\n'
    answers = (
        Response(status_code=200, headers=fields("text/event-stream"), body=Body(text=stream)),
        Response(status_code=200, headers=fields("application/octet-stream"), body=Body(raw=bytes(range(256)))),
        Response(
            status_code=429,
            headers=Headers(pairs=(*fields("application/json").pairs, ("Content-Encoding", "gzip"))),
            body=Body(text='{"error":1}', raw=gzip.compress(b'{"error":1}', mtime=0), codings=("gzip",)),
        ),
        Response(status_code=204, headers=Headers(pairs=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")))),
    )
    interactions = tuple(
        Interaction(
            index=number,
            request=OurRequest(
                method="POST", url=f"https://api.example.com/v1/{number}?x=é&y=%20", body=Body(text="{}")
            ),
            response=answer,
        )
        for number, answer in enumerate(answers)
    )
    recording = Recording(path="x", format="x", format_version=None, interactions=interactions)
    assert seen_by_httpx(recording, written(recording, "vcrpy", tmp_path)) == wanted(recording)
    plain = replace(decompressed(recording), format="x")
    assert seen_by_httpx(plain, written(plain, "vcrpy", tmp_path)) == wanted(plain)


def fields(media_type: str) -> Headers:
    return Headers(pairs=(("Content-Type", media_type), ("X-Trace", "1"), ("X-Trace", "2")))


def test_a_request_that_was_not_recorded_is_refused(samples: Path, tmp_path: Path) -> None:
    path = written(load(str(samples / "readme" / "old.yaml")), "vcrpy", tmp_path)
    with (
        vcr.use_cassette(str(path), record_mode="none"),
        httpx.Client() as client,
        pytest.raises(CannotOverwriteExistingCassetteException),
    ):
        client.get("https://api.openai.com/v1/models")


# --- normalised recordings -------------------------------------------------------------------------------------------


def vcrpy_cassettes(shared: Path) -> list[Path]:
    """The chosen cassettes of VCR.py's own, in YAML, whose bodies stand where its serializer looks for them."""
    found = []
    for path in (path for path in chosen(shared / "corpus") if path.suffix in (".yaml", ".yml")):
        content = path.read_bytes()
        if b"interactions:" not in content or b"parsed_body:" in content:
            continue
        try:
            recording = load(str(path))
            Cassette.load(path=str(path), record_mode=vcr.mode.NONE, serializer=yamlserializer)
        except Exception:  # whatever VCR.py cannot read as it is, it need not read afterwards
            continue
        if b"status_code:" in content:
            continue  # of VCR.py before 6, which this one does not play
        if recording.format == "vcrpy" and len(sendable(recording)) == len(recording.interactions):
            found.append(path)
    return found


@pytest.mark.parametrize("steps", [(), ("rechunk",)], ids=["usual", "rechunk"])
def test_it_plays_normalised_cassettes(shared: Path, tmp_path: Path, steps: tuple[str, ...]) -> None:
    """The client asks as it did (where an id or a key stood in the URL, as it would now), and is told the same."""
    count, played_calls = 0, 0
    unlike: list[tuple[Any, ...]] = []
    for path in vcrpy_cassettes(shared):
        new_path = tmp_path / "cassette.yaml"
        new_path.write_bytes(normalize(path.read_bytes(), path=str(path), extend_select=steps))
        old, new = load(str(path)), load(str(new_path))
        cassette = Cassette.load(path=str(new_path), record_mode=vcr.mode.NONE, serializer=yamlserializer)
        heard = []
        for before, after in zip(old.interactions, new.interactions, strict=True):
            asked = before.request if before.request.url == after.request.url else after.request
            request = Request(asked.method, asked.url, body_bytes(before.request.body), dict(before.request.headers))
            if not cassette.can_play_response_for(request):
                unlike.append((path.name, before.index, "not found"))
                continue
            answer = cassette.play_response(request)
            content = answer["body"]["string"] or b""
            status = answer["status"]["code"]
            count += 1
            text = after.response.body.raw is None and isinstance(content, bytes)
            body = read_body(content.decode() if text else content, after.response.headers, ())
            response = replace(after.response, body=body, status_code=status)
            heard.append(understood(replace(after, response=response, llm=None)))
            played_calls += before.llm is not None
        report = compare(old, replace(new, interactions=tuple(heard)))
        unlike += [(path.name, each.rule, each.path) for each in report.findings if each.level != "noise"]
    assert unlike == []
    assert count >= (190 if THOROUGH else 20)
    assert played_calls >= (100 if THOROUGH else 15)
