"""The recipes of docs/recording.md, run as they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cassette_tools import normalize

from .model_server import SECRET, TEXT, serving
from .recording_page import PAGE, ROOT, blocks, the_block

CONFIGURATION = 'extend-select = ["rechunk", "layout"]'


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Run a command in a folder where `cassette` is this project's, and git knows nothing of the machine."""
    commands = tmp_path / "bin"
    commands.mkdir()
    command = commands / "cassette"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m cassette_tools "$@"\n')
    command.chmod(0o755)
    folder = tmp_path / "project"
    folder.mkdir()
    environment = os.environ | {
        "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": "nobody@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }

    def run(*words: str, status: int = 0, **more: str) -> str:
        done = subprocess.run(
            words, cwd=folder, env=environment | more, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    return run


def test_the_clean_filter(run: Callable[..., str], samples: Path, tmp_path: Path) -> None:
    monday, tuesday = (
        (samples / "normalize" / "recorded" / f"{day}.yaml").read_bytes() for day in ("monday", "tuesday")
    )
    normal = normalize(monday, extend_select=("rechunk", "layout"))
    project = tmp_path / "project"
    cassette = project / "tests" / "cassettes" / "trip.yaml"
    cassette.parent.mkdir(parents=True)
    assert CONFIGURATION in the_block("toml", "extend-select")
    (project / "cassette.toml").write_text(f"[normalize]\n{CONFIGURATION}\n")
    (project / ".gitattributes").write_text(the_block("gitattributes", "filter=cassette"))
    run("git", "init", "--quiet")
    run("sh", "-e", "-c", the_block("sh", "filter.cassette.clean"))

    cassette.write_bytes(monday)
    run("git", "add", "--all")
    run("git", "commit", "--quiet", "--message", "recorded")
    assert run("git", "show", "HEAD:tests/cassettes/trip.yaml").encode() == normal
    assert cassette.read_bytes() == monday

    same_again = monday.replace(b"chatcmpl-", b"chatcmpl-Zq")
    assert same_again != monday
    cassette.write_bytes(same_again)
    assert run("git", "diff") == ""
    run("git", "add", "--all")
    assert run("git", "status", "--short") == ""

    cassette.write_bytes(tuesday)
    changed = [line[0] for line in run("git", "diff").splitlines() if re.match(r"[-+] ", line)]
    assert sorted(changed) == ["+", "+", "-", "-"]
    cassette.unlink()
    run("git", "checkout", "--", "tests/cassettes/trip.yaml")
    assert cassette.read_bytes() == normal

    cassette.with_name("notes.yaml").write_text("not: a cassette\n")
    assert "clean filter 'cassette' failed" in run("git", "add", "--all", status=128)


def test_the_hooks_for_ruby(run: Callable[..., str], tmp_path: Path) -> None:
    ruby = shutil.which("ruby")
    libraries = [ruby or "ruby", "-e", "require 'vcr'; require 'webmock'"]
    if ruby is None or subprocess.run(libraries, capture_output=True, check=False).returncode:
        pytest.skip("no Ruby with VCR and WebMock here; `make peers` installs them")
    (after,) = re.findall(r"^ *(system\(.*\))$", the_block("ruby", "after(:suite)"), re.MULTILINE)
    script = f"""
    require "json"
    require "net/http"
    require "vcr"
    require "webmock"
    {the_block("ruby", "before_record")}
    key = ENV["OPENAI_API_KEY"]
    VCR.use_cassette("answer", record: ENV["MODE"].to_sym) do
      question = {{ model: "gpt-4o", messages: [{{ role: "user", content: key }}] }}.to_json
      headers = {{ "Authorization" => "Bearer #{{key}}", "Cookie" => "session=c0ffee", "Content-Type" => "application/json" }}
      answer = Net::HTTP.post(URI("#{{ARGV[0]}}?api_key=#{{key}}"), question, headers)
      puts JSON.parse(answer.body)["choices"][0]["message"]["content"]
    end
    {after} unless ENV["MODE"] == "none"
    """
    (tmp_path / "project" / "record.rb").write_text(script)
    cassette = tmp_path / "project" / "spec" / "cassettes" / "answer.yml"
    with serving() as model:

        def record(mode: str) -> str:
            return run(ruby, "record.rb", model.url, OPENAI_API_KEY=SECRET, MODE=mode).strip()

        assert record("all") == TEXT
        first = cassette.read_text()
        assert record("all") == TEXT
        assert cassette.read_text() == first
        assert SECRET not in first
        assert "c0ffee" not in first
        assert "Set-Cookie" not in first
        assert record("none") == TEXT  # Ruby's VCR puts the key back
        assert model.calls == 2


def test_blocks_of_python_are_python() -> None:
    found = blocks("python")
    assert len(found) == 5
    for block in found:
        compile(block, "docs/recording.md", "exec")


def test_what_is_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
