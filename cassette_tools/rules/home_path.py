"""A path in somebody's home folder was recorded.

``/home/marisol/work``, ``/Users/marisol``, ``C:\\Users\\marisol``: in a prompt, in a tool's result, in a trace of the
stack. This rule must be asked for (``--select home-path``).

Why it matters: the path tells the name of who recorded it, and changes with the machine, so that the request of the
next recording is another one.

How to mend it: let the test work in a folder of its own with a fixed name, or let the recorder replace the path.

A file is reported once for each user. Streams are joined before they are searched. Not reported: accounts of
containers, of CI, and of examples (``runner``, ``ubuntu``, ``user``)."""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._texts import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from cassette_tools.model import Interaction
    from cassette_tools.rules import Check, FileFacts

MARKS = ("/Users/", "/home/", ":\\")


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """The users that the file has named so far."""

    def __init__(self) -> None:
        self._users: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        from cassette_tools.data.personal import SHARED_HOMES

        for mark in MARKS:
            for match, (first, *others) in matches(interaction, mark, _pattern):
                user = match["user"].rstrip(".").lower()
                if user in self._users or user in SHARED_HOMES:
                    continue
                self._users.add(user)
                yield Observation(
                    message=f"the home folder of `{match['user'][:2]}…` was recorded: "
                    "let the test work in a folder with a fixed name, or let the recorder replace the path",
                    place=first,
                    related=tuple(others),
                    key="home",
                )


def _pattern() -> re.Pattern[str]:
    import re

    from cassette_tools.data.personal import HOME

    return re.compile(HOME)


RULES.register(
    Rule(
        name="home-path",
        category="secrets",
        level="note",
        summary="a path in somebody's home folder was recorded",
        doc=__doc__,
        begin=begin,
        default=False,
    )
)
