"""What is said of two texts that differ: the words that changed, what became of their facts, how long they are."""

from __future__ import annotations

import re
from functools import lru_cache

from cassette_tools.diff.texts.fenced import data_in
from cassette_tools.diff.texts.text import similarity, without_thinking
from cassette_tools.diff.values.amounts import alike
from cassette_tools.model import ABSENT
from cassette_tools.secrets import secrets_in
from cassette_tools.text_diff import besides_blanks, lines_changed, pieces, places_of, repeated, without_blanks
from cassette_tools.words import LIMIT, became, opening, short, unquoted, unquoted_pair

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cassette_tools.diff.texts.text import TextChange
    from cassette_tools.diff.texts.wording import OtherAnswer


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
        return _refusal(old, new) + openings(old, new) + counted
    from cassette_tools.diff.texts.wording import is_short

    return became(old, new) if is_short(old, new) else _other_note(change.other, old, new)


def _other_note(other: OtherAnswer, old: str, new: str) -> str:
    """The words of two answers that make one of them another answer."""
    gone, come = other.old, other.new
    if not gone or not come:
        return f"it {'now' if come else 'no longer'} says {opening(gone or come, SENTENCE)}"
    if not (_stands_in(old, gone) and _stands_in(new, come)):
        return f"{openings(old, new)}; {gone} → {come}"  # words from many places are no quotation
    if " " in gone + come:
        return became(gone, come, SENTENCE)
    from cassette_tools.diff.texts.wording import sentence_with

    # A word alone tells nobody what became of the answer.
    sentences = sentence_with(old, gone), sentence_with(new, come)
    return became(*sentences, SENTENCE) if sentences[0] != sentences[1] else became(gone, come)


def _stands_in(text: str, words: str) -> bool:
    """Whether a text contains these words in a row."""
    return " ".join(words.split()).lower() in " ".join(text.split()).lower()


def _refusal(old: str, new: str) -> str:
    """That one of two answers refuses in words."""
    from cassette_tools.diff.texts.refusals import is_refused

    refused = is_refused(old), is_refused(new)
    return "" if refused[0] == refused[1] else "the model now refuses, " if refused[1] else "no refusal any more, "


def prompt_note(change: TextChange, old: str, new: str) -> str:
    """What became of the words of a prompt: where they differ, and not which facts do: all of them are instructions."""
    lines = _lines_note(old, new)
    blank = _blank_note(change.rule, old, new, lines)
    if blank:
        return blank
    besides = _mostly_blank_note(old, new) if lines else ""
    if besides:
        return besides
    spans = [(i2 - i1, j2 - j1) for i1, i2, j1, j2 in places_of(old, new)]
    likeness = similarity(old, new)
    is_short = len(spans) == 1 and max(spans[0]) <= _FEW_LETTERS
    return (
        _rewritten_note(old, new, likeness, spans)
        or _at_one_end(old, new)
        or ("" if is_short or likeness < _REWRITTEN else lines)
        or _wording_note(old, new, likeness, is_prompt=True)
    )


def _rewritten_note(old: str, new: str, likeness: float, spans: Sequence[tuple[int, int]]) -> str:
    """How two long texts begin of which one was written anew, given how long each place is on either side in which they
    differ; "" for others.
    """
    shorter, longer = sorted((len(old), len(new)))
    kept = shorter - sum(map(min, spans))
    is_anew = likeness < _REWRITTEN and (len(spans) > _FEW_PLACES or 2 * kept < shorter)
    if not is_anew or longer <= SENTENCE:
        return ""
    left, right = (short(side.strip(), SENTENCE) for side in (old, new))
    return f"rewritten ({alike(likeness)}): {left} → {right}" if left != right else ""


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


def _mostly_blank_note(old: str, new: str) -> str:
    """What changed of a text of many lines besides its blanks, where these changed in many lines and little else did;
    "" for any other.
    """
    others = besides_blanks(old, new)
    letters = sum(len(side) for piece in others for side in piece)
    if not 0 < len(others) <= _FEW_PLACES or letters > _FEW_LETTERS or sum(lines_changed(old, new)) <= _MANY_LINES:
        return ""
    return f"only whitespace, but for {' and '.join(_besides(*piece) for piece in others)}"


def _besides(old: str, new: str) -> str:
    """``"a" → "b"``; of what came or went, only that."""
    if old and new:
        return became(old, new)
    return f"{short(old or new)}, which is {'gone' if old else 'new'}"


_FEW_LETTERS = 40  # of each side of the only place that changed: a sentence can show it


_MANY_LINES = 10


def _at_one_end(old: str, new: str) -> str:
    """What was put before or behind a prompt, or taken away there; "" when that is not all."""
    longer, shorter, words = (new, old, "it now") if len(new) > len(old) else (old, new, "it no longer")
    added = longer.removeprefix(shorter) if longer.startswith(shorter) else longer.removesuffix(shorter)
    again = repeated(added) if len(added) == len(longer) - len(shorter) else None
    if again is not None and again[0].strip() in shorter:
        number = f"{again[1]:,} {'more' if longer is new else 'fewer'}"
        return f"{short(again[0].strip(), SENTENCE)} appears {number} times"
    if longer.startswith(shorter):
        return f"{words} ends with {short(longer[len(shorter) :].strip(), SENTENCE)}"
    if longer.endswith(shorter):
        return f"{words} begins with {short(longer[: -len(shorter)].strip(), SENTENCE)}"
    return ""


_FEW_PLACES, _REWRITTEN = 2, 0.65  # a text that differs in more places, and is less alike, was written anew


def text_note(change: TextChange, old: str, new: str) -> str:
    """The difference of two texts in a few words."""
    known = change.items or _blank_note(change.rule, old, new)
    if known:
        return known
    lost, gained = _without_secrets(change.facts[0], old), _without_secrets(change.facts[1], new)
    if not lost and not gained:
        return _wording_note(old, new, change.similarity)
    of_members = all("=" in fact for fact in (*lost, *gained))  # and none of the words around them
    is_data = of_members and data_in(old) is not None and data_in(new) is not None
    if lost and gained:
        return (_members_apart(lost, gained) if is_data else "") or _facts_note(lost, gained)
    return _one_sided_note(old, new, lost, gained, is_data=is_data)


def _blank_note(rule: str, old: str, new: str, lines: str = "") -> str:
    """What is said of blanks alone (by the lines that differ, where they are known), and of a text beside none; "" for
    other changes.
    """
    if rule == "text-whitespace-changed":
        return f"only whitespace, {lines or became(old, new, 30)}"
    if rule in ("text-appeared", "text-vanished"):
        return became(old if old.strip() else ABSENT, new if new.strip() else ABSENT)
    return ""


def _one_sided_note(old: str, new: str, lost: tuple[str, ...], gained: tuple[str, ...], *, is_data: bool) -> str:
    """What is said of two texts of which only one has facts of its own."""
    facts = lost or gained
    passage = _members(facts, gone=bool(lost)) if is_data else _passage(old, new, facts)
    if passage:
        return passage
    if not is_data and _is_mostly_there(facts[0], new if lost else old):
        return became(old, new, SENTENCE)
    if lost and similarity(old, new) < ANOTHER and not old.startswith(new.strip()):
        return openings(old, new)  # what is gone alone does not say what stands there now
    return _facts_note(lost, gained)


def _is_mostly_there(fact: str, text: str) -> bool:
    """Whether most words of a passage of code stand in a text: then it is not gone, but changed."""
    spoken, there = fact.split(), {*text.split()}
    return len(spoken) >= _A_SENTENCE and 2 * sum(word in there for word in spoken) >= len(spoken)


def _passage(old: str, new: str, facts: tuple[str, ...]) -> str:
    """Which sections or sentences are gone, or new, where all that differs is in them; "" where more differs, or so
    little that the facts tell it.
    """
    gone, come = _words_apart(old, new)
    is_gone = not come.strip()
    passage, other = (gone, come) if is_gone else (come, gone)
    if other.strip() or len(passage.split()) < _A_SENTENCE:
        return ""
    sections = [next(filter(None, match)) for match in re.findall(_HEADED, passage)]
    if sections and len(facts) > 1:
        return _sections_note(sections, is_gone=is_gone)
    said = opening(" ".join(passage.strip(" .,;").split()), SENTENCE)
    return f"it {'no longer' if is_gone else 'now'} says {said}"


def _words_apart(old: str, new: str) -> tuple[str, str]:
    """What each text has in the places where they differ."""
    apart = [(left, right) for left, right in without_blanks(pieces(old, new)) if left != right]
    return "\n".join(left for left, _ in apart), "\n".join(right for _, right in apart)


def _sections_note(headings: Sequence[str], *, is_gone: bool) -> str:
    """``the sections Weather, Tides are gone``."""
    names = ", ".join(short(name.strip(" *:#")) for name in headings[:_MOST_FACTS])
    verb, end = ("are", "s") if len(headings) > 1 else ("is", "")
    return f"the section{end} {names}{_and_more(len(headings))} {verb} {'gone' if is_gone else 'new'}"


def _and_more(count: int) -> str:
    """How many are left of so many, after those that are shown."""
    return f" and {count - _MOST_FACTS} more" if count > _MOST_FACTS else ""


def _members(facts: Sequence[str], *, gone: bool) -> str:
    """Of data in which one member came or went, or one in each element of a list: its name, and what it says."""
    by_name = _by_member(facts)
    if len(by_name) > 1:
        return ""
    values = [fact.partition("=")[2] for fact in facts]
    shown = ", ".join(map(_readable, values[:_MOST_FACTS]))
    return f"{next(iter(by_name))} is {'gone' if gone else 'new'}: {shown}{_and_more(len(values))}"


def _by_member(facts: Iterable[str]) -> dict[str, list[str]]:
    """The facts of data by the name of the member that says them."""
    found: dict[str, list[str]] = {}
    for fact in facts:
        found.setdefault(_member_of(fact), []).append(fact)
    return found


def _member_of(fact: str) -> str:
    """The name of the member that says a fact, which is one for all elements of a list."""
    return re.sub(r"\[\d+\]", "[]", fact.partition("=")[0])


def _of_members(facts: Iterable[str], names: Collection[str]) -> tuple[str, ...]:
    return tuple(fact for fact in facts if _member_of(fact) in names)


def _members_apart(lost: tuple[str, ...], gained: tuple[str, ...]) -> str:
    """Of data in which few members came, went or have another name, and others changed: the others last; "" where that
    is not so.
    """
    before, after = _by_member(lost), _by_member(gained)
    renamed = _renamed(before, after)
    come = [name for name in after if name not in {*before, *renamed.values()}]
    gone = [name for name in before if name not in {*after, *renamed}]
    shared = before.keys() & after.keys()
    is_told = bool(renamed) or (bool(shared) and bool(come or gone))
    if not is_told or len(come) + len(gone) > _MOST_FACTS:
        return ""
    told = [f"{old} is now called {new}" for old, new in renamed.items()]
    told += [_members(after[name], gone=False) for name in come] + [_members(before[name], gone=True) for name in gone]
    rest = [_facts_note(_of_members(lost, shared), _of_members(gained, shared))] if shared else []
    return "; ".join((*told, *rest))


def _renamed(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> dict[str, str]:
    """What each member is called now that is gone under its old name, and has come with the same values under another;
    where several have the same values nobody knows which is which.
    """
    gone, come = (
        {name: _values(side[name]) for name in side if name not in other}
        for side, other in ((before, after), (after, before))
    )
    found: dict[str, str] = {}
    for name, values in gone.items():
        alike = [other for other, said in come.items() if said == values]
        if len(alike) == 1 and [*gone.values()].count(values) == 1:
            found[name] = alike[0]
    return found


def _values(facts: Iterable[str]) -> list[str]:
    return [fact.partition("=")[2] for fact in facts]


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
        return openings(old, new) + share
    said = became(old, new, SENTENCE)
    whole = " … " in said and len(old) + len(new) <= _READ_WHOLE and not is_prompt
    return (became(old, new, max(len(old), len(new)) + 2) if whole else said) + share


def _end_apart(old: str, new: str) -> str:
    from cassette_tools.diff.texts.wording import last_sentence_apart

    return last_sentence_apart(old, new)


def openings(old: str, new: str) -> str:
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
    rest = _and_more(max(len(lost), len(gained)))
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
