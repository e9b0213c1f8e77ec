"""Free-form JSON, with DeepDiff as the oracle."""

from __future__ import annotations

import sys

from deepdiff import DeepDiff
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.values.freeform import by_lists, dotted, json_changes, route_of
from cassette_tools.model import ABSENT
from cassette_tools.source.json_tree import pointer_from_route
from cassette_tools.words import short

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "a", "b c", "é"]))
DOCUMENTS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    max_leaves=8,
)


def changes(old, new):
    return [(dotted(each.route), each.old, each.new) for each in json_changes(old, new)]


def test_values_fields_and_types():
    assert changes({"a": 1, "b": [1, 2]}, {"a": 2, "b": [1, 3], "c": None}) == [
        (".a", 1, 2),
        (".b[1]", 2, 3),
        (".c", ABSENT, None),
    ]
    assert changes({"x y": 1}, {}) == [('["x y"]', 1, ABSENT)]
    assert changes(1, True) == [("", 1, True)]
    assert changes(1, 1.0) == []


def test_an_element_more_is_found_where_it_is():
    assert changes([{"n": 1}, {"n": 2}], [{"n": 1}, {"n": 7}, {"n": 2}]) == [("[1]", ABSENT, {"n": 7})]
    assert changes(["a", "b"], ["b", "a", "c"]) == [("[2]", ABSENT, "c")]
    assert changes([1, 5], [2, 3, 5]) == [("[0]", 1, 2), ("[1]", ABSENT, 3)]


def test_shape_and_value():
    [retyped] = json_changes({"a": 1}, {"a": "1"})
    [longer] = json_changes({"a": [1]}, {"a": [1, 2]})
    [added] = json_changes({}, {"a": 1})
    assert (retyped.is_of_shape, longer.is_of_shape, added.is_of_shape) == (True, False, True)


def test_pointers_and_routes():
    route = ("a/b", 0, "c~d")
    assert pointer_from_route(route) == "/a~1b/0/c~0d"
    assert route_of(pointer_from_route(route)) == route


def test_long_values_are_cut_in_the_middle():
    assert short("x" * 100, 21) == '"xxxxxxxx … xxxxxxxx"'
    assert short(ABSENT) == "(absent)"


@given(DOCUMENTS, DOCUMENTS)
def test_a_difference_is_found_exactly_when_deepdiff_finds_one(old, new):
    assert bool(changes(old, new)) == bool(DeepDiff(old, new, ignore_numeric_type_changes=True))


@given(DOCUMENTS, DOCUMENTS)
def test_the_way_back_has_as_many_differences(old, new):
    mirrored = sorted((repr(new), repr(old)) for _, old, new in changes(new, old))
    assert sorted((repr(old), repr(new)) for _, old, new in changes(old, new)) == mirrored


def test_equal_lengths_need_no_deepdiff():
    import subprocess

    code = (
        "import sys\nfrom cassette_tools.diff.values.freeform import json_changes\n"
        "list(json_changes({'a': [1, 2]}, {'a': [1, 3]}))\nprint('deepdiff' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_objects_that_are_all_others_are_compared_in_their_order():
    old = {"edits": [{"a": "x y", "b": "x y z"}, {"a": "q", "b": "r"}]}
    new = {"edits": [{"a": "x", "b": "k"}, {"a": "x y", "b": "x y m"}]}
    told = by_lists([*json_changes(old, new)], old, new)
    assert [(dotted(each.route), each.old, each.new) for each in told] == [
        (".edits[0].a", "x y", "x"),
        (".edits[0].b", "x y z", "k"),
        (".edits[1].a", "q", "x y"),
        (".edits[1].b", "r", "x y m"),
    ]
    kept = {"edits": [old["edits"][1], {"a": "new"}]}  # one that is the same shows what came and went
    told = by_lists([*json_changes(old, kept)], old, kept)
    assert sorted(dotted(each.route) for each in told if each.came_or_went) == [".edits[0]", ".edits[1]"]
