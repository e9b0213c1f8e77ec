"""One secret that stands in a text, and how it is spoken of."""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.secrets.addresses import Term

SHOWN = 6  # characters of a key's mark that a message may show


@record
class Secret:
    """A secret in a text: what it is, and where (code points).

    `field` is the name that it stands under, where that tells it. `lasts` says how long it opens something, where that
    is not until it is revoked, and `until` on which day it ends. `term` is that of a signed address; a `companion` is
    another part of such an address, that is redacted with the signature and told with it. `host` is that of the address
    around one whose name says little (``key``, ``token``).
    """

    name: str
    shown: str
    start: int
    end: int
    field: str = ""
    lasts: str = ""
    until: str = ""
    term: Term | None = None
    companion: bool = False
    host: str = ""

    def describe(self) -> str:
        """``a Groq API key (`gsk_…`, 56 characters)``."""
        if self.term is not None:
            end = f" that ends on {self.until}" if self.until else " without an end"
            return f"the signature of an address{end} (`{self.field}`)"
        if self.name == "credential" and not self.field:
            return f"a credential of {self.end - self.start} characters"
        article = "an" if self.name[0] in "AEIOUaeioux" else "a"
        size = f"{self.end - self.start} characters"
        if self.field:
            return f"{article} {self.name} in `{self.field}` ({size})"
        return f"{article} {self.name} (`{self.shown}…`, {size})" if self.shown else f"{article} {self.name} ({size})"

    @property
    def key(self) -> str:
        """What tells it from another secret at the same place."""
        return f"{self.name} {self.field}" if self.field else self.name

    def advise(self, mend: str) -> str:
        """The words for a finding: what it is, whether it is to be revoked, and what to do with the recording."""
        if self.lasts:
            return f"{self.describe()}, which lasts {self.lasts}: {mend}"
        if self.term is not None:
            until = "until that day" if self.until else "until the key that signed it is revoked"
            return f"{self.describe()}: {mend}; {until} whoever has the address can use it"
        if self.until:
            return f"{self.describe()}, valid until {self.until}: {mend}, and revoke it if it still holds"
        return f"{self.describe()}: revoke it, and {mend}"
