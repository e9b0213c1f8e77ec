"""New names for ids: numbered in the order of their first appearance, in the form that they had.

The prefix is the provider's and stays (``call_``, ``chatcmpl-``). Forms that somebody may check stay too: a UUID is a
UUID (RFC 9562), digits are digits and hexadecimal digits are such, as many as there were; Mistral's nine letters and
digits are nine.
"""

from __future__ import annotations

import re
from base64 import b64encode
from itertools import pairwise

from cassette_tools.data.normal import ACCOUNT_PREFIXES, ID_INFIXES, ID_PREFIXES
from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

_UUID = regex(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PREFIX = regex(r"([a-z]{2,14})([-_])(?=.)")
_HEXADECIMAL = regex(r"[0-9a-f]{16,}|[0-9A-F]{16,}")
_NINE = regex(r"[A-Za-z0-9]{9}")  # Mistral's ids of tool calls
_CORED = regex(r"((?:[a-z]{2,}_)+)([a-z0-9]{8,}|[1-9]\d{0,3})((?::\d+)?)")  # Cohere: the tool's name, a word, a number
_WORD = regex(r"[A-Za-z0-9]+")
_KNOWN = frozenset(row.prefix for row in ID_PREFIXES)
_INFIXES = frozenset(row.prefix for row in ID_INFIXES)
_ACCOUNT_SIGNS = tuple(f"{row.prefix}{mark}" for row in ACCOUNT_PREFIXES for mark in "-_")
_ACCOUNT = regex(rf"(?<![\w-])(?:{'|'.join(row.prefix for row in ACCOUNT_PREFIXES)})[-_][A-Za-z0-9]{{16,}}(?![\w-])")
_LONG = 8  # characters from which an id is found inside of a text by no chance
_FEW = 16  # ids that are looked for one by one, or by one pattern
_WORDY = 120  # characters up to which a token may be an id and words; what is longer is data
_TOKEN = regex(r"[A-Za-z0-9][A-Za-z0-9_-]{7,}")
_OF_TOKEN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


class Names:
    """The names of one recording: all ids are met before the first is named, since what keeps its name may stand
    behind them. What does is in one of `taken`.
    """

    def __init__(self, *taken: Container[str]) -> None:
        self._met: dict[str, tuple[str, int]] = {}  # what is to be named: in which form, and since when it is known
        self.now = 0  # a count of what was looked through
        self._names: dict[str, str] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._taken = taken
        self._odd: _Odd | None = None  # ids that are no single token, once they are looked for
        self._beginnings: frozenset[str] = frozenset()  # of all ids, since then
        self._seen: dict[str, tuple[int, int] | None] = {}  # where an id stands in a token: most come again and again

    def register(self, old: str) -> None:
        """Note an id that is to be renamed."""
        self._odd = None
        self._met.setdefault(old, ("", self.now))

    def register_as(self, old: str, form: str) -> None:
        """Note something that is no id, but must stay the same wherever it stands: a ``boundary`` (of its length,
        which others have counted), or a ``signature`` (base64, which SDKs decode).
        """
        self._odd = None
        self._met.setdefault(old, (form, self.now))

    def forget_if_older(self, text: str, moment: int) -> list[str]:
        """Leave the names of ids that a text says although they were met after that moment; which these are."""
        found = [text[start:end] for start, end in self._places_in(text)]
        known_before = [old for old in found if old in self._met and self._met[old][1] > moment]
        for old in known_before:
            self._met.pop(old, None)
        if known_before:
            self._odd = None
        return known_before

    def __contains__(self, old: str) -> bool:
        return old in self._met

    def get(self, old: str) -> str | None:
        """The new name of an id that was met."""
        return self._all().get(old)

    @property
    def are_distinct(self) -> bool:
        """Whether no two ids have one new name."""
        return len(set(self._all().values())) == len(self._met)

    def __len__(self) -> int:
        return len(self._met)

    def _all(self) -> dict[str, str]:
        if len(self._names) < len(self._met):
            for old, (form, _moment) in list(self._met.items()):
                self._name(old, form)
            self._odd = None
        return self._names

    def _name(self, old: str, form: str = "") -> str:
        if old not in self._names:
            self._met.setdefault(old, (form, self.now))
            self._names[old] = self._made_as(old, form) if form else self._made(old)
        return self._names[old]

    def _made_as(self, old: str, form: str) -> str:
        kind = (form, 0) if form == "signature" else ("0", len(old))  # digits name ids, too
        number = self._counts[kind] = self._counts.get(kind, 0) + 1
        return b64encode(f"{form}-{number}".encode()).decode("ascii") if form == "signature" else _named(*kind, number)

    def _made(self, old: str) -> str:
        cored = _cored(old)
        if cored is not None and cored[3]:  # the source of a call is named after it
            return self._name(cored[1] + cored[2]) + cored[3]
        form, width = _form(old)
        while True:
            number = self._counts[form, width] = self._counts.get((form, width), 0) + 1
            name = _named(form, width, number)
            if name == old or not any(name in each for each in self._taken):
                return name

    def found_in(self, text: str) -> list[tuple[int, int, str]]:
        """Where a text has ids that were met, with their new names. Short ids are words too, and not looked for."""
        names = self._all()
        return [(start, end, names[text[start:end]]) for start, end in self._places_in(text)]

    def _places_in(self, text: str) -> Iterator[tuple[int, int]]:
        odd = self._prepared()
        seen = self._seen
        few = len(self._beginnings) <= _FEW
        for start, token in _tokens_with(self._beginnings, text) if few else _tokens_in(text):
            if token not in seen:
                seen[token] = _id_in(token, self._met, self._beginnings)
            place = seen[token]
            if place is not None:
                yield start + place[0], start + place[1]
        yield from odd.places_in(text)

    def _prepared(self) -> _Odd:
        """What texts are searched for: made anew when an id was met since."""
        if self._odd is None:
            self._odd = _Odd([old for old in self._met if len(old) >= _LONG and not _TOKEN.fullmatch(old)])
            self._beginnings = frozenset(old[:_LONG] for old in self._met if len(old) >= _LONG)
            self._seen = {}
        return self._odd

    def in_text(self, text: str) -> str:
        """The text with every id that was met by its new name."""
        return replaced(text, self.found_in(text))


class _Odd:
    """Ids that are no single token, to be looked for in texts: the longest at each place. Many are looked up by how
    they begin: a pattern of them all would try each at each place.
    """

    def __init__(self, ids: list[str]) -> None:
        self._ids = frozenset(ids)
        self._lengths: dict[str, list[int]] = {}  # by their beginnings, the longest first
        self._pattern: re.Pattern[str] | None = None
        ids = sorted(ids, key=len, reverse=True)
        if len(ids) <= _FEW:
            self._pattern = re.compile("|".join(map(re.escape, ids)))
            return
        for each in ids:
            lengths = self._lengths.setdefault(each[:_LONG], [])
            if lengths[-1:] != [len(each)]:
                lengths.append(len(each))

    def places_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Where they stand; the places do not overlap."""
        if not self._ids:
            return
        if self._pattern is not None:
            yield from (match.span() for match in self._pattern.finditer(text))
            return
        at = 0
        while at <= len(text) - _LONG:
            lengths = self._lengths.get(text[at : at + _LONG], ())
            length = next((each for each in lengths if text[at : at + each] in self._ids), 0)
            if length:
                yield at, at + length
            at += length or 1


def _tokens_in(text: str) -> Iterator[tuple[int, str]]:
    """The tokens of a text that may be ids or have one, and where they begin."""
    for match in _TOKEN.finditer(text):
        yield match.start(), match[0]


def _tokens_with(beginnings: Iterable[str], text: str) -> Iterator[tuple[int, str]]:
    """The same for those alone that have the beginning of an id: most texts have none, which is seen at once."""
    reached = 0
    for hit in sorted(hit for each in beginnings for hit in _hits(each, text)):
        if hit < reached:
            continue
        start = hit
        while start > reached and text[start - 1] in _OF_TOKEN:
            start -= 1
        match = _TOKEN.search(text, start)
        if match is not None and match.start() <= hit:
            yield match.start(), match[0]
            reached = match.end()


def _hits(words: str, text: str) -> Iterator[int]:
    """Where a text has some words."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def replaced(text: str, stretches: list[tuple[int, int, str]]) -> str:
    """The text with other words for some stretches of it; of those that overlap the first, and the longest, counts."""
    pieces: list[str] = []
    at = 0
    for start, end, new in sorted(stretches, key=lambda each: (each[0], -each[1])):
        if start >= at:
            pieces += (text[at:start], new)
            at = end
    return "".join((*pieces, text[at:])) if at else text


def outside(stretches: list[tuple[int, int, str]], taken: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The stretches that overlap none of some others."""
    free = []
    reached = 0  # where the taken ones end that begin before a stretch does
    others = sorted(taken)
    at = 0
    for each in sorted(stretches):
        while at < len(others) and others[at][0] < each[1]:
            reached = max(reached, others[at][1])
            at += 1
        if each[0] >= reached:
            free.append(each)
    return free


def _id_in(token: str, names: Container[str], beginnings: Container[str]) -> tuple[int, int] | None:
    """Where in a token an id stands: it is all of it, or has words before or after it (``run-<uuid>``)."""
    if token in names:
        return 0, len(token)
    if len(token) > _WORDY or ("-" not in token and "_" not in token):
        return None
    starts = [0]
    for word in token.replace("_", "-").split("-"):
        starts.append(starts[-1] + len(word) + 1)
    begun = (start for start in starts[:-1] if token[start : start + _LONG] in beginnings)
    # The first that begins so, the longest of these.
    stretches = ((start, after - 1) for start in begun for after in reversed(starts) if after - 1 - start >= _LONG)
    return next(((start, end) for start, end in stretches if token[start:end] in names), None)


def accounts_in(text: str) -> Iterator[str]:
    """The names of organisations, projects and users in any text (``org-…`` in the message of an error)."""
    if any(sign in text for sign in _ACCOUNT_SIGNS):
        yield from (match[0] for match in _ACCOUNT.finditer(text))


def is_made_up(value: str) -> bool:
    """Whether an id was made by a machine for one object, and is no name of a thing (``gpt-5``, ``web_search``)."""
    if not 3 <= len(value) <= 2000 or " " in value or "/" in value[:-1].split("?")[0]:
        return False
    if _UUID.fullmatch(value):
        return True
    prefix = _PREFIX.match(value)
    if prefix is not None and prefix[1] in _KNOWN:
        return ":" not in value
    if _NINE.fullmatch(value):
        return any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    words = _WORD.findall(value)
    return any(map(_is_random, words)) or _are_random(words)


_CALL = regex(
    r"(?:[\w-]+[._])?tool_?calls?(?:\[\])?\.id|(?:tool_?)?call_id|tool_use_id|toolUseId|function(?:Call|Response)\.id"
)
_PLAIN = regex(r"[A-Za-z0-9]{8,12}")
_CORE = 12  # characters, of which Cohere makes the end of an id


def is_id_of_call(path: str, value: str) -> bool:
    """Whether a value names a call of a tool and is random although it need not look so: eight letters (Gemini), nine
    (Mistral), the tool's name and twelve (Cohere). Where calls are named, hardly anything else stands.
    """
    where = ".".join(path.split(".")[-2:])
    if not (_CALL.fullmatch(where) or _CALL.fullmatch(where.rpartition(".")[2])):
        return False
    cored = _CORED.fullmatch(value)
    is_mixed = not value.islower() and not value.istitle()  # a gateway may call a call like its tool: ``multiply``
    if _PLAIN.fullmatch(value) and (is_mixed or any(map(str.isdigit, value))):
        return True
    return bool(cored is not None and len(cored[2]) == _CORE)


def _is_random(word: str) -> bool:
    if len(word) < _LONG:
        return False
    digits = sum(map(str.isdigit, word))
    if digits == len(word):
        return len(word) >= 10 or set(word[:-4]) == {"0"}
    is_long = len(word) >= 16
    if digits and len(word) >= 10:
        return is_long or sum(first.isdigit() != second.isdigit() for first, second in pairwise(word)) >= 3
    return is_long and sum(first.islower() and second.isupper() for first, second in pairwise(word)) >= 3


# Words as names have them: ``gpt``, ``Qwen3``, ``CodeLlama``, ``4o``, ``70B``, ``A35B``, ``8x7b``.
_NAME = regex(r"[A-Z]?[a-z]*\d*[A-Za-z]?|(?:[A-Z][a-z]+)+\d*|[A-Z0-9]{1,6}|[a-z0-9]{1,7}")


def _are_random(words: list[str]) -> bool:
    """Whether most of what is in several words (base64 has ``-`` and ``_``) is no name's."""
    size = sum(map(len, words))
    return size >= 16 and sum(len(word) for word in words if not _NAME.fullmatch(word)) > 0.6 * size


def _cored(old: str) -> re.Match[str] | None:
    """An id whose prefix is words of the caller's: prefix, random core (or our number), and the number after it."""
    match = _CORED.fullmatch(old)
    if match is None or not (len(match[2]) < _LONG or len(match[2]) == _CORE or _is_random(match[2])):
        return None
    return match


def _form(old: str) -> tuple[str, int]:
    """What stays of an id: its prefix, or the kind of its characters and how many there are."""
    if _UUID.fullmatch(old):
        return "uuid", 0
    cored = _cored(old)
    if cored is not None and not _begins_as_known(cored[1]):
        return cored[1], -1
    prefix = _PREFIX.match(old)
    if prefix is not None and (prefix[1] in _KNOWN or _is_new_prefix(prefix, old)):
        return _with_infixes(prefix, old), -1
    if old.isascii() and (old.isdigit() or _HEXADECIMAL.fullmatch(old) or _NINE.fullmatch(old)):
        return "0", len(old)
    return "id_", -1


def _with_infixes(prefix: re.Match[str], old: str) -> str:
    """The prefix of an id with what is known to follow it (``msg_bdrk_``)."""
    end = prefix.end()
    while (further := _PREFIX.match(old, end)) is not None and further[1] in _INFIXES:
        end = further.end()
    return old[:end]


def _begins_as_known(prefix: str) -> bool:
    """Whether words are a prefix of a provider's (``call_``, ``msg_bdrk_``), and not the name of a tool before an id
    (``file_fetch_``).
    """
    first, *others = prefix.rstrip("_").split("_")
    return first in _KNOWN and all(word in _INFIXES for word in others)


def _is_new_prefix(prefix: re.Match[str], old: str) -> bool:
    """Whether a word that no table knows is a prefix: what follows is one random word (base64 holds ``-``)."""
    rest = old[prefix.end() :]
    return len(prefix[1]) > 2 and rest.isalnum() and _is_random(rest)


def _named(form: str, width: int, number: int) -> str:
    if form == "uuid":
        return f"00000000-0000-4000-8000-{number:012x}"
    return f"{form}{number}" if width < 0 else f"{number:0{width}}"
