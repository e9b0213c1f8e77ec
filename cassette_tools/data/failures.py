"""By which words the name of a recording, or its request, says that it is about a failure.

A recorder names a recording after its test, and a test that wants a failure says so in its name: what is recorded then
is what was meant. A row too many hides an accident, a row too few reports what was meant.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class Word:
    """A word, or with `begins` the beginning of words, in lower case."""

    word: str
    reason: str
    begins: bool = True


def _any(reason: str, *words: str) -> tuple[Word, ...]:
    return tuple(Word(word=word, reason=reason) for word in words)


def _whole(reason: str, *words: str) -> tuple[Word, ...]:
    return tuple(Word(word=word, reason=reason, begins=False) for word in words)


# Two words that stand beside each other are looked up as one, too: ``not_found`` is ``notfound``.
FAILURES: tuple[Word, ...] = (
    *_any("a failure by its name", "error", "fail", "exception", "fault", "crash"),
    *_any("how a test speaks of what it expects", "raises", "raised", "throw", "reject", "refus", "complain", "caught"),
    *_any("what is wrong with the request", "invalid", "malform", "illegal", "incorrect", "wrong", "corrupt", "broken"),
    *_any("what is wrong with the request", "bogus", "unknown", "unrecogni", "nonexist", "inexist", "misspel", "typo"),
    *_any("what is wrong with the request", "fakekey", "fakemodel", "fakeapi", "nosuch", "noapi", "nokey"),
    *_any("what is wrong with the request", "notfound", "notexist", "notvalid", "missing", "oversize", "conflict"),
    *_any("what is wrong with the request", "toolong", "toolarge", "toomany", "toobig"),
    *_whole("what is wrong with the request", "bad"),
    *_any("what a server cannot do", "unsupport", "unavailab", "unreach", "unfetch", "unmapped", "unimplement"),
    *_any("what a server cannot do", "notsupport", "notavailab", "notimplement", "cannot"),
    *_any("what one may not", "unauth", "forbid", "denied", "deny", "disallow", "blocked", "revoked", "expire"),
    *_any("what one may not", "notallow", "notauth", "notpermit"),
    *_any("limits", "exceed", "overflow", "overload", "quota", "throttl", "ratelimit", "limited", "exhaust"),
    *_any("what is done about a failure", "recover", "fallback", "backoff", "resilien", "circuit", "rescue"),
    *_whole("what is done about a failure", "retry", "retries", "retried", "retrying"),
    *_any("an end before the end", "timeout", "timedout", "abort", "interrupt", "disconnect"),
    *_any("models that are gone", "retired", "deprecat", "decommission", "obsolete"),
    *_whole("names of tests", "negative", "unhappy", "sad", "suggestion", "suggestions"),
)

# Words that say which failure is meant; a rate limit in its place is an accident.
NOT_A_RATE_LIMIT: tuple[Word, ...] = (
    *_any("the prompt is too long", "contextlength", "contextwindow"),
    *_any("the key is wrong", "auth", "unauth", "forbid", "apikey", "credential", "permission"),
)
RATE_LIMITS: tuple[Word, ...] = (
    *_whole("a limit of requests", "429", "rpm", "tpm", "retry", "retries", "retried"),
    *_any("a limit of requests", "ratelimit", "limited", "quota", "throttl", "overload", "backoff", "exhaust"),
)

# What an answer says of a request that is at fault: asked again, it would fail again, whatever its status.
AT_FAULT = (
    "not support",
    "unsupported",
    "does not exist",
    "not found",
    "invalid",
    "requires",
    "required",
    "cannot use",
    "too large",
    "too long",
    "must be",
    "malformed",
    "cannot make",
)
