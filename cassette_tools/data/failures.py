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
    *_any("the prompt is too long", "contextlength", "contextwindow"),
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

# An error that passes by itself, by its type or its code, where no status says so.
PASSING: tuple[Word, ...] = (
    *_any("a limit of requests", "ratelimit", "toomanyrequests", "throttl", "resourceexhausted"),
    *_any("too many others ask", "overload", "unavailable", "serviceunavailable", "enginedown", "capacity"),
    *_any("the server failed", "servererror", "apierror", "internal", "internalerror", "modelstreamerror"),
    *_any("it took too long", "timeout", "timedout", "deadlineexceeded"),
    *_whole("statuses of these", "408", "425", "429", "500", "502", "503", "504", "529"),
)

# Errors that a filter of contents makes, and the words of scenarios that are about it.
FILTERING = ("contentfilter", "contentpolicy", "moderation", "safety", "guardrail", "responsibleai")
FILTERS: tuple[Word, ...] = (
    *_any("what a filter refuses", "filter", "moderat", "safety", "unsafe", "guardrail", "jailbreak", "policy", "harm"),
)

# What is said of a request that is not of the API's form: nobody falls back on another one, they mend it.
FORM = (
    "malformed",
    "missing required",
    "missing call_id",
    "field required",
    "field is required",
    "invalid json",
    "could not parse the json body",
    "failed to parse json",
    "invalid schema for",
    "json schema is invalid",
)
# The same of one that has too much: clients that meet older servers leave it out, and ask again.
SURPLUS = (
    "unknown name",
    "unknown field",
    "unrecognized field",
    "unrecognized request argument",
    "extra inputs are not permitted",
    "extra fields not permitted",
    "unsupported parameter",
    "unsupported value",
)
# Of one that is too long: clients shorten what was said, and ask again.
TOO_LONG = (
    "maximum context length",
    "context_length_exceeded",
    "exceeds the context window",
    "prompt is too long",
    "input token count",
)
MALFORMED = (*FORM, *SURPLUS, *TOO_LONG)

# Codes of a failure that looks like a limit of requests, and that waiting does not end: nobody has paid.
UNPAID = frozenset(("insufficient_quota", "billing_hard_limit_reached"))


@record
class Subject:
    """Of which rule's defect a name speaks: by one of the `words` (neighbours stand together: ``out_of_order`` is
    ``outoforder``), or by saying that one of `lacking` is not there (``no_finish_reason``, ``finish_reason_missing``).
    """

    rule: str
    words: tuple[Word, ...]
    lacking: tuple[str, ...] = ()


NOT_THERE = frozenset(("no", "without", "missing", "lacks", "lacking", "omits", "omitted", "absent", "lost", "dropped"))
LOST = NOT_THERE - {"no", "without", "lacks", "lacking"}  # those that may follow what is not there

_SPOILT = _any("data that is damaged on purpose", "malform", "corrupt", "broken", "garbage", "garbled")
_NO_JSON = _any("what should be JSON is not", "invalidjson", "badjson", "notjson", "nonjson", "unpars", "invalidchunk")
_CUT = (
    *_whole("an end before the end", "truncated", "truncates", "incomplete", "unfinished", "unterminated", "early"),
    *_any("an end before the end", "premature", "cutoff", "cutshort", "cutmid", "midstream", "unexpectedeof"),
    *_whole("an end before the end", "eof", "interrupted", "disconnected", "hangup"),
    *_any("the test gives up", "disconnect", "abort", "cancel", "timeout", "timedout", "breakearly", "stopearly"),
    *_any("the connection goes", "connectionreset", "connectionclose", "connectionlost", "connectionerror"),
)
_UNFIT = (
    *_any("values that are wrong on purpose", "invalidarg", "badarg", "wrongarg", "invalidparam", "invalidinput"),
    *_any("values that are wrong on purpose", "wrongtype", "missingarg", "missingrequired", "missingparam"),
    *_any("what checks them", "schemaviol", "schemamismatch", "validationerror", "validationfail", "failsvalidation"),
    *_any("what is done about it", "toolretry", "modelretry", "outputretry", "repair", "selfcorrect"),
)
_ALONE = _any("a call or a result by itself", "orphan", "dangling", "unmatched", "unpaired", "unanswered", "unresolved")

# Scenarios in which the model, or the server, says nothing. A body that was lost is none of these.
NOTHING = (
    *_any("an answer of nothing", "empty", "blank", "nochoice", "nocandidate", "noanswer", "noresponse"),
    *_SPOILT,
)

# A finding of the rule is what such a recording is for. Words of failure in general (``error``) are not here: a stream
# that was cut by accident may stand in any scenario of errors.
SUBJECTS = (
    Subject(rule="stream-truncated", words=(*_CUT, *_SPOILT), lacking=("done", "stop", "end", "terminator", "final")),
    Subject(
        rule="stream-events-out-of-order",
        words=(
            *_any("the order of events", "outoforder", "unordered", "misordered", "reordered", "shuffled", "interleav"),
            *_any("events twice, or not at all", "duplicateevent", "duplicatechunk", "gap"),
            *_SPOILT,
        ),
        lacking=("block", "start", "stop", "delta", "event", "events"),
    ),
    Subject(rule="stream-event-not-json", words=(*_SPOILT, *_NO_JSON)),
    Subject(rule="stream-contradicts-itself", words=_any("pieces that do not fit", "contradict", "mismatch", "diverg")),
    Subject(rule="body-not-json", words=(*_SPOILT, *_NO_JSON)),
    Subject(rule="unreadable-body", words=_SPOILT),
    Subject(rule="content-length-mismatch", words=_any("the field itself", "contentlength", "wronglength")),
    Subject(rule="content-type-mismatch", words=_any("the field itself", "contenttype", "mediatype", "mimetype")),
    Subject(rule="content-encoding-mismatch", words=_any("the field itself", "contentencoding")),
    Subject(
        rule="finish-reason-missing",
        words=(*_whole("no end", "incomplete", "truncated", "unfinished"), *_SPOILT),
        lacking=("finish", "reason", "stop"),
    ),
    Subject(rule="finish-reason-unknown", words=_any("a word nobody knows", "unknownfinish", "unknownstop")),
    Subject(rule="tool-arguments-not-json", words=(*_SPOILT, *_NO_JSON, *_UNFIT)),
    Subject(rule="tool-arguments-violate-schema", words=(*_SPOILT, *_UNFIT)),
    Subject(rule="structured-output-violates-schema", words=(*_SPOILT, *_NO_JSON, *_UNFIT)),
    Subject(
        rule="undeclared-tool-called",
        words=(
            *_any("a tool that is not there", "undeclared", "unknowntool", "unknownfunction", "unregistered"),
            *_any("a tool that is not there", "nonexist", "nosuchtool", "hallucinat", "toolnotfound", "invalidtool"),
        ),
    ),
    Subject(rule="tool-call-without-result", words=_ALONE, lacking=("result", "results", "output", "outputs")),
    Subject(rule="tool-result-without-call", words=_ALONE, lacking=("call", "calls")),
    Subject(rule="usage-missing", words=(), lacking=("usage", "tokens", "token", "counts")),
    Subject(rule="stream-usage-missing", words=(), lacking=("usage", "tokens", "token", "counts")),
    Subject(rule="usage-sum-mismatch", words=_any("counts that do not fit", "mismatch", "inconsisten")),
    Subject(
        rule="response-model-mismatch",
        words=_any("another model that answers", "fallback", "mismatch", "alias", "rerout", "router"),
    ),
)  # fmt: skip
