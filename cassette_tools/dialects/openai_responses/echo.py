"""What a response repeats of its request.

The `response` object holds every setting of the call again: those of the request, and the defaults of all the others.
That is no news, and is left out. A setting that is neither what was asked nor its documented default is news, and kept.

Source: the OpenAI API reference ("The response object"), which names the defaults.
"""

from __future__ import annotations

from cassette_tools.data.echoes import DEFAULTS
from cassette_tools.decoding.values import escaped, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.decoding.members import Members
    from cassette_tools.model import Json

_CLOSE = 1e-6  # xAI and Bedrock answer with the nearest number of 32 bits: 0.699999988079071 for 0.7
_DEPTH = 12  # of a schema: what is deeper is compared as a whole
_OPEN = frozenset(("/text", "/reasoning", "/text/format"))  # objects whose members have defaults of their own


def take_echoes(body: Members, asked: dict[str, Json]) -> None:
    """Take the settings of the call from a response, and keep what of them the request did not say."""
    for key in [*body.left]:
        rule = "/" + key
        if rule in DEFAULTS:
            value, said = body.take(key), asked.get(key)
            if value != said and (said is not None or value not in DEFAULTS[rule][0]):  # else nearly always
                body.extra.update(_news(value, said, rule, body.where + rule))


def _news(value: Json, said: Json, rule: str, pointer: str, depth: int = 0) -> Iterator[tuple[str, Json]]:
    """The pointers and values of what is neither what was said nor, where nothing was said, a default."""
    if value == said or _is_close(value, said) or (said is None and _is_default(value, rule)):
        return
    members = _compared(value, said, rule) if depth < _DEPTH else None
    if members is None:
        yield pointer, value
        return
    for step, member, wanted in members:
        below = rule if type(value) is list else rule + step
        yield from _news(member, wanted, below, pointer + step, depth + 1)


def _compared(value: Json, said: Json, rule: str) -> list[tuple[str, Json, Json]] | None:
    """The members of two objects or lists that are compared one by one, each with its step; ``None`` for others."""
    if type(value) is dict and (type(said) is dict or (said is None and rule in _OPEN)):
        return [(f"/{escaped(key)}", member, mapping(said).get(key)) for key, member in value.items()]
    if type(value) is list and type(said) is list and len(value) == len(said):
        return [(f"/{index}", *both) for index, both in enumerate(zip(value, said, strict=True))]
    return None


def _is_default(value: Json, rule: str) -> bool:
    return value is None or value in DEFAULTS.get(rule, ((), ""))[0] or _is_completed(value, rule)


def _is_completed(value: Json, rule: str) -> bool:
    """What the server adds to a schema that it makes strict: there are no other properties, and none is optional."""
    if not rule.startswith(("/tools/parameters", "/text/format/schema")):
        return False
    return rule.endswith("/required") or (value is False and rule.endswith("/additionalProperties"))


def _is_close(value: Json, said: Json) -> bool:
    if float not in (type(value), type(said)) or not {type(value), type(said)} <= {int, float}:
        return False
    try:
        return bool(abs(value - said) <= _CLOSE * abs(said))
    except OverflowError:
        return False
