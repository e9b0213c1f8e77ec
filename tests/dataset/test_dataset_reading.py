"""A dataset in the place of files: `stats`, `find` and `report` say of it what they say of the files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from effort import SHARED, THOROUGH
from indexing import index, recording, write

from cassette_tools.cli import main
from cassette_tools.dataset.reading import Dataset, recordings_in
from cassette_tools.suite.survey import recordings_of, survey

CORPUS = SHARED / "corpus"
COMMANDS = [
    ("stats", "--show-all"),
    ("stats", "--format", "json"),
    ("stats", "--by", "model", "--only", "provider=open*"),
    ("stats", "--scenario-from", "{scenario}"),
    ("stats", "--scenario-from", "{suite}/{scenario}.yaml"),  # fits some
    ("report", "--show-all"),
    ("report", "--format", "json"),
    ("report", "--format", "markdown", "--only", "model=*4*"),
    ("find", "--where", "status>0"),
    ("find", "--format", "json", "--where", "input_tokens>20", "--finish", "stop"),
    ("find", "--tool", "*", "--files"),
    ("find", "--status", "200", "--text", "weather"),
    ("find", "--status", "299"),
    ("stats", "--only", "model=none"),  # is wrong for both
    ("stats", "--scenario-from", "none/{scenario}"),
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real recordings in `c` (some of them; all in the thorough run), and a dataset of them."""
    top = tmp_path_factory.mktemp("both")
    names = sorted(path.relative_to(CORPUS) for path in CORPUS.rglob("*") if path.is_file())
    for name in names if THOROUGH else names[::23]:
        (top / "c" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CORPUS / name, top / "c" / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        write("c/none.yaml", b"replicas: 3\n")
        write("c/empty.yaml", b"version: 2\ninteractions: []\n")
        index("c")
    return top


@pytest.fixture
def _there(both: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(both)
    monkeypatch.setenv("CASSETTE_CACHE_DIR", str(both / "cache"))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the real recordings (CASSETTE_SHARED)")
@pytest.mark.usefixtures("_there")
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_is_said_is_what_is_said_of_the_files(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    command, *options = words
    said = []
    for path in ("c", "ds"):
        status = main([command, path, *options])
        said.append((status, *capsys.readouterr()))
    assert said[0] == said[1]
    assert said[0][1] or said[0][0] == 2


@pytest.mark.skipif(not CORPUS.is_dir(), reason="needs the real recordings (CASSETTE_SHARED)")
@pytest.mark.usefixtures("_there")
def test_what_is_remembered_is_what_was_read() -> None:
    read = {each.path: each for each in recordings_of(survey(("c",), cached=False, jobs=1))}
    found = {each.path: each for each in recordings_in(Dataset("ds"))}
    assert found == read
    assert found["c/empty.yaml"].interactions == ()


def test_the_pattern_of_the_dataset_is_that_of_its_scenarios(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/gpt/trip.json", recording())
    index("s", scenario_from="{model}/{scenario}.json")
    assert main(["stats", "ds", "--by", "scenario", "--only", "model=gpt"]) == 0
    assert "trip " in capsys.readouterr().out


@pytest.mark.parametrize("command", ["stats", "find", "report"])
def test_a_dataset_stands_alone(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("s/one.json", recording())
    index("s")
    more = ["--where", "status>0"] if command == "find" else []
    assert main([command, "ds", "s", *more]) == 2
    said = "cassette: error: ds s: a dataset stands alone; index all of it into one\n"
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("memory://none", "memory://none is no dataset: there is no cassette-dataset.json in it; `cassette index PATH --output memory://none` makes one"),
        ("nothing://none", "nothing:// cannot be used here"),
    ],
)  # fmt: skip
def test_a_url_that_is_no_dataset(place: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", place]) == 2
    assert capsys.readouterr().err.startswith(f"cassette: error: {said}")


def test_a_dataset_at_a_url(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/one.json", recording(calls=2))
    index("s", output="memory://reading/ds")
    assert main(["query", "memory://reading/ds", "SELECT count(*) AS n FROM interactions"]) == 0
    assert main(["stats", "memory://reading/ds"]) == 0
    assert capsys.readouterr().out.startswith("n\n2\n1 recording, 2 calls of a model\n")


def test_words_of_recordings_that_are_gone_cannot_be_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    write("s/one.json", recording())
    index("s")
    Path("s/one.json").unlink()
    assert main(["find", "ds", "--text", "Hello"]) == 2
    assert capsys.readouterr() == ("", "cassette: error: s/one.json: cannot be read: No such file or directory\n")
