"""How many steps a regular expression takes, counted and not timed: a matcher that backtracks as `re` does, and the texts
that make it do so most.
"""

from __future__ import annotations

import re
import re._constants as sre
import re._parser as parser
from collections.abc import Iterator
from typing import Any

Node = tuple[Any, Any]
TOO_MANY = 60_000  # steps: nothing that grows in proportion takes as many on texts of some hundred characters
SIZES = (8, 16, 24)
REPRESENTATIVES = "a1 -_.:/=&\n\\\"'A é"
WRONG = ("", "\0", "!", "\n", "x")  # what may stand after a run that should have gone on


_ONE = (sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY)


class TooManySteps(Exception):
    """The growth is seen already."""


def _small(low: int, high: int) -> tuple[int, int]:
    """Bounds that are bounds, but small: what is bounded is no growth."""
    return min(low, 2), int(high) if high == sre.MAXREPEAT else min(int(high), 4)


class Matcher:
    """One text against one pattern."""

    def __init__(self, tree: Any, text: str, flags: int, known: dict[Any, bool]) -> None:
        self.tree, self.text, self.flags = tree, text, int(flags)
        self.known = known  # of the nodes of the tree: which characters fit; shared by all texts of a pattern
        self.steps = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def search(self, how: str) -> None:
        """Look for every match, as `findall` and `sub` do, or for one at the beginning (``match``, ``fullmatch``)."""
        at = 0
        while at <= len(self.text):
            ends = (end for end in self.sequence(self.tree, 0, at) if how != "fullmatch" or end == len(self.text))
            end = next(ends, None)
            if how != "search":
                return
            at = at + 1 if end is None or end == at else end

    def sequence(self, nodes: Any, index: int, at: int) -> Iterator[int]:
        if index == len(nodes):
            yield at
            return
        for end in self.node(nodes[index], at):
            yield from self.sequence(nodes, index + 1, end)

    def node(self, node: Node, at: int) -> Iterator[int]:
        self.steps += 1
        if self.steps > TOO_MANY:
            raise TooManySteps
        kind, told = node
        if kind in _ONE:
            if at < len(self.text) and self.fits(node, self.text[at]):
                yield at + 1
        elif kind is sre.SUBPATTERN:
            group, added, _taken, inner = told
            before, self.flags = self.flags, self.flags | added
            for end in self.sequence(inner, 0, at):
                if group is not None:
                    self.groups[group] = (at, end)
                yield end
            self.flags = before
        elif kind is sre.BRANCH:
            for branch in told[1]:
                yield from self.sequence(branch, 0, at)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            low, high = _small(told[0], told[1])
            ends = self.repeat(told[2], low, high, at, 0, lazy=kind is sre.MIN_REPEAT)
            yield from self.first(ends) if kind is sre.POSSESSIVE_REPEAT else ends
        elif kind is sre.ATOMIC_GROUP:
            yield from self.first(self.sequence(told, 0, at))
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            if self.looks(told[0], told[1], at) == (kind is sre.ASSERT):
                yield at
        elif kind is sre.AT:
            if self.stands(told, at):
                yield at
        elif kind is sre.GROUPREF:
            start, end = self.groups.get(told, (0, 0))
            if self.text.startswith(self.text[start:end], at):
                yield at + end - start
        else:
            raise AssertionError(kind)

    @staticmethod
    def first(ends: Iterator[int]) -> Iterator[int]:
        end = next(ends, None)
        if end is not None:
            yield end

    def repeat(self, item: Any, low: int, high: int, at: int, count: int, *, lazy: bool) -> Iterator[int]:
        if len(item) == 1 and item[0][0] in _ONE:
            yield from self.run(item[0], low, high, at, lazy=lazy)
            return
        if lazy and count >= low:
            yield at
        if count < high:
            for end in self.sequence(item, 0, at):
                if end > at or count < low:
                    yield from self.repeat(item, low, high, end, count + 1, lazy=lazy)
        if not lazy and count >= low:
            yield at

    def run(self, node: Node, low: int, high: int, at: int, *, lazy: bool) -> Iterator[int]:
        """A repeat of one character."""
        end = at
        while lazy and end - at <= high:
            if end - at >= low:
                yield end
            if next(self.node(node, end), None) is None:
                return
            end += 1
        while not lazy and end - at < high and next(self.node(node, end), None) is not None:
            end += 1
        while not lazy and end - at >= low:
            self.steps += 1
            yield end
            end -= 1

    def looks(self, direction: int, inner: Any, at: int) -> bool:
        if direction > 0:
            return next(self.sequence(inner, 0, at), None) is not None
        width = sum(_width(node) for node in inner)
        return at >= width and at in self.sequence(inner, 0, at - width)

    def fits(self, node: Node, character: str) -> bool:
        key = id(node), character, self.flags
        if key not in self.known:
            self.known[key] = self.is_fit(node, character)
        return self.known[key]

    def is_fit(self, node: Node, character: str) -> bool:
        kind, told = node
        if kind is sre.ANY:
            return character != "\n" or bool(self.flags & re.DOTALL)
        if kind is sre.IN:
            negated = told[0][0] is sre.NEGATE
            return negated != any(self.one(each, character) for each in told if each[0] is not sre.NEGATE)
        return self.one((sre.LITERAL, told), character) == (kind is sre.LITERAL)

    def one(self, node: Node, character: str) -> bool:
        kind, told = node
        if kind is sre.CATEGORY:
            is_one = {"DIGIT": str.isdecimal, "SPACE": str.isspace, "WORD": lambda c: c.isalnum() or c == "_"}
            name = str(told).removeprefix("CATEGORY_")
            return is_one[name.removeprefix("NOT_")](character) != name.startswith("NOT_")
        low, high = told if kind is sre.RANGE else (told, told)
        same = (character, character.lower(), character.upper()) if self.flags & re.IGNORECASE else (character,)
        return any(low <= ord(each) <= high for each in same if len(each) == 1)

    def stands(self, where: Any, at: int) -> bool:
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            return at == 0 or (
                bool(self.flags & re.MULTILINE) and where is sre.AT_BEGINNING and self.text[at - 1] == "\n"
            )
        if where in (sre.AT_END, sre.AT_END_STRING):
            multiline = self.flags & re.MULTILINE and self.text[at : at + 1] == "\n"
            return at == len(self.text) or (where is sre.AT_END and (bool(multiline) or self.text[at:] == "\n"))
        sides = [
            each.isalnum() or each == "_" for each in (self.text[at - 1 : at] if at else "", self.text[at : at + 1])
        ]
        return (sides[0] != sides[1]) == (where is sre.AT_BOUNDARY)


def _width(node: Node) -> int:
    kind, told = node
    if kind in _ONE:
        return 1
    if kind is sre.SUBPATTERN:
        return sum(map(_width, told[3]))
    if kind is sre.BRANCH:
        return sum(map(_width, told[1][0]))
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return int(_small(told[0], told[1])[0] * sum(map(_width, told[2])))
    return 0


def _sample(nodes: Any, chosen: str) -> str:
    """A text that a sequence fits, of the characters in `chosen` where it has a choice."""
    text = ""
    for kind, told in nodes:
        if kind is sre.LITERAL:
            text += chr(told)
        elif kind in (sre.IN, sre.NOT_LITERAL, sre.ANY):
            matcher = Matcher([], "", re.DOTALL, {})
            listed = [chr(each[1]) for each in told if each[0] is sre.LITERAL] if kind is sre.IN else []
            ranged = [chr(each[1][0]) for each in told if each[0] is sre.RANGE] if kind is sre.IN else []
            wanted = (*chosen, *listed, *ranged, *REPRESENTATIVES, "\x80", "\ud800", "\0")
            text += next((each for each in wanted if matcher.is_fit((kind, told), each)), "?")
        elif kind is sre.SUBPATTERN:
            text += _sample(told[3], chosen)
        elif kind is sre.BRANCH:
            text += _sample(told[1][0], chosen)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            text += _sample(told[2], chosen) * max(1, _small(told[0], told[1])[0])
        elif kind is sre.ATOMIC_GROUP:
            text += _sample(told, chosen)
    return text


def _alternatives(nodes: Any, chosen: str) -> list[str]:
    """What a repeat may repeat: of alternatives each."""
    if len(nodes) == 1 and nodes[0][0] is sre.SUBPATTERN:
        return _alternatives(nodes[0][1][3], chosen)
    if len(nodes) == 1 and nodes[0][0] is sre.BRANCH:
        return [_sample(branch, chosen) for branch in nodes[0][1][1]]
    return [_sample(nodes, chosen)]


def _repeats(nodes: Any, before: str, chosen: str) -> Iterator[tuple[str, str]]:
    """What stands before each repeat without an end, and what it repeats."""
    for kind, told in nodes:
        if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            if told[1] == sre.MAXREPEAT:
                bodies = _alternatives(told[2], chosen)
                yield from ((before, body) for body in dict.fromkeys((*bodies, "".join(bodies))))
            yield from _repeats(told[2], before, chosen)
        elif kind is sre.SUBPATTERN:
            yield from _repeats(told[3], before, chosen)
        elif kind is sre.BRANCH:
            for branch in told[1]:
                yield from _repeats(branch, before, chosen)
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _repeats(told[1], before, chosen)
        elif kind is sre.ATOMIC_GROUP:
            yield from _repeats(told, before, chosen)
        before += _sample([(kind, told)], chosen)


def _texts(tree: Any) -> set[tuple[str, str, str]]:
    """Texts to be made as long as one likes: beginning, what is repeated, end."""
    letters = "a1 -"
    texts: set[tuple[str, str, str]] = set()
    for chosen in letters:
        for before, body in _repeats(tree, "", chosen):
            if body:
                texts.update((before, body, wrong) for wrong in WRONG)
                texts.update(((before[:1], body, "\0"), ("", body, "\0"), ("", before + body, "\0")))
                texts.update((before, body + before[-1:], wrong) for wrong in ("\0", ""))
        whole = _sample(tree, chosen)
        texts.update((("", whole, "\0"), ("", whole[:-1] or "a", "\0"), ("", whole[:1], "\0"), (whole[:-1], whole, "")))
    return {each for each in texts if each[1]}


def grows(pattern: re.Pattern[Any], how: str) -> str | None:
    """A text, in words, on which the steps grow faster than its length; ``None`` when they never do."""
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    tree = parser.parse(source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags)
    if not any(_repeats(tree, "", "a")):
        return None  # whatever the text is, a match is of bounded length
    flags, known = pattern.flags | tree.state.flags, dict[Any, bool]()
    for before, body, after in sorted(_texts(tree)):
        try:
            counted = _bent(tree, flags, how, (before, body, after), known)
        except TooManySteps:
            return f"{before!r} + {body!r} * n + {after!r}: without bounds"
        if counted:
            return f"{before!r} + {body!r} * n + {after!r}: {counted} steps for {SIZES}"
    return None


def _bent(tree: Any, flags: int, how: str, text: tuple[str, str, str], known: dict[Any, bool]) -> tuple[int, ...]:
    """The steps for each size where they grow faster than the text; nothing otherwise, with as few counts as will do."""
    before, body, after = text

    def steps(size: int) -> int:
        matcher = Matcher(tree, before + body * size + after, flags, known)
        matcher.search(how)
        return matcher.steps

    much = SIZES[0] * max(4, len(body))
    long = steps(SIZES[2])
    if long * (1 + 1 / 3.6) <= much:  # more than that it cannot bend
        return ()
    short = steps(SIZES[0])
    if long <= 3.6 * short:
        return ()
    middle = steps(SIZES[1])
    bend = long - 2 * middle + short  # nothing where each character more costs the same
    return (short, middle, long) if bend > much else ()
