"""New names for ids."""

from __future__ import annotations

from collections.abc import Container

import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.normalize import names
from cassette_tools.normalize.names import Names, _id_in, is_made_up, replaced


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("call_Qm7ZtW4vLr9XbK2nPcY8hGdJ", "call_1"),
        ("chatcmpl-BxT3kQm7ZtW4vLr9XbK2nPcY8hGdJ", "chatcmpl-1"),
        ("chatcmpl-tool-0f9d7b7c2a1e4c8a9b6d5e4f3a2b1c0d", "chatcmpl-tool-1"),
        ("toolu_bdrk_01Qm7ZtW4vLr9XbK2nPcY8hG", "toolu_bdrk_1"),
        ("msg_vrtx_01Qm7ZtW4vLr9XbK2nPcY8hG", "msg_vrtx_1"),
        ("gen-1767300617-Qm7ZtW4vLr9XbK2nPcY8", "gen-1"),
        ("function-call-11111222223333344444", "function-call-1"),
        ("7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b", "00000000-0000-4000-8000-000000000001"),
        ("9f8e7d6c5b4a39281706f5e4d3c2b1a0", "00000000000000000000000000000001"),
        ("D681PevKs", "000000001"),
        ("WwCzadOqH-mtz7IP8_Se8Ak", "id_1"),
        ("find_harbour_wf0rc70sqj7v", "find_harbour_1"),
        ("find_harbour_wf0rc70sqj7v:0", "find_harbour_1:0"),
        ("file_fetch_wf0rc70sqj7v", "file_fetch_1"),
        ("casyau-gG-ignsEPqdqBgAk", "id_1"),
        ("gen_01KKHTNQZDDZJESK91MNFBRAV3", "gen_1"),
    ],
)
def test_the_form_stays(old: str, new: str) -> None:
    assert is_made_up(old)
    assert named(old) == [new]


def named(*olds: str, taken: Container[str] = ()) -> list[str | None]:
    met = Names(taken)
    for old in olds:
        met.register(old)
    return [met.get(old) for old in olds]


@pytest.mark.parametrize(
    "name",
    [
        "gpt-4o-mini-2024-07-18",
        "claude-3-5-sonnet-20241022",
        "Qwen3-Coder-480B-A35B-Instruct",
        "accounts/fireworks/models/llama-v3p1-8b-instruct",
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "functions.get_weather:0",
        "web_search",
        "tool_0_get_weather".replace("tool", "utility"),
        "user turn",
        "0",
        "",
    ],
)
def test_names_of_things_are_no_ids(name: str) -> None:
    assert not is_made_up(name)


def test_numbers_follow_the_first_appearance_and_skip_what_is_taken() -> None:
    met = ["call_aaaaaaaaaaaa9", "call_bbbbbbbbbbbb9", "call_aaaaaaaaaaaa9", "msg_cccccccccccc9"]
    assert named(*met, taken={"call_2"}) == ["call_1", "call_3", "call_1", "msg_1"]


@given(st.lists(st.from_regex(r"(call_|msg_|toolu_|gen-|)[A-Za-z0-9]{9,24}", fullmatch=True), unique=True, max_size=8))
def test_names_are_one_to_one_and_stay_when_they_are_met_again(olds: list[str]) -> None:
    new = [each for each in named(*olds) if each is not None]
    assert len(set(new)) == len(olds)
    assert named(*new) == new


def test_ids_are_found_inside_of_text_as_whole_words() -> None:
    found = Names()
    found.register("call_Qm7ZtW4vLr9XbK2nPcY8hGdJ")
    found.register("7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b")
    text = (
        "the call call_Qm7ZtW4vLr9XbK2nPcY8hGdJ, not call_Qm7ZtW4vLr9XbK2nPcY8hGdJx; "
        "run-7b0e4c1a-52d3-4f68-9a1b-0c2d3e4f5a6b; file_call_Qm7ZtW4vLr9XbK2nPcY8hGdJ_results"
    )
    assert found.in_text(text) == (
        "the call call_1, not call_Qm7ZtW4vLr9XbK2nPcY8hGdJx; "
        "run-00000000-0000-4000-8000-000000000001; file_call_1_results"
    )


IDS = ("aB1aB1aB1", "aB1-aB1-aB1", "aB1aB1aB1x", "-aB1aB1aB1", "aB1.aB1.aB1", "aB1aB1a")


@examples(200)
@given(
    st.lists(st.sampled_from(IDS), min_size=1, max_size=3),
    st.lists(st.sampled_from((*IDS, *IDS, "", " ", "x", "x-", "-x", "_", "--", ".", "aB1aB1aB")), max_size=8),
)
def test_few_ids_are_found_where_they_are_among_many(olds: list[str], pieces: list[str]) -> None:
    """Of few only those tokens are looked at that have the beginning of one."""
    few, many = Names(), Names()
    for old in olds:
        few.register(old)
        many.register(old)
    for number in range(names._FEW + 1):
        many.register(f"{number:08}zzzz")  # stands nowhere
    text = "".join(pieces)
    assert [each[:2] for each in few.found_in(text)] == [each[:2] for each in many.found_in(text)]


@given(st.text("ab", max_size=12), st.data())
def test_stretches_are_replaced_once(text: str, data: st.DataObject) -> None:
    places = data.draw(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=4))
    stretches = [(min(a, b, len(text)), min(max(a, b), len(text)), "X") for a, b in places]
    new = replaced(text, [each for each in stretches if each[0] < each[1]])
    kept = sum(character in "ab" for character in new)
    covered = set().union(*(range(a, b) for a, b, _ in stretches)) if stretches else set()
    assert kept >= len(text) - len(covered)
    assert (new == text) == (not covered)


@given(st.text("ab-_", min_size=8, max_size=24), st.data())
def test_an_id_is_found_wherever_it_stands_between_words(middle: str, data: st.DataObject) -> None:
    """The first of all stretches between signs that is an id, the longest at each place."""
    token = f"a{middle}"
    ends = [at for at, character in enumerate(token) if character in "-_"] + [len(token)]
    stretches = [(start, end) for start in (0, *(at + 1 for at in ends)) for end in reversed(ends) if end - start >= 8]
    chosen = data.draw(st.lists(st.sampled_from(stretches), max_size=3)) if stretches else []
    met = {token[start:end] for start, end in chosen}
    expected = (
        (0, len(token)) if token in met else next((each for each in stretches if token[slice(*each)] in met), None)
    )
    assert _id_in(token, met, frozenset(each[:8] for each in met)) == expected
