"""docs/match.md says what is so: its example prints what it shows, its table is that of the players, Ruby runs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.data.matchers import PLAYERS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "match.md").read_text(encoding="utf-8")


def test_the_example(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    ((command, output),) = re.findall(r"```console\n\$ cassette ([^\n]*)\n(.*?)```", PAGE, re.DOTALL)
    assert main(shlex.split(command)) == 1
    assert capsys.readouterr().out == output


def test_every_player_stands_in_the_table() -> None:
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", PAGE, re.MULTILINE) == [player.name for player in PLAYERS]


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", PAGE)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


RUBY = """
require "vcr"
require "webmock"
require "net/http"
VCR.configure { |config| config.hook_into :webmock; config.cassette_library_dir = Dir.pwd }
%s
VCR.use_cassette("a", record: :none) do
  explaining { Net::HTTP.post(URI("http://api.example.com/y"), "{}") }
rescue VCR::Errors::UnhandledHTTPRequestError => error
  puts error.message[/^POST .*/m]
end
"""
CASSETTE = """\
http_interactions:
- request: {method: post, uri: 'http://api.example.com/x', body: {encoding: UTF-8, string: '{}'}, headers: {}}
  response: {status: {code: 200, message: OK}, headers: {}, body: {encoding: UTF-8, string: ''}, http_version: null}
  recorded_at: Tue, 01 Nov 2011 04:58:44 GMT
recorded_with: VCR 6.3.1
"""


def test_ruby(tmp_path: Path) -> None:
    ruby = shutil.which("ruby")
    needed = "require 'vcr'; require 'webmock'"
    if ruby is None or subprocess.run([ruby, "-e", needed], capture_output=True, check=False).returncode:
        pytest.skip("no Ruby with VCR and WebMock here; `make peers` installs them")
    (block,) = re.findall(r"```ruby\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "a.yml").write_text(CASSETTE)
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "cassette"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cassette_tools "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [ruby, "-e", RUBY % block], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment
    )
    said = done.stdout.replace(f"{tmp_path}/", "")
    assert said.startswith(
        "POST http://api.example.com/y does not match the one recorded request\n\n"
        "nearest: interaction 0, a.yml:2\n  POST http://api.example.com/x\n  path  line 2\n    - /x\n    + /y\n"
    ), done.stderr
