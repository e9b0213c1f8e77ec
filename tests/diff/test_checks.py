"""One call for another, a last look at what is done, and causes that are none."""

from __future__ import annotations

import pytest
from drift_cases import WEATHER, answer, chunks, exchange, question, recording

from cassette_tools.diff import compare
from cassette_tools.diff.comparing.facts import recording_changes
from cassette_tools.rules._models import is_same_model

TOOLS = [{**WEATHER, "function": {**WEATHER["function"], "name": name}} for name in ("ls", "glob", "run")]


def call(name, arguments, number=1):
    return {"id": f"call_{name}{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def loop(*steps, tools=TOOLS, **more):
    """An agent: each step is the calls of an answer with their result; the last is the answer."""
    history, exchanges = [], []
    for calls, result in steps[:-1]:
        exchanges.append(exchange(question(*history, tools=tools, **more), answer(calls=calls)))
        history.append({"role": "assistant", "content": None, "tool_calls": calls})
        history.extend({"role": "tool", "tool_call_id": each["id"], "content": result} for each in calls)
    return recording(*exchanges, exchange(question(*history, tools=tools, **more), answer(steps[-1])))


def report_of(old, new):
    return [(each.level, each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]


LS, GLOB, RUN = call("ls", '{"path": "."}'), call("glob", '{"pattern": "a*"}'), call("run", '{"command": "a"}')
INSTEAD = 'the model now calls glob with {"pattern": "a*"} instead of ls with {"path": "."}'


def test_one_call_for_another_is_one_line_with_its_history():
    old, new = loop(([LS], "a.txt"), "There is one."), loop(([GLOB], "a.txt"), "There is one.")
    [(level, rule, message)] = report_of(old, new)
    assert (level, rule) == ("behavior", "tool-call-renamed")
    assert message.startswith(f"{INSTEAD} (")
    assert [each[:2] for each in report_of(new, old)] == [(level, rule)]


SUBSTITUTES = [
    (([LS], "a"), ([GLOB], "a"), TOOLS, ["tool-call-renamed"], "both are offered"),
    (([LS, RUN], "a"), ([GLOB, RUN], "a"), TOOLS, ["tool-call-renamed"], "beside a call that stays"),
    (([LS], "a"), ([GLOB], "a"), TOOLS[:1], ["tool-call-added", "tool-call-removed"], "nobody offers the other"),
    (([LS, LS | {"id": "call_ls2"}], "a"), ([LS, GLOB], "a"), TOOLS, None, "a call less of the same, and another one"),
]


@pytest.mark.parametrize(("before", "after", "tools", "rules", "why"), SUBSTITUTES)
def test_what_is_called_instead(before, after, tools, rules, why):
    found = [rule for _, rule, _ in report_of(loop(before, "Done.", tools=tools), loop(after, "Done.", tools=tools))]
    calls = sorted(rule for rule in found if rule.startswith("tool-call-"))
    assert calls == (rules or ["tool-call-added", "tool-call-removed"]), why


def test_the_same_arguments_under_another_name_break_where_nothing_goes_on():
    weather, forecast = call("ls", '{"path": "."}'), call("glob", '{"path": "."}')
    ends = [recording(exchange(question(tools=TOOLS), answer(calls=[each]))) for each in (weather, forecast)]
    assert report_of(*ends) == [("breaking", "tool-call-renamed", "the model called ls and now calls glob")]
    goes_on = [loop(([each], "a.txt"), "There is one.") for each in (weather, forecast)]
    assert [each[0] for each in report_of(*goes_on)] == ["behavior"]


CHECKS = [
    ("behavior", ([LS], "a.txt"), "fine", "I made a.txt.", "the answer has nothing of what the check found"),
    ("behavior", ([LS], "a.txt"), "a.txt", "I made a.txt.", "that was known before"),
    ("breaking", ([LS], "a.txt"), "42", "It holds 42.", "the answer rests on the call"),
    ("breaking", None, "fine", "I made a.txt.", "the only call: the client waits for it"),
]


@pytest.mark.parametrize(("level", "first", "result", "said", "why"), CHECKS)
def test_a_last_look_at_what_is_done(level, first, result, said, why):
    steps = [first] if first else []
    checked, unchecked = loop(*steps, ([RUN], result), said), loop(*steps, said)
    for old, new, rule in (
        (checked, unchecked, "tool-call-removed"),
        (unchecked, checked, "tool-call-added"),
    ):
        assert [each[0] for each in report_of(old, new) if each[1] == rule] == [level], why


def test_arguments_in_another_order_in_the_history_are_the_same_call():
    def said(name):
        answered = call("run", f'{{"note": "{name}", "command": "a"}}')
        kept = call("run", f'{{"command": "a", "note": "{name}"}}')
        history = (
            {"role": "assistant", "content": None, "tool_calls": [kept]},
            {"role": "tool", "tool_call_id": kept["id"], "content": "ok"},
        )
        return recording(
            exchange(question(tools=TOOLS), answer(calls=[answered])),
            exchange(question(*history, tools=TOOLS), answer("Done.")),
        )

    assert [rule for _, rule, _ in report_of(said("first"), said("another"))] == ["tool-arguments-changed"]


@pytest.mark.parametrize(
    ("prompt", "cause"), [("You answer briefly.\n", "unknown"), ("You answer at length.", "prompt")]
)
def test_white_space_alone_is_no_cause(prompt, cause):
    old, new = (
        recording(
            exchange(
                {
                    "model": "gpt-9",
                    "messages": [{"role": "system", "content": text}, {"role": "user", "content": "Hi"}],
                },
                answer(said),
            )
        )
        for text, said in (("You answer briefly.", "Hello there, you."), (prompt, "Good day to you."))
    )
    told = [
        each.cause for each in compare(old, new).findings if each.level != "noise" and each.rule.startswith("text-")
    ]
    assert told == [cause]


@pytest.mark.parametrize(
    ("model", "cause"), [("a/claude-4-sonnet-20300522", "unknown"), ("a/claude-5-sonnet", "model")]
)
def test_another_name_of_the_same_model_is_no_other_model(model, cause):
    old, new = (
        recording(exchange(question(), answer(said, model=name)))
        for name, said in (("a/claude-sonnet-4", "It is 18 degrees."), (model, "It is 18 degrees there."))
    )
    told = [
        each.cause for each in compare(old, new).findings if each.level != "noise" and each.rule.startswith("text-")
    ]
    assert told == [cause]


NAMES = [
    ("claude-sonnet-4", "claude-4-sonnet-20250522", True, "in another order, and dated"),
    ("qwen3-235b-a22b-2507", "qwen3-235b-a22b-07-25", True, "the same date"),
    ("claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", True, "what the alias stands for"),
    ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20", False, "two dates"),
    ("gemini-1.5-flash-001", "gemini-1.5-flash-002", False, "two revisions"),
    ("kimi-k2", "kimi-k2-thinking", False, "a word more"),
    ("llama-3.1-405b", "llama-3.1-70b", False, "two sizes"),
    ("glm-4.5", "glm-4.6", False, "two versions"),
]


@pytest.mark.parametrize(("one", "other", "same", "why"), NAMES)
def test_names_of_one_model(one, other, same, why):
    assert is_same_model(one, other) is is_same_model(other, one) is same, why


def test_a_call_of_a_stream_points_at_its_own_event():
    deltas = [{"tool_calls": [{"index": number, **each}]} for number, each in enumerate((LS, GLOB))]
    old = recording(
        exchange(question(tools=TOOLS), chunks(deltas[1] | {"tool_calls": [{"index": 0, **GLOB}]}, finish="tool_calls"))
    )
    new = recording(exchange(question(tools=TOOLS), chunks(*deltas, finish="tool_calls")))
    [added] = [each for each in recording_changes(old, new, "rerecord") if each.rule == "tool-call-added"]
    body = new.interactions[0].response.body
    assert added.new_place.offset == body.events[0].offset


PAGE = "It is 18 degrees, says the page of the weather."
ADDRESS = "https://weather.example/turin"
FETCHED = [
    ("A title for: how warm is it?", {"content": "Warmth"}, "noise", "a title needs no page"),
    (f"A title for: {PAGE}", {"content": "Warmth"}, "behavior", "a title of the page"),
    (f"A title for: read {ADDRESS}", {"content": f"Read {ADDRESS}"}, "noise", "an address that stood in the question"),
    (
        "A title for: how warm is it?",
        {"content": "Warmth", "reasoning": f"{ADDRESS} will tell"},
        "noise",
        "a thought fetches nothing",
    ),
    ("Where is it told?", {"content": f"At {ADDRESS}."}, "behavior", "who says where to look"),
]


@pytest.mark.parametrize(("asked", "said", "level", "why"), FETCHED)
def test_what_a_tool_fetches_for_one_asker_is_nothing_to_another(asked, said, level, why):
    fetch = exchange("", PAGE, url=ADDRESS)
    answered = answer("Warmth")
    answered["choices"][0]["message"].update(said)
    title = exchange({"model": "gpt-9-nano", "messages": [{"role": "user", "content": asked}]}, answered)
    main = exchange(question(), answer("It is warm."))
    found = compare(recording(main, fetch, title), recording(main, title, fetch)).findings
    assert [each.level for each in found if each.rule == "interaction-reordered"] == [level], why


STEPS = [
    (0, "behavior", 'the model no longer calls ls with {"path": "."} before glob: 1 fewer step', "the first"),
    (
        1,
        "behavior",
        'the model no longer calls glob with {"pattern": "a*"} before run: 1 fewer step',
        "one in the middle",
    ),
    (
        2,
        "behavior",
        'the model answers one request earlier, without its last call, run with {"command": "a"}',
        "the last",
    ),
]


@pytest.mark.parametrize(("left_out", "level", "words", "why"), STEPS)
def test_a_step_that_is_left_out_is_one_finding(left_out, level, words, why):
    steps = [([LS], "a.txt"), ([GLOB], "a.txt again"), ([RUN], "fine")]
    fewer = [each for number, each in enumerate(steps) if number != left_out]
    [(found, rule, message)] = report_of(loop(*steps, "I made it."), loop(*fewer, "I made it."))
    assert (found, rule, message.partition(" (")[0]) == (level, "tool-call-removed", words), why
    [(found, rule, message)] = report_of(loop(*fewer, "I made it."), loop(*steps, "I made it."))
    assert (found, rule) == (level, "tool-call-added"), why


def test_an_answer_that_comes_earlier_did_not_appear():
    old, new = loop(([LS], "a"), ([RUN], "fine"), "I made it."), loop(([LS], "a"), "I have made it.")
    [(_, _, message)] = report_of(old, new)
    assert ': "I made it." → "I have made it." (1 consequence folded: finish reason)' in message


def test_calls_of_one_message_in_another_order_are_noise():
    old, new = loop(([LS, GLOB], "a"), "There is one."), loop(([GLOB, LS], "a"), "There is one.")
    assert report_of(old, new) == []
    told = [each for each in compare(old, new).findings if each.rule == "call-order-changed"]
    assert [(each.old, each.new) for each in told] == [("ls, glob", "glob, ls")] * 2  # the answer, and the history


VIEW = call("glob", '{"pattern": "b*"}', 2)
ORDERS = [
    (([LS], "a.txt"), ([RUN], "fine"), "run before ls", "two steps"),
    (([GLOB], "a.txt"), ([VIEW], "b.txt"), 'glob {"pattern": "b*"} before glob {"pattern": "a*"}', "of one tool"),
]


@pytest.mark.parametrize(("one", "other", "said", "why"), ORDERS)
@pytest.mark.parametrize("after", [(), (([call("run", '{"command": "c"}', 9)], "done"),)])
def test_steps_in_another_order_are_one_line(one, other, said, why, after):
    old, new = loop(one, other, *after, "There is one."), loop(other, one, *after, "There is one.")
    [(level, rule, message)] = report_of(old, new)
    assert (level, rule) == ("behavior", "call-order-changed"), why
    assert message.startswith(f"the model now calls {said} ("), why
    assert [each[:2] for each in report_of(new, old)] == [(level, rule)], why


THREE = [([LS], "a.txt"), ([GLOB], "b.txt"), ([RUN], "fine")]


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ((2, 0, 1), "run before ls before glob"),
        ((1, 2, 0), "glob before run before ls"),
        ((2, 1, 0), "run before glob before ls"),
        ((0, 2, 1), "run before glob"),
        ((1, 0, 2), "glob before ls"),
    ],
)
def test_three_steps_in_another_order_are_one_line(order, said):
    old, new = loop(*THREE, "There is one."), loop(*(THREE[number] for number in order), "There is one.")
    [(level, rule, message)] = report_of(old, new)
    assert (level, rule) == ("behavior", "call-order-changed")
    assert message.startswith(f"the model now calls {said} (")
    assert [each[:2] for each in report_of(new, old)] == [(level, rule)]


def test_steps_in_another_order_after_which_another_one_comes_are_no_mere_order():
    old = loop(([LS], "a.txt"), ([RUN], "fine"), "There is one.")
    new = loop(([RUN], "fine"), ([GLOB], "a.txt"), "There is one.")
    assert "call-order-changed" not in [rule for _, rule, _ in report_of(old, new)]


def marked(calls, places=(-1, -2), mark=None):
    """An agent that marks these of the messages that it sends, once for each number of calls."""
    exchanges = []
    for number in range(calls + 1):
        history = [{"role": ("user", "assistant")[n % 2], "content": f"Word {n}."} for n in range(2 * number + 1)]
        for place in places:
            if -len(history) <= place < len(history):
                history[place]["cache_control"] = mark or {"type": "ephemeral"}
        exchanges.append(exchange({"model": "gpt-9-mini", "messages": history}, answer(f"Word {len(history)}.")))
    return exchanges


MARKS = [
    ((-1, -2), (-1, -2), None, [], "the last two, as ever"),
    ((0, -1), (0, -1), None, [], "the first stays the first"),
    ((-1, -2), (-1,), None, ["request-field-removed"], "one less"),
    (
        (-1,),
        (-1,),
        {"type": "ephemeral", "ttl": "1h"},
        ["request-field-removed"],
        "another mark",
    ),
]


@pytest.mark.parametrize(("before", "after", "mark", "rules", "why"), MARKS, ids=[row[4] for row in MARKS])
def test_a_mark_that_stands_as_far_from_the_end_did_not_move(before, after, mark, rules, why):
    old, new = recording(marked(1, before)[-1]), recording(marked(2, after, mark)[-1])
    for sides in ((old, new), (new, old)):
        found = [rule for _, rule, _ in report_of(*sides) if rule.startswith("request-field-")]
        turned = {"request-field-added": "request-field-removed", "request-field-removed": "request-field-added"}
        assert sorted(found) == sorted(rules if sides[0] is old else map(turned.get, rules)), why


def test_the_arguments_of_another_tool_are_no_fields_of_the_wire():
    def called(name, given, **more):
        tools = [{"name": each, "input_schema": {"type": "object"}} for each in ("ls", "view")]
        asked = {"model": "claude-9", "max_tokens": 9, "tools": tools, "messages": [{"role": "user", "content": "Go."}]}
        use = {"type": "tool_use", "id": f"toolu_{name}", "name": name, "input": given, **more}
        said = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-9", "content": [use]}
        said |= {"stop_reason": "tool_use", "usage": {"input_tokens": 9, "output_tokens": 9}}
        return recording(exchange(asked, said, url="https://api.anthropic.com/v1/messages"))

    view = {"path": "/app/main.go"}
    [found] = report_of(called("view", view), called("ls", {}))
    assert found == (
        "behavior",
        "tool-call-renamed",
        'the model now calls ls with {} instead of view with {"path": "/app/main.go"}',
    )
    assert [each[1] for each in report_of(called("ls", {}), called("view", view))] == ["tool-call-renamed"]
    others = report_of(called("view", view, caller={"type": "direct"}), called("ls", {}))
    assert [each[1] for each in others] == ["wire-field-removed", "tool-call-renamed"]  # a field beside them is one
