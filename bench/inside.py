"""Races inside one process, without its start: `python bench/inside.py load|lint FOLDER ROUNDS` prints seconds as JSON.

`load` is our loader, which notes where every node stands; `lint` is the whole of the work on a file. The peer of both
is PyYAML's C loader, which notes nothing. Turn and turn about, so that a busy machine is unfair to nobody.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import yaml

from cassette_tools.config import LintSettings
from cassette_tools.lint.run import lint_paths
from cassette_tools.source import Source


def load(paths: list[str]) -> None:
    for path in paths:
        for _item in Source.from_path(path).items("interactions"):
            pass


def lint(paths: list[str]) -> None:
    lint_paths(tuple(paths), LintSettings(), jobs=1, cached=False)


def bare(paths: list[str]) -> None:
    for path in paths:
        with open(path, "rb") as stream:
            yaml.load(stream, yaml.CSafeLoader)


def seconds(work: Callable[[list[str]], None], paths: list[str]) -> float:
    start = time.perf_counter()
    work(paths)
    return time.perf_counter() - start


def main(what: str, folder: str, rounds: str) -> None:
    ours = {"load": load, "lint": lint}[what]
    paths = sorted(str(path) for path in Path(folder).rglob("*.y*ml"))
    times = [(seconds(ours, paths), seconds(bare, paths)) for _round in range(int(rounds) + 1)]
    print(json.dumps({"ours": [each[0] for each in times[1:]], "peer": [each[1] for each in times[1:]]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
