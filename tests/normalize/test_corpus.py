"""What must hold for every real recording that can be written: nothing above noise changes, nothing changes twice,
nothing new is found, and no value changes its type.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from normal_material import ALL, CANONICAL, USUAL, read, real, rewritten

from cassette_tools.config import LintSettings
from cassette_tools.diff import compare
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.source import Source

WAYS = {"usual": (USUAL, False), "canonical": (CANONICAL, False), "all": (ALL, True)}


@pytest.fixture(scope="module", params=["corpus", "pairs", "seeds"])
def paths(shared: Path, request: pytest.FixtureRequest) -> tuple[Path, ...]:
    return real(shared / request.param)


def normalised(path: Path, way: str) -> bytes:
    steps, requests = WAYS[way]
    return rewritten(path.read_bytes(), steps, path=str(path), requests=requests)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_above_noise_changes_and_nothing_changes_twice(paths: tuple[Path, ...], way: str) -> None:
    loud, twice = [], []
    for path in paths:
        new = normalised(path, way)
        steps, requests = WAYS[way]
        if rewritten(new, steps, path=str(path), requests=requests) != new:
            twice.append(path.name)
        report = compare(read(path.read_bytes(), str(path)), read(new, str(path)))
        loud += [(path.name, each.rule, each.path) for each in report.findings if each.level != "noise"]
    assert (loud, twice) == ([], [])


def findings(content: bytes, path: str) -> Counter[tuple[str, int | None]]:
    found = lint_source(Source.from_bytes(content, path), chosen_rules(LintSettings()))
    return Counter((each.rule, each.interaction) for each in found)


@pytest.mark.parametrize("way", WAYS)
def test_lint_finds_nothing_new(paths: tuple[Path, ...], way: str) -> None:
    new = []
    for path in paths:
        more = findings(normalised(path, way), str(path)) - findings(path.read_bytes(), str(path))
        if more:
            new.append((path.name, more))
    assert new == []


def test_no_secret_and_no_cookie_is_left(paths: tuple[Path, ...]) -> None:
    left = []
    for path in paths:
        after = findings(normalised(path, "all"), str(path))
        left += [(path.name, rule) for rule, _index in after if rule.startswith("secret-") or rule == "cookie-recorded"]
    assert left == []


def plain(content: bytes, path: str) -> Any:
    source = Source.from_bytes(content, path)
    for _ in source.items():
        pass
    return source.top


def unlike(old: Any, new: Any, route: str) -> list[str]:
    """Where two trees differ in a type, or in what there is, header fields and cookies left out."""
    if type(old) is not type(new):
        return [f"{route}: {type(old).__name__} became {type(new).__name__}"]
    if isinstance(old, dict):
        in_headers = route.lower().endswith("headers")
        gone = [] if in_headers else [f"{route}.{key} is gone" for key in old if key not in new]
        return [*gone, *(each for key in new if key in old for each in unlike(old[key], new[key], f"{route}.{key}"))]
    if isinstance(old, list):
        if len(old) != len(new):
            in_headers = "headers" in route.lower() or route.endswith("cookies")
            return [] if in_headers else [f"{route}: {len(old)} became {len(new)}"]
        return [each for at in range(len(old)) for each in unlike(old[at], new[at], f"{route}[{at}]")]
    return []


def test_types_and_shapes_stay(paths: tuple[Path, ...]) -> None:
    found = {}
    for path in paths:
        content = path.read_bytes()
        if read(content, str(path)).format == "httprr":  # no tree
            continue
        problems = unlike(plain(content, str(path)), plain(normalised(path, "usual"), str(path)), "")
        if problems:
            found[path.name] = problems[:3]
    assert found == {}
