"""What happened to many recordings, on one screen: which sentences there are, in what order, and what they leave out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from effort import SHARED, examples, some
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.config import DiffSettings
from cassette_tools.data.telling import standing
from cassette_tools.diff.suites.sides import folder
from cassette_tools.diff.suites.suite import compare_suites
from cassette_tools.errors import CassetteError
from cassette_tools.finding import Drift, Said
from cassette_tools.reporters import REPORTERS, Cell, DriftReport, DriftSuite, Provenance, Style
from cassette_tools.reporters._story import (
    Table,
    folded,
    head_of,
    left_in_words,
    story_of,
    table_of,
    turned,
    verdict_of,
    where,
)
from cassette_tools.reporters._suite_text import LINES
from cassette_tools.reporters._totals import totals_in_words

LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")


def drift(level: str, rule: str, words: str, subject: str = "", evidence: str = "", endpoint: str = "") -> Drift:
    said = Said(words=words, subject=subject, endpoint=endpoint)
    return Drift(
        rule=rule,
        level=level,
        message=words,
        path="interactions[0].response.x",
        origin="response",
        evidence=evidence,
        fingerprint=f"{rule} {words} {subject}",
        said=said,
    )


def suite_of(pairs: dict[str, list[Drift]]) -> DriftSuite:
    """Pairs by ``scenario/model``."""
    from cassette_tools.diff.judging.accepted import tallied
    from cassette_tools.diff.suites.groups import groups_of
    from cassette_tools.diff.suites.totals import worst_of

    reports = tuple(
        DriftReport(
            old_path=path,
            new_path=path,
            profile="rerecord",
            provenance=Provenance(),
            findings=tuple(findings),
            summary=tallied(findings),
        )
        for path, findings in pairs.items()
    )
    cells = tuple(
        Cell(
            scenario=path.partition("/")[0],
            provider_name="openai",
            model=path.partition("/")[2],
            level=worst_of(each.level for each in report.findings),
            path=path,
        )
        for path, report in zip(pairs, reports, strict=True)
    )
    whole = [each for findings in pairs.values() for each in findings]
    return DriftSuite(
        old="v1", new="v2", pairs=reports, summary=tallied(whole), groups=groups_of(reports), matrix=cells
    )


def text_of(suite: DriftSuite, show: str = "shape", width: int = 100, show_all: bool = False) -> str:
    render = REPORTERS["text"].suite
    assert render is not None
    return render(suite, Style(show=show, width=width, show_all=show_all))


def page_of(suite: DriftSuite) -> str:
    render = REPORTERS["html"].suite
    assert render is not None
    return render(suite, Style(show="shape"))


def sentences(suite: DriftSuite, room: int = 99) -> list[tuple[str, int, str]]:
    story = story_of(suite, LEVELS, room)
    return [(each.level, len(each.pairs), each.words) for each in story.told]


# --- groups ----------------------------------------------------------------------------------------------------------

A, B, C, D = "trip/a", "trip/b", "walk/a", "walk/b"
CASES: dict[str, tuple[dict[str, list[Drift]], list[tuple[str, int, str]]]] = {
    "the same of all": (
        {A: [drift("shape", "x-added", "a new field tier")], B: [drift("shape", "x-added", "a new field tier")]},
        [("shape", 2, "a new field tier")],
    ),
    "values that differ stand in a list, the most frequent first": (
        {
            A: [drift("behavior", "model-changed", "the model changed: a-1 → a-2")],
            B: [drift("behavior", "model-changed", "the model changed: b-1 → b-2")],
            C: [drift("behavior", "model-changed", "the model changed: a-1 → a-2")],
        },
        [("behavior", 3, "the model changed: a-1 → a-2 (2), b-1 → b-2 (1)")],
    ),
    "too many values are left out": (
        {f"{at}/a": [drift("behavior", "cost-changed", f"the cost changed: ${at} → ${at + 7}")] for at in range(1, 6)},
        [("behavior", 5, "the cost changed")],
    ),
    "a field is one, whatever its value": (
        {
            A: [drift("shape", "wire-field-added", "a new field id: x", "id")],
            B: [drift("shape", "wire-field-added", "a new field id: y", "id")],
            C: [drift("shape", "wire-field-added", "a new field tier: x", "tier")],
        },
        [("shape", 2, "a new field id: x, y"), ("shape", 1, "a new field tier: x")],
    ),
    "a level more is another change": (
        {A: [drift("behavior", "x-changed", "x changed")], B: [drift("breaking", "x-changed", "x changed")]},
        [("breaking", 1, "x changed"), ("behavior", 1, "x changed")],
    ),
    "an endpoint that is no model is one line, at the gravest level": (
        {
            A: [drift("behavior", "response-body-changed", "a.example returned other results", endpoint="a.example")],
            B: [drift("breaking", "response-field-removed", "the field y is gone", endpoint="a.example")],
        },
        [("breaking", 2, "a.example (no model) answers otherwise")],
    ),
    "the graver first, then those of more recordings": (
        {
            A: [drift("shape", "x-added", "x is new"), drift("breaking", "z-removed", "z is gone")],
            B: [drift("shape", "x-added", "x is new"), drift("shape", "y-added", "y is new")],
            C: [drift("shape", "x-added", "x is new"), drift("shape", "y-added", "y is new")],
        },
        [("breaking", 1, "z is gone"), ("shape", 3, "x is new"), ("shape", 2, "y is new")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sentences(case: str) -> None:
    pairs, expected = CASES[case]
    assert sentences(suite_of(pairs)) == expected


def test_with_less_room_the_changes_of_a_rule_are_one_sentence() -> None:
    suite = suite_of(
        {
            A: [
                drift("breaking", "stream-truncated", "the stream is cut"),
                drift("behavior", "tool-arguments-changed", "the arguments of ls changed: depth 1 → 2", "ls"),
                drift("shape", "wire-field-added", "a new field id", "id"),
            ],
            B: [
                drift("behavior", "tool-arguments-changed", "the arguments of view changed: limit 7 is gone", "view"),
                drift("shape", "wire-field-added", "a new field tier", "tier"),
                drift("shape", "header-added", "the header via is new", "via"),
            ],
        }
    )
    assert len(sentences(suite)) == 6
    assert sentences(suite, 5) == [
        ("breaking", 1, "the stream is cut"),
        ("behavior", 1, "the arguments of ls changed: depth 1 → 2"),
        ("behavior", 1, "the arguments of view changed: limit 7 is gone"),
        ("shape", 2, "a new field id, tier"),
        ("shape", 1, "the header via is new"),
    ]
    assert sentences(suite, 4) == [
        ("breaking", 1, "the stream is cut"),
        ("behavior", 2, "the arguments of ls, view changed"),
        ("shape", 2, "a new field id, tier"),
        ("shape", 1, "the header via is new"),
    ]
    assert sentences(suite, 3) == [
        ("breaking", 1, "the stream is cut"),
        ("behavior", 2, "the arguments of ls, view changed"),
        ("shape", 2, "new: header via, id, tier"),
    ]
    story = story_of(suite, LEVELS, 2)
    assert [each.rule for each in story.told] == ["stream-truncated"], "the gravest stays"
    assert [each.rule for each in story.left] == ["tool-arguments-changed", "header-added, wire-field-added"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ((A, B, C, D, "ride/a", "ride/b"), "all recordings"),
        ((A, C, "ride/a"), "all of a"),
        ((A, B), "trip"),
        ((A, C), "trip and walk of a"),
        ((A,), "trip of a"),
        ((A, D), "trip of a; walk of b"),
        ((A, B, C, D, "ride/a"), "of a and b"),
        (("x/new/1.yaml", "x/new/2.yaml", "x/other/1.yaml"), "new (2), other (1)"),
    ],
)
def test_where(paths: tuple[str, ...], expected: str) -> None:
    every = suite_of({path: [] for path in (A, B, C, D, "ride/a", "ride/b")})
    assert where(paths, every) == expected


@pytest.mark.parametrize(
    ("models", "expected"), [("ab", "of a and b"), ("abc", "of 3 models"), ("abcd", "of all models")]
)
def test_where_by_models(models: str, expected: str) -> None:
    every = suite_of({f"{scenario}/{model}": [] for scenario in ("trip", "walk", "ride") for model in "abcd"})
    assert (
        where([f"{scenario}/{model}" for scenario in ("trip", "walk") for model in models] + ["ride/a"], every)
        == expected
    )


# --- several changes in one sentence ---------------------------------------------------------------------------------


def called(rule: str, words: str, subject: str, old: Any = None, new: Any = None) -> Drift:
    return replace(drift("behavior", rule, words, subject), old=old, new=new)


TOGETHER: dict[str, tuple[list[Drift], str]] = {
    "calls that are made once more": (
        [
            called("tool-call-added", "the model now calls ls with {} before view: 1 more step", "ls"),
            called("tool-call-added", "the model makes one more call: ls with {}", "ls"),
            called("tool-call-added", "the model now repeats its call to view with {}", "view"),
        ],
        "the model makes more calls: ls (2), view (1)",
    ),
    "calls that are made no longer": (
        [
            called("tool-call-removed", "the model answers one request earlier, without its last call, bash", "bash"),
            called("tool-call-removed", "the model no longer calls ls with {} before view: 1 fewer step", "ls"),
        ],
        "the model makes fewer calls: bash, ls",
    ),
    "another tool is called": (
        [
            called("tool-call-renamed", "the model now calls view with {} instead of ls with {}", "view", "ls", "view"),
            called("tool-call-renamed", "the model now calls ls with {} instead of bash with {}", "ls", "bash", "ls"),
        ],
        "the model calls another tool: ls → view, bash → ls",
    ),
    "amounts by how much they changed": (
        [
            called("cost-changed", "the cost changed: $4 → $2 (×0.5): the price fell", "cost"),
            called("cost-changed", "the cost changed: $1 → $3 (×3): the price rose", "cost"),
        ],
        "the cost changed, ×0.5 to ×3",
    ),
    "what follows of another amount is not counted": (
        [
            called(
                "usage-changed", "token counts changed: input 4 → 2 (×0.5); the cost changed: $1 → $9 (×9)", "usage"
            ),
            called("usage-changed", "token counts changed: output 4 → 8 (×2)", "usage"),
        ],
        "token counts changed, ×0.5 to ×2",
    ),
}


@pytest.mark.parametrize("case", TOGETHER)
def test_changes_of_one_rule_in_one_sentence(case: str) -> None:
    found, expected = TOGETHER[case]
    suite = suite_of({f"trip/{model}": [each] for model, each in zip("abc", found, strict=False)})
    assert len(sentences(suite)) > 1
    assert [words for _, _, words in sentences(suite, 1)] == [expected]


def test_fields_in_one_sentence_are_new_or_gone_or_changed() -> None:
    found = [
        drift(
            "shape",
            "wire-null-field-removed",
            "the field choices[].logprobs, always null, is gone",
            "choices[].logprobs",
        ),
        drift("shape", "wire-field-filled", "the field cost was null and is now 2", "cost"),
        drift("shape", "usage-detail-added", "usage.audio is now reported: 0", "usage.audio"),
        drift("shape", "header-added", "the header via is new", "via"),
        drift("shape", "wire-detail-changed", "content is null now", "choices[].message.content"),
        drift("shape", "recording-added", "the recording is new"),
    ]
    suite = suite_of({A: found, B: found[:3]})
    assert [words for _, _, words in sentences(suite, 1)] == [
        "new: usage.audio (2), header via (1), recording (1); gone: choices[].logprobs; no longer null: cost; changed: message.content"
    ]


def test_what_most_recordings_have_is_told_though_it_breaks_nobody() -> None:
    field = drift("shape", "wire-field-added", "a new field tier: x", "tier")
    own = [drift("behavior", f"{thing}-changed", f"the {thing} changed") for thing in ("text", "cost", "tool", "model")]
    suite = suite_of({path: [each, field] for path, each in zip((A, B, C, D), own, strict=True)})
    story = story_of(suite, LEVELS, 3)
    assert [each.words for each in story.told] == ["the text changed", "a new field tier: x"]
    assert [each.words for each in story.left] == ["the tool changed", "the model changed", "the cost changed"]
    rare = suite_of({path: [each] for path, each in zip((A, B, C, D), own, strict=True)} | {"ride/a": [field]})
    assert [each.level for each in story_of(rare, LEVELS, 3).told] == ["behavior", "behavior"], (
        "in one recording of five"
    )


def test_what_is_left_is_counted_by_changes_and_names_as_many_rules_as_there_is_room_for() -> None:
    found = [drift("behavior", f"{name}-changed", f"{name} changed") for name in ("alpha", "beta", "gamma", "delta")]
    fields = [drift("shape", f"{name}-added", f"{name} is new") for name in ("tier", "region")]
    left = story_of(suite_of({A: [BAD, *found, *fields]}), LEVELS, 2).left
    assert left_in_words(left) == (
        "6 more changes: 4 behavior (alpha-changed, beta-changed, gamma-changed, delta-changed), "
        "2 shape (tier-added, region-added)"
    )
    assert left_in_words(left, 100) == (
        "6 more changes: 4 behavior (alpha-changed, beta-changed, …), 2 shape (tier-added, region-added)"
    )
    assert left_in_words(left, 40) == "6 more changes: 4 behavior, 2 shape"


def test_a_sentence_that_is_cut_keeps_its_verb() -> None:
    subject = f'"{"Which way is it to the harbour? " * 9}" to gpt-9-mini, POST /v1/chat/completions'
    moved = drift("behavior", "interaction-reordered", f"{subject} was interaction 4 and is now interaction 2", subject)
    others = [drift("behavior", f"{name}-changed", f"{name} changed") for name in "abcdefghijklmnopqrst"]
    line = next(line for line in text_of(suite_of({A: [moved, *others], B: []})).splitlines() if "Which way" in line)
    assert line == ('   1×  trip of a: "Which way is it … /chat/completions was interaction 4 and is now interaction 2')


def test_what_a_call_of_another_model_does_is_said_of_that_model() -> None:
    """Where a small model makes the title, its price is not that of the model that the recording is of."""
    from cassette_tools.diff.suites.groups import groups_of
    from cassette_tools.finding import Location, Region
    from cassette_tools.reporters._story import entry_of, sentence

    place = Location(path="", region=Region(line=1, column=1, end_line=1, end_column=1))
    found = replace(drift("behavior", "cost-changed", "the cost changed: $1 → $2"), new_location=place)
    suite = suite_of({A: [found], C: [found], B: [], D: []})
    main, small = ("openai", "a"), ("qwen", "qwen/small-1")

    def told(asked: tuple[tuple[str, str], ...]) -> str:
        pairs = tuple(replace(pair, asked=main, asked_each=asked) for pair in suite.pairs)
        whole = replace(suite, pairs=pairs, groups=groups_of(pairs))
        return sentence(entry_of(whole.groups[0]), whole)

    assert told((small, main, main)) == "the cost changed: $1 → $2 (all of a, in calls of small-1)"
    assert told((main, small, main)) == "the cost changed: $1 → $2 (all of a)"


# --- the table and the totals ----------------------------------------------------------------------------------------

BAD, ODD = drift("breaking", "x-removed", "x is gone"), drift("shape", "y-added", "y is new")


def test_the_table_crosses_models_with_scenarios() -> None:
    suite = suite_of({A: [BAD], B: [ODD], C: [], D: [ODD], "ride/a": [BAD]})
    table = table_of(suite, LEVELS)
    assert table == Table(
        columns=("ride", "trip", "walk"),
        rows=(("a", ("breaking", "breaking", "")), ("b", (None, "shape", "shape"))),
        quiet="no drift",
    )
    assert folded(table) == table
    assert turned(turned(table)) == table


def test_rows_and_columns_that_are_alike_are_one() -> None:
    table = Table(columns=("x", "y", "z"), rows=(("a", ("shape", "", "shape")), ("b", ("shape", "", "shape"))))
    assert folded(table) == Table(columns=("x +1", "y"), rows=(("a +1", ("shape", "")),))


@pytest.mark.parametrize(
    "pairs",
    [
        {A: [BAD], B: [BAD]},  # the head says so already
        {A: [BAD]},
        {"1/a": [BAD], "2/b": [], "3/c": [], "4/d": []},  # nothing is crossed
    ],
)
def test_a_table_that_says_nothing_is_left_out(pairs: dict[str, list[Drift]]) -> None:
    assert table_of(suite_of(pairs), LEVELS) is None


def test_a_table_says_how_many_rows_and_columns_it_leaves_out() -> None:
    """No mark stands under a head without a name."""
    models = [f"{at}-model" for at in range(9)]
    levels = [BAD, ODD]
    suite = suite_of(
        {f"{row}-scenario/{model}": [levels[(row * at) % 7 % 2]] for row in range(9) for at, model in enumerate(models)}
    )
    lines = text_of(suite, width=38).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("the gravest change"))
    title = next(number for number, line in enumerate(lines[at:], at) if line.endswith(")"))
    whole, (heads, *rows) = " ".join(lines[at : title + 1]), lines[title + 1 : lines.index("", at)]
    assert whole.endswith("(X breaking, s shape, 1 row left out, 3 columns left out, +2: and 2 alike)")
    names = [name for name in heads.split() if not name.startswith("+")]
    assert [len([mark for mark in row.split() if mark in ("X", "s")]) for row in rows] == [len(names)] * 6


def test_unlike_changes_of_one_rule_keep_their_values() -> None:
    """Where there is little room, and they are few: what became of each is the news."""
    rule = "request-parameter-changed"
    suite = suite_of(
        {
            A: [drift("behavior", rule, "model a-1 became a-2", "model")],
            B: [drift("behavior", rule, "max_tokens 1024 became 4096", "max_tokens")],
            C: [drift("behavior", "interaction-removed", "a request is no longer recorded: POST a.example/token")],
            D: [drift("behavior", "interaction-removed", "a request is no longer recorded: POST b.example/")],
        }
    )
    assert [words for _, _, words in sentences(suite, room=2)] == [
        "model a-1 became a-2, max_tokens 1024 became 4096",
        "a request is no longer recorded: POST a.example/token, POST b.example/",
    ]


@pytest.mark.parametrize("drifted", [(A,), (A, B), (A, C)])
def test_one_row_or_one_column_is_no_table(drifted: tuple[str, ...]) -> None:
    """A sentence says in which model, or in which scenario, all of it is."""
    assert table_of(suite_of({each: [BAD] if each in drifted else [] for each in (A, B, C, D)}), LEVELS) is None


def test_no_head_is_cut_in_its_middle() -> None:
    names = [f"a-long-name-of-a-test-of-provider-{at}-and-all" for at in range(9)]
    suite = suite_of(
        {
            f"{name}/{model}": [BAD] if row * at % 7 % 2 else []
            for row, name in enumerate(names)
            for at, model in enumerate(names)
        }
    )
    assert table_of(suite, LEVELS) is not None
    assert "the gravest change of each recording" not in text_of(suite, width=80)


def test_recordings_of_one_side_have_a_heading_of_their_own() -> None:
    gone = drift("behavior", "recording-removed", "the recording is gone")
    suite = suite_of({A: [gone], B: [BAD], C: [], D: [drift("behavior", "x-changed", "x changed")]})
    body = text_of(suite).split("\n\n")[1].splitlines()
    assert [line for line in body if not line.startswith(" ")] == [
        "breaking (a client that worked with the old recording can fail on the new)",
        "behavior (the same contract, other behaviour)",
        "recordings (only one side has them)",
    ]
    assert body[-1].endswith("the recording is gone")
    headings = re.findall(
        r'<h3><span class="level (\w+)">(\w+)</span> <span class="dim">(.*?)</span></h3>', page_of(suite)
    )
    assert headings == [
        ("breaking", "breaking", "a client that worked with the old recording can fail on the new"),
        ("behavior", "behavior", "the same contract, other behaviour"),
        ("behavior", "recordings", "only one side has them"),
    ]


def test_what_a_graver_line_tells_is_said_where_changes_are_counted() -> None:
    """What an endpoint that is no model answers is one line, of the gravest level."""
    answers = [drift(level, "x-changed", f"the field {level}", endpoint="a.example") for level in ("behavior", "shape")]
    assert "2 changes in all: 1 behavior, 1 shape (listed with a graver change)" in text_of(
        suite_of({A: answers, B: []})
    )


@pytest.mark.parametrize(
    ("renamed", "words"),
    [
        (("v1/t/a.yaml", "v2/t/b.yaml"), "a.yaml → b.yaml"),
        (("v1/gpt-4/a.yaml", "v2/gpt-5/a.yaml"), "gpt-4 → gpt-5"),
        ((f"v1/{'long_' * 30}one.yaml", f"v2/{'long_' * 30}two.yaml"), "…ong_one.yaml → …ong_two.yaml"),
    ],
)
def test_both_names_of_what_was_renamed(renamed: tuple[str, str], words: str) -> None:
    told = head_of(replace(suite_of({A: [], B: []}), renamed=(renamed,)))
    assert re.sub(r"…\w*?(ong_)(?=one|two)", r"…\1", told).endswith(f"1 renamed ({words})")


def test_changes_are_told_rather_than_a_table() -> None:
    few, many = (
        suite_of(
            {
                A: [BAD, *(drift("behavior", f"{at}-changed", f"x{at} changed") for at in range(count))],
                B: [],
                C: [ODD],
                D: [ODD],
            }
        )
        for count in (4, 13)
    )
    assert "the gravest change of each recording" in text_of(few)
    assert "the gravest change of each recording" not in text_of(many)
    assert " more changes" not in text_of(many)


def test_totals_tell_what_no_sentence_tells(samples: Path) -> None:
    suite = compare_suites(
        folder(str(samples / "suite" / "old")),
        folder(str(samples / "suite" / "new")),
        profile=None,
        settings=DiffSettings(),
        jobs=1,
    )
    assert totals_in_words(suite, ()) == [
        "SDK: Anthropic/Go 1.10.0 → 1.14.0, google-genai-sdk/Go 1.29.0 → 1.33.0, OpenAI/Go 2.3.0 → 2.7.1",
        "tokens in 1,530 → 1,531 (+0.1%), out 1,114 → 1,228 (+10.2%)",
    ]


# --- one screen ------------------------------------------------------------------------------------------------------

words = st.text(alphabet='abc …→:;,"{}1', min_size=1, max_size=60)
findings = st.lists(
    st.builds(
        drift,
        st.sampled_from(LEVELS),
        st.sampled_from(["text-changed", "wire-field-added", "cost-changed", "tool-call-added", "recording-added"]),
        words,
        st.sampled_from(["", "ls", "usage.total", "a-rather-long-name-of-something"]),
        st.sampled_from(["", "gateway (a → b)", "gateway (c → d)", "prompt (the system prompt)"]),
    ),
    max_size=6,
)
paths = st.builds(
    "{}/{}".format, st.sampled_from([f"scenario_{at}_tool" for at in range(20)]), st.sampled_from("abcdefgh")
)


@examples(60)
@given(st.dictionaries(paths, findings, min_size=2, max_size=40), st.sampled_from(LEVELS), st.integers(60, 160))
def test_a_report_fits_on_a_screen(pairs: dict[str, list[Drift]], show: str, width: int) -> None:
    """As many lines as a screen has, none wider than the terminal; every finding that is shown is in a sentence, or is
    counted.
    """
    suite = suite_of(pairs)
    lines = text_of(suite, show, width).splitlines()
    assert len(lines) <= LINES + 3 * (width < 90), "a narrow terminal may wrap what cannot be left out"
    assert max(map(len, lines)) <= width
    shown = LEVELS[: LEVELS.index(show) + 1]
    story = story_of(suite, shown, 5)
    told = {path for entry in (*story.told, *story.left) for path in entry.pairs}
    assert told == {path for path, found in pairs.items() for each in found if each.level in shown[:4]}


@examples(60)
@given(st.dictionaries(paths, findings, max_size=12))
def test_every_finding_is_in_one_group(pairs: dict[str, list[Drift]]) -> None:
    suite = suite_of(pairs)
    grouped = sorted((member.pair, member.fingerprint) for group in suite.groups for member in group.members)
    found = sorted((path, each.fingerprint) for path, found in pairs.items() for each in found if each.level != "noise")
    assert grouped == found
    keys = [(LEVELS.index(group.level), standing(group.rule), -len(group.pairs)) for group in suite.groups]
    assert keys == sorted(keys)


def test_each_recording_is_told_when_that_is_asked_for() -> None:
    suite = suite_of({A: [BAD], B: [BAD, ODD]})
    assert text_of(suite).splitlines() == [
        "v1 → v2: 2 recordings compared, each by its gravest change: 2 breaking",
        "",
        "breaking (a client that worked with the old recording can fail on the new)",
        "   2×  x is gone (all recordings)",
        "shape (fields of the wire that old clients ignore)",
        "   1×  trip of b: y is new",
        "",
        "3 changes in all: 2 breaking, 1 shape",
        "--show-all tells each recording in full",
    ]
    full = text_of(suite, show_all=True).splitlines()
    assert [line for line in full if line.startswith("trip/")] == ["trip/a  rerecord", "trip/b  rerecord"]
    assert full[-1] == "3 changes in all: 2 breaking, 1 shape"


def test_the_story_of_one_recording_is_its_report() -> None:
    suite = suite_of({A: [BAD]})
    reporter = REPORTERS["text"]
    assert reporter.diff is not None
    assert text_of(suite) == reporter.diff(suite.pairs[0], Style(show="shape"))
    for name in ("markdown", "html"):
        render = REPORTERS[name].suite
        assert render is not None
        assert render(suite, Style()).count("x is gone") == 1, name


@pytest.mark.parametrize("more", [{"only": ("rule=x",)}, {"findings": (BAD,)}, {"errors": (CassetteError("no"),)}])
def test_what_is_beside_a_pair_is_told(more: dict[str, Any]) -> None:
    """That the report is narrowed, that another recording is gone or cannot be read."""
    assert text_of(replace(suite_of({A: [BAD]}), **more)).startswith("v1 → v2: 1 recording compared")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([[BAD], [ODD], []], "a client can fail on 1 of 3 recordings"),
        ([[BAD, ODD], [BAD]], "a client can fail on all 2 recordings"),
        ([[BAD]], "a client can fail on the new recording"),
        ([[drift("behavior", "x", "x")], [ODD]], "nothing breaks a client; the behaviour changed in 1 of 2 recordings"),
        ([[ODD], []], "the behaviour is the same; other fields are on the wire in 1 of 2 recordings"),
        ([[drift("cosmetic", "x", "x")], []], "the meaning is the same; the words differ in 1 of 2 recordings"),
        ([[drift("noise", "x", "x")], []], "no drift in all 2 recordings"),
        ([], "nothing was compared"),
    ],
)
def test_the_verdict(found: list[list[Drift]], verdict: str) -> None:
    assert verdict_of(suite_of({f"{at}/a": each for at, each in enumerate(found)})) == verdict


def test_the_verdict_tells_what_was_not_compared() -> None:
    suite = replace(suite_of({A: []}), added=("x", "y"), removed=("z",), errors=(CassetteError("no"),))
    assert verdict_of(suite) == "no drift in the new recording; 2 added, 1 removed, 1 not readable"


def test_recordings_and_changes_are_counted_by_their_names() -> None:
    """Both stand in every report; they differ, so that each says what it counts."""
    suite = suite_of({A: [BAD, BAD], B: [ODD], C: []})
    recordings = "3 recordings compared, each by its gravest change: 1 breaking, 1 shape, 1 without drift"
    changes = "3 changes in all: 2 breaking, 1 shape"
    for name in ("text", "markdown", "html"):
        render = REPORTERS[name].suite
        assert render is not None
        told = " ".join(render(suite, Style(show="shape")).split())
        assert (told.count(recordings), told.count(changes)) == (1, 1), name


@pytest.mark.parametrize(
    ("shown", "legend"), [("shape", "(X breaking, · at most cosmetic)"), ("noise", "(X breaking, · no drift)")]
)
def test_the_legend_explains_every_mark(shown: str, legend: str) -> None:
    suite = suite_of({A: [BAD], B: [], C: [], D: [BAD]})
    assert f"the gravest change of each recording {legend}" in text_of(suite, shown).splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_a_long_sentence_is_cut_between_words_and_keeps_its_place(width: int) -> None:
    long = " ".join(f"word{at}" for at in range(200))
    lines = text_of(suite_of({A: [drift("behavior", "x-changed", long, evidence="prompt")], D: []}), width=width)
    said = " ".join(lines[lines.index("1×") :].partition("\n\n")[0].split())
    whole = re.fullmatch(r"1× trip of a: (.*) …; cause: prompt", said)
    assert whole is not None
    assert long.startswith(f"{whole[1]} ")


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_names_of_models_and_scenarios_do_nothing(name: str) -> None:
    nasty = "\x1b[31m<b>|@all\n::error::"
    suite = suite_of({f"{nasty}1/{nasty}": [BAD], f"{nasty}2/{nasty}": [ODD], f"{nasty}1/b": [], f"{nasty}2/b": [ODD]})
    render = REPORTERS[name].suite
    assert render is not None
    out = render(suite, Style(show="shape"))
    assert "\x1b" not in out
    assert name == "html" or not [line for line in out.splitlines() if line.startswith("::")]
    assert name == "text" or "<b>" not in out


# --- real re-recordings ----------------------------------------------------------------------------------------------

SUITES = SHARED / "suites"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("crush-57384c38e", "9× usage.completion_tokens_details is no longer reported"),
        ("fantasy-1aa45d8", "4× the request now has reasoning_effort: high"),
        ("fantasy-7ebd9b5", "39× usage moved to a separate event with an empty list `choices`"),
    ][: some(3)],
)
@pytest.mark.skipif(not SUITES.is_dir(), reason="the shared recordings are not here (CASSETTE_SHARED)")
def test_a_real_suite_is_told_on_one_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, sentence: str
) -> None:
    import subprocess

    from cassette_tools.cli import main

    bundle = SUITES / f"{name}.bundle"
    subprocess.run(("git", "clone", "-q", "-b", "after", bundle, tmp_path / name), check=True, capture_output=True)
    monkeypatch.chdir(tmp_path / name)
    assert main(["diff", "before..after"]) == 1
    out = capsys.readouterr().out
    assert len(out.splitlines()) <= LINES
    assert max(map(len, out.splitlines())) <= 100
    assert sentence in " ".join(out.split())


def test_facts_that_are_unlike_in_each_recording_are_counted_and_one_is_told_whole() -> None:
    """Pieces of each would be a riddle; a few short ones stand side by side."""
    path = '"a-folder-with-a-name-that-is-long/and-one-below-it/main.go" → "main.go"'

    def told(*facts: str) -> str:
        found = [drift("behavior", "text-facts-changed", f"the text changed: {each}") for each in facts]
        others = [drift("behavior", f"{name}-changed", f"{name} changed") for name in "abcdefghijk"]
        whole = suite_of({A: [found[0], *others], B: [found[1]], C: found[2:], D: []})
        return next(words for _, _, words in sentences(whole, 12) if words.startswith("the text"))

    assert told(path, "it no longer says 2002", f"{path}, 7 → 8") == (
        "the text changed in 3 ways, one of them: it no longer says 2002"
    )
    assert told('"3" → "4"', "it no longer says 2002", "the list is gone") == (
        'the text changed: "3" → "4", it no longer says 2002, the list is gone'
    )


def test_names_of_recordings_give_way_before_values() -> None:
    """Also where no arrow says what became of what."""
    value = ", ".join(f"setting-{at} {at * 111}" for at in range(12))
    found = drift("behavior", "request-field-added", f"the request now has options: {value}")
    others = [drift("shape", f"{name}-added", f"{name} is new") for name in "abcdefghijklmnopqrstuvwxyz"]
    names = {f"a-long-name-of-a-scenario-{at}/model-{at}": [found] for at in range(3)}
    lines = text_of(suite_of({**names, A: others, B: [], C: []})).splitlines()
    at = next(at for at, line in enumerate(lines) if "the request now has" in line)
    said = " ".join(line.strip() for line in lines[at : at + 3])
    assert value in said
    assert "(of 3 models)" in said


def test_one_edit_is_told_once_however_grave_it_is() -> None:
    """It stands below the gravest level; the changes of each level are counted as what they are."""
    old = "You help. Answer in English."
    found = drift("behavior", "system-prompt-changed", "the system prompt changed", "the system prompt")
    grave = replace(found, old=old, new="You help.", evidence="prompt")
    light = replace(grave, level="cosmetic", evidence="", cause="")
    suite = suite_of({A: [grave], B: [grave], C: [light], D: []})
    assert sentences(suite) == [("behavior", 3, 'the system prompt lost "Answer in English."')]
    assert "2 behavior, 1 cosmetic (listed with a graver change)" in " ".join(text_of(suite, show="cosmetic").split())
