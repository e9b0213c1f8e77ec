"""The nightly job of docs/scale.md, line by line, over buckets at a server that speaks S3's protocol."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import fsspec
import pytest
from effort import ROOT
from indexing import recording
from test_remote import put, s3, server  # noqa: F401 - fixtures

from cassette_tools.cli import main

DAYS = {"before": "2026-11-21", "today": "2026-11-22"}


def job() -> list[list[str]]:
    """The commands of the job, its days filled in."""
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```sh\n#!/bin/sh\n(.*?)```", page, re.DOTALL)
    for name, day in DAYS.items():
        script = script.replace(f"${name}", day)
    return [shlex.split(line)[1:] for line in script.splitlines() if line.startswith("cassette ")]


@pytest.mark.usefixtures("s3")
def test_the_nightly_job_runs_over_buckets(capsys: pytest.CaptureFixture[str]) -> None:
    files = fsspec.filesystem("s3", skip_instance_cache=True)
    files.mkdir("lake")
    for day, text in zip(DAYS.values(), ("Good evening", "Good night"), strict=True):
        put(f"s3://recordings/{day}/greeting.json", recording(text, id=f"chatcmpl-Ap3Kd8Zs6Yt1Qe5{text[5]}"))
        put(f"s3://recordings/{day}/same.json", recording("The same", id=f"chatcmpl-Ap3Kd8Zs6Yt1Qe5{text[5]}"))
    try:
        index, diff, query = job()
        assert main(["index", f"s3://recordings/{DAYS['before']}/", "--output", f"s3://lake/{DAYS['before']}"]) == 0
        assert [main(words) for words in (index, diff, query)] == [0, 1, 0]
        drift = json.loads(Path("drift.json").read_bytes())
        assert (drift["unread"], [pair["new"]["path"] for pair in drift["pairs"]]) == (
            1,
            [f"s3://recordings/{DAYS['today']}/greeting.json"],
        )
        assert "1 without drift" in Path("drift.md").read_text()
        assert Path("cost.csv").read_text().splitlines()[1:] == ["openai,gpt-4o,2,20,4,,0"]

        files.rm(f"recordings/{DAYS['before']}", recursive=True)  # what is gone is told by the columns
        capsys.readouterr()
        assert main(diff) == 1
        assert "another text (no more is known: the recording is gone)" in capsys.readouterr().out
        assert main(["find", f"s3://lake/{DAYS['today']}", "--text", "night", "--files"]) == 0
        assert capsys.readouterr().out == f"s3://recordings/{DAYS['today']}/greeting.json\n"
    finally:
        files.rm("lake", recursive=True)
