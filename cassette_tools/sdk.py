"""Which SDK asked, by all that the headers of a request say of it."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.data.clients import (
    BELOW_AN_SDK,
    CLASSES,
    FORMS,
    HTTP_LIBRARIES,
    INNER_CLASSES,
    LANGUAGES,
    MAKERS,
    NAMELESS,
    SCRUBBED,
    STAINLESS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Headers, Interaction


@record
class Sdk:
    """``OpenAI/Python`` and ``1.63.2``; a version that is not told is ``""``."""

    name: str
    version: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.version}".rstrip()


def sdks_of(interaction: Interaction) -> tuple[Sdk, ...]:
    """Who asked: the SDK, or what calls itself a client above it; the HTTP library where that is all that is known.

    Nothing where no header says so, or where what it said was scrubbed.
    """
    headers = interaction.request.headers
    agents = [_user_agent(value) for value in headers.get_all("user-agent")] or [None]
    agent = agents[0]
    found = {
        sdk.name: sdk
        for sdk in (*agents, *_stainless(interaction, agent), *_fern(headers), *_tokens(headers))
        if sdk is not None
    }
    named = {_bare(name) for name in found if "/" in name}  # `cohere` beside `cohere/Python` is the same
    own = [sdk for name, sdk in found.items() if _bare(name) not in HTTP_LIBRARIES and (name not in named)]
    return tuple(own or found.values())


SAME, OTHER, UNKNOWN = "same", "other", ""
_TELLING = ("user-agent", "x-stainless-package-version", "x-goog-api-client", "x-amz-user-agent", "x-fern-sdk-version")


def client_of(old: Interaction, new: Interaction) -> str:
    """Whether the same client sent both requests. Where a recorder's filter took a part of the evidence away, only
    another version of one SDK tells that it was not.
    """
    before, after = ({sdk.name: sdk.version for sdk in sdks_of(each)} for each in (old, new))
    if any(before[name] != after[name] for name in before.keys() & after.keys()):
        return OTHER
    if not before or not after:
        return UNKNOWN
    if before == after:
        return SAME if is_known(old) and is_known(new) else UNKNOWN
    return UNKNOWN if _is_hidden(old) or _is_hidden(new) else OTHER


def header_of(sdk: Sdk, headers: Headers) -> int | None:
    """The number of the header field that tells the SDK's version."""
    for position, (name, value) in enumerate(headers):
        if name.lower() in _TELLING and sdk.version in value:
            return position
    return None


def is_known(interaction: Interaction) -> bool:
    """Whether all of the evidence is there, or what is left of it tells a version."""
    return not _is_hidden(interaction) or any(sdk.version for sdk in sdks_of(interaction))


def _is_hidden(interaction: Interaction) -> bool:
    return any(is_scrubbed(interaction.request.headers.get(name) or "") for name in _TELLING)


def is_scrubbed(value: str) -> bool:
    """Whether a recorder's filter put something in the place of what was there."""
    lowered = value.lower()
    return any(sign in lowered for sign in SCRUBBED)


def _user_agent(value: str) -> Sdk | None:
    """The first product of a User-Agent (RFC 9110 §10.1.5) that is named; what follows is what it is built on. Some
    write the version after a blank, and some a semicolon between two products.
    """
    product = _first_named(value.partition("(")[0])
    if not product or is_scrubbed(product):
        return None
    formed = next((found for form in FORMS if (found := re.match(form, product)) is not None), None)
    if formed is not None:
        return Sdk(name=f"{formed['name']}/{_language(formed['language'])}", version=formed["version"])
    match = re.match(r"([\w:.+-]+/[A-Za-z]+|[\w:.+-]+(?: [\w:.+-]+)*?)(?: ?/ ?| )[vV]?(\d[^\s,]*)", product)
    if match is None:
        return Sdk(name=product.partition(" ")[0])
    name = _without_class(match[1])
    language = re.search(r"\bgl-([a-z]+)/", value)
    return Sdk(name=f"{name}/{_language(language[1])}" if language else name, version=match[2])


def _first_named(agent: str) -> str:
    """Of products with semicolons between them the first that is an SDK, or else the first that has a name."""
    products = [product.strip() for product in agent.split(";")]
    named = [product for product in products if product and product.partition("/")[0].lower() != NAMELESS]
    return next((product for product in named if not _is_below(product.partition("/")[0])), next(iter(named), ""))


def _stainless(interaction: Interaction, agent: Sdk | None) -> Iterator[Sdk]:
    headers = interaction.request.headers
    version = headers.get("x-stainless-package-version") or ""
    if not _is_version(version):
        return
    language = _language(headers.get("x-stainless-lang") or "")
    if agent is not None and agent.version == version:
        return  # the User-Agent says the same, with the name
    provider = interaction.llm.provider_name if interaction.llm is not None else ""
    makers = (maker for header, maker in MAKERS.items() if headers.get(header))
    maker = next(makers, STAINLESS.get(provider, "SDK"))
    yield Sdk(name=f"{maker}/{language}" if language else maker, version=version)


def _fern(headers: Headers) -> Iterator[Sdk]:
    name, version = (headers.get(f"x-fern-sdk-{what}") or "" for what in ("name", "version"))
    language = _language(headers.get("x-fern-language") or "")
    if name and _is_version(version) and not is_scrubbed(name):
        yield Sdk(name=f"{name}/{language}" if language else name, version=version)


def _tokens(headers: Headers) -> Iterator[Sdk]:
    """The SDK among the product tokens of Google's and AWS's headers."""
    for header in ("x-goog-api-client", "x-amz-user-agent"):
        value = headers.get(header) or ""
        language = re.search(r"\bgl-([a-z]+)/", value)
        for token in value.split():
            name, _, version = token.partition("/")
            if _is_below(name) or not _is_version(version):
                continue
            yield Sdk(name=f"{name}/{_language(language[1])}" if language else name, version=version.lstrip("v"))
            break


def _is_below(name: str) -> bool:
    lowered = name.lower()
    return lowered in BELOW_AN_SDK or f"{lowered.partition('-')[0]}-*" in BELOW_AN_SDK


def _is_version(text: str) -> bool:
    return re.match(r"v?\d", text) is not None and not is_scrubbed(text)


def _without_class(name: str) -> str:
    package, slash, language = name.partition("/")
    inner = next((end for end in INNER_CLASSES if slash and package.removesuffix(end) not in (package, "")), "")
    name = package.removesuffix(inner) + slash + language
    for prefix in sorted(CLASSES, key=len, reverse=True):
        rest = name.removeprefix(prefix)
        if rest != name and rest[:1].isupper():
            return rest
    return name


def _language(name: str) -> str:
    return LANGUAGES.get(name.lower(), name)


def _bare(name: str) -> str:
    return name.partition("/")[0].lower()
