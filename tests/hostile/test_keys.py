"""A key in a recording is in no report about it: neither whole nor a piece that is long enough to be of use."""

from __future__ import annotations

import gzip
import json
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from effort import THOROUGH
from planted_keys import KINDS, PLACES, SHOWN, answered, asked, cassette, exchange

from cassette_tools.cli import main
from cassette_tools.config import DIFF_FORMATS, LINT_FORMATS

PIECE = 12

COMMANDS: tuple[tuple[str, ...], ...] = (
    *(("lint", "--no-cache", "--select", "all", "--format", name, "OLD") for name in LINT_FORMATS),
    ("lint", "--no-cache", "--select", "all", "--show-source", "OLD"),
    ("lint", "--no-cache", "--select", "all", "--diff", "--unsafe-fixes", "OLD"),
    ("lint", "--no-cache", "--select", "all", "--write-baseline", "-", "OLD"),
    *(("diff", "--show-noise", "--show-folded", "--format", name, "OLD", "NEW") for name in DIFF_FORMATS),
    *(("diff", "--show-noise", "--format", name, "OLD", "MASKED") for name in ("text", "json", "html")),
    ("diff", "--show-noise", "MASKED", "OLD"),
    ("diff", "--learn", "OLD", "NEW", "MASKED"),
    ("diff", "--write-baseline", "-", "OLD", "NEW"),
    ("show", "OLD"),
    ("show", "--format", "json", "OLD"),
    ("show", "--events", "OLD"),
    ("normalize", "--check", "OLD"),
    ("normalize", "--diff", "--requests", "OLD"),
    ("match", "OLD", "--all"),
    ("match", "OLD", "--all", "--format", "json"),
    ("match", "OLD", "curl", "https://api.openai.com/v1/chat/completions", "-d", "{}"),
    ("match", "--format", "json", "OLD", "curl", "https://api.openai.com/v1/chat/completions", "-d", "{}"),
    ("convert", "OLD", "--to", "har", "--output", "converted.har"),
    *(("report", "--no-cache", "--show-all", "--format", name, "OLD") for name in ("text", "json", "markdown", "html")),
    *(("stats", "--no-cache", "--show-all", "--format", name, "OLD") for name in ("text", "json")),
    *(("find", "--no-cache", "--where", "status>0", "--format", name, "OLD") for name in ("text", "json")),
)


def pieces_in(text: str, key: str, kind: str = "") -> list[str]:
    """The pieces of a key that stand in a text, but for those that every key of its kind has."""
    begin = len(SHOWN.get(kind, ""))
    pieces = (key[at : at + PIECE] for at in range(len(key) - PIECE + 1) if at + PIECE > begin + 4)
    return [piece for piece in pieces if piece in text]


def _attacks() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every kind at every place, by every command; otherwise two commands each, so that each meets each place."""
    for row, kind in enumerate(KINDS):
        for column, place in enumerate(PLACES):
            numbers = range(len(COMMANDS)) if THOROUGH else (row * 6 + column, row * 6 + column + 3)
            for number in numbers:
                yield kind, place, COMMANDS[number % len(COMMANDS)]


@pytest.fixture(autouse=True)
def _here(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("plain"))  # a name that tells of keys or errors would excuse them


@pytest.mark.parametrize("kind", KINDS)
def test_no_report_prints_a_key(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(kind)
    printed = []
    for _kind, place, command in (each for each in _attacks() if each[0] == kind):
        keys = KINDS[kind](draw), KINDS[kind](draw)
        for name, key in zip(("OLD", "NEW", "MASKED"), (*keys, "REDACTED"), strict=True):
            Path(name).write_text(cassette(PLACES[place](key)))
        main(list(command))
        said = "".join(capfd.readouterr())
        assert "a fault in the program" not in said
        assert "the rule itself failed" not in said
        printed += [(place, " ".join(command), found[0]) for key in keys if (found := pieces_in(said, key, kind))]
    assert printed == []


@pytest.mark.parametrize("kind", KINDS)
def test_two_keys_that_are_nearly_alike_are_not_printed_in_pieces(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(kind)
    for place in ("an answer", "the name of a tool", "a stream in halves", "a step of a URL", "metadata"):
        key = KINDS[kind](draw)
        middle = len(key) // 2
        other = f"{key[:middle]}{'B' if key[middle] == 'A' else 'A'}{key[middle + 1 :]}"
        for name, each in (("OLD", key), ("NEW", other)):
            Path(name).write_text(cassette(PLACES[place](each)))
        for form in DIFF_FORMATS:
            main(["diff", "--show-noise", "--show-folded", "--format", form, "OLD", "NEW"])
            said = "".join(capfd.readouterr())
            assert (place, form, pieces_in(said, key, kind), pieces_in(said, other, kind)) == (place, form, [], [])


def test_a_key_is_hidden_in_a_body_that_is_packed(capfd: pytest.CaptureFixture[str]) -> None:
    packed = b64encode(gzip.compress(json.dumps(answered(f"the key is {KEY}")).encode())).decode()
    entry = {
        "startedDateTime": "2024-01-01T00:00:00Z",
        "time": 1,
        "request": {
            "method": "POST",
            "url": "https://api.openai.com/v1/chat/completions",
            "httpVersion": "HTTP/1.1",
            "headers": [],
            "postData": {"mimeType": "application/json", "text": json.dumps(asked())},
        },
        "response": {
            "status": 200,
            "statusText": "OK",
            "httpVersion": "HTTP/1.1",
            "headers": [
                {"name": "Content-Encoding", "value": "gzip"},
                {"name": "Content-Type", "value": "application/json"},
            ],
            "content": {"size": 9, "mimeType": "application/json", "encoding": "base64", "text": packed},
        },
    }
    Path("a.har").write_text(
        json.dumps({"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [entry]}})
    )
    for view in ((), ("--format", "json"), ("--events",)):
        main(["show", *view, "a.har"])
        said = "".join(capfd.readouterr())
        assert pieces_in(said, KEY) == []
    main(["show", "--show-secrets", "a.har"])
    assert KEY in capfd.readouterr().out


def test_a_key_that_is_folded_over_lines_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """YAML joins what stands on two lines: no line alone holds a key."""
    body = json.dumps(json.dumps(answered(f"the key is {KEY}")))
    lines = body.replace(KEY, f"{KEY[:30]}\\\n        {KEY[30:]}")
    Path("a.yaml").write_text(
        "version: 2\ninteractions:\n  - id: 0\n    request: {url: 'https://api.openai.com/v1/chat/completions', method: POST, "
        f"body: '{json.dumps(asked())}', headers: {{}}}}\n    response:\n      body: {lines}\n      headers: "
        "{Date: ['Mon, 01 Jan 2024 00:00:00 GMT']}\n      status: 200 OK\n      code: 200\n      duration: 1s\n"
    )
    for command in (
        ["show"],
        ["normalize", "--diff"],
        ["lint", "--no-cache", "--show-source"],
        ["lint", "--diff", "--no-cache"],
    ):
        main([*command, "a.yaml"])
        said = "".join(capfd.readouterr())
        assert (command, pieces_in(said, KEY)) == (command, [])


def _show(path: str, *options: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["show", *options, path]) == 0
    return capsys.readouterr().out


KEY = KINDS["groq"](random.Random(1))
OTHER = KINDS["groq"](random.Random(2))


@pytest.mark.parametrize("view", [(), ("--events",), ("--format", "json")])
def test_show_prints_keys_to_who_asks_for_them(view: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    url = f"https://api.example.com/{KEY}/chat"
    Path("a.json").write_text(cassette(exchange(asked("hi"), answered("x"), url=url)))
    masked, whole = _show("a.json", *view, capsys=capsys), _show("a.json", *view, "--show-secrets", capsys=capsys)
    assert "https://api.example.com/gsk_…/chat" in masked
    assert whole.replace(KEY, "gsk_…") == masked


def test_the_model_stays_valid_and_its_names_stay_two(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.json").write_text(cassette(exchange({KEY: 1, OTHER: 2}, {"x": 1}, url="https://example.com/x")))
    shown = json.loads(_show("a.json", "--format", "json", capsys=capsys))
    assert shown["interactions"][0]["request"]["body"] == {"gsk_…": 1, "gsk_……": 2}


def test_another_key_is_told_as_another(capsys: pytest.CaptureFixture[str]) -> None:
    for name, key in (("old", KEY), ("new", OTHER)):
        Path(name).write_text(cassette(exchange(asked(f"my key is {key} ok?"))))
    main(["diff", "old", "new"])
    assert 'my key is gsk_… ok?" → "my key is gsk_… ok?" (another secret)' in capsys.readouterr().out


def test_a_secret_that_only_its_field_tells_is_known_wherever_it_stands_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Also a piece of it, and where nothing tells it."""
    password = "Krypt0-Banane-77"
    body = {"username": "u", "password": password}
    Path("a.json").write_text(
        cassette(exchange(body, {"echo": f"welcome {password[2:]}"}, url="https://example.com/x"))
    )
    shown = _show("a.json", capsys=capsys)
    assert '{"username": "u", "password": "…"}' in shown
    assert '{"echo": "welcome …"}' in shown


def test_the_cache_holds_no_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.json").write_text(cassette(PLACES["the name of a tool"](KEY)))
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(Path("cache").absolute()))
    assert main(["lint", "--select", "all", "a.json"]) == 1
    written = [path for path in Path().rglob("*") if path.is_file() and path.name != "a.json"]
    assert [path for path in written if pieces_in(path.read_bytes().decode("latin-1"), KEY)] == []
    assert "called `gsk_…`" in capsys.readouterr().out


@pytest.mark.parametrize("command", [("lint",), ("show",), ("normalize",), ("diff", "x"), ("match",)])
def test_names_of_files_are_masked(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    Path("x").write_text(cassette(exchange()))
    name = f"{KEY}.yaml"
    words = [*command, name, *(["--all"] if command == ("match",) else [])]
    for content in (None, "version: [", cassette(exchange(code=500))):
        if content is not None:
            Path(name).write_text(content)
        main(words)
        assert pieces_in("".join(capsys.readouterr()), KEY) == []


def test_what_is_no_secret_stays(capsys: pytest.CaptureFixture[str]) -> None:
    """Ids of calls and requests, digests, words in base64, names of classes."""
    texts = (
        "call_Ab3dE5fG6hJ7kL8mN9pQ0rS1",
        "g2KOIWzn722hzEaZQmNVP4roUPEiYafL",
        "chatcmpl-9PqR2sT4uV6wX8yZ0aB1cD3eF5gH7",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "task-550e8400-e29b-41d4-a716-446655440000",
        "GenerateContentResponseUsageMetadataThoughtsTokenCount2",
        "CpUCAY89a189XIdPsb2wxZkifY9xE4HQhUkP3XXjXIo8YM/5BQXMGAbV69UE+3d7kUvh5aRNAwssdN6GhqMQyP0gc3Hs9zAp1Prpp/qD27Q==",
    )
    Path("a.json").write_text(cassette(exchange(asked("\n".join((*texts, KEY))))))
    assert "".join(f"    {text}\n" for text in (*texts, "gsk_…")) in _show("a.json", capsys=capsys)
