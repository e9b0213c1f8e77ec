"""A call failed, in a scenario whose name speaks of no failure: the key was refused, there is no such model, or the
request was malformed.

Reported are calls of a model that were answered with 401, 403 or 404, and other statuses whose error says the same
(``model_not_found``, ``API key not valid``); and 400 or 422 where the error says that the request has not the form that
the API asks for (``missing required parameter``, ``unknown field``).

Why it matters: the test was recorded without a valid key, or with a model that is gone, and what is on record is the
refusal. A test that only looks at what was sent passes on it for ever, and one that looks at the answer never sees one.

How to mend it: record the interaction again: with a key that is allowed to, a model that exists, a request that is
mended.
If the refusal *is* the scenario, say so in an ignore comment.

Not reported: a scenario that is about failure, as the name of the file or its folder says (``errors/``,
``test_invalid_key``), a request that is wrong on purpose (a model called ``no-such-model``, or by a name that no model
could have; a key called ``bad-key``), refusals after which a call of the same kind succeeds (a client that falls back),
and files in which calls fail in several ways.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import status_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._scenario import Scenario, is_wrong_on_purpose, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

REFUSALS = {401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
NAMES = {**REFUSALS, 400: "Bad Request", 422: "Unprocessable Content"}
CODES = frozenset(("model_not_found", "invalid_api_key", "authentication_error", "permission_error"))
MALFORMED = (
    # What is said of a request that is not of the API's form, whatever the model.
    "malformed", "missing required", "missing call_id", "field required", "field is required", "invalid json",
    "could not parse the json body", "failed to parse json", "unknown name", "unknown field", "unrecognized field",
    "unrecognized request argument", "extra inputs are not permitted", "extra fields not permitted",
)  # fmt: skip
WORDS = ("api key not valid", "invalid api key", "incorrect api key", "model_not_found", "api key expired")
PLAYED = frozenset(("bad", "fake", "wrong", "invalid", "bogus", "nonexistent", "not"))  # keys that are meant to fail
SHOWN = 120  # characters of the provider's words


def begin(file: FileFacts) -> Check | None:
    scenario = Scenario(file.path)
    return None if scenario.expects() else _Refusals()


class _Refusals:
    """The refusals of a file that no success has followed yet."""

    def __init__(self) -> None:
        self._open: list[Interaction] = []
        self._ways: set[int] = set()  # statuses of failed calls

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        llm, status = interaction.llm, interaction.response.status_code
        if llm is None or interaction.request.method.upper() == "GET":
            return iter(())
        if 200 <= status < 400:
            self._open = [each for each in self._open if each.llm is None or each.llm.dialect != llm.dialect]
        elif status >= 400:
            self._ways.add(status)
            if _is_refusal(interaction) and not _is_meant(interaction):
                self._open.append(interaction)
        return iter(())

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        if len(self._ways) > 1:
            return
        for interaction in self._open:
            response, llm = interaction.response, interaction.llm
            told = " ".join(llm.error.message.split()) if llm is not None and llm.error is not None else ""
            told = told if len(told) <= SHOWN else told[:SHOWN] + "…"
            status = f"{response.status_code} {NAMES.get(response.status_code, '')}".rstrip()
            accepted = "a request that is" if _is_malformed(interaction) else "a key and a model that are"
            yield (
                interaction,
                Observation(
                    message=f"the call was refused with {status}{f': “{told}”' if told else ''}, in a scenario whose "
                    f"name speaks of no failure; record the interaction again with {accepted} accepted, "
                    "or say in an ignore comment that the scenario is about it",
                    place=status_place(response),
                ),
            )


def _is_refusal(interaction: Interaction) -> bool:
    status, llm = interaction.response.status_code, interaction.llm
    if status in REFUSALS or _is_malformed(interaction):
        return True
    error = llm.error if llm is not None else None
    if error is None or status >= 500 or status == 429:
        return False
    return error.type in CODES or error.code in CODES or any(words in error.message.lower() for words in WORDS)


def _is_malformed(interaction: Interaction) -> bool:
    llm = interaction.llm
    if interaction.response.status_code not in (400, 422) or llm is None or llm.error is None:
        return False
    told = llm.error.message.lower()
    return any(words in told for words in MALFORMED)


def _is_meant(interaction: Interaction) -> bool:
    """Whether the request asks for the refusal: by the name of its model, or of its key as the refusal quotes it."""
    llm = interaction.llm
    assert llm is not None
    told = llm.error.message if llm.error is not None else ""
    _, _, quoted = told.partition(": ")
    key = quoted.split()[0] if "key" in told.lower() and quoted else ""
    if PLAYED.intersection(words_of(key)) or is_wrong_on_purpose(interaction):
        return True
    asked = llm.request_model
    return asked is not None and interaction.response.status_code != 401 and "model" in told.lower() and _is_odd(asked)


def _is_odd(model: str) -> bool:
    """Whether no model has such a name: it begins as one that is known, and goes on with words that are none."""
    from cassette_tools.rules._models import unknown_words

    return bool(unknown_words(model))


RULES.register(
    Rule(
        name="client-error-recorded",
        category="http",
        level="warning",
        summary="a call was refused (its key, its model, its form) in a scenario of success",
        doc=__doc__,
        begin=begin,
    )
)
