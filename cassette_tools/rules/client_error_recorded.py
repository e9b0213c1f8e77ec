"""A call failed, in a scenario whose name speaks of no failure: the key was refused, there is no such model, or the
request was malformed.

Reported are calls of a model that were answered with 401, 402, 403 or 404, and other statuses whose error says the same
(``model_not_found``, ``API key not valid``); 400 or 422 where the error says that the request has not the form that the
API asks for (``missing required parameter``, ``unknown field``, ``Invalid schema for function``), asks for what the
model does not know (``Unsupported parameter``), or is too long for it; and an error under a status of success, unless
it passes by itself (`error-status-recorded`). Of requests that only read (GET) a 401 or 403 that no success follows,
and a 404 in a file that holds no success at all. And attempts whose form was refused (``Malformed input request``)
before a request of another form to the same address succeeded: they were trials, and nothing plays them. And a call
that was refused although the same question got an answer in another run: recorders that add to a file keep what failed
while somebody tried (a model by a wrong name, a key that was not set, an old request that is refused today).

Why it matters: the test was recorded without a valid key, or with a model that is gone, and what is on record is the
refusal. A test that only looks at what was sent passes on it for ever, and one that looks at the answer never sees one.

How to mend it: record the interaction again: with a key that is allowed to, a model that exists, a request that is
mended; take out the trials, and what another run left over. If the refusal *is* the scenario, say so in an ignore
comment.

A file is reported once for each status. Not reported: a scenario that is about failure, as the name of the file or its
folder says (``errors/``, ``test_invalid_key``; of a filter's refusal, ``content_filter``), a request that is wrong on
purpose (a model called ``no-such-model``, or by a name that no model could have; a key called ``bad-key``), refusals
after which a call of the same kind succeeds (a client that falls back, or that waits until something is there), what
is not found because a request before deleted it, and files in which calls fail in several ways.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import failure_place, status_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._left_over import LeftOver
from cassette_tools.rules._scenario import Scenario, is_wrong_on_purpose, words_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

REFUSALS = {401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found"}
NAMES = {**REFUSALS, 400: "Bad Request", 422: "Unprocessable Content"}
CODES = frozenset(("model_not_found", "invalid_api_key", "authentication_error", "permission_error"))
WORDS = (
    "api key not valid",
    "invalid api key",
    "incorrect api key",
    "model_not_found",
    "api key expired",
    "balance is too low",
)
GONE = frozenset((404, 410))
PASSING = frozenset((408, 425, 429))  # `error-status-recorded`
SHORTEST_KEY = 4  # characters; `abc` was never meant to be accepted
PLAYED = frozenset(("bad", "fake", "wrong", "invalid", "bogus", "nonexistent", "not"))  # keys that are meant to fail


def begin(file: FileFacts) -> Check | None:
    return _Refusals(Scenario(file.path))


class _Refusals:
    """The refusals of a file that no success has followed yet, and the trials that one has."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._open: list[Interaction] = []
        self._reads: list[Interaction] = []  # those of requests that only read
        self._trials: list[Interaction] = []
        self._left_over = LeftOver()
        self._ways: set[int] = set()  # statuses of failed calls
        self._succeeded = False  # any request
        self._deleted: tuple[str, ...] = ()  # the addresses of what is gone since

    def __call__(self, interaction: Interaction) -> Iterator[Observation]:
        llm, status = interaction.llm, interaction.response.status_code
        if self._is_gone(interaction):
            return iter(())
        if llm is None:
            self._succeeded = self._succeeded or 200 <= status < 400
            return iter(())
        if 200 <= status < 400 and not (llm.error is not None and self._has_failed(interaction)):
            self._succeed(interaction, llm.dialect)
        elif status >= 400 and interaction.request.method.upper() in ("GET", "HEAD"):
            self._fail_to_read(interaction)
        elif status >= 400:
            self._fail(interaction)
        return iter(())

    def _is_gone(self, interaction: Interaction) -> bool:
        """Whether what was asked for is not there, since an earlier request deleted it: tests look whether it is so."""
        request, status = interaction.request, interaction.response.status_code
        if 200 <= status < 300 and request.method.upper() == "DELETE":
            self._deleted += (_address(request.url),)
        if status not in GONE or not self._deleted:
            return False
        return f"{_address(request.url)}/".startswith(tuple(f"{each}/" for each in self._deleted))

    def _fail_to_read(self, refused: Interaction) -> None:
        """Note a request that only reads; what is not found may have been deleted."""
        is_found = refused.response.status_code != 404
        if _is_meant(refused) or (is_found and not _is_kept_out(refused)):
            return
        if not (is_found and self._left_over.claim(refused)):
            self._reads.append(refused)

    def _fail(self, refused: Interaction) -> None:
        status, is_meant = refused.response.status_code, _is_meant(refused)
        if not is_meant and status not in PASSING and status < 500 and self._left_over.claim(refused):
            return
        self._ways.add(status)
        if _is_refusal(refused) and not is_meant:
            self._open.append(refused)

    def _has_failed(self, interaction: Interaction) -> bool:
        """Whether a call that has a status of success failed, which is noted if it was not meant to."""
        from cassette_tools.rules._failed import error_under_success, is_filtered, is_passing

        error = error_under_success(interaction)
        if error is None:
            return False
        is_meant = is_passing(error) or (is_filtered(error) and self._scenario.expects_filter())
        if not is_meant and not _is_meant(interaction):
            self._open.append(interaction)
        return True

    def _succeed(self, interaction: Interaction, dialect: str) -> None:
        self._succeeded = True
        self._reads = []
        left_over = self._left_over.answer(interaction, self._open)
        if not self._open:
            return
        self._open = [each for each in self._open if each not in left_over]
        self._trials += [each for each in self._open if _is_trial(each, interaction)]
        self._open = [each for each in self._open if each.llm is None or each.llm.dialect != dialect]

    def end(self) -> Iterator[tuple[Interaction, Observation]]:
        left_over = self._left_over.refused
        if not (left_over or self._open or self._reads or self._trials):
            return
        if self._scenario.expects():  # asked last: most files have nothing to ask it of
            return
        for first, *others in _by_status(left_over):
            yield first, _left_over(first, others, self._left_over.answer_to(first))
        if len(self._ways) <= 1:
            yield from self._refused()

    def _refused(self) -> Iterator[tuple[Interaction, Observation]]:
        """What was refused and never asked again, and what was tried in another form."""
        reads = [each for each in self._reads if not self._succeeded or each.response.status_code != 404]
        for first, *others in _by_status([*self._open, *reads]):
            yield first, _observed(first, others)
        if self._trials:
            first, *others = self._trials
            yield first, _tried(first, others)


def _address(url: str) -> str:
    return url.partition("?")[0].rstrip("/")


def _by_status(refused: list[Interaction]) -> list[list[Interaction]]:
    groups: dict[int, list[Interaction]] = {}
    for each in refused:
        groups.setdefault(each.response.status_code, []).append(each)
    return list(groups.values())


def _observed(first: Interaction, others: list[Interaction]) -> Observation:
    from cassette_tools.rules._failed import also, quoted

    response, error = first.response, first.llm.error if first.llm is not None else None
    status = _status(first)
    failed = f"was refused with {status}" if response.status_code >= 400 else f"failed, although its status is {status}"
    accepted = "a key and a model that are" if _is_of_access(first) else "a request that is"
    return Observation(
        message=f"the call {failed}{quoted(error)}{also(others)}, in a scenario whose name speaks of no failure; "
        f"record the interaction again with {accepted} accepted, or say in an ignore comment that the scenario is "
        "about it",
        place=failure_place(first),
        related=tuple(failure_place(other) for other in others),
    )


def _tried(first: Interaction, others: list[Interaction]) -> Observation:
    from cassette_tools.rules._failed import also, quoted

    status = first.response.status_code
    error = first.llm.error if first.llm is not None else None
    return Observation(
        message=f"the form of the request was refused ({status} {NAMES[status]}){quoted(error)}{also(others)}, before "
        "one of another form succeeded: nothing plays such trials; take them out, or record the interaction again",
        place=status_place(first.response),
        related=tuple(status_place(other.response) for other in others),
        key="trial",
    )


def _left_over(first: Interaction, others: list[Interaction], answer: int) -> Observation:
    from cassette_tools.rules._failed import also, quoted

    error = first.llm.error if first.llm is not None else None
    return Observation(
        message=f"the call was refused with {_status(first)}{quoted(error)}{also(others)}, but "
        f"interaction {answer} has an answer to the same question: the refusal is left over from another run; take it "
        "out, or record the scenario again",
        place=status_place(first.response),
        related=tuple(status_place(other.response) for other in others),
        key="left over",
    )


def _status(refused: Interaction) -> str:
    status = refused.response.status_code
    return f"{status} {NAMES.get(status, '')}".rstrip()


def _is_refusal(interaction: Interaction) -> bool:
    status = interaction.response.status_code
    return status in REFUSALS or _is_malformed(interaction) or (400 <= status < 500 and _speaks_of_access(interaction))


def _is_kept_out(refused: Interaction) -> bool:
    return refused.response.status_code in REFUSALS or _speaks_of_access(refused)


def _is_of_access(interaction: Interaction) -> bool:
    """Whether it is the key or the model that was refused."""
    if _is_malformed(interaction):
        return False
    return interaction.response.status_code >= 400 or _speaks_of_access(interaction)


def _speaks_of_access(interaction: Interaction) -> bool:
    error = interaction.llm.error if interaction.llm is not None else None
    if error is None or interaction.response.status_code == 429:
        return False
    return error.type in CODES or error.code in CODES or any(words in error.message.lower() for words in WORDS)


def _is_malformed(interaction: Interaction) -> bool:
    from cassette_tools.data.failures import MALFORMED

    return _says_of_form(interaction, MALFORMED)


def _says_of_form(interaction: Interaction, words: tuple[str, ...]) -> bool:
    llm = interaction.llm
    if interaction.response.status_code not in (400, 422) or llm is None or llm.error is None:
        return False
    told = llm.error.message.lower()
    return any(each in told for each in words)


def _is_trial(refused: Interaction, accepted: Interaction) -> bool:
    """Whether a request was refused for its form, and another to the same address accepted."""
    from cassette_tools.data.failures import FORM

    one, other = refused.request, accepted.request
    if one.method != other.method or one.url != other.url or one.body.text == other.body.text:
        return False
    return _says_of_form(refused, FORM)


def _is_meant(interaction: Interaction) -> bool:
    """Whether the request asks for the refusal: by the name of its model, or of its key as the refusal quotes it."""
    llm = interaction.llm
    assert llm is not None
    told = llm.error.message if llm.error is not None else ""
    if _is_played(_quoted_key(told)) or is_wrong_on_purpose(interaction):
        return True
    asked = llm.request_model
    return asked is not None and interaction.response.status_code != 401 and "model" in told.lower() and _is_odd(asked)


def _quoted_key(told: str) -> str:
    """The key that a refusal quotes: ``Incorrect API key provided: sk-wrong.``"""
    before, _, quoted = told.partition(": ")
    return quoted.split()[0].rstrip(".") if "key" in before.lower() and quoted.strip() else ""


def _is_played(key: str) -> bool:
    """Whether nobody took it for a key."""
    return 0 < len(key) < SHORTEST_KEY or bool(PLAYED.intersection(words_of(key)))


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
