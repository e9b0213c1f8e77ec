"""What `cassette lint --fix` mended is still played: each request that was recorded finds the answer that it had.

The findings are real ones, of recordings by VCR.py and Ruby VCR; of go-vcr's, whose players compare more, it is held that
nothing they compare has changed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
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

from .replayed import exchange, sendable
from .test_ruby_vcr import SCRIPT, ruby  # noqa: F401
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


def test_ruby_vcr_plays_what_was_mended(
    ruby: str,  # noqa: F811
    mended: dict[str, list[tuple[Recording, Path]]],
    tmp_path: Path,
) -> None:
    """What it does not play of the files as they were (another spelling of an address, a body of bytes), it need not
    play now.
    """
    plans: dict[str, list[dict[str, object]]] = {"before": [], "after": []}
    played = 0
    for number, (before, path) in enumerate(each for each in mended["ruby-vcr"] if each[1].suffix == ".yml"):
        shutil.copyfile(before.path, tmp_path / f"{number}.yml")
        pairs = list(zip(sendable(before), sendable(load(str(path))), strict=True))
        asked = [{key: exchange(old)[key] for key in ASKED} for old, _new in pairs]
        answers = {"before": [exchange(old) for old, _ in pairs], "after": [exchange(new) for _, new in pairs]}
        for side, file in (("before", tmp_path / f"{number}.yml"), ("after", path)):
            exchanges = [told | sent for sent, told in zip(asked, answers[side], strict=True)]
            plans[side].append({"cassette": str(file), "exchanges": exchanges})
        played += len(pairs)
    assert played >= some(20)
    unplayed = {side: not_played(ruby, plan, tmp_path / f"{side}.json") for side, plan in plans.items()}
    assert unplayed["after"] == unplayed["before"]
    assert played - len(unplayed["after"]) >= some(20)


def not_played(ruby: str, plan: list[dict[str, object]], path: Path) -> list[tuple[int, int, str]]:  # noqa: F811
    """What the client sees otherwise than it is recorded: the number of the file, of the exchange, and the part."""
    path.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run([ruby, str(SCRIPT), str(path)], capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    files = [each["cassette"] for each in plan]
    return [(files.index(file), number, part) for file, number, part, *_ in json.loads(done.stdout)]


ASKED = ("method", "url", "request_headers", "request_body")


def test_nothing_that_players_compare_is_changed(mended: dict[str, list[tuple[Recording, Path]]]) -> None:
    for format_ in mended:
        for before, path in mended[format_]:
            for old, new in zip(before.interactions, load(str(path)).interactions, strict=True):
                assert (new.request.method, new.request.url) == (old.request.method, old.request.url), path
                assert body_bytes(new.request.body) == body_bytes(old.request.body), path
                assert new.response.status_code == old.response.status_code, path
