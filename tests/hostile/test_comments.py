"""Recorded text never acts as a comment, whatever it holds and however large the file is; what is one, does."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cassette_tools.source
from cassette_tools import lint
from cassette_tools.errors import SourceError
from cassette_tools.lint.suppress import suppressions
from cassette_tools.source import Source
from cassette_tools.source.rewrite import has_comments

COMMENT = "# cassette: ignore[secrets]"
BREAKS = ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"]

pieces = st.one_of(
    st.sampled_from([COMMENT, f" {COMMENT}", "#", ": ", "- ", "'", '"', "|", "\\", "\t", "  ", "é", "😀", "\ufeff"]),
    st.sampled_from(BREAKS),
    st.text("ab #:", max_size=4),
)
recorded = st.lists(pieces, max_size=12).map("".join)
styles = st.sampled_from([None, "'", '"', "|", ">"])


def written(texts: list[str], style: str | None, width: int, unicode: bool) -> str:
    """The texts as values, keys and elements of a recording that PyYAML writes."""
    data = {"version": 2, "interactions": [{"id": n, "body": t, "l": [t], f"k{t}": 1} for n, t in enumerate(texts)]}
    return str(yaml.dump(data, default_style=style, width=width, allow_unicode=unicode, sort_keys=False))


def block(text: str, indicator: str) -> str:
    """The text in a block scalar as a careless recorder writes it: line feeds are indented, other breaks are not."""
    lines = "\n".join(f"      {line}" for line in text.split("\n"))
    return f"version: 2\ninteractions:\n- id: 0\n  response:\n    body: {indicator}\n{lines}\n    code: 200\n"


def spoken(content: bytes) -> list[tuple[int, int]]:
    """Where the comments stand that silence something."""
    source = Source.from_bytes(content, "x.yaml")
    with suppress(SourceError):
        list(source.items("interactions"))
    return [(each.line, each.column) for each in suppressions(source)]


def spoken_in_pieces(content: bytes, folder: Path) -> list[tuple[int, int]]:
    """The same of a file that is not held in memory."""
    path = folder / "large.yaml"
    path.write_bytes(content)
    source = Source.from_path(str(path))
    assert source.content is None
    with suppress(SourceError):
        list(source.items("interactions"))
    return [(each.line, each.column) for each in suppressions(source)]


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in pieces, of a size at which words, characters and CRLF are cut."""
    monkeypatch.setattr(cassette_tools.source, "STREAMED_ABOVE", 0)
    monkeypatch.setattr(cassette_tools.source.text, "CHUNK", 29)


with_a_folder = settings(examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(st.lists(recorded, min_size=1, max_size=3), styles, st.sampled_from([40, 100_000]), st.booleans())
def test_what_a_recorder_writes_is_no_comment(texts: list[str], style: str | None, width: int, unicode: bool) -> None:
    assert spoken(written(texts, style, width, unicode).encode()) == []


@given(texts=st.lists(recorded, min_size=1, max_size=3), style=styles, unicode=st.booleans())
@with_a_folder
@pytest.mark.usefixtures("everything_is_large")
def test_nor_in_a_large_file(tmp_path: Path, texts: list[str], style: str | None, unicode: bool) -> None:
    assert spoken_in_pieces(written(texts, style, 100_000, unicode).encode(), tmp_path) == []


@given(recorded.filter(lambda text: "\r" not in text), st.sampled_from(["|", "|-", "|+", ">", "|2"]))
def test_nor_in_a_block_that_a_careless_recorder_writes(text: str, indicator: str) -> None:
    """Where another break than LF ends the block, the rest is outside of it for YAML: then there is a syntax error or
    a comment at a place where no scalar is.
    """
    content = block(text, indicator)
    for line, column in spoken(content.encode()):
        index = sum(len(each) + 1 for each in content.split("\n")[: line - 1]) + column - 1
        events = [each for each in yaml.parse(content) if isinstance(each, yaml.ScalarEvent)]
        assert not any(each.start_mark.index < index < each.end_mark.index for each in events)


@given(st.lists(recorded, min_size=2, max_size=3), styles, st.data())
@with_a_folder
def test_a_comment_is_heard_beside_any_recorded_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, texts: list[str], style: str | None, data: st.DataObject
) -> None:
    lines = written(texts, style, 100_000, unicode=True).split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith("-")]  # of the interactions
    at = data.draw(st.sampled_from(starts))
    lines.insert(at, f" {COMMENT} of ours")
    content = "\n".join(lines).encode()
    assert spoken(content) == [(at + 1, 2)]
    with monkeypatch.context() as patch:
        patch.setattr(cassette_tools.source, "STREAMED_ABOVE", 0)
        patch.setattr(cassette_tools.source.text, "CHUNK", 29)
        assert spoken_in_pieces(content, tmp_path) == [(at + 1, 2)]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("a: x  # cassette: ignore[text]", 7),
        ("a: |  # cassette: ignore[text]\n  x", 7),
        ("a: >- # cassette: ignore[text]\n  # cassette: ignore[text]", 7),
        ("a: 'b # c'  # cassette: ignore[text]", 13),
        ("a: 'x'# cassette: ignore[text]", None),  # no comment for YAML, although libyaml takes it for one
        ("a: b# cassette: ignore[text]", None),
        ("a: 'b\u2028  # cassette: ignore[text]'", None),
        ('a: "b\n\n  # cassette: ignore[text]"', None),
        ("a: b\n  c# cassette: ignore[text]", None),
        ("? '# cassette: ignore[text]'\n: x", None),
        ("a: &x b\n'#': [*x, '# cassette: ignore[text]']", None),
        ("cassette: ignore[text]", None),
        ("'#': {a: &cassette b, '# ': *cassette}", None),
        ("a: # cassette\n  cassette: ignore[text]", None),
    ],
)
def test_what_a_comment_is(line: str, column: int | None) -> None:
    assert spoken(f"version: 2\n{line}\ninteractions: []\n".encode()) == ([(2, column)] if column else [])


KEY = "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"


@pytest.mark.parametrize("cut", BREAKS)
@pytest.mark.parametrize("times", [1, 3])
def test_no_break_in_recorded_text_makes_a_comment_of_other_text(tmp_path: Path, cut: str, times: int) -> None:
    """Lines that libyaml counts and we do not must not shift what is a scalar."""
    folded = cut in ("\n", "\r\n", "\r")
    before = f"a{cut * times}  b" if folded else f"a{cut * times}b"
    content = (
        "version: 2\ninteractions:\n- id: 0\n  request:\n"
        f"    body: '{before}'\n    headers: {{}}\n    url: https://api.openai.com/v1/chat/completions\n    method: POST\n"
        f"  response:\n    body: |\n          {COMMENT}\n          the key is {KEY}\n"
        "\n    headers: {}\n    status: 200 OK\n    code: 200\n    duration: 1ms\n"
    )
    path = tmp_path / "x.yaml"
    path.write_bytes(content.encode())
    found = lint(str(path), select=("secrets",))
    line = content[: content.index(KEY)].count("\n") + 1
    assert [(each.rule, each.location.region.line) for each in found] == [("secret-in-body", line)]


@pytest.mark.parametrize("cut", BREAKS)
def test_a_syntax_error_stands_at_the_line_that_findings_would_have(tmp_path: Path, cut: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(f"a: 'x{cut}  y'\nb: 1\nc: }}\n".encode())
    found = lint(str(path))
    assert [(each.rule, each.location.region.line, each.location.region.column) for each in found] == [
        ("yaml-syntax", 4 if "\n" in cut else 3, 4)
    ]


@given(recorded)
def test_comments_are_known_from_recorded_text_when_files_are_rewritten(text: str) -> None:
    source = Source.from_bytes(written([text], None, 100_000, unicode=True).encode(), "x.yaml")
    list(source.items("interactions"))
    assert not has_comments(source)
