"""What the page of ``huggingface.inference`` says."""

from __future__ import annotations

from cassette_tools.data.settings import HUGGING_FACE
from cassette_tools.dialects import CERTAIN, LIKELY

SOURCES = (
    ("Hugging Face: Inference Providers, API reference", "https://huggingface.co/docs/inference-providers/tasks/index"),
    ("Text Generation Inference: API", "https://huggingface.github.io/text-generation-inference/"),
)
RECOGNITION = (
    (CERTAIN, "a POST of `inputs` that is answered with `generated_text`"),
    (LIKELY, "a POST of `inputs` to a host of Hugging Face"),
)
MAPPING = (
    ("the path after `/models/`", "`request_model`", ""),
    ("`inputs`", "`input_messages`", "what is no text is `generic` of kind input"),
    *((f"`parameters.{wire}`", f"`{ours}`", "") for wire, ours in HUGGING_FACE.items()),
    ("`generated_text`, `token.text`", "`text`", ""),
    ("`details.finish_reason`", "`finish_reason`", ""),
    ("`details.input_length`, `.generated_tokens`", "`usage`", ""),
    ("a list of numbers, or of such lists", "`generic` of kind embedding: count, dimensions, type", "not the numbers"),
    ("any other answer", "`generic` of kind result", ""),
)
