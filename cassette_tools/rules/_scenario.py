"""Whether a recording is about failure: then an error in it is what was meant, and no accident.

The name of the file and of the two folders around it say so, in the words of the test that it belongs to; so does a
request that is wrong on purpose.
"""

from __future__ import annotations

from itertools import pairwise

from cassette_tools.later import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.failures import Word
    from cassette_tools.model import Interaction

NAMED = 3  # parts of the path, from its end
_WORDS = regex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_HASHES = regex("[0-9a-f]{12,}")
_STATUS = regex("40[0134589]|41[03]|42[259]|50[0234]|529")  # not every number of three digits


class Scenario:
    """What the name of a recording says."""

    def __init__(self, path: str) -> None:
        parts = path.replace("\\", "/").split("/")[-NAMED:]
        self._names = parts
        self._words: frozenset[str] | None = None

    def expects(self, status: int = 0) -> bool:
        """Whether a failure is meant; of a rate limit (429), whether the name leaves room for one."""
        from cassette_tools.data.failures import FAILURES, NOT_A_RATE_LIMIT, RATE_LIMITS

        words = self._said()
        if status == 429 and has_word(words, RATE_LIMITS):
            return True
        is_numbered = any(_STATUS.fullmatch(word) for name in self._names[-2:] for word in words_of(name))
        if not is_numbered and not has_word(words, FAILURES):
            return False
        return status != 429 or not has_word(words, NOT_A_RATE_LIMIT)

    def expects_filter(self) -> bool:
        """Whether a filter of contents is meant to refuse."""
        from cassette_tools.data.failures import FILTERS

        return has_word(self._said(), FILTERS)

    def expects_nothing(self) -> bool:
        """Whether an answer without content is meant."""
        from cassette_tools.data.failures import NOTHING

        return has_word(self._said(), NOTHING)

    def is_about(self, rule: str) -> bool:
        """Whether the name speaks of the very defect that a rule finds. A folder called as the rule is the linter's."""
        from cassette_tools.data.failures import SUBJECTS

        subject = next((row for row in SUBJECTS if row.rule == rule), None)
        if subject is None:
            return False
        names = [words_of(name) for name in self._without_suffix() if name != rule]
        said = frozenset(word for words in names for word in _with_threes(words))
        return has_word(said, subject.words) or any(_is_lacking(words, subject.lacking) for words in names)

    def _without_suffix(self) -> tuple[str, ...]:
        """The folders and the file: a file called bad.json need not hold bad JSON."""
        *folders, file = self._names
        return *folders, file.rpartition(".")[0] or file

    def _said(self) -> frozenset[str]:
        if self._words is None:
            self._words = frozenset(word for name in self._names for word in with_pairs(words_of(name)))
        return self._words


def words_of(name: str) -> list[str]:
    """The words of a name in any case (``bad_model``, ``BadModel``), but not those that a hash has by chance."""
    return [word.lower() for word in _WORDS.findall(_HASHES.sub(" ", name))]


def with_pairs(words: list[str]) -> list[str]:
    """The words, and each two neighbours as one."""
    return words + [one + other for one, other in pairwise(words)]


def _threes(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], strict=False)


def _with_threes(words: list[str]) -> Iterator[str]:
    """The words of a name, each two of them as one, and each three."""
    yield from with_pairs(words)
    yield from map("".join, _threes(words))


def _is_lacking(words: list[str], things: tuple[str, ...]) -> bool:
    """Whether words say that one of the things is not there: ``no_content_block_start``, ``finish_reason_missing``."""
    from cassette_tools.data.failures import LOST, NOT_THERE

    for at, word in enumerate(words):
        if word in NOT_THERE and any(each in things for each in words[at + 1 : at + 4]):
            return True
        if word in LOST and any(each in things for each in words[max(0, at - 2) : at]):
            return True
    return False


def is_wrong_on_purpose(interaction: Interaction) -> bool:
    """Whether the URL or the model of a request says that it is meant to fail (``/status/500``, ``no-such-model``)."""
    from cassette_tools.data.failures import FAILURES

    llm = interaction.llm
    asked = (llm.request_model or "") if llm is not None else ""
    path = interaction.request.url.partition("?")[0].partition("://")[2].partition("/")[2]
    words = frozenset((*with_pairs(words_of(asked)), *with_pairs(words_of(path))))
    return has_word(words, FAILURES) or f"/status/{interaction.response.status_code}" in interaction.request.url


def is_at_fault(interaction: Interaction) -> bool:
    """Whether the answer blames the request, whatever its status: asked again, it would fail again."""
    from cassette_tools.data.failures import AT_FAULT

    llm = interaction.llm
    told = llm.error.message.lower() if llm is not None and llm.error is not None else ""
    return any(words in told for words in AT_FAULT)


def has_word(words: frozenset[str], table: tuple[Word, ...]) -> bool:
    """Whether one of the words is in a table."""
    return any(row.word in words or (row.begins and any(word.startswith(row.word) for word in words)) for row in table)
