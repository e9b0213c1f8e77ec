"""The same question answered in another language: that is said, where it is beyond doubt."""

from __future__ import annotations

from collections import Counter

import pytest

from cassette_tools.data.languages import LANGUAGES, SCRIPTS
from cassette_tools.diff.texts.languages import other_language
from tests.diff.drift_cases import answer, exchange, lines, question, recording

ENGLISH = "The sky over Turin is clear, and it will be warm in the afternoon."
PORTUGUESE = "O céu de Turim está limpo, e à tarde a temperatura não passa dos 18 graus com um vento fraco."
RUSSIAN = "Небо над Турином ясное, и днём будет тепло."
JAPANESE = "東京は日本の首都です。人口はおよそ千四百万人です。"
TERSE_JAPANESE = "東京は日本の首都。人口約千四百万人、経済文化中心地。"
CODE = "print(sum(range(10)))  # 45"


def said(text: str, **settings: object) -> object:
    return recording(exchange(question(tools=[], **settings), answer(text)))


def told(old: object, new: object) -> list[str]:
    return [message.partition(":")[0] for _, rule, message in lines(old, new) if rule.startswith("text-")]


OTHER = "the answer is in another language, "


WRITTEN = {
    "English": ENGLISH,
    "German": "Der Himmel ist klar, und nach dem Regen von gestern wird es warm.",
    "French": "Le ciel est clair, et il fera chaud dans les rues avec du vent.",
    "Spanish": "El cielo está claro y hay más sol por la tarde, pero hoy es frío.",
    "Portuguese": PORTUGUESE,
    "Italian": "Il cielo è chiaro e non ci sono nuvole, che è anche più caldo della media.",
    "Dutch": "De lucht is helder en het wordt niet warm, maar dat is ook van de wind.",
    "Cyrillic letters": RUSSIAN,
    "Greek": "Ο ουρανός είναι καθαρός.",
    "Hebrew": "השמיים בהירים ויהיה חם.",
    "Arabic letters": "السماء صافية والجو دافئ.",
    "Devanagari letters": "आकाश साफ़ है और दोपहर गर्म होगी।",
    "Thai": "ท้องฟ้าแจ่มใสและอากาศอบอุ่น",
    "Korean": "하늘은 맑고 오후에는 따뜻하겠습니다.",
    "Japanese": JAPANESE,
    "Chinese": "天空晴朗，下午天气会很暖和。",
}


def test_each_language_and_each_script_has_a_text() -> None:
    assert {*WRITTEN} == {each.name for each in (*LANGUAGES, *SCRIPTS)}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_text_of_each(name: str) -> None:
    other = "French" if name == "English" else "English"
    assert other_language(WRITTEN[name], WRITTEN[other]) == (name, other)


def test_no_word_shows_two_languages() -> None:
    words = [word for language in LANGUAGES for word in language.words]
    assert [word for word, count in Counter(words).items() if count > 1] == []


@pytest.mark.parametrize(
    ("old", "new", "expected", "why"),
    [
        (ENGLISH, PORTUGUESE, [f"{OTHER}English → Portuguese"], "by its small words"),
        (PORTUGUESE, ENGLISH, [f"{OTHER}Portuguese → English"], "the other way round"),
        (ENGLISH, RUSSIAN, [f"{OTHER}English → Cyrillic letters"], "by its letters"),
        (TERSE_JAPANESE, JAPANESE, ["the text is reworded"], "notes of few kana are no Chinese"),
        (ENGLISH, CODE, ["another answer"], "no language at all"),
        (ENGLISH, "Turim, Lisboa, Porto.", ["another answer"], "names alone show none"),
    ],
)
def test_an_answer(old: str, new: str, expected: list[str], why: str) -> None:
    assert told(said(old), said(new)) == expected, why


def test_another_question_is_answered_in_its_language() -> None:
    ask = [{"role": "user", "content": "Como está o tempo em Turim?"}]
    assert OTHER not in " ".join(told(said(ENGLISH), said(PORTUGUESE, messages=ask)))
