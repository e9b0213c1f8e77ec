"""txtar archives of requests and answers."""

from __future__ import annotations

from pathlib import Path

from format_samples import SAMPLES, count_of, findings, read, refusal, said

from cassette_tools.load import load

FOLDER = SAMPLES / "txtar"
TALK = [("user", "Name a wader."), ("assistant", "The avocet.")]


def test_each_answer_is_an_exchange_with_the_request() -> None:
    recording = load(str(FOLDER / "chat.txtar"))
    assert (recording.format, recording.problems) == ("txtar", ())
    assert [each.extra for each in recording.interactions] == [{"name": "streaming"}, {"name": "non-streaming"}]
    assert [each.response.body.stream for each in recording.interactions] == ["sse", None]
    assert said(recording) == TALK * 2
    assert findings(FOLDER / "chat.txtar") == []


def test_an_archive_of_other_files_is_refused() -> None:
    assert refusal("-- main.go --\npackage main\n", "x.txtar")


def test_the_second_turn_has_no_request() -> None:
    archive = '-- request --\n{"model":"m","messages":[]}\n-- streaming/tool-call --\ndata: {"choices":[]}\n\n'
    assert [each.extra["name"] for each in read(archive, "x.txtar").interactions] == ["streaming/tool-call"]


def test_real_archives(shared: Path) -> None:
    files, interactions = count_of(shared / "corpus", format="txtar", patterns=("**/*.txtar",))
    assert files > 0
    assert interactions >= files
