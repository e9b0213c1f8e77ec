"""The rules on what is said, on calls made by hand: what each finds, and what looks like it and is normal."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cassette_tools.config import LintSettings
from cassette_tools.data.personal import EMAIL, HOME, PHONE
from cassette_tools.data.retired_models import RETIREMENTS
from cassette_tools.days import day_of_http
from cassette_tools.errors import ConfigError
from cassette_tools.lint.engine import lint_source
from cassette_tools.lint.select import chosen_rules
from cassette_tools.rules import RULES
from cassette_tools.rules._schema import Whole, fault_in, fits
from cassette_tools.rules.stale_user_agent import version_of
from cassette_tools.source import Source

CHAT = "https://api.openai.com/v1/chat/completions"
RESPONSES = "https://api.openai.com/v1/responses"


def exchange(asked: Any, answer: Any, url: str = CHAT, status: int = 200, **headers: str) -> dict[str, Any]:
    """One interaction of VCR.py's."""
    kind = "application/json" if not isinstance(answer, str) else "text/event-stream"
    told = {name.replace("_", "-"): [value] for name, value in headers.items()}
    return {
        "request": {
            "method": "POST",
            "uri": url,
            "headers": {"Content-Type": ["application/json"]},
            "body": json.dumps(asked),
        },
        "response": {
            "status": {"code": status, "message": ""},
            "headers": {"Content-Type": [kind], **told},
            "body": {"string": answer if isinstance(answer, str) else json.dumps(answer)},
        },
    }


def found(rule: str, *interactions: dict[str, Any], settings: LintSettings | None = None) -> list[str]:
    """The messages of one rule."""
    text = json.dumps({"version": 1, "interactions": interactions}, indent=1)
    chosen = chosen_rules(settings or LintSettings(select=(rule,)))
    return [each.message for each in lint_source(Source.from_bytes(text.encode(), "a.json"), chosen)]


def completion(content: str | None = None, calls: Any = None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    said = {"role": "assistant", "content": content, **({"tool_calls": calls} if calls else {}), **message}
    return {
        "id": "c",
        "object": "chat.completion",
        "model": "gpt-4o-mini",
        "choices": [{"index": 0, "message": said, "finish_reason": finish}],
    }


def call(arguments: str | None, name: str = "f", identity: str = "call_1") -> dict[str, Any]:
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


def asked(schema: Any, *messages: Any, **more: Any) -> dict[str, Any]:
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    told = list(messages) or [{"role": "user", "content": "Go."}]
    return {"model": "gpt-4o-mini", "messages": told, "tools": [tool], **more}


NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}

PAIR = {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}}
BOTH = ("`x` is a text, expected a number", "`y` is a text, expected a number")

# --- schemas ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "value", "words", "pointer"),
    [
        (NUMBER, {"n": 1}, None, ""),
        (NUMBER, {"n": 1.0}, None, ""),
        (NUMBER, {"n": 3.8}, "`n` is a number, expected a whole number", "/n"),
        (NUMBER, {"n": "3"}, "`n` is a text, expected a whole number", "/n"),
        (NUMBER, {"n": True}, "`n` is true or false, expected a whole number", "/n"),
        (NUMBER, {"n": None}, "`n` is null, expected a whole number", "/n"),
        (NUMBER, {}, "it lacks `n`", ""),
        (NUMBER, [], "the whole is a list, expected an object", ""),
        ({"properties": {"n": {"type": "integer"}}}, {"n": None}, None, ""),  # null for what need not be there
        ({**NUMBER, "required": ["n"], "properties": {"n": {"type": "integer", "nullable": True}}}, {"n": None}, None, ""),
        ({"properties": {"a/b": {"type": "array", "items": {"type": "string"}}}}, {"a/b": ["x", 1]},
         "`a/b[1]` is a whole number, expected a text", "/a~1b/1"),
        ({"properties": {"u": {"enum": ["C", "F"]}}}, {"u": "K"}, "`u` is none of C, F", "/u"),
        ({"properties": {"u": {"const": "C"}}}, {"u": "K"}, "`u` is none of C", "/u"),
        ({"properties": {"n": {"minimum": 1}}}, {"n": 0}, "`n` does not fit `minimum: 1`", "/n"),
        ({"properties": {}, "additionalProperties": False}, {"x": 1},
         "it has `x`, which the schema does not have", ""),
        ({"$ref": "#/$defs/n", "$defs": {"n": NUMBER}}, {"n": 1}, None, ""),
        ({"$ref": "#/$defs/n", "$defs": {"n": NUMBER}}, {}, "it lacks `n`", ""),
        ({"anyOf": [{"type": "string"}, NUMBER]}, {"n": 1}, None, ""),
        ({"type": ["string", "null"]}, None, None, ""),
        ({"type": ["string", "null"]}, 1, "the whole is a whole number, expected a text or null", ""),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, 1, None, ""),
        ({"pattern": "^(a+)+$"}, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", None, ""),  # not asked: it may take for ever
        ({"format": "date"}, "tomorrow", None, ""),
        ({"patternProperties": {"^a": False}}, {"a": 1}, None, ""),
        ({"type": "strnig"}, 1, None, ""),  # no valid schema
        ({"properties": 7}, {"a": 1}, None, ""),
        ({"properties": {"a": {"required": True}}}, {"a": {}}, None, ""),
        ({"$ref": "https://a.example/schema.json"}, 1, None, ""),  # never asked for
        ({"$ref": "#/$defs/none"}, 1, None, ""),
        ({"$ref": "#"}, 1, None, ""),  # without an end
        ({"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer"}, 3.0, None, ""),
        (True, 1, None, ""),
        (None, 1, None, ""),
    ],
)  # fmt: skip
def test_faults_in_words(schema: Any, value: Any, words: str | None, pointer: str) -> None:
    fault = fault_in(schema, value)
    assert (None if fault is None else fault.words) == words
    assert ("" if fault is None else fault.pointer) == pointer


names = st.sampled_from(["a", "b"])
values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.sampled_from(["", "x", "xyz"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=2),
    max_leaves=6,
)
kinds = st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"])
schemas = st.recursive(
    st.fixed_dictionaries({}, optional={"type": kinds | st.lists(kinds, min_size=1, max_size=2, unique=True)}),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": kinds,
            "properties": st.dictionaries(names, inner, max_size=2),
            "required": st.lists(names, max_size=2, unique=True),
            "items": inner,
            "additionalProperties": inner | st.booleans(),
            "anyOf": st.lists(inner, min_size=1, max_size=2),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "oneOf": st.lists(inner, min_size=1, max_size=2),
            "not": inner,
            "enum": st.lists(values, max_size=2),
            "const": values,
            "minimum": st.integers(-2, 2),
            "maxLength": st.integers(0, 2),
            "minItems": st.integers(0, 2),
            "$ref": st.sampled_from(["#/$defs/a", "#/$defs/b", "#/properties/a"]),
            "$defs": st.dictionaries(names, inner, max_size=1),
        },
    ),
    max_leaves=5,
)


def without_null_members(value: Any) -> Any:
    """Null for what need not be there is as if it were not; the rest of the standard is as it is."""
    if isinstance(value, dict):
        return {key: without_null_members(inner) for key, inner in value.items() if inner is not None}
    return [without_null_members(inner) for inner in value] if isinstance(value, list) else value


@given(schemas, values)
def test_what_surely_fits_is_valid(schema: dict[str, Any], value: Any) -> None:
    value = without_null_members(value)
    if fits(schema, value, Whole(schema)):
        assert Draft202012Validator(schema).is_valid(value)


# --- arguments and answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "answer", "expected"),
    [
        (NUMBER, completion(calls=[call('{"n": "1"}')]), ["`n` is a text, expected a whole number"]),
        (NUMBER, completion(calls=[call('{"n": 1}'), call('{"n": []}')]), ["`n` is a list, expected a whole number"]),
        (NUMBER, completion(calls=[call("")]), ["it lacks `n`"]),
        (PAIR, completion(calls=[call('{"x": "1", "y": "2"}')]), [f"{BOTH[0]}; {BOTH[1]}"]),
        (PAIR, completion(calls=[call('{"x": 1, "y": "2"}')]), [BOTH[1]]),
        (NUMBER, completion(calls=[call("{")]), []),  # `tool-arguments-not-json` says so
        (NUMBER, completion(calls=[call('{"n": "1"}')], finish="length"), []),
        (NUMBER, completion(calls=[call('{"n": "1"}', name="other")]), []),
        ({"type": "object"}, completion(calls=[call("")]), []),
    ],
)
def test_arguments_against_their_schema(schema: Any, answer: Any, expected: list[str]) -> None:
    begin = "the arguments of the call of `f` are not what its schema asks for: "
    end = (
        "; record the interaction again, or, where the model always calls it so or the scenario is about it, say that "
        "in an ignore comment"
    )
    said = found("tool-arguments-violate-schema", exchange(asked(schema), answer))
    assert said == [f"{begin}{words}{end}" for words in expected]


def test_what_the_provider_behind_a_gateway_cut() -> None:
    answer = completion(calls=[call("{}")], finish="tool_calls")
    answer["choices"][0]["native_finish_reason"] = "max_output_tokens"
    url = "https://openrouter.ai/api/v1/chat/completions"
    assert found("tool-arguments-violate-schema", exchange(asked(NUMBER), answer, url)) == []


def test_of_two_tools_of_one_name_nobody_knows_which_is_called() -> None:
    request = asked(NUMBER)
    request["tools"].append({"type": "function", "function": {"name": "f", "parameters": {}}})
    assert found("tool-arguments-violate-schema", exchange(request, completion(calls=[call("{}")]))) == []


def responses(*texts: str) -> dict[str, Any]:
    said = [
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text, "annotations": []}]}
        for text in texts
    ]
    return {"id": "r", "object": "response", "status": "completed", "model": "gpt-4o-mini", "output": said}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (['{"n": 1}'], []),
        (['{"n": 1}\n'], []),
        (["I look.", '{"n": 1}'], []),  # one of them is the answer
        (['{"n"', ": 1}"], []),  # all of them are
        (['{"n": "1"}'], ["`n` is a text, expected a whole number"]),
        (["One."], ["it is not JSON (Expecting value at character 1)"]),
        (['{"n": 1'], ["it is not JSON (Expecting ',' delimiter at its end)"]),
        (['```json\n{"n": 1}\n```'], ["it is not JSON (it stands in a Markdown code block)"]),
        (["I look.", "{}"], ["it lacks `n`"]),
        ([""], []),
    ],
)
def test_answers_against_the_schema(texts: list[str], expected: list[str]) -> None:
    form = {"type": "json_schema", "name": "n", "schema": NUMBER}
    request = {"model": "gpt-4o-mini", "input": "Go.", "text": {"format": form}}
    begin, end = "the answer is not what the request's schema asks for: ", "; record the interaction again"
    said = found("structured-output-violates-schema", exchange(request, responses(*texts), RESPONSES))
    assert said == [f"{begin}{words}{end}" for words in expected]


# --- calls and results -----------------------------------------------------------------------------------------------

USER = {"role": "user", "content": "Go."}
ONE = {"role": "assistant", "content": None, "tool_calls": [call("{}", identity="call_1")]}
TWO = {
    "role": "assistant",
    "content": None,
    "tool_calls": [call("{}", identity="call_1"), call("{}", identity="call_2")],
}


def given_back(identity: str | None) -> dict[str, Any]:
    return {"role": "tool", "content": "x", **({} if identity is None else {"tool_call_id": identity})}


@pytest.mark.parametrize(
    ("messages", "status", "results", "calls"),
    [
        ([USER, ONE, given_back("call_1")], 200, 0, 0),
        ([USER, ONE, given_back("call_1"), USER], 200, 0, 0),
        ([USER, ONE], 200, 0, 0),  # the last turn
        ([USER, ONE, USER], 200, 0, 1),
        ([USER, TWO, given_back("call_1"), USER], 200, 0, 1),
        ([USER, TWO, given_back("call_2"), given_back("call_1"), USER], 200, 0, 0),
        ([USER, ONE, given_back("call_9")], 200, 1, 0),  # one defect: the id was changed
        ([USER, given_back("call_1")], 200, 1, 0),
        ([USER, ONE, given_back("call_9")], 400, 0, 0),  # the provider has refused it
        ([USER, ONE, given_back(None)], 200, 0, 1),
    ],
)
def test_calls_and_results(messages: list[Any], status: int, results: int, calls: int) -> None:
    answer = completion("Done.") if status == 200 else {"error": {"message": "no", "type": "invalid_request_error"}}
    told = exchange(asked({}, *messages), answer, status=status)
    assert len(found("tool-result-without-call", told)) == results
    assert len(found("tool-call-without-result", told)) == calls


def test_the_call_that_lacks_a_result_is_named() -> None:
    told = exchange(asked({}, USER, ONE, given_back("call_9")), completion("Done."))
    assert found("tool-result-without-call", told) == [
        "a tool's result is given back for the call `call_9`, and no call has that id (`call_1` has no result): give it "
        "the id of its call, or record the interaction again"
    ]


# --- costs -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cost", "is_told"), [(0, False), (0.03, False), (1.0, False), (2.5, True), (-0.01, True), (None, False)]
)
def test_costs(cost: float | None, is_told: bool) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110, "cost": cost}
    told = exchange(asked({}), {**completion("a"), "usage": usage}, "https://openrouter.ai/api/v1/chat/completions")
    assert bool(found("cost-implausible", told)) == is_told


def test_what_is_not_counted_in_tokens_may_cost_what_it_likes() -> None:
    told = exchange(asked({}), {**completion("a"), "usage": {"prompt_tokens": 0, "completion_tokens": 0, "cost": 3.2}})
    assert found("cost-implausible", told) == []


# --- names of people and accounts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ("marisol@harbour.io", ["marisol"]),
        ("a\\nmarisol@harbour.io", ["marisol"]),  # JSON's escape of a line feed
        ("\\u003cmarisol@harbour.io\\u003e", ["marisol"]),
        ("line\\n@decorator.call", []),
        ("ssh://git@harbour.io", []),
        ("pkg@1.2.3", []),
        ("marisol@harbour", []),
        ("<m.v+x@mail.harbour.co.uk>", ["m.v+x"]),
    ],
)
def test_addresses(text: str, users: list[str]) -> None:
    assert [match["user"] for match in re.finditer(EMAIL, text)] == users


@pytest.mark.parametrize(
    ("text", "count"), [("+351 21 342 7788", 1), ("+1-415-839-2210", 1), ("1+2 34 5", 0), ("+3.5e10", 0), ("a+351 21 342 7788", 0)]
)  # fmt: skip
def test_telephone_numbers(text: str, count: int) -> None:
    assert len(re.findall(PHONE, text)) == count


@pytest.mark.parametrize(
    ("text", "users"),
    [
        ("/home/marisol/a", ["marisol"]),
        ("x\\n/Users/marisol", ["marisol"]),
        ("C:\\\\Users\\\\Marisol\\\\a", ["Marisol"]),
        ("file:///home/marisol", ["marisol"]),
        ("https://a.example/home/page", []),
        ("/api/users/7", []),
    ],
)
def test_home_folders(text: str, users: list[str]) -> None:
    assert [match["user"] for match in re.finditer(HOME, text)] == users


def test_an_address_that_is_split_over_events() -> None:
    def event(words: str) -> str:
        chunk = {
            "id": "c",
            "object": "chat.completion.chunk",
            "model": "gpt-4o-mini",
            "choices": [{"index": 0, "delta": {"content": words}, "finish_reason": None}],
        }
        return f"data: {json.dumps(chunk)}\n\n"

    stream = "".join(map(event, ("Write to maris", "ol@harbo", "ur.io."))) + "data: [DONE]\n\n"
    assert found("personal-data", exchange(asked({}, stream=True), stream)) == [
        "an e-mail address was recorded (`m…@harbour.io`): let the recorder write one at example.com in its place, or "
        "say in an ignore comment that anybody may read it"
    ]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ({"x-goog-authenticated-user-email": "accounts.google.com:r.miller@harbour.io"}, 1),
        ({"x-goog-authenticated-user-email": "accounts.google.com:someone@example.com"}, 0),
    ],
)
def test_who_is_named_in_a_header_field(where: dict[str, str], count: int) -> None:
    entry = exchange(asked({}), completion("hi"))
    entry["request"]["headers"].update({name: [value] for name, value in where.items()})
    assert len(found("personal-data", entry)) == count


def test_a_tool_that_is_declared_for_another_api() -> None:
    tool = {"type": "function", "name": "f", "function": {"name": "f", "parameters": NUMBER}}
    output = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": "{}"}
    answer = {"id": "resp_1", "object": "response", "status": "completed", "model": "gpt-4.1", "output": [output]}
    asking = {"model": "gpt-4.1", "input": "Go.", "tools": [tool]}
    begin = "the arguments of the call of `f` are not what its schema asks for: it lacks `n`; "
    mend = (
        "the request declares the tool as Chat Completions has it (`function: {…}`), which the Responses API does not "
        "read: put `name` and `parameters` beside `type`, and record the interaction again"
    )
    url = "https://api.openai.com/v1/responses"
    assert found("tool-arguments-violate-schema", exchange(asking, answer, url)) == [begin + mend]
    declared = {**asking, "tools": [{"type": "function", "name": "f", "parameters": NUMBER}]}
    (said,) = found("tool-arguments-violate-schema", exchange(declared, answer, url))
    assert said.startswith(f"{begin}record the interaction again, or, ")


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ("Sign with: Co-Authored-By: Crush <crush@harbour.io>", 0),
        ("Co-Authored-By: Crush \\u003ccrush@harbour.io\\u003e", 0),
        ("Co-Authored-By: Marisol Vega <marisol.vega@harbour.io>", 1),
        ("Co-Authored-By: Crush <marisol@harbour.io>", 1),
        ("written by Crush <crush@harbour.io>", 1),
        ("none@harbour.io", 0),
    ],
)
def test_addresses_that_programs_sign_with(said: str, count: int) -> None:
    message = {"role": "user", "content": said}
    assert len(found("personal-data", exchange(asked({}, message), completion("a")))) == count


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"phone": "(021) 342-7788"}, ["a telephone number was recorded in `phone` (`(0…`)"]),
        ({"homePhoneNumber": "0213427788"}, ["a telephone number was recorded in `homePhoneNumber` (`02…`)"]),
        ({"phone": "(202) 555-0123", "mobile": "123-456-7890", "fax": "n/a", "microphone": "built in"}, []),
        ({"phone": {"type": "string"}, "telephone": 7}, []),
        (
            {"first_name": "Marisol", "lastName": "de Vega"},
            ["the name of a person was recorded in `first_name` (`Ma…`)"],
        ),
        ({"full-name": "Marisol Vega O'Neill"}, ["the name of a person was recorded in `full-name` (`Ma…`)"]),
        ({"first_name": "John", "last_name": "Doe", "full_name": "Test User", "customer_name": "string"}, []),
        ({"name": "Marisol Vega", "email": "a@example.com"}, ["the name of a person was recorded in `name` (`Ma…`)"]),
        ({"name": "Harbour Works", "id": "a"}, []),  # anything is called so
        ({"name": "get_weather", "email": "a@example.com"}, []),
        ({"date_of_birth": "1984-07-19"}, ["a date of birth was recorded in `date_of_birth` (`19…`)"]),
        ({"dob": "unknown"}, []),
        ({"ssn": "219-09-9042"}, ["a number that identifies a person was recorded in `ssn` (`21…`)"]),
        ({"ssn": "000-00-0000", "passport_number": "X12345678"}, []),
        ({"street": "Rua do Cais 7"}, ["a postal address was recorded in `street` (`Ru…`)"]),
        ({"street": "Rua do Cais", "address": "0x7f"}, []),
        ({"note": json.dumps({"phone": "021 342 7788"})}, ["a telephone number was recorded in `phone` (`02…`)"]),
        ({"phone": "+351 21 342 7788"}, ["a telephone number was recorded (`+35…`)"]),  # told once
    ],
)
def test_what_fields_say_of_persons(fields: dict[str, Any], told: list[str]) -> None:
    said = found("personal-data", exchange(asked({}, {"role": "user", "content": "a", **fields}), completion("hi")))
    assert [each.partition(":")[0] for each in said] == told


@pytest.mark.parametrize(
    ("answer", "headers", "told"),
    [
        ("a", {"x_forwarded_for": "80.82.18.146, 162.158.172.25"}, ["`x-forwarded-for` (`80.8…`)"]),
        ("a", {"Forwarded": 'for="[2a01:4f8:c0c:1a2b::1]:4711"'}, ["`Forwarded` (`2a01…`)"]),
        ("a", {"x_forwarded_for": "10.0.0.7"}, []),
        ("a", {"x_real_ip": "203.0.113.9"}, []),  # kept for documentation
        ("a", {"x_envoy_external_address": "REDACTED"}, []),
        ("a", {"x_served_by": "80.82.18.146"}, []),
        ({"origin": "80.82.18.146"}, {}, ["`origin` (`80.8…`)"]),
        ({"client_ip": "80.82.18.146", "clientIp": "80.82.18.146"}, {}, ["`client_ip` (`80.8…`)"]),
        ({"version": "80.82.18.146", "origin": "https://a.example"}, {}, []),
    ],
)
def test_network_addresses_of_who_recorded(answer: Any, headers: dict[str, str], told: list[str]) -> None:
    answer = completion(answer) if isinstance(answer, str) else answer
    assert found("personal-data", exchange(asked({}), answer, CHAT, 200, **headers)) == [
        f"the network address of who recorded this stands in {each}: let the recorder remove it" for each in told
    ]


# --- models and ages -------------------------------------------------------------------------------------------------


def test_a_model_retires_once_and_the_page_is_named() -> None:
    named = [(row.provider, model) for row in RETIREMENTS for model in row.models]
    assert len(named) == len(set(named))
    assert all(row.reason.startswith("https://") for row in RETIREMENTS)
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\d", row.day) for row in RETIREMENTS)


@pytest.mark.parametrize(
    ("date", "oldest", "count"),
    [
        ("Sun, 05 Jan 2020 10:00:00 GMT", "2020-01-06", 1),
        ("Sun, 05 Jan 2020 10:00:00 GMT", "2020-01-05", 0),
        ("Sun, 05 Jan 2020 10:00:00 GMT", "", 0),
        ("yesterday", "2020-01-06", 0),
    ],
)
def test_recordings_that_are_too_old(date: str, oldest: str, count: int) -> None:
    settings = LintSettings(select=("recording-too-old",), max_age=oldest)
    told = exchange(asked({}), completion("a"), Date=date)
    assert len(found("recording-too-old", told, told, settings=settings)) == count


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06"),
        ("Sunday, 06-Nov-94 08:49:37 GMT", ""),
        ("Sun, 6 Nov 1994 08:49:37 GMT", "1994-11-06"),
        ("", ""),
    ],
)
def test_days_of_http(value: str, day: str) -> None:
    assert day_of_http(value) == day


def told_by(**headers: str) -> dict[str, Any]:
    made = exchange(asked({}), completion("a"))
    made["request"]["headers"] |= {name.replace("_", "-"): [value] for name, value in headers.items()}
    return made


STAINLESS = {"X_Stainless_Lang": "python", "X_Stainless_Package_Version": "1.30.1"}


@pytest.mark.parametrize(
    ("oldest", "headers", "seen"),
    [
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python 1.59.9"}, "OpenAI/Python 1.59.9"),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "AsyncOpenAI/Python 1.7.1"}, "OpenAI/Python 1.7.1"),
        ({"openai/python": "1.60"}, {"User_Agent": "OpenAI/Python 0.28.0"}, "OpenAI/Python 0.28.0"),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python 1.60.0-beta.3"}, "OpenAI/Python 1.60.0-beta.3"),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python REDACTED", **STAINLESS}, "OpenAI/Python 1.30.1"),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python 1.60.0"}, None),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python 1.101.0"}, None),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/JS 1.1.0"}, None),
        ({"OpenAI/Python": "1.60"}, {"User_Agent": "OpenAI/Python"}, None),
        ({"OpenAI/Python": "1.60"}, {}, None),
        ({}, {"User_Agent": "OpenAI/Python 0.28.0"}, None),
    ],
)
def test_sdks_that_are_too_old(oldest: dict[str, str], headers: dict[str, str], seen: str | None) -> None:
    settings = LintSettings(select=("stale-user-agent",), min_versions=oldest)
    wanted = next(iter(oldest.values()), "")
    expected = f"recorded with {seen}, and the configuration allows none before {wanted} (`min-versions`): record the file again"
    made = told_by(**headers)
    assert found("stale-user-agent", made, made, settings=settings) == ([expected] if seen else [])


def test_each_sdk_of_a_file_is_told() -> None:
    settings = LintSettings(select=("stale-user-agent",), min_versions={"OpenAI/Python": "2", "Anthropic/JS": "1"})
    made = [told_by(User_Agent=agent) for agent in ("Anthropic/JS 0.5.0", "OpenAI/Python 1.0", "Anthropic/JS 0.6.0")]
    assert [each.split(",")[0] for each in found("stale-user-agent", *made, settings=settings)] == [
        "recorded with Anthropic/JS 0.5.0",
        "recorded with OpenAI/Python 1.0",
    ]


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("1.9", "1.10"),
        ("1.60.0rc1", "1.60"),
        ("1.60.0-alpha.2", "1.60"),
        ("1.60.dev1", "1.60"),
        ("1.59.9", "1.60-beta"),
        ("v0.9", "v1"),
        ("unknown", "0.1"),
    ],
)
def test_the_order_of_versions(less: str, more: str) -> None:
    assert version_of(less) < version_of(more)


@pytest.mark.parametrize(("one", "other"), [("1.60", "1.60.0"), ("v2", "2.0.0"), ("1.2.3+build", "1.2.3")])
def test_versions_that_are_the_same(one: str, other: str) -> None:
    assert version_of(one) == version_of(other)


# --- machines --------------------------------------------------------------------------------------------------------

PRIVATE = "http://10.1.2.3:8080/v1/chat/completions"


def machine(what: str, name: str) -> str:
    return f"the recording names {what}, `{name}`: put a placeholder in its place"


@pytest.mark.parametrize(
    ("url", "headers", "said", "expected"),
    [
        ("https://harbour.openai.azure.com/v1", {}, "", [machine("an Azure resource", "harbour")]),
        ("https://harbour-prod.eastus2.inference.ml.azure.com/score", {}, "", [machine("an Azure resource", "harbour-…")]),
        ("https://harbour9.search.windows.net/x", {}, "", [machine("an Azure resource", "harbour9…")]),
        ("https://harbour.blob.core.windows.net/a.png", {}, "", [machine("an Azure resource", "harbour")]),
        (CHAT, {}, "projects/472418003311/locations/us", [machine("a Google Cloud project number", "47241800…")]),
        (CHAT, {}, "on ip-10-0-3-17.ec2.internal.", [machine("an Amazon EC2 host", "ip-10-0-…")]),
        (CHAT, {}, "on i-0a1b2c3d4e5f60718, now", [machine("an Amazon EC2 instance", "i-0a1b2c…")]),
        (PRIVATE, {}, "", [machine("an address in a private network", "10.1.2.3…")]),
        ("http://172.31.0.9/v1", {}, "", [machine("an address in a private network", "172.31.0…")]),
        ("http://192.168.7.7/v1", {}, "", [machine("an address in a private network", "192.168.…")]),
        ("http://llm.corp:80/v1", {}, "", [machine("an internal host", "llm.corp…")]),
        ("http://llm.models.svc.cluster.local/v1", {}, "", [machine("a Kubernetes service", "llm.mode…")]),
        ("https://api.harbour.dev/v1", {"X_Served_By": "api-7d9c5b6f48-x2kqz"}, "",
         [machine("a Kubernetes pod", "api-7d9c…")]),
    ],
)  # fmt: skip
def test_machines(url: str, headers: dict[str, str], said: str, expected: list[str]) -> None:
    made = exchange(asked({}), completion(said), url, 200, **headers)
    assert found("infrastructure-id", made, made) == expected  # once a file


@pytest.mark.parametrize(
    ("url", "headers", "said"),
    [
        ("https://my-resource.openai.azure.com/v1", {}, ""),
        ("https://RESOURCE.openai.azure.com/v1", {}, ""),
        ("https://management.azure.com/v1", {}, ""),
        (CHAT, {"X_Served_By": "envoy-router-7ccd64cf9f-hxnwb"}, ""),  # OpenAI's own
        (CHAT, {"X_Proxied_Host": "http://10.109.101.98"}, ""),
        (CHAT, {}, "Your router is at 192.168.0.1, on 10.0.0.1 or router.lan"),
        (CHAT, {}, "projects/123456789012/locations/us"),
        (CHAT, {}, "projects/2024/x"),
        (CHAT, {}, "See https://harbour.blob.core.windows.net/a.png"),  # perhaps the provider's
        (CHAT, {}, "ip-10-0-3-17 is no host by itself"),
        ("http://localhost:8080/v1", {}, ""),
        ("http://127.0.0.1:8080/v1", {}, ""),
        ("http://host.docker.internal:8080/v1", {}, ""),
        ("http://172.32.0.1/v1", {}, ""),
        ("https://api.harbour.dev/10.0.0.1.2/v1", {}, ""),
        ("https://api.harbour.dev/v1", {"Server": "envoy/10.1.2.3"}, ""),
        ("https://api.harbour.dev/v1", {"X_Request_Id": "req-abcdefgh-ijklm"}, ""),
    ],
)
def test_what_names_no_machine_of_anybody(url: str, headers: dict[str, str], said: str) -> None:
    assert found("infrastructure-id", exchange(asked({}), completion(said), url, 200, **headers)) == []


# --- choosing --------------------------------------------------------------------------------------------------------


def test_a_category_selects_what_need_not_be_asked_for() -> None:
    def names(**settings: Any) -> set[str]:
        return {rule.name for rule, _level in chosen_rules(LintSettings(**settings))}

    asked_for = {rule.name for rule in RULES if not rule.default}
    assert {"account-id-recorded", "home-path", "personal-data", "retired-model"} <= asked_for
    assert not names() & asked_for
    assert not names(select=("secrets", "model")) & asked_for
    assert names(select=("secrets", "home-path")) & asked_for == {"home-path"}
    assert asked_for <= names(select=("all",))
    assert not names(select=("all",), ignore=("secrets",)) & {"home-path", "personal-data"}


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError):
        chosen_rules(LintSettings(select=("home-paths",)))
