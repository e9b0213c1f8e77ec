"""No regular expression of the package takes more steps than in proportion to the text, whatever the text is."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import cassette_tools
from cassette_tools import secrets
from cassette_tools.later import Later

sys.path.insert(0, str(Path(__file__).parent))
from regex_steps import grows

CALLS = ("compile", "search", "match", "fullmatch", "sub", "subn", "findall", "finditer", "split")

# What may grow: it is never asked about a text that somebody recorded, or only about a short one.
SHORT = {
    r"((?:[A-Za-z]+\d?[_-])*)([A-Za-z0-9-]{8,})": "one step of an address, of which a longer one is no id",
}


@cache
def modules() -> list[ModuleType]:
    """Every module of the package."""
    names = [each.name for each in pkgutil.walk_packages(cassette_tools.__path__, "cassette_tools.")]
    return [importlib.import_module(name) for name in names if not name.endswith("__main__")]


def _source(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text(encoding="utf-8")


def patterns() -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Where each is, the pattern, and how it is asked: ``match``, ``fullmatch`` or (whatever looks further) ``search``."""
    for module in modules():
        yield from _compiled_in(module)
        yield from _written_in(module)
    for search in secrets._prepared():
        yield f"secrets: search for {search[0]}", search[1].__self__, "search"  # type: ignore[attr-defined]
    for kind in secrets.KINDS:
        yield f"secrets: {kind.name}", secrets._pattern(kind), "search" if kind.floating else "match"


def _compiled_in(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """What stands under a name of the module, in a table of it, or as `pattern` of a row of such a table."""
    for name, value in vars(module).items():
        for each in _inside(value):
            found = (
                getattr(each, "__self__", each) if not isinstance(each, Later) else re.compile(each.text, each.given)
            )
            if isinstance(found, re.Pattern):
                yield f"{module.__name__}.{name}", found, _asked(module, name)
            elif (
                isinstance(row := getattr(each, "pattern", None), str)
                and module.__name__.startswith("cassette_tools.data")
                and name != "KINDS"
            ):  # which are given their bounds before they are asked
                yield f"{module.__name__}.{name}", re.compile(row), "search"


def _inside(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        yield from value
    elif isinstance(value, dict):
        yield from value.values()
    else:
        yield value


def _asked(module: ModuleType, name: str) -> str:
    asked = set(re.findall(rf"(?<!\w){re.escape(name)}\.(\w+)", _source(module)))
    return asked.pop() if asked in ({"match"}, {"fullmatch"}) else "search"


def _written_in(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """What is given to `re` where it is used, as far as it is known before the program runs."""
    source = _source(module)
    if not re.search(r"\bre\.", source):
        return
    tree = ast.parse(source)
    named = {id(node.value) for node in tree.body if isinstance(node, ast.Assign)}  # `_compiled_in` knows these
    for node in ast.walk(tree):
        if id(node) in named or not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
        ):
            continue
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
            continue
        try:
            pattern = eval(compile(ast.Expression(node.args[0]), "", "eval"), vars(module))
        except NameError:
            continue  # made of a value that only a run knows
        flags = 0
        for each in (*node.args[1:], *(word.value for word in node.keywords if word.arg == "flags")):
            if re.fullmatch(r"re\.[A-Z]+(?: \| re\.[A-Z]+)*", ast.unparse(each)):
                flags |= eval(compile(ast.Expression(each), "", "eval"), {"re": re})
        if isinstance(pattern, (str, bytes)):
            how = node.func.attr if node.func.attr in ("match", "fullmatch") else "search"
            yield f"{module.__name__}:{node.lineno}", re.compile(pattern, flags), how


@cache
def listed() -> dict[tuple[str | bytes, int, str], str]:
    """Each pattern once, with the places that have it."""
    found: dict[tuple[str | bytes, int, str], str] = {}
    for where, pattern, how in patterns():
        found.setdefault((pattern.pattern, pattern.flags, how), where)
    return found


def test_every_regular_expression_is_linear() -> None:
    growing = {}
    for (pattern, flags, how), where in listed().items():
        found = grows(re.compile(pattern, flags), how)
        if found is not None and pattern not in SHORT:
            growing[f"{where} ({how}) {pattern!r}"] = found
    assert growing == {}


def test_the_patterns_are_found() -> None:
    assert len(listed()) > 200


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"\d+x", "search"),
        (r"[\w-]*\d[\w.:-]*", "search"),
        (r"[ \t]+#.*", "search"),
        (r"(a*)*b", "match"),
        (r"(?:a|ab|b)*c", "match"),
        (r"\d[\d_]*\.?[\d_]*", "fullmatch"),
        (r"https?://[^\s?]+\?", "search"),
        (r"(?P<x>\w+) (?P=x)!", "search"),
        (r"<a>.*?</a>", "search"),
    ],
)
def test_growth_is_seen(pattern: str, how: str) -> None:
    assert grows(re.compile(pattern), how) is not None


@pytest.mark.parametrize(
    ("pattern", "how"),
    [
        (r"a*b", "match"),
        (r"(?<![\w-])[\w-]*\d[\w.:-]*", "search"),
        (r'"[^"\\]*(?:\\.[^"\\]*)*"', "match"),
        (r"a{0,500}b", "search"),
        (r"[a-z]++\d", "match"),
        (r"(?m)^.*$", "search"),
    ],
)
def test_linear_ones_pass(pattern: str, how: str) -> None:
    assert grows(re.compile(pattern), how) is None
