"""What the sentence of a finding does not show, as lines for a person."""

from __future__ import annotations

import json

from cassette_tools.nesting import json_value
from cassette_tools.reporters._answer_lines import LITTLE, answer_lines, facts_of, is_one_sided, says_all, share
from cassette_tools.reporters._structure_lines import VALUE, says_members, structure_diff, words_diff
from cassette_tools.reporters._text_lines import LONG, word_diff
from cassette_tools.text_diff import pieces, without_blanks
from cassette_tools.words import short

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift
    from cassette_tools.model import Json
    from cassette_tools.reporters.ink import Ink
    from cassette_tools.text_diff import Piece

# Findings whose values are objects or lists that one wants to see member by member.
_STRUCTURED = (
    "tool-arguments",
    "tool-definition",
    "structured-output",
    "tool-result",
    "request-body",
    "response-body",
    "response-schema",
    "prompt-changed",
)
_TEXTS = ("text-", "prompt-", "system-prompt-", "refusal-")
_ANSWERS = ("text-changed", "text-facts-changed", "text-reworded", "text-appeared", "text-vanished")
_EXAMPLES = 2  # of many results, those that are shown


def change_lines(finding: Drift, ink: Ink, *, width: int) -> list[str]:
    """What the message does not show: the words of a text that changed, the members of a structure that did."""
    old, new = finding.old, finding.new
    if isinstance(old, str) and isinstance(new, str):
        return _of_texts(finding, old, new, ink, width)
    if isinstance(old, (dict, list)) and isinstance(new, (dict, list)) and finding.rule.startswith(_STRUCTURED):
        return _of_structures(finding, old, new, ink, width)
    return []


# --- texts -----------------------------------------------------------------------------------------------------------


def _of_texts(finding: Drift, old: str, new: str, ink: Ink, width: int) -> list[str]:
    if _is_told(finding.message, old, new):
        return []
    documents = _document(old), _document(new)
    if None not in documents and documents[0] != documents[1]:
        if _names_lists(finding) or _tells_members(finding.message, *documents):
            return []
        return structure_diff(*documents, ink, width=width)
    if finding.rule.startswith(_ANSWERS):
        return answer_lines(finding, old, new, ink, width)
    found = without_blanks(pieces(old, new)) if _shows_words(finding, old, new) else []
    if not found or _is_anew(old, new, found) or says_all(finding.message, found):
        return []
    return word_diff(old, new, ink, width=width)


def _tells_members(message: str, old: Json, new: Json) -> bool:
    """Whether a message says in full what became of each member; with ``…`` or ``and 3 more`` it does not."""
    return "…" not in message and " more" not in message and says_members(message, old, new)


def _is_told(message: str, old: str, new: str) -> bool:
    """Whether a message says all there is to say: both values stand in it, and differ in more than blanks."""
    if old.split() == new.split():
        return False
    return all(text in message or json.dumps(text, ensure_ascii=False) in message for text in (old, new))


def _document(text: str) -> Json:
    """The object or the list that a text is; ``None`` when it is none."""
    bare = text.strip()
    if not bare or bare[0] not in "{[" or bare[-1] not in "}]":
        return None
    try:
        return json_value(bare)
    except (ValueError, RecursionError):
        return None


def _names_lists(finding: Drift) -> bool:
    """Whether the sentence names the things in lists that have nothing in common: nor have their fields."""
    facts = [fact for side in facts_of(finding) for fact in side]
    return bool(facts) and all('=["' in fact for fact in facts)


def _shows_words(finding: Drift, old: str, new: str) -> bool:
    """Whether word by word is how a person wants to see it: sentences, or a difference in white space alone."""
    if finding.rule.startswith("reasoning-") and not (old.strip() and new.strip()):
        return False  # the sentence names what is gone, or new
    return (
        finding.rule.startswith(_TEXTS) or old.split() == new.split() or any(" " in each.strip() for each in (old, new))
    )


def _is_anew(old: str, new: str, found: list[Piece]) -> bool:
    """Whether two long texts have too little in common for words side by side."""
    return min(len(old), len(new)) > LONG // 2 and not is_one_sided(found) and share(found) < LITTLE


# --- structures ------------------------------------------------------------------------------------------------------


def _of_structures(finding: Drift, old: Json, new: Json, ink: Ink, width: int) -> list[str]:
    if _says_structures(finding.message, old, new):
        return []
    if finding.rule == "response-body-changed" and isinstance(old, list) and isinstance(new, list):
        return words_diff(old, new, ink, most=_EXAMPLES)  # what was found: the sentence says how much of it is another
    said = finding.message if finding.rule.startswith("tool-arguments") else ""
    return structure_diff(old, new, ink, width=width, said=said)


def _says_structures(message: str, old: Json, new: Json) -> bool:
    """Whether a message says all there is to say of two structures; of media (with a digest) it does."""
    return (
        "sha256" in old
        or all(short(value, VALUE) in message for value in (old, new))
        or says_members(message, old, new)
    )
