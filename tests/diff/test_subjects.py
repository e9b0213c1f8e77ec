"""What an answer is about: things in lists, what is to be seen, and the result of what is worked out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff.texts.subjects import have_same_result, items_apart, lists_in, other_thing
from cassette_tools.diff.texts.text import text_change

GOALS = [
    "Write lyrics that tell a story of the cybernetic giraffes",
    "Compose a score that mixes rock guitars and choirs",
    "Design costumes and masks for the whole herd",
    "Plan the stage lighting and the sound of each scene",
    "Promote the show to audiences and sell the tickets",
]


def bullets(items: list[str], mark: str = "- ", gap: str = "\n") -> str:
    return "Goals:\n" + gap.join(f"{mark}{item}" for item in items)


def numbered(items: list[str]) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def sections(*names: str) -> str:
    return "\n\n".join(f"## {name}\n\nAll that there is to say of it stands here." for name in names)


def books(**sections: list[str]) -> str:
    return "\n\n".join(f"{name}:\n{numbered(titles)}" for name, titles in sections.items())


def table(*rows: str) -> str:
    return "\n".join(("| City | Temperature |", "|---|---|", *(f"| {row} | mild |" for row in rows)))


# fmt: off
ITEMS = {
    "two of five goals are gone": (bullets(GOALS), bullets(GOALS[:3]), '2 of 5 items are gone: "Plan the stage lighting and the sound of each scene", "Promote the show to audiences and sell the tickets"'),
    "two more goals, with blank lines between": (bullets(GOALS[:3], gap="\n\n"), bullets(GOALS, gap="\n\n"), '2 of 5 items are new: "Plan the stage lighting and the sound of each scene", "Promote the show to audiences and sell the tickets"'),
    "a list that is numbered now": (bullets(GOALS), numbered(GOALS), ""),
    "another order of the items": (numbered(GOALS), numbered(GOALS[::-1]), ""),
    "an item that is a sentence behind the list now": (bullets(GOALS), bullets(GOALS[:4]) + "\n\nPromote the show to audiences and sell the tickets, too.", ""),
    "another book in the place of one": (
        numbered(['"Dune" by Frank Herbert', '"Emma" by Jane Austen', '"Ulysses" by James Joyce']),
        numbered(['"Dune" by Frank Herbert', '"Emma" by Jane Austen', '"Walden" by Henry Thoreau']),
        '1 of 3 items is gone: "Ulysses by James Joyce"; 1 of 3 items is new: "Walden by Henry Thoreau"',
    ),
    "items in other words": (bullets(["Add 2 and 3: 5", "Multiply 2 and 3: 6"]), bullets(["Adding 2 + 3 = 5", "Multiplying 2 × 3 = 6"]), ""),
    "a section less": (sections("Setup", "Usage", "Licence"), sections("Setup", "Usage"), '1 of 3 headings is gone: "Licence"'),
    "a row less": (table("Turin", "Oslo", "Lima"), table("Turin", "Lima"), '1 of 3 rows is gone: "Oslo | mild"'),
    "Chinese": ("清单：\n- 苹果和香蕉\n- 牛奶和面包\n- 鸡蛋和奶酪", "清单：\n- 苹果和香蕉\n- 牛奶和面包", '1 of 3 items is gone: "鸡蛋和奶酪"'),
    "one section of several less, one thing less in another": (
        books(novels=["Dune by Frank Herbert", "Emma by Jane Austen", "Ulysses by James Joyce"], essays=["Walden by Henry Thoreau"], travel=["Arctic Dreams by Barry Lopez", "Coasting by Jonathan Raban"]),
        books(novels=["Dune by Frank Herbert", "Emma by Jane Austen"], essays=["Walden by Henry Thoreau"]),
        '3 of 6 items are gone: "Ulysses by James Joyce", "Arctic Dreams by Barry Lopez", "Coasting by Jonathan Raban"',
    ),
    "no list on one side": (bullets(GOALS), " ".join(GOALS), ""),
    "lists that have nothing in common": (bullets(GOALS[:2]), bullets(["Buy bread", "Call mother"]), ""),
    "lists in code": ("```md\n- one thing\n- other thing\n```", "```md\n- one thing\n```", ""),
}
# fmt: on


@pytest.mark.parametrize("name", ITEMS)
def test_which_items_are_gone_or_new(name: str) -> None:
    old, new, expected = ITEMS[name]
    assert items_apart(old, new) == expected


def test_an_item_that_is_gone_is_a_fact_and_no_other_word_for_it() -> None:
    change = text_change(bullets(GOALS), bullets(GOALS[:4]))
    assert change is not None
    assert (change.rule, change.items) == (
        "text-facts-changed",
        '1 of 5 items is gone: "Promote the show to audiences and sell the tickets"',
    )


def test_lists_of_every_level_are_lists() -> None:
    found = lists_in("1. Fruit\n   - apples\n   - pears\n2. Milk\n\nThen:\n\n- bread\n  of rye")
    assert [each.items for each in found] == [("apples", "pears"), ("Fruit", "Milk"), ("bread of rye",)]


SCENE = "The image shows a small {} on a soft gradient background, with stars all around it and a calm sea below."


# fmt: off
THINGS = {
    "another thing in the picture": (SCENE.format("green star"), SCENE.format("red racing car"), True, ("green star", "red racing car")),
    "one noun in the picture": (SCENE.format("dog"), SCENE.format("cat"), True, ("dog", "cat")),
    "another thing, and nothing shown": (SCENE.format("green star"), SCENE.format("red racing car"), False, ("green star", "red racing car")),
    "one word, and nothing shown: it may be another word for it": (SCENE.format("sketch"), SCENE.format("drawing"), False, None),
    "a quality of the same thing": ("It shows a small dog in a garden.", "It shows a little dog in a garden.", True, None),
    "what the question spoke of": (SCENE.format("dog"), SCENE.format("cat"), True, ("dog", "cat")),
    "another text": ("It shows a dog.", "There is nothing but darkness and rain outside.", True, None),
    "German": ("Das Bild zeigt einen kleinen Hund in einem Garten.", "Das Bild zeigt einen kleinen Vogel in einem Garten.", True, ("Hund", "Vogel")),
    "no article": ("Use parallel function calls here today.", "Use parallel tool calls here today.", True, None),
}
# fmt: on


@pytest.mark.parametrize("name", THINGS)
def test_which_thing_is_another(name: str) -> None:
    old, new, is_shown, expected = THINGS[name]
    assert other_thing(old, new, "", is_shown=is_shown) == expected
    back = other_thing(new, old, "", is_shown=is_shown)
    assert back == (expected and expected[::-1])


def test_a_thing_that_the_user_named_is_no_news() -> None:
    old, new = SCENE.format("dog"), SCENE.format("cat")
    assert other_thing(old, new, "Is it a dog or a cat?", is_shown=True) is None


def test_what_a_text_speaks_of_in_compounds_too_is_its_subject() -> None:
    old = "It shows a small star or star-like shape on a soft gradient background. Its tones are dreamy."
    new = "It shows a pale ghost on a soft gradient background. The ghost has a friendly, dreamy face."
    change = text_change(old, new)
    assert change is not None
    assert (change.rule, change.other and (change.other.old, change.other.new)) == ("text-changed", ("star", "ghost"))


PROOF = r"We need $v_5(n!) \ge 6$. $\lfloor 24/5 \rfloor = 4$. {} Then $\lfloor 25/5 \rfloor + \lfloor 25/25 \rfloor = 5 + 1 = 6$, and $2^{{22}} \ge 2^6$ holds."  # fmt: skip
TRIED = r"$n = 20$: $\lfloor 20/5 \rfloor = 4$; $n = 21$: $\lfloor 21/5 \rfloor = 4$. "

# fmt: off
RESULTS = {
    "other trials": (PROOF.format("") + "\n\n**$n = 25$**", PROOF.format(TRIED) + "\n\n**$n = 25$**", True),
    "another result": (PROOF.format("") + "\n\n**$n = 25$**", PROOF.format(TRIED) + "\n\n**$n = 30$**", False),
    "boxed": (PROOF.format("") + "\n$\\boxed{25}$ as 1 of 2", PROOF.format(TRIED) + "\nSo \\boxed{25}.", True),
    "no derivation": ("It was 20 in May.\nIt is 25.", "It was 21 in May.\nIt is 25.", False),
}
# fmt: on


@pytest.mark.parametrize("name", RESULTS)
def test_whether_a_result_is_the_same(name: str) -> None:
    old, new, expected = RESULTS[name]
    assert have_same_result(old, new) is expected
    change = text_change(old, new)
    assert change is not None
    assert (change.rule == "text-reworded") is expected


@given(st.text(alphabet="ab 1.-#|\n*"))
def test_nothing_is_gone_from_a_text_itself(text: str) -> None:
    assert items_apart(text, text) == ""
    assert other_thing(text, text, "", is_shown=True) is None
