"""A tool call that no client can run is told across providers as within one: without an id, without arguments that are
JSON in a string.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from cassette_tools.data.drift import CROSS_PROVIDER, RERECORD
from cassette_tools.diff import compare
from tests.diff.drift_cases import answer, chunks, exchange, question, recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.model import Place, Recording

RESPONSES = "https://api.openai.com/v1/responses"
CLAUDE = "https://api.anthropic.com/v1/messages"
GONE: Any = object()
CITY = '{"city": "Turin"}'


def fields(**all_fields: Any) -> dict[str, Any]:
    return {name: value for name, value in all_fields.items() if value is not GONE}


def chat(arguments: Any = CITY, call_id: Any = "c1") -> Recording:
    call = fields(id=call_id, type="function", function=fields(name="get_weather", arguments=arguments))
    return recording(exchange(question(), answer(calls=[call])))


def streamed(arguments: Any = CITY, call_id: Any = "c1") -> Recording:
    call = fields(index=0, id=call_id, type="function", function=fields(name="get_weather", arguments=arguments))
    return recording(exchange(question(), chunks({"role": "assistant", "tool_calls": [call]}, finish="tool_calls")))


def responses(arguments: Any = CITY, call_id: Any = "c1") -> Recording:
    call = fields(id="fc_1", type="function_call", call_id=call_id, name="get_weather", arguments=arguments)
    said = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-9", "output": [call]}
    return recording(exchange({"model": "gpt-9", "input": "How warm is it in Turin?"}, said, url=RESPONSES))


def claude(arguments: Any = CITY, call_id: Any = "c1") -> Recording:
    given = json.loads(arguments) if isinstance(arguments, str) else arguments
    said = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-9",
        "content": [fields(type="tool_use", id=call_id, name="get_weather", input=given)],
        "stop_reason": "tool_use",
        "usage": {"input_tokens": 9, "output_tokens": 7},
    }
    asked = {
        "model": "claude-9",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "How warm is it in Turin?"}],
    }
    return recording(exchange(asked, said, url=CLAUDE))


NOT_RUN = (
    ("null", None, "wire-field-nulled", "the arguments of the call to get_weather: null now"),
    ("missing", GONE, "wire-field-removed", "the arguments of the call to get_weather: missing now"),
)
APIS = (chat, streamed, responses)


def told(old: Recording, new: Recording, profile: str) -> list[tuple[str, str, str]]:
    found = compare(old, new, profile=profile).findings
    calls = [each for each in found if each.level != "noise" and "tool_calls" in each.path]
    return [(each.level, each.rule, each.message) for each in calls]


@pytest.mark.parametrize("profile", [RERECORD, CROSS_PROVIDER])
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(("_case", "sent", "rule", "words"), NOT_RUN)
def test_arguments_that_are_no_json_string(
    api: Any, _case: str, sent: Any, rule: str, words: str, profile: str
) -> None:
    for given in (CITY, "{}"):
        [(level, named, message)] = told(api(given), api(sent), profile)
        assert (level, named) == ("breaking", rule)
        assert message.startswith(words)


@pytest.mark.parametrize("api", APIS)
def test_an_object_where_a_string_belongs(api: Any) -> None:
    [(level, rule, message)] = told(api("{}"), api({}), CROSS_PROVIDER)
    assert (level, rule) == ("breaking", "wire-type-changed")
    assert message == "the arguments of the call to get_weather: object now; before string"


@pytest.mark.parametrize("api", [chat, streamed, claude])
@pytest.mark.parametrize("sent", [None, GONE])
def test_an_id_that_is_gone(api: Any, sent: Any) -> None:
    """An item of Responses without `call_id` still has its `id`."""
    [(level, rule, _)] = told(api(), api(call_id=sent), CROSS_PROVIDER)
    assert (level, rule) == ("breaking", "wire-field-removed")


@pytest.mark.parametrize("new", APIS)
def test_from_one_api_to_another(new: Any) -> None:
    assert told(claude(), new(), CROSS_PROVIDER) == []
    [(level, rule, _)] = told(claude("{}"), new(None), CROSS_PROVIDER)
    assert (level, rule) == ("breaking", "wire-field-nulled")


@pytest.mark.parametrize("api", APIS)
def test_what_can_be_run_again_breaks_nobody(api: Any) -> None:
    assert [level for level, *_ in told(api(None), api("{}"), CROSS_PROVIDER)] == ["shape"]


@pytest.mark.parametrize("sent", [{}, GONE, None])
def test_arguments_that_need_not_be_a_string(sent: Any) -> None:
    """Anthropic's are an object: whether an empty one is sent is no matter across providers."""
    assert told(claude("{}"), claude(sent), CROSS_PROVIDER) == []


def ended(api: Any, word: str, model: str) -> Recording:
    """An answer of words, from a model, that ends so."""
    if api is claude:
        said = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": "It is 18 °C."}],
            "stop_reason": word,
            "usage": {"input_tokens": 9, "output_tokens": 7},
        }
        asked = {"model": "claude-9", "max_tokens": 9, "messages": [{"role": "user", "content": "How warm?"}]}
        return recording(exchange(asked, said, url=CLAUDE))
    return recording(exchange(question(), {**answer("It is 18 °C.", finish=word), "model": model}))


@pytest.mark.parametrize(("api", "ends"), [(chat, ("stop", "length")), (claude, ("end_turn", "max_tokens"))])
def test_words_of_the_answer_have_their_lines_across_providers(api: Any, ends: tuple[str, str]) -> None:
    seen: list[str] = []

    def locate(_side: str, place: Place) -> None:
        seen.append(place.folded or "")

    old, new = (ended(api, word, model) for word, model in zip(ends, ("one-9", "two-9"), strict=True))
    compare(old, new, profile=CROSS_PROVIDER, locate=locate)
    field = "/choices/0/finish_reason" if api is chat else "/stop_reason"
    assert [seen.count(pointer) for pointer in ("/model", field)] == [2, 2]  # of the old one and of the new one
