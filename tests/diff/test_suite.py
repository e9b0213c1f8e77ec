"""Folders and git revisions: what is paired with what, what is told of it, and what git is asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cassette_tools.cli import main
from cassette_tools.config import DiffSettings
from cassette_tools.diff.suites.sides import folder, revision, work_tree
from cassette_tools.diff.suites.suite import compare_suites
from cassette_tools.errors import UsageError
from cassette_tools.reporters import DriftSuite

RULES = "text-facts-changed"


@pytest.fixture
def recordings(samples: Path) -> dict[str, bytes]:
    """An old and a new recording, and one of another scenario."""
    return {
        "old": (samples / "readme" / "old.yaml").read_bytes(),
        "new": (samples / "readme" / "new.yaml").read_bytes(),
        "other": (samples / "drift" / "retry-inserted" / "old.yaml").read_bytes(),
    }


def put(top: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content)
    return top


def compared(old: Path, new: Path, jobs: int = 1) -> DriftSuite:
    return compare_suites(folder(str(old)), folder(str(new)), profile=None, settings=DiffSettings(), jobs=jobs)


def test_folders_are_paired_by_path_then_by_content(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    old = put(
        tmp_path / "a",
        {"same.yaml": recordings["old"], "x/was.yaml": recordings["other"], "gone.yaml": recordings["new"]},
    )
    new = put(
        tmp_path / "b",
        {
            "same.yaml": recordings["new"],
            "y/is.yaml": recordings["other"].replace(b"\n", b"\n", 1),
            "notes.yaml": b"interactions: none of ours\n",
            "come.json": b"[]",
        },
    )
    report = compared(old, new)
    assert [(pair.old_path, pair.new_path) for pair in report.pairs] == [
        (f"{old}/same.yaml", f"{new}/same.yaml"),
        (f"{old}/x/was.yaml", f"{new}/y/is.yaml"),
    ]
    assert report.renamed == ((f"{old}/x/was.yaml", f"{new}/y/is.yaml"),)
    assert (report.added, report.removed) == ((), (f"{old}/gone.yaml",))
    assert report.errors == ()
    assert report.summary["breaking"] == 1
    assert report.pairs[1].findings == ()


def test_a_file_that_cannot_be_read_is_an_error_and_the_others_are_compared(
    tmp_path: Path, recordings: dict[str, bytes]
) -> None:
    broken = b"version: 2\ninteractions:\n- id: 0\n  request: {a: [\n"
    old = put(tmp_path / "a", {"a.yaml": recordings["old"], "b.yaml": recordings["old"]})
    new = put(tmp_path / "b", {"a.yaml": broken, "b.yaml": recordings["new"]})
    report = compared(old, new)
    assert [pair.new_path for pair in report.pairs] == [f"{new}/b.yaml"]
    assert len(report.errors) == 1
    assert f"{new}/a.yaml" in report.errors[0].located()


def test_two_processes_find_what_one_finds(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    filler = b"# " + b"x" * 400_000 + b"\n"
    names = [f"{number}.yaml" for number in range(4)]
    old = put(tmp_path / "a", dict.fromkeys(names, filler + recordings["old"]))
    new = put(tmp_path / "b", dict.fromkeys(names, filler + recordings["new"]))
    assert compared(old, new, jobs=2) == compared(old, new, jobs=1)


def told(report: DriftSuite) -> list[tuple[str, str, str, int]]:
    """The groups above cosmetic: level, rule, message, in how many recordings."""
    return [
        (each.level, each.rule, each.message, len(each.pairs)) for each in report.groups if each.level != "cosmetic"
    ]


def test_all_changes_of_a_suite_by_what_they_have_in_common(samples: Path) -> None:
    """The graver first, then those of more recordings; a field by its name, whatever value it has."""
    assert told(compared(samples / "suite" / "old", samples / "suite" / "new")) == [
        (
            "breaking",
            "tool-arguments-shape-changed",
            'the arguments of get_weather have another shape: days 2 → "2"; by its schema, days must be an integer',
            1,
        ),
        ("breaking", "finish-reason-changed", "the output ended with stop and now ends with length", 1),
        ("behavior", "request-parameter-changed", "max_tokens 400 became 30", 1),
        (
            "shape",
            "usage-detail-added",
            'usage.cache_creation is now reported: {"ephemeral_5m_input_tokens" … 1h_input_tokens": 0}',
            8,
        ),
        ("shape", "wire-field-added", 'a new field content[].caller: {"type": "direct"}', 1),
        (
            "shape",
            "wire-field-added",
            'a new field candidates[].finishMessage: "Model generated function call(s)."',
            1,
        ),
    ]


def test_changes_are_grouped_by_template_and_not_by_value(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    changed = recordings["old"].replace(b'"max_tokens":400', b'"max_tokens":500')
    further = recordings["old"].replace(b'"max_tokens":400', b'"max_tokens":600')
    old = put(tmp_path / "a", dict.fromkeys(("1.yaml", "2.yaml", "3.yaml"), recordings["old"]))
    new = put(tmp_path / "b", {"1.yaml": changed, "2.yaml": changed, "3.yaml": further})
    (group,) = compared(old, new).groups
    assert (group.rule, group.level, group.template) == (
        "request-parameter-changed",
        "behavior",
        "max_tokens … became …",
    )
    assert [(member.pair, member.own) for member in group.members] == [
        (f"{new}/1.yaml", "500"),
        (f"{new}/2.yaml", "500"),
        (f"{new}/3.yaml", "600"),
    ]
    assert not group.whole, "each recording has its own value to tell"


def prompted(recording: bytes, place: str, edit: str) -> bytes:
    prompt = f"You work in {place}. Be brief.{edit} Name your sources."
    return recording.replace(b"You are a travel guide. Use the tools.", prompt.encode())


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("", " Answer in English.", 'the system prompt gained "Answer in English."'),
        (" Answer in English.", "", 'the system prompt lost "Answer in English."'),
        (" Answer in English.", " Answer in French.", 'the system prompt changed: "English" → "French"'),
    ],
)
def test_the_same_edit_of_prompts_that_differ_elsewhere_is_one(
    tmp_path: Path, recordings: dict[str, bytes], before: str, after: str, message: str
) -> None:
    places = {"1.yaml": "Turin", "2.yaml": "Oslo", "3.yaml": "Accra"}
    old = put(tmp_path / "a", {name: prompted(recordings["old"], place, before) for name, place in places.items()})
    new = put(tmp_path / "b", {name: prompted(recordings["old"], place, after) for name, place in places.items()})
    assert told(compared(old, new)) == [("behavior", "system-prompt-changed", message, 3)]


def test_what_is_shared_is_told_apart_from_what_is_not(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    """Fields that one line would tell: the shared one is told once for all, the other one with its recording."""
    shared = recordings["old"].replace(b'"choices":[],', b'"tier":"gold","choices":[],')
    further = shared.replace(b'"tier":"gold"', b'"tier":"gold","payer":"me"')
    assert recordings["old"] != shared != further
    old = put(tmp_path / "a", dict.fromkeys(("1.yaml", "2.yaml"), recordings["old"]))
    new = put(tmp_path / "b", {"1.yaml": shared, "2.yaml": further})
    report = compared(old, new)
    assert told(report) == [
        ("shape", "wire-field-added", "a new field tier: gold", 2),
        ("shape", "wire-field-added", "a new field payer: me", 1),
    ]
    lines = [each for each in report.pairs[1].findings if each.level != "noise"]
    assert [each.message.partition(",")[0] for each in lines] == ["a new field payer: me", "a new field tier: gold"]
    assert [each.fingerprint in report.shared for each in lines] == [False, True]


def test_a_change_is_shared_whatever_it_holds(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    names = ("1.yaml", "2.yaml", "3.yaml")
    new = {
        name: recordings["old"].replace(b'"choices":[],', f'"tier":"{tier}","choices":[],'.encode())
        for name, tier in zip(names, ("gold", "silver", "bronze"), strict=True)
    }
    report = compared(put(tmp_path / "a", dict.fromkeys(names, recordings["old"])), put(tmp_path / "b", new))
    assert told(report) == [("shape", "wire-field-added", "a new field tier: …", 3)]


def test_what_only_one_side_has_is_drift_with_a_level(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    old = put(tmp_path / "a", {"same.yaml": recordings["old"], "gone.yaml": recordings["other"]})
    new = put(tmp_path / "b", {"same.yaml": recordings["old"], "come.yaml": recordings["new"]})
    report = compared(old, new)
    assert told(report) == [
        ("behavior", "recording-removed", "the recording is gone", 1),
        ("shape", "recording-added", "the recording is new", 1),
    ]
    assert dict(report.summary) == {"breaking": 0, "behavior": 1, "shape": 1, "cosmetic": 0, "noise": 0}
    assert report.without_drift == 1


def test_totals_are_sums_over_the_recordings_that_were_compared(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    """What was added counts on no side."""
    old = put(tmp_path / "a", dict.fromkeys(("1.yaml", "2.yaml"), recordings["old"]))
    new = put(tmp_path / "b", {"1.yaml": recordings["new"], "2.yaml": recordings["old"], "3.yaml": recordings["new"]})
    totals = compared(old, new).totals
    single = compared(
        put(tmp_path / "c", {"1": recordings["old"]}), put(tmp_path / "d", {"1": recordings["new"]})
    ).totals
    assert totals.counts["calls"] == (4, 4)
    for name, (before, after) in totals.counts.items():
        one, other = single.counts[name]
        expected = (None, None) if one is None or other is None else (2 * one, one + other)
        assert (before, after) == expected


def test_scenario_and_model_are_guessed_from_paths_and_calls(tmp_path: Path, recordings: dict[str, bytes]) -> None:
    """A part of a path that names the model is no scenario, whether a folder, a parameter or the file itself."""
    names = (
        "gpt-4.1-mini/trip.yaml",
        "openai_gpt-4.1-mini/hello.yaml",
        "t/test_walk[gpt-4.1-mini].yaml",
        "ride/gpt-4.1-mini.yaml",
    )
    changed = recordings["old"].replace(b'"max_tokens":400', b'"max_tokens":500')
    old = put(tmp_path / "a", dict.fromkeys(names, recordings["old"]))
    new = put(tmp_path / "b", {name: changed if name.startswith("gpt") else recordings["old"] for name in names})
    assert sorted(
        (cell.scenario, cell.provider_name, cell.model, cell.level) for cell in compared(old, new).matrix
    ) == [
        ("hello", "openai", "gpt-4.1-mini", ""),
        ("ride", "openai", "gpt-4.1-mini", ""),
        ("test_walk", "openai", "gpt-4.1-mini", ""),
        ("trip", "openai", "gpt-4.1-mini", "behavior"),
    ]


# --- git -------------------------------------------------------------------------------------------------------------


def git(top: Path, *words: str) -> None:
    identity = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.invalid", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *words), cwd=top, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, recordings: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """main: the old recording; topic, from there: the new one; then main goes on. The work tree is at topic."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    top = put(tmp_path / "repo", {"t/[a] b.yaml": recordings["old"], "t/other.yaml": recordings["other"]})
    git(top, "init", "-q", "-b", "main")
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "one")
    git(top, "checkout", "-q", "-b", "topic")
    put(top, {"t/[a] b.yaml": recordings["new"]})
    git(top, "commit", "-q", "-a", "-m", "two")
    git(top, "checkout", "-q", "main")
    put(top, {"t/late.yaml": recordings["old"]})
    git(top, "add", ".")
    git(top, "commit", "-q", "-m", "three")
    git(top, "checkout", "-q", "topic")
    monkeypatch.chdir(top)
    return top


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["diff", *words])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_range_compares_its_ends(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "main..topic")
    assert (status, err) == (1, "")
    head = "main → topic: 2 recordings compared, each by its gravest change: 1 breaking, 1 without drift; 1 removed "
    assert " ".join(out.split()).startswith(head)
    assert "t/late.yaml: the recording is gone" in " ".join(out.split())


def test_three_dots_compare_from_the_merge_base(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "main...")
    assert status == 1
    assert "late.yaml" not in out


def test_one_revision_is_compared_with_the_work_tree(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "HEAD")[0] == 0
    assert run(capsys, "main", "t/other.yaml")[0] == 0
    assert run(capsys, "main", "t/[a] b.yaml")[0] == 1
    (repository / "t" / "other.yaml").unlink()
    status, out, _ = run(capsys, "HEAD")
    assert status == 1, "a recording that is gone is drift"
    assert "t/other.yaml: the recording is gone" in " ".join(out.split())


@pytest.mark.parametrize("options", [(), ("--format", "markdown"), ("--format", "html"), ("--show", "breaking")])
def test_one_recording_of_a_revision_is_told_as_a_pair_is(
    repository: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    path = "t/[a] b.yaml"
    _, told, _ = run(capsys, "main", path, *options)
    _, pair, _ = run(capsys, f"main:{path}", path, *options)
    sides = [[line for line in out.splitlines() if "main" not in line] for out in (told, pair)]
    assert sides[0] == sides[1], "only how the sides are named differs"


def test_paths_count_from_the_current_folder(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(repository / "t")
    status, out, _ = run(capsys, "main..topic", "[a] b.yaml")
    assert status == 1
    assert "\nnew             topic:[a] b.yaml\n" in out


def test_nothing_is_checked_out(repository: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in repository.rglob("*") if path.is_file()}
    compare_suites(revision("main", "main", ()), work_tree(()), profile=None, settings=DiffSettings())
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("no-such",), "'no-such' is no file, folder or revision here"),
        (("main..no-such",), "'no-such' is no file, folder or revision here"),
        (("t",), "t stands alone: name what to compare it with, or a git revision before it"),
        (("t", "t/other.yaml"), "t is a folder and t/other.yaml is a file; expected two files or two folders"),
        (("t", "t", "t"), "3 paths; expected two files, two folders, or a git revision and paths"),
        ((), "say what to compare: two files, two folders, or a git revision (main, main..HEAD)"),
    ],
)
def test_what_cannot_be_compared(
    repository: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
) -> None:
    assert run(capsys, *words) == (2, "", f"cassette: error: {message}\n")


def test_an_option_is_no_revision(repository: Path) -> None:
    from cassette_tools.diff.suites.git import ends, is_revision

    with pytest.raises(UsageError, match="is no revision"):
        ends("--output=x")
    assert is_revision("main...topic")
    assert not is_revision("-x")
