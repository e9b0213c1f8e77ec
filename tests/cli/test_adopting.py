"""What a project does that begins to lint: mend, accept what is old, see what matters first."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cassette_tools import walk
from cassette_tools.cli import main
from cassette_tools.data.mending import MENDS
from cassette_tools.data.normal import STEPS
from cassette_tools.load import load
from cassette_tools.rules import RULES

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "rules"
COOKIE = (SAMPLES / "cookie-recorded" / "bad.yaml").read_text(encoding="utf-8")
LENGTH = """\
version: 2
interactions:
- id: 0
  request: {url: "https://api.example.com/v1/things", method: POST, content_length: 9, body: "abc", headers: {}}
  response: {code: 200, status: 200 OK, body: "ok", headers: {}, duration: 1s}
"""
SAID = (
    "warning content-length-mismatch: the request's recorded length says 9 bytes, its body is 3: it was changed after "
    "recording; write 3, or record the interaction again\n    fix (safe): `cassette lint --fix` writes the length that "
    "the body has\n"
)


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository as the current folder, and nothing remembered."""
    walk._roots.clear()
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(tmp_path / "cache"))


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["lint", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def put(path: str, text: str) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def places(output: str) -> list[str]:
    """``path: rule`` of each finding of a report in JSON."""
    return [f"{each['location']['path']}: {each['rule']}" for each in json.loads(output)["findings"]]


# --- fixes -----------------------------------------------------------------------------------------------------------


def test_rows_of_fixes_name_rules_and_steps() -> None:
    assert {row.rule for row in MENDS} - set(RULES.names()) == set()
    assert {row.step for row in MENDS} - {step.name for step in STEPS} == set()
    assert len({row.rule for row in MENDS}) == len(MENDS)


@pytest.mark.parametrize("row", MENDS, ids=lambda row: row.rule)
def test_what_a_fix_promises_it_does(capsys: pytest.CaptureFixture[str], row: object) -> None:
    rule = row.rule  # type: ignore[attr-defined]
    path = shutil.copy(SAMPLES / rule / "bad.yaml", "bad.yaml")
    before = Path(path).read_bytes()
    asked = ("--extend-select", rule)
    status, out, _err = run(capsys, *asked, "--format", "json", path)
    found = json.loads(out)["findings"]
    fixes = [each["fix"] for each in found if each["fix"]]
    left = len(found) - len(fixes)
    assert (status, left == 0 or not row.everywhere) == (1, True)  # type: ignore[attr-defined]
    unsafe = ("--unsafe-fixes",) if "unsafe" in [fix["applicability"] for fix in fixes] else ()
    assert [fix["description"].startswith("`cassette lint --fix") for fix in fixes] == [True] * len(fixes)

    status, shown, err = run(capsys, *asked, "--diff", *unsafe, path)
    assert (status, err.splitlines()[-1]) == (1, "cassette: 1 file would be rewritten")
    assert shown.startswith(f"--- {path}\n+++ {path}\n@@ ")
    assert Path(path).read_bytes() == before

    status, out, _ = run(capsys, *asked, "--fix", *unsafe, path)
    assert (status, out.splitlines()[-1].partition(" mended, ")[0]) == (
        int(left > 0),
        f"{len(fixes)} finding{'s' * (len(fixes) != 1)}",
    )
    again = json.loads(run(capsys, *asked, "--format", "json", path)[1])["findings"]
    assert [each["fix"] for each in again] == [None] * left
    mended = Path(path).read_bytes()
    assert mended != before
    assert run(capsys, *asked, "--fix", *unsafe, path)[::2] == (int(left > 0), "")
    assert run(capsys, *asked, "--diff", *unsafe, path) == (0, "", "cassette: 0 files would be rewritten\n")
    assert Path(path).read_bytes() == mended
    assert [name for name in os.listdir() if name.endswith(".tmp")] == []


def test_a_fix_changes_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.yaml", COOKIE)
    assert run(capsys, "--fix", "a.yaml")[0] == 0
    cookie = "      Set-Cookie:\n      - session=Zk3nQ8vT1xWc5Lr7PbYm; Path=/; HttpOnly; Secure\n"
    assert path.read_text(encoding="utf-8") == COOKIE.replace(cookie, "")


def test_what_was_not_asked_is_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.yaml", LENGTH)
    for words in (("--ignore", "http"), ("--select", "secrets")):
        assert run(capsys, "--fix", *words, "a.yaml") == (0, "no findings in 1 file\n", "")
    commented = LENGTH.replace("- id: 0", "# cassette: ignore[http] on purpose\n- id: 0")
    path.write_text(commented)
    assert run(capsys, "--fix", "a.yaml") == (0, "no findings in 1 file\n", "")
    assert path.read_text() == commented


def test_a_secret_that_players_compare_is_mended_only_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    path = shutil.copy(SAMPLES / "secret-in-body" / "bad.yaml", "bad.yaml")
    before = Path(path).read_bytes()
    assert run(capsys, "--fix", path)[0] == 1
    assert Path(path).read_bytes() == before
    assert run(capsys, "--fix", "--unsafe-fixes", path)[0] == 0
    assert "REDACTED" in load(path).interactions[0].request.body.text


def test_a_secret_that_was_mended_is_still_known(capsys: pytest.CaptureFixture[str]) -> None:
    path = shutil.copy(SAMPLES / "secret-in-header" / "bad.yaml", "bad.yaml")
    told = "cassette: 2 secrets were taken out, but the history of the repository has them: revoke them\n"
    assert run(capsys, "--fix", path) == (0, "2 findings mended, no findings in 1 file\n", told)


def test_mojibake_is_repaired_in_escapes_too(capsys: pytest.CaptureFixture[str]) -> None:
    """In an answer of a model: what another server spells in escapes, it has sent so."""
    said = {"role": "assistant", "content": "OlÃ¡, situaÃ§Ã£o"}
    choice = {"index": 0, "message": said, "finish_reason": "stop"}
    counts = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    body = json.dumps({"id": "c-1", "model": "m", "choices": [choice], "usage": counts})
    text = LENGTH.replace("api.example.com/v1/things", "api.openai.com/v1/chat/completions").replace('"abc"', "'{}'")
    put("a.yaml", text.replace("content_length: 9", "content_length: 2").replace('body: "ok"', f"body: '{body}'"))
    assert run(capsys, "--fix", "--unsafe-fixes", "a.yaml")[0] == 0
    (message,) = json.loads(load("a.yaml").interactions[0].response.body.text)["choices"]
    assert message["message"]["content"] == "Olá, situação"


def test_what_contradicts_itself_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for words, message in (
        (("--fix", "-"), "standard input cannot be changed; `cassette normalize -` writes to standard output"),
        (("--fix", "--write-baseline", "b.json"), "--fix and --write-baseline are two things: do one after the other"),
        (("--add-ignore", " "), "--add-ignore needs a reason: why are these findings accepted?"),
        (("--statistics", "--format", "json"), "--statistics and --show-source are for --format text; the other formats say it all"),
    ):  # fmt: skip
        assert run(capsys, *words) == (2, "", f"cassette: error: {message}\n")


# --- a baseline ------------------------------------------------------------------------------------------------------

BASELINE = """\
{
  "schema_version": 1,
  "accepted": [
    {"file": "pkg/testdata/a.yaml", "rule": "content-length-mismatch", "place": "PLACE"}
  ]
}
"""


def test_a_baseline_that_is_configured_needs_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    put("cassette.toml", 'baseline = "b.json"\n')
    run(capsys, "--write-baseline", "b.json", "a.yaml")
    assert run(capsys, "--write-baseline", "b.json", "a.yaml") == (0, "", "cassette: 1 finding accepted in b.json\n")
    assert run(capsys, "a.yaml") == (0, "no findings in 1 file; 1 finding in the baseline\n", "")


def test_a_baseline_holds_however_the_path_is_typed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path.cwd()
    path = put("pkg/testdata/a.yaml", LENGTH)
    status, out, err = run(capsys, "--write-baseline", "b.json", "pkg")
    told = (
        "1 finding accepted in b.json: `cassette lint --baseline b.json` heeds it, and so does `cassette lint` with "
        '`baseline = "b.json"` in a cassette.toml beside it'
    )
    assert (status, out, err) == (0, "", f"cassette: {told}\n")
    written = Path("b.json").read_text()
    place = json.loads(written)["accepted"][0]["place"]
    assert written == BASELINE.replace("PLACE", place)
    clean = (0, "no findings in 1 file; 1 finding in the baseline\n", "")
    for typed in ("pkg", "./pkg/testdata/a.yaml", str(path.resolve()), "pkg/../pkg/testdata", "."):
        assert run(capsys, "--baseline", "b.json", typed) == clean
    monkeypatch.chdir(root / "pkg" / "testdata")
    assert run(capsys, "--baseline", "../../b.json", "a.yaml") == clean
    monkeypatch.chdir(root)
    path.write_text("# moved\n\n" + LENGTH.replace("content_length: 9", "content_length: 7"))
    assert run(capsys, "--baseline", "b.json", "pkg") == clean
    (root / ".git").rmdir()  # a container that was given the files alone
    walk._roots.clear()
    (root / "elsewhere").mkdir()
    for each in ("pkg", "b.json"):
        shutil.move(root / each, root / "elsewhere" / each)
    assert run(capsys, "--baseline", "elsewhere/b.json", "elsewhere/pkg") == clean


def test_what_is_new_counts(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    run(capsys, "--write-baseline", "b.json")
    item = LENGTH.partition("interactions:\n")[2].replace("- id: 0", "- id: 1")
    put("a.yaml", LENGTH + item.replace("things", "others"))
    assert run(capsys, "--baseline", "b.json", "a.yaml") == (
        1,
        f"a.yaml:7:85: {SAID}1 finding (1 warning) in 1 file; 1 finding in the baseline\n",
        "",
    )
    put("a.yaml", LENGTH + item)  # the same once more
    assert run(capsys, "--baseline", "b.json", "a.yaml")[1].startswith("a.yaml:7:85: ")


def test_what_is_gone_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    put("b.yaml", LENGTH)
    run(capsys, "--write-baseline", "b.json")
    put("a.yaml", LENGTH.replace("content_length: 9", "content_length: 3"))
    gone = (
        "cassette: 1 finding of the baseline is gone (content-length-mismatch in a.yaml): "
        "`cassette lint --write-baseline b.json` takes them out\n"
    )
    assert run(capsys, "--baseline", "b.json") == (0, "no findings in 2 files; 1 finding in the baseline\n", gone)
    assert run(capsys, "--baseline", "b.json", "b.yaml")[2] == ""  # a.yaml was not looked at
    assert run(capsys, "--baseline", "b.json", "--select", "secrets")[2] == ""  # nor for that
    Path("b.yaml").unlink()
    assert "2 findings of the baseline are gone" in run(capsys, "--baseline", "b.json", "a.yaml")[2]
    run(capsys, "--write-baseline", "b.json", "a.yaml")
    assert json.loads(Path("b.json").read_text())["accepted"] == []


def test_a_baseline_of_some_files_keeps_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    put("b.yaml", LENGTH)
    run(capsys, "--write-baseline", "b.json")
    before = Path("b.json").read_text()
    run(capsys, "--write-baseline", "b.json", "a.yaml")
    assert Path("b.json").read_text() == before


def test_a_baseline_in_the_configuration_and_until_when(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    run(capsys, "--write-baseline", "b.json")
    put("cassette.toml", 'baseline = "b.json"\n')
    assert run(capsys, "a.yaml")[0] == 0
    document = json.loads(Path("b.json").read_text())
    for until, status in (("2999-12-31", 0), ("2020-01-01", 1)):
        put("b.json", json.dumps({**document, "until": until}))
        assert run(capsys, "a.yaml")[0] == status


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1", "the baseline is no JSON: Expecting ',' delimiter: line 1 column 3 (char 2)"),
        ("{}", "this is no baseline of lint; expected an object with `accepted`, a list of objects with `file`, `rule` and `place`, and perhaps `until`, a day (`--write-baseline` writes one)"),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused(capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    put("b.json", text)
    put("a.yaml", LENGTH)
    assert run(capsys, "--baseline", "b.json", "a.yaml") == (2, "", f"cassette: error: b.json: {message}\n")


# --- what a person sees ----------------------------------------------------------------------------------------------


def test_many_findings_are_told_by_rule(capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(30):
        put(f"suite/{number:02}.yaml", LENGTH)
    put("suite/x.yaml", COOKIE)
    status, out, err = run(capsys, "suite")
    assert (status, err) == (1, "")
    assert out == (
        "warning content-length-mismatch: 30 in 30 files: the request's recorded length says 9 bytes, its body is 3: it "
        "was changed after recording; write 3, or record the interaction again\n"
        "    suite/00.yaml:4:85 and 29 more\n"
        "    fix (safe): `cassette lint --fix` writes the length that the body has\n"
        "suite/x.yaml:31:9: warning cookie-recorded: the response holds a cookie that may be a session (`session`): let the recorder remove "
        "`Set-Cookie` before it writes\n"
        "    fix (safe): `cassette lint --fix` takes the cookies out\n"
        "31 findings (31 warnings) in 31 files\n"
        "    cassette lint --fix suite                                    mends 31 of them (--diff in its place shows how)\n"
        "    cassette lint --write-baseline cassette-baseline.json suite  accepts all of them; what is new still fails\n"
        "    cassette lint --show-all suite                               lists each\n"
    )
    assert len(run(capsys, "--show-all", "suite")[1].splitlines()) == 2 * 31 + 1 + 2
    assert run(capsys, "--statistics", "suite")[1].splitlines()[:3] == [
        "30  warning content-length-mismatch in 30 files, 30 can be mended",
        " 1  warning cookie-recorded in 1 file, 1 can be mended",
        "31 findings (31 warnings) in 31 files",
    ]


def test_the_line_is_shown_with_a_caret(capsys: pytest.CaptureFixture[str]) -> None:
    path = put("a.yaml", LENGTH.replace("things", "th\u202eings"))
    assert run(capsys, "--show-source", "a.yaml")[1].splitlines()[1:3] == [
        "    4 | …th⟨U+202E⟩ings\", method: POST, content_length: 9, body: \"abc\", headers: {}}",
        "      |                                                 ^",
    ]  # fmt: skip
    path.write_text(LENGTH.replace('body: "abc"', 'body: "日本"'))
    assert run(capsys, "--show-source", "a.yaml")[1].splitlines()[2].rstrip().endswith("^")


@pytest.mark.parametrize("rule", ["secret-in-body", "secret-in-header", "secret-in-stream", "cookie-recorded"])
def test_no_secret_is_shown(capsys: pytest.CaptureFixture[str], rule: str) -> None:
    """Nor a piece of one, whatever rule is asked: each is in a line that another rule speaks of."""
    text = (SAMPLES / rule / "bad.yaml").read_text(encoding="utf-8").replace("code: 200", "code: 429")
    put("a.yaml", text.replace('"finish_reason":null', '"finish_reason":nul'))
    _status, whole, _err = run(capsys, "--show-source", "a.yaml")
    _status, alone, _err = run(capsys, "--show-source", "--ignore", "secrets", "a.yaml")
    for secret in ("gsk_", "Zk3nQ8vT1xWc5Lr7PbYm"):
        for at in (index for index in range(len(text)) if text.startswith(secret, index)):
            assert text[at + 4 : at + 12] not in whole
            assert text[at + 4 : at + 12] not in alone


# --- the configuration -----------------------------------------------------------------------------------------------


def test_the_nearest_configuration_of_each_file_holds(capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("a", "b", "b/deep", "c"):
        put(f"{part}/x.yaml", LENGTH)
    put("b/cassette.toml", 'ignore = ["http"]\n')
    put("c/pyproject.toml", '[tool.cassette]\nexclude = ["x.yaml"]\n')
    put("pyproject.toml", '[tool.cassette.levels]\ncontent-length-mismatch = "error"\n')
    for _ in range(2):  # the second time from the cache
        status, out, _err = run(capsys, "--format", "json", ".")
        assert (status, places(out)) == (1, ["./a/x.yaml: content-length-mismatch"])
        assert json.loads(out)["summary"] == {"files": 3, "error": 1, "warning": 0, "note": 0}
    put("b/cassette.toml", 'fail-on = "error"\n')
    assert run(capsys, "b")[0] == 0
    assert run(capsys, "--fail-on", "warning", "b")[0] == 1
    assert run(capsys, "--config", "pyproject.toml", "b")[0] == 1


def test_patterns_start_from_the_configuration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put("pkg/testdata/a.yaml", LENGTH)
    put("cassette.toml", '[per-path]\n"/pkg/testdata/" = ["http"]\n')
    for folder, typed in (
        (".", "pkg"),
        ("pkg", "testdata/a.yaml"),
        ("testdata", "."),
        (".", str(Path("pkg").resolve())),
    ):
        monkeypatch.chdir(folder)
        assert run(capsys, typed)[0] == 0


def test_rows_accept_findings_until_their_day(capsys: pytest.CaptureFixture[str]) -> None:
    put("odd/a.yaml", LENGTH)
    put("even/a.yaml", LENGTH)
    row = '[[lint.ignore]]\nrule = "{}"\nfiles = "odd/"\nreason = "on purpose"\nuntil = {}\n'
    for rule in ("content-length-mismatch", "http"):
        put("cassette.toml", row.format(rule, "2999-01-01"))
        status, out, err = run(capsys, "--format", "json", ".")
        assert (status, places(out), err) == (1, ["./even/a.yaml: content-length-mismatch"], "")
    put("cassette.toml", row.format("http", "2020-01-01"))
    assert run(capsys, "odd")[::2] == (1, "cassette: lint.ignore of http in odd/ (on purpose) was until 2020-01-01: it accepts nothing any more\n")  # fmt: skip
    put("cassette.toml", row.format("mojibake", "2999-01-01"))
    told = "cassette: lint.ignore of mojibake in odd/ (on purpose) accepts nothing: there is no such finding; take it out\n"
    assert run(capsys, "odd")[::2] == (1, told)
    assert run(capsys, "even")[2] == ""
    assert run(capsys, "--select", "http", "odd")[2] == ""


def test_a_row_needs_a_reason(capsys: pytest.CaptureFixture[str]) -> None:
    for text, message in (
        ('rule = "http"\n', "lint.ignore[0] has no reason; say why this is accepted"),
        ('reason = "so"\n', "lint.ignore[0] would ignore everything; say which rule, path or files"),
        ('rule = "http"\npath = "x"\nreason = "so"\n', "lint.ignore[0].path is no setting; expected rule, files, reason or until"),
    ):  # fmt: skip
        put("cassette.toml", f"[[lint.ignore]]\n{text}")
        assert run(capsys, ".")[2].endswith(f"cassette.toml: {message}\n")


def test_rules_beside_the_usual_ones(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    assert run(capsys, "--select", "secrets", "--extend-select", "http", "a.yaml")[0] == 1
    put("cassette.toml", 'select = ["secrets"]\nextend-select = ["content-length-mismatch"]\n')
    assert run(capsys, "a.yaml")[0] == 1


def test_a_baseline_is_passed_over_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    assert run(capsys, "--write-baseline", "b.json", ".")[0] == 0
    assert run(capsys, "--baseline", "b.json", ".") == (
        0,
        "no findings in 1 file; 1 finding in the baseline\n",
        "",
    )


# --- accepting by comments -------------------------------------------------------------------------------------------


def test_findings_are_accepted_by_comments_and_rows(capsys: pytest.CaptureFixture[str]) -> None:
    put("a.yaml", LENGTH)
    put("cookie.yaml", COOKIE.replace("\n", "\r\n"))
    put("b [1].json", json.dumps({"version": 2, "interactions": []}))
    put("pyproject.toml", '[tool.cassette]\nextend-select = ["home-path"]')
    status, out, err = run(capsys, "--add-ignore", "the old ones", ".")
    assert (status, out, err) == (
        0,
        "",
        "cassette: 2 findings accepted by comments in the recordings\n"
        f"cassette: 1 row added to {Path('pyproject.toml').resolve()}, where comments cannot stand\n",
    )
    comment = "  # cassette: ignore[content-length-mismatch] the old ones\n"
    assert Path("a.yaml").read_text() == LENGTH.replace("  request:", comment + "  request:")
    assert b"      # cassette: ignore[cookie-recorded] the old ones\r\n" in Path("cookie.yaml").read_bytes()
    assert Path("pyproject.toml").read_text() == (
        '[tool.cassette]\nextend-select = ["home-path"]\n\n[[tool.cassette.lint.ignore]]\nrule = "empty-cassette"\n'
        'files = "/b \\\\[1\\\\].json"\nreason = "the old ones"\n'
    )
    assert run(capsys, ".") == (0, "no findings in 3 files\n", "")


@pytest.mark.parametrize("rule", [path.parent.name for path in sorted(SAMPLES.glob("*/bad.yaml"))])
def test_every_finding_can_be_accepted(capsys: pytest.CaptureFixture[str], rule: str) -> None:
    named = "suite/of/tests/one.yaml"  # a name that says nothing of failure
    Path(named).parent.mkdir(parents=True)
    shutil.copy(SAMPLES / rule / "bad.yaml", named)
    if (SAMPLES / rule / "cassette.toml").exists():
        shutil.copy(SAMPLES / rule / "cassette.toml", "cassette.toml")
    before = run(capsys, "--select", "all", named)
    assert before[0] == 1
    assert run(capsys, "--select", "all", "--add-ignore", "a sample", named)[0] == 0
    after = run(capsys, "--select", "all", named)
    assert (after[0], after[2]) == (0, ""), after


def test_a_configuration_that_cannot_take_rows_stays(capsys: pytest.CaptureFixture[str]) -> None:
    put("b.json", json.dumps({"version": 2, "interactions": []}))
    put("cassette.toml", "lint = {ignore = []}\n")
    status, _out, err = run(capsys, "--add-ignore", "why", "b.json")
    assert (status, "rows [[lint.ignore]] cannot be added to" in err) == (2, True)
    assert Path("cassette.toml").read_text() == "lint = {ignore = []}\n"


def test_a_fingerprint_names_no_working_folder(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(".git")
    subprocess.run(["git", "init", "-q", "."], check=True)
    put("pkg/a.yaml", LENGTH)
    seen = set()
    for folder, typed in ((".", "pkg/a.yaml"), (".", "./pkg"), ("pkg", "a.yaml"), (".", str(Path("pkg").resolve()))):
        monkeypatch.chdir(folder)
        seen.add(json.loads(run(capsys, "--format", "json", typed)[1])["findings"][0]["fingerprint"])
    assert len(seen) == 1
