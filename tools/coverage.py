"""Which JSON paths of real calls does a decoder not read?

    python tools/coverage.py FOLDER [--kept]

Every value of every request body, response body and stream event under FOLDER/corpus is a path (``[*]`` for any index).
A value is changed (to another of its type, to nothing, or away) and the call is decoded again:

- READ: the canonical call is another one;
- KEPT: the same, but for what `extra`, `Generic` parts and an error's `raw` keep as it was (listed with --kept);
- UNREAD: the same. Padding, echoes of the request and pure structure may be; anything else is a decoder's mistake.

Of each path a few occurrences are tried, until one is read. A branch whose leaves are all alike is one line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cassette_tools._record import fields, replace
from cassette_tools.dialects import DIALECTS, Folded
from cassette_tools.errors import CassetteError
from cassette_tools.load import load

if TYPE_CHECKING:
    from cassette_tools.model import Interaction, LLMCall

READ, KEPT, UNREAD = "read", "kept", "unread"
RANKS = {READ: 0, KEPT: 1, UNREAD: 2}

TRIES = 12  # occurrences of a path that are tried before it counts as not read
TRIES_IN_ONE = 3  # of these, in one body or stream: its first, its last, one between
SHARES = 4  # the work is cut into so many shares, however many processors there are, so that the outcome is the same
SENTINEL = "\u2042"

Path_ = tuple[str, ...]


@dataclass(slots=True)
class Node:
    """One path of one side of one dialect."""

    children: dict[str, Node] = field(default_factory=dict)
    verdict: str | None = None  # None: no leaf was met here
    tries: int = 0
    example: str = ""  # the file of one occurrence

    def note(self, verdict: str, example: str) -> None:
        """One more outcome: the best of all counts."""
        self.tries += 1
        if self.verdict is None or RANKS[verdict] < RANKS[self.verdict]:
            self.verdict, self.example = verdict, example

    def add(self, other: Node) -> None:
        """What another share of the work found of the same path."""
        self.tries += other.tries
        if other.verdict is not None:
            self.note(other.verdict, other.example)
            self.tries -= 1
        for key, child in other.children.items():
            self.children.setdefault(key, Node()).add(child)


Trees = dict[tuple[str, str], Node]  # by (dialect, side)


# --- the verdict on one value ----------------------------------------------------------------------------------------


class Subject:
    """One call that is decoded again and again."""

    def __init__(self, interaction: Interaction, call: LLMCall, path: str) -> None:
        self.interaction = interaction
        self.path = path
        self.dialect = DIALECTS[call.dialect]
        self.core, self.whole = _said(self.decoded())

    def decoded(self) -> LLMCall:
        """The call as its dialect reads it now."""
        body = self.interaction.response.body
        folded = self.dialect.fold(body.events) if body.stream else Folded(body=body.json)
        return self.dialect.decode(self.interaction, folded)

    def verdict(self, parent: Any, key: Any) -> str:
        """What becomes of the call when the value at `key` is another one."""
        before = parent[key]
        best = UNREAD
        for value in _others(before):
            parent[key] = value
            best = min(best, self._verdict_now(), key=RANKS.__getitem__)
            parent[key] = before
            if best == READ:
                return best
        if isinstance(parent, dict):
            items = list(parent.items())
            del parent[key]
            best = min(best, self._verdict_now(), key=RANKS.__getitem__)
            parent.clear()
            parent.update(items)  # the order as it was
        return best

    def _verdict_now(self) -> str:
        core, whole = _said(self.decoded())
        return READ if core != self.core else KEPT if whole != self.whole else UNREAD


def _others(value: Any) -> tuple[Any, ...]:
    """Values that stand in for one: of its own type; for nothing, of any type."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, str):
        return (SENTINEL + "1",)
    if isinstance(value, int | float):
        return (value + 4242,)
    if isinstance(value, dict):
        return ({SENTINEL: SENTINEL},)
    if isinstance(value, list):
        return ([SENTINEL], [{SENTINEL: SENTINEL}])
    return (SENTINEL, 4242, True, {SENTINEL: SENTINEL}, [{SENTINEL: SENTINEL}])


def _said(call: LLMCall) -> tuple[int, int]:
    """The canonical call, and the call with all that it keeps as it was, each as something to compare."""
    return hash(repr(_stripped(call))), hash(repr(call))


def _stripped(value: Any) -> Any:
    """A record without what is merely kept."""
    if isinstance(value, tuple):
        return tuple(_stripped(item) for item in value)
    slots = getattr(type(value), "__slots__", None)
    if slots is None or not hasattr(type(value), "__record_defaults__"):
        return value
    kind = type(value).__name__
    without: dict[str, Any] = {}
    for name in fields(value):
        inner = getattr(value, name)
        if name == "extra":
            without[name] = {}
        elif (kind, name) in (("Generic", "content"), ("CallError", "raw")):
            without[name] = None
        elif isinstance(inner, tuple) or hasattr(type(inner), "__record_defaults__"):
            without[name] = _stripped(inner)
    return replace(value, **without) if without else value


# --- every value of a call -------------------------------------------------------------------------------------------


def examine(subject: Subject, trees: Trees) -> None:
    """Try the values of one call whose paths are not settled yet."""
    body = subject.interaction.response.body
    sides: list[tuple[str, list[Any]]] = [("request", [subject.interaction.request.body.json])]
    if body.stream:
        sides.append(("event", [event.json for event in body.events]))
    else:
        sides.append(("response", [body.json]))
    for side, documents in sides:
        tree = trees.setdefault((subject.dialect.name, side), Node())
        met: dict[int, tuple[Node, list[tuple[Any, Any]]]] = {}
        for document in documents:
            if isinstance(document, dict | list):
                _meet(document, tree, met)
        for node, places in met.values():
            for parent, key in _few(places):
                if node.verdict == READ or node.tries >= TRIES:
                    break
                node.note(subject.verdict(parent, key), subject.path)


def _meet(top: Any, tree: Node, met: dict[int, tuple[Node, list[tuple[Any, Any]]]]) -> None:
    """Collect where each unsettled path occurs in a document."""
    pending = [(top, tree)]
    while pending:
        value, node = pending.pop()
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in members:
            step = key if isinstance(value, dict) else "[*]"
            child = node.children.get(step)
            if child is None:
                child = node.children[step] = Node()
            if isinstance(inner, dict | list) and inner:
                pending.append((inner, child))
            elif child.verdict != READ and child.tries < TRIES:
                met.setdefault(id(child), (child, []))[1].append((value, key))


def _few(places: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    if len(places) <= TRIES_IN_ONE:
        return places
    return [places[0], places[-1], places[len(places) // 2]]


# --- many calls ------------------------------------------------------------------------------------------------------


def recordings(folder: Path) -> list[Path]:
    """The files of a corpus, in a fixed order."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def survey(paths: Iterable[Path]) -> Trees:
    """What becomes of every path of the calls in these files; files that are no cassettes are passed over."""
    trees: Trees = {}
    for path in paths:
        try:
            recording = load(str(path))
        except CassetteError:
            continue
        for interaction in recording.interactions:
            if interaction.llm is not None:
                examine(Subject(interaction, interaction.llm, path.name), trees)
    return trees


def survey_all(paths: list[Path], processes: int | None = None) -> Trees:
    """`survey` of many files, shared among processes."""
    whole: Trees = {}
    with Pool(processes) as pool:
        for trees in pool.imap(survey, [paths[share::SHARES] for share in range(SHARES)]):
            for key, tree in trees.items():
                whole.setdefault(key, Node()).add(tree)
    return whole


def branches(tree: Node, wanted: str) -> Iterator[tuple[Path_, Node]]:
    """The topmost paths all of whose leaves have the verdict `wanted`."""
    for key, child in sorted(tree.children.items()):
        verdicts = _verdicts(child)
        if verdicts == {wanted}:
            yield (key,), child
        elif wanted in verdicts:
            if child.verdict == wanted and child.children:
                yield (key, "(empty)"), child  # there as an empty object or a null, elsewhere with members
            for path, node in branches(child, wanted):
                yield (key, *path), node


def _verdicts(node: Node) -> set[str]:
    found = {node.verdict} if node.verdict is not None and not node.children else set()
    for child in node.children.values():
        found |= _verdicts(child)
    return found or ({node.verdict} if node.verdict else set())


def spelled(path: Path_) -> str:
    """``choices[*].message.content``."""
    return ".".join(path).replace(".[*]", "[*]")


def unread(trees: Trees, wanted: str = UNREAD) -> list[tuple[str, str, str]]:
    """(dialect, side, path) of everything with that verdict, in order."""
    return sorted(
        (dialect, side, spelled(path))
        for (dialect, side), tree in trees.items()
        for path, _node in branches(tree, wanted)
    )


def example_of(node: Node) -> str:
    """A file in which a branch was met."""
    return node.example or next(map(example_of, node.children.values()), "")


def _count(node: Node) -> dict[str, int]:
    counts = dict.fromkeys((READ, KEPT, UNREAD), 0)
    pending = [node]
    while pending:
        each = pending.pop()
        pending.extend(each.children.values())
        if each.verdict is not None and not each.children:
            counts[each.verdict] += 1
    return counts


def main(argv: list[str]) -> int:
    words = [word for word in argv if word != "--kept"]
    if len(words) != 1 or not (Path(words[0]) / "corpus").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    trees = survey_all(recordings(Path(words[0]) / "corpus"))
    for (dialect, side), tree in sorted(trees.items()):
        counts = _count(tree)
        print(f"{dialect:24} {side:9} " + ", ".join(f"{counts[each]} {each}" for each in (READ, KEPT, UNREAD)))
        for verdict in (KEPT, UNREAD) if "--kept" in argv else (UNREAD,):
            for path, node in branches(tree, verdict):
                print(f"    {verdict:6} {spelled(path)}  ({example_of(node)})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
