"""By what a text shows its language: the letters of its script, or, in Latin letters, the small words of a language.

Only words that stand in nearly every sentence, and in none of the other languages here: a text that quotes another
language, or a list of names, shows none.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Language:
    """A language by its small words."""

    name: str
    words: frozenset[str]


@record
class Script:
    """Letters, from the first to the last, that a language, or a few, are written with."""

    name: str
    first: str
    last: str


def _language(name: str, words: str) -> Language:
    return Language(name=name, words=frozenset(words.split()))


LANGUAGES = (
    _language("English", "the and of is that with this for are from which was it you your be have has will not"),
    _language("German", "der die das und ist nicht ein eine den dem mit von für auf sich auch wird sind oder zu ich"),
    _language("French", "le les des et est une dans pour qui sur avec pas vous ce cette il elle sont du au aux nous"),
    _language("Spanish", "el los las y es una por con del al pero muy está son hay más también su lo como hoy"),
    _language("Portuguese", "o os um uma não com em é do da dos das são você mais também ao pelo pela está e seu"),
    _language("Italian", "il gli è di che una per con non sono della nel dei anche più questo questa ci lo alla"),
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
    Script(name="Japanese", first="぀", last="ヿ"),  # kana, which no Chinese text has
    Script(name="Chinese", first="一", last="鿿"),
)
"""The first that has enough of the letters: Japanese has Chinese signs as well."""
