"""What happened to a suite, for a person: as many sentences as there is room for, whatever the number of recordings.

A change that several recordings share is told once. Where there are more changes than lines, those of one rule are told
in one sentence (the least grave first), and what still has no room is counted.
"""

from __future__ import annotations

import re

from cassette_tools._record import record, replace
from cassette_tools.data.telling import is_of_secret, standing
from cassette_tools.reporters._head import change_in_words
from cassette_tools.scenarios import labels_of
from cassette_tools.words import cut_to_change

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from cassette_tools.reporters import Cell, DriftReport, DriftSuite, Group

LEVELS = ("breaking", "behavior", "shape", "cosmetic", "noise")
_LIST = 150  # characters of a list in a sentence
_NAMED = 4  # recordings of a change that are named


@record
class Entry:
    """One sentence: how grave, of which rules, whose doing (``""`` where it says so itself), in which recordings;
    `groups` are the ids of what it tells, `subject` is the thing that the words begin with, before their verb; `asked`
    the model that its calls ask, where most calls of these recordings ask another.
    """

    level: str
    rule: str
    words: str
    cause: str
    pairs: tuple[str, ...]
    groups: tuple[str, ...] = ()
    subject: str = ""
    asked: str = ""


@record
class Story:
    """What is told, the gravest first, then by `standing`, then what more recordings have; `left` is what had no
    room.
    """

    told: tuple[Entry, ...]
    left: tuple[Entry, ...] = ()

    @property
    def by_heading(self) -> dict[str, list[Entry]]:
        """The entries by level. Secrets have a heading of their own before all others, whatever a client does; and so
        have recordings that only one side has, behind them: they affect no client.
        """
        found: dict[str, list[Entry]] = {}
        for entry in sorted(self.told, key=lambda each: (not is_of_secret(each.rule), is_of_one_side(each))):
            found.setdefault(heading_of(entry), []).append(entry)
        return found


def heading_of(told: Entry | Group) -> str:
    """Below which heading it is told: mostly its level."""
    return _SECRETS if is_of_secret(told.rule) else _ONE_SIDED if is_of_one_side(told) else told.level


_SECRETS, _ONE_SIDED = "secrets", "recordings"
_ONE_SIDED_RULES = ("recording-removed", "recording-added")


def is_of_one_side(told: Entry | Group) -> bool:
    """Whether it is about recordings that only one side has."""
    return told.rule in _ONE_SIDED_RULES


def story_of(suite: DriftSuite, shown: tuple[str, ...], room: int, cost: Callable[[Entry], int] = lambda _: 1) -> Story:
    """The sentences of the levels that are shown: coarser ones while they cost more lines than there are, and at last
    no more of them than lines.
    """
    sheaves = [[group] for group in suite.groups if group.level in shown]
    entries = _entries(sheaves)
    while sum(map(cost, entries)) > room and (coarser := _coarser(sheaves, room)) is not None:
        sheaves = coarser
        entries = _entries(sheaves)
    told = entries if len(entries) <= room else _foremost(entries, max(room - 1, 1), suite.compared)
    return Story(told=tuple(told), left=tuple(entry for entry in entries if entry not in told))


def _foremost(entries: Sequence[Entry], room: int, recordings: int) -> list[Entry]:
    """The gravest changes, in at least half of the room; for each other level the change of most recordings; and the
    new thing of most recordings, although it breaks nobody.
    """
    levels = dict.fromkeys(entry.level for entry in entries)
    widest = [
        max((each for each in entries if each.level == level), key=lambda each: len(each.pairs)) for level in levels
    ]
    kept = [entry for entry in widest[1:] if len(entry.pairs) > 1][: room // 2]
    told = [entry for entry in entries if entry not in kept][: room - len(kept)] + kept
    common = next((entry for entry in entries if entry not in told and len(entry.pairs) > recordings / 2), None)
    if common is not None and len(told) > 1 and told[-1].level != "breaking":
        told[-1] = common
    return [entry for entry in entries if entry in told]


def _entries(sheaves: Sequence[Sequence[Group]]) -> list[Entry]:
    entries = [_entry(sheaf) for sheaf in sheaves]
    return sorted(entries, key=lambda each: (LEVELS.index(each.level), standing(each.rule), -len(each.pairs)))


def _coarser(sheaves: Sequence[list[Group]], room: int) -> list[list[Group]] | None:
    """The same with the changes of one rule and level together: of the least grave level, the rule with most of them.
    Where each rule has one sentence, those of a level that breaks nobody are one. What breaks somebody is told one by
    one where there is room for that. ``None`` where nothing is left to do.
    """
    alone = sum(_is_breaking(sheaf) for sheaf in sheaves) < room
    free = [sheaf for sheaf in sheaves if not (alone and _is_breaking(sheaf))]
    coarser = _joined(free, lambda group: (group.level, group.rule)) or _joined(
        free, lambda group: (group.level, "" if group.level in _HARMLESS else group.rule)
    )
    return coarser and [*(sheaf for sheaf in sheaves if sheaf not in free), *coarser]


def _is_breaking(sheaf: Sequence[Group]) -> bool:
    return sheaf[0].level == "breaking"


_HARMLESS = ("shape", "cosmetic", "noise")


def _joined(sheaves: Sequence[list[Group]], key: Callable[[Group], tuple[str, str]]) -> list[list[Group]] | None:
    counts: dict[tuple[str, str], int] = {}
    for sheaf in sheaves:
        counts[key(sheaf[0])] = counts.get(key(sheaf[0]), 0) + 1
    several = [each for each, count in counts.items() if count > 1]
    if not several:
        return None
    chosen = max(several, key=lambda each: (LEVELS.index(each[0]), counts[each]))
    whole = [group for sheaf in sheaves for group in sheaf if key(sheaf[0]) == chosen]
    return [*(sheaf for sheaf in sheaves if key(sheaf[0]) != chosen), whole]


def entry_of(group: Group) -> Entry:
    """The sentence of one group."""
    return _entry([group])


def _entry(groups: Sequence[Group]) -> Entry:
    first = groups[0]
    words = _of_one(first) if len(groups) == 1 else _of_several(groups)
    return Entry(
        level=first.level,
        rule=", ".join(dict.fromkeys(group.rule for group in groups)),
        words=words,
        cause=_cause(groups),
        pairs=tuple(dict.fromkeys(path for group in groups for path in group.pairs)),
        groups=tuple(group.id for group in groups),
        subject=first.subject if words.startswith(f"{first.subject} ") else "",
        asked=_other_model(groups),
    )


def _other_model(groups: Sequence[Group]) -> str:
    """The one model that all calls ask, if it is not the model of the recordings."""
    asked = {member.asked for group in groups for member in group.members}
    return labels_of(asked)[next(iter(asked))] if len(asked) == 1 and any(next(iter(asked))) else ""


def _cause(groups: Sequence[Group]) -> str:
    """Who did it, as far as that is the same for all of them; ``""`` where the changes say so themselves."""
    told = {member.evidence for group in groups for member in group.members}
    if len(told) > 1:
        told = {evidence.partition(" (")[0] for evidence in told}
    return told.pop() if len(told) == 1 else ""


def _of_one(group: Group) -> str:
    """The sentence of a group. What differs between its members stands in the place of the ``…`` where it says
    something of several; else the sentence ends before it.
    """
    if len(group.members) == 1:
        return _words_of(group)
    head, gap, tail = group.message.partition("…")
    own = _counted(group)
    if not gap or len(own) < _DIFFERENT:
        return group.message
    if len(own) <= _LISTED or len(own) <= len(group.pairs) / 2:
        return _with_own(head, own, tail)
    return _begun(group) + _span([group])


def _with_own(head: str, own: Mapping[str, int], tail: str) -> str:
    """The sentence with a list in its midst; the mark that each of them ends with stands once, behind the list."""
    marks = {name[-1] for name in own}
    mark = marks.pop() if len(marks) == 1 and marks <= set(":;,") else ""
    listed = _listed({name.removesuffix(mark): count for name, count in own.items()})
    return f"{head}{listed}{mark}{tail}"


_DIFFERENT = 2  # ways in which members differ
_LISTED = 3  # of these are always told


def _words_of(group: Group) -> str:
    said = group.example.said
    return group.message if said is None or group.rule == "system-prompt-changed" else said.words


def _begun(group: Group) -> str:
    """The sentence of a group up to what it says of single recordings."""
    head = group.template
    for mark in ("; ", ": "):
        head = head.partition(mark)[0]
    return head.strip() or group.template


def _span(groups: Sequence[Group]) -> str:
    """By how much amounts changed that are too many to be told: ``, ×0.431 to ×1.95``."""
    words = (text for group in groups for text in (_words_of(group), *(member.own for member in group.members)))
    told = (text.partition("; ")[0] for text in words)  # what follows is of another amount
    factors = sorted({float(found) for text in told for found in re.findall(r"×(\d+(?:\.\d+)?)", text)})
    return f", ×{factors[0]:g} to ×{factors[-1]:g}" if len(factors) > 1 else ""


def _of_several(groups: Sequence[Group]) -> str:
    """The changes of one rule (or of several), by what they are of (fields, tools), else by how they are told."""
    rules = {group.rule for group in groups}
    if len(rules) > 1:
        return _of_rules(groups)
    together = _TOGETHER.get(groups[0].rule)
    if together is not None:
        head, name_of = together
        return f"{head}: {_listed(_recordings((name_of(group), group) for group in groups))}"
    subjects = _recordings((_brief(group.subject), group) for group in groups)
    sentences = _recordings((_begun(group), group) for group in groups)
    if len(sentences) == 1:
        only = next(iter(sentences))
        if "…" in only and len(subjects) == 1:  # the words say more than the thing
            return _listed(_recordings((_words_of(group), group) for group in groups))
        told = only.replace("…", _listed(subjects), 1) + _span(groups)
        return told if told != only else _with_ends(only, groups)
    if len(subjects) == 1:
        return _listed(sentences)
    alike = {_begun(group).replace(group.subject, "…", 1) for group in groups}
    head = alike.pop() if len(alike) == 1 else ""
    if head.count("…") != 1 or head.startswith("…"):
        whole = _recordings((_words_of(group), group) for group in groups)
        if len(whole) <= _LISTED and all(map(CHANGE.search, whole)):
            return _listed(whole)  # unlike changes: show the old and the new value of each
        return f"{groups[0].rule.replace('-', ' ').replace(' url ', ' URL ')}: {_listed(subjects)}"
    return head.replace("…", _listed(subjects))


CHANGE = re.compile(r" (?:→|became) ")


def _with_ends(sentence: str, groups: Sequence[Group]) -> str:
    """A sentence with its short details: which requests are no longer recorded."""
    ends = _recordings((_words_of(group).removeprefix(f"{sentence}: "), group) for group in groups)
    if groups[0].rule in _UNLIKE and (len(ends) > _LISTED or sum(map(len, ends)) > _LIST // 2):
        return f"{sentence} in {len(ends)} ways, one of them: {min(ends, key=len)}"
    is_little = len(ends) <= _LISTED and not any(end.startswith(sentence) for end in ends)
    return f"{sentence}: {_listed(ends)}" if is_little else sentence


_UNLIKE = ("text-facts-changed",)  # a few of them, each without its middle, say nothing: one says more whole

_TOGETHER: dict[str, tuple[str, Callable[[Group], str]]] = {
    "tool-call-added": ("the model makes more calls", lambda group: group.subject),
    "request-field-removed": ("the request no longer has", lambda group: _brief(group.subject)),
    "tool-call-removed": ("the model makes fewer calls", lambda group: group.subject),
    "tool-call-renamed": (
        "the model calls another tool",
        lambda group: change_in_words(str(group.example.old), str(group.example.new)),
    ),
}


def _of_rules(groups: Sequence[Group]) -> str:
    """The fields that are new, those that are gone, and what else changed: ``new: tier (3), id (2); gone: region``."""
    found: dict[str, list[tuple[str, Group]]] = {}
    for group in groups:
        kind, _, end = group.rule.rpartition("-")
        thing = _THINGS.get(kind, "") + _brief(group.subject)
        found.setdefault(_VERBS.get(end, "changed"), []).append((thing or kind.replace("-", " "), group))
    verbs = sorted(found, key=lambda verb: [*_VERBS.values(), verb].index(verb))
    return "; ".join(f"{verb}: {_listed(_recordings(found[verb]))}" for verb in verbs)


_THINGS = {"header": "header ", "event-type": "event "}  # the others are fields
_VERBS = {"added": "new", "appeared": "new", "removed": "gone", "vanished": "gone", "filled": "no longer null"}


def _recordings(named: Iterable[tuple[str, Group]]) -> dict[str, int]:
    """In how many recordings each name is found."""
    found: dict[str, set[str]] = {}
    for name, group in named:
        found.setdefault(name, set()).update(group.pairs)
    return {name: len(paths) for name, paths in found.items()}


def _brief(subject: str) -> str:
    """A field by the end of its path: ``audio_tokens``; a name of one word with what holds it: ``tools[].type``."""
    if " " in subject:
        return subject
    steps = subject.split(".")
    return ".".join(steps[-2:]) if steps[-1].removesuffix("[]").islower() and "_" not in steps[-1] else steps[-1]


def _counted(group: Group) -> dict[str, int]:
    """What the members have of their own, and in how many recordings."""
    found: dict[str, set[str]] = {}
    for member in group.members:
        found.setdefault(member.own, set()).add(member.pair)
    return {own: len(paths) for own, paths in found.items() if own}


def _listed(counts: Mapping[str, int]) -> str:
    """``a (16), b (8) and 3 more``, the most frequent first; no numbers where all are the same."""
    numbered = len(set(counts.values())) > 1
    names = sorted(counts, key=lambda each: -counts[each])
    comma = "; " if any(", " in name for name in names) else ", "
    told: list[str] = []
    for name in names:
        room = (
            _LIST if not told and " → " in name else _LIST // 2
        )  # one readable change is better than two that are cut
        words = cut_to_change(name, room) + (f" ({counts[name]})" if numbered else "")
        if told and len(comma.join([*told, words])) > _LIST:
            break
        told.append(words)
    left = len(names) - len(told)
    return comma.join(told) + (f" and {left} more" if left else "")


def sentence(entry: Entry, suite: DriftSuite, *, brief: bool = False) -> str:
    """An entry with where it is found, and whose doing it is; a brief one names no recordings but a single one."""
    single = len(entry.pairs) == 1
    place = where(entry.pairs, suite, named=1 if brief else _NAMED)
    cause = entry.cause.partition(" (")[0] if brief else entry.cause
    told = f"; cause: {_gateway(entry, suite) if cause == 'gateway' else cause}" if cause else ""
    place = ", in calls of ".join(filter(None, (place, entry.asked)))
    if not place:
        return entry.words + told
    return (f"{place}: {entry.words}" if single else f"{entry.words} ({place})") + told


def _gateway(entry: Entry, suite: DriftSuite) -> str:
    """By its name, or by what it is: ``the gateway openrouter``."""
    wanted = {*entry.pairs}
    names = {cell.provider_name for cell in suite.matrix if cell.path in wanted}
    return f"the gateway {names.pop()}" if len(names) == 1 else "a gateway (between the client and the model)"


def left_in_words(entries: Sequence[Entry], width: int = 10**6) -> str:
    """``3 more changes: 2 behavior (text-changed, cost-changed), 1 shape (wire-field-added)``; with fewer rules where
    the line has no room.
    """
    ways = (_left_with(entries, rules) for rules in (_EVERY, 3, 2, 1))
    return next((told for told in ways if len(told) <= width), _left_with(entries, 0))


_EVERY = 10**6


def _left_with(entries: Sequence[Entry], most: int) -> str:
    """What is left, by level: how many changes, and so many of their rules."""
    told = []
    for level in LEVELS:
        here = [entry for entry in entries if entry.level == level]
        rules = [*dict.fromkeys(rule for entry in here for rule in entry.rule.split(", "))]
        named = ", ".join([*rules[:most], *["…"] * (len(rules) > most)])
        told += [f"{_changes_of(here)} {level}" + f" ({named})" * bool(most)] if here else []
    count = _changes_of(entries)
    return f"{count:,} more change{'s' * (count != 1)}: {', '.join(told)}"


def _changes_of(entries: Sequence[Entry]) -> int:
    return sum(len(entry.groups) for entry in entries)


def verdict_of(suite: DriftSuite) -> str:
    """What it comes to, in one sentence: how grave it is at worst, and in how many recordings."""
    worst = [worst_of(pair) for pair in suite.pairs] + [""] * suite.unread_count
    level = min(filter(None, worst), key=LEVELS.index, default="")
    share = _share(worst.count(level), len(worst))
    told = VERDICTS[level].format(share) if worst else "nothing was compared"
    if suite.has_chosen_changes and worst:  # nothing is known of the other changes
        told = f"only {', '.join(suite.only)}: {f'{level} changes' if level else 'no such change'} in {share}"
    return "; ".join([told, *_secrets(suite), *_moved(suite)])


def _secrets(suite: DriftSuite) -> list[str]:
    """In how many recordings a secret is that was not there: whoever reads only the headline must know."""
    count = sum(
        any(is_of_secret(each.rule) and each.level != "noise" for each in pair.findings) for pair in suite.pairs
    )
    return [f"a secret appeared in {_share(count, suite.compared)}"] if count else []


def _moved(suite: DriftSuite) -> list[str]:
    """How many recordings have no counterpart, and how many could not be compared."""
    moved = (("added", suite.added), ("removed", suite.removed), ("not readable", suite.errors))
    told = ", ".join(f"{len(paths):,} {name}" for name, paths in moved if paths)
    return [told] if told else []


VERDICTS = {
    "breaking": "a client can fail on {}",
    "behavior": "nothing breaks a client; the behaviour changed in {}",
    "shape": "the behaviour is the same; other fields are on the wire in {}",
    "cosmetic": "the meaning is the same; the words differ in {}",
    "": "no drift in {}",
}


def worst_of(pair: DriftReport) -> str:
    """The gravest level of a pair, ``""`` where none is above noise."""
    return min({each.level for each in pair.findings} - {"noise"}, key=LEVELS.index, default="")


def _share(count: int, whole: int) -> str:
    if whole == 1:
        return "the new recording"
    return f"all {whole:,} recordings" if count == whole > 0 else f"{count:,} of {whole:,} recordings"


def counts_of(suite: DriftSuite, shown: tuple[str, ...]) -> str:
    """How many changes of each level all recordings have together, and how many are not shown."""
    if not suite.compared and not any(suite.summary.values()):
        return "nothing was compared"
    counts = {level: suite.summary.get(level, 0) for level in LEVELS}
    graver = {member.level for group in suite.groups for member in group.members if member.level != group.level}
    seen = [
        f"{count:,} {level}" + " (listed with a graver change)" * (level in graver)
        for level, count in counts.items()
        if level in shown and count
    ]
    hidden = [f"{count:,} {level}" for level, count in counts.items() if level not in shown and count]
    total = sum(counts[level] for level in shown)
    least = f" above {LEVELS[len(shown)]}" if len(shown) < len(LEVELS) else ""
    none = "no such change" if suite.has_chosen_changes else "no drift"
    told = f"{total:,} change{'s' * (total != 1)} in all: {', '.join(seen)}" if seen else f"{none}{least}"
    out = [f"{count:,} {level}" for level, count in suite.left_out.items() if count and level != "noise"]
    ways = (("not shown", hidden), ("left out by --only", out))
    return "; ".join([told, *(f"{name}: {', '.join(counted)}" for name, counted in ways if counted)])


def head_of(suite: DriftSuite) -> str:
    """How many recordings were compared, how grave the gravest change of each is, and which have no counterpart."""
    pairs = suite.compared
    worst = [(level, sum(cell.level == level for cell in suite.matrix)) for level in LEVELS]
    drifted = [f"{count:,} {level}" for level, count in worst if count]
    lacking = "such a change" if suite.has_chosen_changes else "drift"
    quiet = [f"{suite.without_drift:,} without {lacking}"] if suite.without_drift else []
    head = f"{pairs:,} recording{'s' * (pairs != 1)} compared" + (f", only {', '.join(suite.only)}" * bool(suite.only))
    told = f"each by its gravest change: {', '.join([*drifted, *quiet])}" if drifted else f"none has {lacking}"
    head += f", {told}" * bool(pairs)
    moved = _moved(suite)
    moved += [f"{len(suite.renamed):,} renamed ({_renamed(suite)})"] if suite.renamed else []
    return "; ".join([head, *_secrets(suite), *filter(None, [", ".join(moved)])])


def _renamed(suite: DriftSuite) -> str:
    sides = (suite.old, suite.new)
    own = ([path.removeprefix(f"{side}/") for path, side in zip(each, sides, strict=True)] for each in suite.renamed)
    return renamings_in_words((old, new) for old, new in own)


def renamings_in_words(paths: Iterable[tuple[str, str]]) -> str:
    """Which steps of the paths became which, the most frequent first."""
    counts: dict[str, int] = {}
    for old, new in paths:
        words = " → ".join(_apart(old.split("/"), new.split("/")))
        counts[words] = counts.get(words, 0) + 1
    return _listed(counts)


def _apart(old: list[str], new: list[str]) -> tuple[str, str]:
    """Two paths without the steps that both begin and end with."""
    while len(old) > 1 and len(new) > 1 and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return "/".join(old), "/".join(new)


# --- where -----------------------------------------------------------------------------------------------------------


def where(pairs: Sequence[str], suite: DriftSuite, named: int = _NAMED) -> str:
    """In which recordings: ``all``; ``all of kimi-k2``; the names of a few (as many as `named`); ``of a and b``;
    ``of 4 models``.
    """
    cells = {cell.path: cell for cell in suite.matrix}
    wanted = set(pairs)
    here = [cell for path, cell in cells.items() if path in wanted]
    if not here:
        return _folders(pairs) if len(pairs) > 1 else _below(pairs[0], suite)
    if len(here) == len(cells) > 1 and not suite.unread:
        return "all recordings"
    scenarios = {cell.scenario for cell in here}
    if len(scenarios) == 1 < len(here) and scenarios < {cell.scenario for cell in suite.matrix}:
        return scenarios.pop()
    labels = labels_of([*map(model_of, suite.matrix), *suite.unread])
    return _by_models(here, suite, labels, named)


def _by_models(here: Sequence[Cell], suite: DriftSuite, labels: Mapping[tuple[str, str], str], named: int) -> str:
    """By the models that the recordings are of: the recordings of each, where they are few."""
    models = list(dict.fromkeys(map(model_of, here)))
    is_one = len(models) == 1
    if is_one and len(labels) > 1 and 1 < len(here) == _count_of(models[0], suite):
        return f"all of {labels[models[0]]}"
    if len(here) <= named:
        return "; ".join(_named(model, here, suite, labels, brief=named == 1) for model in models)
    if is_one and len(labels) == 1:
        return ""
    if len(models) <= (_FEW_MODELS if named > 1 else 1):
        return f"of {' and '.join(labels[model] for model in models)}"
    return "of all models" if len(models) == len(labels) else f"of {len(models)} models"


_FEW_MODELS = 2  # whose names are told


def _count_of(model: tuple[str, str], suite: DriftSuite) -> int:
    """How many recordings of a model were compared."""
    read = {pair.new_path for pair in suite.pairs}
    unread = suite.unread[model].recordings if model in suite.unread else 0
    return sum(model_of(cell) == model for cell in suite.matrix if cell.path in read) + unread


def _below(path: str, suite: DriftSuite) -> str:
    """A path relative to the folder that is one side of the comparison."""
    side = next((side for side in (suite.old, suite.new) if path.startswith(f"{side}/")), "")
    return path.removeprefix(f"{side}/") if side else path


def _folders(paths: Sequence[str]) -> str:
    """What no pair has, by its folders below the one that all have in common."""
    folders = [path.rpartition("/")[0].split("/") for path in paths]
    common = next((at for at, steps in enumerate(zip(*folders, strict=False)) if len(set(steps)) > 1), 0)
    counts: dict[str, int] = {}
    for steps in folders:
        name = "/".join(steps[common : common + 1] if len(paths) > _NAMED else steps[common:])
        counts[name] = counts.get(name, 0) + 1
    return _listed(counts)


def _named(
    model: tuple[str, str],
    here: Sequence[Cell],
    suite: DriftSuite,
    labels: Mapping[tuple[str, str], str],
    *,
    brief: bool,
) -> str:
    """``tool and simple of kimi-k2``; by their paths where scenario and model are not enough to tell them apart. A
    `brief` one names no model where the scenario is enough.
    """
    own = [cell for cell in here if model_of(cell) == model]
    scenarios = [cell.scenario for cell in suite.matrix if model_of(cell) == model]
    names = [cell.scenario for cell in own]
    if any(scenarios.count(name) > 1 for name in names):
        return ", ".join(cell.path for cell in own)
    listed = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    others = {cell.scenario for cell in suite.matrix if model_of(cell) != model}
    is_enough = len(labels) == 1 or (brief and others.isdisjoint(names))
    return listed if is_enough else f"{listed} of {labels[model]}"


def model_of(cell: Cell) -> tuple[str, str]:
    """By whom a recording is answered: the provider and the model."""
    return cell.provider_name, cell.model


# --- the table -------------------------------------------------------------------------------------------------------


@record
class Table:
    """Rows of models, columns of scenarios (or the other way round): the gravest level of the recordings at each
    crossing, "" for none above noise, ``None`` for no recording.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str | None, ...]], ...]
    quiet: str = ""  # the meaning of an empty mark


def table_of(suite: DriftSuite, shown: tuple[str, ...]) -> Table | None:
    """The models against the scenarios; ``None`` where there is nothing to be crossed, or all is the same."""
    labels = labels_of(map(model_of, suite.matrix))
    found: dict[tuple[str, str], str] = {}
    for cell in suite.matrix:
        key = labels[model_of(cell)], cell.scenario
        level = cell.level if cell.level in shown else ""
        found[key] = _worse(found.get(key, ""), level)
    models, scenarios = (sorted({key[side] for key in found}) for side in (0, 1))
    if len(models) * len(scenarios) > _SPARSE * len(found) or len(set(found.values())) < _DIFFERENT:
        return None
    drifted = [key for key, level in found.items() if level]
    if any(len({key[side] for key in drifted}) < _DIFFERENT for side in (0, 1)):
        return None  # with one row or one column, a sentence says it all
    rows = tuple((model, tuple(found.get((model, each)) for each in scenarios)) for model in models)
    return Table(columns=tuple(scenarios), rows=rows, quiet=none_in_words(suite, shown))


def none_in_words(suite: DriftSuite, shown: tuple[str, ...]) -> str:
    """What an empty mark means in a table of these levels."""
    least = LEVELS[len(shown)] if len(shown) < len(LEVELS) else "noise"
    if suite.has_chosen_changes:
        return "no such change" + f" above {least}" * (least != "noise")
    return "no drift" if least == "noise" else f"at most {least}"


_SPARSE = 3  # crossings for a recording: with more the table says nothing


def _worse(one: str, other: str) -> str:
    return min(filter(None, (one, other)), key=LEVELS.index, default="")


def turned(table: Table) -> Table:
    """Rows and columns in each other's place."""
    rows = tuple((column, tuple(row[at] for _, row in table.rows)) for at, column in enumerate(table.columns))
    return replace(table, columns=tuple(name for name, _ in table.rows), rows=rows)


def folded(table: Table) -> Table:
    """Rows that are alike as one, and columns likewise: ``simple_streaming +2``."""
    return turned(_rows_folded(turned(_rows_folded(table))))


def _rows_folded(table: Table) -> Table:
    alike: dict[tuple[str | None, ...], list[str]] = {}
    for name, cells in table.rows:
        alike.setdefault(cells, []).append(name)
    rows = ((names[0] + (f" +{len(names) - 1}" if names[1:] else ""), cells) for cells, names in alike.items())
    return replace(table, rows=tuple(rows))
