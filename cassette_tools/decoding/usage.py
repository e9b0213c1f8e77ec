"""Token counts brought to one definition, by the tables of `cassette_tools.data.usage`."""

from __future__ import annotations

from cassette_tools.data.usage import COSTS, COUNTERS, EXCLUSIVE, HIDDEN_REASONING, UPSTREAM
from cassette_tools.decoding.values import at, count, escaped, mapping, number
from cassette_tools.model import Problem, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.data.usage import Exclusive, Path
    from cassette_tools.model import Json

Counts = dict[str, "int | None"]
Found = tuple[int, "Json", str, "Json"]  # rank of the row, what it makes of the value, pointer, the value

METRICS = "amazon-bedrock-invocationMetrics"
_NAMES = (
    "input_tokens",
    "output_tokens",
    "total_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "reasoning_output_tokens",
)


class _Node:
    """One key of a usage object: the row that speaks of it (by its rank, the first counts), and the keys below it."""

    __slots__ = ("below", "factor", "name", "rank")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.name = ""
        self.rank = 0
        self.factor: float | None = None


def _plan(dialect: str) -> dict[str, _Node]:
    """The tables as a tree, so that a usage object is walked once."""
    rows: list[tuple[Path, str, float | None]] = [
        (row.path, row.name, None) for row in COUNTERS if row.dialect == dialect
    ]
    rows.extend((row.path, "cost", row.factor) for row in COSTS)
    tree: dict[str, _Node] = {}
    for rank, (path, name, factor) in enumerate(rows):
        level = tree
        for key in path:
            node = level.setdefault(key, _Node())
            level = node.below
        node.name, node.rank, node.factor = name, rank, factor
    return tree


_PLANS: dict[str, dict[str, _Node]] = {}


def usage_of(
    native: Json, *, dialect: str, provider: str, message: Json = None, pointer: str = "/usage"
) -> tuple[Usage | None, tuple[Problem, ...]]:
    """The canonical counts of a usage object, and what in it contradicts itself.

    `message` is the first output message: a gateway may have left the upstream provider's own counts there.
    """
    if not isinstance(native, dict) or not native:
        return None, ()
    plan = _PLANS.get(dialect)
    if plan is None:
        plan = _PLANS[dialect] = _plan(dialect)
    found: dict[str, Found] = {}
    extra: dict[str, Json] = {}
    _read(native, plan, "", found, extra)
    counts: Counts = dict.fromkeys(_NAMES)
    counts.update({name: value for name, (_, value, _, _) in found.items()})
    cost = counts.pop("cost", None)
    _include(counts, native, dialect, provider)
    _ask_upstream(counts, provider, message)
    if counts["total_tokens"] is None:
        counts["total_tokens"] = _sum(counts["input_tokens"], counts["output_tokens"])
    usage = Usage(**counts, cost=cost, extra=extra, native=native, pointer=pointer)
    return usage, tuple(_contradictions(counts))


def _sum(given: int | None, made: int | None) -> int | None:
    return None if given is None or made is None else given + made


def usage_of_counts(given: int | None, made: int | None, native: Json, pointer: str) -> Usage | None:
    """The usage of an API that counts the input and the output, and nothing else; ``None`` without a count."""
    if given is None and made is None:
        return None
    total = _sum(given, made)
    return Usage(input_tokens=given, output_tokens=made, total_tokens=total, native=native, pointer=pointer)


def metered(body: dict[str, Json]) -> Usage | None:
    """What Amazon Bedrock measured itself and sent in the last frame of a stream, whatever the model's dialect is."""
    metrics = mapping(body.get(METRICS))
    given, made = count(metrics.get("inputTokenCount")), count(metrics.get("outputTokenCount"))
    return usage_of_counts(given, made, metrics, f"/{METRICS}")


def cost_in(wire: dict[str, Json]) -> float | None:
    """The cost in US dollars that an object tells in one of the places of the table."""
    for row in COSTS:
        cost = _money(at(wire, row.path), row.factor)
        if cost is not None:
            return cost
    return None


def _read(
    wire: dict[str, Json],
    plan: dict[str, _Node],
    where: str,
    found: dict[str, Found],
    extra: dict[str, Json],
) -> None:
    """Sort the members of an object into counts and `extra` (by pointer; objects are entered, all else is whole)."""
    for key, value in wire.items():
        node = plan.get(key)
        if type(value) is dict and value and len(where) < _LONGEST:
            _read(value, node.below if node is not None else _UNKNOWN, f"{where}/{escaped(key)}", found, extra)
        elif node is None or not _is_counted(node, value, f"{where}/{key}", found, extra):
            extra[f"{where}/{escaped(key)}"] = value


def _is_counted(node: _Node, value: Json, where: str, found: dict[str, Found], extra: dict[str, Json]) -> bool:
    """Whether a value is the count that its key is known for, and no better one was found before."""
    if not node.name or type(value) is dict:
        return False
    amount = count(value) if node.factor is None else _money(value, node.factor)
    before = found.get(node.name)
    if amount is None or (before is not None and before[0] <= node.rank):
        return False
    found[node.name] = (node.rank, amount, where, value)
    if before is not None:
        extra[before[2]] = before[3]
    return True


_UNKNOWN: dict[str, _Node] = {}
_EXCLUSIVE: dict[tuple[str, bool], list[Exclusive]] = {}  # by the dialect, and whether they always hold
for _row in EXCLUSIVE:
    _EXCLUSIVE.setdefault((_row.dialect, _row.always), []).append(_row)
_LONGEST = 400  # characters of a pointer; what is deeper is kept whole


def _money(value: Json, factor: float) -> float | None:
    amount = number(value)
    if amount is None:
        return None
    try:
        # Rounded to far below a millionth of a cent: a factor of ten must not leave binary dust.
        return float(amount) if factor == 1.0 else round(amount * factor, 14)
    except OverflowError:
        return None


def _include(counts: Counts, wire: dict[str, Json], dialect: str, provider: str) -> None:
    """Add to the input and the output what this dialect, or this server, counts beside them."""
    for row in _EXCLUSIVE.get((dialect, True), ()):
        left_out = _left_out(row, counts, wire)
        if left_out:
            counts[row.counter] = (counts[row.counter] or 0) + left_out
    given, made, total = counts["input_tokens"], counts["output_tokens"], counts["total_tokens"]
    if given is None or made is None:
        return
    lacking = None if total is None else total - given - made
    rows = _EXCLUSIVE.get((dialect, False), ()) if lacking != 0 else ()
    for row in rows:
        left_out = _left_out(row, counts, wire) if row.provider in (None, provider) else 0
        if left_out and (left_out == lacking or (lacking is None and row.unless_total)):
            counts[row.counter] = (counts[row.counter] or 0) + left_out
            return
    if dialect == "openai.chat" and provider in HIDDEN_REASONING:
        _reveal(counts, made, lacking or 0)


def _reveal(counts: Counts, made: int, hidden: int) -> None:
    """Take the tokens that no count names as reasoning, unless reasoning has a count."""
    if hidden > 0 and not counts["reasoning_output_tokens"]:
        counts["output_tokens"] = made + hidden
        counts["reasoning_output_tokens"] = hidden


def _left_out(row: Exclusive, counts: Counts, wire: dict[str, Json]) -> int:
    """How many tokens the added counts of a row make; a path of one word may also be a canonical name."""
    found = 0
    for path in row.added:
        value = count(at(wire, path))
        found += (counts.get(path[0]) or 0) if value is None and len(path) == 1 else (value or 0)
    return found


def _ask_upstream(counts: Counts, provider: str, message: Json) -> None:
    """Take the upstream provider's counts, where the gateway's own are known to leave something out."""
    completion, prompt = counts["output_tokens"], counts["input_tokens"]
    if completion is None or prompt is None:
        return
    for row in UPSTREAM:
        if row.provider != provider:
            continue
        upstream = mapping(at(message, row.path))
        output = sum(count(upstream.get(key)) or 0 for key in row.output)
        total = count(upstream.get(row.total))
        if output > completion and total == prompt + output:
            counts["output_tokens"] = output
            counts["total_tokens"] = total


def _contradictions(counts: Counts) -> Iterator[Problem]:
    """Parts that are more than the whole. (A wrong sum is the rule's to find: it has both numbers.)"""
    for part, whole in (
        ("reasoning_output_tokens", "output_tokens"),
        ("cache_read_input_tokens", "input_tokens"),
    ):
        less, more = counts[part], counts[whole]
        if less is not None and more is not None and less > more:
            yield Problem(
                kind="usage-inconsistent",
                message=f"{part} ({less}) is more than {whole} ({more}), which is said to include it",
            )
