"""A recording of any format plays as any format that we write, in the real player, to its ecosystem's usual client.

How many exchanges do is kept in `played.json`, of which docs/formats.md makes a table. `CASSETTE_UPDATE=1` writes it anew
(`pytest -n 0 tests/replay/test_played.py`, after `make peers`).
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from effort import THOROUGH, files, loaded, some

from cassette_tools._record import replace
from cassette_tools.formats import writers
from cassette_tools.formats._asking import addressed
from cassette_tools.formats._uncoded import uncoded
from cassette_tools.formats._writing import body_bytes, text_of
from cassette_tools.load import load
from cassette_tools.model import Interaction, Recording
from cassette_tools.wire.codings import UndecodableError, decoded

from .players import PLAYERS, Player, Seen
from .replayed import can_be_sent, exchange

TABLE = Path(__file__).with_name("played.json")
UPDATE = bool(os.environ.get("CASSETTE_UPDATE"))
ALL = THOROUGH or UPDATE
EACH = 20 if ALL else some(20, 10)  # real recordings of a format


# --- what is asked, and what must be seen ----------------------------------------------------------------------------


def can_be_asked(interaction: Interaction) -> bool:
    is_socket = interaction.response.body.stream == "websocket"
    is_pattern = interaction.request.url.startswith("~r/")  # of ExVCR, for answers that somebody wrote
    return can_be_sent(interaction) and 200 <= interaction.response.status_code <= 599 and not (is_socket or is_pattern)


def is_as_recorded(seen: Seen, interaction: Interaction) -> bool:
    """Status and body, the latter without its coding: some clients undo it, and to some it was never sent."""
    if seen.error or seen.status != interaction.response.status_code:
        return False
    return has_no_body(interaction) or without_coding(seen) == body_bytes(uncoded(interaction).response.body)


def has_no_body(interaction: Interaction) -> bool:
    """Such answers end with their header fields, whatever was recorded (RFC 9112 §6.3)."""
    return interaction.request.method.upper() == "HEAD" or interaction.response.status_code in (204, 304)


def without_coding(seen: Seen) -> bytes:
    try:
        return decoded(seen.body, ",".join(seen.headers.get("content-encoding", ())).lower())[0]
    except UndecodableError:  # the client has undone it
        return seen.body


# --- what is not played, and why (the reasons are told in docs/formats.md) --------------------------------------------


def asks_bytes(recording: Recording, number: int) -> bool:
    return text_of(recording.interactions[number].request.body) is None


def answers_bytes(recording: Recording, number: int) -> bool:
    return text_of(uncoded(recording.interactions[number]).response.body) is None


def is_asked_again(recording: Recording, number: int) -> bool:
    """For Playwright two requests are one by method and address, and by the bodies of POST where both have one."""
    place, body = question(recording.interactions[number])
    others = [question(each) for each in recording.interactions if each.index != number]
    return any(place == there and (body == content or not body or not content) for there, content in others)


def question(interaction: Interaction) -> tuple[tuple[str, str], bytes]:
    request = interaction.request
    return (request.method, request.url), body_bytes(request.body) if request.method == "POST" else b""


def redirects(recording: Recording, number: int) -> bool:
    return 300 <= recording.interactions[number].response.status_code <= 399


def is_kept_otherwise(recording: Recording, number: int) -> bool:
    """A request of go-vcr's own that is not as Go's client sends it."""
    if recording.format != "go-vcr":
        return False
    interaction = recording.interactions[number]
    plain = replace(interaction, request=replace(interaction.request, content_length=None))
    as_go_sends_it = replace(recording, format="another", interactions=(plain,))
    documents = (replace(recording, interactions=(interaction,)), as_go_sends_it)
    own, sent = (yaml.safe_load(writers()["go-vcr"].write(each).content)["interactions"][0] for each in documents)
    return without_empty(own["request"]) != without_empty(sent["request"])


def without_empty(request: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in request.items() if value not in ("", {}, [], None)}


def has_no_name(recording: Recording, number: int) -> bool:
    return "?=" in recording.interactions[number].request.url


def is_spelled_by_its_client(recording: Recording, number: int) -> bool:
    """A method of VCR.py's own that only the client asks for with which it was recorded (aiohttp: ``post``)."""
    method = recording.interactions[number].request.method
    return recording.format == "vcrpy" and method != method.upper()


REASONS = {
    "har": (asks_bytes, is_asked_again, redirects),
    "vcrpy": (is_spelled_by_its_client,),
    "vcrpy-json": (is_spelled_by_its_client, answers_bytes),
    "ruby-vcr": (has_no_name,),
    "go-vcr v4": (is_kept_otherwise,),
}


def is_explained(player: Player, recording: Recording, number: int) -> bool:
    reasons = (*REASONS.get(player.format, ()), *REASONS.get(player.name, ()))
    return any(reason(recording, number) for reason in reasons)


# --- playing ---------------------------------------------------------------------------------------------------------


def read(paths: Iterable[Path]) -> list[Recording]:
    """Those with something to ask, as `convert --url` makes it; without durations, since go-vcr v1 waits for them."""
    found = []
    for path in paths:
        if (kept := loaded(path)) is None:
            continue
        recording = addressed(kept, "https://api.example.com")
        if any(map(can_be_asked, recording.interactions)):
            still = tuple(replace(each, duration=None) for each in recording.interactions)
            found.append(replace(recording, interactions=still))
    return found


@cache
def of_samples(folder: Path) -> Sequence[Recording]:
    return read(path for path in files(folder / "formats") if "bad" not in path.name)


@cache
def real(shared: Path) -> Sequence[Recording]:
    """Of each format as many, from all over the folder."""
    by_format = defaultdict(list)
    for recording in read(files(shared / "corpus")):
        by_format[recording.format].append(recording)
    return [each for several in by_format.values() for each in several[:: -(-len(several) // EACH)]]


def played(player: Player, recordings: Sequence[Recording], folder: Path) -> tuple[dict[str, list[int]], list[str]]:
    """By format: how many exchanges were asked for and how many played; and what was not, without a reason."""
    writer = writers()[player.format]
    plan = []
    for number, recording in enumerate(recordings):
        path = folder / f"{number}{writer.extension}"
        path.write_bytes(writer.write(recording).content)
        plan.append((path, [exchange(each) for each in recording.interactions if can_be_asked(each)]))
    asked, right, wrong = Counter[str](), Counter[str](), []
    for recording, answers in zip(recordings, player.play(plan, folder), strict=True):
        for interaction, seen in zip(filter(can_be_asked, recording.interactions), answers, strict=True):
            asked[recording.format] += 1
            if is_as_recorded(seen, interaction):
                right[recording.format] += 1
            elif not is_explained(player, recording, interaction.index):
                what = f"{seen.error or seen.status}, {without_coding(seen)[:60]!r}"
                wrong.append(f"{recording.path} {interaction.index}: {what}")
    return {each: [count, right[each]] for each, count in sorted(asked.items())}, wrong


def title(player: Player) -> str:
    return f"{player.format}: {player.name}, {player.client}"


every_player = pytest.mark.parametrize("player", PLAYERS, ids=title)


def told(player: Player, kind: str, found: dict[str, list[int]]) -> dict[str, list[int]]:
    """What the table says, written anew where that is asked for."""
    table = json.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    if UPDATE:
        table.setdefault(title(player), {})[kind] = found
        TABLE.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    counts: dict[str, list[int]] = table[title(player)][kind]
    return counts


@every_player
def test_samples_of_every_format(player: Player, samples: Path, tmp_path: Path) -> None:
    if player.is_missing():
        pytest.skip(f"no {player.name} with {player.client} here; `make peers` installs it")
    found, wrong = played(player, of_samples(samples), tmp_path)
    assert wrong == []
    assert found == told(player, "samples", found)


@every_player
def test_real_recordings(player: Player, shared: Path, tmp_path: Path) -> None:
    if player.is_missing():
        pytest.skip(f"no {player.name} with {player.client} here; `make peers` installs it")
    found, wrong = played(player, real(shared), tmp_path)
    assert wrong == []
    least = told(player, "real", found) if ALL else {}
    assert {each: counts for each, counts in least.items() if found.get(each, [0, 0])[1] < counts[1]} == {}


def test_what_is_seen_otherwise_is_told(samples: Path, tmp_path: Path) -> None:
    """The judge itself: a cassette with another answer, and one without it."""
    (player,) = [each for each in PLAYERS if title(each) == "vcrpy: VCR.py, httpx"]
    recording = load(str(samples / "readme" / "old.yaml"))
    (first, *_others) = recording.interactions

    def plays(written: Interaction) -> Player:
        def play(_plan: Any, folder: Path) -> list[list[Seen]]:
            path = folder / "other.yaml"
            path.write_bytes(writers()["vcrpy"].write(replace(recording, interactions=(written,))).content)
            return player.play([(path, [exchange(first)])], folder)

        return player._replace(play=play)

    asked = [replace(recording, interactions=(first,))]
    other = replace(first, response=replace(first.response, status_code=201))
    elsewhere = replace(first, request=replace(first.request, url="https://api.example.com/v2/other"))
    assert played(plays(first), asked, tmp_path) == ({"go-vcr": [1, 1]}, [])
    for written, words in ((other, ": 201, "), (elsewhere, ": CannotOverwriteExistingCassetteException")):
        counts, (fault,) = played(plays(written), asked, tmp_path)
        assert (counts, words in fault) == ({"go-vcr": [1, 0]}, True)
