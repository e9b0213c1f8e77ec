"""What the tests of the formats ask of a sample: what it is read as, and what linting it says."""

from __future__ import annotations

from pathlib import Path

from cassette_tools.config import LintSettings
from cassette_tools.errors import UnknownFormat
from cassette_tools.lint.run import lint_file
from cassette_tools.lint.select import chosen_rules
from cassette_tools.load import load, load_source
from cassette_tools.model import Body, Interaction, Recording
from cassette_tools.source import Source

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "formats"
ALL = chosen_rules(LintSettings(select=("all",)))

Fields = tuple[tuple[str, str], ...]


def content(body: Body) -> str | bytes | None:
    """A body as text, or as the bytes that are none."""
    return body.text if body.text is not None else body.raw


def asked(interaction: Interaction) -> tuple[str, str, Fields, str | bytes | None]:
    """The request: method, URL, header fields, body."""
    request = interaction.request
    return request.method, request.url, request.headers.pairs, content(request.body)


def answered(interaction: Interaction) -> tuple[int, Fields, str | bytes | None]:
    """The response: status, header fields, body."""
    response = interaction.response
    return response.status_code, response.headers.pairs, content(response.body)


def said(recording: Recording) -> list[tuple[str, str]]:
    """Who spoke and what, in the calls of a recording: the last message of each request, and the answers."""
    lines = []
    for interaction in recording.interactions:
        call = interaction.llm
        assert call is not None
        for message in (*call.input_messages[-1:], *call.output_messages):
            lines.append((message.role, "".join(getattr(part, "content", part.type) for part in message.parts)))
    return lines


def read(text: str | bytes, name: str = "x.yaml") -> Recording:
    """A recording from its text."""
    return load_source(Source.from_bytes(text.encode() if isinstance(text, str) else text, name))


def findings(path: Path) -> list[tuple[str, int, int, str]]:
    """Rule, line, column and message of all that is found in a file."""
    result = lint_file(str(path), ALL)
    assert result.error is None
    return [
        (found.rule, found.location.region.line, found.location.region.column, found.message)
        for found in result.findings
    ]


def refusal(text: str, name: str = "x.yaml") -> str:
    """What a text that is no cassette looks like."""
    try:
        read(text, name)
    except UnknownFormat as error:
        return error.seen
    raise AssertionError("it was read")


def count_of(folder: Path, *, format: str, patterns: tuple[str, ...]) -> tuple[int, int]:
    """How many files and interactions of `format` there are in a folder; each file must be of it and without a
    contradiction to its schema.
    """
    files = sorted({path for pattern in patterns for path in folder.rglob(pattern) if path.is_file()})
    interactions = 0
    for path in files:
        recording = load(str(path))
        assert recording.format == format, path
        assert [row for row in findings(path) if row[0] == "schema-violation"] == [], path
        interactions += len(recording.interactions)
    return len(files), interactions
