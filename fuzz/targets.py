"""What is fuzzed: for each target, what must hold of any bytes. `CassetteError` is an answer; all else is a find.

No target knows the fuzzer, so that tests run them, too (`tests/hostile/test_fuzz_targets.py`).
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from zlib import crc32

from cassette_tools.cli import main
from cassette_tools.config import LintSettings, load_config
from cassette_tools.conversation import show_events, show_json, show_text
from cassette_tools.data.normal import REPAIRS, STEPS
from cassette_tools.diff.compare import compare
from cassette_tools.errors import CassetteError, NotRewritable
from cassette_tools.formats import writers
from cassette_tools.lint.cache import Cache
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.load import load_source
from cassette_tools.model import Headers, Recording
from cassette_tools.normalize import Settings, normalized
from cassette_tools.normalize.names import Names
from cassette_tools.normalize.plainly import plainly_same
from cassette_tools.reporters import Style
from cassette_tools.source import Source
from cassette_tools.wire import codings, eventstream, json_array, ndjson, sse
from cassette_tools.wire.body import read_body

from .mutator import BOUNDARY

PATH = "fuzzed.yaml"
USUAL = frozenset(step.name for step in STEPS if step.default)
EVERY = frozenset(step.name for step in STEPS)
WAYS = (
    Settings(steps=USUAL),
    Settings(steps=USUAL, requests=True),
    Settings(steps=USUAL | {"rechunk", "layout"}),
    Settings(steps=EVERY - REPAIRS, requests=True),
    Settings(steps=EVERY - {"headers"}),
    *(Settings(steps=frozenset((step.name,)), requests=True) for step in STEPS),
)
TARGETS: dict[str, Callable[[bytes], None]] = {}


def _target(attack: Callable[[bytes], None]) -> Callable[[bytes], None]:
    TARGETS[attack.__name__] = attack
    return attack


def _read(data: bytes) -> Recording:
    return load_source(Source.from_bytes(data, PATH))


@cache
def _rules() -> tuple[tuple[object, str], ...]:
    return chosen_rules(LintSettings())  # type: ignore[return-value]


@_target
def lint(data: bytes) -> None:
    """Every rule can be asked of any file, and none fails."""
    with contextlib.suppress(CassetteError):
        for found in lint_source(Source.from_bytes(data, PATH), _rules()):  # type: ignore[arg-type]
            assert "the rule itself failed" not in found.message, found.message
            found.message.encode("utf-8")


@_target
def show(data: bytes) -> None:
    """What can be read can be shown, and what is shown can be printed."""
    with contextlib.suppress(CassetteError):
        source = Source.from_bytes(data, PATH)
        recording = load_source(source)
        style = Style(color=False, width=100)
        for text in (
            show_text(recording, style),
            show_json(recording, source.region),
            show_events(recording, style, source.region),
        ):
            text.encode("utf-8", "backslashreplace")
            assert "\x1b" not in text


@_target
def convert(data: bytes) -> None:
    """What can be read can be written in every format, and read again."""
    with contextlib.suppress(CassetteError):
        recording = _read(data)
        names = sorted(writers())
        name = names[crc32(data) % len(names)]
        written = writers()[name].write(recording).content
        again = load_source(Source.from_bytes(written, f"fuzzed{writers()[name].extension}"))
        assert len(again.interactions) == len(recording.interactions), name


@_target
def diff(data: bytes) -> None:
    """Any two recordings can be compared, and nothing drifts from itself."""
    old, found, new = data.partition(BOUNDARY)
    with contextlib.suppress(CassetteError):
        one = _read(old)
        assert not [each.rule for each in compare(one, one).findings if each.level != "noise"]
        if found:
            compare(one, _read(new))


@_target
def normalize(data: bytes) -> None:
    """Nothing above noise changes, twice is once, and no secret is left that was found: else the proof says so."""
    settings = WAYS[crc32(data) % len(WAYS)]
    try:
        new = normalized(Source.from_bytes(data, PATH), settings).content
    except NotRewritable:
        return
    except CassetteError as error:
        if "a defect of cassette" in error.message or "a fault of ours" in error.message:
            raise AssertionError(error.message) from error
        return
    assert normalized(Source.from_bytes(new, PATH), settings).content == new
    old, again = _read(data), _read(new)
    if plainly_same(old, again, Names()):
        loud = [each.rule for each in compare(old, again).findings if each.level != "noise"]
        assert not loud, loud


_KINDS = (
    "application/json",
    "text/event-stream",
    "application/x-ndjson",
    "application/vnd.amazon.eventstream",
    "text/plain",
    "",
)
_CODINGS = ("", "gzip", "deflate", "br", "zstd", "gzip, br", "unknown")


@_target
def wire(data: bytes) -> None:
    """Bytes and texts of a body are decoded, whatever they are."""
    text = data.decode("utf-8", "replace")
    sse.parse(text)
    ndjson.is_ndjson(text)
    ndjson.parse(text)
    json_array.is_json_array_stream(text)
    with contextlib.suppress(CassetteError):
        eventstream.parse(data)
    number = crc32(data)
    pairs = (
        ("Content-Type", _KINDS[number % len(_KINDS)]),
        ("Content-Encoding", _CODINGS[number // 8 % len(_CODINGS)]),
    )
    with contextlib.suppress(CassetteError, codings.UndecodableError):
        codings.decoded(data, pairs[1][1])
    for recorded in (data, text):
        with contextlib.suppress(CassetteError):
            read_body(recorded, Headers(pairs=pairs), ("body",))


@_target
def config(data: bytes) -> None:
    """A configuration is obeyed, or told what is wrong with it."""
    path = _folder() / "config" / "cassette.toml"  # not above the recording of `cache_entry`
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    with contextlib.suppress(CassetteError):
        load_config(str(path))


@_target
def cache_entry(data: bytes) -> None:
    """Whatever lies in the cache, lint says what it says without; what carries our seal is never a fault."""
    entry, _content, said = _cached()
    os.environ["CASSETTE_CACHE_DIR"] = str(entry.parent)
    entry.write_bytes(data)
    assert _said(_lint()) == said
    if crc32(data) % 4 == 0:  # as if somebody else had the key
        entry.write_bytes(Cache()._seal(data) + data)
        status, _text = _said(_lint())
        assert status in (0, 1)


def cache_content() -> bytes:
    """What lint writes into its cache, without the seal."""
    return _cached()[1]


@cache
def _cached() -> tuple[Path, bytes, tuple[int, str]]:
    """Where lint keeps what it knows of a recording, what stands there, and what lint says."""
    folder = _folder() / "cached"
    folder.mkdir()
    (folder / "a.yaml").write_bytes(_RECORDING)
    os.environ["CASSETTE_CACHE_DIR"] = str(folder / "cache")
    said = _said(_lint())
    (entry,) = (folder / "cache").glob("lint-*.json")
    return entry, entry.read_bytes()[64:], said


def _lint() -> list[str]:
    return ["lint", "--format", "json", "--jobs", "1", str(_folder() / "cached" / "a.yaml")]


_RECORDING = b"""\
interactions:
- request: {method: POST, uri: 'https://api.openai.com/v1/chat/completions', body: '{"model": "a"}', headers: {}}
  response: {status: {code: 503, message: no}, headers: {Set-Cookie: [a=b]}, body: {string: '{"error": {}}'}}
version: 1
"""


def _said(words: list[str]) -> tuple[int, str]:
    written = io.BytesIO()
    out = io.TextIOWrapper(written, encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = main(words)
    out.flush()
    return status, written.getvalue().decode("utf-8")


@cache
def _folder() -> Path:
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="cassette-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
