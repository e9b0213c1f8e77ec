"""Levels of answers that say little: cut after a few words, made up anew, or a name with a word more or less."""

import pytest

from tests.diff.drift_cases import answer, exchange, lines, recording

CHAT = "https://api.openai.com/v1/chat/completions"
CLAUDE = "https://api.anthropic.com/v1/messages"


def chat(asked, said, *, cut=False):
    body = {"model": "gpt-9-mini", "max_tokens": 400, "messages": [{"role": "user", "content": asked}]}
    return recording(exchange(body, answer(said, finish="length" if cut else "stop", usage=None), url=CHAT))


def claude(asked, said, *, cut=False):
    body = {"model": "claude-9", "max_tokens": 400, "messages": [{"role": "user", "content": asked}]}
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
        ("Write a haiku about love", HAIKU, ("behavior", "text-changed")),
        ("Tell me a pirate joke", JOKE, ("behavior", "text-changed")),
        ("Write a haiku about love", SAME, ("cosmetic", "text-reworded")),
        # nobody asked for a poem: that the text is about what was asked counts
        ("What do you know about love, and what is a haiku?", HAIKU, ("cosmetic", "text-reworded")),
    ],
)
def test_what_is_made_up_is_compared_without_the_words_of_the_question(api, asked, texts, told) -> None:
    assert [each[:2] for each in lines(*(api(asked, text) for text in texts))] == [told]


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
