"""A folder without a recording is no success, and a walk finds what is found when it is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cassette_tools.cli import main

BODIES = {
    "chat.json": '{"id": "1", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message":'
    ' {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],'
    ' "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 9}}',
    "claude.json": '{"id": "1", "type": "message", "role": "assistant", "content": [], "stop_reason": "end_turn"}',
    "gemini.json": '{"candidates": [{"content": {"parts": [{"text": "Hi"}]}}], "usageMetadata": {}}',
    "ollama.sse": '{"model": "m", "message": {"role": "assistant", "content": "Hi"}, "done": false}\n'
    '{"model": "m", "message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "stop"}\n',
}
BODIES |= {
    "chat.txt": "data: " + BODIES["chat.json"] + "\n\n",
    "stream.chunks.txt": BODIES["ollama.sse"],
    "cut.json": BODIES["chat.json"][:120],
    "cut.txt": 'data: {"candidates": [{"content": {"role": "model", "parts": [{"text": "Hi"}]}}]}\n\ndata: {"cand',
}


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["lint", "--no-cache", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_folder_without_a_recording(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "package.json").write_text('{"name": "x"}')
    (tmp_path / "a.yaml").write_text("x: 1\n")
    (tmp_path / "b.yaml").write_text("x: 2\n")
    assert run(capsys, str(tmp_path)) == (
        2,
        "no findings in 0 files\n",
        "cassette: no recording was found; 3 files had no mark of one (2 .yaml, 1 .json); --allow-empty takes that for "
        "success\n",
    )
    assert run(capsys, "--allow-empty", str(tmp_path)) == (0, "no findings in 0 files\n", "")


@pytest.mark.parametrize("name", BODIES)
def test_a_walk_finds_what_is_found_when_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_text(BODIES[name])
    walked, named = run(capsys, str(tmp_path)), run(capsys, str(tmp_path / name))
    assert walked == named
    assert walked[1].endswith(" in 1 file\n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.txt", "The interactions are recorded in VCR.py's version: 1\nrequest: …\n"),
        ("notes.txt", "data: see below\n"),
        ("empty.txt", ""),
        ("odd.json", '{"model": "m", "output": // none\n}'),
    ],
)
def test_texts_that_begin_as_no_body_are_none_of_ours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    (tmp_path / name).write_text(text)
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "folder.txt").mkdir()
    assert run(capsys, str(tmp_path))[:2] == (2, "no findings in 0 files\n")


@pytest.mark.parametrize("text", ['{"model": "m"}', '{"model": "m", "output": }', '{"choices": []}'])
def test_json_that_is_no_call_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (tmp_path / "x.json").write_text(text)
    status, _, told = run(capsys, str(tmp_path))
    assert (status, told.partition(";")[0]) == (2, "cassette: no recording was found")


def test_folders_and_revisions_with_nothing_to_compare(
    tmp_path: Path, samples: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.yaml").write_text("x: 1\n")
    hint = "; --allow-empty takes that for success\n"
    assert main(["diff", "old", "new"]) == 2
    assert capsys.readouterr().err == f"cassette: no recording was found, in old or in new{hint}"
    assert main(["diff", "--allow-empty", "old", "new"]) == 0
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=x", "-c", "user.email=x@y.z", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True)
    assert main(["diff", "HEAD", "gone", "old"]) == 2
    assert capsys.readouterr().err == (
        f"cassette: gone: no side has such a file or folder; no recording was found, in HEAD or in the work tree{hint}"
    )
    shutil.copy(samples / "readme" / "old.yaml", tmp_path / "old" / "b.yaml")
    assert main(["diff", "HEAD", "old"]) == 2
    counts = "recordings only in HEAD: 0, only in the work tree: 1"
    assert capsys.readouterr().err == (
        f"cassette: nothing was compared ({counts}; no two of them are of one scenario){hint}"
    )
    assert main(["diff", "--allow-empty", "HEAD", "old"]) == 0
    assert main(["diff", os.devnull, "old/a.yaml"]) == 0
