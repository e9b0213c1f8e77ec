"""Where libraries and programs report how they are used, and what they did, beside the work they do.

Left out of the hosts are back ends that people send traces to on purpose (LangSmith, Traceloop, Braintrust, Langfuse,
Logfire, Datadog's API): a recording of these is most often what a test is about.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class TelemetryHost:
    """`host` stands for itself and every host under it. `off` is how to switch it off, where that is known."""

    host: str
    name: str
    reason: str
    off: str = ""


def _row(host: str, name: str, reason: str, off: str = "") -> TelemetryHost:
    return TelemetryHost(host=host, name=name, reason=reason, off=off)


HOSTS = (
    _row(
        "telemetry.crewai.com",
        "CrewAI's telemetry",
        "docs.crewai.com/en/telemetry",
        "CREWAI_DISABLE_TELEMETRY=true",
    ),
    _row("posthog.com", "PostHog", "product analytics: chromadb, mem0, browser-use, litellm's UI and others"),
    _row("api.segment.io", "Segment", "product analytics: segment.com/docs/connections/sources"),
    _row("api.mixpanel.com", "Mixpanel", "product analytics: developer.mixpanel.com/reference/ingestion-api"),
    _row("api.amplitude.com", "Amplitude", "product analytics: amplitude.com/docs/apis/analytics/http-v2"),
    _row("api2.amplitude.com", "Amplitude", "product analytics: amplitude.com/docs/apis/analytics/http-v2"),
    _row("rudderstack.com", "RudderStack", "product analytics: rudderstack.com/docs/api/http-api"),
    _row("scarf.sh", "Scarf", "usage of packages: docs.scarf.sh", "SCARF_NO_ANALYTICS=true"),
    _row("google-analytics.com", "Google Analytics", "developers.google.com/analytics (Measurement Protocol)"),
    _row("ingest.sentry.io", "Sentry", "reports of errors: docs.sentry.io", "SENTRY_DSN="),
    _row("ingest.us.sentry.io", "Sentry", "reports of errors, hosts in the United States", "SENTRY_DSN="),
    _row("ingest.de.sentry.io", "Sentry", "reports of errors, hosts in Germany", "SENTRY_DSN="),
    _row("notify.bugsnag.com", "Bugsnag", "reports of errors: docs.bugsnag.com/api/error-reporting"),
    _row("api.rollbar.com", "Rollbar", "reports of errors: docs.rollbar.com/reference"),
    _row("telemetry.nextjs.org", "Next.js", "nextjs.org/telemetry", "NEXT_TELEMETRY_DISABLED=1"),
    _row("dc.services.visualstudio.com", "Application Insights", "Microsoft's telemetry of programs"),
    _row("mobile.events.data.microsoft.com", "Microsoft's telemetry", "1DS, of VS Code and others"),
    _row("statsigapi.net", "Statsig", "feature gates and events: docs.statsig.com"),
    _row("events.launchdarkly.com", "LaunchDarkly", "events of feature flags: docs.launchdarkly.com"),
)  # fmt: skip


@record
class Upload:
    """An address, by the end of its path, to which an SDK uploads what it gathered in the background, at any host.

    `items` are the steps to the list of what is uploaded, `what` is what a person calls these.
    """

    path: str
    items: tuple[str, ...]
    what: str
    reason: str


UPLOADS = (
    Upload(
        path="/v1/traces/ingest",
        items=("data",),
        what="spans",
        reason="OpenAI's Agents SDK: openai.github.io/openai-agents-python/tracing",
    ),
    Upload(
        path="/v1/traces",
        items=("resourceSpans", "scopeSpans", "spans"),
        what="spans",
        reason="OpenTelemetry: OTLP/HTTP, opentelemetry.io/docs/specs/otlp",
    ),
    Upload(
        path="/v1/metrics",
        items=("resourceMetrics", "scopeMetrics", "metrics"),
        what="metrics",
        reason="OpenTelemetry: OTLP/HTTP",
    ),
    Upload(
        path="/v1/logs",
        items=("resourceLogs", "scopeLogs", "logRecords"),
        what="records",
        reason="OpenTelemetry: OTLP/HTTP",
    ),
)
EVENTS = Upload(path="", items=("batch",), what="events", reason="what a service of `HOSTS` is sent, most often")
PROTOBUF = "application/x-protobuf"
"""OTLP's other encoding, which is not read here."""
