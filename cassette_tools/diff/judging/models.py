"""Whether the model that is asked for decides which one answers."""

from __future__ import annotations

import re

from cassette_tools.data.vendors import NO_MODELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from cassette_tools.diff.changes.change import Change
    from cassette_tools.model import Interaction, Json


def is_deciding(asked: Change) -> bool:
    """Whether another name of a model may bring another model. On Azure it is the deployment in the address that does;
    and a word that stands where an SDK wants a name asks for nothing.
    """
    sides = (None, None) if asked.pair is None else (asked.pair.old, asked.pair.new)
    deployments = [*map(_deployment, sides)]
    is_fixed = deployments[0] is not None and deployments[0] == deployments[1]
    return not is_fixed and not any(map(_is_filler, (asked.old, asked.new)))


def _deployment(interaction: Interaction | None) -> str | None:
    found = None if interaction is None else re.search(r"/deployments/([^/?]+)", interaction.request.url)
    return None if found is None else found[1]


def _is_filler(name: Json) -> bool:
    return isinstance(name, str) and name.lower().strip("-_<>[]() ") in NO_MODELS


def is_asked_for(asked: Json, answered: Json) -> bool:
    """Whether the model that answers is the one of this name, as far as the names tell."""
    from cassette_tools.rules._models import is_other_model, name_from  # only few recordings name two models

    if not isinstance(asked, str) or not isinstance(answered, str):
        return False
    if name_from(asked).families:
        return bool(name_from(answered).families) and not is_other_model(asked, answered)
    return _words(asked) <= _words(answered) or _words(answered) <= _words(asked)


def is_of_nobody(answering: Change) -> bool:
    """Whether the model that answers now is surely another than the request asks for."""
    from cassette_tools.rules._models import is_other_model, name_from  # only few recordings name two models

    call = None if answering.pair is None or answering.pair.new is None else answering.pair.new.llm
    asked = "" if call is None else call.request_model or ""
    return bool(name_from(asked).families) and is_other_model(asked, str(answering.new))


def _words(name: str) -> frozenset[str]:
    """The words of a name behind its vendor's."""
    return frozenset(re.findall(r"[a-z0-9]+", name.lower().rpartition("/")[2]))
