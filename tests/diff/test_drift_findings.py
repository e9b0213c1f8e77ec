"""What `compare` finds: one change, the exact list of what is above noise."""

from __future__ import annotations

import copy
import json

import pytest
from drift_cases import CALL, answer, chunks, conversation, exchange, question, recording, visible

from cassette_tools.diff import compare

FIRST, SECOND = "interactions[0]", "interactions[1]"
CALLED = f"{FIRST}.response.output_messages[0].tool_calls[0]"
SAID = f"{SECOND}.response.output_messages[0]"


def call(**changed):
    whole = copy.deepcopy(CALL)
    whole.update({name: value for name, value in changed.items() if name == "id"})
    whole["function"].update({name: value for name, value in changed.items() if name != "id"})
    return whole


def second(text="It is 18 °C in Turin.", **more):
    return conversation(second=answer(text, **more))


CASES = {
    "nothing": (conversation(), []),
    "a parameter": (
        conversation(max_tokens=500),
        [("behavior", "request-parameter-changed", f"{FIRST}.request.parameters.max_tokens")],
    ),
    "a parameter more": (
        conversation(temperature=0.5),
        [("behavior", "request-field-added", f"{FIRST}.request.parameters.temperature")],
    ),
    "an unknown field more": (
        conversation(flux_capacity=3),
        [("behavior", "request-field-added", f"{FIRST}.request.flux_capacity")],
    ),
    "another model": (
        conversation(model="gpt-9"),
        [("behavior", "request-parameter-changed", f"{FIRST}.request.model")],
    ),
    "all ids renamed": (conversation(call=call(id="call_other")), []),
    "a tool renamed": (
        conversation(call=call(name="fetch_weather")),
        [("breaking", "tool-call-renamed", f"{CALLED}.name")],
    ),
    "an argument changed": (
        conversation(call=call(arguments='{"city": "Rome", "days": 2}')),
        [("behavior", "tool-arguments-changed", f"{CALLED}.arguments")],
    ),
    "an argument retyped": (
        conversation(call=call(arguments='{"city": "Turin", "days": "2"}')),
        [("breaking", "tool-arguments-shape-changed", f"{CALLED}.arguments")],
    ),
    "arguments cut": (
        conversation(call=call(arguments='{"city": "Tur')),
        [("breaking", "tool-arguments-shape-changed", f"{CALLED}.arguments")],
    ),
    "arguments written otherwise": (conversation(call=call(arguments='{"days":2,"city":"Turin"}')), []),
    "another result": (
        conversation(result="19 C"),
        [("behavior", "tool-result-changed", f"{SECOND}.request.input_messages[2].results[get_weather]")],
    ),
    "stop became length": (
        second(finish="length"),
        [("breaking", "finish-reason-changed", f"{SECOND}.response.finish_reasons[0]")],
    ),
    "other words": (second("In Turin it is 18 °C."), [("cosmetic", "text-reworded", f"{SAID}.text")]),
    "another number": (second("It is 28 °C in Turin."), [("behavior", "text-facts-changed", f"{SAID}.text")]),
    "a line end": (
        second("It is 18 °C in Turin.\n"),
        [("cosmetic", "text-whitespace-changed", f"{SAID}.text")],
    ),
    "no text": (second(""), [("breaking", "text-vanished", f"{SAID}.text")]),
    "usage tenfold": (second(usage=(500, 300)), [("behavior", "usage-changed", f"{SECOND}.response.usage")]),
    "usage a little": (second(usage=(50, 33)), []),
    "no usage": (second(usage=None), [("breaking", "usage-vanished", f"{SECOND}.response.usage")]),
    "another model answers": (
        second(model="gpt-9-nano"),
        [("behavior", "response-model-changed", f"{SECOND}.response.model")],
    ),
    "a new field": (second(warnings=["w"]), [("shape", "wire-field-added", f"{SECOND}.response.body.warnings")]),
    "another time and fingerprint": (second(created=1800000000, id="chatcmpl-Q"), []),
    "an error": (
        conversation(second={"error": {"message": "overloaded", "type": "server_error", "code": None}}),
        [("breaking", "error-appeared", f"{SECOND}.response.error")],
    ),
    "a refusal": (
        conversation(
            second={
                **answer("It is 18 °C in Turin."),
                "choices": [
                    {
                        "index": 0,
                        "message": {
                            "role": "assistant",
                            "content": "It is 18 °C in Turin.",
                            "refusal": "I cannot say.",
                        },
                        "finish_reason": "stop",
                    }
                ],
            }
        ),
        [("breaking", "refusal-appeared", f"{SAID}.refusal")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_change_is_one_finding(name):
    changed, expected = CASES[name]
    assert visible(conversation(), changed) == expected


def test_a_request_is_compared_although_the_response_is_the_same():
    tool = copy.deepcopy(question()["tools"])
    tool[0]["function"]["parameters"]["properties"]["days"]["type"] = "string"
    assert visible(conversation(), conversation(tools=tool)) == [
        ("breaking", "tool-definition-narrowed", f"{FIRST}.request.tools[get_weather]")
    ]


def test_echo_is_folded_under_its_root():
    report = compare(conversation(), conversation(call=call(arguments='{"city": "Rome", "days": 2}')))
    root, echo = report.findings
    assert (root.rule, root.cause, root.caused_by) == ("tool-arguments-changed", "unknown", None)
    assert (echo.rule, echo.level, echo.cause, echo.caused_by) == ("prompt-changed", "noise", "echo", root.fingerprint)
    assert report.summary == {"breaking": 0, "behavior": 1, "shape": 0, "cosmetic": 0, "noise": 1}


def test_the_result_of_a_changed_call_is_its_echo():
    changed = conversation(call=call(arguments='{"city": "Rome", "days": 2}'), result="21 C")
    assert visible(conversation(), changed) == [("behavior", "tool-arguments-changed", f"{CALLED}.arguments")]


# --- streams ---------------------------------------------------------------------------------------------------------


def streamed(*deltas, **ending):
    return recording(exchange(question(stream=True), chunks(*deltas, **ending)))


HELLO = streamed({"role": "assistant", "content": "Hello, "}, {"content": "Turin 18"})


def test_chunking_never_matters():
    parts = [{"role": "assistant", "content": "Hel"}, {"content": "lo,"}, {"content": " "}, {"content": "Turin 18"}]
    assert visible(HELLO, streamed(*parts)) == []


@pytest.mark.parametrize(
    "cut",
    [
        streamed({"role": "assistant", "content": "Hello, "}, {"content": "Tur"}, finish=None, done=False),
        streamed({"role": "assistant", "content": "Hello, "}, {"content": "Turin 18"}, finish=None, done=False),
    ],
)
def test_a_cut_stream_is_one_finding(cut):
    assert visible(HELLO, cut) == [("breaking", "stream-truncated", f"{FIRST}.response.complete")]
    assert visible(cut, HELLO) == [("cosmetic", "stream-mended", f"{FIRST}.response.complete")]


def test_a_cut_stream_does_not_hide_other_words():
    cut = streamed({"role": "assistant", "content": "Goodbye, Turin 19"}, finish=None, done=False)
    assert visible(HELLO, cut) == [
        ("breaking", "stream-truncated", f"{FIRST}.response.complete"),
        ("behavior", "text-facts-changed", f"{FIRST}.response.output_messages[0].text"),
    ]


def test_a_stream_became_one_body():
    whole = recording(exchange(question(stream=True), answer("Hello, Turin 18", usage=None, model="gpt-9-mini-2030")))
    assert visible(HELLO, whole) == [("breaking", "stream-mode-changed", f"{FIRST}.response.stream")]


# --- interactions ----------------------------------------------------------------------------------------------------

POLL = ({"status": "queued"}, {"status": "done"})


def polls(*states):
    return recording(*(exchange({"job": 7}, state, url="https://jobs.example/v1/jobs") for state in states))


def again(old, **changed):
    """The same exchanges once more, from the text of their bodies."""
    return [exchange(each.request.body.text, each.response.body.text, **changed) for each in old.interactions]


def test_an_inserted_retry_turns_nothing_else_red():
    retry = exchange(question(), {"error": {"message": "slow down"}}, status=429)
    assert visible(conversation(), recording(retry, *again(conversation()))) == [
        ("behavior", "interaction-added", FIRST)
    ]


def test_a_reordered_call_is_one_finding():
    exchanges = again(conversation())
    assert visible(conversation(), recording(*exchanges[::-1])) == [("behavior", "interaction-reordered", FIRST)]


def test_a_poll_more_is_found_where_it_is():
    queued, done = POLL
    assert visible(polls(queued, done), polls(queued, queued, done)) == [("behavior", "interaction-added", SECOND)]
    assert visible(polls(queued, queued, done), polls(queued, done)) == [("behavior", "interaction-removed", SECOND)]


def test_many_polls():
    queued, done = POLL
    assert visible(polls(*[queued] * 190, done), polls(*[queued] * 190, done)) == []


# --- ids -------------------------------------------------------------------------------------------------------------


def with_result_id(replacement):
    first, later = again(conversation())
    old = '"tool_call_id": "call_Aa1", '
    body = later["request"]["body"].replace(old, replacement)
    return recording(first, exchange(body, later["response"]["body"]))


@pytest.mark.parametrize(
    ("replacement", "rule", "path"),
    [
        ("", "request-field-removed", "tool_call_id"),
        ('"tool_call_id": "", ', "id-topology-changed", "tool_call_id"),
        ('"tool_call_id": "call_elsewhere", ', "id-topology-changed", "results[get_weather].id"),
    ],
)
def test_an_id_that_is_missing_or_leads_elsewhere(replacement, rule, path):
    assert visible(conversation(), with_result_id(replacement)) == [
        ("behavior", rule, f"{SECOND}.request.input_messages[2].{path}")
    ]


def test_a_dropped_id_and_the_stale_length_with_it():
    first, later = again(conversation())
    later["request"]["body"] = later["request"]["body"].replace('"tool_call_id": "call_Aa1", ', "")
    assert visible(conversation(), recording(first, later)) == [
        ("behavior", "content-length-stale", f"{SECOND}.request.content_length"),
        ("behavior", "request-field-removed", f"{SECOND}.request.input_messages[2].tool_call_id"),
    ]


def test_parallel_calls_in_another_order_are_no_drift():
    calls = [call(id="call_1"), call(id="call_2", arguments='{"city": "Rome", "days": 1}')]
    results = [{"role": "tool", "tool_call_id": f"call_{n}", "content": f"{n}0 C"} for n in (1, 2)]

    def order(step):
        history = [{"role": "assistant", "content": None, "tool_calls": calls[::step]}, *results[::step]]
        return recording(
            exchange(question(), answer(calls=calls[::step])),
            exchange(question(*history), answer("It is warm.")),
        )

    assert visible(order(1), order(-1)) == []


def test_swapped_results_are_found():
    calls = [call(id="call_1"), call(id="call_2", arguments='{"city": "Rome", "days": 1}')]

    def answered(*order):
        results = [
            {"role": "tool", "tool_call_id": f"call_{n}", "content": f"{c} C"}
            for n, c in zip(order, (10, 20), strict=True)
        ]
        history = [{"role": "assistant", "content": None, "tool_calls": calls}, *results]
        return recording(exchange(question(), answer(calls=calls)), exchange(question(*history), answer("It is warm.")))

    found = visible(answered(1, 2), answered(2, 1))
    assert [rule for _, rule, _ in found] == ["tool-result-changed", "tool-result-changed"]


# --- provenance ------------------------------------------------------------------------------------------------------


def test_another_sdk_may_send_other_headers():
    other = recording(*again(conversation(), agent="Example/2.0"))
    report = compare(conversation(), other)
    assert (report.profile, report.provenance.user_agent) == ("sdk-upgrade", (("Example/1.0",), ("Example/2.0",)))
    assert report.summary["noise"] == len(report.findings) == 2


def test_another_provider_is_compared_by_meaning_only():
    other = recording(*again(conversation(), url="https://openrouter.ai/api/v1/chat/completions"))
    report = compare(conversation(), other)
    assert report.profile == "cross-provider"
    assert [(each.level, each.rule) for each in report.findings] == [("noise", "request-url-changed")] * 2


def test_another_vendor_is_cross_provider():
    assert compare(conversation(), conversation(model="claude-9")).profile == "cross-provider"


def test_a_given_profile_is_obeyed():
    report = compare(conversation(), conversation(model="claude-9"), profile="rerecord")
    assert report.profile == "rerecord"


def test_a_parameter_under_another_name_is_told():
    spelled = [
        exchange(each["request"]["body"].replace("max_tokens", "max_completion_tokens"), each["response"]["body"])
        for each in again(conversation())
    ]
    assert visible(conversation(), recording(*spelled)) == [
        ("behavior", "request-field-renamed", f"{FIRST}.request.max_completion_tokens")
    ]


def test_a_text_that_follows_a_changed_prompt_is_caused_by_it():
    changed = json.loads(json.dumps(question()))
    changed["messages"][0]["content"] = "You answer at length."
    old = recording(exchange(question(), answer("It is warm in Turin.")))
    new = recording(exchange(changed, answer("It is very warm in Turin today.")))
    assert [(each.rule, each.cause) for each in compare(old, new).findings] == [
        ("system-prompt-changed", "prompt"),
        ("text-reworded", "prompt"),
    ]


# --- other traffic ---------------------------------------------------------------------------------------------------


def plain(request, response):
    return recording(exchange(request, response, url="https://things.example/v1/things"))


def test_bodies_of_other_apis_are_compared_as_json():
    old = plain({"limit": 1, "tag": "a"}, {"id": "t-1", "created_at": 5, "rows": [{"n": 1}, {"n": 2}]})
    new = plain({"limit": 2, "tag": "a"}, {"id": "t-9", "created_at": 6, "rows": [{"n": 1}, {"n": 7}, {"n": 2}]})
    assert visible(old, new) == [
        ("behavior", "request-parameter-changed", f"{FIRST}.request.body.limit"),
        ("shape", "response-field-added", f"{FIRST}.response.body.rows[1]"),
    ]


def test_streams_of_other_apis_are_compared_whatever_their_chunks():
    def stream(*words, tokens=4):
        events = [json.dumps({"type": "part", "id": "p-1", "text": word}) for word in words]
        return plain({"q": 1}, [*events, json.dumps({"type": "end", "usage": {"output_tokens": tokens}})])

    assert visible(stream("It is ", "warm."), stream("It", " is ", "warm.")) == []
    assert visible(stream("It is ", "warm."), stream("It is cold.")) == [
        ("behavior", "text-changed", f"{FIRST}.response.events.part.text")
    ]
    assert visible(stream("It is warm."), stream("It is warm.", tokens=400)) == [
        ("behavior", "usage-changed", f"{FIRST}.response.usage")
    ]


def test_bodies_that_are_no_json():
    assert visible(plain("hello", "<p>1</p>"), plain("hello", "<p>2</p>")) == [
        ("behavior", "response-body-changed", f"{FIRST}.response.body")
    ]


def test_no_secret_is_ever_shown():
    key = "sk-" + "proj-" + "q7Rk2LmN9vXw4TzB8cYd1HsJ6fGp3KaE" * 2
    old = recording(exchange(question(), answer("It is warm.")))
    new = recording(exchange(question(), answer(f"The key is {key}")))
    whole = repr(compare(old, new))
    assert key not in whole
    assert key[12:40] not in whole


def test_credentials_in_headers_and_queries_are_never_shown():
    def asked(key):
        made = exchange(question(), answer("Hi"), url=f"https://api.openai.com/v1/chat/completions?key={key}")
        made["request"]["headers"]["Authorization"] = [f"Bearer {key}"]
        return recording(made)

    report = compare(asked("abc-first-1"), asked("abc-second-2"))
    assert [(each.rule, each.old, each.new) for each in report.findings] == [
        ("account-changed", "***", "***"),
        ("account-changed", "***", "***"),
    ]


def test_empty_recordings():
    assert visible(recording(), recording()) == []
    assert visible(recording(), conversation()) == [("behavior", "interaction-added", FIRST)]  # "2 more requests: …"
    assert visible(recording(), conversation(), merge=False) == [
        ("behavior", "interaction-added", FIRST),
        ("behavior", "interaction-added", SECOND),
    ]
