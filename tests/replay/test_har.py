"""HAR that we write fits the schema of HAR 1.2 by Ahmad Nassri (the npm package `har-schema`, of the HAR validators).

`make peers` installs the package.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT6

from cassette_tools.errors import CassetteError
from cassette_tools.formats import writers
from cassette_tools.load import load

SCHEMAS = Path(__file__).parents[2] / ".venv" / "npm" / "node_modules" / "har-schema" / "lib"


@pytest.fixture(scope="module")
def official() -> Draft6Validator:
    if not SCHEMAS.is_dir():
        pytest.skip("the npm package har-schema is not here; `make peers` installs it")
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(SCHEMAS.glob("*.json"))]
    named = [(schema["$id"].rstrip("#"), Resource.from_contents(schema, DRAFT6)) for schema in schemas]
    registry: Registry[Any] = Registry().with_resources(named)
    return Draft6Validator({"$ref": "har.json"}, registry=registry, format_checker=FormatChecker())


def faults(official: Draft6Validator, path: Path) -> list[str]:
    log = json.loads(writers()["har"].write(load(str(path))).content)
    return [f"{path}: {fault.json_path}: {fault.message}" for fault in official.iter_errors(log)]


def test_the_schema_tells_right_from_wrong(official: Draft6Validator) -> None:
    log = {"log": {"version": "1.2", "creator": {"name": "x"}, "entries": []}}
    assert [fault.message for fault in official.iter_errors(log)] == ["'version' is a required property"]


def test_samples_of_every_format_and_dialect(official: Draft6Validator, samples: Path) -> None:
    count = 0
    for path in (*sorted(samples.glob("formats/*/*.*")), *sorted(samples.glob("dialects/*/*.yaml"))):
        if "bad" in path.name or path.suffix == ".bin" or not path.is_file():
            continue
        assert faults(official, path) == []
        count += 1
    assert count > 40


def test_real_recordings(official: Draft6Validator, shared: Path) -> None:
    count = 0
    for path in sorted(path for path in shared.glob("corpus/**/*") if path.is_file())[::5]:
        try:
            assert faults(official, path) == []
        except CassetteError:
            continue
        count += 1
    assert count > 100
