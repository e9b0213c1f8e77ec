"""One fact, one line: another question, tools edited alike, a call more, a batch, many requests to one address."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from drift_cases import CALL, WEATHER, answer, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.values.json_schema import schema_changes

RESULT = {"role": "tool", "tool_call_id": "call_Aa1", "content": "18 C"}


def asked(words: str, said: str, *more: dict[str, str], **settings: Any) -> Any:
    return exchange({**question(**settings), "messages": [{"role": "user", "content": words}, *more]}, answer(said))


def told(old: Any, new: Any) -> list[tuple[str, str, str]]:
    """Level, rule and words of what counts; token counts are another matter."""
    found = compare(recording(*old), recording(*new)).findings
    return [
        (each.level, each.rule, each.message)
        for each in found
        if each.level != "noise" and not each.rule.startswith("usage-")
    ]


# --- another question ------------------------------------------------------------------------------------------------

WARM, NOON = "How warm is it in Turin?", "Tell me at what hour trains leave Genoa"


def test_the_answer_to_another_question_follows_from_the_question() -> None:
    old, new = asked(WARM, "It is 18 °C."), asked(NOON, "At 12:40 and at 14:40.")
    assert [(level, rule) for level, rule, _ in told([old], [new])] == [("behavior", "prompt-changed")]


def test_what_is_more_than_another_answer_is_told_beside_it() -> None:
    cut = exchange({**question(), "messages": [{"role": "user", "content": NOON}]}, answer("At 12", finish="length"))
    assert {rule for _, rule, _ in told([asked(WARM, "It is 18 °C.")], [cut])} == {
        "prompt-changed",
        "finish-reason-changed",
    }


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("How warm is it in Genoa?", "the same question about something else"),
        (f"{WARM} Think step by step, use tools as you need them, and give your best answer.", "more words around it"),
    ],
)
def test_a_question_in_other_words_explains_no_other_answer(words: str, why: str) -> None:
    found = told([asked(WARM, "It is 18 °C.")], [asked(words, "It is 25 °C.")])
    assert [rule for _, rule, _ in found] == ["prompt-changed", "text-facts-changed"], why


# --- tools -----------------------------------------------------------------------------------------------------------


def tools(*edits: Any) -> list[Any]:
    made = []
    for number, edit in enumerate(edits):
        tool: Any = copy.deepcopy(WEATHER)
        tool["function"]["name"] = f"tool_{number}"
        tool["function"]["parameters"]["properties"] = {f"field_{number}": {"type": "array"}}
        edit(tool["function"])
        made.append(tool)
    return made


def _null(tool: Any) -> None:
    for field in tool["parameters"]["properties"].values():
        field["type"] = ["array", "null"]


def _size(words: str) -> Any:
    def edit(tool: Any) -> None:
        tool["description"] = f"Reads what {tool['name']} has to offer, up to {words} of it, and returns it"

    return edit


def _nothing(tool: Any) -> None:
    """Left as it was."""


@pytest.mark.parametrize(
    ("old", "new", "words", "why"),
    [
        (
            [_nothing] * 2,
            [_null] * 2,
            ["the tools tool_0 (field_0) and tool_1 (field_1) accept more than before: type array → array or null"],
            "one edit of two properties",
        ),
        (
            [_size("5MB")] * 2,
            [_size("9MB")] * 2,
            ["the tools tool_0 and tool_1: description "],
            "the same word in two descriptions",
        ),
        (
            [_size("5MB")] * 2,
            [_size("9MB"), _size("7MB")],
            ["the tool tool_0: description ", "the tool tool_1: description "],
            "two edits",
        ),
    ],
)
def test_tools_that_were_edited_alike_are_one_line(old: Any, new: Any, words: list[str], why: str) -> None:
    found = told(*([exchange(question(tools=tools(*side)), answer("Yes."))] for side in (old, new)))
    assert len(found) == len(words), why
    assert all(line.startswith(begun) for (_, _, line), begun in zip(found, words, strict=True)), why


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("str", "string", ["a type str → string"]),
        ("int", "integer", ["a type int → integer"]),
        ("string", "str", ["a type string → str"]),
        ("STRING", "string", []),
        ("str", "integer", ["a type string → integer"]),
    ],
)
def test_a_type_that_is_put_right_narrows_nothing(old: str, new: str, told: list[str]) -> None:
    found = schema_changes(*({"properties": {"a": {"type": word}}} for word in (old, new)))
    assert [str(each) for each in found] == told
    assert {each.effect for each in found} <= ({"narrowed"} if new == "integer" and old == "str" else {"changed"})


# --- calls -----------------------------------------------------------------------------------------------------------


def called(*arguments: dict[str, Any]) -> Any:
    calls = [
        {"id": f"call_{k}", "type": "function", "function": {"name": "get_weather", "arguments": json.dumps(each)}}
        for k, each in enumerate(arguments)
    ]
    return answer(calls=calls)


TURIN, GENOA = {"city": "Turin"}, {"city": "Genoa"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (called(TURIN, GENOA), called(TURIN), ("behavior", "tool-call-removed")),
        (called(TURIN), called(TURIN, GENOA), ("behavior", "tool-call-added")),
        (called(TURIN), answer("Mild."), ("breaking", "tool-call-removed")),
        (answer("Mild."), called(TURIN), ("breaking", "tool-call-added")),
    ],
)
def test_one_call_of_several_breaks_nobody(old: Any, new: Any, expected: tuple[str, str]) -> None:
    [(level, rule, _)] = told([exchange(question(), old)], [exchange(question(), new)])
    assert (level, rule) == expected


def test_a_call_once_more_brings_its_request() -> None:
    again = {**copy.deepcopy(CALL), "id": "call_Aa2"}
    first = [{"role": "assistant", "content": None, "tool_calls": [CALL]}, RESULT]
    second = [{"role": "assistant", "content": None, "tool_calls": [again]}, {**RESULT, "tool_call_id": "call_Aa2"}]
    begun = exchange(question(), answer(calls=[CALL]))
    short = [begun, exchange(question(*first), answer("18 °C."))]
    long = [
        begun,
        exchange(question(*first), answer(calls=[again])),
        exchange(question(*first, *second), answer("It rains and it is cold.")),
    ]
    for old, new, rule in ((short, long, "tool-call-added"), (long, short, "tool-call-removed")):
        found = told(old, new)
        assert [each[:2] for each in found][:1] == [("behavior", rule)]
        assert not [each for each in found if each[1].startswith("interaction-")]


def test_a_call_and_its_result_that_were_texts_are_one_change() -> None:
    texts = [{"role": "assistant", "content": ""}, {"role": "user", "content": "It is 18 °C in Turin today."}]
    result = {**RESULT, "content": "It is 18 °C in Turin today."}
    parts = [{"role": "assistant", "content": None, "tool_calls": [CALL]}, result]
    sides = [[exchange(question(*side), answer("Yes."))] for side in (texts, parts)]
    for old, new in (sides, sides[::-1]):
        assert [rule for _, rule, _ in told(old, new)] == ["prompt-changed"]


# --- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "level", "why"),
    [
        ("How warm is it in Genoa?", [], "one question of two things"),
        (NOON, ["behavior"], "two questions"),
    ],
)
def test_a_batch_has_no_order(words: str, level: list[str], why: str) -> None:
    made = [asked(WARM, "It is 18 °C."), asked(words, "It is 25 °C.")]
    assert [each[0] for each in told(made, made[::-1])] == level, why


def test_many_requests_to_one_address_are_counted() -> None:
    flags = [exchange({"flag": number}, {"on": True}, url="https://example.org/flags") for number in range(4)]
    [(_, rule, words)] = told([asked(WARM, "18 °C.")], [asked(WARM, "18 °C."), *flags])
    assert (rule, words) == ("interaction-added", "4 more requests: POST example.org/flags (answered with 200)")


def test_uploads_go_by_the_name_of_the_file() -> None:
    def upload(number: int, side: str) -> Any:
        kept = {"object": "file", "id": f"file-{side}AbCdEf{number}Gh", "filename": f"notes_{number}.txt", "bytes": 4}
        return exchange("", kept, url="https://api.openai.com/v1/files")

    old, new = [upload(k, "Old") for k in range(4)], [upload(k, "New") for k in (0, 1, 3)]
    found = compare(recording(*old), recording(*new)).findings
    told = [(each.rule, each.path, each.old_location) for each in found if each.level != "noise"]
    assert [each[:2] for each in told] == [("interaction-removed", "interactions[2]")]
