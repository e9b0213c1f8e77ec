"""``cassette report`` and ``cassette stats``: the matrix, what providers show, who differs, and the sums."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from made_suites import FORMAT, TOOLS, answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.reporters import Style
from cassette_tools.reporters.columns import aligned
from cassette_tools.schema import schema_text
from cassette_tools.suite.as_text import stats_text
from cassette_tools.suite.report import Disagreement, Report, report_of
from cassette_tools.suite.state_markdown import report_markdown
from cassette_tools.suite.state_text import FEWEST, LINES, head_in_words, report_text
from cassette_tools.suite.stats import stats_of
from cassette_tools.suite.survey import recordings_of, survey

OTHER = "https://api.mistral.ai/v1/chat/completions"
LATE = {"error": {"type": "rate_limit_error", "code": None, "message": "Slow down."}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(*paths: str) -> Report:
    return report_of(recordings_of(survey(paths or ("s",), cached=False)))


def call(name: str, *more: Any, calls: tuple[str, ...] = ("add",), **request: Any) -> list[dict[str, Any]]:
    """A model that calls tools, and then answers."""
    url = OTHER if name.startswith("mistral") else "https://api.openai.com/v1/chat/completions"
    first = asked(model=name, tools=TOOLS, **request)
    return [exchange(first, answered(None, "tool_calls", calls), url=url), exchange(first, answered(*more), url=url)]


def differences(report: Report) -> list[str]:
    return [f"{each.scenario}: {each.subject}: {_values(each)}" for each in report.disagreements]


def _values(disagreement: Disagreement) -> str:
    return "; ".join(f"{value} {len(cells)}" for value, cells in disagreement.values)


# --- who differs -----------------------------------------------------------------------------------------------------


def test_recordings_of_one_scenario_that_differ(here: Path) -> None:
    write("s/gpt-4o/sum.json", *call("gpt-4o"))
    write("s/o3/sum.json", *call("o3", calls=("add", "ask", "add")))
    write("s/mistral-large/sum.json", *call("mistral-large", "36 and", "length"))
    assert differences(told()) == [
        "sum: finish reason: stop 2; length 1",
        "sum: tools called: add 2; add, ask 1",
    ]


@pytest.mark.parametrize(
    ("why", "one", "other"),
    [
        ("the order of tools, and how often each is called", call("a", calls=("add", "ask")), call("b", calls=("ask", "add", "ask"))),
        ("tokens and words", [exchange(asked(model="a"))], [exchange(asked(model="b"), answered("Thirty-six."))]),
        ("tools, where one was not offered any", call("a"), [exchange(asked(model="b"))]),
        ("two of the same model", [exchange(asked(model="a b"))], [exchange(asked(model="a b"), answered(finish="length"))]),
        ("one that says nothing of its end", [exchange(asked(model="a"))], [exchange(asked(model="b"), answered(finish=""))]),
        # thinking is told of those that were asked to
        (
            "thoughts of one that was not asked for them",
            [exchange(asked(model="a", reasoning_effort="high"), answered(usage={"prompt_tokens": 1, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}))],
            [exchange(asked(model="b"))],
        ),
    ],
)  # fmt: skip
def test_what_may_differ(here: Path, why: str, one: list[dict[str, Any]], other: list[dict[str, Any]]) -> None:
    write("s/a/ada.json", *one)
    write("s/b/ada.json", *other)
    assert (why, differences(told())) == (why, [])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"reasoning_effort": "high"}, {"reasoning_effort": "high"}, "reasoning: no 1; yes 1"),
        ({"response_format": FORMAT}, {"response_format": FORMAT}, "structured output: not valid 1; valid 1"),
    ],
)
def test_what_was_asked_for_is_compared(here: Path, one: dict[str, Any], other: dict[str, Any], expected: str) -> None:
    thought = {"prompt_tokens": 1, "completion_tokens": 9, "completion_tokens_details": {"reasoning_tokens": 5}}
    write("s/a/ada.json", exchange(asked(model="a", **one), answered('{"age": 36}', usage=thought)))
    write("s/b/ada.json", exchange(asked(model="b", **other), answered("36")))
    assert differences(told()) == [f"ada: {expected}"]


# --- cells -----------------------------------------------------------------------------------------------------------


def test_a_cell(here: Path) -> None:
    write(
        "s/gpt-4o/trip.json",
        *call("gpt-4o"),
        exchange(asked(), LATE, code=429, duration="4s", day="Mon, 17 Nov 2025 08:00:00 GMT"),
        exchange({"q": "Ada"}, {"found": 1}, url="https://search.example.com/v1"),
    )
    (cell,) = told().cells
    assert (cell.recorded.scenario, cell.asked_model) == ("trip", ("openai", "gpt-4o"))
    assert (cell.finish_reason, cell.tools, cell.structured) == ("error", ("add",), None)
    assert (cell.sums.calls, cell.sums.interactions, cell.sums.failed, cell.sums.timed) == (3, 4, 1, 3)
    assert (cell.sums.duration, cell.sums.counts["input_tokens"], cell.sums.counts["cost"]) == (2.0, 20, None)
    assert (cell.days, cell.sdks, cell.streams, cell.dialects) == (
        ("2025-11-17", "2025-11-18"),
        ("OpenAI/Go 2.7.1",),
        (),
        ("openai.chat",),
    )


def test_what_a_provider_shows(here: Path) -> None:
    write("s/a/one.json", *call("gpt-4o"))
    write("s/a/two.json", exchange(asked(tools=TOOLS, response_format=FORMAT)))
    write("s/b/one.json", exchange(asked(model="mistral-large"), url=OTHER))
    support = {
        name: {feature: (each.shown, each.only_asked) for feature, each in rows.items()}
        for name, rows in told().support.items()
    }
    assert support == {
        "mistral_ai": {"usage": (1, 0)},
        "openai": {"tool_calls": (1, 1), "structured_output": (0, 1), "usage": (2, 0)},
    }


def test_a_tool_that_is_not_called_says_nothing_of_the_provider(here: Path) -> None:
    write("s/one.json", exchange(asked(tools=TOOLS, response_format=FORMAT), answered("36")))
    assert report_text(told(), Style(show_all=True)).split("\n\n")[2].splitlines()[1:] == [
        "  structured output  no",
        "  all show token counts",
    ]


# --- text ------------------------------------------------------------------------------------------------------------


def _large(count: int) -> None:
    """So many scenarios with three models."""
    for number in range(count):
        write(f"s/gpt-4o/scenario-{number:02}x.json", *call("gpt-4o"))
        write(f"s/o3/scenario-{number:02}x.json", exchange(asked(model="o3"), LATE, code=429))
        write(f"s/mistral-large/scenario-{number:02}x.json", *call("mistral-large", "36", "length"))


def test_a_screen_of_many(here: Path) -> None:
    _large(12)
    assert (
        report_text(told(), Style(width=90), 26)
        == """\
36 recordings of 12 scenarios, 2 providers, 3 models; recorded on 2025-11-18
60 calls: 480 tokens in, 96 out, median 2 s, 12 failed
scenarios are guessed (--scenario-from): mistral-large/scenario-00x.json is scenario-00x

recordings of one scenario that differ
  scenario-00x: finish reason error (o3); length (mistral-large); stop (gpt-4o)
  scenario-01x: finish reason error (o3); length (mistral-large); stop (gpt-4o)
  scenario-02x: finish reason error (o3); length (mistral-large); stop (gpt-4o)
  scenario-03x: finish reason error (o3); length (mistral-large); stop (gpt-4o)
  … and 8 more; --show-all tells all

what was done (t tool called, l cut at the limit, x failed, · an answer alone)
                openai mistral_ai
  scenario-00x  tx     tl
  scenario-01x  tx     tl
  scenario-02x  tx     tl
  scenario-03x  tx     tl
  scenario-04x  tx     tl
  scenario-05x  tx     tl
  scenario-06x  tx     tl
  scenario-07x  tx     tl
  … and 4 more scenarios; --only scenario=NAME tells one, --show-all all

what each provider's recordings show (no: asked for in vain; blank: not recorded)
  all show tool calls, token counts"""
    )


@pytest.mark.parametrize("lines", [0, FEWEST, 30, LINES, 200])
@pytest.mark.parametrize("count", [1, 3, 7, 12, 40])
@pytest.mark.parametrize("width", [60, 100, 200])
def test_it_fits_the_screen(here: Path, lines: int, count: int, width: int) -> None:
    _large(count)
    said = report_text(told(), Style(width=width), lines).splitlines()
    assert len(said) <= max(lines, FEWEST)
    assert max(map(len, said)) <= width


def test_a_line_that_is_too_long_loses_nothing(here: Path) -> None:
    write("s/gpt-4o/trip.json", *call("gpt-4o"))
    assert report_text(told(), Style(width=39)).splitlines()[:6] == [
        "1 recording of 1 scenario, 1 provider,",
        "1 model; recorded on 2025-11-18",
        "2 calls: 20 tokens in, 4 out, median",
        "2 s",
        "scenarios are guessed (--scenario-from)",  # an example has no room
        "",
    ]


def test_each_recording_where_all_are_asked_for(here: Path) -> None:
    _large(40)
    said = report_text(told(), Style(width=100, show_all=True))
    assert [len(re.findall(rf"^scenario-{number:02}x$", said, re.M)) for number in range(40)] == [1] * 40
    assert said.count("rate") == said.count("…") == 0


def test_a_column_that_has_no_room_shows_nothing_of_another(here: Path) -> None:
    for number in range(12):
        for name in ("one", "two", "three"):
            write(f"s/{name}/{number}.json", exchange(url=f"https://{name}{number}.example.com/v1/chat/completions"))
    said = report_text(told(), Style(width=60), FEWEST).splitlines()
    heads = next(line for line in said if " +" in line)
    for line in said[said.index(heads) + 1 :]:
        assert len(line) <= heads.index(" +") or not line.startswith("  ") or "…" in line or "all show" in line


def test_no_scenario_has_a_meaning_for_the_terminal(here: Path) -> None:
    write("s/a/\x1b[31mred.json", exchange())
    write("s/b/\x1b[31mred.json", exchange(asked(model="o3"), answered(finish="length")))
    report = told()
    for style in (Style(), Style(show_all=True)):
        assert "\x1b" not in report_text(report, style)
    assert "\x1b" not in report_markdown(report)


def test_colours_are_the_only_difference(here: Path) -> None:
    _large(12)
    plain, colored = (report_text(told(), Style(color=color)) for color in (False, True))
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


# --- Markdown --------------------------------------------------------------------------------------------------------


def test_markdown(here: Path) -> None:
    write("s/gpt-4o/su_m.json", *call("gpt-4o"))
    write("s/o3/su_m.json", exchange(asked(model="o3|x"), LATE, code=429, day=""))
    assert (
        report_markdown(told())
        == r"""### cassette report: 2 recordings of 1 scenario, 1 provider, 2 models; recorded on 2025-11-18

3 calls: 20 tokens in, 4 out, median 2 s, 1 failed<br>
scenarios are guessed (--scenario-from): gpt-4o/su\_m.json is su\_m

**Recordings of one scenario that differ**

- su\_m: finish reason error (o3\|x); stop (gpt-4o)

**What was done** (t tool called, x failed, · an answer alone)

| | openai |
|---|---|
| su\_m | tx |

**What each provider's recordings show** (no: asked for in vain; blank: not recorded)

| | openai |
|---|---|
| tool calls | yes |
| token counts | yes |

<details><summary>su_m: 2 recordings</summary>

| model | provider | finish | tools | in | out | median | day | SDK |
|---|---|---|---|---|---|---|---|---|
| gpt-4o | openai | stop | add | 20 | 4 | 2 s | 2025-11-18 | OpenAI/Go 2.7.1 |
| o3\|x | openai | error |  |  |  | 2 s |  | OpenAI/Go 2.7.1 |

</details>"""
    )


def test_markdown_keeps_within_a_comment(here: Path) -> None:
    for number in range(300):
        write(f"s/{number}/{'long-' * 15}{number}x.json", exchange(asked(model=f"model-{number}")))
    said = report_markdown(told())
    left = re.search(r"The recordings of (\d+) scenarios are left out, for want of room\.$", said)
    assert left is not None
    assert len(said) < 61_000
    assert said.count("<details>") + int(left[1]) == 300


# --- JSON, and stats -------------------------------------------------------------------------------------------------


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--no-cache", "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_json_is_of_its_schema(here: Path, capsys: pytest.CaptureFixture[str], samples: Path) -> None:
    write("s/trip.json", *call("gpt-4o"), exchange(asked(), LATE, code=429))
    write("s/search.json", exchange({"q": "Ada"}, {"found": 1}, url="https://search.example.com/v1", day=""))
    for paths in (["s"], [str(samples / "suite")], [str(samples / "dialects")]):
        for command, schema in ((["report"], "suite-report"), (["stats"], "stats-report"), (["find", "--where", "status>0"], "find-report")):  # fmt: skip
            document = printed(capsys, *command, *paths)
            validator = Draft202012Validator(json.loads(schema_text(schema)))
            assert [error.message for error in validator.iter_errors(document)] == []


_IDLE = ("model_list", "file_upload", "file_delete", "batch_retrieve")  # no model has work to do by these


def test_report_and_stats_count_alike(here: Path, capsys: pytest.CaptureFixture[str], samples: Path) -> None:
    for path in map(str, (samples / "suite", samples / "dialects")):
        report, stats = printed(capsys, "report", path), printed(capsys, "stats", path)
        found = printed(capsys, "find", path, "--where", "dialect!=")["found"]
        assert report["total"] == stats["total"]
        assert stats["total"]["recordings"] == len(report["matrix"])
        for name in ("calls", "interactions", "failed", "input_tokens", "output_tokens", "timed"):
            cells = sum(cell[name] or 0 for cell in report["matrix"])
            assert (name, cells) == (name, stats["total"][name])
            for rows in stats["by"].values() if name != "interactions" else ():
                assert (name, sum(row[name] or 0 for row in rows)) == (name, stats["total"][name])
        idle = [each for each in found if each["operation_name"] in _IDLE]
        assert len(found) - len(idle) == stats["total"]["calls"]
        assert sum(each["input_tokens"] or 0 for each in found) == stats["total"]["input_tokens"]


def test_stats(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(6):
        write(f"s/m{number}/tool.json", *call(f"m{number}"))
    cost = {"prompt_tokens": 1000, "completion_tokens": 1, "cost": 0.0000125}
    write("s/o3/hi.json", exchange(asked(model="o3"), answered(usage=cost), duration="700ms"), exchange(asked(), LATE, code=429, duration=""))  # fmt: skip
    write("s/search.json", exchange({"q": "Ada"}, {"found": 1}, url="https://search.example.com/v1"))
    assert main(["stats", "s"]) == 0
    assert (
        capsys.readouterr().out
        == """\
8 recordings, 14 calls of a model, 1 interaction of another kind

                   recordings  calls  tokens in  out            cost  failed  median
  all                       8     14      1,120   25  $0.000013 of 1       1     2 s
provider
  openai                    7     14      1,120   25  $0.000013 of 1       1     2 s
model
  m0                        1      2         20    4                             2 s
  m1                        1      2         20    4                             2 s
  m2                        1      2         20    4                             2 s
  m3                        1      2         20    4                             2 s
  … 4 more; --by model shows all
SDK
  OpenAI/Go 2.7.1           7     14      1,120   25  $0.000013 of 1       1     2 s
scenario
  tool                      6     12        120   24                             2 s
  hi                        1      2      1,000    1       $0.000013       1   0.7 s
"""
    )
    assert main(["stats", "s", "--by", "model"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[5:]] == [
        *(f"m{number}" for number in range(6)),
        "gpt-4o",
        "o3",
    ]
    assert main(["stats", "s", "--show-all"]) == 0
    assert "…" not in capsys.readouterr().out


@pytest.mark.parametrize("width", [44, 60, 120])
@pytest.mark.parametrize("by", [None, "model"])
def test_what_is_asked_for_is_shown_however_narrow_the_screen_is(here: Path, by: str | None, width: int) -> None:
    """The estimate, and what has no list price."""
    write("s/known.json", *call("gpt-4o"))
    write("s/own.json", *call("acme-7b"))

    def price(_counted: object, *, models: tuple[str, ...], **_: object) -> float | None:
        return 0.001 if "gpt-4o" in models else None

    stats = stats_of(recordings_of(survey(("s",), cached=False)), price)  # type: ignore[arg-type]
    lines = stats_text(stats, Style(width=width), by).splitlines()
    assert " ".join(lines[:2]) == (
        "2 recordings, 4 calls of a model; list prices are known of 2 no list price for acme-7b (2)"
    )
    rows = {line.split()[0]: line.split()[1:6] for line in lines[3:]}
    assert rows["calls"][0] == "estimated"
    assert rows["all"][:4] == ["4", "~$0.002", "of", "2"]
    assert rows["gpt-4o"][:2] == ["2", "~$0.002"]
    assert not any(word.startswith("~") for word in rows["acme-7b"])


def test_the_head_counts_who_is_asked(here: Path) -> None:
    """In all calls, and a model once, whoever serves it."""
    write("s/openai/trip.json", *call("gpt-4o"), exchange(asked(model="title-1"), answered()))
    served = exchange(asked(model="gpt-4o"), answered(), url="https://openrouter.ai/api/v1/chat/completions")
    write("s/openrouter/trip.json", served)
    assert head_in_words(told("s"), 100)[0].startswith("2 recordings of 1 scenario, 2 providers, 2 models")


def test_stats_of_nothing_known(here: Path) -> None:
    write("s/search.json", exchange({"q": "Ada"}, {"found": 1}, url="https://search.example.com/v1", duration=""))
    stats = stats_of(recordings_of(survey(("s",), cached=False)))
    assert (stats.total.calls, stats.total.interactions, stats.total.duration) == (0, 1, None)
    assert set(stats.total.counts.values()) == {None}
    assert stats.by == {"provider": (), "model": (), "sdk": (), "scenario": ()}


# --- columns ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (40, ["name          n  word", "gpt-4o-2024  10  x", "o3            2"]),
        (15, ["name          n", "gpt-4o-2024  10", "o3            2"]),
        (14, ["name", "gpt-4o-2024", "o3"]),
    ],
)
def test_columns(width: int, lines: list[str]) -> None:
    rows = [("name", "n", "empty", "word"), ("gpt-4o-2024", "10", "", "x"), ("o3", "2", "", "")]
    assert aligned(rows, width, left=frozenset((0, 3))) == lines
