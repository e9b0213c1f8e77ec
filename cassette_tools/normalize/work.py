"""What the steps of one file share: which are taken, the file being written, the names, and what has changed."""

from __future__ import annotations

from collections import Counter

from cassette_tools._record import record
from cassette_tools.data.normal import HELD_HEADERS, KEPT_HEADERS
from cassette_tools.normalize.names import Names, outside, replaced
from cassette_tools.normalize.redaction import Spoken, secret_stretches
from cassette_tools.normalize.signed_urls import SaidAddresses
from cassette_tools.source.rewrite import Rewriting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.formats import Format
    from cassette_tools.model import Route
    from cassette_tools.source import Source
    from cassette_tools.source.plain_file import PlainFile


@record
class Settings:
    """Which steps are taken; `requests` says that bodies and fields of requests may change although players of the
    format compare them, and `urls` that secrets in URLs go, which all players compare; `headers` are the fields that
    the step of that name leaves, and `placeholders` shell patterns for values that are no secrets. With `mending` what
    a recorder notes of a message changes only where the message did.
    """

    steps: frozenset[str]
    requests: bool = False
    urls: bool = True
    headers: tuple[str, ...] = KEPT_HEADERS
    placeholders: tuple[str, ...] = ()
    mending: bool = False


class Work:
    """State over the interactions of one file. `is_free` says that nobody compares the bodies of requests, and
    `renames_brought` that ids which the client brought may be renamed. `kept` are the ids that keep their names,
    `spoken` the secrets that answers have told, `said` their signed addresses, `tools` the names of tools.
    `asked_steps` are those for header fields of requests. `touched` are the messages whose header fields have changed.
    """

    def __init__(self, source: Source, layout: Format, settings: Settings) -> None:
        self.steps = settings.steps
        self.mending = settings.mending
        self.touched: set[Route] = set()
        self.asked_steps = settings.steps
        self.selected = frozenset(name.lower() for name in (*settings.headers, *HELD_HEADERS))
        self.layout = layout
        self.changes_urls = settings.urls
        self.is_free = settings.requests or not layout.matched
        self.renames_brought = settings.requests
        self.file = file_of(source, layout)
        self.changes: Counter[str] = Counter()
        self.remarks: dict[str, None] = {}
        self.kept: set[str] = set()
        self.tools: set[str] = set()
        self.names = Names(self.kept, self.tools)
        self.boundaries: set[str] = set()
        self.spoken = Spoken()
        self.said = SaidAddresses()

    def keep_requests(self) -> None:
        """Leave requests as they are, but for who sent them: a player finds them by a hash."""
        self.steps = self.steps - {"ids"}  # a client would say the new ones
        self.asked_steps = self.steps & {"secrets", "cookies", "accounts"}

    def takes(self, *steps: str) -> bool:
        """Whether one of some steps is taken."""
        return not self.steps.isdisjoint(steps)

    def remark(self, words: str) -> None:
        """Tell the user, once."""
        self.remarks[words] = None

    def stretches(self, text: str) -> list[tuple[int, int, str]]:
        """The secrets and ids in a text, with what is put in their places; none overlaps another."""
        found = secret_stretches(text) if self.takes("secrets") else []
        return found + self.ids_in(text, found)

    def ids_in(self, text: str, secrets: list[tuple[int, int, str]] | None = None) -> list[tuple[int, int, str]]:
        """The ids in a text outside of its secrets, with their new names."""
        found = self.names.found_in(text) if self.takes("ids", "accounts") else []
        if found and secrets is None:
            secrets = secret_stretches(text) if self.takes("secrets") else []
        return outside(found, secrets or [])

    def text(self, text: str) -> str:
        """Any text with secrets redacted and ids renamed."""
        return replaced(text, self.stretches(text))


def file_of(source: Source, layout: Format) -> Rewriting | PlainFile:
    """What the changes of a file are asked of. Raises NotRewritable."""
    return Rewriting(source) if layout.rewriting is None else layout.rewriting(source)
