"""What a call would have cost by the provider's list prices: an estimate, from the data of `genai-prices`.

The extra ``prices`` brings that package (``pip install 'cassette-tools[prices]'``); it holds its data, and nothing here
ever asks the network. A cost that a gateway reported is another thing, and stands in `Usage.cost`.

Sources: genai-prices (Pydantic), whose counts are defined as ours are: input includes cached tokens, output reasoning.
"""

from __future__ import annotations

from cassette_tools.days import noted_day
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from genai_prices.types import PriceCalculation

    from cassette_tools.model import Interaction

    Estimate = Callable[[Interaction], float | None]
    Price = Callable[..., float | None]

INSTALL = "pip install 'cassette-tools[prices]'"

# Our counts, and the package's names for them.
COUNTS = (
    ("input_tokens", "input_tokens"),
    ("output_tokens", "output_tokens"),
    ("cache_read_input_tokens", "cache_read_tokens"),
    ("cache_creation_input_tokens", "cache_write_tokens"),
)

# Providers that the package does not find by the URL, by the name that it has for them.
PROVIDERS = {
    "anthropic": "anthropic",  # behind a placeholder or a proxy the URL says nothing; the recording may
    "aws.bedrock": "aws",
    "azure.ai.inference": "azure",
    "azure.ai.openai": "azure",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "gcp.gemini": "google",
    "gcp.vertex_ai": "google",
    "github_copilot": "github-copilot",
    "groq": "groq",
    "mistral_ai": "mistral",
    "moonshot_ai": "moonshotai",
    "openai": "openai",
    "openrouter": "openrouter",
    "x_ai": "x-ai",
    "zai": "zai",
}


def estimator() -> Estimate:
    """A function from an interaction to US dollars; ``None`` for a provider, a model or counts without a price.

    Raises UsageError when the package is not there.
    """
    price = prices()

    def estimate(interaction: Interaction) -> float | None:
        call = interaction.llm
        if call is None or call.usage is None:
            return None
        return price(
            call.usage,
            models=(call.response_model or "", call.request_model or ""),
            provider_name=call.provider_name,
            url=interaction.request.url,
            moment=moment_of(interaction),
        )

    return estimate


def prices() -> Price:
    """What calls cost, by what is known of them. Raises UsageError when the package is not there."""
    try:
        import genai_prices
    except ImportError as error:
        raise UsageError(f"--prices: list prices come with the package genai-prices: {INSTALL}") from error

    def price(counted: object, *, models: Iterable[str], provider_name: str, url: str, moment: str) -> float | None:
        counts = _counts(counted)
        if not counts:
            return None
        usage = genai_prices.Usage(**counts)
        when = _datetime(moment)
        for model in dict.fromkeys(filter(None, models)):
            for where in _places(provider_name, url):
                try:
                    found: PriceCalculation = genai_prices.calc_price(
                        usage, model, genai_request_timestamp=when, **where
                    )  # type: ignore[call-overload]
                except (LookupError, ValueError, TypeError, ArithmeticError):
                    continue  # no such provider or model, or counts that contradict each other (more cached than read)
                return float(found.total_price)
        return None

    return price


def _places(provider_name: str, url: str) -> list[dict[str, str]]:
    """Who is asked for a price: whoever the URL names, else the provider of that name. Never anyone by the model alone:
    a model that runs here costs nothing.
    """
    places = [{"provider_api_url": url}]
    name = PROVIDERS.get(provider_name)
    return places if name is None else [*places, {"provider_id": name}]


def _counts(counted: object) -> dict[str, int]:
    counts = {theirs: getattr(counted, ours) for ours, theirs in COUNTS}
    told = {name: count for name, count in counts.items() if isinstance(count, int) and count >= 0}
    return told if "input_tokens" in told or "output_tokens" in told else {}


def moment_of(interaction: Interaction) -> str:
    """When the call was made, as the recorder noted it (ISO 8601) or the server said it (an HTTP date); "" where
    nothing does. Prices change; those of today are taken for what has no date.
    """
    return (interaction.recorded_at if noted_day(interaction) else interaction.response.headers.get("Date")) or ""


def _datetime(moment: str) -> datetime | None:
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    for reads in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = reads(moment)
        except ValueError:
            continue
        return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return None
