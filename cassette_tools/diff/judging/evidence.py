"""What differs between the two interactions of a pair."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.causes import OF_THE_REQUEST, OTHER_KIND
from cassette_tools.data.drift import DEFAULT, ENCODED, MADE, MOVED_API, WHITESPACE
from cassette_tools.data.endpoints import UNKNOWN
from cassette_tools.data.vendors import GATEWAYS, UPSTREAM
from cassette_tools.data.volatile import CLASSES
from cassette_tools.diff.judging.addressed import is_default_host
from cassette_tools.diff.judging.asked import all_asked
from cassette_tools.diff.judging.counted import aspects_of_count, counted_in, is_weighty
from cassette_tools.diff.judging.elsewhere import addressed_of, other_host, other_regions
from cassette_tools.diff.judging.fields import fits_rule
from cassette_tools.diff.judging.models import is_deciding
from cassette_tools.diff.judging.plausible import CACHED, OTHERWISE, fit_of
from cassette_tools.diff.pairing.provenance import is_stand_in, provider_of, upstream_of
from cassette_tools.model import ABSENT
from cassette_tools.sdk import OTHER, client_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.judging.asked import Asked
    from cassette_tools.diff.judging.folding import Folded
    from cassette_tools.diff.pairing.align import Pair
    from cassette_tools.model import Interaction, Request


@record
class Evidence:
    """What differs between the two interactions of a pair."""

    asked: tuple[Asked, ...] = ()
    is_other_sdk: bool = False
    is_other_model: bool = False
    is_other_answering: bool = False
    is_other_provider: bool = False
    is_stand_in: bool = False
    upstreams: tuple[str, str] | None = None  # where they differ
    is_gateway: bool = False
    is_moved: bool = False  # to another API of the same provider
    is_other_version: bool = False  # of the same API
    is_other_kind: bool = False
    cut: tuple[bool, bool] = (False, False)  # which of the outputs reached its limit
    is_refused: bool = False  # by a status that speaks of the request
    is_thinking: bool = False  # on one side only
    is_counted_otherwise: bool = False  # the input, by more than what is sent explains
    is_cached_apart: bool = False  # the input moved because what a cache gave is not counted
    is_of_unknown_api: bool = False
    is_unseen: bool = False  # what was asked is not recorded, or differs in what is not
    addressed: tuple[str, ...] = ()  # what differs of the name of the model and of where it is
    regions: tuple[str, str] | None = None  # where they differ
    host: str = ""  # the new one, where the header tells another and the URL does not

    @property
    def server(self) -> str:
        """Who serves the call."""
        return "gateway" if self.is_gateway else "provider"

    @property
    def is_cut(self) -> bool:
        """Whether an output reached its limit."""
        return any(self.cut)

    @property
    def is_another_model(self) -> bool:
        """Whether another model was asked, or another answered."""
        return self.is_other_model or self.is_other_answering


_NOT_ASKED = (
    "interaction-",
    "user-agent-changed",
    "json-formatting-changed",
    "request-serialization-changed",
    "content-length-",
    *(f"{kind}-changed" for kind in CLASSES if kind not in ("opaque", "score")),  # sealed thinking; logprobs
)


def evidence_of(group: list[Folded]) -> Evidence:
    pair = group[0].change.pair
    assert pair is not None
    old, new = pair.old, pair.new
    if old is None or new is None:
        return Evidence()
    changes, sides = [each.change for each in group], (old, new)
    evidence = Evidence(
        asked=_asked_in(group, old, new),
        is_other_sdk=client_of(old, new) == OTHER,
        is_other_model=_is_other_model(changes, old, new),
        is_other_answering=any(map(is_other_answering, changes)),
        is_other_provider=_is_other_provider(old, new),
        is_stand_in=any(map(is_stand_in, sides)),
        upstreams=_other_upstreams(old, new),
        is_gateway=provider_of(new) in GATEWAYS,
        is_moved=any(each.circumstance == MOVED_API for each in changes),
        is_other_version=any(each.rule == "protocol-changed" for each in changes),
        is_other_kind=any(map(_is_of_another_kind, changes)),
        cut=(_is_cut(old), _is_cut(new)),
        is_refused=any(map(_is_refused, sides)),
        is_thinking=any(map(_is_of_thinking, changes)),
        is_of_unknown_api=all(each.llm is None for each in sides),
        is_unseen=_is_unseen(old.request, new.request),
        addressed=addressed_of(changes),
        regions=other_regions(old, new),
        host=other_host(old, new),
    )
    is_known_counter = not evidence.is_other_model and not evidence.is_other_provider
    return _with_counts(evidence, pair, changes) if is_known_counter else evidence


def _asked_in(group: list[Folded], old: Interaction, new: Interaction) -> tuple[Asked, ...]:
    """The changes of the request that may matter."""
    return tuple(asked for each in group if _is_asked(each.change, old, new) for asked in all_asked(each))


def _with_counts(evidence: Evidence, pair: Pair, changes: Sequence[Change]) -> Evidence:
    """The evidence, with how the counts of the input fit what is sent: only of one model can that be said."""
    usages = (each for each in changes if each.rule == "usage-changed")
    inputs = [(old, new) for usage in usages for name, old, new in counted_in(usage) if name == "input_tokens"]
    fits = {fit_of(pair, new - old) for old, new in inputs}
    is_much = any(is_weighty(old, new) for old, new in inputs)
    return replace(evidence, is_cached_apart=CACHED in fits, is_counted_otherwise=is_much and OTHERWISE in fits)


def _is_asked(change: Change, old: Interaction, new: Interaction) -> bool:
    """Whether it is of what is asked, and may matter."""
    if change.circumstance == ENCODED and not _are_of_one_api(old, new):
        return False  # as the other API wants it
    if change.origin != "request" or change.rule.startswith(_NOT_ASKED) or change.path == "request.model":
        return False
    if is_default_host(change):
        return False
    return change.circumstance not in (WHITESPACE, DEFAULT, MADE)  # nobody can say that it made a difference


def _are_of_one_api(old: Interaction, new: Interaction) -> bool:
    return old.llm is not None and new.llm is not None and old.llm.dialect == new.llm.dialect


def _is_other_model(changes: Sequence[Change], old: Interaction, new: Interaction) -> bool:
    """Whether another model was asked for, and another one answered as far as that is known."""
    asked = [each for each in changes if each.path == "request.model"]
    return any(map(is_deciding, asked)) and not _is_same_answering(old, new)


def _is_other_provider(old: Interaction, new: Interaction) -> bool:
    """Whether both providers are known, and are two."""
    providers = {provider_of(old), provider_of(new)}
    return len(providers) > 1 and not {UNKNOWN, None} & providers


def _other_upstreams(old: Interaction, new: Interaction) -> tuple[str, str] | None:
    """The upstreams that a gateway chose, where these are two."""
    before, after = upstream_of(old) or "", upstream_of(new) or ""
    return (before, after) if before and after and before != after else None


def _is_of_another_kind(change: Change) -> bool:
    """Whether it says that the answer is of another kind."""
    return any(fits_rule(kind, change.rule) for kind in OTHER_KIND)


def _is_refused(interaction: Interaction) -> bool:
    return interaction.response.status_code in OF_THE_REQUEST


def _is_unseen(old: Request, new: Request) -> bool:
    """Whether a request that has a body is recorded without it: not at all, or with another length than before."""
    if not (old.url and new.url):
        return True
    if any(map(_has_body, (old, new))):
        return False
    lengths = [side.headers.get("Content-Length") for side in (old, new)]
    return lengths[0] != lengths[1]


def _has_body(request: Request) -> bool:
    return bool(request.body.size or request.body.events or request.body.json is not ABSENT)


def _is_same_answering(old: Interaction, new: Interaction) -> bool:
    """Whether one model answered both, under whichever name it was asked: an alias, or a preview that became final."""
    answered = [side.llm.response_model if side.llm is not None else None for side in (old, new)]
    return answered[0] is not None and answered[0] == answered[1]


def _is_of_thinking(change: Change) -> bool:
    """Whether there is thinking on one side only, by what is shown or by what is counted."""
    if change.origin != "response":
        return False
    if change.rule == "usage-changed":
        thought = [(old, new) for name, old, new in counted_in(change) if "thinking" in aspects_of_count(name)]
        return any(bool(old) != bool(new) for old, new in thought)
    if change.rule.startswith("usage-detail-"):
        return "thinking" in aspects_of_count(change.path.rpartition(".")[2])
    return change.rule in ("reasoning-appeared", "reasoning-vanished")


def is_other_answering(change: Change) -> bool:
    """A name that only tells the date beside what it told before, or in another order, is the same model's."""
    if change.rule != "response-model-changed":
        return False
    from cassette_tools.rules._models import is_same_model  # only few recordings name two models

    short, long = sorted((str(change.old), str(change.new)), key=len)
    is_dated = long.startswith(short) and long[len(short) :].strip("-@:").replace("-", "").isdecimal()
    return not is_dated and not is_same_model(short, long)


def is_of_upstream(change: Change) -> bool:
    return change.rule == "route-changed" and any(name in change.path for name in UPSTREAM)


def _is_cut(interaction: Interaction) -> bool:
    return interaction.llm is not None and "length" in interaction.llm.finish_reasons
