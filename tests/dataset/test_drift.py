"""Two datasets compared: the story of two folders, told from joins; only what differs is read."""

from __future__ import annotations

import json
import re
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from effort import ROOT, SHARED, THOROUGH
from indexing import index, write
from indexing import recording as recorded

from cassette_tools._record import replace
from cassette_tools.cli import main
from cassette_tools.config import DiffSettings
from cassette_tools.dataset import drift
from cassette_tools.dataset.by_columns import Remembered, report_by_columns
from cassette_tools.dataset.drift import compare_datasets, nights
from cassette_tools.dataset.reading import Dataset, remembered
from cassette_tools.reporters import DriftReport, DriftSuite

recording = partial(recorded, id="chatcmpl-Ap3Kd8Zs6Yt1Qe5H")  # an id as a machine draws it: noise
SUITE = ROOT / "samples" / "suite"


def compared(old: str = "old.set", new: str = "new.set") -> DriftSuite:
    return compare_datasets(Dataset(old), Dataset(new), profile=None, settings=DiffSettings(), jobs=1)


def indexed(old: str = "old", new: str = "new") -> DriftSuite:
    index(old, output="old.set")
    index(new, output="new.set")
    return compared()


# --- as the recordings themselves are told ---------------------------------------------------------------------------

FORMS = [(), ("--show", "cosmetic", "--show-all"), ("--only", "model=gpt*"), ("--only", "level=breaking"), ("--format", "markdown"), ("--only", "scenario=summary")]  # fmt: skip


def told(ending: str, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """What `diff` says, however the sides are called and the lines broken. What is not read has no noise to be counted,
    and its SDKs are named after those of what is read.
    """
    status = main(["diff", f"old{ending}", f"new{ending}", *words])
    out, err = capsys.readouterr()
    out = re.sub(r"[\d,]+ noise", "… noise", " ".join(out.replace(".set", "").split()))
    return status, re.sub(r"(?<=SDK: ).*?(?= tokens)", lambda sdks: str(sorted(re.split(", | → ", sdks[0]))), out), err


LONG = () if THOROUGH else ("story.yaml", "checklist.yaml")  # which take longer than all the others


@pytest.fixture(scope="module")
def suites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders, and their datasets."""
    top = tmp_path_factory.mktemp("suites")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(top)
        for side in ("old", "new"):
            shutil.copytree(SUITE / side, side, ignore=shutil.ignore_patterns(*LONG))
            index(side, output=f"{side}.set")
    return top


@pytest.mark.parametrize("words", FORMS, ids=" ".join)
def test_a_suite_is_told_as_two_folders_are(
    words: tuple[str, ...], suites: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(suites)
    of_files, of_datasets = told("", capsys, *words), told(".set", capsys, *words)
    assert of_datasets == of_files
    assert of_files[0] == 1


@pytest.mark.skipif(not (SHARED / "pairs").is_dir(), reason="needs the real pairs (CASSETTE_SHARED)")
def test_real_pairs_are_told_as_two_folders_are(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = sorted(path for path in (SHARED / "pairs").glob("*/*/old.*") if path.suffix in (".yaml", ".yml", ".json"))
    for old in pairs if THOROUGH else pairs[::25]:
        name = Path(old.parent.parent.name) / f"{old.parent.name}{old.suffix}"
        for side in ("old", "new"):
            write(side / name, old.with_stem(side).read_bytes())
    index("old", output="old.set")
    index("new", output="new.set")
    assert told(".set", capsys, "--show", "cosmetic") == told("", capsys, "--show", "cosmetic")


def test_json_says_how_many_were_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c"):
        write(f"old/{name}.json", recording())
        write(f"new/{name}.json", recording("Good evening" if name == "b" else "Hello", id="chatcmpl-BqT7mZx4Rk2Lw9Vd"))
    indexed()
    assert main(["diff", "old.set", "new.set", "--format", "json", "--exit-zero"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["unread"], [pair["new"]["path"] for pair in report["pairs"]]) == (2, ["new/b.json"])
    assert report["totals"]["input_tokens"] == [30, 30]  # of all three


# --- which belong together -------------------------------------------------------------------------------------------


def test_recordings_are_paired() -> None:
    old = {
        "same.json": recording(),  # by their names
        "sub/moved.json": recording("Moved"),  # by their bytes
        "gpt-4o/trip.json": recording("Trip"),  # by their scenario, under another model
        "gone.json": recording("Gone"),
    }
    new = {
        "same.json": recording(id="chatcmpl-BqT7mZx4Rk2Lw9Vd"),
        "other/moved-here.json": recording("Moved"),
        "gpt-5/trip.json": recording("Trip", model="gpt-5"),
        "come.json": recording("Come"),
    }
    for side, files in (("old", old), ("new", new)):
        for name, content in files.items():
            write(f"{side}/{name}", content)
    suite = indexed()
    assert suite.renamed == (
        ("old/gpt-4o/trip.json", "new/gpt-5/trip.json"),
        ("old/sub/moved.json", "new/other/moved-here.json"),
    )
    assert (suite.removed, suite.added) == (("old/gone.json",), ("new/come.json",))
    assert [pair.new_path for pair in suite.pairs] == ["new/gpt-5/trip.json"]
    assert {asked: each.recordings for asked, each in suite.unread.items()} == {("openai", "gpt-4o"): 2}
    assert (suite.compared, suite.without_drift) == (3, 2)


def test_of_several_that_may_belong_together_none_is_paired() -> None:
    for side, model in (("old", "gpt-4o"), ("new", "gpt-5")):
        for number in "12":
            write(f"{side}/{model}/{number}{side}/trip.json", recording(number, model=model))
    suite = indexed()
    assert (suite.pairs, suite.renamed) == ((), ())
    assert (len(suite.added), len(suite.removed)) == (2, 2)


def test_only_what_differs_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    for number in range(30):
        write(f"old/{number}.json", recording(f"Text {number}"))
        write(
            f"new/{number}.json",
            recording(f"Text {number}" + "!" * (number == 7), id=f"chatcmpl-BqT7mZx4Rk2Lw9V{number}"),
        )
    real = drift.contents_of
    monkeypatch.setattr(drift, "contents_of", lambda *paths: read.extend(paths) or real(*paths))
    suite = indexed()
    assert sorted(read) == ["new/7.json", "old/7.json"]
    assert (suite.compared, len(suite.pairs)) == (30, 1)


def test_who_is_asked_is_found_as_the_survey_finds_it() -> None:
    """Of models that are asked as often, the one with more input; of equals, the first."""
    calls = [json.loads(recording(model=model))["interactions"][0] for model in ("b", "a", "a", "b", "c")]
    write("old/one.json", json.dumps({"version": 2, "interactions": calls}).encode())
    calls[0]["response"]["body"] = calls[0]["response"]["body"].replace("Hello", "Hullo")
    write("new/one.json", json.dumps({"version": 2, "interactions": calls}).encode())
    indexed()
    assert nights(Dataset("old.set"), Dataset("new.set")).differing[0].asked == ("openai", "b")


# --- of recordings that are gone -------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["removed", "overwritten"])
def test_what_is_gone_is_told_by_the_columns(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    write("s/a.json", recording())
    write("s/b.json", recording("Same"))
    index("s", output="old.set")
    write("s/a.json", recording("Another", model="gpt-5"))
    index("s", output="new.set")
    if how == "removed":
        Path("s/a.json").unlink()
    assert main(["diff", "old.set", "new.set", "--show-all"]) == 1
    out, err = capsys.readouterr()
    said = "cassette: 1 of 1 recordings that differ are told by what the datasets remember of them: they are gone, or hold something else than when they were indexed\n"
    assert err == said
    assert "2 recordings compared, each by its gravest change: 1 behavior, 1 without drift" in out
    for words in (
        "model gpt-4o → gpt-5",
        "the answer has another text",
        "the model that answered changed: gpt-4o → gpt-5",
    ):
        assert words in out
    main(["diff", "old.set", "new.set", "--quiet"])
    assert capsys.readouterr().err == ""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Remembered:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("known"))
        write("s/a.json", recording())
        index("s")
        return remembered(Dataset("ds"), ["s/a.json"])["s/a.json"][0]


def changed(known: Remembered, **more: Any) -> Remembered:
    of_facts = {name: value for name, value in more.items() if hasattr(known.facts, name)}
    digests = {name: value for name, value in more.items() if name not in of_facts}
    return replace(known, facts=replace(known.facts, **of_facts), **digests)


def report(old: list[Remembered], new: list[Remembered], **settings: Any) -> DriftReport:
    return report_by_columns(
        ("old.json", "new.json"),
        old,
        new,
        asked=("openai", "gpt-4o"),
        profile=None,
        settings=replace(DiffSettings(), **settings),
    )


UNKNOWN = " (no more is known: the recording is gone)"
CHANGES = [  # what is another thing now; the rule, the level and the words
    ({"request_model": "gpt-5"}, ("request-parameter-changed", "behavior", "model gpt-4o → gpt-5")),
    ({"request_digest": "0"}, ("unclassified-change", "behavior", "the request changed" + UNKNOWN)),
    ({"dialect": "openai.responses"}, ("dialect-changed", "noise", "the API was openai.chat and is now openai.responses")),  # cross-provider
    ({"status": 503}, ("status-class-changed", "breaking", "status 200 became 503")),
    ({"status": 201}, ("status-changed", "behavior", "status 200 became 201")),
    ({"has_failed": True, "error": "overloaded"}, ("error-appeared", "breaking", "the call now fails: overloaded")),
    ({"stream": "sse"}, ("stream-mode-changed", "breaking", "the answer came as one body and now comes as sse")),
    ({"is_complete": False}, ("stream-truncated", "breaking", "the new stream is cut short")),
    ({"response_model": "gpt-4o-2"}, ("response-model-changed", "behavior", "the model that answered changed: gpt-4o → gpt-4o-2")),
    ({"finish_reason": "length"}, ("finish-reason-changed", "breaking", "the output ended with stop and now ends with length")),
    ({"finish_reason": ""}, ("finish-reason-changed", "breaking", "the output ended with stop and now ends with no reason given")),
    ({"tools": ("add",)}, ("tool-call-added", "breaking", "the model now calls add")),
    ({"text_digest": "0"}, ("text-changed", "behavior", "the answer has another text" + UNKNOWN)),
    ({"text_digest": ""}, ("text-vanished", "breaking", "the answer no longer has text")),
    ({"input_tokens": 50}, ("usage-changed", "behavior", "input tokens 10 → 50")),
    ({"shape_digest": "0"}, ("unclassified-change", "behavior", "fields of the answer came or went, or are of another type" + UNKNOWN)),
    ({"response_digest": "0"}, ("unclassified-change", "behavior", "the answer changed" + UNKNOWN)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "expected"), CHANGES, ids=lambda each: " ".join(each) if isinstance(each, dict) else ""
)
def test_each_column_has_its_rule(more: dict[str, Any], expected: tuple[str, str, str], known: Remembered) -> None:
    (finding,) = report([known], [changed(known, **more)]).findings
    assert (finding.rule, finding.level, finding.message) == expected
    assert finding.new_location is not None
    assert (finding.new_location.path, finding.new_location.region.line) == ("new.json", known.facts.line)


AND_BACK = [  # what is another thing in the old one
    ({"status": 503}, ("status-class-changed", "behavior", "status 503 became 200")),
    ({"has_failed": True, "error": "overloaded"}, ("error-vanished", "behavior", "the call no longer fails")),
    ({"is_complete": False}, ("stream-mended", "cosmetic", "the old stream was cut short; the new one is whole")),
    ({"tools": ("add", "add")}, ("tool-call-removed", "breaking", "the model no longer calls add")),
    ({"text_digest": ""}, ("text-appeared", "behavior", "the answer now has text")),
]


@pytest.mark.parametrize(
    ("more", "expected"), AND_BACK, ids=lambda each: " ".join(each) if isinstance(each, dict) else ""
)
def test_each_column_has_its_rule_the_other_way(
    more: dict[str, Any], expected: tuple[str, str, str], known: Remembered
) -> None:
    (finding,) = report([changed(known, **more)], [known]).findings
    assert (finding.rule, finding.level, finding.message) == expected


def test_what_is_the_same_is_silent(known: Remembered) -> None:
    assert report([known], [known]).findings == ()
    assert report([known], [changed(known, input_tokens=20, line=9, index=3)]).findings == ()  # within tolerance


def test_tokens_follow_another_answer(known: Remembered) -> None:
    found = report([known], [changed(known, text_digest="0", output_tokens=4_000)]).findings
    assert [each.rule for each in found] == ["text-changed"]


def test_calls_are_aligned_by_what_they_ask(known: Remembered) -> None:
    first, second = (changed(known, request_digest=name, index=at) for at, name in enumerate("12"))
    found = report([first, second], [replace(second, facts=replace(second.facts, index=0))]).findings
    assert [(each.rule, each.path) for each in found] == [("interaction-removed", "interactions[0]")]
    assert found[0].message == "a request is no longer made: POST https://api.openai.com/v1/chat/completions"


def test_levels_are_those_of_the_settings(known: Remembered) -> None:
    other = changed(known, text_digest="0")
    assert [each.level for each in report([known], [other], levels={"text-changed": "cosmetic"}).findings] == [
        "cosmetic"
    ]
    assert report([known], [other], levels={"text-changed": "off"}).findings == ()


# --- what cannot be compared -----------------------------------------------------------------------------------------


def test_status(capsys: pytest.CaptureFixture[str]) -> None:
    write("old/a.json", recording())
    write("new/a.json", recording(id="chatcmpl-BqT7mZx4Rk2Lw9Vd"))
    write("other/b.json", recording("Other", model="gpt-5"))
    write("more/a.json", recording())
    write("more/c.json", recording("More"))
    for name in ("old", "new", "other", "more"):
        index(name, output=f"{name}.set")
    assert main(["diff", "old.set", "new.set"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "old.set → new.set: 1 recording compared, none has drift"
    assert main(["diff", "old.set", "other.set"]) == 2
    assert capsys.readouterr().err == (
        "cassette: nothing was compared: no recording stands in old.set and in other.set; --allow-empty takes that for success\n"
    )
    assert main(["diff", "old.set", "other.set", "--allow-empty"]) == 1  # one is gone
    assert main(["diff", "old.set", "more.set"]) == 0  # one is new: shape
    assert main(["diff", "more.set", "old.set", "--exit-zero"]) == 0
    assert main(["diff", "more.set", "old.set"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("ds", "s"),
            "ds s: a dataset is compared with one other dataset; `cassette index s --output DATASET` makes one",
        ),
        (("ds",), "ds: a dataset is compared with one other dataset"),
        (("ds", "ds", "ds"), "ds ds ds: a dataset is compared with one other dataset"),
    ],
)
def test_a_dataset_is_compared_with_a_dataset(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write("s/a.json", recording())
    index("s")
    assert main(["diff", *words]) == 2
    assert capsys.readouterr() == ("", f"cassette: error: {said}\n")
