"""The family of InvokeModel's native formats that a model, or a body, is of."""

from __future__ import annotations

from cassette_tools.data.bedrock_families import FAMILIES, NOT_TEXT
from cassette_tools.decoding.values import mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.bedrock_families import Family, Path
    from cassette_tools.model import Json


def family_of(model: str | None) -> Family | None:
    """The family of a model id such as ``us.meta.llama3-…``; ``None`` for those that have a dialect of their own, and
    for the ARN of an inference profile, of an imported or a provisioned model.
    """
    if model is None or any(word in model for word in NOT_TEXT):
        return None
    name = model.rpartition("/")[2]
    for family in FAMILIES:
        if name.startswith(family.prefix) or f".{family.prefix}" in name:
            return family
    return None


def family_by_shape(asked: Json, answer: Json) -> Family | None:
    """The family whose prompt the request has, and whose words the answer, or an object of the stream."""
    prompted = mapping(asked)
    for family in FAMILIES:
        if family.prompt in prompted:
            results = at_path(answer, (family.results, 0)) if family.results else answer
            if type(at_path(results, family.words)) is str or type(at_path(answer, family.piece)) is str:
                return family
    return None


def at_path(value: Json, path: Path) -> Json:
    """What stands at the end of `path`, whose steps are keys and indexes, or ``None``."""
    for step in path:
        if type(step) is int:
            value = value[step] if type(value) is list and len(value) > max(step, 0) else None
        else:
            value = mapping(value).get(str(step))
    return value
