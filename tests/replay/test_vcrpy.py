"""VCR.py replays what `convert` writes: its own matcher finds each request, and a real client sees the same answer."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import vcr
from effort import THOROUGH, chosen
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

from .players import by_vcrpy, with_httpx
from .replayed import by_lower_name, exchange, go_vcr_cassettes, sendable


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


# --- a real client ---------------------------------------------------------------------------------------------------


def seen_by_httpx(recording: Recording, path: Path) -> list[tuple[int, Mapping[str, list[str]], bytes]]:
    """Status, header fields and body of each answer; httpx undoes content codings."""
    ((answers),) = by_vcrpy(with_httpx, [(path, [exchange(each) for each in recording.interactions])], path.parent)
    assert [each.error for each in answers if each.error] == []
    return [(each.status, each.headers, each.body) for each in answers]


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
