"""The loader gives what a reference loader gives, with the place of everything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.errors import SyntaxFault, UnsafeInput
from cassette_tools.model import Place
from cassette_tools.source import Source
from cassette_tools.source.yaml_tree import YamlTree


class Reference(yaml.CSafeLoader):
    """PyYAML's safe loader, with dates as text, Ruby's !binary, and foreign tags read as what they hold."""


Reference.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _foreign(loader: Any, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}
    if isinstance(node, yaml.SequenceNode):
        values = [loader.construct_object(each, deep=True) for each in node.value]
        return values[0] if len(values) == 1 and isinstance(values[0], str) else values
    return node.value


Reference.add_constructor("!binary", yaml.CSafeLoader.construct_yaml_binary)
Reference.add_multi_constructor("!", _foreign)
Reference.add_multi_constructor("tag:yaml.org,2002:python/", _foreign)


def read(text: str | bytes, *split: str) -> Any:
    """The first document, put together again."""
    tree = YamlTree(text)
    items = list(tree.items(*split))
    if items:
        tree.top[tree._items_key] = items
    return tree.top


def problems(text: str, *split: str) -> list[tuple[str, tuple[Any, ...]]]:
    tree = YamlTree(text)
    list(tree.items(*split))
    return [(each.kind, each.place.route if each.place else ()) for each in tree.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: [x, 2.5, ~, yes, 'no']\n", {"a": 1, "b": ["x", 2.5, None, True, "no"]}),
        ("date: 2023-06-01\ntime: 2023-06-01T10:00:00Z\n", {"date": "2023-06-01", "time": "2023-06-01T10:00:00Z"}),
        ("b: !!binary aGk=\nc: !binary |-\n  aGk=\n", {"b": b"hi", "c": b"hi"}),
        ("s: !ruby/struct:VCR::HTTPInteraction\n  a: 1\n", {"s": {"a": 1}}),
        ("? !!python/object/apply:multidict._multidict.istr [Accept]\n: x\n", {"Accept": "x"}),
        ("? [1, 2]\n: x\n", {(1, 2): "x"}),
        ("base: &b {x: 1, y: 2}\nd:\n  <<: *b\n  y: 3\n", {"base": {"x": 1, "y": 2}, "d": {"x": 1, "y": 3}}),
        ("d:\n  '<<': 1\n", {"d": {"<<": 1}}),
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        (
            "- 0x1F\n- 0b101\n- 017\n- 1_000\n- 1:30\n- .5\n- -.inf\n- 1e3\n- 1.0e+3\n- 00012\n- ''\n- +1\n",
            [31, 5, 15, 1000, 90, 0.5, float("-inf"), "1e3", 1000.0, 10, "", 1],
        ),
        ("a: |\n\ttab\n", None),
        ("a: {null: [1], ~: 2}\n", {"a": {None: 2}}),
        ("? \n: x\n", {None: "x"}),
        ("- 1\n- 2\n", [1, 2]),
        ("just text\n", "just text"),
        ("", None),
        ("--- \na: 1\n--- \na: 2\n", {"a": 1}),
        ('a: "\\U0001F600 \\u00e9"\n', {"a": "😀 é"}),
        ("i:\n- {a: 1}\n- {a: 2}\nz: 1\n", {"i": [{"a": 1}, {"a": 2}], "z": 1}),
    ],
)
def test_small_documents(text: str, expected: Any) -> None:
    if expected is None and text:
        with pytest.raises(SyntaxFault):
            read(text)
        return
    assert read(text, "i") == expected


def test_duplicate_keys_are_noted_with_their_route() -> None:
    text = "a: 1\na: 2\nb:\n  - c: 1\n    d: {x: 1, x: 2}\n    c: 2\ni:\n- k: 1\n  k: 2\n"
    assert problems(text, "i") == [
        ("duplicate-key", ("a",)),
        ("duplicate-key", ("b", 0, "d", "x")),
        ("duplicate-key", ("b", 0, "c")),
        ("duplicate-key", ("i", 0, "k")),
    ]
    assert read(text, "i") == {"a": 2, "b": [{"c": 2, "d": {"x": 2}}], "i": [{"k": 2}]}


def test_an_alias_bomb_ends_in_an_error() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(UnsafeInput, match="aliases stand for more than 1,000,000 nodes"):
        read("\n".join(lines))


def test_an_alias_to_its_own_parent_ends_in_an_error() -> None:
    with pytest.raises(UnsafeInput, match=r"\*a stands for a node that is still open"):
        read("a: &a [1, *a]\n")


@pytest.mark.parametrize("text", ["[" * 10_000, "{a: " * 10_000, "\n".join(" " * n + "a:" for n in range(2_000))])
def test_deep_nesting_ends_in_an_error(text: str) -> None:
    with pytest.raises(UnsafeInput, match="nested more than 200 levels deep"):
        read(text)


def test_deep_json_ends_in_an_error() -> None:
    with pytest.raises(UnsafeInput, match="nested more than 200 levels deep"):
        list(Source.from_bytes(b"[" * 100_000 + b"]" * 100_000, "x.json").items())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfa: 1\n", {"a": 1}),
        (b"a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        ("a: é\n".encode("utf-16"), {"a": "é"}),
        (b"a: caf\xe9\n", {"a": "caf\ufffd"}),
        (b'{"a": "\\ud83d\\ude00", "b": [1]}', {"a": "😀", "b": [1]}),
        (b'{"a": "\\ud83d"}', {"a": "\ud83d"}),
        (b"{a: b}\n", {"a": "b"}),
    ],
)
def test_encodings(content: bytes, expected: Any) -> None:
    source = Source.from_bytes(content, "x.yaml")
    list(source.items())
    assert source.top == expected


def test_what_libyaml_refuses_and_others_read_is_read() -> None:
    text = "i:\n- {a: 1}\n- [https://a/b, 'c']\n- \"\\ud83d\\ude00\"\n- x: {b: 1, b: 2}\n"
    source = Source.from_bytes(text.encode(), "x.yaml")
    assert list(source.items("i")) == [{"a": 1}, ["https://a/b", "c"], "😀", {"x": {"b": 2}}]
    assert [(each.kind, each.place.route if each.place else ()) for each in source.problems] == [
        ("duplicate-key", ("i", 3, "x", "b"))
    ]
    region = source.region(Place(route=("i", 1, 0), offset=8))
    assert (region.line, region.column) == (3, 12)


@pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"\n', 'a: "\\ud83d\\U00110000"\n', "a: [http://x, : : :]\n- b\n"])
def test_what_nobody_reads_is_an_error(text: str) -> None:
    with pytest.raises(SyntaxFault):
        list(Source.from_bytes(text.encode(), "x.yaml").items())


def test_invalid_utf8_is_a_problem_with_its_place() -> None:
    source = Source.from_bytes("a: é\nb: caf".encode() + b"\xe9\n", "x.yaml")
    list(source.items())
    (problem,) = source.problems
    assert problem.kind == "invalid-utf8"
    assert problem.place is not None
    region = source.region(problem.place)
    assert (region.line, region.column) == (2, 7)


def test_every_corpus_file_loads_as_the_reference_does(shared: Path) -> None:
    paths = sorted(path for path in (shared / "corpus").rglob("*") if path.suffix in (".yaml", ".yml"))
    assert len(paths) > 400
    for path in paths:
        content = path.read_bytes()
        documents = list(yaml.load_all(content, Loader=Reference)) or [None]
        tree = YamlTree(content, whole=True)
        assert list(tree.items()) == []
        assert _same([tree.top, *tree.further], documents), path
        assert _same(read(content, "interactions", "http_interactions"), documents[0]), path


def _same(ours: Any, theirs: Any) -> bool:
    """Equal in value and in type, everywhere."""
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, dict):
        return list(ours) == list(theirs) and all(_same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return bool(ours == theirs)


_plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
_documents = st.recursive(
    _plain, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_plain, inner, max_size=4), max_leaves=12
)


@given(_documents, st.booleans(), st.booleans())
def test_generated_documents_load_as_the_reference_does(document: Any, flow: bool, wide: bool) -> None:
    text = yaml.safe_dump(document, default_flow_style=flow, allow_unicode=wide)
    try:
        expected = yaml.load(text, Loader=Reference)
    except yaml.YAMLError:  # PyYAML writes some lone surrogates that libyaml will not read
        return
    assert _same(read(text), expected)


@given(st.binary(max_size=200) | st.text(alphabet="ab:- \n\t{}[]&*!|>'\"#?,%é\u2028\x85", max_size=80).map(str.encode))
def test_no_bytes_raise_anything_but_a_source_error(content: bytes) -> None:
    try:
        source = Source.from_bytes(content, "x.yaml")
        for _item in source.items("interactions", "a"):
            pass
    except (SyntaxFault, UnsafeInput):
        return
    region = source.region(Place(route=("a", 0), offset=3))
    assert region.line >= 1
    assert region.column >= 1


def test_another_version_of_the_library_is_imported_in_the_ordinary_way() -> None:
    """One whose extension asks the stand-ins for what they do not have."""
    code = """
import builtins

plain, failed = builtins.__import__, []

def importing(name, *more):
    if name == "_ruamel_yaml" and not failed:
        failed.append(name)
        raise ImportError("cannot import name 'Resolver'")
    return plain(name, *more)

builtins.__import__ = importing
from cassette_tools.source import Source
source = Source.from_bytes(b"a: [1, x]\\n", "")
list(source.items("none"))
import ruamel.yaml
print(failed, source.top, ruamel.yaml.YAML(typ="safe", pure=True).load("b: 2"))
"""
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("['_ruamel_yaml'] {'a': [1, 'x']} {'b': 2}\n", "")
