"""What is said of two texts that differ: the words that changed, what became of their facts, how long they are."""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.diff.texts.text import json_document, similarity, without_thinking
from cassette_tools.diff.values.amounts import alike
from cassette_tools.model import ABSENT
from cassette_tools.secrets import secrets_in
from cassette_tools.text_diff import lines_changed, pieces, places_of, without_blanks
from cassette_tools.words import LIMIT, became, opening, short, unquoted, unquoted_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.texts.text import TextChange


def has_thinking(text: str) -> bool:
    """Whether a model's thinking stands in its answer, between marks or before the end mark alone."""
    return without_thinking(text) != text


def last_words(text: str) -> str:
    """With what a text ends, by which one finds where it does."""
    words = text.strip()
    return short(words if len(words) <= _LAST_WORDS else f"…{words[-_LAST_WORDS:].lstrip()}")


_LAST_WORDS = 40  # characters


def note_of(change: TextChange, old: str, new: str, rule: str) -> str:
    """What a rule has to say that may be milder than the change."""
    return answer_note(change, old, new) if rule == change.rule else _wording_note(old, new, change.similarity)


def answer_note(change: TextChange, old: str, new: str) -> str:
    """The difference of two answers in a few words."""
    if change.rule == "text-reworded":
        return _wording_note(old, new, change.similarity)
    if change.other is None or change.rule != "text-changed":
        return text_note(change, old, new)
    if change.other.is_whole:
        counted = f"; {_facts_note(*change.facts)}" if any(change.facts) else ""
        return _refusal(old, new) + _openings(old, new) + counted
    from cassette_tools.diff.texts.wording import is_short, sentence_with

    if is_short(old, new):
        return became(old, new)
    if not change.other.old or not change.other.new:
        said = opening(change.other.old or change.other.new, SENTENCE)
        return f"it {'now' if change.other.new else 'no longer'} says {said}"
    gone, come = change.other.old, change.other.new
    if " " not in gone + come:  # a word alone tells nobody what became of the answer
        gone, come = sentence_with(old, gone), sentence_with(new, come)
    return became(gone, come, SENTENCE) if gone != come else became(change.other.old, change.other.new)


def _refusal(old: str, new: str) -> str:
    """That one of two answers refuses in words."""
    from cassette_tools.diff.texts.wording import is_refused

    refused = is_refused(old), is_refused(new)
    return "" if refused[0] == refused[1] else "the model now refuses, " if refused[1] else "no refusal any more, "


def prompt_note(change: TextChange, old: str, new: str) -> str:
    """What became of the words of a prompt: where they differ, and not which facts do: all of them are instructions."""
    lines = _lines_note(old, new)
    if change.rule == "text-whitespace-changed" and lines:
        return f"only whitespace, {lines}"
    if change.rule in ("text-whitespace-changed", "text-appeared", "text-vanished"):
        return text_note(change, old, new)
    regions = places_of(old, new)
    likeness = similarity(old, new)
    shorter = min(len(old), len(new))
    kept = shorter - sum(min(i2 - i1, j2 - j1) for i1, i2, j1, j2 in regions)
    anew = likeness < _REWRITTEN and (len(regions) > _FEW_PLACES or 2 * kept < shorter)
    if anew and max(len(old), len(new)) > SENTENCE:
        left, right = (short(side.strip(), SENTENCE) for side in (old, new))
        if left != right:
            return f"rewritten ({alike(likeness)}): {left} → {right}"
    at_end = _at_one_end(old, new)
    is_short = len(regions) == 1 and all(max(i2 - i1, j2 - j1) <= _FEW_LETTERS for i1, i2, j1, j2 in regions)
    if at_end or is_short or likeness < _REWRITTEN or not lines:
        return at_end or _wording_note(old, new, likeness, is_prompt=True)
    return lines


def _lines_note(old: str, new: str) -> str:
    """How many lines of a long text of many lines changed: a report shows below which; "" for other texts."""
    count = max(old.count("\n"), new.count("\n")) + 1
    if count < _MANY_LINES or max(len(old), len(new)) <= _READ_AT_ONCE:
        return ""
    gone, come, changed = lines_changed(old, new)
    if not gone and not come:
        return f"{changed:,} of {count:,} lines"
    told = [
        f"{number:,} {what}" for number, what in ((changed, "changed"), (gone, "removed"), (come, "added")) if number
    ]
    first, _, rest = told[0].partition(" ")
    told[0] = f"{first} line{'s' * (first != '1')} {rest}"
    return f"{', '.join(told)} (of {count:,})"


_FEW_LETTERS = 40  # of each side of the only place that changed: a sentence can show it


_MANY_LINES = 10


def _at_one_end(old: str, new: str) -> str:
    """What was put before or behind a prompt, or taken away there; "" when that is not all."""
    longer, shorter, words = (new, old, "it now") if len(new) > len(old) else (old, new, "it no longer")
    if longer.startswith(shorter):
        return f"{words} ends with {short(longer[len(shorter) :].strip(), SENTENCE)}"
    if longer.endswith(shorter):
        return f"{words} begins with {short(longer[: -len(shorter)].strip(), SENTENCE)}"
    return ""


_FEW_PLACES, _REWRITTEN = 2, 0.65  # a text that differs in more places, and is less alike, was written anew


def text_note(change: TextChange, old: str, new: str) -> str:
    """The difference of two texts in a few words."""
    if change.items:
        return change.items
    if change.rule == "text-whitespace-changed":
        return f"only whitespace, {became(old, new, 30)}"
    if change.rule in ("text-appeared", "text-vanished"):
        return became(old if old.strip() else ABSENT, new if new.strip() else ABSENT)
    lost, gained = _without_secrets(change.facts[0], old), _without_secrets(change.facts[1], new)
    is_data = json_document(old) is not None and json_document(new) is not None
    if is_data and (apart := _members_apart(lost, gained)):
        return apart
    if bool(lost) != bool(gained):
        passage = _members(lost or gained, gone=bool(lost)) if is_data else _passage(old, new, lost or gained)
        if passage:
            return passage
        if not is_data and _is_mostly_there((lost or gained)[0], new if lost else old):
            return became(old, new, SENTENCE)
    if lost and not gained and similarity(old, new) < ANOTHER and not old.startswith(new.strip()):
        return _openings(old, new)  # what is gone alone does not say what stands there now
    return _facts_note(lost, gained) if lost or gained else _wording_note(old, new, change.similarity)


def _is_mostly_there(fact: str, text: str) -> bool:
    """Whether most words of a passage of code stand in a text: then it is not gone, but changed."""
    spoken, there = fact.split(), {*text.split()}
    return len(spoken) >= _A_SENTENCE and 2 * sum(word in there for word in spoken) >= len(spoken)


def _passage(old: str, new: str, facts: tuple[str, ...]) -> str:
    """Which sections or sentences are gone, or new, where all that differs is in them; "" where more differs, or so
    little that the facts tell it.
    """
    found = without_blanks(pieces(old, new))
    is_gone = not any(right.strip() for left, right in found if left != right)
    if not is_gone and any(left.strip() for left, right in found if left != right):
        return ""
    passage = "\n".join(left if is_gone else right for left, right in found if left != right)
    if len(passage.split()) < _A_SENTENCE:
        return ""
    headed = [next(filter(None, match)) for match in re.findall(_HEADED, passage)]
    if headed and len(facts) > 1:
        more = f" and {len(headed) - _MOST_FACTS} more" if len(headed) > _MOST_FACTS else ""
        names = ", ".join(short(name.strip(" *:#")) for name in headed[:_MOST_FACTS])
        plural = len(headed) > 1
        return f"the section{'s' * plural} {names}{more} {'are' if plural else 'is'} {'gone' if is_gone else 'new'}"
    said = opening(" ".join(passage.strip(" .,;").split()), SENTENCE)
    return f"it {'no longer' if is_gone else 'now'} says {said}"


def _members(facts: tuple[str, ...], *, gone: bool) -> str:
    """Of data in which one member came or went, or one in each element of a list: its name, and what it says."""
    names = {re.sub(r"\[\d+\]", "[]", fact.partition("=")[0]) for fact in facts}
    values = [fact.partition("=")[2] for fact in facts]
    more = f" and {len(values) - _MOST_FACTS} more" if len(values) > _MOST_FACTS else ""
    if len(names) > 1:
        return ""
    return f"{names.pop()} is {'gone' if gone else 'new'}: {', '.join(map(_readable, values[:_MOST_FACTS]))}{more}"


def _members_apart(lost: tuple[str, ...], gained: tuple[str, ...]) -> str:
    """Of data in which few members came or went and others changed: first what came and went, then the others; "" where
    that is not so.
    """
    names = [[re.sub(r"\[\d+\]", "[]", fact.partition("=")[0]) for fact in side] for side in (lost, gained)]
    come, gone = ([name for name in dict.fromkeys(side) if name not in other] for side, other in (names[::-1], names))
    changed = [
        tuple(fact for fact, name in zip(facts, side, strict=True) if name not in (*come, *gone))
        for facts, side in zip((lost, gained), names, strict=True)
    ]
    if not (come or gone) or len(come) + len(gone) > _MOST_FACTS or not any(changed):
        return ""
    lone = [(name, gained, names[1], False) for name in come] + [(name, lost, names[0], True) for name in gone]
    told = [
        _members(tuple(fact for fact, each in zip(facts, side, strict=True) if each == name), gone=is_gone)
        for name, facts, side, is_gone in lone
    ]
    return "; ".join((*told, _facts_note(*changed)))


_A_SENTENCE = 6  # words


_HEADED = r"(?m)^#+ ++(.*\S)[^\S\n]*$|^\*\*([^*\n]+)\*\*:?[^\S\n]*$"


@lru_cache(maxsize=1024)  # every later request of a conversation repeats what was said
def _wording_note(old: str, new: str, likeness: float, *, is_prompt: bool = False) -> str:
    """Where two texts of the same facts differ; of long ones also how long they are where that differs much, and how
    much of a prompt stayed (no share of an answer: what says the same in other words may have no word in common).
    """
    whole = _words_note(old, new, likeness, is_prompt=is_prompt)
    end = "" if is_prompt else _end_apart(old, new)
    if not end or end[-_SEEN:] in whole.replace('\\"', '"'):
        return whole
    is_long = max(len(old), len(new)) > _READ_AT_ONCE
    left, right = (side.rstrip().removesuffix(end).rstrip() for side in (old, new))
    words = f"it {'now' if right != new.rstrip() else 'no longer'} ends with {opening(end, SENTENCE)}"
    return words if left == right else f"{whole if is_long else _words_note(left, right, likeness)}; {words}"


_SEEN = 20  # characters of the end of a sentence: where they are shown, so is the most of it


def _words_note(old: str, new: str, likeness: float, *, is_prompt: bool = False) -> str:
    longest = max(len(old), len(new))
    share = f" ({alike(likeness)})" if longest > _READ_AT_ONCE and is_prompt else ""
    much = longest > _READ_AT_ONCE and longest >= _MUCH * min(len(old), len(new))
    if much or (longest > SENTENCE and likeness < ANOTHER):
        return _openings(old, new) + share
    said = became(old, new, SENTENCE)
    whole = " … " in said and len(old) + len(new) <= _READ_WHOLE and not is_prompt
    return (became(old, new, max(len(old), len(new)) + 2) if whole else said) + share


def _end_apart(old: str, new: str) -> str:
    from cassette_tools.diff.texts.wording import last_sentence_apart

    return last_sentence_apart(old, new)


def _openings(old: str, new: str) -> str:
    """How two texts begin that have little in common, and how long they are where one is much longer."""
    sizes = sorted((len(old), len(new)))
    size = ""
    if sizes[1] > _READ_AT_ONCE and sizes[1] >= _MUCH * sizes[0]:
        much = "much " if sizes[1] >= 2 * _MUCH * sizes[0] else ""
        size = f"{much}{'shorter' if len(new) < len(old) else 'longer'} ({len(old):,} → {len(new):,} characters): "
    before, after = opening(old, SENTENCE), opening(new, SENTENCE)
    return size + (f"{before} → {after}" if before != after else became(old, new, SENTENCE))


ANOTHER = 0.5  # texts with fewer words in common have little to do with each other


_READ_WHOLE = 200  # characters of both sides of an answer that is shown whole rather than with a hole in it


_READ_AT_ONCE = 400  # characters: of a longer text one wants to know first how much stayed


_MUCH = 1.5  # times as long


SENTENCE = 80  # characters of each side of a text: about a sentence


_MOST_FACTS = 3


def _without_secrets(facts: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Facts as they may be shown: of one that is a piece of a secret, the secret's kind."""
    for secret in secrets_in(text):
        token = text[secret.start : secret.end]
        facts = tuple(f"{secret.shown}…" if fact in token or token in fact else fact for fact in facts)
    return tuple(dict.fromkeys(facts))


def _facts_note(lost: tuple[str, ...], gained: tuple[str, ...]) -> str:
    """``30 °C → 31 °C``; ``it now says 5`` and ``it no longer says 5`` where only one side has facts of its own."""
    gone, come = (", ".join(map(_readable, side[:_MOST_FACTS])) for side in (lost, gained))
    more = max(len(lost), len(gained)) - _MOST_FACTS
    rest = f" and {more} more" if more > 0 else ""
    if not gained:
        return f"it no longer says {unquoted(gone)}{rest}"
    if lost == gained:
        return f"{unquoted(gone)} → {unquoted(come)} (another secret){rest}"
    if not lost:
        return f"it now says {unquoted(come)}{rest}"
    return " → ".join(unquoted_pair(gone, come)) + rest


def _readable(fact: str) -> str:
    """A fact without what nobody reads: the digits in the middle of hundreds."""
    return fact if len(fact) <= LIMIT or " " in fact or "/" in fact else f"{fact[:16]}…{fact[-8:]}"
