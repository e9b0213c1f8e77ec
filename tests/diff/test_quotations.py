"""What a report puts in quotation marks stands so in the recording."""

from __future__ import annotations

from tests.diff.drift_cases import answer, exchange, lines, question, recording

OLD = (
    "Many have asked where the old road across the mountains goes. Writers like Anna Berg told of snow in every month, "
    "and much later the traveller Otto Stein drew a map of all its villages."
)
NEW = (
    "Many have asked where the old road across the mountains goes. The merchant Clara Weiss wrote of snow in every "
    "month, and of a map of all its villages."
)


def told(old: str, new: str) -> list[str]:
    both = (recording(exchange(question(), answer(text))) for text in (old, new))
    return [message for _, rule, message in lines(*both) if rule == "text-changed"]


def test_names_from_many_places_are_no_quotation() -> None:
    begun = "Many have asked where the old road across the mountains goes."
    before, after = f'"{begun} Writers like Anna…"', f'"{begun} The merchant Clara…"'
    assert told(OLD, NEW) == [f"another answer: {before} → {after}; Anna Berg, Otto Stein → Clara Weiss"]
    assert told(NEW, OLD) == [f"another answer: {after} → {before}; Clara Weiss → Anna Berg, Otto Stein"]


def test_a_name_alone_is_one() -> None:
    old, new = (f"The road was drawn by {name}, who lived in a village." for name in ("Anna Berg", "Clara Weiss"))
    assert told(old, new) == ['another answer: "Anna Berg" → "Clara Weiss"']
