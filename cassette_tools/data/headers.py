"""Which header fields a maintainer hears of, and how two values of one are compared.

The names of a row are in lower case; ``*`` at the start or the end of one stands for anything. The first row that fits
decides.

Of a **response** only what stands in `RESPONSE` is told: a client of these APIs acts on it. All else is noise: of the
class that `volatile.HEADERS` gives it, or else transport.

Of a **request** the rows of `REQUEST` say what is contract or chosen by a user, which is told whatever SDK is at work,
and what is noise. Any other field is the client's own choice, told unless another SDK is at work.
"""

from __future__ import annotations

from cassette_tools._record import record

# What differs when two values of a field do.
VALUE = "value"  # any other text
LIST = "list"  # another set of the words between commas; their order says nothing
MEDIA = "media"  # another media type or parameter; UTF-8 goes without saying, and a boundary is made anew
ADDRESS = "address"  # another address, where ids that are made anew do not count
PRESENCE = "presence"  # only that the field comes or goes: its value is of the moment
COMMON = "common"  # another text where both recordings have the field: gateways cut fields off


@record
class Told:
    """A field of a response that is told. `failed` says: only of an answer with another status than 200; `warns`: the
    service speaks to people there, which follows from nothing that changed beside it.
    """

    match: str
    reason: str
    compare: str
    failed: bool
    warns: bool


@record
class Asked:
    """A field of a request: `kind` is contract, chosen, client or noise."""

    match: str
    kind: str
    reason: str
    compare: str


def _told(match: str, reason: str, compare: str = VALUE, *, failed: bool = False, warns: bool = False) -> Told:
    return Told(match=match, reason=reason, compare=compare, failed=failed, warns=warns)


def _asked(match: str, kind: str, reason: str, compare: str = VALUE) -> Asked:
    return Asked(match=match, kind=kind, reason=reason, compare=compare)


RESPONSE = (
    _told("content-type", "clients choose their parser by it", MEDIA),
    _told("location", "clients follow it", ADDRESS),
    _told("operation-location", "Azure: clients ask there until the work is done", ADDRESS),
    _told("azure-asyncoperation", "Azure: clients ask there until the work is done", ADDRESS),
    _told("link", "clients find the next page there (RFC 8288)", ADDRESS),
    _told("retry-after*", "SDKs wait that long before they try again", PRESENCE, failed=True),
    _told("x-ms-retry-after-ms", "SDKs wait that long before they try again", PRESENCE, failed=True),
    _told("x-should-retry", "the SDKs of OpenAI and Anthropic obey it", failed=True),
    _told("www-authenticate", "clients learn from it how to sign in (RFC 9110 §11.6.1, MCP)"),
    _told("*deprecat*", "announces that something will stop working (RFC 9745)", warns=True),
    _told("sunset", "announces when something will stop working (RFC 8594)", warns=True),
    _told("*-sunset", "announces when something will stop working", warns=True),
    _told("warning", "says that something is wrong with the request (RFC 9111 §5.5)", warns=True),
    _told("*-warning", "says that something is wrong with the request", warns=True),
    _told("*-warnings", "says that something is wrong with the request", warns=True),
    _told("*-beta", "which beta of the API answered", LIST),
    _told("openai-version", "which version of the API answered", COMMON),
    _told("anthropic-version", "which version of the API answered", COMMON),
    _told("x-ms-version", "which version of the API answered", COMMON),
    _told("api-version", "which version of the API answered", COMMON),
    _told("*-api-version*", "which version of the API answered", COMMON),
    _told("api-supported-versions", "Azure: which versions of the API there are", LIST),
    _told("mcp-protocol-version", "which version of MCP is spoken"),
    _told("sec-websocket-protocol", "which protocol was agreed on (RFC 6455)"),
    _told("*data-retention", "whether the service keeps what it receives: no other field says so", COMMON),
    _told("x-amzn-errortype", "AWS: SDKs raise the error of this name"),
    _told("x-ms-error-code", "Azure: SDKs raise the error of this name"),
    _told("grpc-status", "the outcome of a gRPC call"),
    _told("x-goog-upload-status", "Google: clients go on with an upload while it is active"),
)

REQUEST = (
    # --- what SDKs, programs and their parts say of themselves: provenance, above all findings ---
    _asked("*sdk-version", "noise", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _asked("*client-version", "noise", "the program's description of itself"),
    _asked("*package-version", "noise", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _asked("*runtime-version", "noise", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _asked("*framework-version", "noise", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _asked("*plugin-version", "noise", "the program's description of itself"),
    _asked("*editor-version", "noise", "the program's description of itself"),
    _asked("*app-version", "noise", "the program's description of itself"),
    _asked("x-fern-*", "noise", "the SDK's description of itself; User-Agent says it for all SDKs"),
    _asked("request-source", "noise", "Cohere: the SDK's description of itself"),
    # --- contract: what answers depend on ---
    _asked("*-beta", "contract", "the API behaves otherwise when a beta is asked for", LIST),
    _asked("*-version", "contract", "the version of the API that is asked"),
    _asked("x-amz-target", "contract", "AWS: the operation that is asked for"),
    _asked("sec-websocket-protocol", "contract", "which protocols are offered (RFC 6455), betas among them", LIST),
    # --- the user's choice: no SDK sends these by itself ---
    _asked("helicone-*", "chosen", "Helicone: what the gateway caches, retries and limits"),
    _asked("cf-aig-*", "chosen", "Cloudflare AI Gateway: what it caches, retries and logs"),
    _asked("x-portkey-*", "chosen", "Portkey: which upstream the gateway asks, and what it caches"),
    _asked("x-hf-bill-to", "chosen", "Hugging Face: which organisation pays"),
    # --- the client's choice ---
    _asked("content-type", "client", "how the body is read", MEDIA),
    # --- the HTTP client's own, which no answer of these APIs depends on ---
    _asked("host", "noise", "the host of the URL, which is compared itself"),
    _asked("accept-encoding", "noise", "codings that the HTTP client can undo"),
    _asked("accept-language", "noise", "browsers send it"),
    _asked("accept-charset", "noise", "every body is UTF-8 (RFC 8259)"),
    _asked("content-encoding", "noise", "how the body was packed; it is compared unpacked"),
    _asked("proxy-connection", "noise", "belongs to one connection"),
    _asked("te", "noise", "belongs to one connection"),
    _asked("upgrade-insecure-requests", "noise", "browsers send it"),
    _asked("expect", "noise", "how the HTTP client sends a body (RFC 9110 §10.1.1)"),
    _asked("cache-control", "noise", "for caches on the way; no answer to a POST is kept"),
    _asked("pragma", "noise", "for caches on the way"),
    _asked("priority", "noise", "how streams of one connection share it (RFC 9218)"),
    _asked("dnt", "noise", "browsers send it"),
    _asked("sec-*", "noise", "browsers and WebSocket clients send them; the key is made anew"),
    _asked("origin", "noise", "the page that asks"),
    _asked("referer", "noise", "the page that asks"),
    _asked("forwarded", "noise", "the way to the server"),
    _asked("x-forwarded-*", "noise", "the way to the server"),
    _asked("x-real-ip", "noise", "the way to the server"),
    _asked("amz-sdk-request", "noise", "the number of the attempt"),
    _asked("*session-id", "noise", "made anew for every session"),
    _asked("*session_id", "noise", "made anew for every session"),
)
