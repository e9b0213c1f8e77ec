"""go-vcr v4 plays what `normalize` and `convert` write, to a client of Go's and to Anthropic's SDK for Go.

`make peers` unpacks them from Debian's testing release, which has no openai-go: Anthropic's SDK is made by the same
generator.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from effort import THOROUGH, chosen, loaded, some

from cassette_tools import normalize
from cassette_tools._record import replace
from cassette_tools.formats import writers
from cassette_tools.formats._writing import body_bytes
from cassette_tools.load import load
from cassette_tools.model import Interaction, Recording
from tests.sdks.test_sdks import canonical

from .players import FOLDER, GO_PATHS, GO_VCR_V4, Plan, by_go, go, go_environment
from .replayed import exchange, go_vcr_cassettes, sendable

pytestmark = pytest.mark.skipif(GO_VCR_V4(), reason="no Go with go-vcr v4 here; `make peers` unpacks them")
SDK = GO_PATHS["open_v4.go"] / "src" / "github.com" / "anthropics" / "anthropic-sdk-go"


def written_anew(interaction: Interaction) -> dict[str, Any]:
    """The request with its JSON in another spelling, as another release of a client may send it."""
    body = interaction.request.body
    if not isinstance(body.json, dict):
        return exchange(interaction)
    text = json.dumps(body.json, indent=1, sort_keys=True)
    request = replace(interaction.request, body=replace(body, text=text, raw=None))
    return exchange(replace(interaction, request=request))


@pytest.mark.parametrize("steps", [(), ("rechunk", "layout")], ids=["usual", "rechunk and layout"])
def test_it_plays_normalised_cassettes(shared: Path, tmp_path: Path, steps: tuple[str, ...]) -> None:
    """Under method, URL and the value of the body. The client asks first as it did, and then with the ids that it
    was told.
    """
    plan: Plan = []
    recordings = []
    for path in go_vcr_cassettes(shared)[:: 3 if THOROUGH else 15]:
        before, target = load(str(path)), tmp_path / f"{len(plan)}.yaml"
        if before.format_version != "2" or len(sendable(before)) < len(before.interactions):
            continue
        target.write_bytes(normalize(path.read_bytes(), path=str(path), extend_select=steps))
        recordings.append(load(str(target)))
        asked = (*before.interactions[:1], *recordings[-1].interactions[1:])
        plan.append((target, [written_anew(each) for each in asked]))
    unlike = [
        (recording.path, interaction.index, seen.error or seen.status)
        for recording, answers in zip(recordings, by_go("open_v4.go", "json", plan, tmp_path), strict=True)
        for interaction, seen in zip(recording.interactions, answers, strict=True)
        if (seen.status, seen.body) != (interaction.response.status_code, body_bytes(interaction.response.body))
    ]
    assert unlike == []
    assert sum(len(asked) for _, asked in plan) >= some(60)


def answers_of_anthropic(recording: Recording) -> list[Interaction]:
    """Those that the SDK's client for Anthropic itself can read: AWS sends other frames, and without a Content-Type, which
    some projects left out, it reads nothing.
    """
    return [
        each
        for each in recording.interactions
        if each.llm is not None
        and (each.llm.dialect, each.llm.error, each.response.status_code) == ("anthropic.messages", None, 200)
        and each.response.body.stream != "eventstream"
        and each.response.headers.get("Content-Type")
    ]


@pytest.mark.skipif(not SDK.is_dir(), reason="no Anthropic SDK for Go here; `make peers` unpacks it")
def test_anthropic_s_sdk_for_go_reads_what_it_plays(shared: Path, tmp_path: Path) -> None:
    """Of every format."""
    plan, expected = [], []
    for path in chosen(shared / "corpus"):
        recording = loaded(path)
        asked = answers_of_anthropic(recording) if recording is not None else []
        if recording is not None and asked:
            target = tmp_path / f"{len(plan)}.yaml"
            still = tuple(replace(each, duration=None) for each in asked)
            target.write_bytes(writers()["go-vcr"].write(replace(recording, interactions=still)).content)
            exchanges = [{"stream": bool(each.response.body.stream)} for each in asked]
            plan.append({"cassette": str(target), "exchanges": exchanges})
            expected.append([(path.name, each.index, facts(each)) for each in asked])
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [str(go("open_v4.go")), "run", *(str(FOLDER / name) for name in ("anthropic.go", "open_v4.go")), str(tmp_path / "plan.json")],
        env=os.environ | go_environment("open_v4.go"), capture_output=True, text=True, check=False, timeout=500,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    unlike = [
        (name, number, theirs, ours)
        for answers, told in zip(json.loads(done.stdout), expected, strict=True)
        for theirs, (name, number, ours) in zip(answers, told, strict=True)
        if differ(theirs, ours)
    ]
    assert unlike == []
    assert sum(map(len, expected)) > (90 if THOROUGH else 9)


def differ(theirs: dict[str, Any], ours: dict[str, Any]) -> bool:
    """The input tokens of a stream are those of its first event to the SDK, whatever a later one says."""
    if theirs["error"]:
        return True
    same_output = theirs["usage"][1] == ours["usage"][1]
    return not same_output or {**theirs, "usage": None} != {**ours, "usage": None}


def facts(interaction: Interaction) -> dict[str, Any]:
    """The same in our model."""
    assert interaction.llm is not None
    found = canonical(interaction.llm)
    return {
        "id": found["id"],
        "model": found["model"],
        "text": "".join(found["text"]),
        "reasoning": "".join(found["reasoning"]),
        "tools": [{"name": name, "input": arguments} for calls in found["tools"] for name, arguments in calls],
        "finish": (found["finish"] or [None])[0] or "",
        "usage": list(found["usage"]),
        "error": "",
    }
