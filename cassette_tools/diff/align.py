"""Who answers to whom: pairs interactions by what they ask, and messages and tool calls by what they say.

Equal things are paired first, by key, in order: that settles nearly everything in time linear in its number. Only what
is left is compared each with each, and assigned so that the likeness of all pairs together is greatest.
"""

from __future__ import annotations

from cassette_tools._record import record
from cassette_tools.diff.vocabulary import operation_family, plain_result
from cassette_tools.model import Blob, Reasoning, Refusal, Text, ToolCall, ToolCallResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from typing import TypeAlias, TypeVar

    from cassette_tools.model import Interaction, Message, Part

    T = TypeVar("T")
    Indices: TypeAlias = tuple[int | None, int | None]

LIKE_ENOUGH = 0.35  # below this, two requests ask for different things
MANY = 150  # more than this on both sides are paired in order only: assignment is cubic


@record
class Pair:
    """Two interactions that ask the same, or one that stands alone. `moved` says that others overtook it."""

    old: Interaction | None
    new: Interaction | None
    moved: bool = False

    @property
    def path(self) -> str:
        """``interactions[3]``, counted in the new recording unless only the old one has it."""
        interaction = self.new if self.new is not None else self.old
        return f"interactions[{interaction.index if interaction is not None else 0}]"


# --- interactions --------------------------------------------------------------------------------------------------


def align_interactions(old: Sequence[Interaction], new: Sequence[Interaction]) -> tuple[Pair, ...]:
    """Pairs in the order of the new recording; what only the old one has stands where it stood."""
    coupled = _pair_by_keys(old, new, (_same_bytes, _whole_request, question_of))
    rest_old = [i for i in range(len(old)) if i not in coupled]
    taken = set(coupled.values())
    rest_new = [j for j in range(len(new)) if j not in taken]
    if rest_old and rest_new:
        coupled.update(_pair_by_likeness(old, new, rest_old, rest_new))
    return _in_order(old, new, coupled)


def _pair_by_keys(
    old: Sequence[Interaction], new: Sequence[Interaction], keys: Sequence[Callable[[Interaction], Hashable]]
) -> dict[int, int]:
    coupled: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        groups: dict[Hashable, tuple[list[int], list[int]]] = {}
        for i, interaction in enumerate(old):
            if i not in coupled:
                groups.setdefault(key(interaction), ([], []))[0].append(i)
        for j, interaction in enumerate(new):
            if j not in taken:
                groups.setdefault(key(interaction), ([], []))[1].append(j)
        for lefts, rights in groups.values():
            for i, j in _pair_repeats(old, new, lefts, rights):
                coupled[i] = j
                taken.add(j)
    return coupled


def _pair_repeats(
    old: Sequence[Interaction], new: Sequence[Interaction], lefts: list[int], rights: list[int]
) -> Sequence[tuple[int, int]]:
    """The same request, sent more than once (polling, a retry): as many answers as possible shall be the same."""
    if len(lefts) == len(rights) or not lefts or not rights:
        return list(zip(lefts, rights, strict=False))
    answers_old = [_answer(old[i]) for i in lefts]
    answers_new = [_answer(new[j]) for j in rights]

    def likeness(i: int, j: int) -> float:
        same_status = old[lefts[i]].response.status_code == new[rights[j]].response.status_code
        return 0.1 + same_status + 2 * (answers_old[i] == answers_new[j])

    pairs = align_in_order(len(lefts), len(rights), likeness)
    return [(lefts[i], rights[j]) for i, j in pairs if i is not None and j is not None]


def _pair_by_likeness(
    old: Sequence[Interaction], new: Sequence[Interaction], rest_old: list[int], rest_new: list[int]
) -> dict[int, int]:
    features_old = [_features(old[i]) for i in rest_old]
    features_new = [_features(new[j]) for j in rest_new]
    alone = len(old) == len(new) == 1

    def likeness(a: int, b: int) -> float:
        left, right = old[rest_old[a]], new[rest_new[b]]
        if left.request.method.upper() != right.request.method.upper() or (left.llm is None) != (right.llm is None):
            return 0.0
        if alone:
            return 1.0  # two recordings of one call each were made to be compared
        score = 2 * len(features_old[a] & features_new[b]) / (len(features_old[a]) + len(features_new[b]) or 1)
        if score < LIKE_ENOUGH:
            return 0.0
        return score - 0.01 * abs(a / len(rest_old) - b / len(rest_new))

    if min(len(rest_old), len(rest_new)) > MANY:
        couples = align_in_order(len(rest_old), len(rest_new), likeness)
    else:
        couples = assign(len(rest_old), len(rest_new), likeness)
    return {rest_old[a]: rest_new[b] for a, b in couples if a is not None and b is not None}


def _in_order(old: Sequence[Interaction], new: Sequence[Interaction], coupled: dict[int, int]) -> tuple[Pair, ...]:
    partner = {j: i for i, j in coupled.items()}
    kept = set(_longest_rise([partner[j] for j in sorted(partner)]))
    pairs: list[Pair] = []
    due = 0
    for j, interaction in enumerate(new):
        i = partner.get(j)
        if i is None:
            pairs.append(Pair(old=None, new=interaction))
            continue
        if i in kept:
            pairs.extend(Pair(old=old[k], new=None) for k in range(due, i) if k not in coupled)
            due = max(due, i + 1)
        pairs.append(Pair(old=old[i], new=interaction, moved=i not in kept))
    pairs.extend(Pair(old=old[k], new=None) for k in range(due, len(old)) if k not in coupled)
    return tuple(pairs)


def _longest_rise(values: list[int]) -> list[int]:
    """The longest increasing subsequence: those who kept their order."""
    from bisect import bisect_left

    tails: list[int] = []
    at: list[int] = []
    for value in values:
        position = bisect_left(tails, value)
        tails[position : position + 1] = [value]
        at.append(position)
    wanted = len(tails) - 1
    rise: list[int] = []
    for value, position in zip(reversed(values), reversed(at), strict=True):
        if position == wanted:
            rise.append(value)
            wanted -= 1
    return rise[::-1]


# --- what a request asks -------------------------------------------------------------------------------------------


def url_path(url: str) -> str:
    """The path of a URL, without host and query."""
    rest = url.partition("://")[2] or url
    path = rest.partition("/")[2] if "://" in url else rest.lstrip("/")
    return "/" + path.partition("?")[0].partition("#")[0]


def _same_bytes(interaction: Interaction) -> Hashable:
    request = interaction.request
    return (request.method.upper(), request.url, request.body.text, request.body.raw)


def _whole_request(interaction: Interaction) -> Hashable:
    call = interaction.llm
    if call is None:
        return (interaction.request.method.upper(), interaction.request.url, interaction.request.body.text)
    return (*_asked(interaction), call.request_model, repr(call.parameters), tuple(tool.name for tool in call.tools))


def question_of(interaction: Interaction) -> Hashable:
    """What a request asks, whichever model and with whatever settings; equal for retries and polls."""
    if interaction.llm is None:
        body = interaction.request.body
        return (
            interaction.request.method.upper(),
            url_path(interaction.request.url),
            body.text,
        )
    return _asked(interaction)


def _asked(interaction: Interaction) -> tuple[Hashable, ...]:
    call = interaction.llm
    if call is None:
        return ()
    said = tuple(message_key(message) for message in call.input_messages)
    system = tuple(part_key(part) for part in call.system_instructions)
    return (interaction.request.method.upper(), operation_family(call.operation_name), system, said)


def _answer(interaction: Interaction) -> Hashable:
    call = interaction.llm
    if call is None or call.error is not None:
        return interaction.response.body.text
    return tuple(message_key(message) for message in call.output_messages)


_JSON_SIGNS = str.maketrans(dict.fromkeys('"{}[]:,', " "))


def _features(interaction: Interaction) -> frozenset[Hashable]:
    """What tells requests apart: the turns of the conversation, their words, the tools, the path of the URL."""
    call = interaction.llm
    path = url_path(interaction.request.url)
    if call is None:
        words = sorted({*(interaction.request.body.text or "").translate(_JSON_SIGNS).split()})
        steps = path.split("/")
        return frozenset((path, ("steps", len(steps)), *steps, *words[:400]))
    turns = tuple(message.role for message in call.input_messages)
    keys = [message_key(message) for message in call.input_messages]
    asked = (message for message in call.input_messages if message.role != "assistant")  # what was answered is an echo
    parts = [part for message in asked for part in message.parts if not isinstance(part, Reasoning)]
    words = " ".join(map(_text_of, parts)).split()
    tools = [("tool", tool.name) for tool in call.tools]
    operation = operation_family(call.operation_name)
    shape = [("turns", turns), ("count", len(turns)), ("stream", call.stream), ("operation", operation)]
    return frozenset((*shape, *keys, *words[:200], *words[-200:], *tools))


def message_key(message: Message) -> Hashable:
    """What a message says, without its ids and reasoning."""
    return (message.role, *(part_key(part) for part in message.parts if not isinstance(part, Reasoning)))


def part_key(part: Part) -> Hashable:
    """What a part says, without its id."""
    if isinstance(part, ToolCall):
        return ("tool_call", part.name, repr(part.arguments))
    if isinstance(part, ToolCallResponse):
        return ("tool_call_response", repr(plain_result(part.response)))
    return (part.type, _text_of(part).strip())


def _text_of(part: Part) -> str:
    if isinstance(part, (Text, Reasoning, Refusal, Blob)):
        return part.content
    if isinstance(part, ToolCallResponse):
        return part.response if isinstance(part.response, str) else repr(part.response)
    if isinstance(part, ToolCall):
        return f"{part.name} {part.arguments!r}"
    return repr(part)


# --- general -------------------------------------------------------------------------------------------------------


def align_by_key(
    old: Sequence[T],
    new: Sequence[T],
    key: Callable[[T], Hashable],
    likeness: Callable[[T, T], float],
    *,
    ordered: bool = False,
) -> list[Indices]:
    """Pair equal keys first, in order, then the rest by likeness (0: never); what is left stands alone.

    With `ordered`, pairs never cross: for sequences in which order carries meaning.
    """
    if ordered:
        return _align_ordered(old, new, key, likeness)
    waiting: dict[Hashable, list[int]] = {}
    for j, thing in enumerate(new):
        waiting.setdefault(key(thing), []).append(j)
    pairs: list[Indices] = []
    rest_old: list[int] = []
    for i, thing in enumerate(old):
        same = waiting.get(key(thing))
        if same:
            pairs.append((i, same.pop(0)))
        else:
            rest_old.append(i)
    rest_new = sorted(j for left in waiting.values() for j in left)
    rest = assign(len(rest_old), len(rest_new), lambda a, b: likeness(old[rest_old[a]], new[rest_new[b]]))
    pairs.extend((None if a is None else rest_old[a], None if b is None else rest_new[b]) for a, b in rest)
    return sorted(pairs, key=lambda pair: (pair[1] if pair[1] is not None else pair[0] or 0, pair[1] is None))


def _align_ordered(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable], likeness: Callable[[T, T], float]
) -> list[Indices]:
    keys_old, keys_new = [key(thing) for thing in old], [key(thing) for thing in new]
    head = 0
    while head < min(len(old), len(new)) and keys_old[head] == keys_new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and keys_old[-1 - tail] == keys_new[-1 - tail]:
        tail += 1

    def score(i: int, j: int) -> float:
        return 2.0 if keys_old[head + i] == keys_new[head + j] else likeness(old[head + i], new[head + j])

    middle = align_in_order(len(old) - head - tail, len(new) - head - tail, score)
    return [
        *((k, k) for k in range(head)),
        *((None if i is None else i + head, None if j is None else j + head) for i, j in middle),
        *((len(old) - k, len(new) - k) for k in range(tail, 0, -1)),
    ]


def align_in_order(rows: int, columns: int, likeness: Callable[[int, int], float]) -> list[Indices]:
    """The pairing without crossings whose likenesses sum highest; a likeness of 0 never pairs."""
    scores = [[likeness(i, j) for j in range(columns)] for i in range(rows)]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        below, here, row = best[i + 1], best[i], scores[i]
        for j in range(columns - 1, -1, -1):
            skipped = max(below[j], here[j + 1])
            here[j] = max(skipped, below[j + 1] + row[j]) if row[j] > 0 else skipped
    pairs: list[Indices] = []
    i = j = 0
    while i < rows and j < columns:
        if scores[i][j] > 0 and best[i][j] == best[i + 1][j + 1] + scores[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    pairs.extend((k, None) for k in range(i, rows))
    pairs.extend((None, k) for k in range(j, columns))
    return pairs


def assign(rows: int, columns: int, likeness: Callable[[int, int], float]) -> list[Indices]:
    """The pairing, crossings allowed, whose likenesses sum highest (Kuhn-Munkres with potentials); 0 never pairs."""
    if not rows or not columns:
        return [*((i, None) for i in range(rows)), *((None, j) for j in range(columns))]
    scores = [[likeness(i, j) for j in range(columns)] for i in range(rows)]
    if rows <= columns:
        row_of = _cheapest([[-score for score in row] for row in scores])
    else:
        column_of = _cheapest([[-scores[i][j] for i in range(rows)] for j in range(columns)])
        row_of = {i: j for j, i in column_of.items()}
    # `row_of` maps each row to its column
    good = {i: j for i, j in row_of.items() if scores[i][j] > 0}
    taken = set(good.values())
    return [*((i, good.get(i)) for i in range(rows)), *((None, j) for j in range(columns) if j not in taken)]


def _cheapest(costs: list[list[float]]) -> dict[int, int]:
    """Row -> column of least total cost, for no more rows than columns: one shortest augmenting path per row."""
    rows, columns = len(costs), len(costs[0])
    row_potential, column_potential = [0.0] * rows, [0.0] * (columns + 1)
    owner: list[int | None] = [None] * (columns + 1)  # the last column is where each search starts
    for row in range(rows):
        owner[columns] = row
        distance = [float("inf")] * columns
        came_from = [columns] * columns
        done = [False] * (columns + 1)
        here = columns
        while (current := owner[here]) is not None:
            done[here] = True
            step, nearest = float("inf"), columns
            for column in range(columns):
                if done[column]:
                    continue
                reduced = costs[current][column] - row_potential[current] - column_potential[column]
                if reduced < distance[column]:
                    distance[column], came_from[column] = reduced, here
                if distance[column] < step:
                    step, nearest = distance[column], column
            for column in range(columns + 1):
                holder = owner[column]
                if done[column] and holder is not None:
                    row_potential[holder] += step
                    column_potential[column] -= step
                elif column < columns:
                    distance[column] -= step
            here = nearest
        while here != columns:
            previous = came_from[here]
            owner[here] = owner[previous]
            here = previous
    return {holder: column for column, holder in enumerate(owner[:columns]) if holder is not None}
