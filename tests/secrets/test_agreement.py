"""What `lint` finds, `normalize` redacts, and nothing else: every kind of key, at every place, in every stream and
format. `CASSETTE_THOROUGH=1` takes all of them (`make corpus`); otherwise some are drawn.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from effort import THOROUGH
from secret_material import (
    ANYWHERE,
    ARGUMENTS,
    MARKED,
    NAMED,
    TEXTS,
    UNMARKED,
    Maker,
    cassette,
    secret_part,
    splits,
    streamed,
)

from cassette_tools.config import LintSettings
from cassette_tools.formats import FORMATS
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.load import load_source
from cassette_tools.normalize import Settings, normalized
from cassette_tools.source import Source

CHOSEN = chosen_rules(LintSettings(select=("secrets",), ignore=("cookie-recorded",)))
SECRETS = tuple(row for row in CHOSEN if row[0].name.startswith("secret-"))
PIECE = 8  # characters of a key that give it away

# How a file of a format is called that can be written and normalised.
WRITTEN = {
    name: writer
    for each in FORMATS
    if each.noted is not None
    for name, writer in each.writers.items()
    if name == each.name
}


def some(names: dict[str, Any], count: int, seed: str) -> list[str]:
    return list(names) if THOROUGH else random.Random(seed).sample(list(names), min(count, len(names)))


def check(content: bytes, key: str, said: str) -> None:
    """Lint finds the key and does not say it; afterwards it is gone, and lint finds nothing."""
    found = lint_source(Source.from_bytes(content, "a.yaml"), SECRETS)
    assert found, f"{said}: not found"
    secret = secret_part(key)
    words = " ".join(each.message for each in found)
    assert not _shows(words, secret), f"{said}: said"
    settings = Settings(steps=frozenset(["secrets"]), requests=True)
    done = normalized(Source.from_bytes(content, "a.yaml"), settings).content
    assert not lint_source(Source.from_bytes(done, "a.yaml"), SECRETS), f"{said}: still found"
    assert not _shows(done.decode(), secret), f"{said}: still there"
    assert normalized(Source.from_bytes(done, "a.yaml"), settings).content == done, f"{said}: twice is not once"


def _shows(text: str, secret: str) -> bool:
    body = secret[-(len(secret) * 2 // 3) :]  # the mark may be said
    return any(body[at : at + PIECE] in text for at in range(len(body) - PIECE + 1))


@pytest.mark.parametrize("kind", MARKED)
def test_marked_keys_anywhere(kind: str) -> None:
    dice = random.Random(kind)
    for place in some(ANYWHERE, 2, kind):
        key = MARKED[kind](dice)
        check(cassette(ANYWHERE[place](key)), key, place)


@pytest.mark.parametrize("place", NAMED)
def test_unmarked_keys_where_a_name_tells_them(place: str) -> None:
    for kind in some(UNMARKED, 3, place):
        key = UNMARKED[kind](random.Random(kind))
        check(cassette(NAMED[place](key)), key, kind)


@pytest.mark.parametrize("stream", TEXTS)
def test_marked_keys_in_two_events(stream: str) -> None:
    for kind in some(MARKED, 3, stream):
        _at_every_position(MARKED[kind], kind, lambda key: f"Keep {key} safe.", TEXTS[stream])


@pytest.mark.parametrize("stream", ARGUMENTS)
def test_arguments_in_two_events(stream: str) -> None:
    for kind in some(UNMARKED, 2, stream):
        _at_every_position(
            UNMARKED[kind], kind, lambda key: '{"url": "/", "api_key": "' + key + '"}', ARGUMENTS[stream]
        )
    for kind in some(MARKED, 2, stream):
        _at_every_position(MARKED[kind], kind, lambda key: '{"note": "it is ' + key + ' now"}', ARGUMENTS[stream])


def _at_every_position(maker: Maker, kind: str, around: Any, stream: Any) -> None:
    dice = random.Random(kind)
    key = maker(dice)
    if "\n" in key:
        return
    cuts = list(splits(around(key), key))
    for pieces in cuts if THOROUGH else dice.sample(cuts, 3):
        check(cassette(streamed(stream(pieces))), key, f"{kind} cut after {len(pieces[1])}")


@pytest.mark.parametrize("layout", WRITTEN)
def test_every_format(layout: str) -> None:
    for place in some(NAMED, 4, layout):
        key = UNMARKED["Cohere, 40 letters and digits"](random.Random(place))
        recording = load_source(Source.from_bytes(cassette(NAMED[place](key)), "a.yaml"))
        content = WRITTEN[layout].write(recording).content
        check(content, key, place)
