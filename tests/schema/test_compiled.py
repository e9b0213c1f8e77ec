"""The compiled verdict: up to date, lean, and the same as that of `jsonschema`."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cassette_tools._schema_words import texts_from_bytes
from cassette_tools.schema import conforms, schema_text

ROOT = Path(__file__).resolve().parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compile_schemas", ROOT / "tools" / "compile_schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


compile_schemas = load_tool()


# --- the generator ---------------------------------------------------------------------------------------------------


def test_compiled_schemas_are_up_to_date() -> None:
    assert compile_schemas.main(["--check"]) == 0


def test_a_changed_schema_and_a_stray_module_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    schemas, compiled = tmp_path / "schemas", tmp_path / "compiled"
    shutil.copytree(ROOT / "schemas", schemas)
    monkeypatch.setattr(compile_schemas, "ROOT", tmp_path)
    monkeypatch.setattr(compile_schemas, "SCHEMAS", schemas)
    monkeypatch.setattr(compile_schemas, "COMPILED", compiled)
    assert compile_schemas.main([]) == 0
    assert compile_schemas.main(["--check"]) == 0
    capsys.readouterr()

    changed = schemas / "go-vcr-1.schema.json"
    changed.write_text(changed.read_text(encoding="utf-8").replace("One request", "A request"), encoding="utf-8")
    (compiled / "go_vcr_0.py").write_text("", encoding="utf-8")
    assert compile_schemas.main(["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "compiled/go_vcr_0.py is out of date: run `make schemas`",
        "compiled/go_vcr_1.py is out of date: run `make schemas`",
    ]
    assert compile_schemas.main([]) == 0
    assert capsys.readouterr().out.splitlines() == ["removed compiled/go_vcr_0.py", "wrote compiled/go_vcr_1.py"]


@pytest.mark.parametrize(
    ("schema", "complaint"),
    [
        (
            {"type": "string", "format": "date"},
            "odd, document: keywords unknown to tools/compile_schemas.py: ['format']",
        ),
        ({"minimum": 1}, "odd, document: a compiled schema needs a type everywhere"),
        (
            {"type": "object", "additionalProperties": False},
            "odd, document: additionalProperties beside properties is not compiled",
        ),
    ],
)
def test_what_is_not_compiled_is_refused(schema: dict[str, Any], complaint: str) -> None:
    text = json.dumps({"title": "Odd", "$defs": {}, **schema})
    with pytest.raises(SystemExit) as caught:
        compile_schemas.Compiler("odd", text).module()
    assert str(caught.value) == complaint


REF = {"$ref": "#/$defs/x"}
EVERY_KEYWORD = {
    "title": "Every keyword",
    "type": "object",
    "required": ["class", "hidden"],
    "properties": {
        "class": {"type": ["number", "null"], "minimum": 0, "maximum": 2.5},
        "value": {"type": ["string", "array"], "minLength": 2, "items": {"type": "boolean"}},
        "text": {
            "type": ["boolean", "string", "object"],
            "pattern": "^a",
            "additionalProperties": {"$ref": "#/$defs/x"},
        },
        "list": {"type": ["integer", "boolean"], "minimum": -1},
        "x-y": REF,
    },
    "$defs": {"x": {"title": "X", "type": ["object", "number"], "required": ["a"]}},
}
TEXTS = st.sampled_from(["", "a", "ab", "ba", b"", b"a", b"ab"])
LEAVES = st.none() | st.booleans() | st.integers(-2, 3) | st.floats() | TEXTS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2),
)
FIELDS = dict.fromkeys(("class", "hidden", "value", "text", "list", "x-y"), VALUES)


@pytest.fixture(scope="module")
def every_keyword() -> Any:
    """The compiled verdict on `EVERY_KEYWORD`."""
    namespace: dict[str, Any] = {}
    exec(compile_schemas.Compiler("every", json.dumps(EVERY_KEYWORD)).module(), namespace)
    return namespace["document"]


@given(st.fixed_dictionaries({}, optional=FIELDS) | VALUES)
@examples(400)
def test_each_keyword_means_what_it_means_to_jsonschema(every_keyword: Any, data: Any) -> None:
    oracle = Draft202012Validator(EVERY_KEYWORD)
    assert every_keyword(data) is oracle.is_valid(texts_from_bytes(data))


TABLES = ("__init__", "clues", "rules")


def test_compiled_modules_import_nothing_but_re() -> None:
    for path in (ROOT / "cassette_tools" / "_compiled").glob("*.py"):
        imports = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                   if isinstance(node, (ast.Import, ast.ImportFrom))]  # fmt: skip
        assert [ast.unparse(node) for node in imports] == ([] if path.stem in TABLES else ["import re"])


# --- parity on cassettes ---------------------------------------------------------------------------------------------

V1 = {
    "request": {
        "body": "{}",
        "form": {"q": ["1"]},
        "headers": {"Accept": ["*/*"]},
        "url": "https://x/",
        "method": "POST",
    },
    "response": {
        "body": b"\x00",
        "headers": {"A": ["b", "c"]},
        "status": "200 OK",
        "code": 200,
        "duration": "1.2s",
    },
}
PROTOCOL = {
    "proto": "HTTP/1.1",
    "proto_major": 1,
    "proto_minor": 1,
    "content_length": 2,
    "transfer_encoding": ["chunked"],
    "trailer": {"A": ["b"]},
}
V2: dict[str, Any] = {
    "id": 0,
    "request": {**PROTOCOL, **V1["request"], "host": "x", "remote_addr": "", "request_uri": "/"},
    "response": {**PROTOCOL, **V1["response"], "uncompressed": True},
}
INTERACTIONS = {"go-vcr-1": V1, "go-vcr-2": V2}
NAMES = sorted({*V2, *V2["request"], *V2["response"], "another"})

REPLACEMENTS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-2, -1, 0, 1, 99, 100, 999, 1000, 200.0, 200.5, float("nan"), float("inf")]),
    st.sampled_from(["", "x", "200 OK", "200", "20 OK", "2000", "1m2s", "12µs", "1.5", "0", "s", "1s\n"]),
    st.sampled_from([b"", b"\xff\xfe", b"1s", b"200"]),
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["a", b"a"]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["A", "", 200]), inner, max_size=2),
        max_leaves=5,
    ),
)


def holders(data: Any) -> list[Any]:
    """Every mapping and list inside plain data, outermost first."""
    if not isinstance(data, (dict, list)):
        return []
    inner = data.values() if isinstance(data, dict) else data
    return [data, *(each for value in inner for each in holders(value))]


@st.composite
def mutated(draw: st.DrawFn, name: str) -> Any:
    """A valid interaction after up to three changes: a field dropped, given another value, or added."""
    interaction: Any = copy.deepcopy(INTERACTIONS[name])
    for _ in range(draw(st.integers(0, 3))):
        holder = draw(st.sampled_from(holders(interaction)))
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        act = draw(st.sampled_from(["drop", "replace", "add"]))
        if act == "add" and isinstance(holder, dict):
            holder[draw(st.sampled_from(NAMES))] = draw(REPLACEMENTS)
        elif act == "add":
            holder.append(draw(REPLACEMENTS))
        elif keys:
            key = draw(st.sampled_from(keys))
            if act == "drop":
                del holder[key]
            else:
                holder[key] = draw(REPLACEMENTS)
    return interaction


def validator(name: str, part: str) -> Draft202012Validator:
    schema = json.loads(schema_text(name))
    return Draft202012Validator(schema if part == "document" else {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]})


ORACLES = {(name, part): validator(name, part) for name in INTERACTIONS for part in ("document", "interaction")}


@pytest.mark.parametrize("name", sorted(INTERACTIONS))
@given(st.data())
@examples(300)
def test_interactions_get_the_verdict_of_jsonschema(name: str, data: st.DataObject) -> None:
    interaction = data.draw(mutated(name))
    assert conforms(name, "interaction", interaction) is ORACLES[name, "interaction"].is_valid(
        texts_from_bytes(interaction)
    )


@pytest.mark.parametrize("name", sorted(INTERACTIONS))
@given(st.data())
@examples(100)
def test_documents_get_the_verdict_of_jsonschema(name: str, data: st.DataObject) -> None:
    document = data.draw(
        st.dictionaries(st.sampled_from(["version", "interactions", "mu"]), REPLACEMENTS)
        | st.fixed_dictionaries(
            {"version": st.sampled_from([1, 2, 2.0, True, "2"]), "interactions": st.lists(mutated(name), max_size=2)}
        )
        | REPLACEMENTS
    )
    assert conforms(name, "document", document) is ORACLES[name, "document"].is_valid(texts_from_bytes(document))
