"""Levels of answers that say little: cut after a few words, made up anew, or a name with a word more or less."""

import pytest

from tests.diff.drift_cases import answer, exchange, lines, recording

CHAT = "https://api.openai.com/v1/chat/completions"
CLAUDE = "https://api.anthropic.com/v1/messages"


def chat(asked, said, *, cut=False, limit=400, model="gpt-9-mini", **more):
    body = {"model": model, "max_tokens": limit, **more, "messages": [{"role": "user", "content": asked}]}
    return recording(exchange(body, answer(said, finish="length" if cut else "stop", usage=None), url=CHAT))


def claude(asked, said, *, cut=False, limit=400, model="claude-9", **more):
    body = {"model": model, "max_tokens": limit, **more, "messages": [{"role": "user", "content": asked}]}
    told = {"id": "msg_01", "type": "message", "role": "assistant", "model": "claude-9"}
    told |= {"content": [{"type": "text", "text": said}], "stop_reason": "max_tokens" if cut else "end_turn"}
    return recording(exchange(body, told, url=CLAUDE))


APIS = pytest.mark.parametrize("api", [chat, claude])
SKY = "Why is the sky blue?"


@APIS
@pytest.mark.parametrize(
    ("old", "new", "cut", "told"),
    [
        # cut by a limit of the output: what would have come is not known
        ("The sky doesn't have", "The sky has no distinct", True, "text-reworded"),
        ("The sky appears blue", "The sky has a blue", True, "text-reworded"),
        # not cut: it is all that was said
        ("The sky doesn't have", "The sky has no distinct", False, "text-changed"),
        # another beginning
        ("Rayleigh scattering makes", "Because of the sun", True, "text-changed"),
    ],
)
def test_an_opening_that_was_cut_is_reworded(api, old, new, cut, told) -> None:
    found = lines(api(SKY, old, cut=cut), api(SKY, new, cut=cut))
    assert [(level, rule) for level, rule, _ in found] == [
        ("cosmetic" if told == "text-reworded" else "behavior", told)
    ]


HAIKU = (
    "Here is a haiku about love:\n\nTwo hearts side by side\nGrief and laughter braided close\nLove outlives them both",
    "Here is a haiku I wrote about love:\n\nTwo hearts beat as one\nLove opens like a cherry tree\nLaughter stays all year",
)
JOKE = (
    "Ahoy, here's a pirate joke for ye! Why did the pirate visit the dentist? Because his molar was sunken treasure!",
    "Ahoy, here's a pirate joke for ye! Why did the pirate buy a parrot? Since a cockatoo cost twice his gold!",
)
SAME = (
    "Here is a haiku about love:\n\nTwo hearts side by side\nGrief and laughter braided close\nLove outlives them both",
    "Sure, a haiku about love:\n\nTwo hearts side by side,\ngrief and laughter braided close.\nLove outlives them both.",
)


@APIS
@pytest.mark.parametrize(
    ("asked", "texts", "told"),
    [
        ("Write a haiku about love", HAIKU, "text-changed"),
        ("Tell me a pirate joke", JOKE, "text-changed"),
        ("Write a haiku about love", SAME, "text-reworded"),
        # nobody asked for a poem: that the text is about what was asked counts
        ("What do you know about love, and what is a haiku?", HAIKU, "text-reworded"),
    ],
)
def test_what_is_made_up_is_compared_without_the_words_of_the_question(api, asked, texts, told) -> None:
    found = lines(api(asked, texts[0]), api(asked, texts[1], temperature=0.3))
    assert [rule for _, rule, _ in found if rule.startswith("text-")] == [told]


ANEW = [("cosmetic", "text-reworded")]
ANOTHER = [("behavior", "text-changed")]
POEMS = ("Silver rain on slate,\nthe gutters hum.", "A lamp, an open book;\noutside the harbour sleeps.")


@APIS
@pytest.mark.parametrize(
    ("asked", "told", "why"),
    [
        ("Write a haiku about love", ANEW, "any haiku will do"),
        ("Can you tell me a very short science-fiction story?", ANEW, "a question in form only"),
        ("Write two limericks about my cat. Keep them short.", ANEW, "how they are to be"),
        ("Create a slogan for a bakery", ANEW, "what is sold is not asked"),
        ("Suggest a name for my parrot", ANEW, "one that it has not yet"),
        ("Schreibe ein Gedicht", ANEW, "another language"),
        ("Tell me a joke. How many moons has Mars?", ANOTHER, "a question beside it"),
        ("Tell me the story of Rome", ANOTHER, "one that there is"),
        ("Recite the poem", ANOTHER, "the one that was meant"),
        ("Give me a poem by Ada Quill", ANOTHER, "one that was written"),
        ("Give me a name for 6 x 7", ANOTHER, "to tell a name is to know it"),
        ("Give me a story point estimate for this ticket", ANOTHER, "no story is asked for"),
        ("Who wrote a poem about love?", ANOTHER, "it has one right answer"),
        ("What is a haiku?", ANOTHER, "it has one right answer"),
    ],
)
def test_what_the_same_request_has_made_up_is_another_each_time(api, asked, told, why) -> None:
    found = lines(*(api(asked, text) for text in POEMS))
    assert [each[:2] for each in found] == told, why
    assert found[0][2].startswith("made up anew: " if told == ANEW else "another answer: "), why


TOOL = {"name": "rhyme", "description": "Finds a rhyme", "parameters": {"type": "object", "properties": {}}}


@APIS
@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (({}, {"model": "other-9"}), "another model"),
        (({}, {"temperature": 0.3}), "another setting"),
        (({}, {"cut": True}), "cut off now"),
    ],
)
def test_what_another_request_has_made_up_is_told(api, settings, why) -> None:
    found = lines(*(api("Write a poem", text, **each) for text, each in zip(POEMS, settings, strict=True)))
    assert "cosmetic" not in [level for level, _, _ in found], why


@APIS
def test_a_refusal_is_not_made_up(api) -> None:
    found = lines(api("Write a poem", POEMS[0]), api("Write a poem", "I'm sorry, but I cannot help with that."))
    assert [each[0] for each in found] == ["behavior"]


def test_where_tools_are_offered_nothing_is_only_made_up() -> None:
    tools = [{"type": "function", "function": TOOL}]
    assert [each[:2] for each in lines(*(chat("Write a poem", text, tools=tools) for text in POEMS))] == ANOTHER


CUT = "the text begins otherwise; both are cut at max_tokens 6: "


@APIS
@pytest.mark.parametrize(
    ("old", "new", "limits", "told"),
    [
        ("Rayleigh scattering makes", "Because of the sun", (6, 6), ANEW),
        ("Rayleigh scattering makes", "Because of the sun", (400, 400), ANOTHER),  # a limit that leaves room
        ("It has 3 moons and", "There are 4 of them", (6, 6), [("behavior", "text-facts-changed")]),
        ("Yes, because the air", "No, because the air", (6, 6), ANOTHER),
    ],
)
def test_two_openings_that_a_small_limit_cut_are_no_answers(api, old, new, limits, told) -> None:
    found = lines(*(api(SKY, said, cut=True, limit=limit) for said, limit in zip((old, new), limits, strict=True)))
    assert [each[:2] for each in found] == told
    assert found[0][2].startswith(CUT) == (told == ANEW)


@APIS
def test_two_limits_cut_two_answers(api) -> None:
    found = lines(
        api(SKY, "Rayleigh scattering makes", cut=True, limit=6), api(SKY, "Because of the sun", cut=True, limit=7)
    )
    assert ("behavior", "text-changed") in [each[:2] for each in found]


OCEAN = "Which ocean is east of Rio?"


@APIS
@pytest.mark.parametrize(
    ("asked", "old", "new", "facts"),
    [
        (OCEAN, "South Atlantic Ocean.", "Atlantic Ocean", "South Atlantic → Atlantic"),
        (OCEAN, "It is the Atlantic Ocean.", "It is the South Atlantic Ocean.", "Atlantic → South Atlantic"),
        ("Where is Seoul?", "Seoul is in South Korea.", "Seoul is in Korea.", "South Korea → Korea"),
        # the question has the name in full already
        ("Is it the South Atlantic?", "It is the South Atlantic Ocean.", "It is the Atlantic Ocean.", ""),
        # both say it both ways
        (
            OCEAN,
            "The South Atlantic Ocean, a part of the Atlantic.",
            "The Atlantic Ocean there is the South Atlantic.",
            "",
        ),
    ],
)
def test_a_word_that_makes_it_another_place_is_a_fact(api, asked, old, new, facts) -> None:
    told = [message for _, rule, message in lines(api(asked, old), api(asked, new)) if rule == "text-facts-changed"]
    assert told == ([f"the text changed: {facts}"] if facts else [])
