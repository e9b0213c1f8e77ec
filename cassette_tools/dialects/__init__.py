"""The JSON that travels: a module for each LLM API, or a folder for each family of them, registers its `Dialect`."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding import Folded
from cassette_tools.registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from cassette_tools.model import Event, Interaction, LLMCall


# What `recognize` answers; no response has the shape of two dialects.
CERTAIN = 3  # the response has my shape
LIKELY = 2  # the method and the path, or a header that only my clients send, say so
POSSIBLE = 1  # the request has my shape


@record
class Dialect:
    """One LLM API. `recognize` looks at shapes first and at the host last; it must be cheap and never raise.

    It answers with a certainty from 0 (not mine) to `CERTAIN`; the surest dialect decodes. `decode` gets the
    interaction and the folded stream, or, without a stream, a `Folded` whose body is the JSON of the response body.

    The rest is what its page in the documentation says; ours say it in `cassette_tools.manual`.
    """

    name: str
    title: str
    recognize: Callable[[Interaction], int]
    fold: Callable[[tuple[Event, ...]], Folded]
    decode: Callable[[Interaction, Folded], LLMCall]
    sources: tuple[tuple[str, str], ...] = ()
    recognition: tuple[tuple[int, str], ...] = ()
    mapping: tuple[tuple[str, str, str], ...] = ()


DIALECTS: Registry[Dialect] = Registry(
    "cassette_tools.dialects", group="cassette_tools.dialects", within=("operations",)
)

__all__ = ["CERTAIN", "DIALECTS", "LIKELY", "POSSIBLE", "Dialect", "Folded"]
