"""Pairing: optimal, and bearing what was inserted, removed, repeated and reordered."""

from __future__ import annotations

import json
import time
from itertools import permutations

import pytest
from drift_cases import answer, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools._record import replace
from cassette_tools.diff import compare
from cassette_tools.diff.pairing.align import align_interactions, in_one_order
from cassette_tools.diff.pairing.asked import failure_of, url_path
from cassette_tools.diff.values.ids import Correlation
from cassette_tools.diff.values.matching import align_by_key, align_in_order, assign, with_rest

LIKENESS = st.one_of(st.just(0.0), st.floats(0.05, 1.0))
MATRICES = st.tuples(st.integers(0, 4), st.integers(0, 4)).flatmap(
    lambda size: st.tuples(
        st.just(size),
        st.lists(st.lists(LIKENESS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]),
    )
)


def total(pairs, scores):
    return sum(scores[i][j] for i, j in pairs if i is not None and j is not None)


def everyone(pairs, rows, columns):
    return sorted(i for i, _ in pairs if i is not None) == [*range(rows)] and sorted(
        j for _, j in pairs if j is not None
    ) == [*range(columns)]


@given(MATRICES)
def test_assignment_is_the_best_there_is(matrix):
    (rows, columns), scores = matrix
    pairs = with_rest(assign(rows, columns, lambda i, j: scores[i][j]), rows, columns)
    if rows <= columns:
        best = max(sum(scores[i][p[i]] for i in range(rows)) for p in permutations(range(columns), rows))
    else:
        best = max(sum(scores[p[j]][j] for j in range(columns)) for p in permutations(range(rows), columns))
    assert everyone(pairs, rows, columns)
    assert abs(total(pairs, scores) - best) < 1e-9
    assert all(scores[i][j] > 0 for i, j in pairs if i is not None and j is not None)


@given(MATRICES)
def test_pairs_in_order_never_cross(matrix):
    (rows, columns), scores = matrix
    pairs = align_in_order(rows, columns, lambda i, j: scores[i][j])
    both = [(i, j) for i, j in pairs if i is not None and j is not None]
    assert everyone(pairs, rows, columns)
    assert both == sorted(both) == sorted(both, key=lambda pair: pair[1])


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abc"), max_size=8))
def test_equal_keys_are_paired_first(old, new):
    pairs = align_by_key(old, new, lambda each: each, lambda left, right: 0.0)
    assert everyone(pairs, len(old), len(new))
    common = sum(min(old.count(letter), new.count(letter)) for letter in "abc")
    assert sum(i is not None and j is not None for i, j in pairs) == common


def exchanges(*questions):
    made = []
    for words in questions:
        request = question()
        request["messages"][1]["content"] = words
        made.append(exchange(request, answer("Yes.")))
    return made


def asked(*questions):
    return recording(*exchanges(*questions)).interactions


def indices(old, new):
    return [
        (each.old and each.old.index, each.new and each.new.index, each.moved)
        for each in align_interactions(asked(*old), asked(*new))
    ]


def test_interactions_are_paired_by_what_they_ask():
    one, two, three = "Where is the station?", "How late is it now?", "Which colour has the sky?"
    assert indices([one, two], [one, two]) == [(0, 0, False), (1, 1, False)]
    assert indices([one, two], [one, three, two]) == [(0, 0, False), (None, 1, False), (1, 2, False)]
    assert indices([one, three, two], [one, two]) == [(0, 0, False), (1, None, False), (2, 1, False)]
    assert indices([one, two, three], [two, three, one]) == [(1, 0, False), (2, 1, False), (0, 2, True)]
    assert indices([one, one], [one, one, one]) == [(0, 0, False), (1, 1, False), (None, 2, False)]


def test_a_changed_question_is_still_the_same_question():
    assert indices(["Where is the old station?"], ["Where is the new station?"]) == [(0, 0, False)]


ONE, TWO, THREE, FOUR = "Where is the station?", "How late is it now?", "Which colour has the sky?", "Who sings there?"
DISTINCT = [
    f"{word} {number}?"
    for number, word in enumerate(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"])
]


def test_equal_recordings_are_paired_one_by_one():
    words = [ONE, ONE, TWO, ONE, THREE, TWO]
    assert indices(words, words) == [(k, k, False) for k in range(6)]


@given(st.permutations(DISTINCT))
def test_of_a_permutation_those_moved_that_others_overtook(shuffled):
    found = indices(DISTINCT, shuffled)
    order = [DISTINCT.index(words) for words in shuffled]
    assert [(old, new) for old, new, _ in found] == [(order[j], j) for j in range(len(order))]
    kept = [old for old, _, moved in found if not moved]
    assert kept == sorted(kept)
    assert len(kept) == max(len(rise) for rise in rises(order))


def rises(order):
    """Every increasing subsequence."""
    found = [[]]
    for value in order:
        found.extend([[*rise, value] for rise in found if not rise or rise[-1] < value])
    return found


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 99)), max_size=5, unique_by=lambda each: each[1]))
def test_what_is_inserted_is_added_and_nothing_else(inserted):
    old, new = DISTINCT[:6], DISTINCT[:6]
    for place, number in inserted:
        new.insert(place, f"inserted {number * 'x'} only")
    found = indices(old, new)
    assert [i for i, _, _ in found if i is not None] == [*range(6)]
    assert not any(moved for _, _, moved in found)
    assert [new[j] for i, j, _ in found if i is None] == [words for words in new if words not in old]
    assert all(old[i] == new[j] for i, j, _ in found if i is not None)
    back = indices(new, old)
    assert sorted((j, i) for i, j, _ in found if None not in (i, j)) == sorted(
        (i, j) for i, j, _ in back if None not in (i, j)
    )


def replies(*rows):
    """Interactions of questions, statuses and answers."""
    made = []
    for words, status, said in rows:
        request = question()
        request["messages"][1]["content"] = words
        made.append(exchange(request, answer(said) if status == 200 else {"error": {"message": said}}, status=status))
    return recording(*made).interactions


def told(old, new):
    return [
        (each.old and each.old.index, each.new and each.new.index, each.moved, each.why)
        for each in align_interactions(replies(*old), replies(*new))
    ]


YES, NO, LIMIT = (ONE, 200, "Yes, over there."), (ONE, 200, "No, I do not know that."), (ONE, 429, "Slow down.")
OTHER = (TWO, 200, "Noon.")


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        # a retry: the answers are compared, and the failure is what is new
        ([YES], [LIMIT, YES], [(None, 0, False, "answered with 429, then tried again"), (0, 1, False, "")]),
        ([LIMIT, YES], [YES], [(0, None, False, "answered with 429, then tried again"), (1, 0, False, "")]),
        ([LIMIT], [LIMIT, YES], [(0, 0, False, ""), (None, 1, False, "a retry after 429")]),
        # what was tried again while others went on overtook nobody, wherever it came through
        ([YES, OTHER], [LIMIT, OTHER, LIMIT, YES], [(None, 0, False, "answered with 429, then tried again"), (1, 1, False, ""), (None, 2, False, "answered with 429, then tried again"), (0, 3, False, "")]),
        ([LIMIT, OTHER, YES], [OTHER, YES], [(0, None, False, "answered with 429, then tried again"), (1, 0, False, ""), (2, 1, False, "")]),
        # polling: the answers that are alike go together
        ([NO, NO, YES], [YES], [(0, None, False, "the same request as interactions[2]"), (1, None, False, "the same request as interactions[2]"), (2, 0, False, "")]),
        ([YES], [YES, YES], [(0, 0, False, ""), (None, 1, False, "the same request as interactions[0]")]),
        ([YES], [YES, LIMIT], [(0, 0, False, ""), (None, 1, False, "the same request as interactions[0]")]),
        # identical requests have no order among themselves
        ([YES, LIMIT], [LIMIT, YES], [(1, 0, False, ""), (0, 1, False, "")]),
        # of two that fit as well, the one that crosses nothing
        ([YES, OTHER, YES], [OTHER, YES], [(0, None, False, "the same request as interactions[2]"), (1, 0, False, ""), (2, 1, False, "")]),
        ([YES, OTHER, YES], [YES, OTHER], [(0, 0, False, ""), (1, 1, False, ""), (2, None, False, "the same request as interactions[0]")]),
        # of two that fit about as well, the one at the same place: the other one's question changed
        ([(ONE, 200, "Over the hill again."), (ONE, 200, "Left at some tree.")], [(f"{ONE} Please.", 200, "Left at some tree."), (ONE, 200, "Over the road now.")], [(0, 0, False, ""), (1, 1, False, "")]),
        # true reordering is told of one of the two
        ([YES, OTHER], [OTHER, YES], [(1, 0, True, ""), (0, 1, False, "")]),
    ],
)  # fmt: skip
def test_requests_that_were_sent_again(old, new, found):
    assert told(old, new) == found


def test_recordings_beside_each_other_have_one_order():
    """Two calls at the same time: each stands beside its partner, and nothing is lost."""
    old, new = recording(*exchanges(ONE, TWO, THREE)), recording(*exchanges(TWO, ONE, THREE, THREE))
    sides = in_one_order(old, new)
    assert [[each.index for each in side.interactions] for side in sides] == [[1, 0, 2], [0, 1, 2, 3]]
    back = in_one_order(new, old)
    assert [[each.index for each in side.interactions] for side in back] == [[1, 0, 2, 3], [0, 1, 2]]


def test_an_overloaded_provider_is_a_failure_that_passes():
    error = {"error": {"type": "overloaded_error", "message": "Overloaded"}}
    [interaction] = recording(exchange(question(), error, status=529)).interactions
    assert failure_of(interaction) == "529"
    assert failure_of(recording(exchange(question(), answer("Yes."))).interactions[0]) == ""
    assert failure_of(recording(exchange(question(), error, status=401)).interactions[0]) == ""


def told_twice(words, results):
    """A conversation in which a tool is called once for each of the results, then all is said."""
    made, said = [], []
    for number, (city, result) in enumerate(results):
        call = {"id": f"call_{words}{number}", "type": "function"}
        call["function"] = {"name": "get_weather", "arguments": json.dumps({"city": city})}
        made.append(exchange(question(*said), answer(calls=[call])))
        said.append({"role": "assistant", "content": None, "tool_calls": [call]})
        said.append({"role": "tool", "tool_call_id": call["id"], "content": result})
    made.append(exchange(question(*said), answer(f"It is {results[-1][1]}.")))
    return recording(*made)


def test_a_conversation_that_takes_more_turns_ends_with_its_end():
    old = told_twice("old", [("Turin", "21 degrees")])
    new = told_twice("new", [(7, "failed to parse: city is no string"), ("Turin", "21 degrees")])
    pairs = align_interactions(old.interactions, new.interactions)
    assert [(each.old and each.old.index, each.new and each.new.index) for each in pairs] == [(0, 0), (None, 1), (1, 2)]
    found = [(each.rule, each.path) for each in compare(old, new).findings if each.level != "noise"]
    assert sorted(found, key=lambda each: each[1]) == [
        ("tool-arguments-shape-changed", "interactions[0].response.output_messages[0].tool_calls[0].arguments"),
        ("interaction-added", "interactions[1]"),  # it is asked with the failure, and answers with the second try
    ]


def test_conversations_keep_their_steps():
    def talk(word, length):
        said, made = [], []
        for number in range(length):
            made.append(exchange(question(*said), answer(f"{word} {number} is what I think")))
            said.append({"role": "assistant", "content": f"{word} {number} is what I think"})
            said.append({"role": "user", "content": "Go on."})
        return recording(*made).interactions

    found = align_interactions(talk("Foxes", 6), talk("Ravens", 6))
    assert [(each.old.index, each.new.index, each.moved) for each in found] == [(k, k, False) for k in range(6)]


@pytest.mark.parametrize(
    ("heard", "model", "level", "why"),
    [
        ("It is there.", "gpt-9-nano", "behavior", "the one is asked what the other answered"),
        (
            "Nowhere.",
            "gpt-9-nano",
            "noise",
            "another asker, and none knows of the other: they may run at the same time",
        ),
        ("Nowhere.", "gpt-9-mini", "behavior", "one asker asks in an order"),
    ],
)
def test_only_what_depends_has_an_order(heard: str, model: str, level: str, why: str) -> None:
    asked = [{"role": "user", "content": ONE}]
    later = [*asked, {"role": "assistant", "content": heard}, {"role": "user", "content": TWO}]
    made = [
        exchange({**question(), "messages": asked}, answer("It is there.")),
        exchange({**question(), "model": model, "messages": later}, answer("Noon.")),
    ]
    found = compare(recording(*made), recording(*made[::-1])).findings
    assert [each.level for each in found if each.rule == "interaction-reordered"] == [level], why


def test_requests_without_a_message_have_no_steps() -> None:
    def listed(thing: str):
        asked = exchange(
            "", {"object": "list", "data": [{"id": "nine", "object": thing}]}, url=f"https://api.openai.com/v1/{thing}s"
        )
        asked["request"]["method"] = "GET"
        return recording(asked).interactions

    found = align_interactions(listed("model"), listed("file"))
    assert [(pair.old is None, pair.new is None) for pair in found] == [(True, False), (False, True)]


def test_an_answer_to_the_same_request_has_new_fields():
    old = recording(exchange(question(), answer("Yes.")))
    again = {**answer("Yes."), "service_tier": "default"}
    new = recording(exchange(question(), answer("Yes.")), *[exchange(question(), again)] * 2)
    found = [(each.rule, each.message) for each in compare(old, new).findings if each.level != "noise"]
    assert [(rule, words.partition(" (")[2] or words) for rule, words in found] == [
        ("interaction-added", "the same request as interactions[0], answered with 200)"),
        ("wire-field-added", "a new field service_tier: default, in 2 calls"),  # in each of those that were added
    ]


def test_a_format_that_sorts_has_no_order():
    made = recording(*[exchange(question(temperature=k / 10), answer("Yes.")) for k in range(3)])
    asked = [{"role": "user", "content": ONE}]
    later = [*asked, {"role": "assistant", "content": "It is there."}, {"role": "user", "content": TWO}]
    first = recording(
        exchange({**question(), "messages": asked}, answer("It is there.")),
        exchange({**question(), "messages": later}, answer("Noon.")),
    )
    second = replace(
        first, interactions=tuple(replace(each, index=k) for k, each in enumerate(first.interactions[::-1]))
    )
    assert not [each for each in compare(made, made).findings if each.level != "noise"]
    assert [each.rule for each in compare(first, second).findings if each.level != "noise"] == ["interaction-reordered"]
    sorted_ones = (replace(each, format="har") for each in (first, second))
    assert [each.rule for each in compare(*sorted_ones).findings if each.level != "noise"] == []


def test_many_changed_requests_are_paired_in_little_time():
    words = [f"{number * 7919 % 997} {number * 31 % 89} things to say about number {number}" for number in range(400)]
    changed = [f"{each} today" for each in words]
    started = time.process_time()
    found = indices(words, changed)
    assert found == [(k, k, False) for k in range(400)]
    assert time.process_time() - started < 5  # it takes a tenth of a second; each with each takes a minute


def test_paths_of_urls():
    assert url_path("https://a.example/v1/chat?x=1#y") == "/v1/chat"
    assert url_path("https://a.example") == "/"
    assert url_path("/v1/chat") == "/v1/chat"


def test_ids_form_couples():
    ids = Correlation()
    assert ids.define("a", "A")
    assert not ids.define("a", "A")
    assert ids.refer("a", "A")
    assert not ids.refer("a", "B")
    assert not ids.refer("b", "A")
    assert ids.refer("c", "C")  # nobody defined it: from here on the two are a couple
    assert not ids.refer("c", "D")
    assert not ids.refer("a", None)
    assert ids.refer(None, "")
