"""Which step of normalize mends what a rule finds: what `cassette lint --fix` does."""

from __future__ import annotations

from cassette_tools._record import record


@record
class Mend:
    """The step that mends the findings of a rule, and what it does, in words. It is `certain` where no judgement is
    in it; other fixes are unsafe, and asked for one by one. `everywhere` says that it mends what players compare too
    (a URL, a body of a request), where it is asked to. `reason` says why it is right.
    """

    rule: str
    step: str
    does: str
    reason: str
    certain: bool = True
    everywhere: bool = True


def _mend(rule: str, step: str, does: str, reason: str) -> Mend:
    return Mend(rule=rule, step=step, does=does, reason=reason)


def _guess(rule: str, step: str, does: str, reason: str) -> Mend:
    return Mend(rule=rule, step=step, does=does, reason=reason, certain=False)


def _answered(rule: str, step: str, does: str, reason: str) -> Mend:
    return Mend(rule=rule, step=step, does=does, reason=reason, everywhere=False)


MENDS = (
    _mend("cdn-cookie-recorded", "cookies", "takes the cookies out", "no player compares cookies, no SDK reads them"),
    _mend("cookie-recorded", "cookies", "takes the cookies out", "no player compares cookies, no SDK reads them"),
    _mend("secret-in-header", "secrets", "puts REDACTED in its place", "players leave such fields out"),
    _mend("secret-in-body", "secrets", "puts REDACTED in its place", "in an answer, and wherever it is repeated"),
    _mend("secret-in-stream", "secrets", "puts REDACTED in its place", "in all the events that hold a piece of it"),
    _answered("account-id-recorded", "accounts", "puts REDACTED in its place", "no player compares who paid"),
    _mend("content-length-mismatch", "lengths", "writes the length that the body has", "it follows from the body"),
    _mend("header-value-not-listed", "lists", "writes lists", "VCR.py writes lists; the values stay"),
    _mend("interaction-ids-not-sequential", "numbers", "numbers the interactions anew", "no player looks at the ids"),
    _guess("mojibake", "mojibake", "puts back the text that it was", "the bytes say which; that it was so is a guess"),
)  # fmt: skip
