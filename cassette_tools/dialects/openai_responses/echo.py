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
    if type(value) is dict and depth < _DEPTH and (type(said) is dict or (said is None and rule in _OPEN)):
        wanted = mapping(said)
        for key, member in value.items():
            step = "/" + escaped(key)
            yield from _news(member, wanted.get(key), rule + step, pointer + step, depth + 1)
    elif type(value) is list and type(said) is list and len(value) == len(said) and depth < _DEPTH:
        for index, (member, wanted_one) in enumerate(zip(value, said, strict=True)):
            yield from _news(member, wanted_one, rule, f"{pointer}/{index}", depth + 1)
    else:
        yield pointer, value


def _is_default(value: Json, rule: str) -> bool:
    return value is None or value in DEFAULTS.get(rule, ((), ""))[0] or _is_completed(value, rule)


def _is_completed(value: Json, rule: str) -> bool:
    """What the server adds to a schema that it makes strict: there are no other properties, and none is optional."""
    if not rule.startswith(("/tools/parameters", "/text/format/schema")):
        return False
    return rule.endswith("/required") or (value is False and rule.endswith("/additionalProperties"))


def _is_close(value: Json, said: Json) -> bool:
    if type(value) is not float and type(said) is not float:
        return False
    if type(value) not in (int, float) or type(said) not in (int, float):
        return False
    try:
        return bool(abs(value - said) <= _CLOSE * abs(said))
    except OverflowError:
        return False
