"""Would a test notice? The core modules are changed in one place at a time, and their tests are run.

    python tools/mutants.py                      # some mutants of each core module, for ten minutes of CPU at most
    python tools/mutants.py usage json_schema    # every mutant of the modules so named
    python tools/mutants.py --seconds 60 usage   # for a minute

A mutant that no test kills is named, with its place, unless docs/mutants.md has a row with the reason why it may live.
The exit status is 1 then. Each mutant runs in a process of its own that has imported nothing of ours before, so that no
cache holds what the unchanged code made. Needs an operating system that can fork.
"""

from __future__ import annotations

import ast
import os
import random
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from itertools import chain, zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis  # imported here so that no mutant has to
import pytest

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / "docs" / "mutants.md"
# Plain assertions: what rewrites them would load our modules itself, and unchanged.
OPTIONS = ("-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--assert=plain")
SECONDS = 600  # of CPU
HANGING = 60  # seconds of CPU after which a mutant counts as killed: it goes round for ever

_DECODING = (
    "tests/decoding",
    "tests/dialects/test_chat_usage.py",
    "tests/dialects/test_anthropic_messages.py",
    "tests/dialects/test_bedrock_converse.py",
    "tests/dialects/test_cohere_ollama.py",
    "tests/dialects/test_openai_chat.py",
)
_SECRETS = ("tests/secrets/test_named.py", "tests/secrets/test_placeholders.py", "tests/secrets/test_addresses.py")
_PAIRING = ("tests/diff/test_drift_turns.py", "tests/diff/test_drift_align.py")
_JUDGING = ("tests/diff/test_drift_levels.py", "tests/diff/test_drift_findings.py", "tests/diff/test_masks.py")
# The modules whose mistakes would affect every user, and the tests that must notice them.
CORE: dict[str, tuple[str, ...]] = {
    "decoding/values.py": _DECODING,
    "decoding/members.py": _DECODING,
    "decoding/messages.py": _DECODING,
    "decoding/parts.py": _DECODING,
    "decoding/merging.py": _DECODING,
    "decoding/streams.py": _DECODING,
    "decoding/ending.py": _DECODING,
    "decoding/usage.py": _DECODING,
    "diff/pairing/align.py": _PAIRING,
    "diff/pairing/order.py": _PAIRING,
    "diff/values/json_schema.py": ("tests/diff/test_json_schema.py",),
    "diff/judging/judge.py": _JUDGING,
    "diff/judging/levels.py": _JUDGING,
    "diff/suites/suite.py": ("tests/diff/test_suite.py",),
    "normalize/names.py": ("tests/normalize/test_names.py", "tests/normalize/test_steps.py"),
    "secrets/judges.py": _SECRETS,
    "secrets/named.py": _SECRETS,
    "secrets/placeholders.py": _SECRETS,
}


# --- what is changed -------------------------------------------------------------------------------------------------

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


@dataclass(frozen=True)
class Mutant:
    """A change of one place of a module: `holder` has the node under `field` (at `index` of a list)."""

    module: str
    name: str  # of the function or class that the place is in
    line: int
    change: str
    holder: ast.AST
    field: str
    index: int | None
    new: ast.AST

    @property
    def key(self) -> str:
        """What a row of docs/mutants.md calls it: no line, so that the row outlives other changes."""
        return f"{self.module} | {self.name} | {self.change}"

    def put(self, node: ast.AST) -> ast.AST:
        """Put a node into the place; what stood there."""
        old: Any = getattr(self.holder, self.field)
        if self.index is None:
            setattr(self.holder, self.field, node)
            return old  # type: ignore[no-any-return]
        before = old[self.index]
        old[self.index] = node
        return before  # type: ignore[no-any-return]


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=right):
            yield ast.Compare(left, [_COMPARED[type(op)]()], right)
        case ast.BoolOp(op=op, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield ast.BinOp(left, ast.Sub() if isinstance(op, ast.Add) else ast.Add(), right)
        case ast.IfExp(test=test, body=body, orelse=other):
            yield ast.IfExp(test, other, body)
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(number)):
            yield ast.Constant(number + 1)
        case ast.Constant(value=str(word)) if word.isidentifier():  # a key or a kind; prose is nobody's contract
            yield ast.Constant(f"{word}_")
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test, body=body, orelse=other):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, other)


def mutants(module: str, tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module."""
    return [*_below(module, tree, "module")]


# What says nothing at run time, or only how a type is called.
_SKIPPED = {"annotation", "returns", "decorator_list", "bases", "type_comment"}


def _below(module: str, holder: ast.AST, name: str) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(holder):
        for index, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if not isinstance(node, ast.AST) or field in _SKIPPED or _is_mute(node):
                continue
            for new in changed(node):
                change = f"`{_told(node)}` → `{_told(new)}`"
                line = getattr(node, "lineno", 0)
                yield Mutant(module, name, line, change, holder, field, index, new)
            inner = node.name if isinstance(node, ast.FunctionDef | ast.ClassDef) else name
            yield from _below(module, node, inner)


def _is_mute(node: ast.AST) -> bool:
    """Imports, docstrings, what only a type checker reads, and the words of messages."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Assert() | ast.Raise():
            return True
        case ast.Expr(value=ast.Constant()) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="TYPE_CHECKING" | "__slots__" | "__uncompared__" | "__all__")]):
            return True
        case ast.keyword(arg="message" | "reason" | "words"):
            return True
    return False


def _told(node: ast.AST) -> str:
    words = " ".join(ast.unparse(ast.fix_missing_locations(node)).split()).replace("|", "\\|")
    return words if len(words) <= 60 else f"{words[:57]}…"


# --- whether a test notices ------------------------------------------------------------------------------------------


class Changed(MetaPathFinder):
    """Finds the one module that is changed, and gives it the changed code."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, name: str, path: object = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != self.name:
            return None
        spec = spec_from_file_location(name, self.path)
        assert spec is not None
        code = compile(self.source, str(self.path), "exec", dont_inherit=True)
        spec.loader.get_code = lambda _name: code  # type: ignore[union-attr]
        return spec


def survives(module: str, source: str) -> bool:
    """Whether the tests of a module pass with another source of it."""
    child = os.fork()
    if child == 0:
        os._exit(_tested(module, source))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def _tested(module: str, source: str) -> int:
    """Run the tests in this process, in silence."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (HANGING, HANGING + 1))
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        name = f"cassette_tools.{module.removesuffix('.py').replace('/', '.')}"
        sys.meta_path.insert(0, Changed(name, ROOT / "cassette_tools" / module, source))
        return int(pytest.main([*OPTIONS, *CORE[module]]))
    except BaseException:
        return 3


def known() -> dict[str, str]:
    """The reasons why mutants may live, by their keys."""
    rows = [line.strip("| \n").split(" | ") for line in KNOWN.read_text(encoding="utf-8").splitlines() if " → " in line]
    return {" | ".join(row[:3]).replace("`cassette_tools/", "").replace(".py`", ".py"): row[3] for row in rows}


def main(words: list[str]) -> int:
    """Try the mutants; see the module."""
    seconds = float(words.pop(words.index("--seconds") + 1)) if "--seconds" in words else SECONDS
    named = [word for word in words if not word.startswith("--")]
    modules = [module for module in CORE if not named or any(Path(module).stem == word for word in named)]
    if not modules:
        print(f"no core module is called {' or '.join(named)}; they are: {', '.join(CORE)}", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    trees = {module: ast.parse((ROOT / "cassette_tools" / module).read_text(encoding="utf-8")) for module in modules}
    for module, tree in trees.items():
        if not survives(module, ast.unparse(tree)):
            print(f"{module}: its tests fail without any change", file=sys.stderr)
            return 2
    every = [mutants(module, tree) for module, tree in trees.items()]
    for each in every:
        random.Random(0).shuffle(each)  # always in the same order, so that a run can be repeated
    ordered = [mutant for mutant in chain.from_iterable(zip_longest(*every)) if mutant is not None]
    alive, tried = _alive(ordered, trees, seconds)
    told = [mutant for mutant in alive if mutant.key not in known()]
    print(f"{tried} of {len(ordered)} mutants tried, {len(alive)} survive, {len(alive) - len(told)} of them as told")
    return 1 if told else 0


def _alive(ordered: list[Mutant], trees: dict[str, ast.Module], seconds: float) -> tuple[list[Mutant], int]:
    """The mutants that survive, told as they are found, and how many were tried before the time was over."""
    alive: list[Mutant] = []
    reasons = known()
    for tried, mutant in enumerate(ordered):
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        if used.ru_utime + used.ru_stime > seconds:
            return alive, tried
        before = mutant.put(mutant.new)
        source = ast.unparse(ast.fix_missing_locations(trees[mutant.module]))
        mutant.put(before)
        if survives(mutant.module, source):
            alive.append(mutant)
            if mutant.key not in reasons:
                place = f"cassette_tools/{mutant.module}:{mutant.line}"
                print(f"{place}: in {mutant.name}, {mutant.change}", flush=True)
    return alive, len(ordered)


if __name__ == "__main__":
    assert hypothesis
    sys.exit(main(sys.argv[1:]))
