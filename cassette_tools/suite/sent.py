"""What of a request is remembered: its prompts as digests, the tools that it offers, and the secrets of an exchange."""

from __future__ import annotations

from functools import cache, lru_cache

from cassette_tools.made import masked
from cassette_tools.model import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cassette_tools.finding import Observation
    from cassette_tools.model import Interaction, LLMCall, Part

_SIZE = 16  # bytes of a digest


def system_digest(call: LLMCall | None) -> str:
    """Of the text of the system prompt; "" where there is none."""
    return "" if call is None else _digest(_text(call.system_instructions))


def prompt_digest(call: LLMCall | None) -> str:
    """Of the text of the first message of the user, which each call of a conversation has; "" where there is none."""
    messages = () if call is None else call.input_messages
    first = next((message.parts for message in messages if message.role == "user"), ())
    return _digest(_text(first))


def offered_tools(call: LLMCall | None) -> tuple[str, ...]:
    """The names of the tools that a request offers, each once; of a provider's own tool without a name, its kind."""
    tools = () if call is None else call.tools
    return tuple(dict.fromkeys(tool.name or tool.kind for tool in tools))


def secrets_of(interaction: Interaction) -> int:
    """How many secrets `cassette lint` finds in an exchange."""
    is_stream = bool(interaction.response.body.stream or interaction.response.body.events)
    return sum(1 for check, is_asked in _checks() if is_stream or not is_asked for _ in check(interaction))


@cache
def _checks() -> tuple[tuple[Callable[[Interaction], Iterator[Observation]], bool], ...]:
    """The rules on secrets, and whether one is about streams alone."""
    from cassette_tools.rules import secret_in_body, secret_in_header, secret_in_stream, secret_in_url

    every = (secret_in_url, secret_in_header, secret_in_body)
    return *((each.check, False) for each in every), (secret_in_stream.check, True)


def _text(parts: Iterable[Part]) -> str:
    return "\n".join(part.content for part in parts if isinstance(part, Text))


@lru_cache(maxsize=256)
def _digest(text: str) -> str:
    """Without what a program writes anew for each run, and however it is spaced: so a prompt says the same."""
    from hashlib import blake2b

    words = [word for line in text.split("\n") for word in _words(line)]
    return blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=_SIZE).hexdigest() if words else ""


@lru_cache(maxsize=4_096)
def _words(line: str) -> list[str]:
    """The prompts of a suite have most of their lines in common."""
    return masked(line)[0].split()
