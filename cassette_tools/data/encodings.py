"""The upper halves of the 8-bit code pages that UTF-8 is mistaken for.

Written out, because importing nineteen codecs takes longer than linting a file. A test compares each row with
Python's codec. What a page leaves undefined is U+FFFD here; programs that decode anyway put the control character
of that number there, or the character of Windows-1252.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class CodePage:
    """An 8-bit code page: the characters of the bytes 0x80 to 0xFF. `name` is Python's, `title` is for people."""

    name: str
    title: str
    upper: str
    reason: str


CODE_PAGES: tuple[CodePage, ...] = (
    # In the order of asking: where two pages explain the same damage, the first is named.
    CodePage(
        name="cp1252",
        title="Windows-1252 (Western European)",
        reason="Windows in Western Europe and America; what HTML calls ISO-8859-1",
        upper=(
            "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ"
            "\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿"
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
        ),
    ),
    CodePage(
        name="cp1250",
        title="Windows-1250 (Central European)",
        reason="Windows in Central Europe",
        upper=(
            "€\ufffd‚\ufffd„…†‡\ufffd‰Š‹ŚŤŽŹ\ufffd‘’“”•–—\ufffd™š›śťžź"
            "\u00a0ˇ˘Ł¤Ą¦§¨©Ş«¬\u00ad®Ż°±˛ł´µ¶·¸ąş»Ľ˝ľż"
            "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß"
            "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙"
        ),
    ),
    CodePage(
        name="cp1251",
        title="Windows-1251 (Cyrillic)",
        reason="Windows in Eastern Europe",
        upper=(
            "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\ufffd™љ›њќћџ"
            "\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї"
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
            "абвгдежзийклмнопрстуфхцчшщъыьэюя"
        ),
    ),
    CodePage(
        name="cp874",
        title="Windows-874 (Thai)",
        reason="Windows in Thailand: seen in a recording of 2026",
        upper=(
            "€\ufffd\ufffd\ufffd\ufffd…\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
            "\u00a0กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟ"
            "ภมยรฤลฦวศษสหฬอฮฯ\u0e30\u0e31\u0e32\u0e33\u0e34\u0e35\u0e36\u0e37\u0e38\u0e39\u0e3a\ufffd\ufffd\ufffd\ufffd\u0e3f"
            "\u0e40\u0e41\u0e42\u0e43\u0e44\u0e45\u0e46\u0e47\u0e48\u0e49\u0e4a\u0e4b\u0e4c\u0e4d\u0e4e\u0e4f๐๑๒๓๔๕๖๗๘๙๚๛\ufffd\ufffd\ufffd\ufffd"
        ),
    ),
    CodePage(
        name="cp1253",
        title="Windows-1253 (Greek)",
        reason="Windows in Greece",
        upper=(
            "€\ufffd‚ƒ„…†‡\ufffd‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd\ufffd\ufffd\ufffd"
            "\u00a0΅Ά£¤¥¦§¨©\ufffd«¬\u00ad®―°±²³΄µ¶·ΈΉΊ»Ό½ΎΏ"
            "ΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\ufffdΣΤΥΦΧΨΩΪΫάέήί"
            "ΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ\ufffd"
        ),
    ),
    CodePage(
        name="cp1254",
        title="Windows-1254 (Turkish)",
        reason="Windows in Turkey",
        upper=(
            "€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™š›œ\ufffd\ufffdŸ"
            "\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿"
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏĞÑÒÓÔÕÖ×ØÙÚÛÜİŞß"
            "àáâãäåæçèéêëìíîïğñòóôõö÷øùúûüışÿ"
        ),
    ),
    CodePage(
        name="cp1255",
        title="Windows-1255 (Hebrew)",
        reason="Windows in Israel",
        upper=(
            "€\ufffd‚ƒ„…†‡ˆ‰\ufffd‹\ufffd\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™\ufffd›\ufffd\ufffd\ufffd\ufffd"
            "\u00a0¡¢£₪¥¦§¨©×«¬\u00ad®¯°±²³´µ¶·¸¹÷»¼½¾¿"
            "\u05b0\u05b1\u05b2\u05b3\u05b4\u05b5\u05b6\u05b7\u05b8\u05b9\ufffd\u05bb\u05bc\u05bd\u05be\u05bf\u05c0\u05c1\u05c2\u05c3\u05f0\u05f1\u05f2\u05f3\u05f4\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"
            "\u05d0\u05d1\u05d2\u05d3\u05d4\u05d5\u05d6\u05d7\u05d8\u05d9\u05da\u05db\u05dc\u05dd\u05de\u05df\u05e0\u05e1\u05e2\u05e3\u05e4\u05e5\u05e6\u05e7\u05e8\u05e9\u05ea\ufffd\ufffd\u200e\u200f\ufffd"
        ),
    ),
    CodePage(
        name="cp1256",
        title="Windows-1256 (Arabic)",
        reason="Windows where Arabic or Persian is written",
        upper=(
            "€\u067e‚ƒ„…†‡ˆ‰\u0679‹Œ\u0686\u0698\u0688\u06af‘’“”•–—\u06a9™\u0691›œ\u200c\u200d\u06ba"
            "\u00a0\u060c¢£¤¥¦§¨©\u06be«¬\u00ad®¯°±²³´µ¶·¸¹\u061b»¼½¾\u061f"
            "\u06c1\u0621\u0622\u0623\u0624\u0625\u0626\u0627\u0628\u0629\u062a\u062b\u062c\u062d\u062e\u062f\u0630\u0631\u0632\u0633\u0634\u0635\u0636×\u0637\u0638\u0639\u063a\u0640\u0641\u0642\u0643"
            "à\u0644â\u0645\u0646\u0647\u0648çèéêë\u0649\u064aîï\u064b\u064c\u064d\u064eô\u064f\u0650÷\u0651ù\u0652ûü\u200e\u200f\u06d2"
        ),
    ),
    CodePage(
        name="cp1257",
        title="Windows-1257 (Baltic)",
        reason="Windows in the Baltic states",
        upper=(
            "€\ufffd‚\ufffd„…†‡\ufffd‰\ufffd‹\ufffd¨ˇ¸\ufffd‘’“”•–—\ufffd™\ufffd›\ufffd¯˛\ufffd"
            "\u00a0\ufffd¢£¤\ufffd¦§Ø©Ŗ«¬\u00ad®Æ°±²³´µ¶·ø¹ŗ»¼½¾æ"
            "ĄĮĀĆÄÅĘĒČÉŹĖĢĶĪĻŠŃŅÓŌÕÖ×ŲŁŚŪÜŻŽß"
            "ąįāćäåęēčéźėģķīļšńņóōõö÷ųłśūüżž˙"
        ),
    ),
    CodePage(
        name="cp1258",
        title="Windows-1258 (Vietnamese)",
        reason="Windows in Vietnam",
        upper=(
            "€\ufffd‚ƒ„…†‡ˆ‰\ufffd‹Œ\ufffd\ufffd\ufffd\ufffd‘’“”•–—˜™\ufffd›œ\ufffd\ufffdŸ"
            "\u00a0¡¢£¤¥¦§¨©ª«¬\u00ad®¯°±²³´µ¶·¸¹º»¼½¾¿"
            "ÀÁÂĂÄÅÆÇÈÉÊË\u0300ÍÎÏĐÑ\u0309ÓÔƠÖ×ØÙÚÛÜƯ\u0303ß"
            "àáâăäåæçèéêë\u0301íîïđñ\u0323óôơö÷øùúûüư₫ÿ"
        ),
    ),
    CodePage(
        name="mac_roman",
        title="Mac Roman (Western European)",
        reason="Mac OS before X, and some of its tools to this day",
        upper=(
            "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü"
            "†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø"
            "¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ"
            "‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"
        ),
    ),
    CodePage(
        name="cp437",
        title="code page 437 (DOS)",
        reason="the console of Windows in America",
        upper=(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒ"
            "áíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0"
        ),
    ),
    CodePage(
        name="cp850",
        title="code page 850 (DOS, Western European)",
        reason="the console of Windows in Western Europe",
        upper=(
            "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ"
            "áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐"
            "└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀"
            "ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0"
        ),
    ),
    CodePage(
        name="cp852",
        title="code page 852 (DOS, Central European)",
        reason="the console of Windows in Central Europe",
        upper=(
            "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č"
            "áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐"
            "└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀"
            "ÓßÔŃńňŠšŔÚŕŰýÝţ´\u00ad˝˛ˇ˘§÷¸°¨˙űŘř■\u00a0"
        ),
    ),
    CodePage(
        name="cp866",
        title="code page 866 (DOS, Cyrillic)",
        reason="the console of Windows in Russia",
        upper=(
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
            "абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
            "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
            "рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00a0"
        ),
    ),
    CodePage(
        name="koi8_r",
        title="KOI8-R (Cyrillic)",
        reason="Unix in Russia",
        upper=(
            "─│┌┐└┘├┤┬┴┼▀▄█▌▐░▒▓⌠■∙√≈≤≥\u00a0⌡°²·÷"
            "═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©"
            "юабцдефгхийклмнопярстужвьызшэщчъ"
            "ЮАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗШЭЩЧЪ"
        ),
    ),
    CodePage(
        name="mac_cyrillic",
        title="Mac OS Cyrillic (Russian)",
        reason="Mac OS before X",
        upper=(
            "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
            "†°Ґ£§•¶І®©™Ђђ≠Ѓѓ∞±≤≥іµґЈЄєЇїЉљЊњ"
            "јЅ¬√ƒ≈∆«»…\u00a0ЋћЌќѕ–—“”‘’÷„ЎўЏџ№Ёёя"
            "абвгдежзийклмнопрстуфхцчшщъыьэю€"
        ),
    ),
    CodePage(
        name="iso8859_2",
        title="ISO 8859-2 (Central European)",
        reason="Unix in Central Europe",
        upper=(
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f"
            "\u00a0Ą˘Ł¤ĽŚ§¨ŠŞŤŹ\u00adŽŻ°ą˛ł´ľśˇ¸šşťź˝žż"
            "ŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢß"
            "ŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙"
        ),
    ),
    CodePage(
        name="iso8859_15",
        title="ISO 8859-15 (Western European)",
        reason="Unix in Western Europe",
        upper=(
            "\u0080\u0081\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009d\u009e\u009f"
            "\u00a0¡¢£€¥Š§š©ª«¬\u00ad®¯°±²³Žµ¶·ž¹º»ŒœŸ¿"
            "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß"
            "àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"
        ),
    ),
)


@record
class WidePage:
    """A page of two bytes for a character. `marks` are characters that common UTF-8 punctuation and letters turn
    into in it, and that its own language hardly ever writes."""

    name: str
    title: str
    marks: str
    reason: str


WIDE_PAGES: tuple[WidePage, ...] = (
    WidePage(name="gbk", title="GBK (Chinese)", marks="锛銆鈥", reason="Windows in China: `，`, `。` and `“` begin so"),
    WidePage(
        name="cp932", title="Shift JIS (Japanese)", marks="縺繧繝窶", reason="Windows in Japan: kana and `’` begin so"
    ),
)

COMMON = (
    # Where repaired text may lie; ranges of code points, the end included. What is rare is more likely an accident.
    (0x00A0, 0x017F, "Latin-1 and Latin Extended-A"),
    (0x0192, 0x0192, "florin"),
    (0x01A0, 0x01A1, "Vietnamese ơ"),
    (0x01AF, 0x01B0, "Vietnamese ư"),
    (0x0218, 0x021B, "Romanian ș, ț"),
    (0x0300, 0x0303, "combining accents of decomposed text"),
    (0x0308, 0x0308, "combining diaeresis"),
    (0x0327, 0x0327, "combining cedilla"),
    (0x0386, 0x03CE, "Greek"),
    (0x0401, 0x045F, "Cyrillic"),
    (0x0490, 0x0491, "Ukrainian ґ"),
    (0x05D0, 0x05EA, "Hebrew"),
    (0x060C, 0x064A, "Arabic"),
    (0x0660, 0x06D5, "Arabic digits, Persian, Urdu"),
    (0x0900, 0x0DFF, "the scripts of India"),
    (0x0E01, 0x0E5B, "Thai"),
    (0x10D0, 0x10FF, "Georgian"),
    (0x1E80, 0x1EF9, "Welsh, Vietnamese"),
    (0x2010, 0x2027, "dashes, quotation marks, bullets, ellipsis"),
    (0x202F, 0x203A, "narrow space, primes, angle quotation marks"),
    (0x200B, 0x200D, "zero-width space and joiners"),
    (0x20A0, 0x20C0, "currencies"),
    (0x2100, 0x214F, "letter-like signs"),
    (0x2190, 0x22FF, "arrows, mathematics"),
    (0x2500, 0x27BF, "boxes, blocks, signs, dingbats"),
    (0x3000, 0x30FF, "kana, CJK punctuation"),
    (0x4E00, 0x9FFF, "Chinese, Japanese"),
    (0xAC00, 0xD7A3, "Korean"),
    (0xFE0F, 0xFE0F, "emoji selector"),
    (0xFEFF, 0xFEFF, "byte order mark"),
    (0xFF01, 0xFF60, "full-width forms"),
    (0x1F000, 0x1FAFF, "emoji"),
)
