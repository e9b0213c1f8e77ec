"""Where two answers differ, as lines for a person: as much of it as the sentence of the finding does not say."""

from __future__ import annotations

import json
import re
from functools import partial

from cassette_tools.printable import printable
from cassette_tools.reporters._text_lines import MAX_LINES, is_cut, word_diff
from cassette_tools.reporters.ink import without_colour
from cassette_tools.text_diff import folded, pieces, without_blanks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.finding import Drift
    from cassette_tools.reporters.ink import Ink
    from cassette_tools.text_diff import Piece

    Facts = tuple[tuple[str, ...], tuple[str, ...]]

LITTLE = 0.5  # share of two texts; with less in common, words side by side say nothing
_SOME_LINES = 4  # of a change that nobody has to act on
_FACTS = 3  # facts of a side that an excerpt shows


def answer_lines(finding: Drift, old: str, new: str, ink: Ink, width: int) -> list[str]:
    """Where two answers differ: what the sentence names, else the words, as long as most of them stayed."""
    found = without_blanks(pieces(old, new)) if old.strip() and new.strip() else []
    if not found or _is_told(finding, found):
        return []
    facts, is_like = facts_of(finding), _is_like(finding, found)
    is_minor = finding.level in ("cosmetic", "noise")
    words = partial(word_diff, old, new, ink, width=width, most=_SOME_LINES if is_minor else MAX_LINES // 2)
    if any(facts) and is_one_sided(found):  # the sentence says what is gone, or new
        return _whole(words())
    if any(facts) and (is_like or _are_told_apart(finding)):
        lines = words() if is_like else []
        return lines if _shows(lines, facts) else _fact_lines((old, new), facts, ink, width) or lines
    if _says_enough(finding, is_like):
        return []
    return _whole(words()) if is_minor else words()


def facts_of(finding: Drift) -> Facts:
    """What the sentence of a finding names of the old text, and of the new one."""
    return finding.said.facts if finding.said is not None else ((), ())


def is_one_sided(found: list[Piece]) -> bool:
    """Whether words only went, or only came."""
    changed = [piece for piece in found if piece[0] != piece[1]]
    return not any(left.strip() for left, _ in changed) or not any(right.strip() for _, right in changed)


def share(found: list[Piece]) -> float:
    """How much of two texts is the same, from 0 to 1."""
    same = sum(len(left) for left, right in found if left == right)
    return 2 * same / (sum(len(left) + len(right) for left, right in found) or 1)


def says_all(message: str, found: list[Piece]) -> bool:
    """Whether the sentence shows the only place that changed, whole."""
    changed = [piece for piece in found if piece[0] != piece[1]]
    if len(changed) != 1 or changed[0][0].split() == changed[0][1].split():
        return False
    sides = (json.dumps(side.strip(), ensure_ascii=False)[1:-1] for side in changed[0])
    return all(side in message for side in sides)


def _is_told(finding: Drift, found: list[Piece]) -> bool:
    """Whether the sentence leaves nothing to show."""
    return finding.rule != "text-facts-changed" and says_all(finding.message, found)


def _is_like(finding: Drift, found: list[Piece]) -> bool:
    """Whether most of the words stayed."""
    size = finding.said.size if finding.said is not None else None
    return is_one_sided(found) or (share(found) >= LITTLE and (size or 1.0) >= LITTLE)


def _are_told_apart(finding: Drift) -> bool:
    """Whether facts of answers that have little in common are shown: not of those in which no two sentences belong
    together, nor where the sentence says how both begin, and one of them has no facts.
    """
    return finding.rule != "text-changed" and (all(facts_of(finding)) or not _shows_beginnings(finding))


def _says_enough(finding: Drift, is_like: bool) -> bool:
    """Whether the beginnings are all that one wants to see: of answers with little in common, or of another model."""
    return _shows_beginnings(finding) and (not is_like or finding.cause == "model")


def _shows_beginnings(finding: Drift) -> bool:
    """Whether the sentence says how both answers begin."""
    return '" → "' in finding.message


def _whole(lines: list[str]) -> list[str]:
    """The lines, unless there is more than they show."""
    return [] if is_cut(lines) else lines


def _shows(lines: list[str], facts: Facts) -> bool:
    """Whether the lines are all there are, with the facts in them."""
    shown = " ".join(map(without_colour, lines))
    return bool(lines) and not is_cut(lines) and all(fact in shown for side in facts for fact in side[:_FACTS])


def _fact_lines(texts: tuple[str, str], facts: Facts, ink: Ink, width: int) -> list[str]:
    """The facts that a sentence names, where each stands: those that are gone, then those that came."""
    lines: list[str] = []
    for text, side, mark, color in zip(texts, facts, "-+", ("red", "green"), strict=True):
        plain = " ".join(text.split())
        # What it says in the place of the facts that it has not.
        shown = _excerpts(plain, side[:_FACTS], width - 2) if side else [folded(plain, width - 2)]
        lines += [ink(color, f"{mark} {printable(line)}") for line in shown]
    return lines


def _excerpts(text: str, facts: tuple[str, ...], width: int) -> list[str]:
    """Each fact with the words around it; those that an excerpt shows already are left out."""
    shown: list[str] = []
    for fact in facts:
        stands = _stands(fact, text)
        if stands is not None and not any(_stands(fact, line) for line in shown):
            shown.append(_beside(text, stands.start(), stands.end(), width))
    return shown


def _stands(fact: str, text: str) -> re.Match[str] | None:
    """Where a fact stands in a text on one line: as it is told, or its digits in groups."""
    digits = re.match(r"-?\d{4,}", fact)
    grouped = r"[.,\u00a0\u202f]?".join(digits[0]) if digits else ""
    return re.search(rf"(?<![\w.]){re.escape(fact)}(?!\w)|(?<![\w.,]){grouped or 'a^'}(?!\w)", text)


def _beside(text: str, start: int, end: int, width: int) -> str:
    """A piece of a text on a line, with the words around it."""
    room = max(width - (end - start) - 2, 0)
    first = max(0, min(start - room // 2, len(text) - (end - start) - room))
    last = min(len(text), max(end + room // 2, first + (end - start) + room))
    first = text.find(" ", first, start) + 1 or start if first else 0
    last = max(text.rfind(" ", end, last), end) if last < len(text) else last
    return ("…" if first else "") + folded(text[first:last], width) + ("…" if last < len(text) else "")
