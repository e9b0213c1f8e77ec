"""What `cassette lint --fix` mended is still played: each request that was recorded finds the answer that it had.

The findings are real ones, of recordings by VCR.py and Ruby VCR; of go-vcr's, whose players compare more, it is held that
nothing they compare has changed.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import vcr
from effort import chosen, some
from vcr.cassette import Cassette
from vcr.request import Request

from cassette_tools.cli.fixing import fix, is_mended
from cassette_tools.config import LintSettings
from cassette_tools.formats._writing import body_bytes
from cassette_tools.lint.run import lint_paths
from cassette_tools.load import load
from cassette_tools.model import Recording
from cassette_tools.secrets import REDACTED

from .players import Plan, by_ruby, no_ruby
from .replayed import exchange, sendable
from .test_ruby_vcr import unlike
from .test_vcrpy import SERIALIZERS

MOST = 40  # files of a format

# Cookies of networks need to be asked for: they are what most recordings have.
SETTINGS = LintSettings(extend_select=("cdn-cookie-recorded",))


@pytest.fixture(scope="module")
def mended(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Recording, Path]]]:
    """By format: recordings as they were, each with its mended copy."""
    paths = tuple(str(path) for each in ("corpus", "judged/lint", "pairs") for path in chosen(shared / each))
    outcome = lint_paths(paths, SETTINGS, cached=False)
    found = {each.location.path for each in outcome.findings if is_mended(each, unsafe=False)}
    folder = tmp_path_factory.mktemp("mended")
    by_format: dict[str, list[tuple[Recording, Path]]] = {}
    for number, path in enumerate(sorted(found)):
        before = load(path)
        listed = by_format.setdefault(before.format, [])
        if len(listed) < MOST:
            suffix = Path(path).suffix.replace("yaml", "yml")
            listed.append((before, folder / f"{number}{suffix}"))
            shutil.copyfile(path, listed[-1][1])
    again = lint_paths((str(folder),), SETTINGS, cached=False)
    fixed = fix(again.findings, unsafe=False, dry=False)
    assert len(fixed.paths) > some(60)
    left = lint_paths((str(folder),), SETTINGS, cached=False).findings
    assert [each for each in left if is_mended(each, unsafe=False)] == []
    return by_format


def test_vcrpy_plays_what_was_mended(mended: dict[str, list[tuple[Recording, Path]]]) -> None:
    count = 0
    for before, path in mended["vcrpy"]:
        kind = "vcrpy-json" if path.suffix == ".json" else "vcrpy"
        cassette = Cassette.load(path=str(path), record_mode=vcr.mode.NONE, serializer=SERIALIZERS[kind])
        for old, new in zip(before.interactions, load(str(path)).interactions, strict=True):
            request = Request(
                old.request.method, old.request.url, body_bytes(old.request.body), dict(old.request.headers)
            )
            assert cassette.can_play_response_for(request), (path, old.index)
            answer = cassette.play_response(request)
            assert (
                answer["status"]["code"] if "status" in answer else answer["status_code"]
            ) == old.response.status_code
            if old.response.body.text == new.response.body.text:
                content = answer["body"]["string"] if "body" in answer else answer["content"]
                content = content.encode() if isinstance(content, str) else content
                assert (content or b"") == body_bytes(old.response.body)
            else:
                assert REDACTED in (new.response.body.text or "")
            count += 1
    assert count > some(60)


def test_ruby_vcr_plays_what_was_mended(mended: dict[str, list[tuple[Recording, Path]]], tmp_path: Path) -> None:
    """What it does not play of the files as they were (another spelling of an address, a body of bytes), it need not
    play now.
    """
    if no_ruby():  # asked here, since to start Ruby takes longer than to import these tests
        pytest.skip("no Ruby with VCR and WebMock here; `make peers` installs them")
    before, after = [], []
    plans: tuple[Plan, Plan] = ([], [])
    for number, (recording, path) in enumerate(each for each in mended["ruby-vcr"] if each[1].suffix == ".yml"):
        shutil.copyfile(recording.path, tmp_path / f"{number}.yml")
        asked = [exchange(each) for each in sendable(recording)]
        for plan, file in zip(plans, (tmp_path / f"{number}.yml", path), strict=True):
            plan.append((file, asked))
        before.append(recording)
        after.append(load(str(path)))
    unplayed, unplayed_now = (
        [(index, part) for _path, index, part in unlike(by_ruby(plan, tmp_path), recordings)]
        for plan, recordings in zip(plans, (before, after), strict=True)
    )
    assert unplayed_now == unplayed
    assert sum(len(asked) for _path, asked in plans[0]) - len(unplayed) >= some(20, share=10)


def test_nothing_that_players_compare_is_changed(mended: dict[str, list[tuple[Recording, Path]]]) -> None:
    for format_ in mended:
        for before, path in mended[format_]:
            for old, new in zip(before.interactions, load(str(path)).interactions, strict=True):
                assert (new.request.method, new.request.url) == (old.request.method, old.request.url), path
                assert body_bytes(new.request.body) == body_bytes(old.request.body), path
                assert new.response.status_code == old.response.status_code, path
