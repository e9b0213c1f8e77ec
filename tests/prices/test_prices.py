"""Estimated costs: only when they are asked for, marked as estimates, and never from the network."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cassette_tools.cli import main
from cassette_tools.errors import UsageError
from cassette_tools.model import ABSENT, Body, Headers, Interaction, LLMCall, Request, Response, Usage
from cassette_tools.prices import INSTALL, PROVIDERS, estimator
from cassette_tools.schema import schema_text

genai_prices = pytest.importorskip("genai_prices", reason="the extra `prices` is not installed")

OPENAI = "https://api.openai.com/v1/chat/completions"
DATED = (("Date", "Wed, 01 Oct 2025 10:00:00 GMT"),)


def called(
    usage: Usage | None,
    *,
    model: str | None = "gpt-4o-mini-2024-07-18",
    asked: str | None = None,
    url: str = OPENAI,
    provider: str = "openai",
    headers: tuple[tuple[str, str], ...] = DATED,
    recorded_at: str | None = None,
) -> Interaction:
    call = LLMCall(
        provider_name=provider,
        dialect="openai.chat",
        operation_name="chat",
        request_model=asked,
        response_model=model,
        usage=usage,
    )
    return Interaction(
        index=0,
        request=Request(method="POST", url=url),
        response=Response(status_code=200, headers=Headers(pairs=headers), body=Body(json=ABSENT)),
        recorded_at=recorded_at,
        llm=call,
    )


COUNTS = Usage(input_tokens=1_000_000, output_tokens=100_000)


def test_stats_add_up_what_show_says(capsys: pytest.CaptureFixture[str], samples: Path) -> None:
    """Of every call of every dialect; a call without a price is counted as that."""
    folders = [samples / "suite" / "new", samples / "dialects"]
    assert main(["find", *map(str, folders), "--where", "status>0", "--files", "--no-cache"]) == 0
    paths = capsys.readouterr().out.splitlines()
    shown: list[float | None] = []
    for path in paths:
        assert main(["show", path, "--format", "json", "--prices"]) == 0
        for each in json.loads(capsys.readouterr().out)["interactions"]:
            shown += [each["llm"]["usage"]["estimated_cost"]] if each["llm"] and each["llm"]["usage"] else []
    assert main(["stats", *map(str, folders), "--format", "json", "--prices", "--no-cache"]) == 0
    found = json.loads(capsys.readouterr().out)
    known = [each for each in shown if each is not None]
    assert list(Draft202012Validator(json.loads(schema_text("stats-report"))).iter_errors(found)) == []
    assert (found["total"]["priced"], found["total"]["estimated_cost"]) == (len(known), pytest.approx(sum(known)))
    assert len(known) >= 25
    assert sum(row["estimated_cost"] or 0 for row in found["by"]["model"]) == pytest.approx(sum(known))
    assert main(["stats", *map(str, folders), "--no-cache"]) == 0
    assert "estimated" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("interaction", "dollars"),
    [
        (called(COUNTS), 0.15 + 0.06),
        (called(Usage(input_tokens=1_000_000, output_tokens=0, cache_read_input_tokens=1_000_000)), 0.075),
        (called(Usage(input_tokens=1_000_000)), 0.15),
        (called(COUNTS, model="no-such-model", asked="gpt-4o-mini"), 0.21),
        (called(COUNTS, url="https://proxy.invalid/v1/chat/completions"), 0.21),
        (called(COUNTS, recorded_at="2025-10-01T10:00:00Z"), 0.21),
        (called(COUNTS, headers=(("Date", "yesterday"),), recorded_at="2025-10-01T10:00:00"), 0.21),
        (called(COUNTS, model="no-such-model"), None),
        (called(COUNTS, model=None), None),
        (called(COUNTS, url="http://localhost:8080/v1/chat/completions", provider="localhost"), None),
        (called(Usage()), None),
        (called(Usage(cache_read_input_tokens=3)), None),
        (called(Usage(input_tokens=-1, output_tokens=-1)), None),
        (called(Usage(input_tokens=1, output_tokens=1, cache_read_input_tokens=5)), None),  # more cached than read
        (called(None), None),
    ],
)
def test_estimates(interaction: Interaction, dollars: float | None) -> None:
    found = estimator()(interaction)
    assert found == (None if dollars is None else pytest.approx(dollars))


def test_what_is_no_call_costs_nothing() -> None:
    whole = called(COUNTS)
    assert estimator()(Interaction(index=0, request=whole.request, response=whole.response)) is None


def test_providers_are_known_to_the_package() -> None:
    for name in PROVIDERS.values():
        usage = genai_prices.Usage(input_tokens=1)
        with pytest.raises(LookupError, match="model"):  # the provider is known, the model is not
            genai_prices.calc_price(usage, "no-such-model", provider_id=name)


def test_nothing_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: Any, **_more: Any) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert estimator()(called(COUNTS)) == pytest.approx(0.21)


def test_without_the_package_the_command_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    with pytest.raises(UsageError, match="pip install 'cassette-tools\\[prices\\]'"):
        estimator()


def test_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], samples: Path
) -> None:
    monkeypatch.setitem(sys.modules, "genai_prices", None)
    assert main(["show", "--prices", str(samples / "readme" / "new.yaml")]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        f"cassette: error: --prices: list prices come with the package genai-prices: {INSTALL}\n",
    )


CASSETTE = {
    "version": 2,
    "interactions": [
        {
            "request": {"url": OPENAI, "method": "POST", "body": '{"model":"gpt-4o-mini","messages":[]}'},
            "response": {
                "code": 200,
                "headers": {"Date": [DATED[0][1]]},
                "body": json.dumps(
                    {
                        "object": "chat.completion",
                        "model": "gpt-4o-mini-2024-07-18",
                        "choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "Hello"}}],
                        "usage": {"prompt_tokens": 4321, "completion_tokens": 1234, "total_tokens": 5555},
                    }
                ),
            },
        },
        {"request": {"url": "https://example.com/", "method": "GET"}, "response": {"code": 200, "body": ""}},
    ],
}


@pytest.fixture
def recording(tmp_path: Path) -> str:
    path = tmp_path / "priced.json"
    path.write_text(json.dumps(CASSETTE), encoding="utf-8")
    return str(path)


def test_text_marks_an_estimate(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--prices", recording]) == 0
    assert "  usage: 4,321 in · 1,234 out · ~$0.00139 (estimated)\n" in capsys.readouterr().out
    assert main(["show", recording]) == 0
    assert "estimated" not in capsys.readouterr().out


def test_json_holds_an_estimate_only_when_asked(recording: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "--format", "json", "--prices", recording]) == 0
    priced = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(schema_text("show"))).validate(priced)
    assert priced["interactions"][0]["llm"]["usage"].pop("estimated_cost") == pytest.approx(0.00138855)
    assert main(["show", "--format", "json", recording]) == 0
    assert json.loads(capsys.readouterr().out) == priced


def test_nobody_pays_for_what_is_not_asked() -> None:
    """Showing without prices imports nothing of the package."""
    script = (
        "import sys\nfrom cassette_tools.cli import main\n"
        "main(['show', 'samples/readme/new.yaml'])\n"
        "assert not {'genai_prices', 'pydantic', 'cassette_tools.prices'} & sys.modules.keys()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)


def test_estimates_are_what_gateways_charge(shared: Path) -> None:
    """Where a gateway reports its cost and does not discount it, ours is the same."""
    from cassette_tools.load import load

    estimate, compared, far = estimator(), 0, []
    # OpenRouter routes this model to sellers of other prices than the list's.
    floating = ("kimi-k2",)
    for path in sorted((shared / "corpus" / "charmbracelet__fantasy").rglob("*.yaml")):
        for each in load(str(path)).interactions:
            call = each.llm
            if call is None or call.usage is None or not call.usage.cost:
                continue
            dollars = estimate(each)
            if dollars is not None and not any(word in str(call.response_model) for word in floating):
                compared += 1
                if abs(dollars / call.usage.cost - 1) > 0.01:
                    far.append((path.name, call.response_model, call.usage.cost, dollars))
    assert far == []
    assert compared > 30
