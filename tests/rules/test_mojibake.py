"""Damaged text is found and repaired; real text of any language is left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cassette_tools.data.encodings import CODE_PAGES, COMMON, WIDE_PAGES, CodePage
from cassette_tools.model import Body, Interaction, LLMCall, Request, Response
from cassette_tools.rules import RULES
from cassette_tools.rules._mojibake import damage_in

REAL = {
    "Portuguese": "Olá, a programação não é difícil: são três opções. “Amanhã…” AMANHÃ… À É»",
    "French": "L’été dernier, Noël à la plage… «CAFÉ» CAFÉ” où ça ? Ça va ! ÉTÉ» naïve",
    "German": "Über die Straße gehen größere Äpfel: „Ä“, ÄÖÜ, GRÖßE, Öl®, Ü™",
    "Spanish": "¿Qué? ¡Mañana! El niño comió piñón. ESPAÑA® ÁRBOL",
    "Polish": "Zażółć gęślą jaźń. ŁÓDŹ, RÓŻA, ŻÓŁW, PÓŁ, część",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. MŮŽE, ŘÍŠE, VÝŠKA, ČÁST",
    "Hungarian": "Árvíztűrő tükörfúrógép. ŐSZ, ŰR",
    "Turkish": "Şu köşe yaz köşesi; IĞDIR, ŞİŞLİ, çağ",
    "Lithuanian": "Įlinkdama fechtuotojo špaga sublykčiojusi pragręžė apvalų arbūzą. ŪŽESYS",
    "Vietnamese": "Xin chào, tôi là người Việt Nam. TIẾNG VIỆT, ĐƯỜNG, CÂU",
    "Russian": "Съешь же ещё этих мягких французских булок. РЁБРА, группа «В», Рё",
    "Ukrainian": "Її їжа — це ґудзик. Ні, Рівне, ЇЖАК, сім’я",
    "Serbian": "Љубав и Његош, Џеп, ћирилица. ЂОРЂЕ",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. «ΟΧΙ», Ήλιος, ΑΎΡΙΟ",
    "Hebrew": "שלום עולם, מה נשמע? ״טוב״",
    "Arabic": "مرحبا بالعالم، كيف حالك؟",
    "Persian": "سلام دنیا، چطوری؟ می‌روم",
    "Hindi": "नमस्ते दुनिया, आप कैसे हैं?",
    "Thai": "สวัสดีชาวโลก รก โลก ขอบคุณครับ API ของเรา ก่อน รก",
    "Georgian": "გამარჯობა მსოფლიო",
    "Chinese": "你好，世界。今天天气很好！“谢谢”——《联通》",
    "Japanese": "こんにちは世界。ﾊﾝｶｸｶﾅ、「カタカナ」もあります。縺れる",
    "Korean": "안녕하세요, 세계! ‘감사합니다’",
    "signs": "→ ✓ • … — “quoted” ‘so’ 20 °C ±5 µm © 2026 ™ ® ½ €5 £3 ¥2 §4 №7 ﬁ",
    "emoji": "👋🏽 hi 👨‍👩‍👧‍👦 🇵🇹 ☀️🔥 ❤️",
    "drawings": "┌──┬──┐\n│ é│ ñ│\n├──┼──┤\n└──┴──┘ █▓▒░ ─┐ ├┤ ╔═╗",
    "mathematics": "∀x∈ℝ: x²≥0, ∑ᵢ αᵢ·βᵢ ≤ ½, Ä≠Å, ΔT",
    "phonetics": "/ˈɛɡzɑːmpəl/ ŋ ɔ ʃ",
}  # fmt: skip


CALL = LLMCall(provider_name="openai", dialect="openai.chat", operation_name="chat")
PICTURE = "".join(f"\x89P\x1a\ufffd\x00{number}XâV\ufffd\x01 naÃ¯ve" for number in range(20))


def damaged(text: str, page: CodePage) -> str:
    """`text` as a program shows it that takes its UTF-8 for `page`, and keeps bytes that the page does not define."""
    shown = []
    for byte in text.encode():
        character = chr(byte) if byte < 0x80 else page.upper[byte - 0x80]
        shown.append(chr(byte) if character == "\ufffd" else character)
    return "".join(shown)


def repaired(text: str) -> str:
    for damage in reversed(damage_in(text)):
        text = text[: damage.start] + damage.repaired + text[damage.end :]
    return text


@pytest.mark.parametrize("page", CODE_PAGES, ids=lambda page: page.name)
def test_a_page_is_that_of_pythons_codec(page: CodePage) -> None:
    assert page.upper == bytes(range(0x80, 0x100)).decode(page.name, "replace")
    assert page.title.endswith(")")
    assert page.reason


def test_the_other_tables_are_honest() -> None:
    assert all(first <= last and reason for first, last, reason in COMMON)
    assert all(
        "，。“…".encode().decode(page.name, "ignore") and page.reason and page.title.endswith(")")
        for page in WIDE_PAGES
    )


@pytest.mark.parametrize("language", REAL)
def test_real_text_is_left_alone(language: str) -> None:
    assert damage_in(REAL[language]) == ()
    assert damage_in(json.dumps({"text": REAL[language]})) == ()


@given(
    st.lists(st.sampled_from(sorted({word for text in REAL.values() for word in text.split()})), max_size=30).map(
        " ".join
    )
)
def test_real_words_of_many_languages_together_are_left_alone(text: str) -> None:
    assert damage_in(text) == ()


@given(st.text(max_size=60))
def test_any_text_is_bearable_and_places_are_right(text: str) -> None:
    for damage in damage_in(text):
        assert text[damage.start : damage.end] == damage.seen
        assert damage.repaired != damage.seen


SENTENCES = {
    "Portuguese": "Olá, isto não é tão difícil: três opções e uma solução.",
    "French": "L’été dernier, nous étions à Orléans, près du château.",
    "German": "Über größere Brücken führen schönere Straßen.",
    "Polish": "Zażółć gęślą jaźń, a potem wróć.",
    "Vietnamese": "Xin chào, tôi là người Việt Nam.",
    "Russian": "Съешь же ещё этих мягких французских булок.",
    "Greek": "Καλημέρα κόσμε, τι κάνεις σήμερα;",
    "Thai": "สวัสดีชาวโลก ขอบคุณครับ",
    "Chinese": "今天天气很好，我们去公园吧。",
    "Japanese": "こんにちは、世界。お元気ですか。",
    "Korean": "안녕하세요, 만나서 반갑습니다.",
    "Hindi": "नमस्ते दुनिया, आप कैसे हैं?",
    "signs": "It’s done — see “results” → next… 👍",
}


@pytest.mark.parametrize("page", CODE_PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("language", SENTENCES)
def test_damaged_sentences_are_found(language: str, page: CodePage) -> None:
    text = damaged(SENTENCES[language], page)
    if "\ufffd" in text or text == SENTENCES[language]:
        pytest.skip("the page has no such byte")
    assert damage_in(text)
    assert damage_in(json.dumps(text))


@pytest.mark.parametrize(
    ("language", "page"),
    [
        (language, name)
        for language in SENTENCES
        for name in ("cp1252", "cp874", "cp1251", "cp1253", "cp1254", "koi8_r")
        if (language, name)
        != ("signs", "cp1251")  # its dash is a word character of nothing; what is left is enough to see it
    ],
)
def test_damaged_sentences_are_restored(language: str, page: str) -> None:
    row = next(row for row in CODE_PAGES if row.name == page)
    assert repaired(damaged(SENTENCES[language], row)) == SENTENCES[language]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Olรก", [("รก", "á", "cp874")]),
        ("openai(system) โ†’ azure(system)", [("โ†’", "→", "cp874")]),
        ("naÃ¯ve", [("Ã¯", "ï", "cp1252")]),
        ("itâ€™s", [("â€™", "’", "cp1252")]),
        ("caf\u00c3\u00a9", [("Ã©", "é", "cp1252")]),
        ("na\\u00c3\\u00afve", [("Ã¯", "ï", "cp1252")]),
        ("ðŸ˜€", [("ðŸ˜€", "😀", "cp1252")]),
        ("r├®sum├®", [("├®", "é", "cp850")]),  # what ends the word could be a drawing,
    ],
)
def test_examples(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(damage.seen, damage.repaired, damage.page) for damage in damage_in(text)] == expected


@pytest.mark.parametrize(
    ("page", "seen", "text"),
    [("gbk", "浠婂ぉ澶╂皵寰堝ソ锛屾垜", "今天天气很好，我"), ("cp932", "縺ｮ縺ｨ縺翫ｊ", "のとおり")],
)
def test_pages_of_two_bytes(page: str, seen: str, text: str) -> None:
    assert [(damage.seen, damage.repaired, damage.page) for damage in damage_in(f"a {seen} b")] == [(seen, text, page)]


def test_the_rule_names_the_word_the_encoding_and_every_place() -> None:
    body = Body(text='{"a":"Olรก","b":"x\\nOlรก!","c":"โ†’"}', route=("response", "body"))
    interaction = Interaction(
        index=0, request=Request(method="GET", url=""), response=Response(status_code=200, body=body)
    )
    check = RULES["mojibake"].check
    assert check is not None
    mend = "record the interaction again, or restore the file from a copy that was not damaged"
    assert [
        (seen.message, [(place.offset, place.length) for place in (seen.place, *seen.related)])
        for seen in check(interaction)
    ] == [
        (
            f"`Olรก` was `Olá` (and 1 more word): UTF-8 that was read as Windows-874 (Thai, `cp874`); {mend}",
            [(6, 4), (20, 4), (32, 3)],
        )
    ]


@pytest.mark.parametrize(
    ("side", "text", "llm", "count"),
    [
        # a page of the Web that holds damaged text, and its server wrote that in escapes
        ("response", '{"title":"na\\u00c3\\u00afve"}', None, 0),
        ("response", '{"title":"naÃ¯ve"}', None, 1),
        ("request", '{"title":"na\\u00c3\\u00afve"}', None, 1),
        ("response", '{"title":"na\\u00c3\\u00afve"}', CALL, 1),
        # a picture in a form, behind a long text: bytes, not letters
        ("request", f'--quay\r\nname="acl"\r\n\r\n{"public " * 400}\r\n{PICTURE}', None, 0),
    ],
)
def test_what_others_damaged(side: str, text: str, llm: LLMCall | None, count: int) -> None:
    body = Body(text=text, route=(side, "body"))
    interaction = Interaction(
        index=0,
        request=Request(method="GET", url="", body=body if side == "request" else Body()),
        response=Response(status_code=200, body=body if side == "response" else Body()),
        llm=llm,
    )
    check = RULES["mojibake"].check
    assert check is not None
    assert len(list(check(interaction))) == count
    binary = RULES["binary-as-text"].check
    assert binary is not None
    assert len(list(binary(interaction))) == (PICTURE in text)


def test_the_words_of_one_text_are_one_finding() -> None:
    words = " ".join(f"{letter}Ã©" for letter in "abcdefghijklmnop")
    interaction = Interaction(
        index=0, request=Request(method="GET", url="", body=Body(text=words)), response=Response(status_code=200)
    )
    check = RULES["mojibake"].check
    assert check is not None
    (seen,) = check(interaction)
    assert len(seen.related) == 15


def test_the_seed_damaged_by_a_thai_console(shared) -> None:  # type: ignore[no-untyped-def]
    text = (shared / "seeds" / "vercel-gpt-5.yaml").read_text(encoding="utf-8")
    assert {(damage.seen, damage.repaired, damage.page) for damage in damage_in(text)} == {
        ("รก", "á", "cp874"),
        ("โ†’", "→", "cp874"),
    }
