"""Lists in JSON: what became of each element, by its name, by what it says, and never by where it stands."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data.keys import KEYS
from cassette_tools.diff.values.differences import differences
from cassette_tools.diff.values.freeform import dotted, json_changes
from cassette_tools.diff.values.lists import couples_of, named
from cassette_tools.model import ABSENT

GONE = NEW = ABSENT
SPAN = {"object": "span", "span_data": {"type": "agent", "name": "Weather", "tools": ["get_weather"]}}


def changes(old, new):
    return [(dotted(each.route), each.old, each.new) for each in json_changes(old, new)]


def counts(**of):
    return [{"modality": name, "tokenCount": count} for name, count in of.items()]


def tools(*names):
    return [{"name": name, "description": f"does {name}"} for name in names]


@pytest.mark.parametrize(
    ("why", "old", "new", "found"),
    [
        ("one came before the others", ["a", "b", "c"], ["x", "a", "b"], [("[0]", NEW, "x"), ("[2]", "c", GONE)]),
        ("one was replaced", ["a", "b", "c"], ["a", "x", "c"], [("[1]", "b", "x")]),
        ("another order of the same words", ["a", "b", "c"], ["c", "a", "b"], [("", ["a", "b", "c"], ["c", "a", "b"])]),
        ("a repeated word less", ["a", "b", "a"], ["b", "a"], [("[0]", "a", GONE)]),
        ("numbers, shifted", [1, 2, 3], [0, 1, 2], [("[0]", NEW, 0), ("[2]", 3, GONE)]),
        ("true is not 1", [1, 0], [True, 0], [("[0]", 1, True)]),
        ("counts by modality have no order", counts(TEXT=253, IMAGE=1290), counts(IMAGE=1290, TEXT=164), [("[1].tokenCount", 253, 164)]),
        ("one modality less", counts(TEXT=1, IMAGE=2, AUDIO=3), counts(AUDIO=3, TEXT=1), [("[1]", {"modality": "IMAGE", "tokenCount": 2}, GONE)]),
        ("another modality", counts(TEXT=7), counts(AUDIO=7), [("[0]", NEW, counts(AUDIO=7)[0]), ("[0]", counts(TEXT=7)[0], GONE)]),
        ("safety ratings have no order", [{"category": "A", "p": 1}, {"category": "B", "p": 2}], [{"category": "B", "p": 2}, {"category": "A", "p": 3}], [("[1].p", 1, 3)]),
        ("tools by name; their order is one finding", tools("a", "b", "c"), tools("c", "a", "b"), [("", ["a", "b", "c"], ["c", "a", "b"])]),
        ("a tool between others", tools("a", "b"), tools("a", "x", "b"), [("[1]", NEW, tools("x")[0])]),
        ("a tool that changed and one that came", [*tools("a"), {"name": "b", "description": "other"}], tools("x", "a", "b"), [("[0]", NEW, tools("x")[0]), ("[2].description", "other", "does b")]),
        ("messages by role and content", [{"role": "user", "content": "one two three"}, {"role": "user", "content": "four five six"}], [{"role": "user", "content": "zero"}, {"role": "user", "content": "one two three"}, {"role": "user", "content": "four five seven"}], [("[0]", NEW, {"role": "user", "content": "zero"}), ("[2].content", "four five six", "four five seven")]),
        ("a number that repeats the place says nothing", [{"index": 0, "t": "a b"}, {"index": 1, "t": "c d"}], [{"index": 0, "t": "x y"}, {"index": 1, "t": "a b"}, {"index": 2, "t": "c d"}], [("[0]", NEW, {"index": 0, "t": "x y"})]),
        ("results that name their input go by it", [{"index": 3, "score": 0.9}, {"index": 0, "score": 0.5}], [{"index": 3, "score": 0.8}, {"index": 0, "score": 0.5}], [("[0].score", 0.9, 0.8)]),
        ("ids made anew do not tell elements apart", [{"id": "a1", "t": "x"}, {"id": "a2", "t": "y"}], [{"id": "b2", "t": "y"}], [("[0]", {"id": "a1", "t": "x"}, GONE), ("[0].id", "a2", "b2")]),
        ("spans of a trace, of which the last is left", [{"object": "trace", "id": "t1"}, {**SPAN, "id": "s1", "span_data": {"type": "function"}}, {**SPAN, "id": "s2"}], [{**SPAN, "id": "s9"}], [("[0]", {"object": "trace", "id": "t1"}, GONE), ("[1]", {**SPAN, "id": "s1", "span_data": {"type": "function"}}, GONE), ("[0].id", "s2", "s9")]),
        ("another type of the only element", [{"text": "a"}], ["a"], [("[0]", {"text": "a"}, "a")]),
        ("as many others", ["milk", "bread"], ["dog", "cat"], [("[0]", "milk", "dog"), ("[1]", "bread", "cat")]),
        ("texts that are alike", ["the quick brown fox jumps", "b"], ["new", "the quick red fox jumps", "b"], [("[0]", NEW, "new"), ("[1]", "the quick brown fox jumps", "the quick red fox jumps")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_became_of_the_elements(why, old, new, found):
    assert changes(old, new) == found, why


@pytest.mark.parametrize("row", KEYS, ids=lambda row: row.name)
def test_every_key_of_the_table(row):
    """Elements in another order: one finding, or none where the order means nothing."""

    def element(name, value):
        outer, _, inner = row.name.partition(".")
        return {outer: {inner: name} if inner else name, "value": value}

    numbers = row.name == "index"
    names = [7, 3, 5] if numbers else ["a", "b", "c"]
    old = [element(name, k) for k, name in enumerate(names)]
    assert changes(old, old[::-1]) == ([("", names, names[::-1])] if row.ordered else [])
    changed = [element(name, k + 10 * (k == 1)) for k, name in enumerate(names)]
    assert changes(old, changed) == [("[1].value", 1, 11)]
    assert named(old, changed) == (
        (old, changed) if row.ordered else (dict(zip(names, old, strict=True)), dict(zip(names, changed, strict=True)))
    )


ELEMENTS = [{"text": f"{word} and {word} again", "n": number} for number, word in enumerate("abcdefgh")]


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 99)), max_size=5, unique_by=lambda each: each[1]))
def test_inserted_elements_are_new_and_nothing_else(inserted):
    new = [*ELEMENTS]
    for place, number in inserted:
        new.insert(place, {"other": f"x{number}"})
    found = changes(ELEMENTS, new)
    assert [(old, value) for _, old, value in found] == [(ABSENT, each) for each in new if "other" in each]
    back = changes(new, ELEMENTS)
    assert [(value, new_value) for _, value, new_value in back] == [(each, ABSENT) for each in new if "other" in each]


@given(st.permutations(ELEMENTS))
def test_another_order_is_one_finding(shuffled):
    assert changes(ELEMENTS, shuffled) == ([("", ELEMENTS, shuffled)] if shuffled != ELEMENTS else [])


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["a", "b c d", "e"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["name", "id", "text", "n"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=6), st.lists(JSON, max_size=6))
def test_everyone_is_paired_once_and_the_way_back_is_the_same(old, new):
    there, back = couples_of(old, new), couples_of(new, old)
    assert sorted(i for i, _ in there.pairs if i is not None) == [*range(len(old))]
    assert sorted(j for _, j in there.pairs if j is not None) == [*range(len(new))]
    assert sorted(there.pairs, key=repr) == sorted(((i, j) for j, i in back.pairs), key=repr)
    assert there.moved == back.moved


def test_elements_nested_deeper_than_python_goes():
    def deep():
        nested = []
        for _ in range(2000):
            nested = [nested]
        return nested

    assert changes(deep(), deep()) == []
    assert couples_of([deep(), 1], [deep()]).pairs == ((0, 0), (1, None))


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ([{"id": f"x{k}", "v": k} for k in range(3000)], [{"id": f"x{k}", "v": k} for k in range(1, 3000)], 1),
        ([{"t": f"hello {k} there"} for k in range(300)], [{"t": f"hullo {k} there"} for k in range(3, 300)], 300),
        ([random.Random(1).random() for _ in range(5000)], [random.Random(2).random() for _ in range(5000)], 5000),
        ([f"w{k}" for k in range(3000)], [f"w{k}" for k in range(3000)][::-1], 1),
        ([*range(3000)], [7, *range(3000)], 1),
    ],
)
def test_long_lists_take_little_time(old, new, found):
    started = time.process_time()
    assert len(changes(old, new)) == found
    assert time.process_time() - started < 5  # a tenth of a second; each with each takes minutes


def test_another_order_is_not_swallowed_where_the_json_of_two_bodies_is_compared():
    old = {"stop": ["a b", "c d"], "ratings": [{"category": "x"}, {"category": "y"}]}
    found = [
        (each.route, each.old, each.new)
        for each in differences(old, {"stop": old["stop"][::-1], "ratings": old["ratings"][::-1]}, {})
    ]
    assert found == [(("stop",), ["a b", "c d"], ["c d", "a b"])]
