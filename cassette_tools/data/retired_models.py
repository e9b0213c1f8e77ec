"""Models that their makers have switched off, with the day, as their own pages say.

The names hold for the maker's own API only: Amazon, Google Cloud, Azure and gateways have days of their own. Read on
2026-11-22; a model whose day had not come then is no row.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OPENAI = "https://developers.openai.com/api/docs/deprecations"
ANTHROPIC = "https://platform.claude.com/docs/en/about-claude/model-deprecations"
GEMINI = "https://ai.google.dev/gemini-api/docs/deprecations"


@record
class Retirement:
    """Models of one provider that were switched off on one day; `reason` is the page that says so."""

    provider: str
    day: str
    models: tuple[str, ...]
    reason: str


RETIREMENTS = (
    Retirement(
        provider="openai",
        day="2024-01-04",
        models=(
            "ada", "babbage", "curie", "davinci", "text-ada-001", "text-babbage-001", "text-curie-001",
            "text-davinci-001", "text-davinci-002", "text-davinci-003", "code-davinci-002", "text-davinci-edit-001",
            "code-davinci-edit-001", "text-similarity-ada-001", "text-similarity-babbage-001",
            "text-similarity-curie-001", "text-similarity-davinci-001", "text-search-ada-doc-001",
            "text-search-babbage-doc-001", "text-search-curie-doc-001", "text-search-davinci-doc-001",
            "text-search-ada-query-001", "text-search-babbage-query-001", "text-search-curie-query-001",
            "text-search-davinci-query-001", "code-search-ada-code-001", "code-search-ada-text-001",
            "code-search-babbage-code-001", "code-search-babbage-text-001",
        ),
        reason=OPENAI,
    ),
    Retirement(
        provider="openai",
        day="2024-09-13",
        models=("gpt-3.5-turbo-0301", "gpt-3.5-turbo-0613", "gpt-3.5-turbo-16k-0613"),
        reason=OPENAI,
    ),
    Retirement(
        provider="openai", day="2024-12-06", models=("gpt-4-vision-preview", "gpt-4-1106-vision-preview"), reason=OPENAI
    ),
    Retirement(
        provider="openai", day="2025-06-06", models=("gpt-4-32k", "gpt-4-32k-0613", "gpt-4-32k-0314"), reason=OPENAI
    ),
    Retirement(
        provider="openai",
        day="2026-10-23",
        models=(
            "gpt-3.5-turbo", "gpt-3.5-turbo-0125", "gpt-4", "gpt-4-0613", "gpt-4-1106-preview", "gpt-4-turbo",
            "gpt-4-turbo-2024-04-09", "gpt-4o-2024-05-13", "o1", "o1-2024-12-17", "o1-pro", "o1-pro-2025-03-19",
            "o3-mini", "o3-mini-2025-01-31", "o4-mini", "o4-mini-2025-04-16", "gpt-4.1-nano",
            "gpt-4.1-nano-2025-04-14",
        ),
        reason=OPENAI,
    ),
    Retirement(
        provider="anthropic",
        day="2024-11-06",
        models=(
            "claude-1.0", "claude-1.1", "claude-1.2", "claude-1.3", "claude-instant-1.0", "claude-instant-1.1",
            "claude-instant-1.2",
        ),
        reason=ANTHROPIC,
    ),
    Retirement(
        provider="anthropic",
        day="2025-07-21",
        models=("claude-2.0", "claude-2.1", "claude-3-sonnet-20240229"),
        reason=ANTHROPIC,
    ),
    Retirement(
        provider="anthropic",
        day="2025-10-28",
        models=("claude-3-5-sonnet-20240620", "claude-3-5-sonnet-20241022", "claude-3-5-sonnet-latest"),
        reason=ANTHROPIC,
    ),
    Retirement(
        provider="anthropic",
        day="2026-01-05",
        models=("claude-3-opus-20240229", "claude-3-opus-latest"),
        reason=ANTHROPIC,
    ),
    Retirement(
        provider="anthropic",
        day="2026-02-19",
        models=(
            "claude-3-7-sonnet-20250219", "claude-3-7-sonnet-latest", "claude-3-5-haiku-20241022",
            "claude-3-5-haiku-latest",
        ),
        reason=ANTHROPIC,
    ),
    Retirement(provider="anthropic", day="2026-04-20", models=("claude-3-haiku-20240307",), reason=ANTHROPIC),
    Retirement(
        provider="anthropic",
        day="2026-06-15",
        models=("claude-sonnet-4-20250514", "claude-opus-4-20250514", "claude-sonnet-4-0", "claude-opus-4-0"),
        reason="https://platform.claude.com/docs/en/release-notes/overview",
    ),
    Retirement(
        provider="gcp.gemini",
        day="2025-12-02",
        models=("gemini-2.5-pro-preview-03-25", "gemini-2.5-pro-preview-05-06", "gemini-2.5-pro-preview-06-05"),
        reason=GEMINI,
    ),
    Retirement(provider="gcp.gemini", day="2026-03-09", models=("gemini-3-pro-preview",), reason=GEMINI),
    Retirement(
        provider="gcp.gemini",
        day="2026-06-01",
        models=("gemini-2.0-flash", "gemini-2.0-flash-001", "gemini-2.0-flash-lite", "gemini-2.0-flash-lite-001"),
        reason=GEMINI,
    ),
)  # fmt: skip


def by_name() -> Mapping[tuple[str, str], Retirement]:
    """The retirement of each provider's model."""
    return {(row.provider, model): row for row in RETIREMENTS for model in row.models}
