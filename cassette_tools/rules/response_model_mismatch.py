"""Another model answered than was asked.

Why it matters: the answer was pasted from another recording, the request was edited without recording again, or the
provider put another model in the place of the one that was asked. What the recording proves, it proves of the model
that answered.

How to mend it: record the interaction again; if the provider replaces the model, ask for the one that answers.

Two names are the same model when their family, their tier (`mini`, `flash`, `sonnet`), their size (`70b`) and their
version agree as far as both say them. So an alias and its dated snapshot, a vendor's prefix, `:free`, `-latest`,
another order of the words and other capitals are all the same. Nothing is said of routers (`openrouter/auto`),
Azure deployments, which have names of their own, lists of fallback models, and names without a known family.
"""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.finding import Observation
from cassette_tools.places import value_at, value_place
from cassette_tools.rules import RULES, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from cassette_tools.model import Interaction, Json

# A model's family is the first of these words in its name; distilled models carry two, and either will do.
FAMILIES = (
    "gpt", "o1", "o3", "o4", "chatgpt", "claude", "gemini", "gemma", "grok", "llama", "mistral", "mixtral",
    "codestral", "devstral", "magistral", "ministral", "pixtral", "deepseek", "qwen", "qwq", "kimi", "glm",
    "command", "sonar", "phi", "nova", "titan", "jamba", "minimax", "granite", "nemotron", "embedding",
    "whisper", "dall", "davinci", "hermes", "olmo",
)  # fmt: skip
TIERS = frozenset((
    # Words that name another model of the same family and version.
    "mini", "nano", "micro", "pro", "flash", "lite", "haiku", "sonnet", "opus", "fable", "small", "medium",
    "large", "tiny", "ultra", "premier", "scout", "maverick", "codex", "oss", "coder", "air", "vl", "reranker",
    "embed", "audio", "realtime", "image", "guard",
))  # fmt: skip
POINTERS = ("/model", "/modelVersion")  # the second: Gemini
ROUTERS = ("auto", "router", "fusion", "best", "default", "fastest", "cheapest")


@record
class Name:
    """What a model's name says."""

    families: frozenset[str]
    tiers: frozenset[str]
    sizes: frozenset[str]
    version: tuple[str, ...]


def check(interaction: Interaction) -> Iterator[Observation]:
    llm = interaction.llm
    if llm is None:
        return
    asked, answered = llm.request_model, llm.response_model
    if not asked or not answered or asked == answered or _is_snapshot(asked, answered):
        return
    if llm.provider_name.startswith("azure") or _has_fallbacks(interaction) or not is_other_model(asked, answered):
        return
    yield Observation(
        message=f"`{asked}` was asked and `{answered}` answered: record the interaction again, or ask for the model "
        "that answers",
        place=value_place(interaction, _pointer(llm.body, answered), answered),
    )


def _pointer(body: Json, answered: str) -> str:
    """Where the answer names its model."""
    return next((pointer for pointer in POINTERS if value_at(body, pointer) == answered), POINTERS[0])


def is_other_model(asked: str, answered: str) -> bool:
    """Whether two names are surely those of two models; in doubt they are not."""
    one, other = name_from(asked), name_from(answered)
    if not one.families or not other.families:
        return False
    if not one.families & other.families:
        return True
    if not (one.tiers or one.sizes or one.version):  # `deepseek-chat` is whatever its vendor serves under the name
        return False
    if one.tiers != other.tiers and len(one.families) == len(other.families) == 1:
        return True
    if one.sizes and other.sizes and one.sizes != other.sizes:
        return True
    shared = min(len(one.version), len(other.version))
    return one.version[:shared] != other.version[:shared]


def name_from(model: str) -> Name:
    """The parts of a model's name that tell it from other models."""
    name = model.lower().rpartition("/")[2].partition("@")[0].partition(":")[0]
    if name in ROUTERS:
        name = ""
    name = re.sub(r"(?<=\d)p(?=\d)", ".", name)  # Fireworks: llama-v3p1
    name = (
        re.sub(r"(?:19|20)\d\d-\d\d-\d\d|\d{2}-20\d\d|\d{2}-\d{2}$|\d{2}-\d{2}(?=-)|\d{3,}", " ", name)
        if name
        else name
    )
    name = name.replace("chatgpt", "gpt")
    sizes = frozenset(re.findall(r"\d+(?:\.\d+)?x?\d*b\b", name))
    rest = re.sub(r"\d+(?:\.\d+)?x?\d*b\b|\b[ae]\d+b\b", " ", name)
    words = re.findall(r"[a-z]+|\d+", rest)
    whole = set(re.findall(r"[a-z]+\d*", rest)) | set(words)
    families = frozenset(family for family in FAMILIES if family in whole)
    tiers = TIERS.intersection(words)
    if families & {"o1", "o3", "o4"}:
        version: tuple[str, ...] = ()
    else:
        version = tuple(str(int(word)) for word in words if word.isdecimal() and len(word) < 3)
    return Name(families=families, tiers=frozenset(tiers), sizes=sizes, version=version)


def _is_snapshot(asked: str, answered: str) -> bool:
    """Whether the names differ in a vendor's prefix and a date only: nearly all that differ, told without a regular
    expression."""
    base, full = asked.rpartition("/")[2].lower(), answered.rpartition("/")[2].lower()
    rest = full.removeprefix(base).replace("-", "") if full.startswith(base) else "?"
    return not rest or (len(rest) >= 4 and rest.isdecimal())


def _has_fallbacks(interaction: Interaction) -> bool:
    """Whether the request lists other models that may answer (OpenRouter's ``models``, Vercel's provider options)."""
    asked = interaction.request.body.json
    return isinstance(asked, dict) and bool(
        asked.get("models") or asked.get("providerOptions") or asked.get("fallbacks")
    )


RULES.register(
    Rule(
        name="response-model-mismatch",
        category="model",
        level="warning",
        summary="another model answered than was asked",
        doc=__doc__,
        check=check,
    )
)
