"""Pairing: optimal, and bearing what was inserted, removed, repeated and reordered."""

from __future__ import annotations

from itertools import permutations

from drift_cases import answer, exchange, question, recording
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.align import align_by_key, align_in_order, align_interactions, assign, url_path
from cassette_tools.diff.ids import Correlation

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
    pairs = assign(rows, columns, lambda i, j: scores[i][j])
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


def asked(*questions):
    made = []
    for words in questions:
        request = question()
        request["messages"][1]["content"] = words
        made.append(exchange(request, answer("Yes.")))
    return recording(*made).interactions


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
