"""Operations with one payload, as data: what their APIs have in common, from the path to the call."""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.decoding.assembly import Decoding
from cassette_tools.decoding.urls import is_post, path_of
from cassette_tools.decoding.values import mapping
from cassette_tools.dialects import CERTAIN, DIALECTS, LIKELY, Dialect
from cassette_tools.dialects.operations.summary import call_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cassette_tools.data.operations import Endpoint
    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Settings
    from cassette_tools.model import Event, Interaction, LLMCall, Part

    Given = tuple[tuple[Part, ...], str | None]  # what went in, and the model where a form names it


@record
class Api:
    """One API: `given` reads what went in, `parts` what came out. An answer is certain where it `is_answer`, and that
    of another API where it `is_foreign`, which also looks at the URL. `mapping` is for its page.
    """

    row: Endpoint
    given: Callable[[Decoding], Given]
    parts: Callable[[Decoding], Iterable[Part]]
    is_answer: Callable[[Settings], bool]
    is_foreign: Callable[[str, Settings], bool]
    fold: Callable[[tuple[Event, ...]], Folded]
    mapping: tuple[tuple[str, str, str], ...]


def register(api: Api) -> None:
    """Make a dialect of an API."""
    row = api.row
    ends = tuple(row.ends)

    def recognize(interaction: Interaction) -> int:
        """3: the path, and an answer of this API; 2: the path and the method."""
        request = interaction.request
        if not path_of(request.url).endswith(ends) or not is_post(request):
            return 0
        body = mapping(interaction.response.body.json)
        if api.is_answer(body):
            return CERTAIN
        return 0 if api.is_foreign(request.url, body) else LIKELY

    def decode(interaction: Interaction, folded: Folded) -> LLMCall:
        """The call that an interaction is. Never raises, whatever the bodies hold."""
        decoding = Decoding(row.name, interaction, folded)
        path = path_of(interaction.request.url)
        operation = next((name for end, name in row.ends.items() if path.endswith(end)), row.ends[ends[0]])
        given, model = api.given(decoding)
        parts = tuple(api.parts(decoding))
        for key in row.consumed:
            decoding.response.take(key)
        return call_of(decoding, operation, given, parts, model)

    recognize.__module__ = api.fold.__module__  # whose docstring is the dialect's
    DIALECTS.register(
        Dialect(
            name=row.name,
            title=row.title,
            recognize=recognize,
            fold=api.fold,
            decode=decode,
            sources=row.sources,
            recognition=(
                (CERTAIN, f"a path that ends with {listed(ends)}, and {row.shape}"),
                (LIKELY, "the same path, whatever the answer"),
            ),
            mapping=(*api.mapping, ("every other short member of the request", "`parameters`, under its own name", "")),
        )
    )


def listed(words: tuple[str, ...]) -> str:
    """The words as code, for a page."""
    return ", ".join(f"`{word}`" for word in words)
