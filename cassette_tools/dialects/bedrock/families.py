"""The family of InvokeModel's native formats that a model, or a body, is of."""

from __future__ import annotations

from cassette_tools.data.bedrock_families import FAMILIES, NOT_TEXT
from cassette_tools.decoding.values import at, mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.data.bedrock_families import Family
    from cassette_tools.model import Json


def writes_text(model: str) -> bool:
    """Whether the name of a model does not tell that it writes none."""
    return not any(word in model for word in NOT_TEXT)


def family_of(model: str | None) -> Family | None:
    """The family of a model id such as ``us.meta.llama3-…``; ``None`` for those that have a dialect of their own, and
    for the ARN of an inference profile, of an imported or a provisioned model.
    """
    if model is None or not writes_text(model):
        return None
    name = f".{model.rpartition('/')[2]}"
    return next((family for family in FAMILIES if f".{family.prefix}" in name), None)


def family_by_shape(asked: Json, answer: Json) -> Family | None:
    """The family whose prompt the request has, and whose words the answer, or an object of the stream."""
    prompted = mapping(asked)
    for family in FAMILIES:
        if family.prompt in prompted:
            results = at(answer, (family.results, 0)) if family.results else answer
            if type(at(results, family.words)) is str or type(at(answer, family.piece)) is str:
                return family
    return None
