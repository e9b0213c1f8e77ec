"""What a report says in one line, and what it never folds: exact reports of small invented conversations."""

from __future__ import annotations

import copy
import json
from collections import Counter
from datetime import date

import pytest
from drift_cases import CALL, WEATHER, alone, answer, conversation, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.config import DiffSettings
from cassette_tools.data import merging
from cassette_tools.data.drift import FAILURES, JUDGEMENTS, KINDS, SHORTCOMINGS
from cassette_tools.diff import compare
from cassette_tools.diff.judging.accepted import acceptable, baseline_rows, baseline_text, by_baseline
from cassette_tools.reporters import REPORTERS, Style, suite_of

FINE = answer("Fine.")
REFUSED = {"error": {"message": "bad key", "type": "auth", "code": None}}


def said(*texts, **more):
    """A request of messages, of the user and the assistant in turn, each with `more` fields."""
    roles = ("user", "assistant")
    messages = [{"role": roles[n % 2], "content": text, **more} for n, text in enumerate(texts)]
    return {"model": "gpt-9-mini", "messages": messages}


def one(request, response=FINE, **more):
    return recording(exchange(request, response, **more))


def several(*answers):
    """As many questions, each with its answer."""
    return recording(*(exchange(said(f"question number {n}"), each) for n, each in enumerate(answers)))


def counted(*usages):
    return several(*(answer("Fine.", usage=usage) for usage in usages))


def texts(*contents):
    return several(*map(answer, contents))


def call(arguments='{"city": "Rome", "days": 2}'):
    changed = copy.deepcopy(CALL)
    changed["function"]["arguments"] = arguments
    return changed


def agent(first, suffix="\nObservation: 42"):
    """A client that puts the answer, and what it saw, into one message of the next request."""
    return recording(
        exchange(said("What is it?"), answer(first)), exchange(said("What is it?", first + suffix), answer("It is 42."))
    )


def offered(*names):
    tools = [{**WEATHER, "function": {**WEATHER["function"], "name": name}} for name in names]
    return one(question(tools=tools))


def thought(finish):
    """An answer that holds nothing but reasoning."""
    response = answer("", finish=finish)
    response["choices"][0]["message"]["reasoning_content"] = "Let me think about it"
    return response


def payload(*items):
    return one(json.dumps({"data": [*items]}), "{}", url="https://metrics.example/track")


def report_of(old, new, **options):
    findings = compare(old, new, **options).findings
    return [(each.level, each.rule, each.message) for each in findings if each.level != "noise"]


MERGED = {
    "two fields of every message are one edit": (
        one(said("one", "two", "three", charset="UTF-8", type="text/plain")),
        one(said("one", "two", "three")),
        [
            (
                "behavior",
                "request-field-removed",
                "the request no longer has charset (was UTF-8), type (was text/plain), in 3 messages",
            )
        ],
    ),
    "two settings are two decisions": (
        one(said("one")),
        one({**said("one"), "temperature": 0.5, "seed": 7}),
        [
            ("behavior", "request-field-added", "the request now has seed: 7"),
            ("behavior", "request-field-added", "the request now has temperature: 0.5"),
        ],
    ),
    "a version of the API brings several fields": (
        one(said("one")),
        one(said("one"), answer("Fine.", billing={"payer": "me"}, moderation=None, tier="gold")),
        [("shape", "wire-field-added", '3 new fields: billing {"payer": "me"}, moderation null, tier gold')],
    ),
    "a field that is empty is no part of another text": (
        texts("Fine.", "Good."),
        several(answer("Fine, thank you.", moderation=None, note=""), answer("Good.", moderation=None, note="")),
        [
            ("shape", "wire-field-added", '2 new fields: moderation null, note "", in 2 calls'),
            ("cosmetic", "text-reworded", 'the text is reworded: "Fine." → "Fine, thank you."'),
        ],
    ),
    "one field in several calls": (
        texts("Fine.", "Good."),
        several(answer("Fine.", tier="gold"), answer("Good.", tier="gold")),
        [("shape", "wire-field-added", "a new field tier: gold, in 2 calls")],
    ),
    "counts of several calls": (
        counted((150, 100), (140, 100), (130, 100)),
        counted((250, 100), (240, 100), (230, 100)),
        [
            (
                "behavior",
                "usage-changed",
                "token counts changed in 3 calls: input ×1.67…1.77 (420 → 720 in total)",
            )
        ],
    ),
    "counts that rose here and fell there": (
        counted((100, 50), (200, 50)),
        counted((200, 50), (100, 50)),
        [
            ("behavior", "usage-changed", "token counts changed: input 100 → 200 (×2)"),
            ("behavior", "usage-changed", "token counts changed: input 200 → 100 (×0.5)"),
        ],
    ),
    "counts are one line at the gravest level": (
        counted((100, 50), (200, 40)),
        counted((1000, 60), (240, 50)),
        [
            (
                "behavior",
                "usage-changed",
                "token counts changed in 2 calls: input ×1.2…10 (300 → 1,240 in total)",
            ),
        ],
    ),
    "texts in other words": (
        texts("The weather is fine today", "All is well at home", "It is late"),
        texts("Today the weather is fine", "At home all is well now", "Late it is"),
        [("cosmetic", "text-reworded", "the texts of 3 answers have other words")],
    ),
    "a longer loop": (
        recording(),
        recording(*[exchange(said("again"), FINE)] * 3),
        [
            (
                "behavior",
                "interaction-added",
                '3 more requests: "again" to gpt-9-mini, POST /v1/chat/completions (answered with 200)',
            )
        ],
    ),
    "a smaller toolbox": (
        offered("aim", "ask", "act"),
        offered("aim"),
        [("behavior", "tool-definition-changed", "2 tools are no longer offered: act, ask")],
    ),
    "a note that shows nothing is not told for another": (
        one(said("one two three four five six seven eight", "and", "alpha beta gamma delta epsilon zeta eta theta")),
        one(said("one two three four five six seven nine", "and", "alpha beta gamma delta epsilon zeta eta iota")),
        2,
    ),
    "elements of a list that is sent": (
        payload({"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}),
        payload({"a": 1}),
        [
            (
                "behavior",
                "request-field-removed",
                'the request no longer has 3 items of body.data ({"b": 2}, {"c": 3}, {"d": 4})',
            )
        ],
    ),
    "the same setting in every call": (
        conversation(),
        conversation(model="gpt-9"),
        [("behavior", "request-parameter-changed", "model gpt-9-mini became gpt-9, in 2 calls")],
    ),
}


@pytest.mark.parametrize("name", MERGED)
def test_what_is_one_thing_is_one_line(name):
    old, new, expected = MERGED[name]
    found = report_of(old, new)
    assert (len(found) if isinstance(expected, int) else found) == expected


def refused(content):
    """An answer with a field that is null now."""
    response = answer(content)
    response["choices"][0]["message"]["refusal"] = None
    return response


def summing(said_before):
    """A client that puts the end of the answer into the middle of another request."""
    return recording(
        exchange(said("How much is it?"), answer(f"Do I need a tool? No. Final answer: {said_before}")),
        exchange(said(f"Sum it up. The AI: {said_before}\n\nNew summary:"), FINE),
    )


FOLDED = {
    "no field follows from words": (
        texts("It is warm in Turin today.", "It is cold."),
        several(refused("Today it is warm in Turin."), refused("It is cold.")),
        [
            ("shape", "wire-field-added", "a new field choices[].message.refusal: null, in 2 calls"),
            (
                "cosmetic",
                "text-reworded",
                'the text is reworded: "It is warm in Turin today." → "Today it is warm in Turin."',
            ),
        ],
    ),
    "the answer proper in the next prompt": (
        summing("12"),
        summing("3 times 4 is 12."),
        [
            (
                "behavior",
                "text-facts-changed",
                "the text changed: it now says 3, 4 (1 consequence folded: history)",
            )
        ],
    ),
    "the same call, made less often": (
        one(question(), answer(calls=[{**CALL, "id": f"call_{n}"} for n in range(3)])),
        one(question(), answer(calls=[{**CALL, "id": f"call_{n}"} for n in range(2)])),
        [("behavior", "tool-call-removed", "the model makes 2 instead of 3 identical calls of get_weather")],
    ),
    "an answer where the call stood": (
        one(question(), answer(calls=[CALL])),
        one(question(), answer("It is warm.")),
        [
            (
                "breaking",
                "tool-call-removed",
                'the model no longer calls get_weather with {"city": "Turin", "days": 2}; '
                'the answer now has text: "It is warm." (1 consequence folded: finish reason)',
            )
        ],
    ),
    "the result of another call follows from the call": (
        conversation(),
        conversation(call=call(), result="30 C"),
        [
            (
                "behavior",
                "tool-arguments-changed",
                'the arguments of get_weather changed: city "Turin" → "Rome" (2 consequences folded: history, tool result)',
            )
        ],
    ),
    "that the tool now fails does not": (
        conversation(),
        conversation(call=call(), result="failed to parse arguments"),
        [
            (
                "behavior",
                "tool-result-changed",
                'the result of get_weather changed: "18 C" → "failed to parse arguments"',
            ),
            (
                "behavior",
                "tool-arguments-changed",
                'the arguments of get_weather changed: city "Turin" → "Rome" (1 consequence folded: history)',
            ),
        ],
    ),
    "words inside of a longer message of the next request": (
        agent("I shall use the tool now, as I was told."),
        agent("As I was told, the tool is what I use now."),
        [
            (
                "cosmetic",
                "text-reworded",
                'the text is reworded: "I shall use the tool now, as I was told." → '
                '"As I was told, the tool is what I use now." (1 consequence folded: history)',
            )
        ],
    ),
    "what a failure said, and all that an answer has": (
        one(said("one")),
        one(said("one"), REFUSED, status=429),
        [
            (
                "breaking",
                "status-class-changed",
                "status 200 became 429; the call now fails: bad key (auth) "
                "(7 consequences folded: text, finish reason, usage, fields)",  # what the failure says is said
            )
        ],
    ),
}


@pytest.mark.parametrize("name", FOLDED)
def test_what_follows_is_named_by_kind(name):
    old, new, expected = FOLDED[name]
    assert report_of(old, new) == expected


def rules_of(old, new, **options):
    return {(rule, alone(message)) for _, rule, message in report_of(old, new, **options)}


def test_the_end_of_an_output_follows_from_the_call_that_is_gone():
    found = rules_of(conversation(), conversation(first=answer("I do not know.")))
    assert {rule for rule, _ in found} == {"tool-call-removed"}  # which says what stands there now


def test_the_end_of_another_choice_follows_from_nothing():
    def both(*finishes, calls):
        response = answer(calls=calls, finish=finishes[0])
        response["choices"].append({**copy.deepcopy(answer("Fine.")["choices"][0]), "index": 1})
        response["choices"][1]["finish_reason"] = finishes[1]
        return one(question(), response)

    found = rules_of(both("tool_calls", "tool_calls", calls=[CALL]), both("stop", "stop", calls=None))
    assert ("finish-reason-changed", "the output ended with tool_calls and now ends with stop") in found


@pytest.mark.parametrize("finish", ["length", "content_filter"])
def test_a_success_that_is_none_is_told_beside_it(finish):
    old, new = one(said("one"), REFUSED, status=401), one(said("one"), thought(finish))
    found = rules_of(old, new)
    assert {rule for rule, _ in found} == {"status-class-changed", "finish-reason-changed"}


def test_a_good_answer_in_the_place_of_an_error_is_one_line():
    old, new = one(said("one"), REFUSED, status=401), one(said("one"))
    assert [rule for _, rule, _ in report_of(old, new)] == ["status-class-changed"]


def test_a_refusal_in_the_place_of_an_error_is_told():
    refusal = answer("")
    refusal["choices"][0]["message"]["refusal"] = "I cannot say."
    found = rules_of(one(said("one"), REFUSED, status=401), one(said("one"), refusal))
    assert ("refusal-appeared", 'the model now refuses: "I cannot say."') in found


def test_a_refusal_in_the_place_of_a_call_is_one_line():
    refusal = answer(None)
    refusal["choices"][0]["message"]["refusal"] = "I cannot say."
    before, after = one(said("one"), answer(calls=[CALL])), one(said("one"), refusal)
    follows = " (2 consequences folded: tool call, finish reason)"
    refuses = f'the model now refuses: "I cannot say."{follows}'
    assert report_of(before, after) == [("breaking", "refusal-appeared", refuses)]
    # A client that must run a tool now is not told so below a refusal that is gone, which breaks nobody.
    assert [rule for _, rule, _ in report_of(after, before)] == ["tool-call-added", "refusal-vanished"]


def test_thinking_follows_from_the_switch_of_ollama():
    def asked(think, **thought):
        message = {"role": "assistant", "content": "It is warm.", **thought}
        given = {"model": "nine", "message": message, "done": True, "done_reason": "stop", "eval_count": 9}
        question = {
            "model": "nine",
            "messages": [{"role": "user", "content": "Is it?"}],
            "stream": False,
            "think": think,
        }
        return recording(exchange(question, given, url="http://localhost:11434/api/chat"))

    silent, thinking = asked(think=False), asked(think=True, thinking="Let me see what Turin is like.")
    assert [rule for _, rule, _ in report_of(silent, thinking)] == ["request-parameter-changed"]
    assert [rule for _, rule, _ in report_of(thinking, silent)] == ["request-parameter-changed"]


def test_nothing_goes_with_a_root_that_nobody_wants_to_see():
    old, new = one(said("one"), answer("It is 5.")), one(said("one"), REFUSED, status=429)
    quiet = DiffSettings(levels={"status-class-changed": "off"})
    assert [rule for _, rule, _ in report_of(old, new, settings=quiet)] == ["error-appeared"]


def test_equal_values_of_two_fields_are_two_changes():
    old, new = payload({"unit": "C", "mode": "C"}), payload({})
    found = compare(old, new, merge=False).findings
    assert [each.path.rpartition(".")[2] for each in found if each.level == "behavior"] == ["mode", "unit"]


def test_causes_come_before_effects():
    old = conversation()
    new = conversation(call=call(), result="30 C", temperature=0.5)
    assert [rule for _, rule, _ in report_of(old, new)] == ["request-field-added", "tool-arguments-changed"]


def named(name, thing):
    """A tool, or a call of one, under another name."""
    return {**thing, "function": {**thing["function"], "name": name}}


SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
YES = answer("Yes.")
ONE_LINE = {
    "a tool that must be called gives way to a schema": (
        one(question(tool_choice="required"), answer(calls=[CALL])),
        one(question(tools=None, response_format=SCHEMA), answer('{"city": "Turin"}')),
        ["tool-call-removed", "request-field-added"],  # the graver is told by itself, the halves of the request in one
    ),
    "the client gives its tool another name": (
        one(question(), answer(calls=[CALL])),
        one(question(tools=[named("weather", WEATHER)]), answer(calls=[named("weather", CALL)])),
        ["tool-definition-changed"],
    ),
    "the model calls another tool of those that are offered": (
        one(question(), answer(calls=[CALL])),
        one(question(), answer(calls=[named("weather", CALL)])),
        ["tool-call-renamed"],
    ),
    "an end that was empty is told now": (
        one(question(), {**YES, "choices": [{**YES["choices"][0], "finish_reason": ""}]}),
        one(question(), YES),
        ["finish-reason-changed"],
    ),
}


@pytest.mark.parametrize("name", ONE_LINE)
def test_one_cause_is_one_line(name):
    old, new, expected = ONE_LINE[name]
    assert [rule for _, rule, _ in report_of(old, new)] == expected


# --- what must always hold -------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ("All is well.", "It is 5 o'clock.", "It is 7 o'clock.", "Well is all.", "", "A long answer about nothing at all.")
)
ANSWERS = st.one_of(
    st.builds(answer, WORDS, usage=st.tuples(st.integers(1, 900), st.integers(1, 900)), tier=WORDS),
    st.builds(answer, WORDS, finish=st.sampled_from(("stop", "length"))),
    st.builds(lambda arguments: answer(calls=[call(arguments)]), st.sampled_from(("{}", '{"city": "Rome"}'))),
    st.just(REFUSED),
)
REQUESTS = st.builds(
    lambda words, more: said(*words, **more),
    st.lists(WORDS, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(("charset", "unit", "mode")), st.sampled_from(("C", "UTF-8")), max_size=3),
)
RECORDINGS = st.lists(st.builds(exchange, REQUESTS, ANSWERS), max_size=4).map(lambda each: recording(*each))


@given(RECORDINGS, RECORDINGS)
def test_merging_hides_nothing(old, new):
    whole, merged = compare(old, new, merge=False), compare(old, new)
    assert Counter((each.rule, each.path) for each in merged.findings) == Counter(
        (each.rule, each.path) for each in whole.findings
    )
    told = {each.fingerprint: each for each in merged.findings}
    for each in merged.findings:
        if each.caused_by is not None:
            assert each.level == "noise"
            assert told[each.caused_by].level != "noise" or told[each.caused_by].merged
    assert {each.fingerprint for each in whole.findings if each.level != "noise"} == {
        each.fingerprint for each in merged.findings if each.level != "noise" or each.merged
    }
    assert sum(merged.summary.values()) == sum(whole.summary.values())


@given(RECORDINGS, RECORDINGS)
def test_what_is_shown_with_the_folded_is_all(old, new):
    report = compare(old, new)
    shown = REPORTERS.only("text").diff(report, Style(show_folded=True))
    for each in report.findings:
        if each.level != "noise" or each.caused_by is not None:
            assert f"{each.rule}  {each.path}" in shown


@given(RECORDINGS, RECORDINGS)
def test_a_baseline_accepts_each_of_a_line(tmp_path_factory, old, new):
    path = tmp_path_factory.mktemp("baseline") / "baseline.json"
    path.write_text(baseline_text(acceptable(suite_of(compare(old, new)))))
    again = compare(old, new, accepts=(by_baseline(baseline_rows(str(path)), date.min),))
    assert {each.level for each in again.findings} <= {"noise"}


# --- the tables ------------------------------------------------------------------------------------------------------

RULES = {row.name for row in JUDGEMENTS}


def test_every_rule_has_plain_words():
    for rule in RULES:
        first = next(row for row in KINDS if rule.startswith(row.rule))
        assert first.words, rule
    used = {next(row.rule for row in KINDS if rule.startswith(row.rule)) for rule in RULES}
    assert used == {row.rule for row in KINDS}, "a row that another hides would never speak"


def test_every_row_of_merging_names_a_rule_and_what_it_lists():
    assert len({(row.rule, row.origin, row.begins) for row in merging.MERGING}) == len(merging.MERGING)
    for row in merging.MERGING:
        assert row.rule in RULES, row
        assert row.reason, row
        assert row.least >= 2, row
        listed = {merging.COUNTS: "{note}", merging.LIKENESS: "{count}"}.get(row.way, "{list}")
        assert listed in row.words, row


def test_shortcomings_and_failures():
    assert {row.rule for row in SHORTCOMINGS} <= RULES
    assert all(row.reason and row.word == row.word.lower() for row in FAILURES)


# --- another kind of part --------------------------------------------------------------------------------------------

TWO_BLOCKS = {
    "id": "msg_01Aa",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-9",
    "content": [{"type": "text", "text": "It is warm. "}, {"type": "text", "text": "Take a hat to Turin."}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 12, "output_tokens": 9},
}
TWO_PARTS = {
    "candidates": [
        {
            "content": {
                "role": "model",
                "parts": [{"functionCall": {"name": "get_weather", "args": {"city": "Rome"}}}],
            },
            "finishReason": "STOP",
        }
    ],
    "modelVersion": "gemini-9-flash",
}
MESSAGES = "https://api.anthropic.com/v1/messages"
GEMINI = "https://generativelanguage.googleapis.com/v1beta/models/gemini-9-flash:generateContent"
ASKED = {"model": "claude-opus-9", "max_tokens": 9, "messages": [{"role": "user", "content": "Is it warm?"}]}
ASKED_GEMINI = {"contents": [{"role": "user", "parts": [{"text": "Is it warm?"}]}]}


def put(document, value, *way):
    """A copy in which another value stands there; ``None`` takes it away."""
    other = copy.deepcopy(document)
    holder = other
    for step in way[:-1]:
        holder = holder[step]
    if value is None:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    return other


def renamed(document, name, *way):
    """A copy in which what stands there goes by another name."""
    above = way[:-1]
    holder = document
    for step in way:
        holder = holder[step]
    return put(put(document, None, *way), holder, *above, name)


@pytest.mark.parametrize(
    ("url", "request_", "old", "new", "rule", "message"),
    [
        (MESSAGES, ASKED, TWO_BLOCKS, put(TWO_BLOCKS, "prose", "content", 0, "type"), "wire-type-changed", "the field content[0] was text and is now prose"),
        (MESSAGES, ASKED, TWO_BLOCKS, put(TWO_BLOCKS, "prose", "content", 1, "type"), "wire-type-changed", "the field content[1] was text and is now prose"),
        (MESSAGES, ASKED, TWO_BLOCKS, put(TWO_BLOCKS, None, "content", 1, "type"), "wire-field-removed", "the field content[].type is gone; it was text"),
        (GEMINI, ASKED_GEMINI, TWO_PARTS, renamed(TWO_PARTS, "toolCall", "candidates", 0, "content", "parts", 0, "functionCall"), "wire-field-renamed", "the field candidates[0].content.parts[0].functionCall is now called toolCall"),
    ],
)  # fmt: skip
def test_a_part_of_another_kind_is_told_once(url, request_, old, new, rule, message):
    report = compare(one(request_, old, url=url), one(request_, new, url=url))
    told = [each for each in report.findings if each.level != "noise"]
    assert [(each.rule, each.level, alone(each.message)) for each in told] == [(rule, "breaking", message)]


def test_a_part_of_another_kind_beside_another_text_hides_nothing():
    other = put(put(TWO_BLOCKS, "prose", "content", 0, "type"), "Take an umbrella to Oslo.", "content", 1, "text")
    report = compare(one(ASKED, TWO_BLOCKS, url=MESSAGES), one(ASKED, other, url=MESSAGES))
    told = {each.rule for each in report.findings if each.level != "noise"}
    assert "wire-type-changed" in told
    assert any(rule.startswith("text-") for rule in told)


def test_noise_in_the_results_of_a_batch_is_told_line_by_line():
    def results(*ids):
        lines = [
            {"custom_id": each, "result": {"message": {"content": [{"type": "text", "text": "6"}]}}} for each in ids
        ]
        url = f"{MESSAGES}/batches/msgbatch_01Aa/results"
        exchanged = exchange("", "".join(f"{json.dumps(line)}\n" for line in lines), url=url)
        exchanged["request"]["method"] = "GET"
        return recording(exchanged)

    report = compare(results("request_Aa1", "request_Bb2"), results("request_Aa1", "request_Cc3"))
    assert [(each.rule, each.level) for each in report.findings] == [("id-changed", "noise")]
    assert "request_Bb2 became request_Cc3" in report.findings[0].message
