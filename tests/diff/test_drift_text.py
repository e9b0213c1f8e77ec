"""How two texts differ."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import product

import pytest
from drift_cases import CALL, answer, exchange, question, recording, visible
from effort import some
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.diff import compare
from cassette_tools.diff.messages.text_notes import answer_note, prompt_note
from cassette_tools.diff.texts.claims import claims_of
from cassette_tools.diff.texts.text import json_document, similarity, text_change
from cassette_tools.diff.texts.wording import likeness, other_answer

SPACE, FORMAT = "text-whitespace-changed", "json-formatting-changed"
SAME, OTHER, FACTS, THOUGHT = "text-reworded", "text-changed", "text-facts-changed", "reasoning-reworded"

STORY = (
    "Every morning the keeper climbed the lighthouse to polish its great lamp, counted passing fishing boats, wrote their"
    " names into a ledger, and waited for the storm that his grandmother had promised."
)
SAME_STORY = (
    "Each morning the lighthouse keeper climbed up to polish the great lamp, counted the fishing boats that were passing,"
    " wrote all their names into a ledger and waited for the promised storm of his grandmother."
)
OTHER_STORY = (
    "A young baker in the harbour town dreamt of bread that could sing, and when her oven finally hummed one night, the"
    " lighthouse keeper came down the hill, hungry and curious, to hear the melody himself."
)

# Words that nobody speaks: each is content, and none begins as another does.
WORDS = ["".join(letters) + "ik" for letters in product("bdfgklmnprst", "aeiou", "lmnr")]


def speech(*ranges: range) -> str:
    return " ".join(WORDS[number] for each in ranges for number in each)


RULES = (
    ("I have changed main.go so that it greets.", "I have changed util.go so that it greets.", FACTS, "another file"),
    ("Now call getWeather with the city.", "Now call fetchWeather with the city.", FACTS, "another function"),
    ("See src/app/main.ts for the server's code.", "The server's code is in main.ts, see there.", SAME, "one file"),
    ("An iPhone and Node.js will do for that.", "Node.js will do for that, and an iPhone.", SAME, "words"),
    # --- how much is kept of a long text ---
    (speech(range(60)), speech(range(24), range(60, 66)), OTHER, "half as long, and with less than half of it"),
    (speech(range(60)), speech(range(36), range(60, 66)), SAME, "more than half of it is kept"),
    (speech(range(40)), speech(range(19), range(60, 66)), SAME, "less than half, but not half as long"),
    (speech(range(60)), speech(range(28)), SAME, "nothing but a part of it"),
    (speech(range(24)), speech(range(6), range(60, 66)), OTHER, "one is long: half of the words of both are asked for"),
    (speech(range(24)), speech(range(3)), SAME, "a few words may sum up what many say"),
    # --- an excuse ---
    (
        "I'm sorry, but the tool does not know that. The capital of Peru is Lima.",
        "The capital of Peru is Lima.",
        OTHER,
        "an excuse that goes",
    ),
    ("Lima is the capital.", "Lima is the capital. I don't have access to maps.", OTHER, "a refusal that comes"),
    ("I'm sorry, Lima is far.", "I apologize: Lima is far.", SAME, "two ways to beg pardon"),
    # --- nothing, or layout ---
    ("Hello", "Hello", None, "equal"),
    ("Hello\n", "Hello", SPACE, "a line end"),
    ("a b", "a\n\nb", SPACE, "other line ends"),
    ("", " \n", SPACE, "nothing to read on either side"),
    ("", "Hello", "text-appeared", "there was none"),
    ("Hello", "", "text-vanished", "there is none"),
    ('{"a": 1}', '{ "a": 1 }', SPACE, "JSON with other spaces"),
    ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', FORMAT, "the order of keys means nothing"),
    ('{"a": "x y"}', '```json\n{"a": "x y"}\n```', SAME, "who parses it must take the fence off"),
    # --- the same meaning ---
    ("Hi!", "Hello!", SAME, "greetings of one language"),
    ("Oi!", "Olá!", SAME, "greetings of one language"),
    ("Olá!", 'Oi! (Também pode dizer "Olá!")', SAME, "one more greeting"),
    ("こんにちは！", "やあ！", SAME, "greetings, Japanese"),
    ("Hello! How can I help you today?", "Hi there! What can I assist you with?", SAME, "courtesy"),
    ("It is 40 C.", "It's 40°C!", SAME, "a unit in two spellings"),
    ("It is 40 degrees Celsius.", "It is 40 °C.", SAME, "a unit in words"),
    ("It is 40 °C in Turin.", "It is 104 °F in Turin.", SAME, "one temperature on two scales"),
    ("It is 40 °C.", "It is 40 °C (104 °F).", SAME, "the other scale beside it"),
    ("The file has 2.5KB.", "The file has 2574 bytes.", SAME, "a size, rounded"),
    ("Take 90 minutes, 5 percent", "90 min and 5 % it takes", SAME, "units in words, another order"),
    ("It is 1,250 m away", "It is 1250 m away", SAME, "a comma between thousands"),
    ("The total is $3.50.", "The total is $3.5.", SAME, "a zero that says nothing"),
    ("The fund has $3 million.", "The fund has $3M.", SAME, "a sum written out"),
    ("Die Strecke ist 3,5 km lang.", "Die Strecke ist 3.5 km lang.", SAME, "a decimal comma"),
    ("On May 4, 2031 it opens.", "It opens on 4 May 2031.", SAME, "a date in two orders"),
    ("It opens on 2031-05-04.", "It opens on May 4th, 2031.", SAME, "a date as ISO 8601 has it"),
    ("Abre em 4 de maio de 2031.", "Abre em 2031-05-04.", SAME, "a date in Portuguese"),
    ("1. one\n2. two", "- one\n- two", SAME, "numbers of a list"),
    ("**1.** one\n**2.** two", "1) one\n2) two", SAME, "numbers of a list, bold"),
    ("Mix flour and water.", "### Step 1: Mix\nMix flour and water.", SAME, "the number of a step"),
    ("## Bake bread\nMix flour.", "## Bake bread in 5 Steps\nMix flour.", SAME, "a count in a heading"),
    ("Rye is a grass [1][2].", "Rye is a grass [3].", SAME, "marks of sources, which are compared by themselves"),
    ("Found main.go and go.mod here.", "Found `go.mod`, `main.go` here.", SAME, "back-ticks around words that were there"),
    ("Found main.go here.", "Found `/tmp/run-x/main.go` here.", SAME, "a file with its folder"),
    ("Use:\n```\nmake all\n```", "Use:\n```sh\nmake all\n```", SAME, "the language of a fence"),
    ("Use `make all`.", "Use:\n```sh\nmake all\n```", SAME, "a fence for back-ticks"),
    ("See https://a.example/x/", "See [this page](https://a.example/x?utm_source=bot).", SAME, "a link, and who led there"),
    ("I'll look at that for you.", "Let me look at that.", SAME, "the same promise"),
    ("The capital of Peru is Lima.", "Lima is the capital of Peru.", SAME, "another order of words"),
    ("It is done.", "**It is done.**", SAME, "bold"),
    ("Yes.", "Yes", SAME, "a full stop"),
    ("no", "No", SAME, "a capital"),
    ("The sum is 7 and the product 12.", "Results:\n- Sum: 7\n- Product: 12", SAME, "a list for a sentence"),
    ("I cannot open the file.", "I can't open that file, sorry.", SAME, "two ways to deny"),
    ("Die Katze schläft auf dem Sofa.", "Auf dem Sofa schläft die Katze.", SAME, "German: nouns are no names"),
    ("東京の天気は晴れです。", "東京の天気は、晴れです！", SAME, "Japanese: other marks"),
    ("<think>It is 7, I guess.</think>\nSeven", "<think>Let me count 3 + 4.</think>\nSeven", THOUGHT, "thinking aloud is noise"),
    ("It is 7, I guess.</think>\nSeven", "Let me count 3 + 4.</think>\nSeven", THOUGHT, "the tag that opens is in the prompt"),
    ("<thinking>It is 7.</thinking>\nSeven", "<thinking>3 + 4.</thinking>\nSeven", THOUGHT, "another tag"),
    ("Hm, 7.</think>\nSeven", "Hm, 8.</think>\nEight", OTHER, "the answer behind the thinking is compared"),
    ('Hm.</think>\n{"a": 1}', 'Oh.</think>\n{"a": 2}', FACTS, "and is JSON where it is that"),
    ('Hm.</think>\n{"a": 1}', 'Oh.</think>\n{ "a": 1}', SPACE, "spaces in the JSON behind it"),
    ("https://x.example/a openid https://x.example/b", "openid https://x.example/b https://x.example/a", FORMAT, "a set has no order"),
    ("Seen: 3,4", 'Seen: {"one": 3, "two": 4}', SAME, "a comma between two numbers"),
    ("Used for <MY_API_KEY>ing.", "Used for testing.", SAME, "a placeholder of a filter"),
    ("- Sum: 12\n- State: done", "The sum is 12. It is done.", SAME, "what a list says, in a sentence"),
    ('{"why": "Adding three and four gives seven."}', '{"why": "Adding three and four gives us seven."}', SAME, "a sentence in JSON"),
    (STORY, SAME_STORY, SAME, "a long text in other words"),
    # --- facts ---
    ("- Now: 40 C", "- Now: 40 C\n- Sky: sunny, light wind", FACTS, "a line of a list says more"),
    ("It rolled [1, 2, 3].", "It rolled [1, 2].", FACTS, "a series with a number less"),
    ("a wind of 9 km/h", "a wind of 9 km", FACTS, "another unit"),
    ("It is 40 C.", "It is 41 C.", FACTS, "another number"),
    ("It is 40 C.", "It is 40 F.", FACTS, "another scale, the same number"),
    ("It is 40 °C.", "It is 110 °F.", FACTS, "another scale, and not the same"),
    ("The file has 2.5KB.", "The file has 9000 bytes.", FACTS, "another size"),
    ("The new one is 2.5x as fast.", "The new one is 3.5x as fast.", FACTS, "a factor, whole"),
    ("It costs $100.", "It costs $100M.", FACTS, "a million times as much"),
    ("気温は40度です。", "気温は41度です。", FACTS, "a number between words without spaces"),
    ("See https://a.example/x.", "See https://a.example/y.", FACTS, "another address"),
    ("Use `sort()`", "Use `sorted()`", FACTS, "other code"),
    ("```py\na = b\n```", "```py\na = c\n```", FACTS, "other code in a fence"),
    ("I called get_weather", "I called get_time", FACTS, "an exact name"),
    ("It opens on May 4, 2031.", "It opens on May 5, 2031.", FACTS, "another day"),
    ('{"a": 1}', '{"a": 2}', FACTS, "another value"),
    ('{"name": "Ann Lee"}', '{"name": "Mia Roe"}', FACTS, "a name in JSON is a value"),
    ('{"why": "The file is there and readable."}', '{"why": "The train left at noon without us."}', FACTS, "another sentence in JSON"),
    ("```\nmodule a.example/b\n\ngo 1.23\n```\nNo dependencies.", "Module `a.example/b`, Go 1.23, no dependencies.", SAME, "a file told in a sentence"),
    ("```\nmodule a.example/b\n\ngo 1.23\n```\nNo dependencies.", "The module is a.example/b, it targets Go 1.23; no dependencies.", SAME, "with words between its words"),
    ("```\nmodule a.example/b\n\ngo 1.23\n```\nNo dependencies.", "Module `a.example/b`, Go 1.24, no dependencies.", FACTS, "told with another version"),
    ("Run `go test -v ./...` now.", "Run `go test ./... -v` now.", FACTS, "code in another order"),
    ("It is 40°C in Rome. Stay out of the heat: a heat advisory is out.", "In Rome it is 40°C. Stay inside, no outdoor sport or outdoor plans.", SAME, "advice in other words to the same figure"),
    # --- another answer ---
    ("Good morning", "Hello there", OTHER, "not every greeting is said at any time"),
    ("Hello!", "Olá!", OTHER, "another language"),
    ("positive", "negative", OTHER, "another label"),
    ("The sentiment is positive.", "The sentiment is negative.", OTHER, "another label in a sentence"),
    ("O sentimento é positivo.", "O sentimento é negativo.", OTHER, "the same in Portuguese"),
    ("Yes", "No", OTHER, "the contrary"),
    ("Yes, the shop is open.", "No, the shop is open on Monday.", OTHER, "the contrary at the beginning"),
    ("はい、開いています。", "いいえ、開いていません。", OTHER, "the contrary in Japanese"),
    (" a city that is", " the city of Paris", OTHER, "a completion that goes on otherwise"),
    ("A small picture of a green frog. The frog sits in front of a pink wall.", "A small picture of a green ghost. The ghost floats in front of a pink wall.", OTHER, "another thing is seen"),
    ("Paris", "Lyon", OTHER, "another name, alone"),
    ("The capital is Paris.", "The capital is Lyon.", OTHER, "another name"),
    ("A capital é Lisboa.", "A capital é Madri.", OTHER, "another name in Portuguese"),
    ("Столица страны — Москва.", "Столица страны — Казань.", OTHER, "another name in Russian"),
    ("首都はパリです。", "首都はリヨンです。", OTHER, "another name in Japanese"),
    ("The animal is a cat.", "The animal is a dog.", OTHER, "another noun"),
    ("I suggest reading Blue Harbour by Ida Moss.", "I suggest reading Grey Mountain by Tom Reed.", OTHER, "another book"),
    ('The password is "mellow".', 'The password is "bright".', OTHER, "another quoted term"),
    ("The winner is **team red oak**.", "The winner is **team tall pine**.", OTHER, "another bold term"),
    ("I can open the file.", "I cannot open the file.", OTHER, "a negation"),
    ("You may refund the order.", "You may not refund the order.", OTHER, "a negation"),
    ("Você pode abrir o arquivo.", "Você não pode abrir o arquivo.", OTHER, "a negation in Portuguese"),
    ("Du kannst die Datei öffnen.", "Du kannst die Datei nicht öffnen.", OTHER, "a negation in German"),
    ("Ты можешь открыть файл.", "Ты не можешь открыть файл.", OTHER, "a negation in Russian"),
    ("ファイルを開くことができます。", "ファイルを開くことができません。", OTHER, "a negation in Japanese"),
    ("Sure, tell me your city and I will look up the weather.", "I do not have live data; please check a weather website.", OTHER, "an offer became a refusal"),
    ("Why did the cat sit down? To watch the mouse.", "What do clouds wear? Thunderwear.", OTHER, "another joke"),
    ("The image shows two tall rectangles, one bright red and one green.", "Squares.", OTHER, "hardly a word is left"),
    (STORY, OTHER_STORY, OTHER, "another story with words of the first"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rule", "why"), RULES)
def test_the_rule_of_a_difference(old: str, new: str, rule: str | None, why: str) -> None:
    change = text_change(old, new)
    assert (change and change.rule) == rule, why


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ("It costs $100 or $300.", "It costs $300M or $100M.", (("$100", "$300"), ("$100M", "$300M"))),
        ("It takes 5 min at 20 C.", "At 21 C it takes 5 min.", (("20 °C",), ("21 °C",))),
        ("Go on June 3, 2031.", "Go on June 4, 2031.", (("June 3, 2031",), ("June 4, 2031",))),
    ],
)
def test_what_replaces_what(old: str, new: str, facts: object) -> None:
    change = text_change(old, new)
    assert change is not None
    assert change.facts == facts


def test_facts_in_the_order_of_their_kinds() -> None:
    text = "In 2 parts, see https://a.example/b, run `x -y` on gpt-9 at 25 °C (3.5 % off)."
    assert claims_of(text).shown == ("x -y", "https://a.example/b", "gpt-9", "2", "25 °C", "3.5 %")


@pytest.mark.parametrize(
    ("old", "new", "asked", "rule", "why"),
    [
        ("5 + 3 = 8", "It is 8", ("What is 5 + 3?",) * 2, SAME, "what was given is no news"),
        ("5 + 3 = 8", "It is 9", ("What is 5 + 3?",) * 2, FACTS, "what was not given is"),
        ("3", "5", ("Which is greater, 3 or 5?",) * 2, FACTS, "a choice among what was given is an answer"),
        ("Sum of `a.txt`: 8", "Sum of `b.txt`: 8", ("Add up `a.txt`", "Add up `b.txt`"), SAME, "the question changed"),
        ("The country is France.", "The country is France.", ("Where?", "In which country?"), None, "the same answer"),
        ("France: Paris", "France: Lyon", ("France: which city?",) * 2, OTHER, "only what the question has not counts"),
    ],
)
def test_what_the_user_said(old: str, new: str, asked: tuple[str, str], rule: str | None, why: str) -> None:
    change = text_change(old, new, asked)
    assert (change and change.rule) == rule, why


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("The capital is Paris.", "The capital is Lyon.", "Paris", "Lyon"),
        ("The sentiment is positive.", "The sentiment is negative.", "positive", "negative"),
        ("Yes.", "No.", "yes", "no"),
        ("I can go. Bye.", "I cannot go. Bye.", "I can go.", "I cannot go."),
    ],
)
def test_why_it_is_another_answer(old: str, new: str, gone: str, come: str) -> None:
    there, back = other_answer(old, new), other_answer(new, old)
    assert there is not None
    assert back is not None
    assert (there.old, there.new) == (gone, come)
    assert (back.old, back.new) == (come, gone)


def test_another_answer_is_told_by_sentences_and_not_by_words() -> None:
    old = "The first part holds. The switch is always closed at night. The rest of it is as it was before that."
    change = text_change(old, old.replace("always", "never"))
    assert change is not None
    assert answer_note(change, old, old.replace("always", "never")) == (
        '"The switch is always closed at night." → "The switch is never closed at night."'
    )


@pytest.mark.parametrize(
    ("edit", "note"),
    [
        (lambda lines: [*lines[:5], *lines[6:]], "1 line removed (of 20)"),
        (
            lambda lines: [*lines[:5], "One more rule, which is new, and too long for a sentence.", *lines[5:]],
            "1 line added (of 21)",
        ),
        (
            lambda lines: [*lines[:5], f"{lines[5]} And here is what you have to do with it.", *lines[6:]],
            "1 of 20 lines",
        ),
        (lambda lines: [*lines[:5], "", *lines[5:]], "only whitespace, 1 line added (of 21)"),
        (
            lambda lines: [*lines[:5], lines[5].replace("never", "always"), *lines[6:]],
            '"…number 5, which never ends before noon…" → "…number 5, which always ends before noon…" (99% alike)',
        ),
    ],
    ids=["a line went", "a line came", "a line grew", "a blank line", "a word, which a sentence can show"],
)
def test_a_long_prompt_is_told_by_its_lines(edit: Callable[[list[str]], list[str]], note: str) -> None:
    lines = [
        f"This is rule number {number}, which never ends before noon or {number * 7} minutes." for number in range(20)
    ]
    old, new = "\n".join(lines), "\n".join(edit(lines))
    change = text_change(old, new)
    assert change is not None
    assert prompt_note(change, old, new) == note


def test_documents_in_text() -> None:
    assert json_document('```json\n{"a": [1]}\n```') == {"a": [1]}
    assert json_document("[1, 2]") == [1, 2]
    assert json_document("{not json}") is None
    assert json_document("12") is None


# Words, numbers, marks and negations, as models write them: random letters seldom meet the tables.
PIECES = st.sampled_from(
    [
        "yes",
        "no",
        "not",
        "I",
        "can",
        "cannot",
        "Paris",
        "Lyon",
        "the",
        "is",
        "40",
        "C",
        "°F",
        "$3M",
        "`x`",
        "**b**",
        "#",
        "1.",
        "\n",
        ".",
        ",",
        "?",
        '"q"',
        "não",
        "ません",
        "度",
        "<think>",
        "</think>",
        "https://a.example/b",
        "2031-05-04",
        "May",
        "4,",
        "2031",
        "{",
        "}",
        "positive",
        "negative",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=12).map(" ".join))


@given(TEXTS, TEXTS)
def test_never_raises_and_mirrors(old: str, new: str) -> None:
    mirror = {"text-appeared": "text-vanished", "text-vanished": "text-appeared"}
    there, back = text_change(old, new), text_change(new, old)
    if there is None:
        assert back is None
    else:
        assert back is not None
        assert (mirror.get(back.rule, back.rule), back.similarity) == (there.rule, there.similarity)
        assert {*there.facts[0]} == {*back.facts[1]}
    assert 0.0 <= similarity(old, new) <= 1.0
    assert 0.0 <= likeness(old, new) <= 1.0


@pytest.mark.parametrize(
    "piece", ["a", "A ", '"', "**", "# 1", "1,", "```\n", "[", "January ", "-", "$", "not ", "<think>"]
)
def test_no_text_takes_long(piece: str) -> None:
    """A pattern that tries every cut of a long run would need hours for these."""
    started = time.perf_counter()
    length = some(20_000)
    text_change(piece * length, piece.swapcase() * (length - 1) + "x")
    assert time.perf_counter() - started < length / 2000


# --- levels ----------------------------------------------------------------------------------------------------------

TEXT = "interactions[0].response.output_messages[0].text"


def once(first: object, second: object) -> tuple[object, object]:
    return recording(exchange(question(), first)), recording(exchange(question(), second))


OTHER_CALL = {**CALL, "function": {**CALL["function"], "arguments": '{"city": "Rome", "days": 2}'}}


@pytest.mark.parametrize(
    ("old", "new", "level", "rule", "why"),
    [
        (answer(calls=[CALL]), answer("I look.", [CALL]), "behavior", "text-appeared", "the tool is called all the same"),
        (answer("I look.", [CALL]), answer(calls=[CALL]), "behavior", "text-vanished", "the tool is called all the same"),
        (answer(calls=[CALL]), answer("I look.", [OTHER_CALL]), "behavior", "text-appeared", "with other arguments"),
        (answer("I look.", [CALL]), answer("Rome it is: 40 C!", [CALL]), "cosmetic", "text-reworded", "a courtesy, whatever it says"),
        (answer(None, finish="stop"), answer("It is warm."), "behavior", "text-appeared", "an empty text was read before as well"),
        (answer("It is warm."), answer(None, finish="stop"), "breaking", "text-vanished", "there is no call"),
        (answer("It is warm."), answer("It is cold."), "behavior", "text-changed", "another answer"),
        (answer("It is warm."), answer("Warm, it is."), "cosmetic", "text-reworded", "the same answer"),
    ],
)  # fmt: skip
def test_levels_of_an_answer(old: object, new: object, level: str, rule: str, why: str) -> None:
    assert [each for each in visible(*once(old, new)) if each[2] == TEXT] == [(level, rule, TEXT)], why


def test_words_before_a_call_name_the_call() -> None:
    report = compare(*once(answer(calls=[CALL]), answer("I look.", [CALL])))
    assert [each.message for each in report.findings] == ['there is now text before the call to get_weather: "I look."']


@pytest.mark.parametrize(
    ("role", "text", "level", "rule"),
    [
        ("system", "You answer briefly.\n", "cosmetic", "system-prompt-changed"),
        ("system", "You answer at length.", "behavior", "system-prompt-changed"),
        ("user", "How warm is it in Turin?\n\n", "cosmetic", "prompt-changed"),
        ("user", "How warm is it  in Turin?", "cosmetic", "prompt-changed"),
        ("user", "How cold is it in Turin?", "behavior", "prompt-changed"),
    ],
)
def test_levels_of_a_prompt(role: str, text: str, level: str, rule: str) -> None:
    asked = question()
    messages = [{**each, "content": text} if each["role"] == role else each for each in asked["messages"]]
    old = recording(exchange(asked, answer("Warm.")))
    new = recording(exchange({**asked, "messages": messages}, answer("Warm.")))
    assert [each[:2] for each in visible(old, new)] == [(level, rule)]


def usage(given: int, made: int, cached: int = 0) -> dict[str, object]:
    return {
        "usage": {
            "prompt_tokens": given,
            "completion_tokens": made,
            "total_tokens": given + made,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
    }


LONG = (
    "It is warm today, and it will be warm tomorrow and on the day after; take a hat with you, and do not forget water."
)


@pytest.mark.parametrize(
    ("old", "new", "level", "why"),
    [
        (("Warm.", 50, 30), ("Warm.", 50, 45), None, "a few tokens"),
        (("Warm.", 5000, 30), ("Warm.", 5400, 30), None, "a tenth at most"),
        (("Warm.", 50, 30), ("Warm.", 80, 30), "behavior", "the same request is counted otherwise"),
        (("Warm.", 50, 30), ("Warm.", 150, 30), "behavior", "the same request takes three times the tokens"),
        (("Warm.", 50, 30), ("Warm.", 50, 130), "behavior", "the same answer takes four times the tokens"),
        (
            ("Warm.", 50, 60),
            ("Warm.", 50, 130),
            None,
            "more tokens than words: it thought, uncounted, and now longer",
        ),
        ((LONG, 50, 30), (LONG, 50, 52), "behavior", "the same words are counted otherwise"),
        (("Warm.", 50, 30), (LONG, 50, 90), None, "a longer answer takes more tokens"),
        ((LONG, 50, 90), ("Warm.", 50, 30), None, "and the way back"),
        (("Warm.", 50, 30), (LONG, 50, 900), None, "however many: another text is told"),
        (("Warm.", 50, 30), (LONG, 150, 30), "behavior", "an answer explains no question"),
        (("Warm.", 5000, 30, 50), ("Warm.", 5000, 30, 4900), None, "what a cache held"),
    ],
)
def test_levels_of_token_counts(old: tuple, new: tuple, level: str | None, why: str) -> None:
    sides = [recording(exchange(question(), {**answer(text), **usage(*counts)})) for text, *counts in (old, new)]
    found = [each[0] for each in visible(*sides) if each[1] == "usage-changed"]
    assert found == ([level] if level else []), why


@pytest.mark.parametrize(
    ("text", "counts", "level", "why"),
    [
        ("How warm is it in Turin, and in all the other towns of Piedmont, this very day?", (90, 30), None, "a longer prompt takes more tokens"),
        ("How warm?", (90, 30), "behavior", "a shorter prompt does not"),
        ("How warm is it in Turin now?", (120, 30), "behavior", "four characters are no seventy tokens"),
    ],
)  # fmt: skip
def test_levels_of_the_tokens_of_a_prompt(text: str, counts: tuple[int, int], level: str, why: str) -> None:
    asked = question()
    messages = [{**each, "content": text} if each["role"] == "user" else each for each in asked["messages"]]
    old = recording(exchange(asked, {**answer("Warm."), **usage(50, 30)}))
    new = recording(exchange({**asked, "messages": messages}, {**answer("Warm."), **usage(*counts)}))
    for sides in ((old, new), (new, old)):
        assert [each[0] for each in visible(*sides) if each[1] == "usage-changed"] == ([level] if level else []), why


@pytest.mark.parametrize(
    ("old", "new", "text", "found", "why"),
    [
        ((30, 0), (94, 64), "Warm.", [], "it thinks now, as it does elsewhere in both recordings: chance"),
        ((30, None), (94, 64), "Warm.", [], "a count that is left out is 0"),
        ((430, 400), (330, 300), "Warm.", [], "thinking takes as long as it likes"),
        ((30, 0), (64, 34), "Warm.", [], "a few tokens are no thinking that begins"),
        ((188, 158), (942, 912), "Warm.", [("behavior", "reasoning 158 → 912 (×5.77)")], "but not six times as long"),
        ((188, 158), (942, 912), "It is warm.", [], "unless the answer is another one"),
        ((188, 158), (1888, 1858), "It is warm.", [("behavior", "reasoning 158 → 1858 (×11.8)")], "ten times is told all the same"),
    ],
)  # fmt: skip
def test_levels_of_thinking(old: tuple, new: tuple, text: str, found: list, why: str) -> None:
    def thought(text: str, made: int, reasoning: int | None) -> object:
        counts = usage(50, made)["usage"]
        details = {} if reasoning is None else {"completion_tokens_details": {"reasoning_tokens": reasoning}}
        return exchange(question(), {**answer(text), "usage": {**counts, **details}})

    other = thought("Warm.", 94, 64), thought("Warm.", 94, 64)  # a call that has the count in both
    report = compare(recording(thought("Warm.", *old), other[0]), recording(thought(text, *new), other[1]))
    told = [each for each in report.findings if each.level != "noise" and each.rule.startswith("usage-")]
    assert [(each.level, each.message.partition(": ")[2]) for each in told] == found, why


@pytest.mark.parametrize(
    ("old", "new", "settings", "found", "why"),
    [
        ([0], [64], {}, ["reasoning 0 → 64"], "the only call"),
        ([64, 0], [0, 0], {}, ["reasoning 64 → 0"], "nothing thinks any more in the whole recording"),
        ([64, 448, 0], [0, 704, 0], {}, [], "it thinks elsewhere as it did: chance"),
        ([64, 448, 0], [0, 704, 0], {"reasoning_effort": "low"}, ["reasoning 64 → 0"], "less thinking was asked for"),
        ([64, 128, 192], [0, 0, 192], {}, ["reasoning 64 → 0, 128 → 0"], "most calls think no more"),
        ([64, 0, 192], [0, 64, 192], {}, [], "one here for one there"),
    ],
)
def test_thinking_that_begins_or_ends(old: list[int], new: list[int], settings: dict, found: list, why: str) -> None:
    def thinking(counts: list[int], **settings: object) -> object:
        asked = [question(top_p=0.1 * number, **settings) for number in range(len(counts))]
        details = [{"completion_tokens_details": {"reasoning_tokens": count}} for count in counts]
        said = [
            {**answer("Warm."), "usage": {**usage(50, 30 + n)["usage"], **d}}
            for n, d in zip(counts, details, strict=True)
        ]
        return recording(*map(exchange, asked, said))

    sides = thinking(old), thinking(new, **settings)
    for report, turned in ((compare(*sides), False), (compare(*sides[::-1]), True)):
        told = [each for each in report.findings if each.level != "noise" and each.rule == "usage-changed"]
        words = [each.message.partition(": ")[2] for each in told]
        assert [re.sub(r"(\d+) → (\d+)", r"\2 → \1", each) if turned else each for each in words] == found, why


def test_the_cache_is_told_where_it_is_what_was_asked_for() -> None:
    def cached(count: int, **settings: object) -> object:
        return recording(exchange(question(**settings), {**answer("Warm."), **usage(500, 30, count)}))

    asked = compare(cached(0), cached(400, prompt_cache_retention="24h"))
    told = [each.message for each in asked.findings if each.rule == "usage-changed" and each.level == "behavior"]
    assert told == ["token counts changed: cache read 0 → 400"]
    assert visible(cached(0), cached(400)) == []


def test_a_provider_that_keeps_the_thinking_counts_it_in_the_next_prompt() -> None:
    def two_calls(made: int, given: int) -> object:
        first = exchange(question(), {**answer("Warm."), **usage(50, made)})
        return recording(first, exchange(question(top_p=0.5), {**answer("Warm."), **usage(given, 30)}))

    found = visible(two_calls(100, 150), two_calls(200, 250))
    assert found == []  # the first call thought longer, uncounted


@pytest.mark.parametrize(
    ("counts", "cost", "level", "why"),
    [
        ((50, 30), 0.0021, None, "a tenth at most"),
        ((50, 30), 0.0026, None, "another price, not much"),
        ((50, 30), 0.0009, "behavior", "half the price for the same tokens"),
        ((50, 45), 0.0029, None, "a few tokens more, and what they cost"),
    ],
)
def test_levels_of_costs(counts: tuple[int, int], cost: float, level: str | None, why: str) -> None:
    def billed(counts: tuple[int, int], cost: float) -> object:
        said = {**answer("Warm."), **usage(*counts)}
        said["usage"] = {**said["usage"], "cost": cost}
        return recording(exchange(question(), said))

    found = [each[:2] for each in visible(billed((50, 30), 0.002), billed(counts, cost))]
    assert found == ([(level, "cost-changed")] if level else []), why


@pytest.mark.parametrize(
    ("old", "new", "level", "why"),
    [
        (((50, 30), 0.00002, "A"), ((50, 30), 0.00004, "B"), "cosmetic", "the gateway chose another upstream"),
        (((50, 30), 0.00002, "A"), ((50, 33), 0.00004, "A"), "cosmetic", "other tokens: nobody knows what each costs"),
        (((50, 30), 0.00002, "A"), ((50, 30), 0.00004, "A"), "behavior", "the price list of one upstream"),
        (((50, 30), 0.0002, "A"), ((50, 30), 0.0004, "B"), "behavior", "what a bill shows"),
    ],
)
def test_less_than_a_hundredth_of_a_cent(old: tuple, new: tuple, level: str, why: str) -> None:
    def billed(counts: tuple[int, int], cost: float, upstream: str) -> object:
        said = {**answer("Warm."), **usage(*counts), "provider": upstream}
        said["usage"] = {**said["usage"], "cost": cost}
        return recording(exchange(question(), said, url="https://openrouter.ai/api/v1/chat/completions"))

    found = {each.rule: each.level for each in compare(billed(*old), billed(*new)).findings}
    assert found["cost-changed"] == level, why


def test_a_failure_that_became_a_success_breaks_nobody() -> None:
    error = {"error": {"message": "bad key", "type": "auth", "code": "auth"}}
    failed = recording(exchange(question(), error, status=401))
    succeeded = recording(exchange(question(), answer("Warm.")))
    path = "interactions[0].response.status_code"
    assert visible(failed, succeeded) == [("behavior", "status-class-changed", path)]
    assert visible(succeeded, failed) == [("breaking", "status-class-changed", path)]


AMOUNTS = ("usage-changed", "cost-changed")


def billed_call(given: int, made: int, thought: int | None, cost: float, **settings: object) -> dict:
    counts = {**usage(given, made)["usage"], "cost": cost}
    if thought is not None:
        counts["completion_tokens_details"] = {"reasoning_tokens": thought}
    return exchange(question(**settings), {**answer("Warm."), "usage": counts})


@pytest.mark.parametrize(
    ("old", "new", "told", "why"),
    [
        ((65, 58, 42, 0.000826), (28, 103, 94, 0.001292), ["input 65 → 28 (×0.431)"], "dearer by what it thought"),
        (
            (65, 100, 84, 0.00133),
            (28, 82, 73, 0.00104),
            ["input 65 → 28 (×0.431); the cost changed: $0.00133 → $0.00104 (×0.782)"],
            "both fell",
        ),
        ((192, 60, 53, 0.0001), (192, 61, None, 0.0001), [], "as many tokens, of which none are called thinking now"),
    ],
)
def test_a_cost_is_told_with_the_tokens_that_it_follows(old: tuple, new: tuple, told: list, why: str) -> None:
    found = compare(*(recording(billed_call(*side)) for side in (old, new))).findings
    words = [each.message.partition(": ")[2] for each in found if each.level == "behavior" and each.rule in AMOUNTS]
    assert words == told, why


def test_what_a_later_answer_takes_explains_no_earlier_input() -> None:
    def two(first: int, second: int) -> object:
        later = billed_call(50, second, None, 0.001, top_p=0.5)
        return recording(billed_call(first, 30, None, 0.001), later)

    found = compare(two(65, 65), two(28, 28)).findings
    assert "token counts changed: input 65 → 28 (×0.431)" in [
        each.message for each in found if each.level == "behavior"
    ]


@pytest.mark.parametrize(
    ("said", "asked", "is_same", "why"),
    [
        ("Saved to a.txt", "Download it and save it to a.txt", True, "what was asked for, as done"),
        ("Downloaded and saved to a.txt.", "Download it and save it to a.txt", True, "both deeds"),
        ("Saved to b.txt", "Download it and save it to a.txt", False, "another file"),
        ("Not saved to a.txt", "Save it to a.txt", False, "it is not done"),
        ("Pending", "Is it done or pending?", False, "a choice"),
        ("Deleted a.txt", "Save it to a.txt", False, "another deed"),
    ],
)
def test_done_says_what_was_asked_for(said: str, asked: str, is_same: bool, why: str) -> None:
    for sides in (("Done.", said), (said, "Done.")):
        change = text_change(*sides, (asked, asked))
        assert (change is not None and change.rule == SAME) is is_same, why


@pytest.mark.parametrize(
    ("later", "told", "why"),
    [
        ((310, 198), "token counts changed in 2 calls: input ×0.637…0.639 (511 → 326 in total)", "the same once more"),
        ((310, 230), "token counts changed in 2 calls: input ×0.637…0.742 (511 → 358 in total)", "about as much"),
        ((310, 305), "token counts changed: input 201 → 128 (×0.637)", "only the first"),
    ],
)
def test_an_input_that_is_counted_otherwise_is_told_of_every_call(later: tuple, told: str, why: str) -> None:
    def two(first: int, second: int, said: str) -> object:
        history = {"role": "assistant", "content": said}, {"role": "user", "content": "And tomorrow?"}
        then = exchange(question(*history), {**answer("Warm."), **usage(second, 30)})
        return recording(exchange(question(), {**answer(said), **usage(first, 30)}), then)

    found = compare(two(201, later[0], "It is warm, I am told."), two(128, later[1], "It is warm.")).findings
    assert [each.message for each in found if each.rule == "usage-changed" and each.level == "behavior"] == [told], why
