"""The program as a user meets it: commands, options, exit statuses, and words instead of tracebacks."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.cli import main
from cassette_tools.cli.diff import DiffOptions
from cassette_tools.cli.fast import plain_options
from cassette_tools.cli.lint import LintOptions
from cassette_tools.cli.normalize import NormalizeOptions
from cassette_tools.cli.show import ShowOptions

BAD = """\
version: 2
interactions:
- id: 0
  request: {url: "https://api.example.com/v1/things", method: POST, content_length: 9, body: "abc", headers: {}}
  response: {code: 200, status: 200 OK, body: "ok", headers: {}, duration: 1s}
"""
GOOD = BAD.replace("content_length: 9", "content_length: 3")
FINDING = (
    "bad.yaml:4:85: warning content-length-mismatch: the request's recorded length says 9 bytes, its body is 3: "
    "it was changed after recording; write 3, or record the interaction again\n"
    "    fix (safe): `cassette lint --fix` writes the length that the body has\n"
)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(BAD)
    Path("good.yaml").write_text(GOOD)
    Path("broken.yaml").write_text("version: 2\ninteractions: [\n")


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(list(words))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_lint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "lint", "bad.yaml") == (1, FINDING + "1 finding (1 warning) in 1 file\n", "")
    assert run(capsys, "lint", "good.yaml") == (0, "no findings in 1 file\n", "")
    assert run(capsys, "lint", "-q", "good.yaml") == (0, "", "")
    assert run(capsys, "lint", "--exit-zero", "bad.yaml")[0] == 0
    assert run(capsys, "lint", "--fail-on", "error", "bad.yaml")[0] == 0
    assert run(capsys, "lint", "--ignore", "http", "bad.yaml") == (0, "no findings in 1 file\n", "")


def test_what_cannot_be_read_is_said_and_the_rest_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "lint", "none.yaml", "bad.yaml") == (
        2,
        FINDING + "1 finding (1 warning) in 1 file (1 more could not be read)\n",
        "cassette: error: none.yaml: there is no such file or folder\n",
    )
    status, out, err = run(capsys, "lint", "broken.yaml")
    assert (status, err) == (1, "")
    assert out.splitlines()[0] == (
        "broken.yaml:3:1: error yaml-syntax: not readable as YAML: while parsing a flow node, "
        "did not find expected node content"
    )


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    assert run(capsys, "lint", "-") == (
        1,
        FINDING.replace("bad.yaml", "<stdin>") + "1 finding (1 warning) in 1 file\n",
        "",
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    assert run(capsys, "diff", "-", "bad.yaml")[0] == 0
    assert run(capsys, "diff", "-", "-") == (
        2,
        "",
        "cassette: error: OLD and NEW are both -; only one of them can be standard input\n",
    )


def test_output_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "lint", "bad.yaml", "--format", "json", "--output", "report.json") == (1, "", "")
    report = json.loads(Path("report.json").read_text("utf-8"))
    assert report["summary"] == {"files": 1, "error": 0, "warning": 1, "note": 0}
    assert [(f["rule"], f["location"]["line"]) for f in report["findings"]] == [("content-length-mismatch", 4)]
    assert sorted(os.listdir()) == ["bad.yaml", "broken.yaml", "good.yaml", "report.json"]
    status, _out, err = run(capsys, "lint", "bad.yaml", "--output", "no/such/folder.json")
    assert (status, err) == (
        2,
        "cassette: error: no/such/folder.json: cannot be written: No such file or directory\n",
    )


def test_diff_and_show(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "diff", "good.yaml", "good.yaml")
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == "no drift above noise"
    status, out, err = run(capsys, "diff", "good.yaml", "bad.yaml", "--format", "json")
    assert status == 1
    assert [(f["rule"], f["level"]) for f in json.loads(out)["findings"]] == [("content-length-stale", "behavior")]
    assert run(capsys, "diff", "good.yaml", "bad.yaml", "--fail-on", "breaking")[0] == 0
    status, out, err = run(capsys, "show", "good.yaml", "--format", "json")
    assert (status, json.loads(out)["interactions"][0]["llm"], err) == (0, None, "")
    assert run(capsys, "show", "broken.yaml") == (
        2,
        "",
        "cassette: error: broken.yaml:3:1: not readable as YAML: while parsing a flow node, "
        "did not find expected node content\n",
    )


def test_rules_and_schemas(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "rules", "mojibake")[1].startswith("mojibake (text, warning)\n\n")
    assert run(capsys, "rules", "mojibak") == (
        2,
        "",
        "cassette: error: there is no rule 'mojibak'; did you mean 'mojibake'?\n",
    )
    assert json.loads(run(capsys, "schema", "go-vcr-2")[1])["type"] == "object"
    assert "go-vcr-2" in run(capsys, "schema")[1].split()
    assert run(capsys, "schema", "x")[0] == 2


def test_configuration(capsys: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text('[tool.cassette]\nignore = ["http"]\n')
    assert run(capsys, "lint", "bad.yaml")[0] == 0
    Path("cassette.toml").write_text('fail-on = "error"\n[levels]\ncontent-length-mismatch = "note"\n')
    status, out, _err = run(capsys, "lint", "bad.yaml")
    assert (status, out.split(" ")[1]) == (0, "note")
    for text, message in (
        ("selct = []\n", "selct is no setting; expected one of baseline, exclude, extend-select, fail-on, ignore, levels, max-age, min-versions, per-path, placeholders, select, tests"),
        ('select = "http"\n', "select is a string; expected a list of strings"),
        ("max-age = 0\n", "max-age is 0; expected a number of days, from 1 to 36500"),
        ("min-versions = { A = 1.6 }\n", "min-versions.A is 1.6; expected a version, such as '1.60'"),
        ('[levels]\nmojibake = "bad"\n', "levels.mojibake is 'bad'; expected one of error, warning, note, off"),
        ("x = \n", "not readable as TOML: Invalid value (at line 1, column 5)"),
        ("[diff.tolerances]\ntokens = 1\n",
         "diff.tolerances.tokens is no tolerance; expected token_ratio, token_delta, cost_ratio or text_similarity"),
    ):  # fmt: skip
        Path("cassette.toml").write_text(text)
        status, out, err = run(capsys, "lint", "bad.yaml")
        assert (status, out, err) == (2, "", f"cassette: error: {Path.cwd() / 'cassette.toml'}: {message}\n")
    status, _out, err = run(capsys, "lint", "--config", "nowhere.toml", "bad.yaml")
    assert (status, err) == (
        2,
        "cassette: error: nowhere.toml: the configuration cannot be read: No such file or directory\n",
    )


def test_a_comment_silences(capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.yaml").write_text(
        BAD.replace("- id: 0", "# cassette: ignore[content-length-mismatch] edited by hand\n- id: 0")
    )
    assert run(capsys, "lint", "bad.yaml") == (0, "no findings in 1 file\n", "")


def test_colour_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b[" not in run(capsys, "lint", "bad.yaml")[1]
    assert "\x1b[" in run(capsys, "lint", "--color", "always", "bad.yaml")[1]


@pytest.mark.parametrize(
    "words",
    [["lint", "--wat"], ["lint", "--jobs", "0", "bad.yaml"], ["diff", "--wat"], ["wat"], ["lint", "--format", "x"]],
)
def test_bad_usage_is_status_2(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert err.startswith("Usage: cassette")


def test_a_fault_of_the_program_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("x\x1b[31m")

    monkeypatch.setattr(importlib.import_module("cassette_tools.lint.run"), "lint_paths", fault)
    assert run(capsys, "lint", "bad.yaml") == (
        2,
        "",
        "cassette: error: internal error: ZeroDivisionError: 'x\\x1b[31m'; please report it with what "
        "CASSETTE_TRACEBACK=1 shows\n",
    )


_WORDS = st.lists(
    st.sampled_from(
        ["a.yaml", "b", "-", "-q", "--quiet", "--exit-zero", "--no-cache", "--jobs", "2", "--jobs=3", "-j", "0", "x", "--select", "http", "--select=text,http",
         "--ignore", "mojibake", "--ignore=", "--help", "--format", "json", "--format=text", "--", "--color=never", "", "--show-noise", "--show-folded", "--show", "noise",
         "--fail-on=breaking", "--fail-on", "error", "--profile", "rerecord", "--events", "--check", "--diff", "--rechunk", "--requests", "--ignore-unknown", "--extend-select=all",
         "--headers", "accept", "--signatures", "--steps", "-o"]
    ),
    max_size=6,
)  # fmt: skip


@given(st.sampled_from(["lint", "diff", "show", "normalize"]), _WORDS)
def test_the_fast_way_reads_words_as_click_does(name: str, words: list[str]) -> None:
    from cassette_tools.cli import app

    records = {"lint": LintOptions, "diff": DiffOptions, "show": ShowOptions, "normalize": NormalizeOptions}
    fast = plain_options(name, words)
    if fast is None:
        return
    context = app.cassette.commands[name].make_context(name, list(words))
    assert records[name](**context.params) == records[name](**fast)


def test_the_program_starts_both_ways_and_survives_a_closed_pipe() -> None:
    module = subprocess.run(
        [sys.executable, "-m", "cassette_tools", "--version"], capture_output=True, text=True, check=True
    )
    assert module.stdout == "cassette, version 0.1.0\n"
    Path("many.yaml").write_text(BAD + BAD.partition("interactions:\n")[2] * 2000)
    command = f"{sys.executable} -m cassette_tools lint --show-all many.yaml | head -2"
    piped = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert piped.stderr == ""
    assert piped.stdout == FINDING.replace("bad.yaml", "many.yaml")


def test_importing_the_fast_path_imports_nothing_slow() -> None:
    """The budget of a commit hook: what each of these costs is in docs/speed.md."""
    script = (
        "import sys; from cassette_tools.cli import main; main(['lint', '--no-cache', 'bad.yaml']); "
        "slow = {'click', 'jsonschema', 'deepdiff', 'dataclasses', 'typing', 'pathlib', 'inspect', 'hashlib', 'tomllib', "
        "'ruamel.yaml.main', 'importlib.metadata', 'urllib', 'datetime', 'logging', 'difflib'}; "
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_file_that_is_known_is_told_without_what_reads_recordings(tmp_path: Path) -> None:
    """The second run finds all in the cache; what the first has to import would take most of its time."""
    script = (
        "import sys; before = set(sys.modules); from cassette_tools.cli import main; main(['lint', 'bad.yaml']); "
        "slow = {'re', 'functools', 'collections', 'enum', 'json', 'warnings', '_ruamel_yaml', 'cassette_tools.model', "
        "'cassette_tools.formats', 'cassette_tools.source', 'cassette_tools.rules', 'cassette_tools.secrets', "
        "'cassette_tools.load'}; print(sorted((slow & set(sys.modules)) - before))"
    )
    environment = {**os.environ, "CASSETTE_CACHE_DIR": str(tmp_path / "cache")}
    first, second = (
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
        for _time in range(2)
    )
    assert first.stdout.splitlines()[:-1] == second.stdout.splitlines()[:-1] != []
    assert (first.stdout.splitlines()[-1] != "[]", second.stdout.splitlines()[-1]) == (True, "[]")


BROKEN_JSON = ['{"city": "Tur', '{"city": ', "{'city': 1}", '{"city": 1,}', '["Turin"', "nul"]
SPOKEN = '{"role": "assistant", "content": "Warm."}'
ASKED = json.dumps({"model": "heron-1", "messages": [{"role": "user", "content": "How warm?"}]})


def _go_vcr(answer: str) -> str:
    """A recording of one answer, which is written so that nothing of it is escaped."""
    asked, said = (text.replace("'", "''").replace("\n", "\n\n      ") for text in (ASKED, answer))
    kind = "text/event-stream" if answer.startswith("data:") else "application/json"
    return (
        "version: 2\ninteractions:\n- id: 0\n  request:\n    method: POST\n    headers: {}\n"
        f"    url: https://api.openai.com/v1/chat/completions\n    body: '{asked}'\n"
        f"  response:\n    code: 200\n    status: 200 OK\n    headers: {{Content-Type: [{kind}]}}\n    body: '{said}'\n"
    )


def _arguments(broken: str) -> str:
    call = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": broken}}
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": None, "tool_calls": [call]},
        "finish_reason": "length",
    }
    body = {"id": "chatcmpl-1", "object": "chat.completion", "model": "heron-1", "created": 1, "choices": [choice]}
    return _go_vcr(json.dumps(body))


@pytest.mark.parametrize("broken", BROKEN_JSON)
@pytest.mark.parametrize(
    ("name", "write", "rules"),
    [
        pytest.param("cut.yaml", _arguments, ["usage-missing", "undeclared-tool-called"], id="arguments"),
        pytest.param("cut.yaml", lambda broken: _go_vcr(f'{{"choices": [{broken}'), ["body-not-json"], id="body"),
        pytest.param(
            "cut.yaml",
            lambda broken: _go_vcr(f'data: {{"choices": [], "model": "heron-1"}}\n\ndata: {{"choices": [{broken}'),
            ["stream-truncated"],
            id="stream in a cassette",
        ),
        pytest.param(
            "cut.sse",
            lambda broken: f'data: {{"choices": [], "model": "heron-1"}}\n\ndata: {{"choices": [{broken}',
            ["stream-truncated"],
            id="stream alone",
        ),
        pytest.param(
            "cut.jsonl",
            lambda broken: "".join(
                f'{{"model": "heron-1", "created_at": "2026-01-01", "message": {each}, "done": {done}}}\n'
                for each, done in ((SPOKEN, "false"), (SPOKEN, "false"), (f"[{broken}", "false"), (SPOKEN, "true"))
            ),
            ["stream-event-not-json"],
            id="lines of JSON",
        ),
        pytest.param("cut.json", lambda broken: f'{{"choices": [{broken}', ["yaml-syntax"], id="file"),
    ],
)
def test_json_that_is_cut_is_read_by_a_run_that_imports_no_json(
    name: str, write: Callable[[str], str], rules: list[str], broken: str, tmp_path: Path
) -> None:
    """In a process of its own: the scanner of `json` fails where nobody has imported what it raises (CPython 3.11)."""
    path = tmp_path / name
    path.write_text(write(broken))
    command = [sys.executable, "-m", "cassette_tools", "lint", "--no-cache", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [line.split(": ")[1].split()[-1] for line in run.stdout.splitlines() if line.startswith(str(path))]
    assert (found, run.stderr) == (rules, "")
