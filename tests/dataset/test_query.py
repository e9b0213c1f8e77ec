"""SQL over a dataset: what it answers, in every form; that it reads nothing else; and what is said of a wrong question."""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
from pathlib import Path

import pytest
from effort import ROOT
from indexing import index, recording, write
from jsonschema import Draft202012Validator

from cassette_tools.cli import main
from cassette_tools.dataset import query
from cassette_tools.dataset.questions import QUESTIONS
from cassette_tools.dataset.reading import Dataset
from cassette_tools.errors import UsageError

COUNT = "SELECT count(*) AS calls FROM interactions"


@pytest.fixture(autouse=True)
def _dataset(_here: None) -> None:
    write("s/one.json", recording("Hello", calls=2))
    write("s/two.json", recording("Hello", model="gpt-5"))
    write("s/tree.json", recording("Hullo"))
    index("s")


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["query", "ds", *words])
    return (status, *capsys.readouterr())


def test_an_answer_in_every_form(capsys: pytest.CaptureFixture[str]) -> None:
    sql = """
        SELECT request_model, count(*) AS calls, sum(input_tokens) / 3 AS third, list(DISTINCT finish_reason) AS ends, max(day) AS day
        FROM interactions GROUP BY request_model ORDER BY calls DESC
    """
    text = """\
request_model  calls          third  ends  day
gpt-4o             3             10  stop
gpt-5              1  3.33333333333  stop
"""
    assert asked(capsys, sql) == (0, text, "")
    status, out, _ = asked(capsys, sql, "--format", "json")
    report = json.loads(out)
    Draft202012Validator(json.loads((ROOT / "schemas/query-report.schema.json").read_bytes())).validate(report)
    assert (status, [each["type"] for each in report["columns"]]) == (
        0,
        ["VARCHAR", "BIGINT", "DOUBLE", "VARCHAR[]", "DATE"],
    )
    assert report["rows"][0] == {"request_model": "gpt-4o", "calls": 3, "third": 10.0, "ends": ["stop"], "day": None}
    assert len(out.splitlines()) == 4  # a row a line
    status, out, _ = asked(capsys, sql, "--format", "csv")
    assert [*csv.reader(io.StringIO(out))][1] == ["gpt-4o", "3", "10", "stop", ""]


def test_an_answer_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT path FROM interactions WHERE status = 418"
    assert asked(capsys, sql) == (0, "path\nno rows\n", "")
    assert json.loads(asked(capsys, sql, "--format", "json")[1])["rows"] == []
    assert asked(capsys, sql, "--format", "csv") == (0, "path\n", "")


def test_many_rows(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT range AS number FROM range(12000)"  # three batches
    out = asked(capsys, sql)[1].splitlines()
    assert (len(out), out[100], out[101][:25]) == (102, "    99", "… only the first 100 rows")
    assert asked(capsys, sql, "--show-all")[1].splitlines()[1:] == [f"{number:>6}" for number in range(12_000)]
    assert [each["number"] for each in json.loads(asked(capsys, sql, "--format", "json")[1])["rows"]] == [
        *range(12_000)
    ]
    assert asked(capsys, sql, "--format", "csv")[1].split()[1:] == [*map(str, range(12_000))]


def test_into_a_file_and_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(capsys, COUNT, "--format", "csv", "-o", "out.csv") == (0, "", "")
    assert Path("out.csv").read_text() == "calls\n4\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(COUNT.encode())))
    assert asked(capsys, "-") == (0, "calls\n    4\n", "")


def test_columns_of_one_name_are_numbered(capsys: pytest.CaptureFixture[str]) -> None:
    out = asked(capsys, "SELECT 1 AS a, 2 AS a, 3 AS a_2", "--format", "json")[1]
    assert json.loads(out)["rows"] == [{"a": 1, "a_2": 2, "a_2_2": 3}]


# --- what cannot be asked --------------------------------------------------------------------------------------------

WRONG = [  # the question, and what is said of it
    ("SELECT modl FROM interactions", "SQL:1:8: there is no column modl; did you mean request_model or response_model?"),
    ("SELECT i.pth FROM interactions i", "SQL:1:8: there is no column pth; did you mean path?"),
    ("SELECT path\nFROM interactions\nWHERE finnish = 1", "SQL:3:7: there is no column finnish; did you mean finish_reason, native_finish_reason or finish_reasons?"),
    ("SELECT 'Évora', tol FROM interactions", "SQL:1:17: there is no column tol; did you mean tools?"),
    ("SELECT path FROM interaction", "SQL:1:18: there is no table interaction; the table is interactions"),
    ("SELECT foo(path) FROM interactions", "SQL:1:8: there is no function foo; near it is floor"),
    ("SELEC path", 'SQL:1:1: syntax error at or near "SELEC"'),
    ("SELECT path +", 'SQL:1:13: syntax error at or near "+"'),
    ("", "SQL:1:1: 0 statements; expected one question: SELECT … FROM interactions"),
    ("SELECT 1; SELECT 2", "SQL:1:1: 2 statements; expected one question: SELECT … FROM interactions"),
    *(
        (sql, f"SQL:1:1: {kind} is no question; expected SELECT … FROM interactions: a dataset is only read here")
        for sql, kind in (
            ("COPY (SELECT 1) TO 'out.csv'", "COPY"),
            ("DROP VIEW interactions", "DROP"),
            ("CREATE TABLE t AS SELECT 1", "CREATE"),
            ("ATTACH 'x.db'", "ATTACH"),
            ("SET memory_limit = '1TB'", "SET"),
            ("INSTALL httpfs", "LOAD"),
            ("PRAGMA version", "PRAGMA"),
        )
    ),
    # nothing but the dataset is read, by whatever way
    ("SELECT * FROM read_text('/etc/hostname')", 'SQL:1:15: cannot access file "/etc/hostname" - file system operations are disabled by configuration'),
    ("SELECT * FROM read_parquet('ds/*/*/*.parquet')", 'SQL:1:15: cannot access file "ds/*/*/*.parquet" - file system operations are disabled by configuration'),
    ("SELECT * FROM glob('/*')", 'SQL:1:15: cannot access file "/*" - file system operations are disabled by configuration'),
    ("SELECT * FROM '/etc/hostname'", "SQL:1:15: there is no table /etc/hostname; the table is interactions"),
    ("SELECT * FROM dataset", "SQL:1:15: there is no table dataset; the table is interactions"),  # a variable of ours
    ("SELECT getenv('HOME')", "SQL:1:8: there is no function getenv; near it is get_current_time"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_place(sql: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, sql) == (2, "", f"cassette: error: {said}\n")
    assert not Path("out.csv").exists()


def test_a_name_like_no_other_is_told_with_all_columns(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = asked(capsys, "SELECT xyzzy FROM interactions")
    assert err.startswith(
        "cassette: error: SQL:1:8: there is no column xyzzy; the columns are path, name, file_digest,"
    )


def test_a_value_that_cannot_be_had(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = asked(capsys, "SELECT CAST(path AS INTEGER) FROM interactions")
    assert (status, out) == (2, "")
    assert err.startswith("cassette: error: SQL:1:8: could not convert string 's/")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing is asked; expected SQL"),
        ((COUNT, "--ask", "tool-usage"), "--ask and SQL are two questions; expected SQL"),
    ],
)
def test_one_question_is_asked(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = asked(capsys, *words)
    assert (status, out, err.startswith(f"cassette: error: {said}")) == (2, "", True)


def test_only_a_dataset_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "s", COUNT]) == 2
    said = "s is no dataset: there is no cassette-dataset.json in it; `cassette index PATH --output s` makes one"
    assert capsys.readouterr() == ("", f"cassette: error: {said}\n")


@pytest.mark.parametrize(("package", "what"), [("pyarrow.dataset", "ds"), ("duckdb", "SQL over a dataset")])
def test_without_the_extra_it_is_told_what_to_install(
    package: str, what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    name = package.partition(".")[0]
    said = f"cassette: error: {what}: needs the package {name}: pip install 'cassette-tools[scale]'\n"
    assert asked(capsys, COUNT) == (2, "", said)


# --- what comes out --------------------------------------------------------------------------------------------------


def test_nothing_in_an_answer_acts(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/evil.json", recording("Hello", model="\x1b[31mred\u202e\n::error::x"))
    index("s")
    for form in ("text", "csv", "json"):
        _, out, _ = asked(capsys, "SELECT request_model FROM interactions", "--format", form)
        assert [each for each in "\x1b\u202e" if each in out] == []
        assert "red" in out
    _, _, err = asked(capsys, "SELECT '\x1b[31m' || nothing FROM interactions")
    assert "\x1b" not in err


def test_no_key_comes_out_whole(capsys: pytest.CaptureFixture[str]) -> None:
    key = "sk-proj-" + "Ab3dE6gH9jK2mN5pQ8sT1vW4yZ7" * 2
    for form in ("text", "csv", "json"):
        assert key not in asked(capsys, f"SELECT '{key[:30]}' || '{key[30:]}' AS joined", "--format", form)[1]


# --- memory ----------------------------------------------------------------------------------------------------------


def spilled() -> list[str]:
    return [path.name for path in Path(tempfile.gettempdir()).glob("cassette-*")]


def test_what_does_not_fit_is_spilled_and_swept(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    sql = "SELECT count(*) AS n FROM (SELECT DISTINCT md5(range::VARCHAR) || md5((range + 1)::VARCHAR) FROM range(800000))"
    assert asked(capsys, sql, "--memory", "64") == (0, "     n\n800000\n", "")
    assert spilled() == []


def test_what_needs_more_memory_than_it_may_have_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT list(repeat('x', 100) || range) FROM range(3000000)"
    said = "SQL:1:1: the answer takes more memory than it may; --memory MB allows more"
    assert asked(capsys, sql, "--memory", "64") == (2, "", f"cassette: error: {said}\n")


# --- questions that have names ---------------------------------------------------------------------------------------

ANSWERS = {
    "cost-by-model": [
        {"provider_name": "openai", "model": "gpt-4o", "calls": 3, "input_tokens": 30, "output_tokens": 6, "cost": None, "calls_with_cost": 0},
        {"provider_name": "openai", "model": "gpt-5", "calls": 1, "input_tokens": 10, "output_tokens": 2, "cost": None, "calls_with_cost": 0},
    ],
    "drift-by-field": [
        {"field": name, "requests_that_differ": int(name == "text"), "requests_recorded_again": 1}
        for name in ("text", "error", "finish_reason", "input_tokens", "is_complete", "output_tokens", "response_model", "shape", "status", "tools")
    ],
    "finish-reasons": [
        {"provider_name": "openai", "model": "gpt-4o", "finish_reason": "stop", "calls": 3, "percent_of_model": 100.0},
        {"provider_name": "openai", "model": "gpt-5", "finish_reason": "stop", "calls": 1, "percent_of_model": 100.0},
    ],
    "sdk-versions": [{"sdk": None, "provider_name": "openai", "calls": 4, "recordings": 3, "failed": 0, "first_day": None, "last_day": None}],
    "slowest-streams": [],
    "tool-usage": [],
    "unknown-fields": [],
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_named_question(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = asked(capsys, "--ask", name, "--format", "json")
    assert (status, json.loads(out)["rows"]) == (0, ANSWERS[name])
    status, sql, _ = asked(capsys, "--ask", name, "--show-sql")
    assert asked(capsys, sql, "--format", "json") == (0, out, "")


def test_a_batch_that_fails_later_is_told_as_well() -> None:
    sql = "SELECT CASE WHEN range = 20000 THEN error('late') ELSE range END FROM range(30000)"
    with (
        query.engine({"interactions": Dataset("ds").table("interactions")}) as connection,
        pytest.raises(UsageError, match="late"),
    ):
        for _ in query.asked(connection, sql).batches:
            pass


def test_the_page_names_the_questions() -> None:
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert [f"| `{each.name}` | {each.answers} |" in page for each in QUESTIONS.values()] == [True] * len(QUESTIONS)
