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


FAILURES: tuple[Word, ...] = (
    *_any("a failure by its name", "error", "fail", "exception", "fault", "crash", "problem"),
    *_any("how a test speaks of what it expects", "raise", "throw", "reject", "refus", "complain", "handles", "caught"),
    *_any("what is wrong with the request", "invalid", "malform", "illegal", "incorrect", "wrong", "corrupt", "broken"),
    *_any("what is wrong with the request", "bogus", "unknown", "unrecogni", "nonexist", "inexist", "misspel", "typo"),
    *_whole("what is wrong with the request", "bad", "fake", "not", "cannot", "cant", "doesnt", "isnt", "without"),
    *_any("what is wrong with the request", "missing", "oversize", "toolong", "toolarge", "toomany", "conflict"),
    *_whole("too long, too large, too many", "too", "past", "beyond", "outside"),
    *_any("what a server cannot do", "unsupport", "unavailab", "unreach", "unfetch", "unmapped", "unimplement"),
    *_any("what one may not", "unauth", "forbid", "denied", "deny", "disallow", "blocked", "revoked", "expire"),
    *_any("limits", "exceed", "overflow", "overload", "quota", "throttl", "ratelimit", "limited", "exhaust"),
    *_any("what is done about a failure", "retr", "recover", "fallback", "backoff", "resilien", "circuit", "rescue"),
    *_any("an end before the end", "timeout", "timedout", "abort", "cancel", "interrupt", "disconnect"),
    *_any("models that are gone", "retired", "deprecat", "decommission", "obsolete", "removed"),
    *_whole("names of tests", "negative", "unhappy", "sad", "edge", "limits", "suggestion", "suggestions"),
)

# Words that say which failure is meant; a rate limit in its place is an accident.
NOT_A_RATE_LIMIT: tuple[Word, ...] = (
    *_whole("the prompt is too long", "context"),
    *_any("the key is wrong", "auth", "unauth", "forbid", "apikey", "credential", "permission"),
)
RATE_LIMITS: tuple[Word, ...] = (
    *_whole("a limit of requests", "limit", "limits", "429", "rpm", "tpm", "retry", "retries"),
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
