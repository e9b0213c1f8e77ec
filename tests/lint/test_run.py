"""Many files: the cache, the processes, the walk and the selection of rules give one and the same answer."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.config import LintSettings
from cassette_tools.errors import ConfigError
from cassette_tools.formats import FORMATS
from cassette_tools.lint.run import Outcome, lint_paths
from cassette_tools.pool import spread, workers

BAD = """\
version: 2
interactions:
- id: 0
  request: {url: "https://api.example.com/v1/things", method: POST, content_length: 9, body: "abc", headers: {}}
  response: {code: 200, status: 200 OK, body: "ok", headers: {}, duration: 1s}
"""
GOOD = BAD.replace("content_length: 9", "content_length: 3")


def said(outcome: Outcome) -> list[tuple[str, str, int, int, int | None]]:
    return [
        (os.path.basename(f.location.path), f.rule, f.location.region.line, f.location.region.column, f.interaction)
        for f in outcome.findings
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "deep" / "worse.yml").write_text(BAD.replace('"abc"', '"äbc"'))
    (tmp_path / "other.yaml").write_text("name: interactions\n")
    (tmp_path / "other.yml").write_text("interactions: []\nrecorder: none of ours\n")
    (tmp_path / "notes.txt").write_text("interactions")
    return tmp_path


FOUND = [("bad.yaml", "content-length-mismatch", 4, 85, 0), ("worse.yml", "content-length-mismatch", 4, 85, 0)]


def test_a_folder_is_walked_for_cassettes(folder: Path) -> None:
    outcome = lint_paths((str(folder),), LintSettings(), cached=False)
    assert said(outcome) == FOUND
    assert outcome.files == 3
    assert outcome.refused == {
        "a cassette of another recorder, without interactions": 1,
        "a mapping with unknown keys: 'name'": 1,
    }
    assert outcome.errors == []


def test_gitignore_and_excludes_are_respected(folder: Path) -> None:
    (folder / ".gitignore").write_text("deep/\n")
    assert said(lint_paths((str(folder),), LintSettings(), cached=False)) == FOUND[:1]
    (folder / ".gitignore").write_text("*.yml\n!worse.yml\n")
    assert said(lint_paths((str(folder),), LintSettings(), cached=False)) == FOUND
    assert said(lint_paths((str(folder),), LintSettings(exclude=("bad.*",)), cached=False)) == FOUND[1:]


def test_a_file_that_is_named_and_no_cassette_is_a_finding(folder: Path) -> None:
    outcome = lint_paths((str(folder / "other.yml"), str(folder / "none.yaml")), LintSettings(), cached=False)
    assert [(f.rule, f.message) for f in outcome.findings] == [
        (
            "unknown-format",
            "not a supported cassette: it looks like a cassette of another recorder, without interactions; "
            f"supported: {', '.join(FORMATS.names())}",
        )
    ]
    assert [error.located() for error in outcome.errors] == [f"{folder}/none.yaml: there is no such file or folder"]
    silent = lint_paths((str(folder / "other.yml"),), LintSettings(ignore=("unknown-format",)), cached=False)
    assert (silent.findings, silent.refused) == ([], {"a cassette of another recorder, without interactions": 1})


MARKERS = "<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> main"


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        (f"'a\n{MARKERS}\n\n    d'", [("bad.yaml", "merge-conflict", 8, 1, None)]),  # YAML reads this as a text
        (f"a\n{MARKERS}\n", [("bad.yaml", "merge-conflict", 8, 1, None)]),  # and this not at all
        ("|-\n      a\n      " + MARKERS.replace("\n", "\n      "), []),  # what a model was told of a conflict
        ("'a\n\n    <<<<<<< HEAD'", []),
    ],
)
def test_markers_of_a_merge(tmp_path: Path, spelled: str, expected: list[object]) -> None:
    path = tmp_path / "bad.yaml"
    head, _, _ = GOOD.partition("  response")
    path.write_text(f"{head}  response:\n    code: 200\n    body: {spelled}\n")
    assert said(lint_paths((str(path),), LintSettings(), cached=False)) == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (MARKERS, [("a.txtar", "merge-conflict", 4, 1, None)]),
        ("<<<<<<< SEARCH\nb\n=======\nc\n>>>>>>> REPLACE", []),  # an edit that a model writes
    ],
)
def test_markers_of_a_merge_in_a_file_of_text(tmp_path: Path, inner: str, expected: list[object]) -> None:
    path = tmp_path / "a.txtar"
    message = '{"role":"assistant","content":"a"}'
    answer = f'{{"model":"m","choices":[{{"index":0,"finish_reason":"stop","message":{message}}}]}}'
    path.write_text(
        f'-- request --\n{{"model":"m","messages":[]}}\n-- notes --\n{inner}\n-- non-streaming --\n{answer}\n'
    )
    assert said(lint_paths((str(path),), LintSettings(), cached=False)) == expected


STREAM = """\
event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5",\
"content":[],"usage":{"input_tokens":9,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"toolu_1","name":"look","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\\"at\\": 1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":9}}

event: message_stop
data: {"type":"message_stop"}

"""
TOOLS = {
    "model": "claude-haiku-4-5",
    "tools": [{"name": "look", "input_schema": {"type": "object", "required": ["at"], "properties": {"at": {}}}}],
}


@pytest.mark.parametrize(
    ("piece", "rules"),
    [
        ("", []),
        ("content_block_start", ["stream-event-not-json"]),  # what stands after it is not out of order
        ("content_block_delta", ["stream-event-not-json"]),  # the arguments do not lack what stands in it
        ("message_delta", ["stream-event-not-json"]),  # nor the answer its finish reason
    ],
)
def test_an_event_that_nobody_can_read_is_told_once(tmp_path: Path, piece: str, rules: list[str]) -> None:
    text = STREAM.replace(f'{{"type":"{piece}"', f'{{"type":"{piece}') if piece else STREAM
    request = {
        "method": "POST",
        "url": "https://api.anthropic.com/v1/messages",
        "body": json.dumps(TOOLS | {"stream": True}),
    }
    response = {"code": 200, "headers": {"Content-Type": ["text/event-stream"]}, "body": text}
    entry = {"id": 0, "request": request, "response": response}
    path = tmp_path / "stream.json"
    path.write_text(json.dumps({"version": 2, "interactions": [entry]}))
    assert [rule for _, rule, *_ in said(lint_paths((str(path),), LintSettings(), cached=False))] == rules


def test_standard_input_is_a_file() -> None:
    outcome = lint_paths(("-",), LintSettings(), cached=False, stdin=BAD.encode())
    assert [(f.location.path, f.rule) for f in outcome.findings] == [("<stdin>", "content-length-mismatch")]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (LintSettings(select=("content-length-mismatch",)), FOUND),
        (LintSettings(select=("http",)), FOUND),
        (LintSettings(select=("secrets",)), []),
        (LintSettings(ignore=("http",)), []),
        (LintSettings(levels={"content-length-mismatch": "off"}), []),
        (LintSettings(per_path={"**/deep/**": ("http",)}), FOUND[:1]),
    ],
)
def test_rules_are_chosen(folder: Path, settings: LintSettings, expected: list[object]) -> None:
    assert said(lint_paths((str(folder),), settings, cached=False)) == expected


def test_a_level_is_the_users(folder: Path) -> None:
    settings = LintSettings(levels={"content-length-mismatch": "note"})
    outcome = lint_paths((str(folder),), settings, cached=False)
    assert {finding.level for finding in outcome.findings} == {"note"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            LintSettings(select=("sercets",)),
            "select: 'sercets' is neither a rule nor a category; did you mean 'secrets'?",
        ),
        (
            LintSettings(levels={"x": "off"}),
            "levels: 'x' is neither a rule nor a category; `cassette rules` lists them",
        ),
    ],
)
def test_a_name_that_is_none_is_an_error(folder: Path, settings: LintSettings, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        lint_paths((str(folder),), settings, cached=False)
    assert caught.value.message == message


def test_the_cache_gives_the_same_answer_until_a_file_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lint_paths((str(folder),), LintSettings())
    assert said(first) == FOUND

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("an unchanged file was read again")

    with monkeypatch.context() as context:
        context.setattr(importlib.import_module("cassette_tools.lint.run"), "lint_file", never)
        second = lint_paths((str(folder),), LintSettings())
    assert (second.findings, second.files, second.refused) == (first.findings, first.files, first.refused)
    (folder / "bad.yaml").write_text(GOOD)
    assert said(lint_paths((str(folder),), LintSettings())) == FOUND[1:]
    assert said(lint_paths((str(folder),), LintSettings(ignore=("http",)))) == []


def test_a_broken_cache_is_no_cache(folder: Path) -> None:
    lint_paths((str(folder),), LintSettings())
    (Path(os.environ["CASSETTE_CACHE_DIR"]) / "lint").write_bytes(b"\xff not marshal")
    assert said(lint_paths((str(folder),), LintSettings())) == FOUND


def test_a_rule_that_fails_is_reported_and_the_rest_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cassette_tools._record import replace
    from cassette_tools.rules import RULES

    def broken(_interaction: object) -> object:
        raise ZeroDivisionError

    rule = replace(RULES["secret-in-url"], check=broken)
    monkeypatch.setitem(RULES._items, "secret-in-url", rule)
    outcome = lint_paths((str(folder / "bad.yaml"),), LintSettings(), cached=False)
    assert [(f.rule, f.message) for f in outcome.findings] == [
        (
            "secret-in-url",
            "internal error in this rule (ZeroDivisionError), which says nothing of this interaction: please report this",
        ),
        ("content-length-mismatch", outcome.findings[1].message),
    ]


def test_several_processes_give_the_same_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = lint_paths((str(folder),), LintSettings(), jobs=1, cached=False)
    monkeypatch.setattr("cassette_tools.pool.PAYS_ABOVE", 0)
    together = lint_paths((str(folder),), LintSettings(), jobs=3, cached=False)
    assert (together.findings, together.files, together.refused) == (alone.findings, alone.files, alone.refused)


@given(st.integers(0, 40), st.integers(1, 3))
def test_every_piece_of_work_is_done_once(count: int, processes: int) -> None:
    assert sorted(spread(lambda number: number * number, count, processes)) == [(n, n * n) for n in range(count)]


def test_many_tickets_do_not_fill_the_pipe() -> None:
    assert sum(answer for _, answer in spread(lambda _number: 1, 40_000, 2)) == 40_000


def test_a_worker_that_dies_takes_nothing_with_it() -> None:
    parent = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != parent:
            os._exit(1)
        return number

    assert sorted(spread(work, 50, 2)) == [(n, n) for n in range(50)]


def test_small_work_is_not_spread() -> None:
    assert workers(None, 100, 1000) == 1
    assert workers(4, 100, 10_000_000) == 4
    assert workers(4, 1, 10_000_000) == 1


def test_fingerprints_name_no_line_and_no_value(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    seen = []
    for text in (
        BAD,
        "\n\n" + BAD,
        BAD.replace("9", "7"),
        BAD.replace("things", "others"),
        BAD + BAD.partition("ons:\n")[2].replace("- id: 0", "- id: 1"),
    ):
        path.write_text(text)
        seen.append([f.fingerprint for f in lint_paths((str(path),), LintSettings(), cached=False).findings])
    assert seen[0] == seen[1] == seen[2]
    assert seen[3] != seen[0]
    assert len(set(seen[4])) == 2
    assert seen[4][0] == seen[0][0]
