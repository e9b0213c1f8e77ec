"""Ruby VCR replays what `convert --to ruby-vcr` writes: the gem itself, with WebMock and Net::HTTP.

Needs Ruby with both gems (`make peers` installs them from Debian's packages).
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.formats import writers
from cassette_tools.formats._write_ruby_vcr import webmock_form
from cassette_tools.load import load
from cassette_tools.model import Body, Headers, Interaction, Recording, Request, Response

from .replayed import exchange, go_vcr_cassettes, sendable

SCRIPT = Path(__file__).with_name("replay.rb")


@pytest.fixture(scope="module")
def ruby() -> str:
    """The interpreter."""
    found = shutil.which("ruby")
    if found is None:
        pytest.skip("no Ruby here; `make peers` installs it with VCR and WebMock")
    there = subprocess.run([found, "-e", "require 'vcr'; require 'webmock'"], capture_output=True, check=False)
    if there.returncode:
        pytest.skip("this Ruby has no VCR or no WebMock; `make peers` installs them")
    return found


def differences(ruby: str, folder: Path, recordings: list[Recording]) -> Any:
    """What Net::HTTP sees otherwise than it was recorded."""
    plan = []
    for number, recording in enumerate(recordings):
        path = folder / f"cassette_{number}.yml"
        path.write_bytes(writers()["ruby-vcr"].write(recording).content)
        plan.append({"cassette": str(path), "exchanges": [exchange(each) for each in sendable(recording)]})
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [ruby, str(SCRIPT), str(folder / "plan.json")], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_samples_of_every_dialect(ruby: str, samples: Path, tmp_path: Path) -> None:
    recordings = [load(str(path)) for path in sorted(samples.glob("dialects/*/*.yaml"))]
    recordings = [each for each in recordings if each.interactions and sendable(each)]
    assert len(recordings) > 20
    assert differences(ruby, tmp_path, recordings) == []


def test_real_go_vcr_cassettes(ruby: str, shared: Path, tmp_path: Path) -> None:
    assert differences(ruby, tmp_path, [load(str(path)) for path in go_vcr_cassettes(shared)[::12]]) == []


def test_streams_compression_bytes_and_texts_that_look_like_other_types(ruby: str, tmp_path: Path) -> None:
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
    assert differences(ruby, tmp_path, [recording]) == []


def test_a_difference_is_told(ruby: str, tmp_path: Path, samples: Path) -> None:
    recording = load(str(samples / "readme" / "old.yaml"))
    path = tmp_path / "cassette.yml"
    path.write_bytes(writers()["ruby-vcr"].write(recording).content)
    first = exchange(recording.interactions[0])
    plan = [{"cassette": str(path), "exchanges": [{**first, "status": 201}]}]
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run([ruby, str(SCRIPT), str(tmp_path / "plan.json")], capture_output=True, text=True, check=True)
    assert [row[2:] for row in json.loads(done.stdout)] == [["status", "200", "201"]]


ADDRESSES = (
    "https://api.example.com/v1/a%3Ab/c%2Fd/é x",
    "https://a.example/x?b=1&a=2",
    "https://a.example/x?a=1&a=2",
    "https://a.example/x?q=a%20b+c%2Bd",
    "https://a.example/x?q=é&z=%C3%A9",
    "https://a.example/x?a[]=1&a[]=2",
    "https://a.example/x?empty",
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
