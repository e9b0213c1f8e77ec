"""What is measured: real recordings where they are at hand, else the project's samples many times over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml
from recordings import FORMATS, exchanges

from cassette_tools import load
from cassette_tools.errors import CassetteError

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CASSETTE_SHARED") or ROOT.parent / "shared")
COUNT = 188  # files of the real go-vcr suite
GO_SUITE = "charmbracelet__fantasy"
TINY, MANY = 10_000, 3_000  # bytes of a tiny recording at most, and how many there are
LARGE, SOME = 30_000, 60  # bytes of a large one at least, and how many are invented

INTERACTION = """\
- id: {index}
  request:
    proto: HTTP/1.1
    proto_major: 1
    proto_minor: 1
    content_length: {length}
    host: api.example.com
    body: '{request}'
    headers:
      Accept:
      - application/json
      Content-Type:
      - application/json
      User-Agent:
      - Example/Go 1.0.0
    url: https://api.example.com/v1/chat/completions
    method: POST
  response:
    proto: HTTP/2.0
    proto_major: 2
    proto_minor: 0
    content_length: -1
    uncompressed: true
    body: '{response}'
    headers:
      Content-Type:
      - application/json
    status: 200 OK
    code: 200
    duration: 1.25s
"""
REQUEST = (
    '{{"model":"example-1","max_tokens":4000,"messages":[{{"role":"user","content":"Question number {index}?"}}]}}'
)
RESPONSE = (
    '{{"id":"chatcmpl-{index:09}","object":"chat.completion","created":1700000000,"model":"example-1","choices":[{{"index":0,'
    '"message":{{"role":"assistant","content":"{text}"}},"finish_reason":"stop"}}],"usage":{{"prompt_tokens":12,'
    '"completion_tokens":80,"total_tokens":92}}}}'
)
ANSWER = "The answer is long enough to be an answer, and says the same thing over and over again. " * 10


@dataclass(frozen=True, kw_only=True)
class Material:
    """A folder of go-vcr cassettes, one of them, and a pair; `title` says where they are from."""

    title: str
    folder: Path
    one: Path
    pair: tuple[Path, Path]

    @property
    def files(self) -> list[Path]:
        """The cassettes of the folder."""
        return sorted(self.folder.rglob("*.yaml"))

    @property
    def megabytes(self) -> float:
        """The size of all of them."""
        return sum(path.stat().st_size for path in self.files) / 1e6


def material(scratch: Path) -> Material:
    """Real recordings, or samples copied into `scratch`."""
    folder, pairs = SHARED / "corpus" / GO_SUITE, SHARED / "pairs" / GO_SUITE
    if folder.is_dir() and pairs.is_dir():
        olds = sorted(pairs.rglob("old.yaml"), key=lambda path: path.stat().st_size)
        old = olds[len(olds) // 2]
        title = f"{len(list(folder.rglob('*.yaml')))} cassettes of a Go library's provider tests"
        return Material(title=title, folder=folder, one=_median(folder), pair=(old, old.with_name("new.yaml")))
    folder = scratch / "samples"
    folder.mkdir()
    samples = sorted((ROOT / "samples" / "dialects").rglob("*.yaml"))
    for number in range(COUNT):
        shutil.copy(samples[number % len(samples)], folder / f"{number:03}.yaml")
    pair = ROOT / "samples" / "readme"
    title = f"{COUNT} copies of this project's samples"
    return Material(title=title, folder=folder, one=_median(folder), pair=(pair / "old.yaml", pair / "new.yaml"))


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A folder of recordings in YAML, of one kind."""

    title: str
    folder: Path


def corpora(scratch: Path) -> Iterator[Corpus]:
    """Thousands of tiny recordings, and large ones: real ones where they are at hand, else invented."""
    real = [*_real()]
    tiny = [path.read_bytes() for path in real if path.stat().st_size <= TINY]
    large = [path.read_bytes() for path in real if path.stat().st_size >= LARGE]
    many = islice(cycle(tiny), MANY) if tiny else _invented(MANY, 1)
    yield _corpus(scratch / "tiny", many, "tiny recordings" if tiny else "tiny invented recordings")
    yield _corpus(
        scratch / "large", large or _invented(SOME, 40), f"{'' if large else 'invented '}recordings over 30 kB"
    )


def _real() -> Iterator[Path]:
    """The recordings in YAML of everyone but the Go suite, as far as both sides of a race can read them."""
    for path in sorted(each for part in ("corpus", "pairs") for each in (SHARED / part).rglob("*.y*ml")):
        if GO_SUITE not in path.parts:
            try:
                load(str(path))
                yaml.load(path.read_bytes(), yaml.CSafeLoader)
            except (CassetteError, yaml.YAMLError):
                continue
            yield path


def _invented(count: int, scenarios: int) -> Iterator[bytes]:
    """So many recordings of VCR.py, each of so many scenarios."""
    for number in range(count):
        each = [one for scenario in range(scenarios) for one in exchanges(number * scenarios + scenario)]
        yield FORMATS["vcrpy"][1](each).encode()


def _corpus(folder: Path, contents: Iterable[bytes], title: str) -> Corpus:
    folder.mkdir()
    count = size = 0
    for content in contents:
        (folder / f"{count:05}.yaml").write_bytes(content)
        count, size = count + 1, size + len(content)
    return Corpus(title=f"{count:,} {title}, {size / 1e6:.1f} MB", folder=folder)


def large(path: Path, size: int) -> Path:
    """Write a go-vcr cassette of about `size` bytes, of many small interactions; nothing is held in memory."""
    index = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write("---\nversion: 2\ninteractions:\n")
        while stream.tell() < size:
            request = REQUEST.format(index=index)
            response = RESPONSE.format(index=index, text=ANSWER)
            stream.write(INTERACTION.format(index=index, length=len(request), request=request, response=response))
            index += 1
    return path


def _median(folder: Path) -> Path:
    """The file of median size."""
    files = sorted(folder.rglob("*.yaml"), key=lambda path: (path.stat().st_size, path))
    return files[len(files) // 2]


def pairs(scratch: Path) -> tuple[Path, Path, int]:
    """Two folders of recordings made twice, real ones where they are at hand, and how many pairs there are."""
    old, new = scratch / "pairs" / "old", scratch / "pairs" / "new"
    if not (SHARED / "pairs").is_dir():
        shutil.copytree(ROOT / "samples" / "suite" / "old", old)
        shutil.copytree(ROOT / "samples" / "suite" / "new", new)
        return old, new, sum(1 for path in old.rglob("*.yaml"))
    count = 0
    for first in sorted((SHARED / "pairs").glob("*/*/old.*")):
        second = first.with_name("new" + first.suffix)
        if first.suffix in (".yaml", ".yml", ".json") and second.exists():
            name = Path(first.parent.parent.name) / f"{first.parent.name}{first.suffix}"
            for side, source in ((old, first), (new, second)):
                (side / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, side / name)
            count += 1
    return old, new, count
