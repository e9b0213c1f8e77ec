"""How alike two texts are in meaning, by a small local model: the extra ``embeddings``, never the default.

`wordllama` carries its model (16 MB of static word vectors) in the package; nothing is asked of the network. Such
vectors know synonyms and paraphrase, but not negation ("approved" and "denied" are near each other): they rate
rewordings, and the facts of a text stay the business of `diff.text`.
"""

from __future__ import annotations

from cassette_tools._record import replace
from cassette_tools.diff.values.amounts import alike
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cassette_tools.diff.changes.change import Change

    Rate = Callable[[str, str], float]

INSTALL = "pip install 'cassette-tools[embeddings]'"

_raters: list[Rate] = []


def rated_by_meaning(changes: Iterable[Change]) -> list[Change]:
    """The changes, those of wording rated by what the texts mean instead of by the words they share.

    Raises UsageError where the extra is not installed.
    """
    rate = _rater()
    return [_rated(change, rate) if change.rule == "text-reworded" else change for change in changes]


def _rated(change: Change, rate: Rate) -> Change:
    if not isinstance(change.old, str) or not isinstance(change.new, str):
        return change
    likeness = round(max(0.0, min(1.0, float(rate(change.old, change.new)))), 3)
    return replace(change, size=likeness, note=f"{alike(likeness)} in meaning")


def _rater() -> Rate:
    if not _raters:
        try:
            import wordllama
        except ImportError:
            raise UsageError(f"similarity by meaning needs a local model: {INSTALL}") from None
        from os.path import dirname

        # The package looks for its own tokenizer only where it caches downloads.
        model = wordllama.WordLlama.load(cache_dir=dirname(wordllama.__file__), disable_download=True)
        _raters.append(model.similarity)
    return _raters[0]
