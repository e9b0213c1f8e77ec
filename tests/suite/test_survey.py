"""From paths to recordings: what is passed over, what cannot be read, and what the cache remembers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_suites import answered, asked, exchange, write

from cassette_tools.cli import main
from cassette_tools.suite.survey import STDIN, is_result, survey


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("s/a.json", exchange())


def stats(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["stats", *words])
    said = capsys.readouterr()
    return status, said.out.splitlines()[0] if said.out else "", said.err


ONE = "1 recording, 1 call of a model"


def test_what_is_no_recording_is_passed_over_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s/values.yaml").write_text("replicas: 3\n")
    Path("s/half.json").write_text('{"interactions": 3}')
    Path("s/.gitignore").write_text("ignored.json\n")
    write("s/ignored.json", exchange())
    skipped = "cassette: skipped 1 unsupported file: 1 × a cassette of another recorder, without interactions\n"
    assert stats(capsys, "s") == (0, ONE, skipped)
    assert stats(capsys, "s", "-q") == (0, ONE, "")
    status, out, err = stats(capsys, "s/values.yaml", "s/a.json")  # a file that is named must be one
    assert (status, out) == (2, ONE)
    assert err.startswith("cassette: error: s/values.yaml: not a supported cassette: it looks like a mapping")


def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    Path("s/broken.yaml").write_text("version: 2\ninteractions: [\n")
    said = "not readable as YAML: while parsing a flow node, did not find expected node content"
    assert stats(capsys, "s", "none") == (
        2,
        ONE,
        f"cassette: error: none: there is no such file or folder\ncassette: error: s/broken.yaml:3:1: {said}\n",
    )


def test_nothing_is_no_success(capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    said = "cassette: no recording was found; --allow-empty takes that for success\n"
    assert stats(capsys, "empty") == (2, "", said)
    assert stats(capsys, "empty", "--allow-empty") == (0, "0 recordings, 0 calls of a model", "")
    assert main(["report", "empty", "--allow-empty"]) == 0
    assert capsys.readouterr().out == "0 recordings of 0 scenarios, 0 providers, 0 models\n0 calls\n"
    assert main(["find", "empty", "--tool", "x"]) == 2
    assert capsys.readouterr() == ("", said)


def test_the_configuration_leaves_files_out(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/old/b.json", exchange())
    Path("cassette.toml").write_text('exclude = ["old/"]\n')
    assert stats(capsys, "s")[:2] == (0, ONE)
    Path("cassette.toml").write_text("budgets.bytes = 10\n")
    assert stats(capsys, "s", "--no-cache")[0] == 2


def test_several_processes_give_what_one_gives() -> None:
    big = answered("x" * 100_000)
    for number in range(12):
        write(f"s/{number}.json", exchange(asked(model=f"m{number}"), big))
    alone, together = (survey(("s",), jobs=jobs, cached=False) for jobs in (1, 2))
    assert alone.found == together.found
    assert [path for path, _ in alone.found] == sorted(path for path, _ in alone.found)
    assert len(alone.found) == 13


def test_what_is_known_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    first = survey(("s",), cache_dir="cache")
    monkeypatch.setattr("cassette_tools.suite.survey.facts_in", None)
    assert survey(("s",), cache_dir="cache").found == first.found
    assert [entry for entry in os.listdir("cache") if entry.startswith("lint")] == []
    write("s/a.json", exchange(asked(model="o3")))
    assert len(survey(("s",), cache_dir="cache").errors) == 1  # it is read anew


def test_a_changed_file_is_read_anew() -> None:
    assert survey(("s",), cache_dir="cache").found[0][1][0].model == "gpt-4o"
    write("s/a.json", exchange(asked(model="o3")))
    assert survey(("s",), cache_dir="cache").found[0][1][0].model == "o3"


def test_a_file_that_cannot_be_read_is_not_remembered() -> None:
    Path("s/a.json").write_text("{")
    assert [len(survey(("s/a.json",), cache_dir="cache").errors) for _time in range(2)] == [1, 1]
    write("s/a.json", exchange())
    assert survey(("s/a.json",), cache_dir="cache").errors == []


def test_lint_and_stats_share_a_folder(capsys: pytest.CaptureFixture[str]) -> None:
    for _time in range(2):
        assert main(["lint", "s", "--cache-dir", "cache", "--exit-zero"]) == 0
        assert main(["stats", "s", "--cache-dir", "cache"]) == 0
    kinds = sorted(entry.partition("-")[0] for entry in os.listdir("cache") if entry.endswith(".json"))
    assert kinds == ["facts", "lint"]


def test_standard_input_has_a_name() -> None:
    found = survey(("-",), stdin=Path("s/a.json").read_bytes(), cached=False).found
    assert [path for path, _ in found] == [STDIN]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_is_no_result_is_not_taken_for_one(value: object) -> None:
    if is_result(value):
        assert isinstance(value, list)
        assert value[1:] == [None, []]  # 30 fields are more than are made up here


def test_a_scenario_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/x/b.json", exchange())

    def scenarios(*words: str) -> tuple[list[str | None], str]:
        assert main(["stats", "s", "--format", "json", *words]) == 0
        said = capsys.readouterr()
        return [each["name"] for each in json.loads(said.out)["by"]["scenario"]], said.err

    assert scenarios() == (["a", "b"], "")
    assert scenarios("--scenario-from", "{suite}/{scenario}.*") == (["s/a", "x/b"], "")
    unfit = "cassette: --scenario-from s/x/{scenario}.json does not fit s/a.json: these keep the scenarios that are guessed\n"
    assert scenarios("--scenario-from", "s/x/{scenario}.json") == (["a", "b"], unfit)
    assert scenarios("--scenario-from", "s/x/{scenario}.json", "-q") == (["a", "b"], "")
    assert main(["stats", "s", "--scenario-from", "{scenario}.yaml"]) == 2
    assert capsys.readouterr().err == (
        "cassette: error: --scenario-from {scenario}.yaml: no path fits; one of them is s/a.json\n"
    )


def test_the_configuration_says_a_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    """As the option does, which goes before it."""
    write("s/x/b.json", exchange())
    Path("cassette.toml").write_text("[suite]\nscenario-from = '{suite}/{scenario}.*'\n", encoding="utf-8")

    def scenarios(*words: str) -> list[str | None]:
        assert main(["stats", "s", "--format", "json", *words]) == 0
        return [each["name"] for each in json.loads(capsys.readouterr().out)["by"]["scenario"]]

    assert scenarios() == ["s/a", "x/b"]
    assert scenarios("--scenario-from", "{scenario}.json") == ["a", "b"]
    assert main(["report", "s"]) == 0
    assert capsys.readouterr().out.splitlines()[2] == "scenarios by {suite}/{scenario}.*"
    assert main(["find", "s", "--scenario", "x/*", "--files"]) == 0
    assert capsys.readouterr().out == "s/x/b.json\n"
    for value, seen in (("3", "3"), ("'{model}.yaml'", "'{model}.yaml'")):
        Path("cassette.toml").write_text(f"[suite]\nscenario-from = {value}\n", encoding="utf-8")
        assert main(["stats", "s"]) == 2
        assert capsys.readouterr().err == (
            f"cassette: error: {Path('cassette.toml').resolve()}: suite.scenario-from is {seen}; expected a path with"
            " {scenario} in it, such as '{model}/{scenario}.yaml'\n"
        )


def test_recordings_are_chosen_as_diff_chooses_them(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/b.json", exchange(asked(model="o3")))
    assert stats(capsys, "s", "--only", "model=o*")[1] == ONE
    assert stats(capsys, "s", "--only", "model=o*", "--only", "scenario=a") == (
        2,
        "",
        "cassette: error: --only model=o* scenario=a: no recording fits; the scenarios are a, b\n",
    )
    assert stats(capsys, "s", "--only", "level=noise") == (
        2,
        "",
        "cassette: error: --only level=noise: expected scenario=…, provider=… or model=…\n",
    )
