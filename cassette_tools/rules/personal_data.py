"""An e-mail address, a telephone number, the network address of a person, or what a field says of one was recorded.

This rule must be asked for (``--select personal-data``). The names of users in paths are told by `home-path`.

Why it matters: a cassette is committed and published, and cannot be called back. Laws protect such data.

How to mend it: record again with an invented person: ``maria@example.com``, ``+1 202 555 0123``; let the recorder
remove header fields such as ``X-Forwarded-For``. What stands in an answer comes again when it is recorded again (the
text of a page that a search has found): let the recorder replace it, or accept it in an ignore comment.

A file is reported once for each of them. Streams are joined before they are searched. What fields of JSON are called
tells telephone numbers in any form, names (``first_name``, ``customer_name``; ``name`` only beside an e-mail address or
a telephone number), dates of birth, postal addresses, and numbers of passports and the like. Network addresses are
looked for where servers tell a client its own, in header fields (``X-Forwarded-For``) and in fields of a body
(``"client_ip"``, ``"origin"``). Not reported: addresses in domains for examples, addresses that are nobody's
(``noreply``, ``support``, what a program signs its commits with), names of people who do not exist
(``John Doe``), telephone numbers kept for fiction, or without a leading ``+`` where no field tells them, and network
addresses that are not public.
"""

from __future__ import annotations

from cassette_tools.finding import Observation
from cassette_tools.places import header_place
from cassette_tools.rules import RULES, Rule
from cassette_tools.rules._texts import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from cassette_tools.data.personal import PersonalField
    from cassette_tools.model import Interaction, Place
    from cassette_tools.rules import Check, FileFacts


_SHORTEST = 3  # characters of a name


def begin(_file: FileFacts) -> Check:
    return _Seen().check


class _Seen:
    """What the file has told of persons so far."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def check(self, interaction: Interaction) -> Iterator[Observation]:
        for find in (self._mails, self._phones, self._fields, self._hosts):
            yield from find(interaction)

    def _is_new(self, told: str) -> bool:
        """Whether nothing was said of it yet; from now on something is."""
        is_new = told not in self._told
        self._told.add(told)
        return is_new

    def _mails(self, interaction: Interaction) -> Iterator[Observation]:
        for match, (first, *others) in matches(interaction, "@", _email):
            if _is_signed_by_program(match) or not _is_somebody(match["user"].lower(), match["host"].lower()):
                continue
            if self._is_new(match[0].lower()):
                yield Observation(
                    message=f"an e-mail address was recorded (`{match[0][:1]}…@{match['host'][:60]}`): "
                    f"{_mend(interaction, first)}",
                    place=first,
                    related=tuple(others),
                    key="e-mail",
                )

    def _phones(self, interaction: Interaction) -> Iterator[Observation]:
        for match, (first, *others) in matches(interaction, "+", _phone):
            told = "".join(filter(str.isdigit, match[0]))
            if 9 <= len(told) <= 15 and not _is_fiction(match[0]) and self._is_new(told):
                yield Observation(
                    message=f"a telephone number was recorded (`{match[0][:3]}…`): "
                    f"{_mend(interaction, first, 'one that is kept for fiction')}",
                    place=first,
                    related=tuple(others),
                    key="telephone",
                )

    def _hosts(self, interaction: Interaction) -> Iterator[Observation]:
        for field, address, place in _addresses(interaction):
            if _is_public(address) and self._is_new(address):
                yield Observation(
                    message=f"the network address of who recorded this stands in `{field}` (`{address[:4]}…`): "
                    "let the recorder remove it",
                    place=place,
                    key="address",
                )

    def _fields(self, interaction: Interaction) -> Iterator[Observation]:
        """What fields say of persons."""
        from cassette_tools.data.personal import FIELDS

        for row in FIELDS:
            for match, (first, *others) in matches(interaction, ":", lambda row=row: _field(row)):  # type: ignore[misc]
                value = match["value"]
                told = "".join(filter(str.isdigit, value)) if "number" in row.what else value.lower()
                if _is_of_somebody(row, value) and self._is_new(told):
                    yield Observation(
                        message=f"{row.what} was recorded in `{match['field']}` (`{value[:2]}…`): "
                        f"{_mend(interaction, first, row.instead)}",
                        place=first,
                        related=tuple(others),
                        key=row.what,
                    )


def _field(row: PersonalField) -> re.Pattern[str]:
    import re

    names = row.names.replace("_", "[_-]?")
    return re.compile(rf'(?i)"(?P<field>{names})\\*"\s*:\s*\\*"(?P<value>{row.value})(?=\\*")')


def _is_of_somebody(row: PersonalField, value: str) -> bool:
    from cassette_tools.data.personal import NO_PERSON

    digits = "".join(filter(str.isdigit, value))
    if len(value) < _SHORTEST or len(set(digits)) < row.digits or _is_fiction(digits):
        return False
    return bool(digits) or not all(word.strip(".").lower() in NO_PERSON for word in value.split())


def _mend(interaction: Interaction, place: Place, invented: str = "one at example.com") -> str:
    """What the client sends can be invented; what the provider found on the web comes again."""
    answer = interaction.response.route
    if answer != interaction.route and place.route[: len(answer)] == answer:
        return f"let the recorder write {invented} in its place, or say in an ignore comment that anybody may read it"
    return f"record again with {invented}"


def _addresses(interaction: Interaction) -> Iterator[tuple[str, str, Place]]:
    """What may be the network address of the client, and its field: the first of a list is its own."""
    import re

    from cassette_tools.data.personal import ADDRESS, ADDRESS_FIELDS, ADDRESS_HEADERS

    for message in (interaction.request, interaction.response):
        for position, (name, value) in enumerate(message.headers):
            if name.lower() in ADDRESS_HEADERS:
                found = re.search(ADDRESS, value)
                if found is not None:
                    yield name, found[0], header_place(message, position)
    body = interaction.response.body
    for match in re.finditer(ADDRESS_FIELDS, body.text or ""):
        name = match[0].split('"')[1].rstrip("\\")
        yield name, match["address"], body.place(match.start("address"), len(match["address"]))


def _is_public(address: str) -> bool:
    from ipaddress import ip_address

    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _is_signed_by_program(match: re.Match[str]) -> bool:
    """Whether it ends a trailer of a commit under a single name that is in the address, too: no person's."""
    import re

    from cassette_tools.data.personal import SIGNED_BY

    trailer = re.search(SIGNED_BY, match.string[max(0, match.start() - 80) : match.start()])
    return trailer is not None and trailer["name"].lower() in match[0].lower()


def _is_somebody(user: str, host: str) -> bool:
    from cassette_tools.data.personal import NO_DOMAINS, NOBODY, NOWHERE

    parts = host.split(".")
    if parts[-1] in NO_DOMAINS or user in NOBODY or user.partition("+")[0] in NOBODY:
        return False
    return not any(".".join(parts[at:]) in NOWHERE for at in range(len(parts)))


def _is_fiction(number: str) -> bool:
    import re

    from cassette_tools.data.personal import FICTION

    return re.search(FICTION, number) is not None


def _email() -> re.Pattern[str]:
    import re

    from cassette_tools.data.personal import EMAIL

    return re.compile(EMAIL)


def _phone() -> re.Pattern[str]:
    import re

    from cassette_tools.data.personal import PHONE

    return re.compile(PHONE)


RULES.register(
    Rule(
        name="personal-data",
        category="secrets",
        level="note",
        summary="what names a person was recorded: an e-mail address, a number, a field",
        doc=__doc__,
        begin=begin,
        default=False,
    )
)
