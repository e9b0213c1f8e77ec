"""Ids are correlated, not deleted: who refers to whom must be the same in both recordings; what they are called, not.

The recordings are walked side by side, so that every id of one meets its counterpart of the other. Where an id is
*defined* (by a response) the two become a couple; where it is *referred* to (by a later request) the two must be a
couple already. That is the same as giving each id a symbolic name in order of first appearance and comparing the
names, but it also bears interactions that were inserted, removed or reordered. Ids are global to the cassette and go
by value: clients carry them from one provider to another.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.secrets import REDACTED, redacted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from cassette_tools.model import Interaction

_LONG = 8  # characters from which an id is found inside of a text by no chance
_LONGEST = 4_000  # characters of an address, or of what else holds ids
_MANY_PIECES = 200  # of a value: one of more is a text
_DISORDER = 2  # changes from letters to digits, or back, or to capitals, that no name has
_LEAST = 12  # characters of an answer, and of its beginning or end, that no two answers share by chance
_FEW = 8  # characters that a client changes in an answer without making it another one
_PART = 5  # one character of so many may be a blank that was taken away
_REMEMBERED = 50  # answers that a message may repeat: the last ones


def are_made_names(old: str, new: str) -> bool:
    """Whether both are names of one form that a server makes up: UUIDs, ``batches/x7f…``."""
    import re

    forms = [re.fullmatch(_MADE_NAME, each) for each in (old, new)]
    return all(forms) and forms[0]["kind"] == forms[1]["kind"]  # type: ignore[index]


# A kind of resource and what stands for one of them: a word alone would be a name that somebody chose.
_MADE_NAME = (
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?P<kind>(?:[\w.-]+/)*(?:batches|files|operations|cachedContents|fileSearchStores|documents|jobs)/)"
    r"(?=[\w-]*\d)[\w-]{8,}"
)


def _pieces(text: str) -> list[str]:
    """A text cut where ids end, each piece of an id or of what stands between two."""
    import re

    return re.split(r"([\w-]+)", text)


def is_drawn(piece: str) -> bool:
    """Whether a machine drew it: letters and digits, or small and great ones, in disorder. A name, a date, a version
    (``gemini-2-flash``, ``20250514``) is none.
    """
    import re

    if len(piece) < _LONG or not any(map(str.isalpha, piece)):
        return False
    turns = re.findall(r"[a-z](?=[A-Z0-9])|[A-Z](?=[0-9])|[0-9](?=[A-Za-z])", piece)
    return len(turns) >= _DISORDER


@record
class GivenBack:
    """The answers of both sides that a client gives back, and what it makes of each: what is gone, and what came."""

    answers: tuple[str, str]
    edits: tuple[tuple[str, str], tuple[str, str]]


UNCHANGED = ("", "")


def edit_of(answer: str, text: str) -> tuple[str, str] | None:
    """What a client made of an answer that it gives back: in one place some characters became others (blanks do not
    count). ``None`` where the text is no such answer.
    """
    if abs(len(answer) - len(text)) > len(answer) // _PART + _FEW or len(answer) < _LEAST:
        return None
    if answer.split() == text.split() or "".join(answer.split()) == "".join(text.split()):
        return UNCHANGED
    answer, text = answer.strip(), text.strip()
    if answer[:_LEAST] != text[:_LEAST] and answer[-_LEAST:] != text[-_LEAST:]:
        return None
    start = _alike(answer, text)
    end = _alike(answer[start:][::-1], text[start:][::-1])
    edit = answer[start : len(answer) - end], text[start : len(text) - end]
    return edit if max(map(len, edit)) <= _FEW else None


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    both = enumerate(zip(one, other, strict=False))
    return next((at for at, pair in both if pair[0] != pair[1]), min(len(one), len(other)))


class Correlation:
    """The couples so far. State over the walk: definitions must be met before references."""

    def __init__(self) -> None:
        self._couples: dict[str, set[str]] = {}
        self._ranks: dict[str, tuple[int, int]] = {}  # of the ids that are searched for in texts, the longest first
        self._ended: dict[str, list[str]] = {}  # these ids by their ends, since many begin alike (``chatcmpl-``)
        self._known_new: dict[str, str] = {}  # with the old id that it was met with first
        self._parts: dict[str, set[str]] = {}  # ids within what answers gave: in an address, in a name of a resource
        self._answers: list[tuple[str, str]] = []
        self._old_answers: dict[str, str] = {}  # by the new ones
        self.given: tuple[set[str], set[str]] = (
            set(),
            set(),
        )  # what the provider's tools gave in answers so far
        self.thought: list[tuple[str, str]] = []  # the reasoning of the answers so far, of both sides
        self.called: tuple[set[Hashable], set[Hashable]] = (set(), set())  # what either side's models called so far
        self.recordings: tuple[Sequence[Interaction], Sequence[Interaction]] = ((), ())  # all that is walked over

    def define(self, old: str | None, new: str | None) -> bool:
        """Couple two ids that were made at the same place; true when they were not a couple before."""
        if not old or not new or self.are_coupled(old, new):
            return False
        if old not in self._couples and len(old) >= _LONG:
            self._ranks[old] = -len(old), len(self._ranks)
            self._ended.setdefault(old[-_LONG:], []).append(old)
        self._couples.setdefault(old, set()).add(new)
        self._known_new.setdefault(new, old)
        self.define_parts(old, new)
        return True

    def define_parts(self, old: str, new: str) -> None:
        """Couple the ids in two values of answers that are alike but for these: a client hands back what it needs."""
        sides = _pieces(old), _pieces(new)
        if max(map(len, sides)) > _MANY_PIECES or len(sides[0]) != len(sides[1]):
            return
        for left, right in zip(*sides, strict=True):
            if left != right and is_drawn(left) and is_drawn(right):
                self._parts.setdefault(left, set()).add(right)

    def refer(self, old: str | None, new: str | None) -> bool:
        """True when two references lead to the same place; ids not met before are coupled by their first mention."""
        if not old or not new:
            return not old and not new
        if self.are_coupled(old, new):
            return True
        if old in self._couples or new in self._known_new:
            return False
        self.define(old, new)
        return True

    def are_coupled(self, old: str | None, new: str | None) -> bool:
        """Whether the two were met at one place before."""
        return bool(old) and new in self._couples.get(old or "", ())

    def common_name(self, name: str | None, *, new: bool) -> str | None:
        """What the ids of a couple are both called; ``None`` for an id that was not met before."""
        if new:
            return self._known_new.get(name or "")
        return name if name in self._couples else None

    def answered(self, old: str, new: str) -> None:
        """Remember the answers of two interactions that ask the same: later requests repeat them."""
        if len(old) >= _LONG and len(new) >= _LONG:
            self._answers.append((old, new))
            self._old_answers.setdefault(new, old)

    def common_text(self, text: str, *, new: bool) -> str:
        """What a message says, where it is an answer that was given: as the old recording has it."""
        return self._old_answers.get(text, text) if new else text

    def repeated(self, text: str, *, new: bool) -> int | None:
        """Which of the answers before a text repeats, whole or with something about it."""
        last = len(self._answers) - 1
        for number in range(last, max(-1, last - _REMEMBERED), -1):
            if self._answers[number][new] in text:
                return number
        return None

    def repetition(self, old: str, new: str) -> tuple[str, str] | None:
        """The answers of both sides that are all in which two texts differ."""
        number = self.repeated(old, new=False)
        if number is None or number != self.repeated(new, new=True):
            return None
        answers = self._answers[number]
        rest = [text.replace(answer, "", 1).split() for text, answer in zip((old, new), answers, strict=True)]
        return answers if rest[0] == rest[1] else None

    def given_back(self, old: str, new: str) -> GivenBack | None:
        """The answers of both sides that two messages are, but for blanks and one place in each; of equal answers there
        is nothing to tell.
        """
        for answers in reversed(self._answers[-_REMEMBERED:]):
            if answers[0] == answers[1]:
                continue
            edits = [edit_of(answer, text) for answer, text in zip(answers, (old, new), strict=True)]
            if None not in edits:
                return GivenBack(answers=answers, edits=(edits[0] or UNCHANGED, edits[1] or UNCHANGED))
        return None

    def are_renamed(self, old: str, new: str) -> bool:
        """Whether two texts are the same but for ids in them that were met before, as couples, and for secrets that
        one of them has a placeholder for.
        """
        if self.are_coupled(old, new):
            return True
        if (REDACTED in old) != (REDACTED in new):
            old, new = redacted(old), redacted(new)
        if self._has_parts_renamed(old, new):
            return True
        names = self._names_in(old)
        while names:
            name = names.pop(0)
            other = next((each for each in self._couples[name] if each in new), None)
            if other is not None:
                old = old.replace(name, other)
                names = [each for each in self._names_in(old) if self._ranks[each] > self._ranks[name]]
        return old == new

    def _names_in(self, text: str) -> list[str]:
        """The ids in a text, by their rank. If there are many, only those are tried whose end is in the text."""
        if len(text) < len(self._ranks):
            ended = ((end, self._ended.get(text[end - _LONG : end], ())) for end in range(_LONG, len(text) + 1))
            found = {name for end, names in ended for name in names if text.endswith(name, 0, end)}
        else:
            found = {name for name in self._ranks if name in text}
        return sorted(found, key=self._ranks.__getitem__)

    def _has_parts_renamed(self, old: str, new: str) -> bool:
        """Whether two values are the same but for ids that are parts of what answers gave."""
        if max(len(old), len(new)) > _LONGEST:
            return False
        sides = _pieces(old), _pieces(new)
        return len(sides[0]) == len(sides[1]) and all(
            left == right or right in self._parts.get(left, ()) for left, right in zip(*sides, strict=True)
        )
