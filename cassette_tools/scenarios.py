"""Which scenario a recording is of, and what a person calls its model: told by the paths and the models of all."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Model = tuple[str, str]  # the provider and the model; "" for what is not known

_SUFFIX = re.compile(r"\.[a-z][a-z0-9]*$")  # not that of ``gemini-2.5-flash``


# --- guessed: what stays when the model changes ----------------------------------------------------------------------


def scenarios_of(paths: Sequence[str], models: Sequence[Model]) -> list[str]:
    """The scenario of each path: its last step that names no model. A folder is told as well where two of one model
    would be the same; that with most recordings goes without saying.
    """
    names = [_steps(path, model) for path, model in zip(paths, models, strict=True)]
    if len({tuple(name) for name in names}) > 1:
        while all(len(name) > 1 for name in names) and len({name[-1] for name in names}) == 1:
            names = [name[:-1] for name in names]  # ``trip/cassette.yaml``
    split = [len(name) - (2 if name[-1].isdigit() and len(name) > 1 else 1) for name in names]  # a number names nothing
    brief = ["/".join(name[at:]) for name, at in zip(names, split, strict=True)]
    folders = ["/".join(name[max(at - 1, 0) : at]) for name, at in zip(names, split, strict=True)]
    implied = _implied_folders(brief, folders, models)
    return [
        scenario if not folder or (scenario, folder) in implied else f"{folder}/{scenario}"
        for scenario, folder in zip(brief, folders, strict=True)
    ]


def _implied_folders(scenarios: Sequence[str], folders: Sequence[str], models: Sequence[Model]) -> set[tuple[str, str]]:
    """For each scenario the folders that need not be told: no two of them have a recording of one model. Of two that
    have, the one with more recordings is chosen, of this scenario and then of all, then the shorter name; of equals
    neither.
    """
    asked: dict[str, dict[str, set[Model]]] = {}
    for scenario, folder, model in zip(scenarios, folders, models, strict=True):
        asked.setdefault(scenario, {}).setdefault(folder, set()).add(model)
    here, in_all = Counter(zip(scenarios, folders, strict=True)), Counter(folders)
    implied: set[tuple[str, str]] = set()
    for scenario, own in asked.items():

        def weight(folder: str, scenario: str = scenario) -> tuple[int, int, int]:
            return here[scenario, folder], in_all[folder], -len(folder)

        for folder in sorted(own, key=weight, reverse=True):
            rivals = [other for other in own if other != folder and own[other] & own[folder]]
            if not any((scenario, each) in implied or weight(each) == weight(folder) for each in rivals):
                implied.add((scenario, folder))
    return implied


def _steps(path: str, model: Model) -> list[str]:
    """The parts of a path that name no model and no provider; at least the file's own name."""
    steps = _SUFFIX.sub("", path.replace("\\", "/")).split("/")
    own = _words(" ".join(model)) | _words(model[0].replace("_", ""))  # ``xai`` for x_ai
    kept = [without for step in steps if (without := _without_model(step, own, _words(model[1])))]
    return kept or steps[-1:]


@lru_cache(maxsize=4_096)  # folders have many recordings
def _without_model(step: str, own: frozenset[str], model: frozenset[str]) -> str:
    """A part of a path without what names the model: ``test_tool`` of ``test_tool[gpt-4o]`` and of
    ``test_gpt-4o_tool``; "" for ``azure-gpt-5``.
    """
    bare = re.sub(r"\[([^\[\]]*)\]", lambda found: "" if _names(found[1], own) else found[0], step)
    return "" if _names(bare, own) else _cut_out(bare, own, model)


def _names(step: str, own: frozenset[str]) -> bool:
    """Whether more than half of the words of a step are the model's or the provider's, and few say something else: a
    long name of a model makes no other name of a test.
    """
    words = _words(step)
    return bool(words) and 2 * len(words & own) > len(words) and len(words - own) <= _FEW_OTHERS


_FEW_OTHERS = 2


def _cut_out(step: str, own: frozenset[str], model: frozenset[str]) -> str:
    """A step without the longest run of words that names the model: two words or more, of the model's three or half."""
    runs: list[list[re.Match[str]]] = [[]]
    for word in re.finditer(_WORD, step.lower()):
        runs = [*runs[:-1], [*runs[-1], word]] if word[0] in own else [*runs, []]
    run = max(runs, key=len)
    named = len({word[0] for word in run} & model)
    if len(run) < 2 or (named < 3 and 2 * named < len(model)):
        return step
    end = run[-1].end()
    if "_" in step[end:] and step[end] in "-.":  # ``gpt-4-turbo_`` of gpt-4.1
        end = step.index("_", end)
    before, after = step[: run[0].start()].rstrip(_BETWEEN), step[end:].lstrip(_BETWEEN)
    return "_".join(filter(None, (before, after)))


_WORD = r"[a-z]+|\d+"
_BETWEEN = "_-.: "


@lru_cache(maxsize=4_096)
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(_WORD, text.lower()))


# --- said: a pattern with named parts --------------------------------------------------------------------------------

PARTS = ("suite", "scenario", "provider", "model")


def parts_by(pattern: str) -> Callable[[str], Mapping[str, str] | None]:
    """What reads the named parts of a path, ``None`` for a path that does not fit. In the pattern ``{scenario}``,
    ``{suite}``, ``{provider}`` and ``{model}`` are any text without a slash, ``*`` is any text; what stands before the
    pattern's beginning goes unsaid. Raises UsageError.
    """
    named = re.findall(r"\{([^{}]*)\}", pattern)
    wrong = next((name for name in named if name not in PARTS or named.count(name) > 1), None)
    if wrong is not None or "scenario" not in named:
        seen = "" if wrong is None else f": {{{wrong}}} is {'there twice' if wrong in PARTS else 'no part'}"
        raise UsageError(
            f"--scenario-from {pattern}{seen}; expected a path with {{scenario}} in it, and if need be {{suite}}, "
            "{provider} and {model}, such as '{suite}/{model}/{scenario}.yaml'"
        )
    whole = re.compile("".join(_regex_of(pattern)), re.DOTALL)

    def parts(path: str) -> Mapping[str, str] | None:
        found = whole.fullmatch(path.replace("\\", "/"))
        return None if found is None else found.groupdict()

    return parts


def _regex_of(pattern: str) -> Iterator[str]:
    yield r"(?:.*/)?"
    for piece in re.split(r"(\{[^{}]*\}|\*)", pattern):
        if piece == "*":
            yield ".*"
        else:
            yield f"(?P<{piece[1:-1]}>[^/]+)" if piece.startswith("{") else re.escape(piece)


# --- models ----------------------------------------------------------------------------------------------------------


def most_asked(calls: Iterable[tuple[Model, int | None]]) -> Model:
    """The provider and the model that most calls ask, of as many that with the most input tokens (a title is made by a
    small model); ``""`` for none.
    """
    asked: dict[Model, list[int]] = {}
    for model, tokens in calls:
        asked.setdefault(model, []).append(tokens or 0)
    return max(asked, key=lambda each: (len(asked[each]), max(asked[each])), default=("", ""))


def labels_of(models: Iterable[Model]) -> dict[Model, str]:
    """What a person calls each model: the end of its name without a date; more of it where two are alike."""
    each_once = list(dict.fromkeys(models))
    ways = [_undated, _last, _in_full]  # the first that tells a model from all others
    names = [[way(each) for each in each_once] for way in ways]
    return {
        each: next((found[at] for found in names if found.count(found[at]) == 1), names[-1][at])
        for at, each in enumerate(each_once)
    }


def _undated(model: Model) -> str:
    return re.sub(r"-(\d{8}|\d{4}-\d\d-\d\d)$", "", _last(model))


def _last(model: Model) -> str:
    return model[1].rpartition("/")[2] or _provider(model, "no model")


def _in_full(model: Model) -> str:
    return f"{model[1] or 'no model'} ({_provider(model, 'unknown provider')})"


def _provider(model: Model, else_: str) -> str:
    return else_ if model[0] in ("", "unknown") else model[0]
