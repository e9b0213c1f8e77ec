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
from tests.replay.players import go as the_go
from tests.replay.players import go_environment, no_go

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
            words, cwd=folder, env=environment | more, capture_output=True, text=True, check=False, timeout=200
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
    libraries = [ruby or "ruby", "-e", "require 'vcr'; require 'webmock'; require 'rspec'"]
    if ruby is None or subprocess.run(libraries, capture_output=True, check=False).returncode:
        pytest.skip("no Ruby with VCR, WebMock and RSpec here; `make peers` installs them")
    (tmp_path / "project" / "answer_spec.rb").write_text(f"""
    require "json"
    require "net/http"
    require "vcr"
    require "webmock"
    {the_block("ruby", "before_record")}
    {the_block("ruby", "after(:suite)")}
    RSpec.describe "the model" do
      it "answers" do
        key = ENV["OPENAI_API_KEY"]
        VCR.use_cassette("answer", record: ENV["MODE"].to_sym) do
          question = {{ model: "gpt-4o", messages: [{{ role: "user", content: key }}] }}.to_json
          headers = {{ "Authorization" => "Bearer #{{key}}", "Cookie" => "session=c0ffee", "Content-Type" => "application/json" }}
          answer = Net::HTTP.post(URI("#{{ENV["MODEL"]}}?api_key=#{{key}}"), question, headers)
          raise answer.body unless JSON.parse(answer.body)["choices"][0]["message"]["content"] == ENV["TEXT"]
        end
      end
    end
    """)
    cassette = tmp_path / "project" / "spec" / "cassettes" / "answer.yml"
    with serving() as model:

        def record(mode: str) -> str:
            told = run(
                *(ruby, "-S", "rspec", "answer_spec.rb"),
                OPENAI_API_KEY=SECRET,
                MODE=mode,
                MODEL=model.url,
                TEXT=TEXT,
            )
            assert "1 example, 0 failures" in told
            return cassette.read_text()

        first = record("all")
        assert record("all") == first
        assert [word for word in (SECRET, "c0ffee", "Set-Cookie") if word in first] == []
        assert record("none") == first  # Ruby's VCR puts the key back
        assert model.calls == 2


SUITE = """
import (
	"{package}/cassette"
	"{package}/recorder"
	"bytes"
	"io/ioutil"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestAnswer(t *testing.T) {{
	client := &http.Client{{Transport: newRecorder(t, "testdata/answer")}}
	question := `{{"model": "gpt-4o", "messages": [{{"role": "user", "content": "Does it rain in Lisbon?"}}]}}`
	request, _ := http.NewRequest("POST", os.Getenv("MODEL"), bytes.NewBufferString(question))
	request.Header.Set("Authorization", "Bearer "+os.Getenv("OPENAI_API_KEY"))
	request.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(request)
	if err != nil {{
		t.Fatal(err)
	}}
	body, _ := ioutil.ReadAll(answer.Body)
	if !strings.Contains(string(body), "and it rains in Lisbon") {{
		t.Error(string(body))
	}}
}}
"""

# By version: the player's program, the package, and the mark of the block of the page.
GO_VCR = {
    "v1": ("open_v1.go", "github.com/dnaeon/go-vcr", "AddSaveFilter"),
    "v4": ("open_v4.go", "gopkg.in/dnaeon/go-vcr.v4/pkg", "WithIgnoreAuthorization"),
}


@pytest.mark.parametrize("version", GO_VCR)
def test_the_hook_for_go(run: Callable[..., str], tmp_path: Path, version: str) -> None:
    """The block for the version, and the one for all versions, which `make` runs."""
    opener, package, mark = GO_VCR[version]
    if no_go(opener, package):
        pytest.skip(f"no Go with go-vcr {version} here; `make peers` installs it")
    go = str(the_go(opener))
    project = tmp_path / "project"
    recipe = the_block("go", "TestMain") + the_block("go", mark)
    (project / "answer_test.go").write_text(f"package answer\n{SUITE.format(package=package)}\n{recipe}")
    (project / "Makefile").write_text(the_block("make", "RECORD=1"))
    written = project / "testdata" / "answer.yaml"
    with serving() as model:
        here = go_environment(opener) | {"OPENAI_API_KEY": SECRET, "MODEL": model.url}
        here["PATH"] = os.pathsep.join((str(tmp_path / "bin"), str(Path(go).parent), os.environ["PATH"]))
        run("make", "record", **here)
        first = written.read_text()
        assert [word for word in (SECRET, "Set-Cookie") if word in first] == []
        run("cassette", "normalize", "--check", "testdata")
        run(go, "test", "-count=1", "./...", **here)  # plays
        assert (written.read_text(), model.calls) == (first, 1)
        written.unlink()
        run(go, "test", "-count=1", "./...", RECORD="1", **here)  # `TestMain` alone
        assert (written.read_text(), model.calls) == (first, 2)


def test_blocks_of_go_are_go(run: Callable[..., str], tmp_path: Path) -> None:
    if shutil.which("gofmt") is None:
        pytest.skip("no Go here; `make peers` installs it")
    found = blocks("go")
    assert len(found) == 3
    for number, block in enumerate(found):
        (tmp_path / "project" / f"block_{number}.go").write_text(f"package answer\n\n{block}")
    assert run("gofmt", "-l", ".") == ""


def test_blocks_of_python_are_python() -> None:
    found = blocks("python")
    assert len(found) == 5
    for block in found:
        compile(block, "docs/recording.md", "exec")


def test_what_is_linked_exists() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
