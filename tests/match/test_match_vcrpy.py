"""VCR.py's own matchers decide the same as ours, and its cassettes play what we say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import vcr.matchers
import yaml
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from vcr.cassette import Cassette
from vcr.request import Request as VcrRequest
from vcr.serialize import deserialize
from vcr.serializers import yamlserializer

from cassette_tools._record import replace
from cassette_tools.load import load, load_source
from cassette_tools.match.search import answer, replay
from cassette_tools.matchers import Matching, agrees, player_named
from cassette_tools.model import Headers, Request
from cassette_tools.source import Source
from cassette_tools.wire.body import read_body

VCRPY = player_named("vcrpy")
DEFAULT = Matching(player=VCRPY, on=VCRPY.on)


def theirs(name: str, one: VcrRequest, other: VcrRequest) -> bool:
    """The verdict of VCR.py."""
    verdict, _message = vcr.matchers._evaluate_matcher(getattr(vcr.matchers, name), one, other)
    return bool(verdict)


def ours(name: str, one: Request, other: Request) -> bool:
    return agrees(name, one, other, DEFAULT)


def made(method: str, url: str, fields: dict[str, str], body: str | None) -> tuple[Request, VcrRequest]:
    headers = Headers(pairs=tuple(fields.items()))
    return Request(method=method, url=url, headers=headers, body=read_body(body, headers, ())), VcrRequest(
        method, url, body, fields
    )


URLS = st.sampled_from(
    ["http://a.example", "http://a.example/", "http://a.example:80/", "https://a.example/", "https://a.example:443/v1",
     "https://a.example/v1", "https://A.example/v1", "https://a.example/v1?a=1&b=2", "https://a.example/v1?b=2&a=1",
     "https://a.example/v1?a=1&b=2&c=", "https://a.example/v1?a=1&a=2", "https://a.example/v1?a=%31&b=2", "https://u:p@a.example/v1",
     "https://a.example/v1#x", "https://a.example/v1;p=1", "https://a.example:8443/v1", "https://a.example/v1/"]
)  # fmt: skip
BODIES = st.sampled_from(
    [None, "", "{}", '{"a":1,"b":2}', '{"b": 2, "a": 1}', '{"a":1.0,"b":2}', '{"a":true,"b":2}', "[1,2]", "[2,1]", "a=1&b=2",
     "b=2&a=1", "a=1&b=3", "{", '{"a":1,"b":2}\n{"a":1}', "null", "ä=1", "5\r\nhello\r\n0\r\n\r\n", "hello", "data: {}\n\n", "5\r\nhe"]
)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from(["Content-Type", "content-type", "Transfer-Encoding", "X-Trace"]),
    st.sampled_from(
        [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/x-www-form-urlencoded",
            "text/plain",
            "chunked",
        ]
    ),
    max_size=2,
).filter(lambda each: len({name.lower() for name in each}) == len(each))
REQUESTS = st.builds(made, st.sampled_from(["GET", "POST", "get"]), URLS, FIELDS, BODIES)


@given(REQUESTS, REQUESTS)
@examples(600)
def test_every_matcher_decides_as_that_of_vcrpy(
    one: tuple[Request, VcrRequest], other: tuple[Request, VcrRequest]
) -> None:
    mine, vcrs = zip(one, other, strict=True)
    for name in VCRPY.names:
        assert (name, ours(name, *mine)) == (name, theirs(name, *vcrs))


def cassettes(shared: Path) -> list[Path]:
    return sorted(path for each in ("corpus", "judged/lint") for path in (shared / each).glob("*__*/**/*.yaml"))


@cache
def both(path: Path) -> tuple[list[Request], list[VcrRequest]]:
    """The requests of a cassette as we read them and as VCR.py does; none where it cannot read the file."""
    try:
        asked, _answers = deserialize(path.read_text(encoding="utf-8"), yamlserializer)[:2]
    except (ValueError, KeyError, TypeError, AssertionError, yaml.YAMLError):
        return [], []
    recording = load(str(path))
    if recording.format != "vcrpy" or len(recording.interactions) != len(asked):
        return [], []
    return [each.request for each in recording.interactions], asked


def pairs(shared: Path) -> Iterator[tuple[Path, int, int, tuple[Request, VcrRequest], tuple[Request, VcrRequest]]]:
    """Requests of one cassette, each beside itself and a few others, and the first of many cassettes."""
    chance = random.Random(12)
    firsts: list[tuple[Request, VcrRequest]] = []
    for path in cassettes(shared)[::2]:
        mine, vcrs = both(path)
        requests = list(zip(mine, vcrs, strict=True))
        for i, one in enumerate(requests[:6]):
            for j, other in enumerate(requests[:6]):
                yield path, i, j, one, other
        if requests:
            for other in chance.sample(firsts, min(4, len(firsts))):
                yield path, 0, -1, requests[0], other
            firsts.append(requests[0])


def test_real_requests_match_as_they_do_in_vcrpy(shared: Path) -> None:
    checked = 0
    wrong = []
    for path, i, j, one, other in pairs(shared):
        for name in VCRPY.names:
            checked += 1
            if ours(name, one[0], other[0]) != theirs(name, one[1], other[1]):
                wrong.append((path.name, i, j, name))
    assert wrong == []
    assert checked > 2000


def play(path: Path, requests: list[VcrRequest], **options: Any) -> list[int | None]:
    """Which recording VCR.py plays for each request."""
    on = tuple(getattr(vcr.matchers, name) for name in VCRPY.on)
    cassette = Cassette.load(path=str(path), match_on=on, record_mode="none", **options)
    answers = [id(response) for response in cassette.responses]
    return [
        answers.index(id(cassette.play_response(each))) if cassette.can_play_response_for(each) else None
        for each in requests
    ]


@pytest.mark.parametrize("repeats", [False, True])
def test_all_says_what_vcrpy_plays(shared: Path, repeats: bool) -> None:
    matching = replace(DEFAULT, repeats=repeats)
    played = told = 0
    for path in cassettes(shared):
        mine, vcrs = both(path) if path.stat().st_size < 100_000 else ([], [])
        if len(mine) < 2:
            continue
        fates = replay(load(str(path)), matching).fates
        expected = [each.by.index if each.by is not None else each.interaction.index for each in fates]
        assert (path.name, play(path, vcrs, allow_playback_repeats=repeats)) == (path.name, expected)
        played += len(vcrs)
        told += sum(each.status == "shadowed" for each in fates)
    assert played > 100
    assert (told > 30) is repeats


CASSETTE = """\
version: 1
interactions:
- request: {{method: POST, uri: 'https://a.example/v1', headers: {{}}, body: '{{"q":1}}'}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: one}}}}
- request: {{method: POST, uri: 'https://a.example/{path}', headers: {{}}, body: '{{"q":2}}'}}
  response: {{status: {{code: 200, message: OK}}, headers: {{}}, body: {{string: two}}}}
"""


@pytest.mark.parametrize(
    ("path", "asked", "found", "further"),
    [
        ("v1", ["v1"], 0, [1]),
        ("v1", ["v1", "v1"], 1, []),
        ("v1", ["v1", "v1", "v1"], None, []),
        ("v2", ["v1", "v1"], None, []),
        ("v2", ["v1", "v2"], 1, []),
        ("v2", ["v3"], None, []),
    ],
)
def test_what_was_played_is_not_played_again(
    tmp_path: Path, path: str, asked: list[str], found: int | None, further: list[int]
) -> None:
    content = CASSETTE.format(path=path)
    (tmp_path / "a.yaml").write_text(content)
    sent = [made("POST", f"https://a.example/{each}", {}, None) for each in asked]
    *before, last = play(tmp_path / "a.yaml", [each[1] for each in sent])
    recording = load_source(Source.from_bytes(content.encode(), "a.yaml"))
    seen = answer(recording, sent[-1][0], DEFAULT, frozenset(each for each in before if each is not None))
    assert SimpleNamespace(index=last) == (SimpleNamespace(index=found))
    assert seen.found is None if found is None else seen.found is not None and seen.found.index == found
    assert [each.index for each in seen.further] == further
