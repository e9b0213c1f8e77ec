"""`orphaned-cassette`: which recordings no test names."""

from __future__ import annotations

from pathlib import Path

import pytest

from cassette_tools.cli import main

RECORDING = "version: 1\ninteractions: []\n"
PYTEST = ("{dir}cassettes/{module}/{test}.yaml", "{dir}{module}.py", "def {test}(")
GO = ("{dir}testdata/{test}.yaml", "{dir}*_test.go", "")
RUBY = ("spec/vcr/{dir}{name}.yml", "spec/**/*_spec.rb", "{dir}{name}")


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, text: str = RECORDING) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def configure(*rows: tuple[str, str, str]) -> None:
    lines = []
    for cassettes, tests, text in rows:
        lines += ["[[tests]]", f'cassettes = "{cassettes}"', f'tests = "{tests}"', f'text = "{text}"' if text else ""]
    put("cassette.toml", "\n".join(lines))


def lint(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["lint", *(words or (".",))])
    return [line for line in capsys.readouterr().out.splitlines() if "orphaned-cassette" in line]


@pytest.mark.parametrize(
    ("row", "path", "tests", "text", "why"),
    [
        (PYTEST, "tests/cassettes/test_a/test_b.yaml", "tests/test_a.py", "async def test_b(vcr):", None),
        (PYTEST, "tests/cassettes/test_a/test_b[gpt-4o].yaml", "tests/test_a.py", "def test_b(vcr):", None),
        (PYTEST, "cassettes/test_a/test_b.yaml", "test_a.py", "def test_b():", None),
        (PYTEST, "tests/cassettes/test_a/test_b.yaml", "tests/test_a.py", "def test_bee():",
         "no test names this recording (`def test_b(` in `tests/test_a.py`)"),
        (PYTEST, "tests/cassettes/test_a/test_b.yaml", "tests/test_c.py", "def test_b():", "there is no test `tests/test_a.py`"),
        (PYTEST, "tests/recordings/test_b.yaml", "tests/test_c.py", "", None),  # fits no row
        (GO, "api/testdata/TestGet.yaml", "api/get_test.go", "func TestGet(t *testing.T) {", None),
        (GO, "api/testdata/TestGet.yaml", "api/get_test.go", "func TestGetAll(t *testing.T) {",
         "no test names this recording (`TestGet` in `api/get_test.go`)"),
        (RUBY, "spec/vcr/chat/basic.yml", "spec/models/chat_spec.rb", 'VCR.use_cassette("chat/basic") do', None),
        (RUBY, "spec/vcr/chat/basic.yml", "spec/models/chat_spec.rb", 'VCR.use_cassette("chat/basics") do',
         "no test names this recording (`chat/basic` in `spec/models/chat_spec.rb`)"),
    ],
)  # fmt: skip
def test_what_is_orphaned(
    capsys: pytest.CaptureFixture[str], row: tuple[str, str, str], path: str, tests: str, text: str, why: str | None
) -> None:
    configure(row)
    put(path)
    put(tests, text)
    expected = [f"{path}:1:1: warning orphaned-cassette: {why}: delete the recording, or let a test play it"]
    assert lint(capsys, path) == (expected if why else [])


def test_any_row_that_fits_is_enough(capsys: pytest.CaptureFixture[str]) -> None:
    configure(("{a}.yaml", "one.py", ""), ("{a}.yaml", "two.py", ""))
    put("trip.yaml")
    put("one.py", "")
    put("two.py", "trip")
    assert lint(capsys) == []
    put("two.py", "trips")
    assert len(lint(capsys)) == 1, "the cache remembers nothing of it"


def test_it_is_accepted_and_ignored_as_others_are(capsys: pytest.CaptureFixture[str]) -> None:
    configure(("{a}.yaml", "*.py", ""))
    put("test_x.py", "")
    put("kept.yaml", f"# cassette: ignore[orphaned-cassette] played by another project\n{RECORDING}")
    put("gone.yaml")
    assert [line.partition(":")[0] for line in lint(capsys)] == ["./gone.yaml"]
    assert lint(capsys, "--select", "all", "kept.yaml") == []
    assert lint(capsys, "--ignore", "replay", ".") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tests = 1\n", "tests is a number; expected tables [[…tests]]"),
        ('[[tests]]\ncassettes = "a"\n', "tests[0] is not complete; expected cassettes, tests and perhaps text"),
        ('[[tests]]\ncassettes = "{a}"\ntests = "{b}"\n', "tests[0]: `cassettes` has no {b}"),
        ('[[tests]]\ncassettes = "{a}"\ntests = "{a}"\n', "tests[0] looks for nothing in the tests: `cassettes` needs a {name} that `tests` has not"),
        ('[[tests]]\ncassettes = "{a}"\ntests = ""\n', "tests[0].tests is a string; expected a pattern"),
        ('[[tests]]\nname = "{a}"\n', "tests[0].name is no setting; expected cassettes, tests and perhaps text"),
    ],
)  # fmt: skip
def test_rows_that_say_nothing(capsys: pytest.CaptureFixture[str], text: str, message: str) -> None:
    put("cassette.toml", text)
    assert main(["lint", "."]) == 2
    assert capsys.readouterr().err.endswith(f"cassette.toml: {message}\n")
