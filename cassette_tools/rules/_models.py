"""What the names of models say, and when two of them are those of two models."""

from __future__ import annotations

import re

from cassette_tools._record import record
from cassette_tools.later import regex

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
EDITIONS = frozenset((
    # Words that names of models have beside these.
    "turbo", "preview", "latest", "instruct", "chat", "thinking", "exp", "experimental", "beta", "fast", "reasoning",
    "non", "versatile", "instant", "distill", "search", "live", "native", "dialog", "tts", "transcribe", "vision",
    "multimodal", "free", "online", "plus", "generation", "next", "max", "high", "low", "think", "reasoner", "code",
    "llama", "text", "base", "rerank", "english", "multilingual", "translate", "deep", "research", "computer", "use",
    "lang", "speech", "sonic", "canvas", "omni", "saba", "nemo", "hf", "awq", "gguf", "anthropic", "amazon", "meta",
    "google", "nous", "ada", "babbage", "curie", "dalle", "safeguard", "lora", "tuned", "exacto",
))  # fmt: skip
ROUTERS = ("auto", "router", "fusion", "best", "default", "fastest", "cheapest")

_REVISION = regex(r"-v\d+:\d+$")  # Bedrock: ``-v1:0``
_VENDORS = regex(r"^(?:[a-z][a-z0-9-]*\.)+(?=[a-z])")  # Bedrock: ``us.anthropic.``, ``ai21.``
_DATE = regex(r"(?:19|20)\d\d-\d\d-\d\d|\d{2}-20\d\d|\d{8}|(?<!\d)\d{3,4}(?![\db])|\d{2}-\d{2}(?=-|$)")
_SIZE = r"(?<!\d)\d+(?:\.\d+)?(?:x\d*)?b\b"  # parameters: ``70b``, ``8x7b``
_CONTEXT = regex(r"-\d+[km](?=-|$)")  # Bedrock: ``-48k-``


@record
class Name:
    """What a model's name says."""

    families: frozenset[str]
    tiers: frozenset[str]
    sizes: frozenset[str]
    version: tuple[str, ...]


def is_other_model(asked: str, answered: str) -> bool:
    """Whether two names are surely those of two models; in doubt they are not."""
    one, other = name_from(asked), name_from(answered)
    if not one.families or not other.families:
        return False
    if not one.families & other.families:
        return True
    if not (one.tiers or one.sizes or one.version):  # `deepseek-chat` is whatever its vendor serves under the name
        return False
    return _differ(one, other)


def _differ(one: Name, other: Name) -> bool:
    """Whether two names of one family have another tier, size or version."""
    if one.tiers != other.tiers and len(one.families) == len(other.families) == 1:
        return True
    if one.sizes and other.sizes and one.sizes != other.sizes:
        return True
    shared = min(len(one.version), len(other.version))
    return one.version[:shared] != other.version[:shared]


def is_same_model(one: str, other: str) -> bool:
    """Whether two names are surely those of one model: the same words in whatever order, a vendor before them or not, a
    date more or less, or the same date written otherwise; in doubt they are not.
    """
    if is_other_model(one, other) or is_other_model(other, one):
        return False
    names = [_bare(each.lower().rpartition("/")[2].partition("@")[0]) for each in (one, other)]
    said = [_said_in(each) for each in names]
    if not said[0][0] or said[0] != said[1]:
        return False
    dates = [_date_in(each) for each in names]
    return not all(dates) or dates[0] == dates[1]


def _said_in(name: str) -> tuple[frozenset[str], list[str]]:
    """The words of a name, and its numbers beside the date."""
    words = frozenset(re.findall("[a-z]+", name)) - {"latest"}
    return words, sorted(re.findall(r"\d+", _DATE.sub(" ", name)))


def _date_in(name: str) -> tuple[str, ...]:
    """The digits of a date in pairs, whichever of them comes first: ``2507``, ``07-25``, ``20250522``."""
    found = _DATE.search(name)
    digits = "" if found is None else found[0].replace("-", "")
    return tuple(sorted(digits[at : at + 2] for at in range(0, len(digits), 2)))


def unknown_words(model: str) -> tuple[str, ...]:
    """The words of a name that no model has, where it begins as that of a known family; else nothing is said."""
    words = re.findall(r"[a-z]+", _bare(model.lower().rpartition("/")[2]))
    whole = set(re.findall(r"[a-z]+\d*", model.lower()))
    if not any(family in whole or family in words for family in FAMILIES):
        return ()
    return tuple(word for word in words if len(word) > 2 and word not in FAMILIES and word not in TIERS | EDITIONS)


def _bare(name: str) -> str:
    """A name without what Bedrock puts around it: the region and the vendor before, the revision after, and the size of
    the context within; and without what follows a colon."""
    name = _REVISION.sub("", name).partition(":")[0]
    shorter = _VENDORS.sub("", name)
    if shorter != name and any(family in shorter for family in FAMILIES):  # `deepseek.v3` is named by its vendor
        name = shorter
    return _CONTEXT.sub("", name)


def name_from(model: str) -> Name:
    """The parts of a model's name that tell it from other models."""
    name = _bare(model.lower().rpartition("/")[2].partition("@")[0])
    if name in ROUTERS:
        name = ""
    name = re.sub(r"(?<=\d)p(?=\d)", ".", name)  # Fireworks: llama-v3p1
    name = (
        re.sub(r"(?:19|20)\d\d-\d\d-\d\d|\d{2}-20\d\d|\d{2}-\d{2}$|\d{2}-\d{2}(?=-)|\d{3,}", " ", name)
        if name
        else name
    )
    name = name.replace("chatgpt", "gpt")
    sizes = frozenset(re.findall(_SIZE, name))
    rest = re.sub(rf"{_SIZE}|\b[ae]\d+b\b", " ", name)
    words = re.findall(r"[a-z]+|\d+", rest)
    whole = set(re.findall(r"[a-z]+\d*", rest)) | set(words)
    families = frozenset(family for family in FAMILIES if family in whole)
    tiers = TIERS.intersection(words)
    if families & {"o1", "o3", "o4"}:
        version: tuple[str, ...] = ()
    else:
        version = tuple(str(int(word)) for word in words if word.isdecimal() and len(word) < 3)
    return Name(families=families, tiers=frozenset(tiers), sizes=sizes, version=version)
