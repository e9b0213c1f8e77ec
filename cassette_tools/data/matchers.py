"""What players compare to find the recording of a request, and what in a request is new with every run."""

from __future__ import annotations

from cassette_tools._record import record


@record
class Player:
    """A player's way to find a recording. `on` names what it compares by default, `names` all that it can compare.

    `family` says how the parts are read: ``python`` (VCR.py: parsed addresses, header fields without case), ``ruby`` or
    ``go`` (texts as they are). `formats` are those whose files say that it plays them.

    `again` says what it plays when a request comes again: ``next`` (each recording once, in the order of the file),
    ``first`` or ``last`` (always that one). `repeated` is the same where the player is told to repeat
    (`repeats`). `is_choosable`: whether a project can have it compare something else.
    """

    name: str
    title: str
    family: str
    on: tuple[str, ...]
    names: tuple[str, ...]
    source: str
    formats: tuple[str, ...] = ()
    again: str = "next"
    repeated: str = "first"
    repeats: str = ""  # what the player calls it
    is_choosable: bool = True


_PYTHON = ("method", "scheme", "host", "port", "path", "query", "uri", "headers", "body", "raw_body")
_RUBY = ("method", "uri", "host", "path", "query", "headers", "body", "body_as_json")
_GO = ("method", "uri", "host", "path", "query", "headers", "body", "body_as_json", "content_length")

PLAYERS: tuple[Player, ...] = (
    Player(
        name="vcrpy",
        title="VCR.py",
        family="python",
        formats=("vcrpy", "vcrpy-other"),
        on=("method", "scheme", "host", "port", "path", "query"),
        names=_PYTHON,
        repeats="allow_playback_repeats",
        source="`vcr.config.VCR.match_on`, `vcr.matchers` and `Cassette.play_response` of VCR.py 9",
    ),
    Player(
        name="ruby-vcr",
        title="Ruby VCR (also ropensci's vcr and Betamax)",
        family="ruby",
        formats=("ruby-vcr",),
        on=("method", "uri"),
        names=_RUBY,
        repeated="next",  # unused ones first; when all are used, the one that was used last
        repeats="allow_playback_repeats",
        source="`VCR::RequestMatcherRegistry::DEFAULT_MATCHERS` and `HTTPInteractionList#response_for` of the gem vcr",
    ),
    Player(
        name="go-vcr",
        title="go-vcr up to v3",
        family="go",
        formats=("go-vcr",),
        on=("method", "uri"),
        names=_GO,
        repeats="ReplayableInteractions",
        source="`DefaultMatcher` of go-vcr's package cassette, v1 to v3: method and URL",
    ),
    Player(
        name="go-vcr-4",
        title="go-vcr v4 with its own matcher",
        family="go",
        on=("method", "uri", "headers", "body", "content_length"),
        names=_GO,
        repeats="ReplayableInteractions",
        source="`defaultMatcher.matcher` of go-vcr's package cassette, v4; what a request in a file does not show "
        "(proto, form, trailer, addresses) follows from the rest or is left out",
    ),
    Player(
        name="charm-vcr",
        title="Charm's vcr (charmbracelet/x/vcr, on go-vcr v4)",
        family="go",
        on=("method", "uri", "body_as_json"),
        names=_GO,
        repeats="ReplayableInteractions",
        source="`customMatcher` of charmbracelet/x/vcr: method, URL, and the body as text or as JSON; a request "
        "without a body goes to go-vcr v4's own matcher",
    ),
    Player(
        name="httprr",
        title="httprr (Go)",
        family="go",
        formats=("httprr",),
        on=("method", "uri", "headers", "body"),
        names=("method", "uri", "headers", "body"),
        again="last",
        repeated="last",
        source="`RecordReplay.open` and `RoundTrip` of httprr: a map from the text of a request, "
        "scrubbed, to its answer",
        is_choosable=False,
    ),
    Player(
        name="json-body",
        title="a matcher of method, URL and JSON body",
        family="go",
        on=("method", "uri", "body_as_json"),
        names=_GO,
        source="what most projects write that replace a matcher that does not look at bodies",
    ),
)

NO_PLAYER = "none"  # as a profile: no rule asks whether requests can be matched
GENERAL = "json-body"  # for formats of which no player is known here

MATCHER_NAMES = tuple(dict.fromkeys(name for player in PLAYERS for name in player.names))


@record
class Changing:
    """A header field, or a field of a body, that clients fill anew for each request; in lower case, `_` and `-` left
    out of those of bodies.
    """

    name: str
    reason: str


CHANGING_HEADERS = (
    Changing(name="idempotency-key", reason="a random word for each call (OpenAI's and Stripe's SDKs)"),
    Changing(name="x-idempotency-key", reason="the same"),
    Changing(name="x-request-id", reason="a random id for each call, when a client sends it"),
    Changing(name="x-client-request-id", reason="the same: Azure"),
    Changing(name="x-ms-client-request-id", reason="the same: Azure"),
    Changing(name="amz-sdk-invocation-id", reason="AWS SDKs: a random id for each call"),
    Changing(name="x-amz-date", reason="AWS Signature Version 4: when it was signed"),
    Changing(name="date", reason="RFC 9110 §6.6.1: when it was sent"),
    Changing(name="traceparent", reason="W3C Trace Context: a random id for each call"),
    Changing(name="x-b3-traceid", reason="Zipkin: a random id for each call"),
    Changing(name="sentry-trace", reason="Sentry: a random id for each call"),
    Changing(name="x-cloud-trace-context", reason="Google Cloud: a random id for each call"),
)

CHANGING_FIELDS = (
    Changing(name="idempotencykey", reason="a random word for each call"),
    Changing(name="requestid", reason="a random id for each call"),
    Changing(name="clientrequestid", reason="the same"),
    Changing(name="nonce", reason="a word that is used once"),
    Changing(name="timestamp", reason="when it was sent"),
    Changing(name="sentat", reason="when it was sent (PostHog, Segment)"),
    Changing(name="traceid", reason="a random id for each run"),
)
