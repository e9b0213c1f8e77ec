"""Whatever is wrong with one file is an error of that file: the others are done, the status is 2, and there is no
traceback.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest
from bad_files import GOOD, cassette, exchange

from cassette_tools.cli import main
from cassette_tools.errors import SourceError
from cassette_tools.load import load
from cassette_tools.model import Interaction

DEEP = "[" * 201 + "]" * 201
ITEM = "- id: 0\n  request: {url: 'https://a/', method: GET, headers: {}, body: ''}\n"
# What was made to break whoever reads it: the file, and what is said of it behind its path.
REFUSED = {
    "alias-chain.yaml": (
        "\n".join(["x0: &x0 [1]", *(f"x{n}: &x{n} [*x{n - 1}]" for n in range(1, 300)), "interactions:", ITEM]),
        ":201:14: nested more than 200 levels deep; no cassette is",
    ),
    "alias-of-mappings.yaml": (
        "\n".join(["x0: &x0 {a: 1}", *(f"x{n}: &x{n} {{a: *x{n - 1}}}" for n in range(1, 300)), "interactions:", ITEM]),
        ":201:17: nested more than 200 levels deep; no cassette is",
    ),
    "alias-as-key.yaml": (
        "\n".join(["x0: &x0 [1, 1]", *(f"x{n}: &x{n} {{? *x{n - 1} : 1}}" for n in range(1, 300)), "interactions:", ITEM]),
        ":102:16: nested more than 200 levels deep; no cassette is",
    ),
    "deep.yaml": (f"interactions:\n- {DEEP}\n", ":2:203: nested more than 200 levels deep; no cassette is"),
    "deep.json": (f'{{"version": 2, "interactions": [{DEEP}]}}', ": nested more than 200 levels deep; no cassette is"),
    "nodes.yaml": (
        "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(f"{n}: &{n} [{','.join([f'*{p}'] * 10)}]\n" for p, n in zip("abcdef", "bcdefg", strict=True)) + "interactions: []\n",
        ":6:29: aliases stand for more than 1,000,000 nodes (16 characters of a text count as one); no recording needs that (the limit is budgets.nodes)",
    ),
    "scalars.yaml": (
        f"a: &a {'x' * 200_000}\nb: [{', '.join(['*a'] * 100)}]\ninteractions: []\n",
        ":2:321: aliases stand for more than 1,000,000 nodes (16 characters of a text count as one); no recording needs that (the limit is budgets.nodes)",
    ),
    "numbers.json": (
        f'{{"version": 2, "interactions": [], "a": {"9" * 5000}}}',
        ": it holds a number of more digits than can be computed with",
    ),
}  # fmt: skip


def bodies(**fields: object) -> str:
    return json.dumps(fields)


CALL = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
}


def answered(arguments: str, **more: object) -> dict[str, object]:
    call = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": arguments}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    answer = {
        "id": "x",
        "object": "chat.completion",
        "model": "m",
        "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        **more,
    }
    return exchange(request_body=json.dumps(CALL), body=json.dumps(answer))


ODD = "? !!binary AA== : 1, ? [a, {b: c}] : 2, 1: 3, true: 4, 1.5: 5, ~: !!binary AA==, ? {a: b} : [], a: {? !!binary AA== : !!binary /w==}"
# What is odd and can be read: nothing fails at it, in any command.
READ = {
    "bytes-as-keys.yaml": b"interactions:\n- request:\n    parsed_body: {? !!binary AA== : 1, ? [a, {b: c}] : 2, 1: 3, true: 4}\n    headers: {}\n    method: GET\n    uri: http://a/\n  response: {body: {string: x}, headers: {}, status: {code: 200, message: OK}}\nversion: 1\n",
    **{
        f"keys-{name}.yaml": layout.replace("ODD", ODD).encode()
        for name, layout in (
            ("vcrpy", "interactions:\n- request: {headers: {ODD}, method: GET, uri: http://a/, body: x, ODD}\n  response: {body: {string: x, ODD}, headers: {ODD}, status: {code: 200, message: OK, ODD}, ODD}\n  more: {ODD}\nversion: 1\ntop: {ODD}\n"),
            ("go-vcr", "version: 2\ntop: {ODD}\ninteractions:\n- id: 0\n  request: {headers: {ODD}, method: GET, url: http://a/, body: x, form: {ODD}, trailer: {ODD}, ODD}\n  response: {body: x, headers: {ODD}, status: ok, code: 200, duration: 1s, ODD}\n  more: {ODD}\n"),
            ("ruby-vcr", "http_interactions:\n- request: {headers: {ODD}, method: get, uri: http://a/, body: {encoding: UTF-8, string: x, ODD}, ODD}\n  response: {body: {encoding: UTF-8, string: x, ODD}, headers: {ODD}, status: {code: 200, message: OK, ODD}, ODD}\n  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT\n  more: {ODD}\nrecorded_with: VCR 6.0.0\n"),
            ("websocket", "version: 1\ninteractions:\n- {kind: message, direction: sent, data: {type: session.update, ODD}}\n- {kind: message, direction: received, data: [{ODD}]}\n- {kind: close, direction: received, ODD}\n"),
            ("cassetter", "interactions:\n- request: {method: GET, uri: http://a/, headers: {ODD}, body: {type: json, content: {ODD}}, ODD}\n  response: {status: 200, headers: {ODD}, body: {type: json, content: {ODD}}, ODD}\nversion: 1\n"),
        )
    },
    "numbers.yaml": "".join(
        ("version: 2\ninteractions:\n", *(ITEM.replace("0", str(n), 1) + f"  response: {{body: x, headers: {{}}, status: ok, code: {code}, duration: {code}}}\n" for n, code in enumerate(("9" * 5000, "0x" + "f" * 5000, "0b" + "1" * 20_000, "0" + "7" * 9000, "1" + ":59" * 5_000, "1" + "_0" * 5000, "9" * 400, "1e+99999.", "." + "9" * 9000))))
    ).encode(),
    "surrogates.json": cassette(exchange(request_url="https://a/\ud800", request_body="\ud800", body="\udfff", headers={"\ud800": ["\udfff"]}, status="\ud800")),
    "lengths.json": cassette(exchange(headers={"Content-Length": ["9" * 5000]}, content_length=10**4000), exchange(1, headers={"Content-Length": ["٣" * 5000], "User-Agent": ["OpenAI/Python " + "9" * 5000]})),
    "arguments.json": cassette(answered(DEEP), answered("[" * 50_000), answered('{"a":' * 50_000), answered("9" * 5000), answered('{"a": 1e400, "b": NaN}')),
    "usage.json": cassette(answered("{}", usage={"prompt_tokens": 10**4000, "completion_tokens": -(10**4000), "total_tokens": 10**309}), answered("{}", created=10**4000)),
    "deep-bodies.json": cassette(exchange(body=DEEP, request_body='{"a":' * 300 + "1" + "}" * 300), exchange(1, body="data: " + DEEP + "\n\ndata: {}\n\n"), exchange(2, body="[{\"candidates\": " + DEEP + "}]")),
    "lengths.httprr": b"httprr trace v1\n" + b"9" * 5000 + b" 1\nGET / HTTP/1.1\r\n\r\n",
    "status.txtar": b"-- request --\nGET https://a/ HTTP/1.1\n\n-- response --\nHTTP/1.1 " + b"9" * 5000 + b" OK\n\nx\n",
}  # fmt: skip


def said(capsys: pytest.CaptureFixture[str]) -> tuple[str, list[str]]:
    output, errors = capsys.readouterr()
    assert "Traceback" not in errors
    assert "program itself" not in output + errors
    assert "rule itself" not in output + errors
    return output, errors.splitlines()


@pytest.mark.parametrize("name", REFUSED)
def test_lint_does_the_others(suite: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content, words = REFUSED[name]
    (suite / name).write_text(content, encoding="utf-8")
    status = main(["lint", "--no-cache", str(suite)])
    output, errors = said(capsys)
    assert output.count("content-length-mismatch: ") == 2
    assert (status, errors) == (2, [f"cassette: error: {suite / name}{words}"])


@pytest.mark.parametrize("name", REFUSED)
def test_normalize_does_the_others(suite: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    content, words = REFUSED[name]
    path = suite / name
    path.write_text(content, encoding="utf-8")
    assert main(["normalize", str(suite)]) == 2
    assert said(capsys)[1] == [
        f"cassette: error: {path}{words}",
        "cassette: 2 files rewritten, 0 already normal, 1 failed",
    ]
    assert path.read_text(encoding="utf-8") == content
    assert all((suite / good).read_bytes() != GOOD for good in ("a.json", "z.json"))


@pytest.mark.parametrize("name", REFUSED)
def test_diff_and_convert_do_the_others(
    suite: Path, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = REFUSED[name]
    (suite / name).write_text(content, encoding="utf-8")
    old = tmp_path / "old"
    old.mkdir()
    for good in ("a.json", "z.json", name):
        (old / good).write_bytes(cassette())
    assert main(["diff", "--format", "json", str(old), str(suite)]) == 2
    output, errors = said(capsys)
    assert errors == [f"cassette: error: {suite / name}{words}"]
    assert len(json.loads(output)["pairs"]) == 2
    assert main(["convert", "--to", "har", "-q", "-o", str(tmp_path / "new"), str(suite)]) == 2
    assert said(capsys)[1] == [f"cassette: error: {suite / name}{words}"]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["a.har", "z.har"]


@pytest.mark.parametrize("name", READ)
def test_nothing_fails_at_what_is_odd(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from cassette_tools.formats import writers

    path, other = tmp_path / name, tmp_path / f"other-{name}"
    path.write_bytes(READ[name])
    other.write_bytes(READ[name].replace(b"https://a", b"https://b"))
    for words in (
        ("lint", "--no-cache", "--select", "all", "--jobs", "1"),
        ("show",),
        ("show", "--format", "json"),
        ("show", "--events"),
        ("normalize", "--check", "--extend-select", "all"),
        ("match", "--all"),
        ("diff", str(other)),
        *(("convert", "--to", to, "--output", str(tmp_path / "out")) for to in writers()),
    ):
        if words[0] == "normalize" and name.endswith((".txtar", "cassetter.yaml", "websocket.yaml")):
            continue  # no such file is rewritten
        status = main([*words, str(path)])
        errors = [line for line in said(capsys)[1] if "error" in line]
        if words[0] == "normalize" and name.startswith("keys-") and status == 2:
            assert "it was left as it is" in errors[0]  # keys that no YAML emitter writes as they were
            continue
        assert status in (0, 1), words
        assert not errors, words


# --- the program itself fails ----------------------------------------------------------------------------------------


FAULTS = {
    TypeError("unhashable: sk-abcdef"): "the program itself fails at this file (TypeError in cassette_tools.load:{line}): please report it with what CASSETTE_TRACEBACK=1 shows",
    KeyError("sk-abcdef"): "the program itself fails at this file (KeyError in cassette_tools.load:{line}): please report it with what CASSETTE_TRACEBACK=1 shows",
    RecursionError(): "it is nested too deep to be worked through",
    MemoryError(): "it takes more memory than there is",
    OverflowError(): "it holds a number of more digits than can be computed with",
}  # fmt: skip


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let the second interaction of a file raise an error while it is read."""
    module = import_module("cassette_tools.load")
    understood = module.understood

    def failing(interaction: Interaction) -> Interaction:
        if interaction.index == 1:
            raise error
        return understood(interaction)

    monkeypatch.setattr(module, "understood", failing)
    monkeypatch.delenv("CASSETTE_TRACEBACK", raising=False)


@pytest.mark.parametrize(("error", "words"), FAULTS.items(), ids=lambda each: type(each).__name__)
def test_what_goes_wrong_belongs_to_the_file_and_its_interaction(
    suite: Path,
    error: Exception,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = suite / "m.json"
    path.write_text(json.dumps({"version": 2, "interactions": [exchange(), exchange(1)]}, indent=1), encoding="utf-8")
    fail(monkeypatch, error)
    with pytest.raises(SourceError) as raised:
        load(str(path))
    said_of_it = f"{path}:20:3: {words.format(line=raised.value.message.partition('load:')[2].partition(')')[0])}"
    assert raised.value.located() == said_of_it
    for words_of_it, output in (
        (["lint", "--no-cache", str(suite)], "content-length-mismatch: "),
        (["normalize", "--check", str(suite)], "durations 1"),
    ):
        assert main(words_of_it) == 2
        out, errors = capsys.readouterr()
        assert errors.splitlines()[0] == f"cassette: error: {said_of_it}"
        assert out.count(output) == 2
    for words_of_it in (
        ["show", str(path)],
        ["match", str(path), "--all"],
        ["convert", str(path), "--to", "har"],
        ["diff", str(path), str(suite / "a.json")],
    ):
        assert main(words_of_it) == 2
        assert capsys.readouterr().err == f"cassette: error: {said_of_it}\n"


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        (["show"], "cassette_tools.conversation.show_text"),
        (["normalize"], "cassette_tools.cli.normalize.new_content"),
        (["match", "--all"], "cassette_tools.match.search.replay"),
        (["convert", "--to", "har", "--decompress"], "cassette_tools.formats._uncoded.decompressed"),
        (["diff", "{path}"], "cassette_tools.diff.compare"),
        (["lint", "--no-cache"], "cassette_tools.lint.engine.lint_source"),
    ],
)
def test_what_goes_wrong_behind_the_reading_belongs_to_the_file(
    suite: Path, words: list[str], broken: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def failing(*_values: object, **_more: object) -> None:
        raise ValueError("sk-abcdef")

    module, _, name = broken.rpartition(".")
    monkeypatch.setattr(import_module(module), name, failing)
    monkeypatch.delenv("CASSETTE_TRACEBACK", raising=False)
    path = suite / "a.json"
    assert main([word.replace("{path}", str(suite / "z.json")) for word in words] + [str(path)]) == 2
    subject = f"{suite / 'z.json'} and {path}" if words[0] == "diff" else str(path)
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith(
        f"cassette: error: {subject}: the program itself fails at this file (ValueError in cassette_tools."
    )


def test_a_fault_of_the_program_is_raised_where_its_traceback_is_asked_for(
    suite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite / "m.json").write_bytes(cassette(exchange(), exchange(1)))
    fail(monkeypatch, TypeError("unhashable"))
    monkeypatch.setenv("CASSETTE_TRACEBACK", "1")
    with pytest.raises(TypeError, match="unhashable"):
        load(str(suite / "m.json"))
