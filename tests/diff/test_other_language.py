"""The same question answered in another language: that is said, where it is beyond doubt."""

from __future__ import annotations

import pytest

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
