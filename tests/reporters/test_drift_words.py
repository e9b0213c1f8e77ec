"""The change is shown, not what it stands in: hunks of long texts, members of structures, in text, Markdown and HTML."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.finding import Drift, Said
from cassette_tools.reporters import REPORTERS, DriftReport, Provenance, Style
from cassette_tools.reporters._change_lines import change_lines
from cassette_tools.reporters._passages import passages
from cassette_tools.reporters._side_by_side import side_by_side
from cassette_tools.reporters._structure_lines import structure_diff
from cassette_tools.reporters._text_lines import MAX_LINES, word_diff
from cassette_tools.reporters._visible import shown_apart
from cassette_tools.reporters.ink import Ink
from cassette_tools.text_diff import elided, pieces

PROMPT = [f"{number}. Rule {number} of the house is kept by everybody, always." for number in range(1, 61)]
SENTENCE = "If the user writes in Portuguese, answer in Portuguese."


def changed(lines: list[str], **places: str) -> str:
    """The prompt with other lines: ``line_30="…"``."""
    return "\n".join(places.get(f"line_{number}", line) for number, line in enumerate(lines, 1))


def drift(rule: str, message: str, old: Any, new: Any, level: str = "behavior") -> Drift:
    return Drift(rule=rule, level=level, message=message, path="interactions[0].x", origin="request", old=old, new=new)


def report(name: str, finding: Drift, **style: Any) -> str:
    render = REPORTERS[name].diff
    assert render is not None
    pair = DriftReport(
        old_path="old.yaml",
        new_path="new.yaml",
        profile="rerecord",
        provenance=Provenance(),
        findings=(finding,),
        summary={finding.level: 1},
    )
    return render(pair, Style(**style))


# --- hunks -----------------------------------------------------------------------------------------------------------

ONE = changed(PROMPT, line_30=f"{PROMPT[29]} {SENTENCE}")
TWO = changed(PROMPT, line_30=f"{PROMPT[29]} {SENTENCE}", line_50=PROMPT[49].replace("always", "mostly"))


HOUSE = "…the house is kept by everybody, always."
CAME = ["line 30 of 60: " + HOUSE + "{+ If the user writes in", "Portuguese, answer in Portuguese.+}"]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (changed(PROMPT), ONE, CAME),
        (ONE, changed(PROMPT), [line.replace("{+", "[-").replace("+}", "-]") for line in CAME]),
        (changed(PROMPT), TWO, [*CAME, "line 50 of 60: …of the house is kept by everybody, [-always-]{+mostly+}."]),
        (
            " ".join(PROMPT),
            " ".join(PROMPT).replace("Rule 30", "Rule thirty"),
            [
                "character 1,587 of 3,285: …kept by everybody, always. 30. Rule [-30-]{+thirty+}",
                "of the house is kept by everybody,…",
            ],
        ),
        (
            "\n".join(PROMPT),
            "Nothing of it.",
            [
                "[-1. Rule 1 of the house is kept by everybody, always.↵",
                *(f"{line}↵" for line in PROMPT[1:8]),
                "9. Rule 9 of the house is … the house is kept by everybody, always.↵",
                f"{PROMPT[58]}↵",
                "60. Rule 60 of the house is kept by everybody, always-]{+Nothing of it+}.",
            ],
        ),
    ],
    ids=["a sentence came", "a sentence went", "two places", "a text of one line", "another text"],
)
def test_a_long_text_shows_where_it_changed(old: str, new: str, lines: list[str]) -> None:
    assert word_diff(old, new, Ink(False), width=80) == lines


def test_more_places_than_there_is_room_for_are_counted() -> None:
    old = [f"{line}\n" * 4 for line in PROMPT]
    new = [f"{line}\n" * 3 + line.replace("kept", "obeyed") + "\n" for line in PROMPT]
    assert word_diff("".join(old), "".join(new), Ink(False), width=80) == [
        *(
            line
            for number in range(1, 6)
            for line in (
                f"line {4 * number} of 241: {number}. Rule {number} of the house is [-kept-]{{+obeyed+}} by everybody,",
                "always.",
            )
        ),
        "… and 55 more places",
    ]


def test_a_change_of_many_lines_says_how_many_are_not_shown() -> None:
    added = "\n".join(f"({number})" for number in range(100))
    lines = word_diff("\n".join(PROMPT), "\n".join([*PROMPT, added]), Ink(False), width=80)
    assert lines == [f"line 60 of 160: {HOUSE}{{+↵", *(f"({number})↵" for number in range(10)), "… and 90 more lines"]


EDIT = "Edit a file by exact find-and-replace; can also create or delete content. " * 2


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (f"{EDIT}(max 5MB)", f"{EDIT}(max 100KB)", ["k: …content. (max [-5MB-]{+100KB+})"]),
        ([1, 2, 3], [1, 9, 3], ["- k[1]: 2", "+ k[1]: 9"]),
        ([{"b": 1}, {"c": 2}, {"d": 3}], [{"b": 1}, {"d": 3}], ['- k[1]: {"c": 2}']),
        (
            list(range(100)),
            [*range(50), 7, *range(52, 100)],
            ["- k: […46, 47, 48, 49, 50, 51, 52, 53, 54, 55,…]", "+ k: […46, 47, 48, 49, 7, 52, 53, 54, 55,…]"],
        ),
        ("5", 5, ['- k: "5"', "+ k: 5"]),
        ("", None, ['- k: ""', "+ k: null"]),
        ("x y", "x\xa0y", ['- k: "x y"', '+ k: "x\\u00a0y"']),
    ],
    ids=["a description", "a number", "an object went", "numbers", "a type", "empty and null", "a blank"],
)
def test_members_that_changed(old: Any, new: Any, lines: list[str]) -> None:
    assert structure_diff({"k": old, "a": 1}, {"k": new, "a": 1}, Ink(False)) == lines


def test_null_is_a_value_and_absence_is_none() -> None:
    assert structure_diff({"k": None}, {}, Ink(False)) == ["- k: null"]


def test_a_text_that_is_json_is_shown_member_by_member() -> None:
    finding = drift(
        "text-facts-changed", "the text changed", '{"city": "Turin", "days": 2}', '{"city": "Rome", "days": 2}'
    )
    assert change_lines(finding, Ink(False), width=80) == ['- city: "Turin"', '+ city: "Rome"']


@pytest.mark.parametrize(
    ("message", "new", "lines"),
    [
        ("the text changed: days is new: 2", '{"city": "Turin", "days": 2}', []),
        ("the text changed: days is gone: 2", '{"city": "Turin", "days": 2}', ["+ days: 2"]),
        ("the text changed: 1 → 2, 3 → 4 and 2 more", '{"city": "Turin", "days": 2}', ["+ days: 2"]),
    ],
    ids=["said in full", "said otherwise", "said in part"],
)
def test_a_member_is_not_said_twice(message: str, new: str, lines: list[str]) -> None:
    finding = drift("text-facts-changed", message, '{"city": "Turin"}', new)
    assert change_lines(finding, Ink(False), width=80) == lines


def test_media_are_told_by_the_message_alone() -> None:
    old, new = ({"modality": "image", "length": 4, "sha256": digest} for digest in ("ab", "cd"))
    assert change_lines(drift("tool-result-changed", "other bytes", old, new), Ink(False), width=80) == []


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("days 2 → 3, at [1] → []", []),
        ("days 2 → 3 and 1 more", ["- at: [1]", "+ at: []"]),
        ("extra_days 2 → 3, at [1] → []", ["- days: 2", "+ days: 3"]),
    ],
    ids=["all of it is said", "one is not", "another name"],
)
def test_members_that_the_sentence_names_are_not_repeated(message: str, lines: list[str]) -> None:
    finding = drift("tool-arguments-changed", message, {"days": 2, "at": [1]}, {"days": 3, "at": []})
    assert change_lines(finding, Ink(False), width=80) == lines


# --- formats ---------------------------------------------------------------------------------------------------------

FINDING = drift("system-prompt-changed", "the system prompt changed", changed(PROMPT), ONE)


def test_text() -> None:
    assert report("text", FINDING, width=88).splitlines()[5:8] == [
        "  system-prompt-changed  interactions[0].x",
        "    the system prompt changed",
        f"      {CAME[0]}",
    ]


@pytest.mark.parametrize("width", [48, 60, 100, 200])
def test_colour_changes_no_line(width: int) -> None:
    plain, coloured = (report("text", FINDING, width=width, color=color).splitlines() for color in (False, True))
    bare = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured]
    unmarked = [re.sub(r"[{][+]|[+][}]", "", line) for line in plain]
    assert " ".join(bare[7:-2]).split() == " ".join(unmarked[7:-2]).split()
    assert max(len(line) for line in plain[7:-2]) <= width


def test_markdown() -> None:
    lines = report("markdown", FINDING).splitlines()
    start = lines.index("  ```text")
    assert lines[start : start + 4] == [
        "  ```text",
        f"  line 30 of 60: {HOUSE}{{+ If the user writes in Portuguese, answer",
        "  in Portuguese.+}",
        "  ```",
    ]


def test_markdown_shows_what_changed_in_a_structure() -> None:
    finding = drift(
        "tool-definition-changed", "the tool edit", {"description": f"{EDIT}5"}, {"description": f"{EDIT}6"}
    )
    lines = report("markdown", finding).splitlines()
    assert lines[lines.index("  ```text") + 1] == "  description: …delete content. [-5-]{+6+}"


SIDES = re.compile(r'<div class="text">(.*?)</div>', re.DOTALL)


def test_a_page_folds_what_did_not_change() -> None:
    said = report("html", FINDING)
    cells = SIDES.findall(said)
    assert cells[1].startswith('<span class="dim">… 26 lines did not change …\n</span>27. Rule 27 of')
    assert f"always.<ins> {SENTENCE}</ins>\n31. Rule" in cells[1]
    assert cells[1].endswith('always.\n<span class="dim">… 25 lines did not change …</span>')
    assert "<del>" not in cells[0]


@pytest.mark.parametrize(
    ("old", "new", "cells"),
    [
        ("5", 5, ["<del>&#34;5&#34;</del>", "<ins>5</ins>"]),
        (None, "", ["<ins>&#34;&#34;</ins>"]),
        ("null", None, ["<del>&#34;null&#34;</del>"]),
        ("two\nlines", "", ["<del>two\nlines</del>", "<ins>&#34;&#34;</ins>"]),
        ("", '""', ["&#34;&#34;", "&#34;<ins>\\&#34;\\&#34;</ins>&#34;"]),
        ({}, "{}", ["{}", "<ins>&#34;</ins>{}<ins>&#34;</ins>"]),
    ],
    ids=[
        "a number as text",
        "nothing and empty",
        "null as text",
        "a text and nothing",
        "nothing and quotes",
        "JSON as text",
    ],
)
def test_values_that_differ_differ_in_a_page(old: Any, new: Any, cells: list[str]) -> None:
    assert SIDES.findall(report("html", drift("x", "m", old, new))) == cells


@pytest.mark.parametrize(
    ("message", "old", "new", "is_shown"),
    [
        ("max_tokens 400 became 20", 400, 20, False),
        ("the field cost is now 0.5", None, 0.5, False),
        ("choices is now empty", None, [], False),
        ("max_tokens became 20", 400, 20, True),
        ("the stop words changed", ["a"], ["b"], True),
    ],
)
def test_a_page_shows_values_that_the_sentence_does_not_have(message: str, old: Any, new: Any, is_shown: bool) -> None:
    assert bool(SIDES.findall(report("html", drift("x", message, old, new)))) is is_shown


def marked(old: str, new: str) -> list[str | tuple[str, str]]:
    """The passages of two texts: what did not change, and both sides of what did, with [] around it."""

    def side(cells: Any) -> str:
        return "".join(f"[{each.text}]" if each.kind == "changed" else each.text for each in cells)

    return [side(left) if left is right else (side(left), side(right)) for left, right in passages(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a\nb\n", "a\nb\n", ["a\nb"]),
        (
            "a\nit is 3 o'clock\nz\n",
            "a\nit is 4 o'clock\nz\n",
            ["a", ("it is [3] o'clock\n", "it is [4] o'clock\n"), "z"],
        ),
        ("a\nz\n", "a\nnew\nz\n", ["a", ("", "[new\n]"), "z"]),
        ("a\nz\n", "z\n", [("[a\n]", ""), "z"]),
        ("a\nthe end", "a\nthe beginning", ["a", ("the [end]", "the [beginning]")]),
        ("", "new\n", [("", "[new\n]")]),
        ("", "", []),
    ],
    ids=[
        "the same",
        "a word",
        "a line that is new",
        "a line that is gone",
        "no last line end",
        "nothing before",
        "nothing",
    ],
)
def test_a_page_shows_many_lines_in_passages(old: str, new: str, told: list[Any]) -> None:
    assert marked(old, new) == told


def test_a_passage_that_did_not_change_is_shown_by_its_ends() -> None:
    same = "".join(f"line {number}\n" for number in range(1, 41))
    (told, change) = marked(f"{same}old\n", f"{same}new\n")
    assert told == (
        "line 1\nline 2\nline 3\nline 4\nline 5\n… 30 lines did not change …\n"
        "line 36\nline 37\nline 38\nline 39\nline 40"
    )
    assert change == ("[old]\n", "[new]\n")


def test_passages_count_the_changes_that_they_do_not_show() -> None:
    old, new = (
        "".join(f"{word} {number}\nthe line {number} stays as it is\n" for number in range(300)) for word in "ab"
    )
    assert marked(old, new)[-1] == "… and 100 more places"


def test_a_page_counts_the_changes_that_it_does_not_show() -> None:
    old, new = (
        "".join(f"{word} {number} is of x{number}, and so on, and on. " for number in range(500)) for word in ("a", "b")
    )
    left, right = side_by_side(old, new)
    assert (left[-1].text, right[-1].text) == ("… and 300 more places", "… and 300 more places")


# --- what always holds -----------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.text(max_size=30),
    st.text("ab \n\u200b\xa0…", max_size=200),
    st.text(" x␊\n␛\x1b⟨U+20B⟩\u200b", max_size=20),  # what is invisible, and the pictures of it
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(TEXTS, TEXTS, st.integers(0, 90))
def test_texts_that_differ_never_look_alike(old: str, new: str, before: int) -> None:
    assume(old != new)
    around = "lorem ipsum dolor. " * before
    old, new = around + old + around, around + new + around
    lines = "\n".join(word_diff(old, new, Ink(False), width=80))
    assert "[-" in lines or "{+" in lines
    for gone, come in pieces(old, new):
        if gone != come:
            shown = shown_apart(gone, come, 120)
            assert shown[0] != shown[1]
    left, right = side_by_side(old, new)
    assert "".join(cell.text for cell in left) != "".join(cell.text for cell in right)


LINES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=15).map(
    lambda words: "".join(f"{each}\n" for each in words)
)


@given(LINES, LINES)
def test_the_passages_of_two_texts_have_all_their_lines(old: str, new: str) -> None:
    found = passages(old, new)
    for side, text in enumerate((old, new)):
        assert [word for sides in found for cell in sides[side] for word in cell.text.split()] == text.split()
    for left, right in found:
        assert left is right or [cell.text for cell in left] != [cell.text for cell in right]


@given(VALUES, VALUES)
def test_members_that_differ_never_look_alike(old: Any, new: Any) -> None:
    assume(json.dumps(old) != json.dumps(new) and (old != new or type(old) is not type(new)))
    lines = structure_diff({"k": old}, {"k": new}, Ink(False))
    gone, come = ([line[2:] for line in lines if line.startswith(sign)] for sign in ("- ", "+ "))
    assert lines
    assert gone != come or not gone  # a long text is told by its words


@given(
    st.lists(st.sampled_from(["a ", "b. ", "c\n", "dd "]), max_size=300),
    st.lists(st.sampled_from(["a ", "b. ", "e\n"]), max_size=300),
)
def test_the_pieces_of_two_texts_are_the_texts(old: list[str], new: list[str]) -> None:
    found = pieces("".join(old), "".join(new))
    assert "".join(left for left, _ in found) == "".join(old)
    assert "".join(right for _, right in found) == "".join(new)


def million(seed: int) -> str:
    from random import Random

    words = Random(seed)
    return "".join(
        f"{words.randrange(10**6)} is {words.randrange(5000)} of {words.randrange(50)}. " for _ in range(48_000)
    )


MEGABYTES: dict[str, Callable[[], tuple[str, str]]] = {
    "everywhere": lambda: (million(1), million(2)),
    "a word in every sentence": lambda: (million(1), million(1).replace(" is ", " was ")),
    "few words": lambda: ("a b " * 250_000, "b a c " * 166_000),
    "one word": lambda: ("a" * 1_000_000, "a" * 500_000 + "b" + "a" * 500_000),
    "lines": lambda: ("\n" * 1_000_000, "x\n" * 500_000),
}


@pytest.mark.parametrize("texts", MEGABYTES)
def test_texts_of_a_megabyte_take_no_more_than_seconds(texts: str) -> None:
    """Each takes a tenth of a second of a processor; a square of the words would take hours."""
    old, new = MEGABYTES[texts]()
    start = time.process_time()
    assert len(word_diff(old, new, Ink(False), width=80)) <= MAX_LINES
    assert time.process_time() - start < 5


# --- answers ---------------------------------------------------------------------------------------------------------

LONG_OLD = "The town lies at a lake. " * 8 + "It was founded in 1993 by a fisher. " + "Boats go every hour. " * 8
LONG_NEW = "A lake is near. " * 8 + "It was founded in the mid-1990s. " + "Hourly boats. " * 8


def answered(rule: str, message: str, old: str, new: str, **more: Any) -> list[str]:
    said = Said(words=message, facts=more.pop("facts", ((), ())), size=more.pop("size", None))
    finding = replace(drift(rule, message, old, new, **more), said=said)
    return change_lines(finding, Ink(False), width=80)


def test_the_facts_that_the_sentence_names_are_shown() -> None:
    facts = (("1993",), ("mid-1990s",))
    lines = answered("text-facts-changed", "1993 → mid-1990s", LONG_OLD, LONG_NEW, facts=facts)
    assert [line[0] for line in lines] == ["-", "+"]
    assert "1993" in lines[0]
    assert "mid-1990s" in lines[1]


def test_texts_with_little_in_common_are_not_put_side_by_side() -> None:
    assert answered("text-changed", 'another answer: "The town…" → "A lake…"', LONG_OLD, LONG_NEW) == []


def test_what_the_sentence_shows_whole_is_not_repeated() -> None:
    assert answered("text-reworded", '"It is warm." → "It is hot."', "It is warm.", "It is hot.") == []


def test_blanks_beside_words_are_left_out() -> None:
    same = "two three four five six seven eight nine ten"
    lines = word_diff(f"one\n\n{same} old", f"one\n{same} new", Ink(False), width=80)
    assert lines == ["…eight nine ten [-old-]{+new+}"]


def test_an_address_is_never_cut() -> None:
    url = "https://example.org/" + "path/" * 30 + "end"
    text = "word " * 40 + url + " more" * 40
    lines = word_diff("before " + text, "after " + text.replace("end", "END"), Ink(False), width=2000)
    assert url in "".join(lines)
    assert url.replace("end", "END") in "".join(lines)


def test_digits_without_end_are_shortened() -> None:
    lines = word_diff("It is " + "7" * 600 + ".", "It is unknown.", Ink(False), width=200)
    assert lines == [f"It is [-{'7' * 30}…{'7' * 10}-]{{+unknown+}}."]


GONE = {"type": "object", "properties": {"old": {"type": "string"}}}


@pytest.mark.parametrize(
    ("message", "path", "lines"),
    [
        ('the tool edit: items {"old": …  is gone, in 2 calls', GONE, []),
        (
            'the arguments of ls changed: items "one … ee" is gone',
            "one/two/three",
            ['- items: "one/two/three"'],
        ),
        ("the arguments of ls changed: others is gone", GONE, ['- items: {"type": "object", … }']),
    ],
    ids=["the sentence says it", "a text that the sentence cuts", "another member"],
)
def test_a_member_that_came_or_went_is_shown_once(message: str, path: Any, lines: list[str]) -> None:
    found = change_lines(
        drift("tool-definition-changed", message, {"items": path, "kept": 1}, {"kept": 1}), Ink(False), width=80
    )
    assert [line[:12] for line in found] == [line[:12] for line in lines]


def test_of_two_answers_no_sentences_are_set_side_by_side() -> None:
    old = "The first news: a plan for $20 a month was announced in spring by a company in the north of the country."
    new = (
        "Elsewhere people talk of an acquisition; it cost $6.5 billion, they say, and nobody knows what it is good for."
    )
    message = f'another answer: "{old[:20]}" → "{new[:20]}"; $20 → $6.5 billion'
    said = Said(subject="the text", note="", words=message, facts=(("$20",), ("$6.5 billion",)), size=0.1)
    finding = replace(drift("text-changed", message, old, new), said=said)
    assert change_lines(finding, Ink(False), width=80) == []


def test_an_address_is_whole_or_not_there() -> None:
    """It is never cut, and nothing stands for what was not left out."""
    old, new = "https://example.org/u/1", f"https://example.org/{'pictures/' * 8}houseplant.png"
    assert elided(old, new, 78) == (old, new, 1)
