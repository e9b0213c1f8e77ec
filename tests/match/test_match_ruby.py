"""Ruby VCR's own matchers decide the same as ours: the gem itself. Needs Ruby with vcr (`make peers`)."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product

import pytest

from cassette_tools.matchers import Matching, agrees, player_named
from cassette_tools.model import Headers, Request
from cassette_tools.wire.body import read_body

RUBY = player_named("ruby-vcr")
SCRIPT = """
require "json"
require "vcr"
VCR.configuration
one, other = JSON.parse($stdin.read).values_at("given", "recorded")
given = one.map { |each| VCR::Request.new(each["method"], each["uri"], each["body"], {}) }
recorded = other.map { |each| VCR::Request.from_hash({ "method" => each["method"], "uri" => each["uri"], "body" => { "string" => each["body"] }, "headers" => {} }) }
names = %i[method uri host path query body body_as_json]
puts JSON.generate(given.zip(recorded).map { |a, b| names.map { |name| VCR.request_matchers[name].matches?(a, b) ? true : false } })
"""
NAMES = ("method", "uri", "host", "path", "query", "body", "body_as_json")
URLS = (
    "https://a.example/v1",
    "https://a.example:443/v1",
    "https://a.example:8443/v1",
    "http://a.example:80/v1",
    "http://a.example/v1",
    "https://a.example/v1?a=1&b=2",
    "https://a.example/v1?b=2&a=1",
    "https://a.example/v1?a=1&a=2",
    "https://b.example/v1/",
)
BODIES = ("", "{}", '{"a":1,"b":2}', '{"b":2, "a":1.0}', '{"a":true,"b":2}', "a=1", "[1]")


def asked(method: str, uri: str, body: str) -> Request:
    return Request(method=method, url=uri, headers=Headers(), body=read_body(body, Headers(), ()))


def test_every_matcher_decides_as_that_of_the_gem() -> None:
    ruby = shutil.which("ruby")
    if ruby is None or subprocess.run([ruby, "-e", "require 'vcr'"], capture_output=True, check=False).returncode:
        pytest.skip("no Ruby with VCR here; `make peers` installs it")
    # A live request has no port that goes without saying by the time it is compared; a recorded one may.
    pairs = [(("post", one, "{}"), ("post", other, "{}")) for one, other in product(URLS, URLS) if ":443" not in other]
    pairs = [pair for pair in pairs if ":80/" not in pair[1][1]]
    pairs += [(("post", URLS[0], one), ("post", URLS[0], other)) for one, other in product(BODIES, BODIES)]
    pairs += [(("POST", URLS[0], ""), (other, URLS[0], "")) for other in ("post", "POST", "get")]
    sent = {
        side: [dict(zip(("method", "uri", "body"), pair[number], strict=True)) for pair in pairs]
        for number, side in enumerate(("given", "recorded"))
    }
    done = subprocess.run([ruby, "-e", SCRIPT], input=json.dumps(sent), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    matching = Matching(player=RUBY, on=RUBY.on)
    ours = [[agrees(name, asked(*one), asked(*other), matching) for name in NAMES] for one, other in pairs]
    wrong = [
        (pair, name, mine, theirs)
        for pair, row, rows in zip(pairs, ours, json.loads(done.stdout), strict=True)
        for name, mine, theirs in zip(NAMES, row, rows, strict=True)
        if mine != theirs
    ]
    assert wrong == []
