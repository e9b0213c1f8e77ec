"""The findings of many recordings by what they have in common: one cause, one rule and one sentence, whatever values.

Two findings belong together when their sentences are the same without their values (`_template`). What an endpoint that
is no model answers otherwise (a search) is one group, whatever its fields. The edit of a system prompt is told by the
words that it put in and took out, which prompts that differ elsewhere share.
"""

from __future__ import annotations

import re
from itertools import islice, takewhile

from cassette_tools.data.drift import LEVELS
from cassette_tools.data.telling import standing
from cassette_tools.finding import fingerprint
from cassette_tools.reporters import Group, Member
from cassette_tools.secrets.hiding import hidden
from cassette_tools.words import cut, words_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from cassette_tools.finding import Drift
    from cassette_tools.reporters import DriftReport

    Found = tuple[str, Drift]  # the new path of a pair, and a finding of it
    Others = dict[tuple[str, str], tuple[str, str]]  # by path and interaction: the provider and the model

_BY_FIELD = ("wire-", "event-type-", "usage-detail-", "header-")  # a field came or went, whatever value it has
_EDITED = ("system-prompt-changed",)
_SHOWN = 240  # characters of an edit


def groups_of(reports: Iterable[DriftReport], alone: Iterable[Drift] = ()) -> tuple[Group, ...]:
    """The groups of all findings above noise, the graver first, then by `standing`, then the more frequent; `alone` are
    of no pair.
    """
    known = tuple(reports)
    found: dict[Hashable, list[Found]] = {}
    edits, others = _Edits(), _others(known)
    for path, finding in _findings(known, alone):
        found.setdefault(_key(finding, edits), []).append((path, finding))
    groups = [_group(each, edits, others) for each in found.values()]
    return tuple(sorted(groups, key=_place))


def _others(reports: Iterable[DriftReport]) -> Others:
    """The provider and the model of calls that differ from most of their recording: a small model writes the title."""
    return {
        (report.new_path, f"interactions[{at}]"): asked
        for report in reports
        for at, asked in enumerate(report.asked_each)
        if asked not in (("", ""), report.asked)
    }


def _asked(path: str, finding: Drift, others: Others) -> tuple[str, str]:
    """The provider and model of a finding's call, if they differ. A finding on the old side looks at the old calls."""
    call = finding.path.partition(".")[0]
    return ("", "") if finding.new_location is None else others.get((path, call), ("", ""))


def _place(group: Group) -> tuple[int, int, int]:
    return LEVELS.index(group.level), standing(group.rule), -len(group.pairs)


def _findings(reports: Iterable[DriftReport], alone: Iterable[Drift]) -> Iterator[Found]:
    for report in reports:
        yield from ((report.new_path, each) for each in report.findings if each.level != "noise")
    for each in alone:
        place = each.new_location or each.old_location
        if each.level != "noise" and place is not None:
            yield place.path, each


def _key(finding: Drift, edits: _Edits) -> Hashable:
    said = finding.said
    if said is not None and said.endpoint and _is_answer(finding):
        return "endpoint", said.endpoint
    key = finding.rule, finding.level, finding.cause
    if said is not None and finding.rule.startswith(_BY_FIELD):
        return (*key, said.subject)
    if _is_edit(finding) and edits.of(finding):
        return finding.rule, edits.key(finding)  # one edit is one change, however grave it is for each recording
    return (*key, _template(_words_of(finding)))


def _is_answer(finding: Drift) -> bool:
    return finding.origin != "request" and finding.rule not in ("interaction-added", "interaction-removed")


def _is_edit(finding: Drift) -> bool:
    return finding.rule in _EDITED and isinstance(finding.old, str) and isinstance(finding.new, str)


def _words_of(finding: Drift) -> str:
    return finding.message if finding.said is None else finding.said.words


def _group(found: Sequence[Found], edits: _Edits, others: Others) -> Group:
    first = min((finding for _, finding in found), key=lambda each: LEVELS.index(each.level))
    said = [_words_of(finding) for _, finding in found]
    head, tail = _around(said)
    template, message = _sentences(first, said, edits)
    subject = first.said.subject if first.said is not None else first.path
    return Group(
        id=fingerprint(first.rule, first.level, first.cause, template),
        level=first.level,
        rule=first.rule,
        template=template,
        message=message,
        cause=first.cause,
        subject=subject,
        members=tuple(
            Member(
                pair=path,
                fingerprint=finding.fingerprint,
                own=words[len(head) : len(words) - len(tail)].strip(),
                evidence=finding.evidence,
                level=finding.level,
                asked=_asked(path, finding, others),
            )
            for (path, finding), words in zip(found, said, strict=True)
        ),
        example=first,
        whole=len(set(said)) == 1 or first.rule.startswith(_BY_FIELD) or _is_edit(first),
    )


def _sentences(first: Drift, said: Sequence[str], edits: _Edits) -> tuple[str, str]:
    """The template of a group, and what is told of it."""
    if first.said is not None and first.said.endpoint and _is_answer(first):
        words = f"{first.said.endpoint} (no model) answers otherwise"
        return words, words if len(set(said)) > 1 else said[0]
    if _is_edit(first):
        words = edits.in_words(first)
        return words, words
    head, tail = _around(said)
    whole = head if head == said[0] else f"{head}…{_gap(tail)}{tail}"
    return _template(said[0]), whole


def _gap(tail: str) -> str:
    """A blank between ``…`` and a word."""
    return " " if tail[:1].isalnum() or tail.startswith("(") else ""


# --- sentences without their values ----------------------------------------------------------------------------------

_VALUES = re.compile(
    r'(?<!\\)"(?:[^"\\]|\\.)*"'  # a text
    r"|[{\[](?=[^{}\[\]]*[\"…\d])[^{}\[\]]*[}\]]"  # an object, a list
    r"|(?<!\S)\S++(?= (?:→|became|instead of) )|(?<=→ )\S+|(?<=became )\S+|(?<=it was )\S+"  # what became of what
    r"|[×$€-]?\d[\d,.…]*\w*%?"  # an amount
)


def _template(words: str) -> str:
    """A sentence with ``…`` in the place of its values."""
    return re.sub(r"…(?:[ ,…]*…)+", "…", _VALUES.sub("…", words))


def _around(said: Sequence[str]) -> tuple[str, str]:
    """The common beginning and the common end of some sentences, in whole words and whole quotations. If all are equal,
    the beginning is the whole sentence.
    """
    if len(set(said)) == 1:
        return said[0], ""
    words = [words_in(each) for each in set(said)]
    begin = _words_at_the_beginning(words)
    end = _words_at_the_end(words, min(map(len, words)) - begin)
    return "".join(words[0][:begin]), "".join(words[0][len(words[0]) - end :])


def _words_at_the_beginning(words: Sequence[Sequence[str]]) -> int:
    """How many words all of some sentences begin with. An old and a new value stay together."""
    count = sum(1 for _ in takewhile(_are_one, zip(*words, strict=False)))
    is_within = any(_is_arrow(each[count]) for each in words if len(each) > count)
    return count - 1 if count and is_within else count


def _words_at_the_end(words: Sequence[Sequence[str]], room: int) -> int:
    """How many words all of some sentences end with, at most."""
    backwards = islice(zip(*(reversed(each) for each in words), strict=False), room)
    count = sum(1 for _ in takewhile(_are_one, backwards))
    one = words[0]
    while count and (_is_arrow(one[-count]) or (count < len(one) and _is_arrow(one[-count - 1]))):
        count -= 1
    return count


def _are_one(words: Sequence[str]) -> bool:
    return len(set(words)) == 1


def _is_arrow(word: str) -> bool:
    return word.strip() == "→"


# --- edits of long texts ---------------------------------------------------------------------------------------------


class _Edits:
    """What was taken out of a text and put in; prompts of many recordings are the same, and looked at once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def of(self, finding: Drift) -> tuple[tuple[str, str], ...]:
        """The places that differ: what stood there, and what stands there."""
        texts = finding.old, finding.new
        if texts not in self._known:
            from cassette_tools.text_diff import pieces, without_blanks

            found = without_blanks(pieces(*texts))
            self._known[texts] = tuple((left, right) for left, right in found if left != right)
        return self._known[texts]

    def key(self, finding: Drift) -> Hashable:
        """Equal for the same words put in or taken out, whatever joins them to what stands beside them."""
        return tuple((_without_joints(left), _without_joints(right)) for left, right in self.of(finding))

    def in_words(self, finding: Drift) -> str:
        """``the system prompt lost "Answer in English."``; of several places the first, and how many there are."""
        subject = finding.said.subject if finding.said is not None else "the text"
        if not self.of(finding):
            return _words_of(finding)
        gone, come = self.of(finding)[0]
        more = len(self.of(finding)) - 1
        others = f", and {more} more place{'s' * (more > 1)} changed" if more else ""
        if not (gone + come).strip():
            return _words_of(finding)
        if _is_put_in(come, gone):
            return f"{subject} lost {_quoted(_begun(gone))}{others}"
        if _is_put_in(gone, come):
            return f"{subject} gained {_quoted(_begun(come))}{others}"
        return f"{subject} changed: {_quoted(gone)} → {_quoted(come)}{others}"


_MARKS = ".,;:!?–—。，、；：！？"  # that join a sentence to the text that it is put into
_JOINT = re.compile(rf"^\s*+(?:[{_MARKS}]++(?:\s++|$)|[。，、；：！？]++)?+")  # the mark of ".5" is none


def _begun(text: str) -> str:
    """Words as they would stand alone: without what joins them to the text before, and with the end of their own."""
    return _JOINT.sub("", text, count=1) or text


def _without_joints(text: str) -> str:
    """The words of an edit; what is nothing but joints is an edit of these."""
    return " ".join(_begun(text).rstrip(f"{_MARKS} \n").split()) or text


def _is_put_in(nothing: str, words: str) -> bool:
    """Whether one side of an edit has nothing, or only a mark where the other has a mark and words."""
    return not nothing.strip() or (not nothing.strip(f"{_MARKS} \n") and bool(words.strip(f"{_MARKS} \n")))


def _quoted(text: str) -> str:
    return f'"{cut(hidden(" ".join(text.split())), _SHOWN)}"'
