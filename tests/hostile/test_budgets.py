"""What one file may cost: each limit can be set, is met in time, and is named by what is said of the file."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
import yaml
from bad_files import GOOD, ROOT, cassette, exchange, run

from cassette_tools import budgets
from cassette_tools.cli import main
from cassette_tools.config import load_config
from cassette_tools.diff.values.json_schema import schema_changes
from cassette_tools.errors import ConfigError, SourceError, UnsafeInput
from cassette_tools.load import load
from cassette_tools.one_file import OneFile
from cassette_tools.rules._schema import fault_in


def refused(path: Path) -> str:
    with pytest.raises(UnsafeInput) as raised:
        load(str(path))
    return raised.value.located().removeprefix(f"{path}")


def packed(size: int) -> str:
    return b64encode(gzip.compress(bytes(size))).decode()


GZIP = {"Content-Encoding": ["gzip"]}
# Files that are beyond a limit of 1,000, and what is said of them behind their path; without the limits they are read.
BEYOND = {
    "bytes.json": (
        "bytes",
        cassette(*map(exchange, range(10))),
        ": it is larger than 1,000 bytes, which have to be held at once",
    ),
    "bytes.json.gz": (
        "bytes",
        gzip.compress(cassette(*map(exchange, range(10)))),
        ": it is larger than 1,000 bytes, which have to be held at once",
    ),
    "nodes.yaml": (
        "nodes",
        b"a: &a [1, 2, 3]\nb: [" + b"*a, " * 260 + b"]\ninteractions:\n- {request: {url: u, method: GET, headers: {}, body: ''}, response: {body: '', code: 200, headers: {}}}\nversion: 2\n",
        ":2:1005: aliases stand for more than 1,000 nodes (16 characters of a text count as one)",
    ),
    "texts.yaml": (
        "nodes",
        b"a: &a " + b"x" * 3200 + b"\nb: [" + b"*a, " * 5 + b"]\ninteractions:\n- {request: {url: u, method: GET, headers: {}, body: ''}, response: {body: '', code: 200, headers: {}}}\nversion: 2\n",
        ":2:21: aliases stand for more than 1,000 nodes (16 characters of a text count as one)",
    ),
    "inflated.json": (
        "inflated",
        json.dumps({"version": 2, "interactions": [exchange(n, body=packed(300), headers=GZIP) for n in range(4)]}, indent=1).encode(),
        ":64:3: its bodies come to more than 1,000 bytes, decompressed and with those that stand in other files",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BEYOND)
@pytest.mark.parametrize(
    "words",
    [
        ("lint", "--no-cache"),
        ("show",),
        ("normalize", "--check"),
        ("match", "--all"),
        ("convert", "--to", "har", "-q", "-o", "out"),
        ("diff", "good.json"),
        ("stats", "--no-cache"),
    ],
)
def test_a_limit_that_is_set_counts_in_every_command(
    tmp_path: Path,
    name: str,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    limit, content, said = BEYOND[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.json").write_bytes(GOOD)
    main([*words, name])
    assert "(the limit is" not in capsys.readouterr().err
    (tmp_path / "cassette.toml").write_text(f"budgets.{limit} = 1000", encoding="utf-8")
    assert main([*words, name]) == 2
    assert (
        capsys.readouterr().err.splitlines()[0]
        == f"cassette: error: {name}{said}; no recording needs that (the limit is budgets.{limit})"
    )
    assert main([*words, "good.json"]) in (0, 1)


@pytest.mark.parametrize(
    ("words", "is_refused"),
    [
        (("lint", "--no-cache"), False),  # these forget each interaction when they have seen it
        (("stats", "--no-cache"), False),
        (("report", "--no-cache"), False),
        (("find", "--status", "200"), False),
        (("show",), True),
        (("match", "--all"), True),
        (("convert", "--to", "har", "-q", "-o", "out"), True),
        (("diff", "good.json"), True),
        (("normalize", "--check"), True),
    ],
)
def test_a_large_file_is_refused_by_who_would_hold_it_all(
    tmp_path: Path,
    words: tuple[str, ...],
    is_refused: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("cassette_tools.source.STREAMED_ABOVE", 1000)
    Path("good.json").write_bytes(GOOD)
    Path("large.yaml").write_text(yaml.safe_dump(json.loads(cassette(*map(exchange, range(40))))))
    Path("cassette.toml").write_text("budgets.bytes = 2000", encoding="utf-8")
    status = main([*words, "large.yaml"])
    told = capsys.readouterr().err
    if is_refused:
        assert status == 2
        assert "large.yaml: it is larger than 2,000 bytes, which have to be held at once; " in told
        assert "(the limit is budgets.bytes)" in told
    else:
        assert (status < 2, told) == (True, "")


def test_bodies_in_other_files_count_as_well(tmp_path: Path) -> None:
    stubs = [
        {"request": {"url": "/", "method": "GET"}, "response": {"status": 200, "bodyFileName": "b"}} for _ in range(4)
    ]
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"mappings": stubs}), encoding="utf-8")
    (tmp_path / "__files").mkdir()
    (tmp_path / "__files" / "b").write_bytes(bytes(300))
    assert len(load(str(path)).interactions) == 4
    budgets.use(budgets.Budgets(inflated=1000))
    assert (
        refused(path).partition("; ")[0]
        == ":1:297: its bodies come to more than 1,000 bytes, decompressed and with those that stand in other files"
    )
    budgets.use(budgets.Budgets(bytes=299))
    assert refused(path).endswith(
        "it is larger than 299 bytes, which have to be held at once; no recording needs that (the limit is budgets.bytes)"
    )


def test_the_usual_limits_meet_bombs_in_time_and_memory(tmp_path: Path) -> None:
    body = b64encode(gzip.compress(Random(14).randbytes(320_000) + bytes(60_000_000))).decode()
    one = "- &a {id: 0, request: {url: u, method: POST, headers: {}, body: ''}, response: {body: %s, code: 200, headers: {Content-Encoding: [gzip]}}}\n"
    (tmp_path / "inflated.yaml").write_text(
        "version: 2\ninteractions:\n" + one % f"!!binary {body}" + "- *a\n" * 200, encoding="utf-8"
    )
    (tmp_path / "bytes.json.gz").write_bytes(gzip.compress(b" " * 10_000_000) * 30)
    with (tmp_path / "sparse.json").open("wb") as stream:
        stream.write(b"{")
        stream.truncate(1 << 40)
    program = "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2); from cassette_tools.cli import entry; entry()"
    for name in ("inflated.yaml", "bytes.json.gz", "sparse.json"):
        begun = process_time()
        done = subprocess.run(
            (sys.executable, "-c", program, "lint", "--no-cache", name),
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
            env={"PYTHONPATH": str(ROOT)},
        )
        limit = name.partition(".")[0].replace("sparse", "bytes")
        assert (done.returncode, done.stderr.decode().rpartition("(the limit")[2]) == (2, f" is budgets.{limit})\n"), (
            done.stderr
        )
        assert process_time() - begun < 10


def test_a_limit_is_a_whole_number(tmp_path: Path) -> None:
    path = tmp_path / "cassette.toml"
    for value in ("0", "-1", "1.5", "true", '"1"'):
        path.write_text(f"budgets.seconds = {value}", encoding="utf-8")
        with pytest.raises(ConfigError, match=r"budgets\.seconds is .*; expected a whole number from 1 on"):
            load_config(str(path))
    path.write_text("budgets.minutes = 1", encoding="utf-8")
    with pytest.raises(
        ConfigError,
        match=r"budgets\.minutes is no setting; expected one of bytes, inflated, nodes, references, seconds",
    ):
        load_config(str(path))


# --- seconds ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> Iterator[None]:
    """The clock of the program, which is nobody's afterwards."""
    before = signal.getsignal(signal.SIGVTALRM)
    budgets.watch()
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)
    budgets._set_timer = None


@pytest.mark.usefixtures("clock")
def test_what_takes_too_long_is_stopped_whoever_catches_everything() -> None:
    budgets.use(budgets.Budgets(seconds=1))
    begun = process_time()

    def stubborn() -> None:
        with OneFile("a.yaml"):
            while True:
                try:
                    sum(range(10_000))
                except Exception:
                    continue

    with pytest.raises(SourceError) as raised:
        stubborn()
    assert (
        raised.value.located()
        == "a.yaml: it takes more than 1 seconds of the processor; no recording needs that (the limit is budgets.seconds)"
    )
    assert 0.5 < process_time() - begun < 2
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


@pytest.mark.parametrize(
    "words",
    [
        ("lint", "--no-cache", "."),
        ("normalize", "--check", "."),
        ("diff", "a.json", "m.json"),
        ("stats", "."),
    ],
)
def test_a_file_that_takes_too_long_is_one_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "cassette.toml").write_text("budgets.seconds = 1", encoding="utf-8")
    (tmp_path / "a.json").write_bytes(GOOD)
    (tmp_path / "m.json").write_bytes(cassette(exchange(), exchange(1)))
    program = (
        "import cassette_tools.load, sys\n"
        "from cassette_tools import budgets\n"
        "timer = budgets._set_processor_timer\n"
        "budgets._set_processor_timer = lambda seconds, again: timer(seconds * 0.4, again)\n"  # a shorter second
        "module = sys.modules['cassette_tools.load']\n"
        "understood = module.understood\n"
        "def slow(interaction):\n"
        "    while interaction.index: pass\n"
        "    return understood(interaction)\n"
        "module.understood = slow\n"
        "from cassette_tools.cli import entry\n"
        "entry()\n"
    )
    done = subprocess.run(
        (sys.executable, "-c", program, *words),
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
        env={"PYTHONPATH": str(ROOT)},
    )
    name = {"diff": "a.json and m.json", "lint": "./m.json", "normalize": "./m.json", "stats": "./m.json"}.get(
        words[0], "m.json"
    )
    assert (done.returncode, done.stderr.decode().splitlines()[0]) == (
        2,
        f"cassette: error: {name}: it takes more than 1 seconds of the processor; no recording needs that (the limit is budgets.seconds)",
    )
    if words[0] == "lint":
        assert done.stdout.decode().count("content-length-mismatch: ") == 1


# --- references ------------------------------------------------------------------------------------------------------


def chain(length: int, keyword: str, leaf: Any) -> dict[str, Any]:
    """A schema of definitions each of which refers twice to the next: as many ways as 2 to the length."""
    definitions: dict[str, Any] = {str(length): leaf}
    for at in range(length):
        twice = [{"$ref": f"#/$defs/{at + 1}"}] * 2
        definitions[str(at)] = (
            {"type": "object", "properties": dict(zip("ab", twice, strict=True))}
            if keyword == "properties"
            else {keyword: twice}
        )
    return {"$defs": definitions, "$ref": "#/$defs/0"}


LOOP: dict[str, Any] = {"$defs": {"n": {"anyOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}]}}, "$ref": "#/$defs/n"}


def test_a_schema_that_refers_to_itself_is_compared_once() -> None:
    def node(description: str, **more: Any) -> dict[str, Any]:
        properties = {name: {"$ref": "#/$defs/n"} for name in "abc"}
        return {
            "$defs": {"n": {"type": "object", "description": description, "properties": properties, **more}},
            "$ref": "#/$defs/n",
        }

    begun = process_time()
    assert list(map(str, schema_changes(node("a"), node("b")))) == ['description "a" → "b"']
    strict = node("a", required=["a", "b", "c"])
    strict["$defs"]["n"]["type"] = ["object", "null"]
    assert [each.words for each in schema_changes(node("a"), strict)] == [
        "type object → null or object",
        "is optional, spelled as one that may be null",
    ]
    assert schema_changes(LOOP, {**LOOP, "title": 1}) != []
    assert process_time() - begun < 0.5


@pytest.mark.parametrize("keyword", ["properties", "anyOf", "allOf", "oneOf"])
def test_what_changed_in_a_shared_definition_is_told_once(keyword: str) -> None:
    begun = process_time()
    for length in (1, 5, 20):
        changes = schema_changes(
            chain(length, keyword, {"type": "string"}), chain(length, keyword, {"type": "integer"})
        )
        expected = 1 if keyword != "allOf" else 0  # which no comparison reads
        assert [each.words for each in changes] == ["type string → integer"] * expected, length
    changes = schema_changes(chain(500, keyword, {"type": "string"}), chain(500, keyword, {"type": "integer"}))
    assert [each.words for each in changes] == ["was not compared more than 24 levels deep"] * expected
    assert process_time() - begun < 0.5


def test_a_value_is_checked_against_each_definition_once() -> None:
    begun = process_time()
    for keyword in ("anyOf", "allOf"):
        assert fault_in(chain(15, keyword, {"type": "integer"}), 3) is None
    assert fault_in(LOOP, 3) is None  # a schema without an end says nothing
    assert process_time() - begun < 1


@pytest.mark.parametrize("keyword", ["anyOf", "allOf", "oneOf"])
def test_references_that_grow_without_end_are_refused(keyword: str) -> None:
    budgets.use(budgets.Budgets(references=500))
    with pytest.raises(UnsafeInput, match=r"\(the limit is budgets\.references\)"):
        fault_in(chain(30, keyword, {"type": "string"}), 3)


def test_a_schema_beyond_its_references_is_an_error_of_the_file(tmp_path: Path) -> None:
    tools = [
        {
            "type": "function",
            "function": {
                "name": "f",
                "parameters": {
                    "type": "object",
                    "properties": {"a": {"$ref": "#/$defs/0"}},
                    "$defs": chain(30, "oneOf", {"type": "string"})["$defs"],
                },
            },
        }
    ]
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
    answer = {
        "object": "chat.completion",
        "model": "m",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, "tool_calls": [call]},
                "finish_reason": "tool_calls",
            }
        ],
    }
    (tmp_path / "b.json").write_bytes(
        cassette(
            exchange(request_body=json.dumps({"model": "m", "messages": [], "tools": tools}), body=json.dumps(answer))
        )
    )
    (tmp_path / "a.json").write_bytes(GOOD)
    (tmp_path / "cassette.toml").write_text("budgets.references = 500", encoding="utf-8")
    status, output, errors = run("lint", "--no-cache", ".", cwd=tmp_path)
    assert (status, errors) == (
        2,
        "cassette: error: ./b.json: following the references ($ref) of a recorded schema takes more than 500 steps; no recording needs that (the limit is budgets.references)\n",
    )
    assert output.count("content-length-mismatch: ") == 1
