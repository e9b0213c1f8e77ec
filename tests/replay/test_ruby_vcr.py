"""Ruby VCR replays what `convert --to ruby-vcr` writes: the gem itself, with WebMock and Net::HTTP.

Needs Ruby with both gems (`make peers` installs them from Debian's packages).
"""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from cassette_tools.formats import writers
from cassette_tools.formats._write_ruby_vcr import webmock_form
from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load
from cassette_tools.model import Body, Headers, Interaction, Recording, Request, Response

from .players import Seen, by_ruby, no_ruby
from .replayed import by_lower_name, exchange, go_vcr_cassettes, sendable


@pytest.fixture(scope="module", autouse=True)
def ruby() -> str:
    """The interpreter."""
    if no_ruby():
        pytest.skip("no Ruby with VCR and WebMock here; `make peers` installs them")
    return "ruby"


def differences(folder: Path, recordings: list[Recording]) -> list[tuple[str, int, str]]:
    """What Net::HTTP sees otherwise than it was recorded: of which recording and exchange, and the part."""
    plan = []
    for number, recording in enumerate(recordings):
        path = folder / f"cassette_{number}.yml"
        path.write_bytes(writers()["ruby-vcr"].write(recording).content)
        plan.append((path, [exchange(each) for each in sendable(recording)]))
    return unlike(by_ruby(plan, folder), recordings)


def unlike(answers: list[list[Seen]], recordings: list[Recording]) -> list[tuple[str, int, str]]:
    return [
        (recording.path, interaction.index, part)
        for recording, seen in zip(recordings, answers, strict=True)
        for interaction, answer in zip(sendable(recording), seen, strict=True)
        for part in unlike_parts(answer, interaction)
    ]


def unlike_parts(answer: Seen, interaction: Interaction) -> list[str]:
    if answer.error:
        return ["error"]
    response = interaction.response
    fields = by_lower_name(response.headers)
    parts = {
        "status": (answer.status, response.status_code),
        "headers": (in_any_order(answer.headers), in_any_order(fields)),
        "body": (answer.body, body_bytes(response.body)),
    }
    return [part for part, (seen, recorded) in parts.items() if seen != recorded]


def in_any_order(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """WebMock sorts the values of a field."""
    return {name: sorted(values) for name, values in fields.items()}


def test_samples_of_every_dialect(samples: Path, tmp_path: Path) -> None:
    recordings = [load(str(path)) for path in sorted(samples.glob("dialects/*/*.yaml"))]
    recordings = [each for each in recordings if each.interactions and sendable(each)]
    assert len(recordings) > 20
    assert differences(tmp_path, recordings) == []


def test_real_go_vcr_cassettes(shared: Path, tmp_path: Path) -> None:
    assert differences(tmp_path, [load(str(path)) for path in go_vcr_cassettes(shared)[::12]]) == []


def test_streams_compression_bytes_and_texts_that_look_like_other_types(tmp_path: Path) -> None:
    texts = [
        "",
        "~",
        "on",
        "yes",
        "y",
        "1e3",
        "0x1F",
        "2026-01-01",
        "1:30",
        "=",
        "<<",
        ":symbol",
        "- a",
        "# b",
        "*",
        "&",
    ]
    texts += [
        "a\n",
        "\na",
        "a\n\n",
        "a\r\nb",
        "\ttab",
        " lead",
        "trail ",
        "Olá 👋 \u2028 \u0085",
        "'\"",
        "{}",
        "a: b",
        "\x07",
    ]
    bodies = [Body(text=text) for text in texts]
    bodies += [Body(raw=bytes(range(256))), Body(raw=gzip.compress(b"{}", mtime=0), text="{}", codings=("gzip",))]
    interactions = tuple(
        Interaction(
            index=number,
            request=Request(method="POST", url=f"https://api.example.com/v1/{number}?q=a%20b", body=body),
            response=Response(
                status_code=200,
                headers=Headers(
                    pairs=(
                        *(("X-One", "on"), ("X-One", "2026-01-01"), ("Content-Type", "text/plain")),
                        *(("Content-Encoding", coding) for coding in body.codings),
                    )
                ),
                body=body,
            ),
        )
        for number, body in enumerate(bodies)
    )
    recording = Recording(path="x", format="x", format_version=None, interactions=interactions)
    assert differences(tmp_path, [recording]) == []


def test_a_difference_is_told(tmp_path: Path, samples: Path) -> None:
    """The judge itself."""
    recording = load(str(samples / "readme" / "old.yaml"))
    path = tmp_path / "cassette.yml"
    path.write_bytes(writers()["ruby-vcr"].write(recording).content)
    (answers,) = by_ruby([(path, [exchange(each) for each in recording.interactions])], tmp_path)
    first = answers[0]._replace(status=201, body=b"", headers={})
    found = unlike([[first, *answers[1:]]], [recording])
    assert found == [(recording.path, 0, part) for part in ("status", "headers", "body")]


ADDRESSES = (
    "https://api.example.com/v1/a%3Ab/c%2Fd/é x",
    "https://a.example/x?b=1&a=2",
    "https://a.example/x?a=1&a=2",
    "https://a.example/x?q=a%20b+c%2Bd",
    "https://a.example/x?q=é&z=%C3%A9",
    "https://a.example/x?a[]=1&a[]=2",
    "https://a.example/x?empty",
    "https://a.example/x?",
    "https://a.example/x?e=",
    "https://a.example/p?u=http://x/y?z",
    "https://a.example:443/p",
    "http://a.example:80",
    "https://a.example/p?t=1:2@3,4;5",
    "https://A.example/P?x=%7e~",
    "https://a.example/?$alt=json%3Benum&b=*'()!",
    "http://localhost:8080/",
    "https://a.example/p?a=b=c",
    "https://b.example/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fx/invoke",
)


def test_addresses_are_in_the_form_of_webmock(ruby: str) -> None:
    program = "puts JSON.generate(JSON.parse(STDIN.read).map { |each| WebMock::Util::URI.normalize_uri(each).to_s })"
    done = subprocess.run(
        [ruby, "-r", "webmock", "-r", "json", "-e", program],
        input=json.dumps(ADDRESSES),
        capture_output=True,
        text=True,
        check=True,
    )
    theirs = [each.replace(":443/", "/").replace(":80/", "/") for each in json.loads(done.stdout)]
    assert [webmock_form(address) for address in ADDRESSES] == theirs
