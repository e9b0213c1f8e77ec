"""The reasons of a change, the likelier first, and how a person reads them."""

from __future__ import annotations

from cassette_tools.finding import Reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


# The likelier causes first. What settles something leaves no other choice, whichever model it is.
SETTLES, DECIDES, TOLD, MODEL, PROVIDER, UPSTREAM_RANK, SWAYS, SAID_BEFORE = range(8)

ITSELF = -1  # a change that says itself who did it

FEW = 3  # changes of a request that are named


def without_the_answer_before(causes: list[Reason]) -> tuple[Reason, ...]:
    """An answer that changed is told itself, and by the same causes: it is named where there is no other."""
    return tuple([each for each in causes if each.rank != SAID_BEFORE] or causes)


RESULT = "the result of "

SERVED_BY = {server: (Reason(rank=PROVIDER, cause=server),) for server in ("provider", "gateway")}

BY_SDK = (Reason(rank=DECIDES, cause="sdk"),)


def in_words(reasons: Sequence[Reason]) -> str:
    """``prompt (the user message) and model (another was asked)``: each once, what is named in its order."""
    names: dict[str, list[str]] = {}
    for each in reasons:
        if each.rank != ITSELF:
            names.setdefault(each.cause, []).extend([each.name] if each.name else [])
    words = dict(zip(names, names, strict=True))
    if any(each.cause == "prompt" and not each.is_text for each in reasons):
        words["prompt"] = "request"
    return " and ".join(_cause_in_words(cause, words[cause], listed(each)) for cause, each in names.items())


def _cause_in_words(cause: str, word: str, names: str) -> str:
    """``model (another was asked)``; of what is not known, what it may be."""
    if cause == "unknown":
        return names
    return f"{word} ({names})" if names else word


def listed(names: list[str]) -> str:
    names = [name for name in dict.fromkeys(names) if not any(name.startswith(f"{other}.") for other in names)]
    if "output_type" in names and {"response_format", "output_format"} & {*names}:
        names.remove("output_type")  # the same setting in short
    more = f" and {len(names) - FEW} more" if names[FEW:] else ""
    return ", ".join(names[:FEW]) + more
