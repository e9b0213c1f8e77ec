"""``cassette report --write-contract`` and ``--contract``: what answers look like, learned and checked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from made_suites import answered, asked, exchange, streamed, write

from cassette_tools.cli import main
from cassette_tools.reporters import Style
from cassette_tools.schema import schema_text
from cassette_tools.suite.contract import learned, read_contract, schema_json
from cassette_tools.suite.contract_changes import Change, Checked, Group, checked
from cassette_tools.suite.contract_text import change_in_words, checked_text
from cassette_tools.suite.shapes import documents_in, in_words, merged, see, shapes_in, shapes_of
from cassette_tools.suite.survey import recordings_of, source_of, survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.suite.shapes import Shapes

KIND = ("example", "someone", "event")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def seen_in(*documents: Any) -> Shapes:
    """The shapes of recordings of one event each."""
    return merged({KIND: _shape(document)} for document in documents)


def _shape(document: Any) -> Any:
    shape: Any = {}
    see(document, shape, {})
    return shape


def schema_of(*documents: Any) -> dict[str, Any]:
    own: dict[str, Any] = learned(seen_in(*documents))["example"]["$defs"]["event"]
    return own


def kept(folder: str, *documents: Any) -> str:
    """A contract of some documents, written; its folder."""
    Path(folder).mkdir(exist_ok=True)
    for dialect, document in learned(seen_in(*documents)).items():
        (Path(folder) / f"{dialect}.schema.json").write_bytes(schema_json(document))
    return folder


def told(old: list[Any], new: list[Any]) -> list[str]:
    """What new documents bring, a line for each place."""
    found = checked(seen_in(*new), read_contract(kept("c", *old)), len(new))
    return [_line(change) for group in found.groups for change in group.changes]


def _line(change: Change) -> str:
    seen = f" {'|'.join(change.seen)}" if change.seen else ""
    expected = f" not {'|'.join(change.expected)}" if change.expected else ""
    return f"{change.kind} {in_words(change.path)}{seen}{expected} {change.count}/{change.of} in {change.recordings}"


# --- learning --------------------------------------------------------------------------------------------------------

STRING, NUMBER = {"type": "string"}, {"type": "number"}


def holding(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


LEARNED: list[tuple[str, list[Any], dict[str, Any]]] = [
    ("what all have is required", [{"a": 1}] * 3, holding(["a"], a=NUMBER)),
    ("two recordings are too few", [{"a": 1}] * 2, holding([], a=NUMBER)),
    ("what some have is not", [{"a": 1}, {"a": 2}, {}, {}], holding([], a=NUMBER)),
    ("types add up", [{"a": 1}, {"a": None}, {"a": True}], holding(["a"], a={"type": ["boolean", "null", "number"]})),
    ("words that recur", [{"a": "on"}] * 2 + [{"a": "off"}] * 2, holding(["a"], a={**STRING, "enum": ["off", "on"]})),
    (
        "words that recur, and null",
        [{"a": "on"}] * 3 + [{"a": None}],
        holding(["a"], a={"type": ["null", "string"], "enum": ["on", None]}),
    ),
    ("words that do not recur", [{"a": "on"}, {"a": "off"}, {"a": "so"}], holding(["a"], a=STRING)),
    ("a sentence among words", [{"a": "on"}] * 4 + [{"a": "not now"}], holding(["a"], a=STRING)),
    ("a secret", [{"a": "AKIAQ7XWZ3M5N2P4R6TB"}] * 4, holding(["a"], a=STRING)),
    ("ids", [{"user_id": "x"}] * 4, holding(["user_id"], user_id=STRING)),
    ("what the model writes", [{"content": "yes"}] * 4, holding(["content"], content=STRING)),
    ("what the caller names", [{"name": "add"}] * 4, holding(["name"], name=STRING)),
    ("arguments of a tool", [{"input": {"x": 1}}] * 3, holding(["input"], input={"type": "object"})),
    ("metadata", [{"metadata": {"x": 1}}] * 3, holding(["metadata"], metadata={"type": "object"})),
    ("a schema given back", [{"schema": {"type": "x"}}] * 3, holding(["schema"], schema={"type": "object"})),
    ("numbers of a vector", [{"embedding": [1, 2]}] * 3, holding(["embedding"], embedding={"type": "array"})),
    ("lists", [{"a": [1, "x y"]}] * 3, holding(["a"], a={"type": "array", "items": {"type": ["number", "string"]}})),
    ("empty lists", [{"a": []}] * 3, holding(["a"], a={"type": "array", "maxItems": 0})),
    (
        "objects by the type that they say",
        [{"a": [{"type": "x", "b": 1}, {"type": "y"}]}] * 3,
        holding(
            ["a"],
            a={
                "type": "array",
                "items": {
                    "type": "object",
                    "anyOf": [
                        holding(["b", "type"], b=NUMBER, type={**STRING, "enum": ["x"]}),
                        holding(["type"], type={**STRING, "enum": ["y"]}),
                    ],
                },
            },
        ),
    ),
]


@pytest.mark.parametrize(("_why", "documents", "expected"), LEARNED, ids=[row[0] for row in LEARNED])
def test_what_is_learned(_why: str, documents: list[Any], expected: dict[str, Any]) -> None:
    assert schema_of(*documents) == {"type": "object", **expected}


def test_a_field_in_3_of_4000_events_is_not_required() -> None:
    shape: Any = {}
    for number in range(4000):
        see({"a": 1, "rare": 2} if number < 3 else {"a": 1}, shape, {})
    ((_, document),) = learned(merged([{KIND: shape}] * 3)).items()
    assert document["$defs"]["event"]["required"] == ["a"]


# --- checking --------------------------------------------------------------------------------------------------------

BLOCK: dict[str, Any] = {
    "content": [{"type": "text", "text": "Hello."}, {"type": "tool_use", "name": "add", "input": {"x": 1}}]
}

CHANGES: list[tuple[str, list[Any], list[Any], list[str]]] = [
    ("nothing", [BLOCK] * 3, [BLOCK], []),
    ("other arguments", [BLOCK] * 3, [{"content": [{**BLOCK["content"][1], "input": {"y": [1]}}]}], []),
    ("a field", [{"a": 1}] * 3, [{"a": 1, "b": "x"}, {"a": 1}], ["new-field b string 1/2 in 1"]),
    ("a field, and nothing within it", [{"a": 1}] * 3, [{"a": 1, "b": {"c": [{}]}}], ["new-field b object 1/1 in 1"]),
    ("a missing field", [{"a": 1}] * 3, [{}, {"a": 1}], ["missing-field a 1/2 in 2"]),
    ("a missing field that was not always there", [{"a": 1}, {"a": 1}, {"a": 1}, {}], [{}], []),
    ("missing within what is missing", [{"a": {"b": 1}}] * 3, [{}], ["missing-field a 1/1 in 1"]),
    ("a type", [{"a": 1}] * 3, [{"a": "1"}], ["retyped-field a string not number 1/1 in 1"]),
    (
        "an object, and nothing within it",
        [{"a": None}] * 3,
        [{"a": {"b": 1}}],
        ["retyped-field a object not null 1/1 in 1"],
    ),
    ("a word", [{"a": "on"}] * 3, [{"a": "off"}, {"a": "on"}], ["new-value a off not on 1/2 in 1"]),
    ("a sentence", [{"a": "on"}] * 3, [{"a": "not now"}], ["new-value a any text not on 1/1 in 1"]),
    (
        "an object of a new type",
        [BLOCK] * 3,
        [{"content": [{"type": "fax"}]}],
        ["new-field content[fax] object 1/1 in 1"],
    ),
    ("elements of an empty list", [{"a": []}] * 3, [{"a": [1]}], ["new-field a[] number 1/1 in 1"]),
    (
        "a field of objects of one type",
        [BLOCK] * 3,
        [{"content": [BLOCK["content"][0], {**BLOCK["content"][1], "caller": {"type": "direct"}}]}],
        ["new-field content[tool_use].caller object 1/1 in 1"],
    ),
    (
        "the gravest first",
        [{"a": 1, "b": 1, "c": "on"}] * 3,
        [{"b": "1", "c": "off", "d": 1}],
        [
            "missing-field a 1/1 in 1",
            "retyped-field b string not number 1/1 in 1",
            "new-value c off not on 1/1 in 1",
            "new-field d number 1/1 in 1",
        ],
    ),
]


@pytest.mark.parametrize(("_why", "old", "new", "expected"), CHANGES, ids=[row[0] for row in CHANGES])
def test_what_is_told(_why: str, old: list[Any], new: list[Any], expected: list[str]) -> None:
    assert told(old, new) == expected


def test_kinds_and_dialects_that_are_not_known() -> None:
    contract = read_contract(kept("c", {"a": 1}))
    shapes: Shapes = {(*each, kind): _shape({}) for each, kind in ((KIND[:2], "end"), (("other", "x"), "event"))}
    assert [(group.first.kind, group.name) for group in checked(shapes, contract, 1).groups] == [
        ("new-event", "end"),
        ("new-dialect", "event"),
    ]


WORDS_OF_CHANGES: list[tuple[Any, Any, tuple[str, str, str]]] = [
    ("on", "", ("new value", "a", '""')),
    (1, "1", ("retyped", "a", "string, not number")),
    ([], [{"b": 1}], ("new", "a[]", "object")),
]


@pytest.mark.parametrize(("old", "new", "expected"), WORDS_OF_CHANGES)
def test_a_change_in_words(old: Any, new: Any, expected: tuple[str, str, str]) -> None:
    contract = read_contract(kept("c", *[{"a": old}] * 3))
    assert [change_in_words(group) for group in checked(seen_in({"a": new}), contract, 1).groups] == [expected]


NAMES = st.sampled_from(("type", "a", "b", "content", "id", "input", "metadata", "embedding", "status"))
WORDS = st.sampled_from(("text", "tool", "function", "on", "", "Not a word.", "x" * 60))
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.just(0.5) | WORDS
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4) | st.lists(VALUES, max_size=2), min_size=1, max_size=6)


@given(DOCUMENTS, DOCUMENTS)
def test_what_is_told_is_what_a_validator_says(old: list[Any], new: list[Any]) -> None:
    """jsonschema is the oracle: it accepts all that was learned, and of others exactly that of which nothing is told."""
    validator = Draft202012Validator(schema_of(*old))
    assert [document for document in old if not validator.is_valid(document)] == []
    assert told(old, old) == []
    assert [bool(told(old, [document])) for document in new] == [not validator.is_valid(document) for document in new]


@given(st.permutations([{"a": "on"}, {"a": "off"}, {"a": 1, "b": [{"type": "x"}]}, {}, {"b": None}]))
def test_the_order_does_not_matter(documents: list[Any]) -> None:
    assert schema_of(*documents) == schema_of(*sorted(documents, key=str))


# --- recordings ------------------------------------------------------------------------------------------------------


def test_what_the_request_said_is_no_change() -> None:
    for number in range(3):
        write(f"old/{number}.json", exchange(response=answered(seed=None, user="a", stop=None, tier={"a": 1})))
    sent = exchange(asked(seed=3, stop={"at": "x"}), answered(seed=3, user=None, stop={"at": "x"}, tier={"a": 1}))
    write("new/0.json", sent)
    assert main(["report", "old", "--write-contract", "c"]) == 0
    own = json.loads(Path("c/openai.chat.schema.json").read_text())["$defs"]["chat answer"]["properties"]
    assert own["model"] == {"type": "string"}
    contract = read_contract("c")
    found = checked(shapes_of(recordings_of(survey(("new",), cached=False)), source_of), contract, 1)
    assert [_line(change) for group in found.groups for change in group.changes] == [
        "retyped-field user null not string 1/1 in 1"
    ]


def test_whole_answers_errors_and_events_are_kinds_of_their_own() -> None:
    late = {"error": {"type": "rate_limit_error", "message": "Slow down."}}
    write("s/a.json", exchange(), exchange(response=late, code=429), exchange(response=streamed({"content": "3"})))
    shapes = shapes_of(recordings_of(survey(("s",), cached=False)), source_of)
    assert sorted(shapes) == [
        ("openai.chat", "openai", kind) for kind in ("chat answer", "error answer", "event")
    ]  # fmt: skip
    assert [shapes["openai.chat", "openai", kind][()][""] for kind in ("chat answer", "event")] == [(1, 1), (2, 1)]


def test_several_processes_learn_what_one_learns() -> None:
    for number in range(12):
        write(f"s/{number}.json", exchange(response=answered("x" * 100_000, more={f"f{number % 5}": number})))
    recordings = recordings_of(survey(("s",), cached=False))
    assert shapes_of(recordings, source_of, 2) == shapes_of(recordings, source_of, 1)


# --- the command -----------------------------------------------------------------------------------------------------

ADDED = """\
1 recording, 1 event (or whole answers): 2 changes

openai.chat of openai
  new value  finish_reason  length  1 of 1 chat answer choices[]
  new        safety         object  1 of 1 chat answer
"""


@pytest.fixture
def suite() -> None:
    for number in range(3):
        write(f"old/{number}.json", exchange())
    write("new/0.json", exchange(response=answered(finish="length", safety={"on": True})))


def test_the_command(suite: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "old", "--write-contract", "d/c"]) == 0
    said = "d/c: a contract of 1 dialect and 1 kind of events and answers, learned from 3 recordings\n"
    assert capsys.readouterr() == (said, "")
    assert main(["report", "old", "--contract", "d/c"]) == 0
    assert capsys.readouterr() == ("3 recordings, 3 events (or whole answers): as the contract says\n", "")
    assert main(["report", "new", "--contract", "d/c"]) == 1
    assert capsys.readouterr() == (ADDED, "")
    assert main(["report", "new", "--contract", "d/c", "--exit-zero"]) == 0
    assert capsys.readouterr().out == ADDED


def test_json(suite: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "old", "--write-contract", "c", "-q"]) == 0
    capsys.readouterr()
    assert main(["report", "new", "--contract", "c", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(schema_text("contract-report"))).validate(document)
    kinds = ("missing-field", "retyped-field", "new-value", "new-field", "new-event", "new-dialect")
    counts = {**dict.fromkeys(kinds, 0), "new-value": 1, "new-field": 1}
    assert document["summary"] == {"recordings": 1, "documents": 1, "changes": counts}
    place = {"event": "chat answer", "count": 1, "of": 1, "recordings": 1}
    who = {"dialect": "openai.chat", "provider_name": "openai"}
    assert document["changes"] == [
        {
            "change": "new-value",
            **who,
            "name": "finish_reason",
            "seen": ["length"],
            "places": [{**place, "path": "choices[].finish_reason", "expected": ["stop"]}],
        },
        {
            "change": "new-field",
            **who,
            "name": "safety",
            "seen": ["object"],
            "places": [{**place, "path": "safety", "expected": []}],
        },
    ]


def test_a_contract_among_recordings_is_passed_over(suite: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "old", "--write-contract", "old/contract"]) == 0
    capsys.readouterr()
    for command in ("stats", "lint"):
        main([command, "old"])
        assert capsys.readouterr().err == ""


def test_learning_again_writes_the_same(suite: None) -> None:
    written = []
    for _time in range(2):
        assert main(["report", "old", "--write-contract", "c"]) == 0
        written.append(Path("c/openai.chat.schema.json").read_bytes())
    assert written[0] == written[1]


WRONG = [
    (["--contract", "none"], "--contract none: cannot be read: No such file or directory"),
    (
        ["--contract", "old"],
        "--contract old: no file of a contract is in it (expected DIALECT.schema.json); --write-contract old learns one",
    ),
    (
        ["--contract", "a", "--write-contract", "b"],
        "--contract and --write-contract are two things: do one after the other",
    ),
    (
        ["--contract", "c", "--since", "main"],
        "--since is about the state of a suite, and a contract about answers: leave one of them out",
    ),
    (
        ["--write-contract", "c", "--history", "h"],
        "--history is about the state of a suite, and a contract about answers: leave one of them out",
    ),
    (["--write-contract", "c", "--format", "json"], "--write-contract writes files and has no report in json"),
    (["--contract", "c", "--format", "markdown"], "--contract is told in --format text or json, not in markdown"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_usage(suite: None, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["report", "old", *words]) == 2
    assert capsys.readouterr() == ("", f"cassette: error: {said}\n")


DAMAGED = [
    ("{", "cannot be read as JSON: Expecting property name"),
    ('{"type": 3}', "is no JSON Schema: $.type: 3 is not valid under any of the given schemas"),
    ("{}", "is no contract: expected $id urn:cassette:contract:DIALECT and $defs"),
    ("[" * 100_000, "cannot be read as JSON: "),
]


@pytest.mark.parametrize(("content", "said"), DAMAGED, ids=["cut", "no schema", "no contract", "deep"])
def test_a_damaged_contract(suite: None, capsys: pytest.CaptureFixture[str], content: str, said: str) -> None:
    Path("c").mkdir()
    Path("c/x.schema.json").write_text(content)
    assert main(["report", "old", "--contract", "c"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"cassette: error: c/x.schema.json: {said}")


def test_nothing_to_learn_from_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", exchange({}, {"ok": True}, url="https://example.com/health"))
    assert main(["report", "s", "--write-contract", "c"]) == 2
    said = "--write-contract c: no answer of a known dialect is recorded: nothing was learned"
    assert capsys.readouterr() == ("", f"cassette: error: {said}\n")
    assert not Path("c").exists()


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(("new-field", "missing-field"))), max_size=60))
def test_no_more_lines_than_fit(rows: list[tuple[str, str]]) -> None:
    groups = tuple(
        Group(
            name=f"f{number}",
            changes=(Change(kind=kind, where=(dialect, "", "event"), path=(".f",), count=1, of=1, recordings=1),),
        )
        for number, (dialect, kind) in enumerate(sorted(rows))
    )
    found = Checked(groups=groups, looked_at=1, recordings=1)
    brief = checked_text(found, Style(), 20).splitlines()
    whole = checked_text(found, Style(show_all=True), 20).splitlines()
    assert len(brief) <= 20
    assert sum(line.startswith("  ") for line in whole) == len(rows)
    if len(whole) <= 19:
        assert brief == whole
    elif any(
        kind == "new-field" and f"  new      f{n} " in "\n".join(brief) for n, (_, kind) in enumerate(sorted(rows))
    ):
        assert sum("  missing" in line for line in brief) == sum(kind == "missing-field" for _, kind in rows)


# --- real recordings -------------------------------------------------------------------------------------------------


def events_in(path: Path) -> Iterator[dict[str, Any]]:
    """Every server-sent event that is JSON, wherever a file has some: found by plain loops."""
    pending: list[Any] = list(yaml.load_all(path.read_bytes(), yaml.CBaseLoader))
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending += value.values()
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, str):
            for line in value.splitlines():
                if line.startswith("data: {"):
                    yield json.loads(line.removeprefix("data: "))


def test_the_changelog_of_real_pairs(shared: Path) -> None:
    """Learned from all old recordings, checked with all new ones."""
    sides = {side: sorted(str(path) for path in shared.glob(f"pairs/*/*/{side}.*")) for side in ("old", "new")}
    old, new = (shapes_of(recordings_of(survey(tuple(paths), cached=False)), source_of) for paths in sides.values())
    Path("c").mkdir()
    for dialect, document in learned(old).items():
        Path(f"c/{dialect}.schema.json").write_bytes(schema_json(document))
    contract = read_contract("c")
    assert checked(old, contract, 0).groups == ()
    found = [group for group in checked(new, contract, 0).groups if group.first.where[0] == "anthropic.messages"]
    counted: Counter[str] = Counter()
    having = set()
    for path in map(Path, sides["new"]):
        if path.suffix not in (".yaml", ".yml") or b"aiplatform.googleapis" in path.read_bytes():
            continue  # Google sends the same events as another provider
        for event in events_in(path):
            kind, block = event.get("type"), event.get("content_block", {})
            counted["starts"] += kind == "message_start"
            counted["calls"] += kind == "content_block_start" and block.get("type") == "tool_use"
            if "inference_geo" in event.get("message", {}).get("usage", {}):
                having.add(path)
                counted["inference_geo"] += 1
            counted["caller"] += "caller" in block
    assert min(counted.values()) > 0
    geo = f"{counted['inference_geo']}/{counted['starts']} in {len(having)}"
    assert [(group.name, [_line(change) for change in group.changes]) for group in found] == [
        ("inference_geo", [f"new-field message.usage.inference_geo string {geo}"]),
        ("caller", [f"new-field content_block[tool_use].caller object {counted['caller']}/{counted['calls']} in 1"]),
    ]


def test_what_azure_adds_in_real_recordings(shared: Path) -> None:
    """`latency_checkpoint`: learned from the recordings that have none, checked with those that do."""
    paths = sorted((shared / "corpus" / "charmbracelet__fantasy").rglob("*.yaml"))
    having = {path for path in paths if "latency_checkpoint" in path.read_text(encoding="utf-8")}
    old, new = (
        shapes_of(recordings_of(survey(tuple(map(str, some)), cached=False)), source_of)
        for some in ([path for path in paths if path not in having], sorted(having))
    )
    Path("c").mkdir()
    for dialect, document in learned(old).items():
        Path(f"c/{dialect}.schema.json").write_bytes(schema_json(document))
    found = checked(new, read_contract("c"), len(having))
    changes = [change for group in found.groups for change in group.changes if group.name == "latency_checkpoint"]
    streamed_count = sum("latency_checkpoint" in event for path in having for event in events_in(path))
    by_event = {change.where[2]: change.count for change in changes}
    assert by_event["event"] == streamed_count
    assert sum(change.recordings for change in changes) == len(having)


def test_every_real_answer_keeps_the_contract_that_was_learned_from_it(shared: Path) -> None:
    """jsonschema, over whole recordings of every dialect."""
    from cassette_tools.load import load

    paths = sorted(shared.glob("pairs/*/*/old.*"))[::4]
    recordings = [load(str(path)) for path in paths]
    contract = learned(merged(shapes_in(each.interactions) for each in recordings))
    validators = {
        (dialect, kind): Draft202012Validator(schema)
        for dialect, document in contract.items()
        for kind, schema in document["$defs"].items()
    }
    for recording in recordings:
        for interaction in recording.interactions:
            for (dialect, _provider, kind), document in documents_in(interaction):
                validators[dialect, kind].validate(document)
