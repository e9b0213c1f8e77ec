"""Of several changes of a request each that could have brought a finding about is named, and no other one."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from drift_cases import CALL, answer, exchange, question, recording

from cassette_tools.diff import compare

GIVEN = "request ({}) and model (another was asked)"


def causes(old: Any, new: Any) -> dict[str, str]:
    """The cause of each finding of an answer above noise, as it is printed; each has a rule of its own."""
    told = [each for each in compare(old, new).findings if each.level != "noise" and ".response." in each.path]
    found = {each.rule: each.evidence or each.cause for each in told}
    assert len(found) == len(told), [each.rule for each in told]
    return found


def both_ways(old: Any, new: Any) -> tuple[dict[str, str], dict[str, str]]:
    return causes(old, new), causes(new, old)


def one(response: Any, *, status: int = 200, **settings: Any) -> Any:
    if "model" in settings and "model" in response:
        response = {**response, "model": settings["model"]}  # who is asked answers
    return recording(exchange(question(**settings), response, status=status))


SECOND = copy.deepcopy(CALL) | {"id": "call_Bb2"}
SECOND["function"] = {**CALL["function"], "arguments": '{"city": "Rome", "days": 2}'}
TWO, ONE = answer(calls=[CALL, SECOND]), answer(calls=[CALL])
FORCED = {"tool_choice": "required"}


@pytest.mark.parametrize(
    ("settings", "cause", "why"),
    [
        ({"model": "ten"}, "model (another was asked)", "only another model"),
        (FORCED, "request (tool_choice)", "only the choice"),
        ({**FORCED, "model": "ten"}, GIVEN.format("tool_choice"), "either may have"),
        ({"parallel_tool_calls": False, "model": "ten"}, "request (parallel_tool_calls)", "no model calls two then"),
        ({"max_tokens": 300, "model": "ten"}, "model (another was asked)", "no output reached its limit"),
    ],
)
def test_a_call_that_is_gone(settings: Any, cause: str, why: str) -> None:
    first, back = both_ways(one(TWO), one(ONE, **settings))
    assert first == {"tool-call-removed": cause}, why
    assert back == {"tool-call-added": cause}, why


CUT = copy.deepcopy(CALL)
CUT["function"]["arguments"] = '{"city": "Tu'


@pytest.mark.parametrize(
    ("tokens", "limit", "settings", "cause", "why"),
    [
        (30, 20, {}, "request (max_tokens)", "the old answer is longer than the new limit"),
        (30, 20, {"model": "ten"}, "request (max_tokens)", "whichever model it is"),
        (15, 20, {"model": "ten"}, GIVEN.format("max_tokens"), "the old answer would have had room"),
        (15, 500, {"model": "ten"}, "model (another was asked)", "a higher limit cuts nothing"),
    ],
)
def test_arguments_that_are_cut(tokens: int, limit: int, settings: Any, cause: str, why: str) -> None:
    old = one(answer(calls=[CALL], usage=(50, tokens)))
    new = one(answer(calls=[CUT], finish="length", usage=(50, limit)), max_tokens=limit, **settings)
    first, back = both_ways(old, new)
    assert first["finish-reason-changed"] == back["finish-reason-changed"] == cause, why
    assert not [rule for rule in (*first, *back) if rule.startswith("tool-arguments-")], "told in the line of the end"


def searched(*found: str, finish: str = "stop", **settings: Any) -> Any:
    return one(answer("Turin is warm.", finish=finish, citations=[*found]), **settings)


PAGES = ("https://weather.example/turin", "https://travel.example/italy")


@pytest.mark.parametrize(
    ("settings", "cause", "why"),
    [
        ({"search_domain_filter": ["weather.example"]}, "request (search_domain_filter)", "where is looked"),
        (
            {"search_domain_filter": ["weather.example"], "web_search_options": {"search_context_size": "low"}},
            "request (search_domain_filter, web_search_options)",
            "where, and how much",
        ),
        ({"search_parameters": {"mode": "on"}, "model": "ten"}, GIVEN.format("search_parameters"), "or the model"),
        ({"search_parameters": {"mode": "on"}, "max_tokens": 20}, "request (search_parameters)", "no limit cites"),
    ],
)
def test_other_pages_are_cited(settings: Any, cause: str, why: str) -> None:
    finish = "length" if "max_tokens" in settings else "stop"
    first, back = both_ways(searched(*PAGES), searched(PAGES[0], finish=finish, **settings))
    assert first["citation-changed"] == back["citation-changed"] == cause, why


def ranked(*order: int, **settings: Any) -> Any:
    results = [{"index": index, "relevance_score": 0.9 - 0.3 * place} for place, index in enumerate(order)]
    asked = {"model": "rerank-9", "query": "warm", "documents": ["Turin is warm.", "Oslo is cold."], **settings}
    return recording(exchange(asked, {"id": "r-1", "results": results}, url="https://api.cohere.com/v2/rerank"))


@pytest.mark.parametrize(
    ("settings", "cause", "why"),
    [
        ({"top_n": 2, "model": "rerank-10"}, "model (another was asked)", "how many are given back is no order"),
        ({"top_n": 2}, "unknown", "nothing that was asked says why"),
        ({"query": "cold"}, "prompt (the user message)", "another question"),
        (
            {"max_tokens_per_doc": 99, "model": "rerank-10"},
            "model (another was asked) and request (max_tokens_per_doc)",
            "less of each document is read",
        ),
    ],
)
def test_a_ranking_that_turned_over(settings: Any, cause: str, why: str) -> None:
    first, back = both_ways(ranked(0, 1), ranked(1, 0, **settings))
    assert first["response-body-changed"] == back["response-body-changed"] == cause, why


def refused(message: str, param: str | None = None, code: str | None = None) -> Any:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


NO_MODEL = refused("The model `ten` does not exist", code="model_not_found")
OLD_MODEL = refused("The model `gpt-9-mini` has been deprecated", code="model_not_found")


@pytest.mark.parametrize(
    ("error", "status", "settings", "cause", "why"),
    [
        (NO_MODEL, 404, {"model": "ten", "top_p": 0.5}, "model (another was asked)", "only the model is spoken of"),
        (OLD_MODEL, 404, {}, "provider (the model is no longer served)", "the same model is asked"),
        (OLD_MODEL, 410, {"top_p": 0.5}, "provider (the model is no longer served)", "a setting takes no model away"),
        (refused("Slow down."), 429, {"top_p": 0.5}, "unknown", "of quotas no request is the cause"),
        (refused("Bad value", param="top_p"), 400, {"top_p": 5, "seed": 1}, "request (top_p)", "it is named"),
        (refused("Bad request"), 400, {"top_p": 5, "seed": 1}, "request (top_p, seed)", "either may be meant"),
        (
            refused("'top_p' is not supported with this model"),
            400,
            {"top_p": 0.5, "seed": 1, "model": "ten"},
            GIVEN.format("top_p"),
            "another model would have taken it",
        ),
    ],
)
def test_what_is_refused(error: Any, status: int, settings: Any, cause: str, why: str) -> None:
    first, back = both_ways(one(answer("Fine.")), one(error, status=status, **settings))
    assert first == {"status-class-changed": cause}, why
    assert back == {"status-class-changed": cause.replace("no longer served", "served now")}, why


def test_a_warning_that_names_a_setting() -> None:
    def side(warning: str | None, **settings: Any) -> Any:
        meta = {"meta": {"warnings": [warning]}} if warning else {"meta": {}}
        body = {"id": "r-1", "results": [{"index": 0, "relevance_score": 0.5}], **meta}
        asked = {"model": "rerank-9", "query": "warm", "documents": ["Turin is warm."], **settings}
        return recording(exchange(asked, body, url="https://api.cohere.com/v2/rerank"))

    old, new = side(None), side("the priority is ignored", priority=5, model="rerank-10")
    assert both_ways(old, new) == (
        {"wire-field-added": "request (priority)"},
        {"wire-field-removed": "request (priority)"},
    )


NO_KEY = refused("Incorrect API key provided: ten.", code="invalid_api_key")
GOOGLE_KEY = {
    "error": {"code": 400, "message": "API key not valid. Pass a valid API key.", "status": "INVALID_ARGUMENT"}
}
NO_MONEY = refused("Your credit balance is too low to ask this.")
KEYLESS = "the {} recording was made without a valid key"


@pytest.mark.parametrize(
    ("error", "status", "cause", "why"),
    [
        (NO_KEY, 401, KEYLESS.format("new"), "who asks is looked at first"),
        (GOOGLE_KEY, 400, KEYLESS.format("new"), "under another status"),
        (NO_MONEY, 400, "unknown", "an empty account fails whatever is asked"),
        (refused("No access"), 403, "unknown", "what an account may do"),
        (refused("Slow down."), 429, "unknown", "a quota"),
        (refused("Oops"), 500, "unknown", "the server fails"),
    ],
)
@pytest.mark.parametrize("failed", [False, True])
def test_who_is_turned_away(error: Any, status: int, cause: str, why: str, *, failed: bool) -> None:
    before = one(refused("No such thing"), status=404) if failed else one(answer("Fine."))
    first, back = both_ways(before, one(error, status=status, top_p=0.5))
    assert {*first.values()} == {cause}, why
    assert {*back.values()} == {cause.replace("the new", "the old")}, why


def test_a_setting_that_the_other_error_names() -> None:
    first, _ = both_ways(one(NO_KEY, status=401), one(refused("Bad value", param="top_p"), status=400, top_p=5, seed=1))
    assert {*first.values()} == {f"{KEYLESS.format('old')} and request (top_p)"}


def routed(model: str, **fields: Any) -> Any:
    said = answer("It is warm.", model=model)
    said["choices"][0]["message"] |= fields
    url = "https://openrouter.ai/api/v1/chat/completions"
    return recording(exchange(question(model=model), said, url=url))


@pytest.mark.parametrize(
    ("field", "value", "cause", "why"),
    [
        ("reasoning", None, "model or gateway", "it is written for a model that does not think, too"),
        ("refusal", None, "model or gateway", "as any other field"),
        ("reasoning", "Turin is in the south.", "model (another was asked)", "a model thinks"),
    ],
)
def test_a_field_of_thinking_without_a_thought(field: str, value: Any, cause: str, why: str) -> None:
    first, back = both_ways(routed("lab/nine"), routed("lab/ten", **{field: value}))
    assert {*first.values(), *back.values()} == {cause}, why
