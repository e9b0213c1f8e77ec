"""How to tell the language of a text: by its script, or in Latin letters by the most frequent words of a language.

Nearly every sentence of a language has some of its words, and each word stands in one row. A list of names has none.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Language:
    """A language by its most frequent words."""

    name: str
    words: frozenset[str]


@record
class Script:
    """The letters, from `first` to `last`, of one language or of a few."""

    name: str
    first: str
    last: str
    share: float = 0.6  # of the letters of a text, at least: names may stand in Latin ones
    without: str = ""  # the script of which no letter stands in such a text


def _language(name: str, words: str) -> Language:
    return Language(name=name, words=frozenset(words.split()))


LANGUAGES = (
    _language("English", "the and of is that with this for are from which was it you your be have has will not"),
    _language("German", "der die und ist nicht ein eine den dem mit von für auf sich auch wird sind oder zu ich"),
    _language("French", "le les des et est une dans pour qui sur avec pas vous ce cette elle sont du au aux nous"),
    _language("Spanish", "el los las y es por del al pero muy son hay más también su como hoy"),
    _language("Portuguese", "o os um uma não com em é do da dos são você mais também ao pelo pela e seu"),
    _language("Italian", "gli è di che per non sono della nel dei anche più questo questa ci alla"),
    _language("Dutch", "het een en van niet dat op te zijn voor met ook maar wordt bij naar je deze ik uit"),
)

SCRIPTS = (
    Script(name="Cyrillic letters", first="Ѐ", last="ӿ"),
    Script(name="Greek", first="Ͱ", last="Ͽ"),
    Script(name="Hebrew", first="֐", last="׿"),
    Script(name="Arabic letters", first="؀", last="ۿ"),
    Script(name="Devanagari letters", first="ऀ", last="ॿ"),
    Script(name="Thai", first="฀", last="๿"),
    Script(name="Korean", first="가", last="힣"),
    Script(name="Japanese", first="぀", last="ヿ", share=0.2),  # kana: most other letters of a text may be Chinese signs
    Script(name="Chinese", first="一", last="鿿", without="Japanese"),  # notes of few kana may be in either language
)
"""The first script with enough letters counts. Japanese comes before Chinese, whose characters it uses as well."""
