"""VCR.py replays what `convert` writes: its own matcher finds each request, and a real client sees the same answer."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from vcr.cassette import Cassette
from vcr.errors import CannotOverwriteExistingCassetteException
from vcr.request import Request
from vcr.serializers import jsonserializer, yamlserializer

from cassette_tools._record import replace
from cassette_tools.formats import writers
from cassette_tools.formats._uncoded import decompressed
from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load
from cassette_tools.model import Body, Headers, Interaction, Recording, Response
from cassette_tools.model import Request as OurRequest

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


def seen_by_httpx(recording: Recording, path: Path) -> list[tuple[int, dict[str, list[str]], bytes]]:
    """Status, header fields and body of each answer; httpx undoes content codings."""
    with vcr.use_cassette(str(path), record_mode="none"), httpx.Client() as client:
        seen = []
        for each in recording.interactions:
            answer = client.request(each.request.method, each.request.url, content=body_bytes(each.request.body))
            seen.append((answer.status_code, by_lower_name(answer.headers.multi_items()), answer.content))
        return seen


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
