"""Whether an error or a warning names a changed setting."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.judging.asked import Asked


def is_named(asked: Asked, said: str) -> bool:
    """Whether a sentence (in lower case) has the name of a setting, as sent or as cassette calls it. For a list, the
    name of an element counts as well (``document at index 2 is empty``).
    """
    names = {asked.name, asked.change.path, asked.change.subject.partition(" (")[0]}
    words = {_last_step(name) for name in names}
    return any(_has_word(said, form) for word in words for form in (word, word.removesuffix("s")))


def _last_step(name: str) -> str:
    """``max_tokens`` of ``requests[0].params.max_tokens``, ``documents`` of ``documents[2]``."""
    return name.rpartition(".")[2].partition("[")[0].rpartition(" ")[2].lower()


def _has_word(text: str, word: str) -> bool:
    """Whether a text has a word that is no part of a longer one."""
    at = text.find(word) if len(word) >= _TELLING else -1
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
        if not any(each.isalnum() or each == "_" for each in around):
            return True
        at = text.find(word, at + 1)
    return False


_TELLING = 4  # letters of a name that no sentence has by chance
