"""What a person reads, to the character."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.errors import SourceError
from cassette_tools.finding import Drift, Finding, Fix, Location, Region
from cassette_tools.printable import json_text, printable
from cassette_tools.reporters import REPORTERS, DriftReport, LintReport, Provenance, Style
from cassette_tools.reporters._structure_lines import structure_diff
from cassette_tools.reporters._text_lines import word_diff
from cassette_tools.reporters.ink import Ink


def at(line: int, column: int = 1, path: str = "new.yaml") -> Location:
    return Location(path=path, region=Region(line=line, column=column, end_line=line, end_column=column + 1))


def lint_text(report: LintReport, style: Style | None = None) -> str:
    render = REPORTERS["text"].lint
    assert render is not None
    return render(report, style or Style())


def diff_text(*findings: Drift, style: Style | None = None, **more: Any) -> str:
    render = REPORTERS["text"].diff
    assert render is not None
    levels = ("breaking", "behavior", "shape", "cosmetic", "noise")
    report = DriftReport(
        old_path="old.yaml",
        new_path="new.yaml",
        profile=more.get("profile", "rerecord"),
        provenance=more.get("provenance", Provenance()),
        findings=findings,
        summary={level: sum(each.level == level for each in findings) for level in levels},
    )
    return render(report, style or Style())


FINDING = Finding(
    rule="stream-truncated",
    level="error",
    message="the stream ends\x1b[31m early",
    location=at(7, 3, "a.yaml"),
    interaction=0,
    related=(at(8), at(9), at(9)),
    fix=Fix(applicability="safe", description="add the end"),
    fingerprint="0",
)


def test_lint() -> None:
    assert lint_text(LintReport(files=2, findings=(FINDING,))) == (
        "a.yaml:7:3: error stream-truncated: the stream ends␛[31m early\n"
        "    also at lines 8, 9\n"
        "    fix (safe): add the end\n"
        "1 finding (1 error) in 2 files"
    )
    assert lint_text(LintReport(files=1, findings=())) == "no findings in 1 file"
    broken = LintReport(files=1, findings=(), errors=(SourceError("x"),))
    assert lint_text(broken) == "no findings in 1 file (1 more could not be read)"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ((8,), "line 8"),
        ((8, 8), "line 8"),
        ((8, 9, 11), "lines 8, 9, 11"),
        ((8, 9, 9, 11, 30), "lines 8, 9, 11, 30"),
        ((8, 9, 9, 11, 30, 31), "lines 8, 9, 11 and 2 more"),
        (range(100, 158), "lines 100, 101, 102 and 55 more"),
    ],
)
def test_the_first_lines_and_how_many_more(lines: Iterable[int], words: str) -> None:
    finding = replace(FINDING, related=tuple(at(line) for line in lines))
    assert lint_text(LintReport(files=1, findings=(finding,))).splitlines()[1] == f"    also at {words}"


def test_lint_in_colour() -> None:
    assert lint_text(LintReport(files=1, findings=(FINDING,)), Style(color=True)).splitlines()[0] == (
        "\x1b[1ma.yaml\x1b[0m:7:3: \x1b[1;31merror\x1b[0m \x1b[1mstream-truncated\x1b[0m: the stream ends␛[31m early"
    )


TEXT = Drift(
    rule="text-facts-changed",
    level="behavior",
    message="a number differs: 30 became 31",
    path="interactions[0].response.output_messages[0].text",
    origin="response",
    cause="model",
    evidence="model",
    old="It is 30 degrees in Lisbon,\nand sunny.",
    new="It is 31 degrees in Lisbon,\nand sunny.",
    old_location=at(5, path="old.yaml"),
    new_location=at(6),
)
ARGUMENTS = Drift(
    rule="tool-arguments-changed",
    level="behavior",
    message="get_weather is called with another city",
    path="interactions[0].response.output_messages[0].tool_calls[0].arguments",
    origin="response",
    old={"city": "Lisbon", "days": 1},
    new={"city": "Porto", "days": 1, "unit": "C"},
    new_location=at(9),
)
NOISE = Drift(rule="id-renamed", level="noise", message="an id", path="interactions[0].response.id", origin="response")


def test_diff() -> None:
    provenance = Provenance(
        sdk=(("Go 1",), ("Go 2",)), provider_name=(("openai",), ("openai",)), request_model=((), ("m",))
    )
    assert diff_text(TEXT, ARGUMENTS, NOISE, provenance=provenance, profile="sdk-upgrade") == (
        "old             old.yaml\n"
        "new             new.yaml\n"
        "SDK             Go 1 → 2\n"
        "provider        openai (the same)\n"
        "model asked     none → m\n"
        "compared as     sdk-upgrade (another SDK version: how requests are written may differ)\n"
        "\n"
        "behavior (the same contract, other behaviour)\n"
        "  text-facts-changed  interactions[0].response.output_messages[0].text  old line 5, new line 6, cause: model\n"
        "    a number differs: 30 became 31\n"
        "      It is [-30-]{+31+} degrees in Lisbon…\n"
        "  tool-arguments-changed  interactions[0].response.output_messages[0].tool_calls[0].arguments  new line 9\n"
        "    get_weather is called with another city\n"
        '      - city: "Lisbon"\n'
        '      + city: "Porto"\n'
        '      + unit: "C"\n'
        "\n"
        "2 behavior (1 noise hidden; --show-noise shows them)"
    )


def test_diff_that_finds_nothing() -> None:
    assert diff_text(NOISE).splitlines()[-1] == "no drift above noise (1 noise hidden; --show-noise shows them)"
    assert diff_text(NOISE, style=Style(show="noise")).splitlines()[-1] == "1 noise"


def test_what_follows_from_a_finding_is_not_counted_as_noise() -> None:
    follows = replace(NOISE, caused_by=TEXT.fingerprint)
    hidden = [diff_text(TEXT, *more).splitlines()[-1] for more in ((follows,), (NOISE, follows, follows))]
    assert hidden == [
        "1 behavior (1 consequence hidden; --show-noise shows them)",
        "1 behavior (1 noise, 2 consequences hidden; --show-noise shows them)",
    ]
    assert diff_text(style=Style(show="noise")).splitlines()[-1] == "no drift"
    assert diff_text(TEXT, style=Style(show="breaking")).splitlines()[-1] == (
        "no drift above behavior (1 behavior hidden; --show behavior shows more)"
    )


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("Olá!\n", "Olá!", ["Olá![-↵-]"]),
        ("a\u200bb", "ab", ["[-a⟨U+200B⟩b-]{+ab+}"]),
        ("x y", "x\xa0y", ["x[-·-]{+⍽+}y"]),
        ("one two", "one  two", ["one[-·-]{+··+}two"]),
        ("a\u2009b", "a b", ["a[-⟨U+2009⟩-]{+·+}b"]),
        ("a\u200db c", "ab c", ["[-a⟨U+200D⟩b-]{+ab+} c"]),
        ("caf\u00e9", "cafe\u0301", ["[-caf\u00e9-]{+cafe⟨U+0301⟩+}"]),
        ("Oi!", "Olá!", ["[-Oi-]{+Olá+}!"]),
        ("a b c d e f g h i j k l m", "a b c d e f g h i j k l n", ["…j k l [-m-]{+n+}"]),
        ("same", "same", ["same"]),
        ("", "new words", ["{+new words+}"]),
        ("it is 40.5 °C at 12:30", "it is 41.5 °C at 12:45", ["it is [-40.5-]{+41.5+} °C at [-12:30-]{+12:45+}"]),
    ],
)
def test_word_diff(old: str, new: str, lines: list[str]) -> None:
    assert word_diff(old, new, Ink(False), width=80) == lines


def test_what_the_message_says_is_not_shown_again() -> None:
    message = 'the cassette format "go-vcr 2" became "har 1.2"'
    told = Drift(
        rule="format-changed",
        level="cosmetic",
        message=message,
        path="format",
        origin="transport",
        old="go-vcr 2",
        new="har 1.2",
    )
    untold = replace(told, message="another format")
    end = diff_text(told, style=Style(show="cosmetic")).splitlines()[-4:]
    assert end == ["  format-changed  format", f"    {message}", "", "1 cosmetic"]
    end = diff_text(untold, style=Style(show="cosmetic")).splitlines()[-4:]
    assert end == ["    another format", "      [-go-vcr 2-]{+har 1.2+}", "", "1 cosmetic"]


def test_a_long_change_shows_both_sides() -> None:
    old, new = (" ".join(f"{side}{number}" for number in range(300)) for side in ("old", "new"))
    assert word_diff(old, new, Ink(False), width=80) == [
        "[-old0 old1 old2 old3 old4 old5 old6 old7 old8 old9 old10 old11 old12 old13",
        "old14 old15 old16 old17 old18 old19 old20 old21 old22 old23 old24 old25 old26",
        "old27 old28 old29 old30 old31 old32 old33 old34 old35 old36 old37 old38 …",
        "old290 old291 old292 old293 old294 old295 old296 old297 old298 old299-]{+new0",
        "new1 new2 new3 new4 new5 new6 new7 new8 new9 new10 new11 new12 new13 new14",
        "new15 new16 new17 new18 new19 new20 new21 new22 new23 new24 new25 new26 new27",
        "new28 new29 new30 new31 new32 new33 new34 new35 new36 new37 new38 … new290",
        "new291 new292 new293 new294 new295 new296 new297 new298 new299+}",
    ]


def test_blanks_that_changed_can_be_seen_in_colour() -> None:
    assert word_diff("one two", "one  two", Ink(True), width=80) == ["one\x1b[31m·\x1b[0m\x1b[32m··\x1b[0mtwo"]


def test_words_too_frequent_to_pair_one_by_one_are_replaced_whole() -> None:
    """Every line of its own: the matcher would look at a million pairs."""
    lines = word_diff("a b " * 500, "b a c " * 333, Ink(False), width=80)
    assert (len(lines), lines[0][:34], lines[-1][-4:]) == (8, "character 1 of 1,998: [-a b a b a ", " c+}")


@given(st.text("ab \n", max_size=200), st.text("bc \n", max_size=200), st.integers(10, 60))
def test_every_line_ends_the_colour_it_is_in(old: str, new: str, width: int) -> None:
    """So that a line can be left out, and a pager that forgets colours at line ends shows them."""
    for line in word_diff(old, new, Ink(True), width=width):
        codes = re.findall(r"\x1b\[(\d+)m", line)
        assert not codes or codes[-1] == "0"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_word_diff_shows_nothing_that_acts(old: str, new: str) -> None:
    for line in word_diff(old, new, Ink(False), width=40):
        assert line.isprintable() or all(c.isprintable() or c in "\u3000\u2009\u202f\xa0\u200c\u200d" for c in line)


@given(st.text(alphabet="ab \n", max_size=30), st.text(alphabet="ab \n", max_size=30))
def test_a_short_word_diff_holds_both_texts(old: str, new: str) -> None:
    """What is left when the marks of one side are taken away is the other side."""
    if len(old.split()) > 5 or len(new.split()) > 5 or "\n" in old + new:
        return
    (line,) = word_diff(old, new, Ink(False), width=1000) or [""]
    without_new = re.sub(r"\{\+.*?\+\}", "", line).replace("[-", "").replace("-]", "")
    without_old = re.sub(r"\[-.*?-\]", "", line).replace("{+", "").replace("+}", "")
    assert (without_new.rstrip(), without_old.rstrip()) == (old.rstrip(), new.rstrip())


REWORDED = Drift(
    rule="text-reworded",
    level="cosmetic",
    message="the text has other words (0% alike)",
    path="interactions[0].response.output_messages[0].text",
    origin="response",
    old="Oi!",
    new="Olá!",
)


def test_a_rewording_of_one_word_is_shown() -> None:
    assert diff_text(REWORDED).split("\n\n")[1].splitlines()[1:] == [
        "  text-reworded  interactions[0].response.output_messages[0].text",
        "    the text has other words (0% alike)",
        "      [-Oi-]{+Olá+}!",
    ]


def test_structure_diff() -> None:
    assert structure_diff({"a": [1, {"b": 2}], "c": 1}, {"a": [1, {"b": 3}], "d": None}, Ink(False)) == [
        "- a[1].b: 2",
        "+ a[1].b: 3",
        "- c: 1",
        "+ d: null",
    ]
    assert structure_diff([1], [1, 2], Ink(False)) == ["- (the whole): [1]", "+ (the whole): [1, 2]"]
    assert structure_diff({"a": 1}, {"a": 1.0}, Ink(False)) == ["- a: 1", "+ a: 1.0"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本", "plain é 日本"),
        ("\x1b[31m", "␛[31m"),
        ("a\nb\tc\x7f", "a␊b␉c␡"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("\ud83d", "⟨U+D83D⟩"),
        ("\x85\u2028", "⟨U+0085⟩⟨U+2028⟩"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text())
def test_printable_acts_on_nothing(text: str) -> None:
    for character in printable(text):
        assert character.isprintable() or character in "\u200c\u200d\xa0\u3000\u2009\u202f"
    assert printable("a\nb", keep_newlines=True) == "a\nb"


def test_json_that_every_reader_takes() -> None:
    value = {"numbers": [1.5, float("nan"), float("inf"), (float("-inf"),)], "text": "é\x9b2J\u202e\ud83d"}
    assert json_text(value).splitlines()[-2] == '  "text": "é\\u009b2J\\u202e\\ud83d"'
    told = json.loads(json_text(value), parse_constant=pytest.fail)
    assert told == {"numbers": [1.5, "NaN", "Infinity", ["-Infinity"]], "text": value["text"]}


@given(
    st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_json_text_can_always_be_written_and_read(value: object) -> None:
    text = json_text(value)
    assert printable(text, keep_newlines=True).translate(dict.fromkeys(map(ord, "\u200c\u200d"))).count("\x1b") == 0
    text.encode("utf-8")
    json.loads(text, parse_constant=pytest.fail)
