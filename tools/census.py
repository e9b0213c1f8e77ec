"""How the calls of a corpus were understood, dialect by dialect, and which were not.

    python tools/census.py FOLDER

Every interaction of FOLDER/corpus and FOLDER/seeds that looks like a call of a model (its host is one of
`data.endpoints`, or its path or its bodies are those of a call) must be recognised by a dialect: the exit status is 1
when one is not. Problems are counted by kind; each must be a true one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cassette_tools.data.endpoints import ENDPOINTS, authority, provider_for
from cassette_tools.errors import CassetteError
from cassette_tools.load import load

if TYPE_CHECKING:
    from cassette_tools.model import Interaction

PROVIDERS = frozenset(row.provider for row in ENDPOINTS)

# Paths of calls, whoever serves them: the steps that their URLs end with.
PATHS = re.compile(
    r"/(chat/completions|completions|responses|messages|converse(-stream)?|invoke(-with-response-stream)?"
    r"|embeddings?|embed|rerank|moderations|v[12]/chat|api/(chat|generate|embed)|count_tokens|input_tokens"
    r"|images/(generations|edits|variations)|audio/(speech|transcriptions|translations)"
    r"|(models|files|batches|fine_tuning/jobs|vector_stores|assistants|threads)(/[^/]+)?)$"
    r"|:(stream)?(generateContent|rawPredict|countTokens|embedContent|batchEmbedContents|predict)$",
    re.IGNORECASE,
)
# Steps of a path that name one thing: a digit run, a digest, a long name, an id behind its prefix.
_PECULIAR = re.compile(r"^[^:]*(\d{4}|[0-9a-f]{12}|[^:]{36})[^:]*|^[a-z]+[_-](?=[^:]*\d)\w{10,}|^[a-z0-9]{12}$")
# Keys of bodies that only calls have, all together.
ASKED = (
    {"model", "messages"},
    {"model", "input"},
    {"contents"},
    {"messages", "inferenceConfig"},
    {"anthropic_version"},
    {"model", "prompt"},
    {"inputText"},
)
ANSWERED = (
    {"choices"},
    {"candidates"},
    {"usageMetadata"},
    {"stop_reason", "content"},
    {"output", "stopReason"},
    {"finish_reason", "message"},
    {"done", "created_at"},
)
# What the hosts of providers serve that is no call: nothing of a model is asked for.
BESIDE = (
    ("oauth2.googleapis.com", "tokens for Google's APIs"),
    ("/.well-known/", "what a host says of itself"),
)
# Formats whose calls no dialect reads, by their names.
UNREAD = {"xai-proto": "messages of xAI's gRPC API, as their protocol buffers print them"}


@dataclass
class Census:
    """The counts of one dialect."""

    calls: int = 0
    streamed: int = 0
    errors: int = 0
    cut: int = 0
    empty: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def looks_like_a_call(interaction: Interaction) -> str | None:
    """Why an interaction looks like a call of a model; ``None`` when it does not."""
    url = interaction.request.url
    if any(word in url for word, _ in BESIDE):
        return None
    if provider_for(url, {}) in PROVIDERS:
        return "host"
    if PATHS.search(authority(url)[1].rstrip("/")):
        return "path"
    asked, body = interaction.request.body.json, interaction.response.body
    if any(keys <= asked.keys() for keys in ASKED) if isinstance(asked, dict) else False:
        return "request"
    answers = [event.json for event in body.events[:5]] if body.stream else [body.json]
    for answer in answers:
        if any(keys <= answer.keys() for keys in ANSWERED) if isinstance(answer, dict) else False:
            return "response"
    return None


def pattern(interaction: Interaction) -> str:
    """The host and the path without what is peculiar to one call: so that like is counted with like."""
    host, path = authority(interaction.request.url)
    steps = [_PECULIAR.sub("{…}", step) for step in path.split("/")]
    return f"{interaction.request.method} {host}{'/'.join(steps)}"


def take(folder: Path) -> tuple[Mapping[str, Census], Counter[tuple[str, str]], Counter[str], dict[str, str]]:
    """The census by dialect; (pattern, why it looks like a call) of what was not recognised; formats that were read;
    and for each pattern one file.
    """
    found: dict[str, Census] = defaultdict(Census)
    unknown: Counter[tuple[str, str]] = Counter()
    formats: Counter[str] = Counter()
    files: dict[str, str] = {}
    for path in _files(folder):
        try:
            recording = load(str(path))
        except CassetteError:
            formats["not read"] += 1
            continue
        formats[recording.format] += 1
        for interaction in recording.interactions:
            call = interaction.llm
            if call is None:
                reason = None if recording.format in UNREAD else looks_like_a_call(interaction)
                if reason is not None:
                    unknown[pattern(interaction), reason] += 1
                    files.setdefault(pattern(interaction), str(path.relative_to(folder)))
                continue
            of_dialect = found[call.dialect]
            of_dialect.calls += 1
            of_dialect.streamed += call.stream
            of_dialect.errors += call.error is not None
            of_dialect.cut += not call.complete
            of_dialect.empty += not (interaction.response.body.text or interaction.response.body.raw)
            of_dialect.operations[call.operation_name] += 1
            for problem in (*call.problems, *interaction.response.body.problems):
                of_dialect.problems[problem.kind] += 1
                of_dialect.examples.setdefault(problem.kind, f"{path.relative_to(folder)}: {problem.message[:110]}")
    return found, unknown, formats, files


def _files(folder: Path) -> Iterator[Path]:
    for part in ("seeds", "corpus"):
        yield from sorted(path for path in (folder / part).rglob("*") if path.is_file())


def report(folder: Path) -> tuple[list[str], int]:
    """The lines to print, and how many calls were not recognised."""
    found, unknown, formats, files = take(folder)
    lines = ["files: " + ", ".join(f"{count} {name}" for name, count in formats.most_common()), ""]
    lines.append(f"{'dialect':26} {'calls':>6} {'streams':>8} {'errors':>7} {'cut':>5} {'empty':>6}  operations")
    for name, each in sorted(found.items()):
        operations = _counted(each.operations)
        lines.append(
            f"{name:26} {each.calls:6} {each.streamed:8} {each.errors:7} {each.cut:5} {each.empty:6}  {operations}"
        )
        lines += [f"    {count:4} {kind}, as in {each.examples[kind]}" for kind, count in each.problems.most_common()]
    total: dict[str, Any] = {"calls": sum(each.calls for each in found.values()), "unknown": sum(unknown.values())}
    lines += ["", f"{total['calls']} calls, {total['unknown']} that look like one and were not recognised"]
    for (name, reason), count in unknown.most_common():
        lines.append(f"    {count:4} {name}  (by its {reason}; {files[name]})")
    return lines, total["unknown"]


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common())


def main(argv: list[str]) -> int:
    if len(argv) != 1 or not (Path(argv[0]) / "corpus").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    lines, unrecognised = report(Path(argv[0]))
    print("\n".join(lines))
    return 1 if unrecognised else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
