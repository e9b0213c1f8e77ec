"""What is fuzzed (`make fuzz`), without the fuzzer: each target with what fell once, and with samples changed by dice."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from fuzz.mutator import BOUNDARY, mutated  # noqa: E402
from fuzz.targets import TARGETS  # noqa: E402

FELL = sorted((ROOT / "tests" / "hostile" / "fuzzed").glob("*"))
READING = ("lint", "show", "convert", "diff", "normalize")
SEEDS = ("formats/vcrpy", "formats/httprr", "formats/go-vcr", "formats/har", "dialects/openai_chat")


@pytest.mark.parametrize("path", FELL, ids=lambda path: path.name)
def test_what_fell_once_stands(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]](path.read_bytes())


def seeds(samples: Path) -> list[bytes]:
    files = [path for folder in SEEDS for path in sorted((samples / folder).rglob("*")) if path.is_file()]
    return [path.read_bytes() for path in files if path.stat().st_size < 6_000]


@pytest.mark.parametrize("target", READING)
def test_changed_samples_stand(target: str, samples: Path) -> None:
    dice = random.Random(target)
    material = seeds(samples)
    assert len(material) > 10
    for _ in range(25):
        seed = dice.choice(material)
        data = mutated(seed + BOUNDARY + seed if target == "diff" else seed, dice, 20_000)
        if data is not None:
            TARGETS[target](data)


def test_the_mutator_changes_what_it_reads(samples: Path) -> None:
    dice = random.Random(0)
    made = [(seed, mutated(seed, dice, 20_000)) for seed in seeds(samples)]
    assert sum(new is not None and new != seed for seed, new in made) > 0.8 * len(made)


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"[lint", b"[lint]\nselect = 1\n", b"\xff\xfe{", b"data: {}\n\n", b"null", b"{}"]
)
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_a_few_bytes_stand(target: str, data: bytes) -> None:
    TARGETS[target](data)
