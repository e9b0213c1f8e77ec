"""Two recordings that differ only in noise are the same bytes when they are normalised."""

from __future__ import annotations

from pathlib import Path

import pytest
from effort import THOROUGH, examples
from hypothesis import given
from hypothesis import strategies as st
from invented import ID, Dice, recorded
from normal_material import CANONICAL, made_anew, read, real, rewritten

from cassette_tools.diff import compare
from cassette_tools.formats import writers

# Real recordings whose text cannot be made anew as a whole, each with its reason.
UNFIT = {
    "test_tools_streaming_variant_c.yaml": "its stream begins with a space, so that its first event is none",
    "test_fixed_version_tool_chain_with_thinking_display_regression.yaml": "ids stand in it across folded lines",
}


@pytest.fixture(scope="module")
def fit(shared: Path) -> tuple[Path, ...]:
    trees = (path for path in real(shared / "corpus") if path.suffix in (".yaml", ".yml", ".json", ".har"))
    small = (path for path in trees if path.stat().st_size < 60_000)
    return tuple(path for path in small if path.name not in UNFIT)


@examples(250, share=10)  # each normalises a real recording twice, which proves itself by a comparison
@given(data=st.data())
def test_recorded_again_is_the_same(fit: tuple[Path, ...], data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(fit))
    old = path.read_bytes()
    new = made_anew(old, str(path), data.draw(st.randoms(use_true_random=False)))
    if new is not None:
        assert rewritten(new, CANONICAL, path=str(path)) == rewritten(old, CANONICAL, path=str(path)), path


@pytest.mark.parametrize("seed", range(0, 50 if THOROUGH else 2, 2))
@pytest.mark.parametrize("to", ["vcrpy", "vcrpy-json", "ruby-vcr", "go-vcr", "har"])
@pytest.mark.parametrize("provider", ID)
def test_a_conversation_recorded_again_is_the_same(provider: str, to: str, seed: int) -> None:
    old, new = (recorded(provider, to, Dice(f"{provider} {to} {number}")) for number in (seed, seed + 1))
    assert old != new
    one, other = (rewritten(content, CANONICAL, path=f"a{writers()[to].extension}") for content in (old, new))
    assert one == other
    assert rewritten(one, CANONICAL, path=f"a{writers()[to].extension}") == one
    assert [each.rule for each in compare(read(old), read(one)).findings if each.level != "noise"] == []


# The pairs of real recordings between which `cassette diff` sees noise alone, and what else than ids, times and
# chunks differs in them ("": nothing).
NOISE_PAIRS = {
    "alexrudall__ruby-openai/002": "",
    "alexrudall__ruby-openai/004": "",
    "alexrudall__ruby-openai/014": "",
    "charmbracelet__fantasy/004": "",
    "crmne__ruby_llm/004": "",
    "crmne__ruby_llm/006": "",
    "crmne__ruby_llm/012": "",
    "tmc__langchaingo/004": "",
    "charmbracelet__fantasy/106": "layout",
    "charmbracelet__fantasy/142": "layout, sort-keys, requests",
    "crmne__ruby_llm/016": "user-agents",
}


@pytest.mark.parametrize(("pair", "needed"), NOISE_PAIRS.items())
def test_pairs_of_noise_are_the_same(shared: Path, pair: str, needed: str) -> None:
    words = {word.strip() for word in needed.split(",") if word}
    sides = [next((shared / "pairs" / pair).glob(f"{side}.*")) for side in ("old", "new")]
    old, new = (
        rewritten(path.read_bytes(), CANONICAL | (words - {"requests"}), path=str(path), requests="requests" in words)
        for path in sides
    )
    assert old == new
    if words:
        plain = [rewritten(path.read_bytes(), CANONICAL, path=str(path)) for path in sides]
        assert plain[0] != plain[1], "the steps are not needed any more"
