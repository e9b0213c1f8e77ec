"""A row holds what `stats` and `lint` say of an interaction, and nothing that must not be published."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from effort import ROOT, SHARED, THOROUGH, chosen
from indexing import files, index, interactions, recording, write

from cassette_tools.config import LintSettings
from cassette_tools.dataset.rows import rows_of
from cassette_tools.dataset.schema import INTERACTIONS
from cassette_tools.errors import SourceError
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source
from cassette_tools.suite.facts import FIELDS, facts_in

CALL = ROOT / "samples" / "dialects" / "anthropic_messages" / "streaming.yaml"
KEY = "sk-proj-" + "Tq7mWb2ZxLk9RfVn3HsYd8GcJp4EaUt6" * 2


def test_every_column_of_one_call() -> None:
    write("s/trip.yaml", CALL.read_bytes())
    index("s")
    first = interactions()[0]
    assert list(first) == [column.name for column in INTERACTIONS]
    digests = {name: each for name, each in first.items() if name.endswith("digest") and each is not None}
    assert {len(each) for each in digests.values()} == {32}
    expected = facts_in(Source.from_path("s/trip.yaml"))[0]
    assert (first["path"], first["name"], first["scenario"]) == ("s/trip.yaml", "trip.yaml", "trip")
    for name in FIELDS:
        value = getattr(expected, name)
        found = first["interaction" if name == "index" else name]
        if name == "day":
            assert found == (datetime.date.fromisoformat(value) if value else None)
        else:
            assert (name, found) == (name, list(value) if isinstance(value, tuple) else None if value == "" else value)


def readable() -> list[Path]:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("no real recordings")
    return list(chosen(SHARED / "corpus"))[:: 1 if THOROUGH else 8]


def test_the_rows_have_the_facts_and_the_findings_of_the_same_file() -> None:
    """On real recordings: one reading gives what two commands say."""
    rules = chosen_rules(LintSettings())
    for path in readable():
        found = rows_of(Source.from_path(str(path)), str(path), path.name, "", named=True, scenario_from=None).rows
        facts = facts_in(Source.from_path(str(path)))
        assert [(row["interaction"], row["line"], row["input_tokens"], row["tools"]) for row in found] == [
            (each.index, each.line, each.input_tokens, list(each.tools)) for each in facts
        ]
        try:
            findings = {each.rule for each in lint_source(Source.from_path(str(path)), rules)}
        except SourceError:
            continue
        assert {rule for row in found for rule in row["findings"]} == (findings if found else set()), path


def test_every_real_recording_can_be_indexed() -> None:
    every = [str(path) for path in chosen(SHARED / "corpus")] if (SHARED / "corpus").is_dir() else []
    if not every:
        pytest.skip("no real recordings")
    done = index(*every)
    assert [each.located() for each in done.errors] == []
    assert {row["path"] for row in files()} == set(every)


def test_no_secret_is_in_a_dataset() -> None:
    text = recording(model=f"gpt-{KEY}").decode().replace("completions", f"completions/{KEY}?key={KEY}")
    exchange = json.loads(text)["interactions"][0]
    exchange["request"]["headers"] |= {"User-Agent": [f"Own {KEY}"], "Authorization": [f"Bearer {KEY}"]}
    body = json.loads(exchange["request"]["body"]) | {f"own_{KEY}": 1}
    exchange["request"]["body"] = json.dumps(body)
    write("s/a.json", json.dumps({"version": 2, "interactions": [exchange]}).encode())
    index("s")
    row = interactions()[0]
    assert row["findings"]
    assert KEY[8:] not in repr(row)
    assert KEY[8:] not in repr(files())
    for part in Path("ds").rglob("*.parquet"):
        assert KEY[8:].encode() not in part.read_bytes()


def test_half_a_surrogate_pair_is_shown_as_what_it_is() -> None:
    write("s/a.json", recording(model="m").replace(b'\\"m\\"', b'\\"m\\\\ud800\\"'))
    index("s")
    assert interactions()[0]["request_model"] == "m\\ud800"


def test_findings_of_the_file_stand_at_its_first_row() -> None:
    write("s/a.yaml", (ROOT / "samples" / "rules" / "duplicate-key" / "bad.yaml").read_bytes())
    index("s")
    assert "duplicate-key" in interactions()[0]["findings"]


def test_what_hangs_on_a_file_beside_it_is_read_each_time() -> None:
    write(
        "s/mappings/a.json",
        json.dumps(
            {"request": {"method": "GET", "url": "/"}, "response": {"status": 200, "bodyFileName": "b.json"}}
        ).encode(),
    )
    write("s/__files/b.json", b'{"a": 1}')
    index("s/mappings")
    assert [(row["path"], row["stamp"], row["digest"]) for row in files()] == [("s/mappings/a.json", None, "")]
    assert index("s/mappings").read == 1
